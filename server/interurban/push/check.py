"""Whether a server answers what was sent to it: how much there is of everything, and a part of it word by word."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from interurban.errors import EndpointError
from interurban.messages import say
from interurban.push.pieces import Tally
from interurban.push.store import Dataset, persistently
from interurban.remote.held import NOTHING, Names, quads, rows

_TOGETHER = 50  # things in a query


def foreign(dataset: Dataset, names: Names) -> None:
    """Raise EndpointError if graphs of these names hold what `push` has not written."""
    values = " ".join(f"<{graph}>" for graph in _graphs(names))
    query = f"SELECT DISTINCT ?g {{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }} LIMIT 1"
    for graph, *_ in persistently(lambda: rows(dataset.asking, query, (NOTHING,), _graphs(names))):
        raise EndpointError(say("push-foreign", address=dataset.place.endpoint, graph=graph))


def check(dataset: Dataset, names: Names, tally: Tally, accepted: dict[ox.Quad, ox.Quad] | None = None) -> str:
    """Return the SHA-256 of what a part of the things are answered to be, which is what they are.

    accepted: takes the statements that come with another literal, and what they have become; None: there may be none.
    Raises EndpointError with the first that is not as it was sent.
    """
    query = "SELECT ?g ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?p"
    counted = persistently(lambda: rows(dataset.asking, query, (NOTHING,), _graphs(names)))
    found = Counter({(_known(graph, names), p): int(n) for graph, p, n in counted if graph})
    for key in sorted(found.keys() | tally.counts.keys()):
        if found[key] != tally.counts[key]:
            graph, p = key
            raise EndpointError(
                say("push-count", graph=graph or names.default, property=p, found=found[key], sent=tally.counts[key])
            )
    sent = {quad for lines in tally.sample.values() for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)}
    parts = _parts(sorted(tally.sample))
    answered = {quad for part in parts for quad in _about(dataset, names, part)}
    others = {_place(quad): quad for quad in answered - sent if isinstance(quad.object, ox.Literal)}
    changed = {quad: other for quad in sent - answered if (other := others.get(_place(quad)))}
    if changed and accepted is None:
        statement, other = min(changed.items(), key=str)
        told = say("push-changed", address=dataset.place.endpoint, statement=statement, answered=other.object)
        raise EndpointError(told)
    if accepted is not None:
        accepted.update(changed)
    wrong = (sent - changed.keys()) ^ (answered - set(changed.values()))
    for quad in sorted(wrong, key=str):
        lost = "push-lost" if quad in sent else "push-other"
        raise EndpointError(say(lost, address=dataset.place.endpoint, statement=quad))
    return hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in answered)).encode()).hexdigest()


def _place(quad: ox.Quad) -> str:
    """Return where a literal stands, or whatever else a statement says of its subject."""
    kind = "literal" if isinstance(quad.object, ox.Literal) else str(quad.object)
    return f"{quad.subject} {quad.predicate} {quad.graph_name} {kind}"


def _about(dataset: Dataset, names: Names, things: Iterable[str]) -> Iterator[ox.Quad]:
    query = f"SELECT ?s ?p ?o ?g {{ VALUES ?s {{ {' '.join(things)} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    for quad in persistently(lambda: quads(dataset.asking, query, (NOTHING,), _graphs(names))):
        if isinstance(quad.object, ox.BlankNode):  # its name here means nothing there
            continue
        graph = _known(quad.graph_name.value, names)  # type: ignore[union-attr]
        yield quad if graph else ox.Quad(quad.subject, quad.predicate, quad.object)


def _parts(things: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(things), _TOGETHER):
        yield things[start : start + _TOGETHER]


def _graphs(names: Names) -> tuple[str, ...]:
    return (names.default, *names.graphs)


def _known(graph: str, names: Names) -> str:
    return "" if graph == names.default else graph
