"""What the program tells may find nobody who hears it: that ends no service, and changes no release."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from engine.house import descendants, wait_until
from interurban.release import current
from serving import COMMAND
from web.chain import Chain, chain

WAYS = ("full", "closed", "gone", "never read")


@contextmanager
def output(way: str) -> Iterator[tuple[list[str], int]]:
    """Yield what a command begins with, and its standard output, where nobody hears what is told."""
    if way == "closed":
        yield ["sh", "-c", 'exec "$@" >&-', "sh"], subprocess.DEVNULL
    elif way == "full":
        with Path("/dev/full").open("wb") as full:
            yield [], full.fileno()
    else:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            while way == "never read":
                os.write(writing, bytes(4096))
        os.set_blocking(writing, True)
        if way == "gone":
            os.close(reading)
        try:
            yield [], writing
        finally:
            os.close(writing)
            if way != "gone":
                os.close(reading)


def serves(made: Chain, version: str) -> bool:
    """Tell whether that release is what is served."""
    with suppress(httpx.HTTPError):
        return bool(httpx.get(f"{made.base}health", timeout=5).json()["release"] == version)
    return False


@contextmanager
def unheard(made: Chain, way: str) -> Iterator["subprocess.Popen[str]"]:
    """Serve releases with both outputs in one of the ways, and end in order."""
    with output(way) as (beginning, out):
        command = [*beginning, *COMMAND, "serve", "--releases", str(made.folder), "--port", str(made.port)]
        process = subprocess.Popen([*command, "--web-processes", "1"], stdout=out, stderr=out, text=True)
        try:
            wait_until(lambda: serves(made, made.versions[0]), "it is served")
            yield process
        finally:
            process.terminate()
            status = process.wait(20)
    assert status == 0


@pytest.mark.parametrize("way", WAYS)
def test_telling_never_ends_serving(tmp_path: Path, way: str) -> None:
    made = chain(tmp_path, 1)
    with unheard(made, way):
        made.grow()
        wait_until(lambda: serves(made, made.versions[1]), "the next release is served")
        with output("full" if way == "never read" else way) as (beginning, out):  # a command waits for its reader
            command = [*beginning, *COMMAND, "switch", made.versions[0], "--releases", str(tmp_path)]
            went = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        assert (went.returncode, went.stderr) == (0, "")
        wait_until(lambda: serves(made, current(tmp_path).version), "what it went back to is served")
        assert current(tmp_path).previous == made.versions[1]


@pytest.mark.parametrize("way", ["full", "never read"])
def test_what_is_wrong_need_not_be_heard_either(tmp_path: Path, way: str) -> None:
    made = chain(tmp_path, 1)
    with unheard(made, way) as process:
        present = [child.pid for child in descendants(process.pid) if child.name == "generation"]
        os.kill(present[0], signal.SIGKILL)
        wait_until(lambda: serves(made, made.versions[0]), "it is served again")


def test_a_closed_output_is_nobody_elses_place(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with unheard(made, "closed") as process:
        assert Path(f"/proc/{process.pid}/fd/1").readlink() == Path(os.devnull)


@pytest.mark.parametrize(("way", "status"), [("full", 1), ("gone", 0)])
def test_a_comparison_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, way: str, status: int) -> None:
    made = chain(tmp_path, 2)
    with output(way) as (_, out):
        command = [*COMMAND, "diff", *made.versions, "--releases", str(tmp_path)]
        told = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (told.returncode, len(told.stderr.splitlines())) == (status, status), told.stderr
