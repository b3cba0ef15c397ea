"""Running the program as its users do: as a process of its own, reached over a real socket."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.folder import DATASET, publish

COMMAND = (sys.executable, "-m", "interurban.cli")


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


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def publish_quads(releases: Path, port: int, quads: Iterable[ox.Quad]) -> None:
    """Write a release that has these quads and nothing else, to be served at a port."""
    dataset = canonical_nquads(quads)
    facts: dict[str, object] = {
        "base": f"http://127.0.0.1:{port}/",
        "dataset_hash": {"sha256": dataset_hash(dataset)},
        "counts": {},
    }
    publish(releases, {DATASET: dataset}, facts)


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
