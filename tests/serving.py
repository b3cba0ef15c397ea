"""Running the program as its users do: as a process of its own, reached over a real socket."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.folder import DATASET, publish

COMMAND = (sys.executable, "-m", "interurban")
_PORTS = iter(range(20_000, 32_000))


@dataclass(frozen=True)
class Served:
    """A running server: its address with a slash at the end, and the supervisor's process."""

    address: str
    process: subprocess.Popen[str]


def interurban(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it printed and its exit status."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=os.environ | environment, capture_output=True, text=True, check=False
    )


# Runs `interurban` for each line of its input (arguments and working folder), and prints how each ended.
_EACH = """
import json, os, sys, traceback
from interurban import build, link, sources, web  # which each would load for itself
from interurban.cli import main

for line in sys.stdin:
    arguments, folder = json.loads(line)
    said = [os.path.join(folder, name) for name in (".stdout", ".stderr")]
    if not (child := os.fork()):
        status = 70
        try:
            os.chdir(folder)
            for number, path in enumerate(said, 1):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            status = main(arguments)
        except SystemExit as error:
            status = error.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = [open(path, encoding="utf-8").read() for path in said]
    print(json.dumps([arguments, status, *texts]), flush=True)
"""


def interurban_each(
    commands: Iterable[tuple[Sequence[object], Path]], *behind: str
) -> list[subprocess.CompletedProcess[str]]:
    """Run commands one after the other, each with its arguments in its folder; only the program's start is shared.

    behind: a command that is to start it, with less power say.
    """
    given = "".join(json.dumps([list(map(str, arguments)), str(folder)]) + "\n" for arguments, folder in commands)
    program = [*behind, sys.executable, "-c", _EACH]
    done = subprocess.run(program, input=given, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return [subprocess.CompletedProcess(*json.loads(line)) for line in done.stdout.splitlines()]


def free_port() -> int:
    """Return a port that nobody listens on and nobody else is given while this process runs.

    It lies below those that the system chooses from; a UDP socket of its number tells other processes that run tests.
    """
    for port in _PORTS:
        keeper = socket.socket(type=socket.SOCK_DGRAM)
        try:
            keeper.bind(("127.0.0.1", port))
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            keeper.close()
            continue
        keeper.detach()  # open until the process ends
        return port
    raise AssertionError("no port is free")


def publish_quads(releases: Path, port: int, quads: Iterable[ox.Quad], **more: object) -> None:
    """Write a release that has these quads and nothing else, to be served at a port. more: what its manifest says."""
    dataset = canonical_nquads(quads)
    facts: dict[str, object] = {
        "base": f"http://127.0.0.1:{port}/",
        "dataset_hash": {"sha256": dataset_hash(dataset)},
        "counts": {},
    }
    publish(releases, {DATASET: dataset}, facts | more)


@contextmanager
def serving(releases: Path, *options: object, port: int = 0) -> Iterator[Served]:
    """Serve the current release until the block ends; the server must then end in order and say nothing bad."""
    command = [*COMMAND, "serve", "--releases", releases, "--port", port, *options]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        ready = process.stdout.readline()
        assert "http://" in ready, process.communicate()[1]
        yield Served(ready.split()[-1], process)
    finally:
        process.terminate()
        _, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, ""), complaints
