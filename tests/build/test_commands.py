"""Every command in every surrounding ends as it should, with at most a sentence: no person is shown a traceback."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.house import descendants, wait_until
from interurban.release.folder import DATASET, publish
from interurban.resources import ROOMS
from serving import COMMAND, interurban_each
from test_telling import output
from web.chain import chain

from .conftest import HOUSE

TYPED = {
    "check": ["check", *(f"--{room}={room}" for room in ROOMS)],
    "build": ["build", *(f"--{room}={room}" for room in ROOMS)],
    "diff": ["diff", "A", "current"],
    "switch": ["switch", "A"],
    "serve": ["serve", "--port=0", "--web-processes=1"],
}
# What may not read or write what its owner has closed, even if that is root.
POWERLESS = () if os.getuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def becomes(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        remove(path)
        make(path)

    return change


def rights(mode: int) -> Callable[[Path], object]:
    return lambda path: path.chmod(mode)


def links(to: str) -> Callable[[Path], object]:
    return becomes(lambda path: path.symlink_to(to))


FILE, FOLDER, BINARY = becomes(Path.touch), becomes(Path.mkdir), becomes(lambda path: path.write_bytes(b"\xff\0"))
# What becomes of which part of a folder of two releases, A and B, and the commands to which that means nothing.
SURROUNDINGS: list[tuple[str, Callable[[Path], object], str]] = [
    (".", remove, "build"),
    (".", FILE, ""),
    (".", links("nowhere"), ""),
    (".", rights(0), ""),
    (".", rights(0o444), ""),
    (".", rights(0o555), "diff serve"),
    ("B", rights(0), "build"),
    ("B/manifest.json", rights(0), "build"),
    ("B/manifest.json", FOLDER, "build"),
    ("B/manifest.json", BINARY, "build"),
    ("B/dataset.nq", rights(0), "build"),
    ("B/dataset.nq", remove, "build"),
    ("B/dataset.nq", FOLDER, "build"),
    ("A", rights(0), "build serve"),
    ("A/dataset.nq", rights(0), "build serve"),
    ("current", FILE, "build"),
    ("current", FOLDER, ""),
    ("current", links("current"), "build"),
    ("current", links("nowhere"), "build"),
    (".lock", rights(0), "diff serve"),
    (".lock", FOLDER, "diff serve"),
    (".unfinished-x", rights(0), "diff serve"),
]
Ended = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with inputs, and two releases, which A and B stand for."""
    folder = tmp_path_factory.mktemp("place")
    for name, text in HOUSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    made = chain(folder / "releases", 2)
    (made.folder / ".unfinished-x" / "y").mkdir(parents=True)
    (made.folder / ".lock").touch()
    (folder / "names").write_text("\n".join(made.versions))
    return folder


def named(place: Path, text: str) -> str:
    """Put the releases' names in the place of A and B."""
    names = dict(zip("AB", (place / "names").read_text().split(), strict=True))
    return re.sub(r"\b[AB]\b", lambda found: names[found.group()], text)


@pytest.fixture(scope="module")
def ended(place: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], Ended]:
    """How each command ended in each surrounding; that it serves is not waited for."""
    asked, where = [], []
    for number, (part, change, fine) in enumerate(SURROUNDINGS):
        for command in ("build", "diff", "switch", "serve"):
            if (command, "serve" in fine) != ("serve", True):
                folder = tmp_path_factory.mktemp("around") / "here"
                shutil.copytree(place, folder, symlinks=True)
                change(folder / "releases" / named(place, part))
                asked.append(([named(place, word) for word in TYPED[command]], folder))
                where.append((number, command))
    return dict(zip(where, interurban_each(asked, *POWERLESS), strict=True))


@pytest.mark.parametrize("number", range(len(SURROUNDINGS)))
def test_what_is_wrong_with_the_releases_is_told_in_a_sentence(
    ended: dict[tuple[int, str], Ended], number: int
) -> None:
    for command in ("build", "diff", "switch", "serve"):
        if done := ended.get((number, command)):
            told = (done.returncode, len(done.stderr.splitlines()))
            assert told == ((0, 0) if command in SURROUNDINGS[number][2] else (1, 1)), done
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [3, 4])  # the folder's own rights
def test_what_may_not_be_looked_at_is_not_called_missing(ended: dict[tuple[int, str], Ended], number: int) -> None:
    for command in ("build", "diff", "switch", "serve"):
        assert "access is not permitted" in ended[number, command].stderr


WRONG = ["diff", "A"]
# What is typed, and the status where nothing of what it says can be written.
SAYING = [(["--help"], 1), (["serve", "--help"], 1), (["--version"], 1), (WRONG, 2), (TYPED["diff"], 1)]
SAYING += [(TYPED[command], 0) for command in ("check", "build", "switch")]


@pytest.mark.parametrize(("way", "buffered"), [("full", ""), ("full", "1"), ("closed", ""), ("gone", "")])
@pytest.mark.parametrize(("typed", "full"), SAYING)
def test_what_nobody_can_hear(
    place: Path, tmp_path: Path, typed: list[str], full: int, way: str, buffered: str
) -> None:
    """News do not have to be heard (`test_telling`). What is said because somebody asked for it has to be."""
    shutil.copytree(place, tmp_path / "here", symlinks=True)
    environment = os.environ | {"PYTHONUNBUFFERED": buffered}  # by it Python writes at once, or at its end
    for both in (False, True) if way == "full" else (False,):
        with output(way) as (beginning, out):
            done = subprocess.run(
                [*beginning, *COMMAND, *(named(place, word) for word in typed)],
                cwd=tmp_path / "here", env=environment, stdout=out,
                stderr=out if both else subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert done.returncode == (full if way == "full" or full == 2 else 0), done
        if not both and typed is not WRONG:
            assert len(done.stderr.splitlines()) == done.returncode, done
        assert "Traceback" not in (done.stderr or "")
        assert "Exception ignored" not in (done.stderr or "")


@pytest.mark.parametrize("command", TYPED)
@pytest.mark.parametrize("when", ["loading", "at work"])
def test_ctrl_c_ends_it_without_a_word(place: Path, tmp_path: Path, command: str, when: str) -> None:
    shutil.copytree(place, tmp_path / "here", symlinks=True)
    if when == "at work" and command in ("check", "build"):  # for a long time
        endless = "SELECT ?club { ?club ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?_name }"
        question = HOUSE["queries/clubs.rq"].partition("SELECT")[0] + endless
        (tmp_path / "here/queries/clubs.rq").write_text(question)
    process = subprocess.Popen(
        [*COMMAND, *(named(place, word) for word in TYPED[command])],
        cwd=tmp_path / "here", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip

    def has_begun() -> bool:
        if when == "at work" and command not in ("diff", "switch"):  # which are done before anybody could tell
            return bool(descendants(process.pid))
        return process.poll() is not None or "pyoxigraph" in Path(f"/proc/{process.pid}/maps").read_text()

    wait_until(has_begun, "it has begun")
    os.killpg(process.pid, signal.SIGINT)
    said, wrong = process.communicate(timeout=20)
    assert process.returncode in {130, -signal.SIGINT, 0 if command in ("serve", "diff", "switch") else 130}
    assert wrong == ""
    assert "Traceback" not in said
    assert not list((tmp_path / "here/releases").glob(".unfinished-*/manifest.json"))


@pytest.mark.parametrize("command", ["diff", "switch", "serve"])
def test_what_nobody_foresaw_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    """A release that is as it was written, but not by this program: its manifest has none of the facts."""
    version = publish(tmp_path / "releases", {DATASET: b""}, {}).version
    typed = [*COMMAND, *(version if word == "A" else word for word in TYPED[command])]
    texts = {}
    for name, value in (("LANGUAGE", "en"), ("LANGUAGE", "it"), ("TRACEBACK", "1")):
        environment = os.environ | {f"INTERURBAN_{name}": value}
        done = subprocess.run(typed, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        texts[value] = done.stderr
    assert re.match(r"this should not have happened \(KeyError: .+; \w+\.py:\d+\); please report it", texts["en"])
    assert texts["it"].startswith("questo non doveva succedere")
    assert "Traceback" not in texts["en"] + texts["it"]
    assert "Traceback" in texts["1"]
