"""Releases to push, and where to."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from peers.between import Between, between
from peers.servers import Peer, oxigraph
from serving import free_port, publish_quads


class Releases:
    """A folder of releases for a server on a port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def publish(self, word: str, day: int = 1, more: str = "", blank: bool = True) -> None:
        """Make a release the current one: 3,000 statements, one of a word, and one of blank nodes in a graph."""
        base = f"http://127.0.0.1:{self.port}/"
        lines = [f"<{base}id/{i}> <http://e/p> <{base}id/{i * 7 % 3000}> .\n" for i in range(3000)]
        lines += [f'<{base}id/0> <http://e/word> "{word}" .\n', more]
        if blank:
            lines.append(f"_:b <http://e/p> _:c <{base}graph/one> .\n")
        quads = list(ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))
        named = Counter(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode))
        counts = {"default_graph": len(quads) - named.total(), "named_graphs": dict(named)}
        publish_quads(self.folder, self.port, quads, counts=counts, published=f"2026-11-{day:02}T00:00:00Z")

    @property
    def version(self) -> str:
        """The name of the current one."""
        return self.folder.joinpath("current").readlink().name


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    made = Releases(tmp_path / "releases")
    made.publish("first")
    return made


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    """A server that writes and answers as it should."""
    (tmp_path / "peer").mkdir()
    with oxigraph(tmp_path / "peer") as running:
        yield running


@pytest.fixture
def way(peer: Peer) -> Iterator[Between]:
    """The way to it."""
    with between(peer.endpoint) as proxy:
        yield proxy


@pytest.fixture
def reached(peer: Peer, way: Between) -> Peer:
    """The same server, reached by that way and written by the Graph Store Protocol."""
    return Peer(way.at(peer.endpoint), way.at(peer.graph_store))
