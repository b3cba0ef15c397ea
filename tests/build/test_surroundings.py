"""What stands around the inputs: folders that are others, addresses that are taken, disks that are full."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from interurban.build import Inputs
from interurban.resources import ROOMS
from serving import COMMAND, interurban, interurban_each

from .conftest import HOUSE

FOLDERS = {room: f"--{room}={room}" for room in ROOMS}
# name, command with its options, words of what is told; PORT is taken
WRONG = [
    *(
        (f"{room}: {name}", ["check", *(FOLDERS | {room: f"--{room}={folder}"}).values()], words)
        for room, other in (("data", "shapes"), ("ontology", "shapes"), ("shapes", "ontology"), ("queries", "shapes"))
        for name, folder, words in (
            ("mistyped", f"{room}s", f"{room}s: this is to be used as {room}/, but there is no such folder"),
            ("empty", "empty", f"empty: this is to be used as {room}/, but it has none of what belongs there"),
            ("another", other, f"{other}: this is to be used as {room}/, but it has none of what belongs there"),
            ("a file", "file", f"file: this is to be used as {room}/, but there is no such folder"),
            ("no name", "", f"--{room}: no folder is named"),
        )
    ),
    *(
        (f"base: {base}", ["build", *FOLDERS.values(), f"--base={base}"], "is not an absolute http(s) IRI")
        for base in (
            "http://a b/",
            "http:///",
            "ftp://a/",
            "http://a",
            "http://a/?b/",
            "http://a/#/",
            "http://<a>/",
            "",
        )
    ),
    ("releases: a file", ["build", *FOLDERS.values(), "--releases=file"], "file: there is something else"),
    ("releases: below a file", ["build", *FOLDERS.values(), "--releases=file/below"], "file/below: part of this path"),
    ("releases: not to be written", ["build", *FOLDERS.values(), "--releases=/proc/releases"], "/proc/releases: "),
    ("serve: nothing", ["serve", "--releases=nowhere"], "there is no release in nowhere"),
    ("serve: port in use", ["serve", "--port=PORT"], "port PORT: another program listens there already"),
    ("serve: port too high", ["serve", "--port=70000"], "port: 70000 is more than makes sense here; at most 65535"),
    ("serve: port by name", ["serve", "--port=http"], "port: «http» cannot be read as int"),
    ("serve: host that is none", ["serve", "--host=no host", "--port=0"], "no address is known under this name"),
    ("serve: host with two dots", ["serve", "--host=a..b", "--port=0"], "no address is known under this name"),
    ("serve: host of others", ["serve", "--host=192.0.2.1", "--port=0"], "this machine does not have that address"),
    ("diff: unknown", ["diff", "a", "current"], "there is no release «a»"),
    ("switch: unknown", ["switch", "../data"], "there is no release «../data»"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Exit status and standard error of each, in a house that has a release; that is the same afterwards."""
    folder = tmp_path_factory.mktemp("around")
    for name, text in HOUSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "empty").mkdir()
    (folder / "file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        commands = [[part.replace("PORT", port) for part in command] for _, command, _ in WRONG]
        built, *done = interurban_each((c, folder) for c in [["build", *FOLDERS.values()], *commands])
    assert built.returncode == 0, built.stderr
    assert len(list((folder / "releases").glob("[!.]*"))) == 2  # it, and `current`
    return {
        name: (one.returncode, one.stderr.replace(port, "PORT")) for (name, _, _), one in zip(WRONG, done, strict=True)
    }


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, _, words in WRONG])
def test_it_is_told_in_a_sentence(told: dict[str, tuple[int, str]], name: str, words: str) -> None:
    status, said = told[name]
    assert status == 1
    assert words in said
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 2


def test_a_disk_that_is_full_keeps_no_half_release(house: Inputs, tmp_path: Path) -> None:
    command = ["sh", "-c", 'ulimit -f 1; exec "$0" "$@"', *COMMAND, "build", *FOLDERS.values()]
    aside = tmp_path / "aside"  # for what one process hands to another, which is written first
    aside.mkdir()
    environment = os.environ | {"TMPDIR": str(aside)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{aside}: the file would become larger")
    assert list(aside.iterdir()) == []
    assert len(done.stderr.splitlines()) == 1
    assert list((tmp_path / "releases").glob("[!.]*")) == []


def test_what_is_told_obeys_no_terminal(house: Inputs, tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xff\x1b[31m\xe2\x80\xae.csv")
    (tmp_path / "data/register" / name).write_text("a\n")
    said = interurban("check", *(f"--{room}={tmp_path / room}" for room in ROOMS)).stderr
    assert "bad\\udcff\\u001b[31m\\u202e.csv: no table of this name" in said
