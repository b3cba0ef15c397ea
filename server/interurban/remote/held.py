"""Which release a dataset on another server holds, and whether it is all there.

What there is to know stands beside the release, in a graph of its own, in words of others:

    <push/VERSION> owl:versionInfo "VERSION" ;       # while it is being written, and afterwards
        dcterms:issued "2026-11-26T00:00:00Z" ;      # from when it counts
        sd:namedGraph <push/VERSION/default>, … ;    # what was, or is to be, written
        dcterms:hasPart "4194304/17", … ;            # which pieces are there, of that size
        dcterms:available "2026-11-26T15:20:11Z" .   # when all of it was there and checked: nobody is answered before

The default graph stands in a graph that is named by the release, as there are servers that have no default graph, or
take all graphs for it. The others have their own names, or `GRAPH ?g` would answer otherwise. No query is asked of the
server's own default graph: the dataset is said with each (SPARQL 1.1 Protocol, 2.1.4).
"""

from dataclasses import dataclass, field

import pyoxigraph as ox

from interurban.errors import EndpointError
from interurban.messages import say
from interurban.remote.connection import Body, Connection

JSON = "application/sparql-results+json"
NOTHING = "urn:interurban:no-graph"  # what a dataset without graphs is said to have: some servers take none for all
VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
GRAPH = "http://www.w3.org/ns/sparql-service-description#namedGraph"
_TERMS = "http://purl.org/dc/terms/"
ISSUED, PIECE, AVAILABLE = f"{_TERMS}issued", f"{_TERMS}hasPart", f"{_TERMS}available"


@dataclass(frozen=True)
class Names:
    """What a release's graphs are called on another server. base: the release's; graphs: its named graphs."""

    base: str
    version: str
    graphs: tuple[str, ...]

    @property
    def about(self) -> str:
        """The graph in which stands what there is to know."""
        return f"{self.base}push"

    @property
    def release(self) -> str:
        """The release, in that graph."""
        return f"{self.base}push/{self.version}"

    @property
    def default(self) -> str:
        """The graph in which the default graph stands."""
        return f"{self.release}/default"

    def dataset(
        self, default: tuple[str, ...] | None, named: tuple[str, ...] | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the graphs of a dataset as they are called there: the protocol's, or all of ours."""
        if default is None and named is None:
            return (self.default,), self.graphs or (NOTHING,)
        # a name of these here is nobody's
        return tuple(
            tuple(iri for iri in graphs or () if not iri.startswith(self.about)) or (NOTHING,)
            for graphs in (default, named)
        )  # type: ignore[return-value]


@dataclass
class Held:
    """What a dataset holds. available: since when it is all there; "" if it is not."""

    version: str = ""
    issued: str = ""
    available: str = ""
    graphs: set[str] = field(default_factory=set)
    pieces: set[str] = field(default_factory=set)


def held(connection: Connection, about: str) -> Held:
    """Return what a dataset holds, by the graph that tells it; raises EndpointError."""
    found = Held()
    kinds = {VERSION: "version", ISSUED: "issued", AVAILABLE: "available"}
    for _, p, o in rows(connection, f"SELECT ?s ?p ?o {{ GRAPH <{about}> {{ ?s ?p ?o }} }}", (NOTHING,), (about,)):
        if p in kinds:
            setattr(found, kinds[p], o)
        elif p in (GRAPH, PIECE):
            (found.graphs if p == GRAPH else found.pieces).add(o)
    return found


def available(connection: Connection, names: Names) -> str:
    """Return since when a dataset holds all of a release; "" if it does not. Raises EndpointError."""
    query = (
        f"SELECT ?since {{ GRAPH <{names.about}> {{"
        f" <{names.release}> <{VERSION}> ?version ; <{AVAILABLE}> ?since }} }} ORDER BY ?since"
    )
    return "".join(row[0] for row in rows(connection, query, (NOTHING,), (names.about,)))


def rows(connection: Connection, query: str, default: tuple[str, ...], named: tuple[str, ...]) -> list[list[str]]:
    """Return the rows of a SELECT query, each value as text; raises EndpointError."""
    found = _solutions(connection, query, default, named)
    return [[getattr(term, "value", "") for term in solution] for solution in found]


def quads(connection: Connection, query: str, default: tuple[str, ...], named: tuple[str, ...]) -> set[ox.Quad]:
    """Return the statements that a SELECT query finds as subject, predicate, object and graph; raises EndpointError."""
    return {ox.Quad(*solution) for solution in _solutions(connection, query, default, named)}


def _solutions(
    connection: Connection, query: str, default: tuple[str, ...], named: tuple[str, ...]
) -> list[ox.QuerySolution]:
    body = connection.ask(query, JSON, default, named)
    found = results(body, connection.address)
    if not isinstance(found, ox.QuerySolutions):
        raise no_results(connection.address)
    try:
        solutions = list(found)
    except (SyntaxError, ValueError) as error:
        raise no_results(connection.address) from error
    body.read()  # or the connection cannot be used again
    return solutions


def results(body: Body, address: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return the results that an answer has begun to tell; EndpointError if it is no such answer."""
    if body.media_type not in (JSON, "application/json"):
        raise no_results(address)
    try:
        return ox.parse_query_results(body.file, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise no_results(address) from error


def no_results(address: str) -> EndpointError:
    """Return what is wrong where something else than SPARQL answers."""
    return EndpointError(say("remote-no-sparql", address=address))
