"""Whatever a file of the inputs is, the command line tells in a sentence where it is wrong, and writes nothing."""

import re
import socket
from subprocess import CompletedProcess

import pytest

from interurban.resources import ROOMS
from serving import interurban_each

from .inputs import BAD, METRICS, Bad, put

FOLDERS = [option for room in ROOMS for option in (f"--{room}", room)]
BOUNDS = ("--query-seconds", 1, "--query-megabytes", 256)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompletedProcess[str]]:
    """What `interurban build` says of each; meanwhile somebody listens who must not be called."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        houses = [tmp_path_factory.mktemp("house") for _ in BAD]
        for house, bad in zip(houses, BAD, strict=True):
            put(house, bad, elsewhere.getsockname()[1])
        commands = ["check" if bad.file == METRICS else "build" for bad in BAD]  # whose score only `check` counts
        done = interurban_each(((c, *FOLDERS, *BOUNDS), house) for c, house in zip(commands, houses, strict=True))
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    written = {bad.name for bad, house in zip(BAD, houses, strict=True) if list(house.glob("releases/[!.]*"))}
    assert written == set()
    return {bad.name: said for bad, said in zip(BAD, done, strict=True)}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_it_is_told_where_and_what(told: dict[str, CompletedProcess[str]], bad: Bad) -> None:
    said = told[bad.name]
    assert said.returncode == 1, said.stderr
    assert "Traceback" not in said.stderr
    assert "does not know how to say why" not in said.stderr
    assert any(line.startswith(bad.place) and bad.words in line for line in said.stderr.splitlines()), said.stderr[
        :2000
    ]
    assert re.search(r"^\d+ problem", said.stderr, re.MULTILINE)
    assert len(said.stderr.splitlines()) <= 6


def test_the_table_names_each_kind_once() -> None:
    assert len({bad.name for bad in BAD}) == len(BAD)
