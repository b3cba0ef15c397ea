"""Other people's SPARQL servers (tests/peers) with the data of a release in them, tuned for speed, on loopback."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from measuring import children
from peers.servers import Peer, fuseki, oxigraph, rdf4j, virtuoso

_LOADING = 1200  # seconds that loading may take
LONGEST = 20  # seconds that an answer may take: a query that goes on behind a client's back would slow the others
_JAVA = ("java", "-Xmx6g")
_BUFFERS = 340_000  # of 8 KiB: what Virtuoso's manual has for 4 GiB
_NQUADS, _NTRIPLES = "application/n-quads", "application/n-triples"
_PART = 50_000  # lines
_DEFAULT = "urn:default"  # the graph in which Virtuoso, which has no default graph, has what is in it
_RDF4J_DEFAULT = "http://www.openrdf.org/schema/sesame#nil"


@dataclass(frozen=True)
class Data:
    """The N-Quads of a release, their default graph as N-Triples, and each named graph as such."""

    quads: Path
    default: Path
    named: Mapping[str, Path]


@dataclass(frozen=True)
class Asked:
    """A server that is asked: its name, its query endpoint, and its first process.

    dataset: what is sent beside a query that looks at the default graph alone; with_graphs: beside others.
    """

    name: str
    endpoint: str
    pid: int
    dataset: Mapping[str, object] = field(default_factory=dict)
    with_graphs: Mapping[str, object] = field(default_factory=dict)

    def pids(self) -> list[int]:
        """Return its processes."""
        return [self.pid, *children(self.pid)]


def parts(quads: Path, folder: Path) -> Data:
    """Write the graphs of a dataset to files of their own."""
    graphs: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Triple]] = {}
    for quad in ox.parse(path=quads, format=ox.RdfFormat.N_QUADS, lenient=True):
        graphs.setdefault(quad.graph_name, []).append(quad.triple)
    files = {}
    for number, (name, triples) in enumerate(sorted(graphs.items(), key=lambda item: str(item[0]))):
        files[name] = folder / f"{number}.nt"
        ox.serialize(triples, files[name], ox.RdfFormat.N_TRIPLES)
    named = {name.value: file for name, file in files.items() if isinstance(name, ox.NamedNode)}
    return Data(quads, files[ox.DefaultGraph()], named)


def _send(address: str, content: bytes, kind: str, auth: httpx.Auth | None = None, **parameters: str) -> None:
    headers = {"content-type": kind}
    sent = httpx.post(address, params=parameters, content=content, headers=headers, auth=auth, timeout=_LOADING)
    sent.raise_for_status()


def _by_graph_store(peer: Peer, data: Data) -> Mapping[str, Mapping[str, object]]:
    _send(peer.graph_store, data.quads.read_bytes(), _NQUADS)
    return {}


def _into_rdf4j(peer: Peer, data: Data) -> Mapping[str, Mapping[str, object]]:
    """Of RDF4J the default graph is all graphs, if a query does not say otherwise."""
    _send(f"{peer.endpoint}/statements", data.quads.read_bytes(), _NQUADS)
    return {asked: {**names, "timeout": LONGEST} for asked, names in _dataset(_RDF4J_DEFAULT, data).items()}


def _into_virtuoso(peer: Peer, data: Data) -> Mapping[str, Mapping[str, object]]:
    """In parts, since of all at once it may hold its own locks for ever."""
    auth = httpx.DigestAuth(peer.user, peer.secret)
    for graph, file in {_DEFAULT: data.default, **data.named}.items():
        with file.open("rb") as lines:
            while part := b"".join(islice(lines, _PART)):
                _send(peer.graph_store, part, _NTRIPLES, auth, **{"graph-uri": graph})
    return _dataset(_DEFAULT, data)


def _dataset(default: str, data: Data) -> Mapping[str, Mapping[str, object]]:
    alone = {"default-graph-uri": default}
    return {"dataset": alone, "with_graphs": {**alone, "named-graph-uri": list(data.named)}}


def _fuseki(folder: Path, *, disk: bool = False) -> AbstractContextManager[Peer]:
    return fuseki(folder, "--timeout", str(LONGEST * 1000), disk=disk, java=_JAVA)


def _oxigraph(folder: Path) -> AbstractContextManager[Peer]:
    return oxigraph(folder, 0, "--timeout-s", str(LONGEST))


Start = Callable[[Path], AbstractContextManager[Peer]]
Load = Callable[[Peer, Data], Mapping[str, Mapping[str, object]]]
PEERS: Mapping[str, tuple[Start, Load]] = {
    "Fuseki, in memory": (_fuseki, _by_graph_store),
    "Fuseki, TDB2": (partial(_fuseki, disk=True), _by_graph_store),
    "Oxigraph server, in memory": (_oxigraph, _by_graph_store),
    "RDF4J, in memory": (partial(rdf4j, java=_JAVA), _into_rdf4j),
    "Virtuoso": (partial(virtuoso, buffers=_BUFFERS), _into_virtuoso),
}


@contextmanager
def loaded(names: Sequence[str], data: Data, folder: Path) -> Iterator[tuple[list[Asked], list[str]]]:
    """Start peers, one after the other, and load them; yield them, and who is missing and why; end them."""
    peers, missing = list[Asked](), list[str]()
    with ExitStack() as ending:
        for name in names:
            start, load = PEERS[name]
            (place := folder / name).mkdir()
            try:
                peer = ending.enter_context(start(place))
                dataset = load(peer, data)
            except (pytest.skip.Exception, pytest.fail.Exception, AssertionError, httpx.HTTPError) as error:
                missing.append(f"{name} ({error})")
            else:
                peers.append(Asked(name, peer.endpoint, peer.process.pid if peer.process else 0, **dataset))
        yield peers, missing
