"""A dataset on a server that can be written: by graphs (SPARQL 1.1 Graph Store HTTP Protocol) or by updates."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlencode

import pyoxigraph as ox

from interurban.errors import EndpointError
from interurban.messages import say
from interurban.remote.connection import Connection
from interurban.remote.held import AVAILABLE, GRAPH, ISSUED, PIECE, VERSION, Held, Names, held
from interurban.remote.options import Access, Place

_TURTLE = "text/turtle; charset=utf-8"
_UPDATE = "application/sparql-update"
_TRIES = 5
_FIRST_WAIT = 0.5  # seconds; twice as long each time
_WHOLE = 4096  # bytes of an answer that nobody reads
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
Done = TypeVar("Done")


class Dataset:
    """A place of a server that can be asked and written. Everything raises EndpointError."""

    def __init__(self, place: Place, access: Access, patience: float, about: str) -> None:
        if not place.graph_store and not place.update:
            raise EndpointError(say("push-nowhere"))
        self.place, self.about = place, about
        self.asking = Connection(place.endpoint, access, patience)
        self._writing = Connection(place.update or place.graph_store, access, patience)

    def held(self) -> Held:
        """Return what stands there."""
        return persistently(lambda: held(self.asking, self.about))

    def add(self, graph: str, triples: bytes) -> None:
        """Add statements, in N-Triples, to a graph; the same ones again change nothing, if there are no blank nodes."""
        if not self.place.update:
            self._send("POST", triples, {"Content-Type": _TURTLE}, urlencode({"graph": graph}))
        else:
            self._update(b"INSERT DATA { GRAPH <" + graph.encode() + b"> {\n" + triples + b"} }")

    def remove(self, graph: str) -> None:
        """Remove a graph, if there is one of that name."""
        if self.place.update:
            self._update(b"DROP SILENT GRAPH <" + graph.encode() + b">")
            return
        try:
            self._send("DELETE", None, {}, urlencode({"graph": graph}))
        except EndpointError as error:
            if error.status not in _GONE:
                raise

    def begin(self, names: Names, issued: str) -> None:
        """Say which release will stand there, and under which names."""
        self.say(names, [(VERSION, names.version), (ISSUED, issued)], (names.default, *names.graphs))

    def say(self, names: Names, said: Iterable[tuple[str, str]], graphs: Iterable[str] = ()) -> None:
        """Add to what there is to know of a release."""
        release = ox.NamedNode(names.release)
        triples = [ox.Triple(release, ox.NamedNode(p), ox.Literal(o)) for p, o in said]
        triples += [ox.Triple(release, ox.NamedNode(GRAPH), ox.NamedNode(graph)) for graph in graphs]
        self.add(self.about, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")

    def sent(self, names: Names, piece: str) -> None:
        """Say that a piece is there."""
        self.say(names, [(PIECE, piece)])

    def complete(self, names: Names, since: str) -> None:
        """Say that all of it is there: from now on queries are answered from it."""
        self.say(names, [(AVAILABLE, since)])

    def clear(self, found: Held) -> None:
        """Remove a release; first that it is there. Who is killed in between finds it as one that is half there."""
        if found.available:
            self._withdraw(found)
        for graph in sorted(found.graphs - {self.about}):
            self.remove(graph)
        self.remove(self.about)

    def _withdraw(self, found: Held) -> None:
        """Say no longer that a release is all there, in one step."""
        release = ox.NamedNode(f"{self.about}/{found.version}")
        if self.place.update:
            self._update(f"DELETE WHERE {{ GRAPH <{self.about}> {{ ?release <{AVAILABLE}> ?since }} }}".encode())
            return
        triples = [ox.Triple(release, ox.NamedNode(GRAPH), ox.NamedNode(graph)) for graph in sorted(found.graphs)]
        triples += [
            ox.Triple(release, ox.NamedNode(p), ox.Literal(o))
            for p, o in ((VERSION, found.version), (ISSUED, found.issued))
        ]
        written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        self._send("PUT", written, {"Content-Type": _TURTLE}, urlencode({"graph": self.about}))

    def _update(self, text: bytes) -> None:
        self._send("POST", text, {"Content-Type": _UPDATE})

    def _send(self, method: str, body: bytes | None, headers: dict[str, str], also: str = "") -> None:
        def once() -> None:
            answer = self._writing.send(method, body, headers, also)
            while answer.read(_WHOLE):
                pass

        persistently(once)


def persistently(work: Callable[[], Done]) -> Done:
    """Return what some work returns, which is tried again where the server may say something else by then."""
    for attempt in range(_TRIES):
        try:
            return work()
        except EndpointError as error:
            lost = error.status is None and not error.late
            if attempt == _TRIES - 1 or not (lost or error.retry_after):
                raise
            time.sleep(error.retry_after or _FIRST_WAIT * 2**attempt)
    raise AssertionError("unreachable")
