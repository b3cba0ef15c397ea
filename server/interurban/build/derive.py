"""Infer and derive: what may be taken for true, and what follows, by rules that people wrote (SPARQL CONSTRUCT).

An inference (`ontology/inferences/`) is a conclusion that no source draws: it gets a named graph of its own, which has
the rule beside what was inferred. What a rule of `ontology/rules/` derives only says in other words what is believed.
"""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct
from interurban.build.graphs import TYPE, NamedGraph
from interurban.build.reads import reads
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.iris import SH, Base
from interurban.messages import say
from interurban.rdf.formats import quads_of

INFERENCES, RULES = "inferences", "rules"
_MOST_ROUNDS = 100  # ours need three; what follows from what follows ends, unless a rule makes up things
_CONSTRUCT = ox.NamedNode(SH + "construct")


def infer(believed: Iterable[ox.Triple], inferences: Path, base: Base) -> list[NamedGraph]:
    """Return a named graph for each inference with the conclusions from `believed`, and the rule that draws them.

    Raises InputError for a rule that is not a CONSTRUCT query.
    """
    store = ox.Store()
    store.extend(quads_of(believed))
    graphs = []
    for path in sorted(inferences.glob("*.rq")):
        graph = NamedGraph(ox.NamedNode(base.graph(f"inferred-{path.stem}")))
        query = Asked(read_source(path), Place(relative(path)))
        for triple in sorted(construct(store, query, base), key=str):
            graph.add(triple)
        if graph.statements:
            graph.add(ox.Triple(graph.name, _CONSTRUCT, ox.Literal(query.text)))
            graphs.append(graph)
    return graphs


def derive(believed: set[ox.Triple], graphs: Iterable[NamedGraph], rules: Path, base: Base) -> NamedGraph:
    """Return the named graph of what the rules add to `believed`; the rules run until nothing new comes.

    graphs: who said it, which rules can ask for as named graphs. Raises InputError for a rule that is not a CONSTRUCT
    query, or does not come to an end.
    """
    store = ox.Store()
    store.extend(quads_of(believed))
    for graph in graphs:
        store.extend(graph.quads())
    derived = NamedGraph(ox.NamedNode(base.graph("derived")))
    queries = [
        Asked(read_source(path), Place(relative(path)))
        for path in sorted(rules.glob("*.rq"), key=lambda path: path.stem)
    ]
    reading = {query: reads(query.text) for query in queries}
    lately: dict[Asked, list[ox.Triple] | None] = dict.fromkeys(queries)  # what came since a rule ran; None: it has not
    for _ in range(_MOST_ROUNDS):
        news: Place | None = None
        for query in queries:
            since = lately[query]
            if since is not None and not any(map(reading[query], since)):
                continue
            found = (t for t in construct(store, query, base) if t not in believed and t not in derived.statements)
            new = list(dict.fromkeys(found))
            for triple in new:
                derived.add(triple)
            store.extend(quads_of(new))
            lately[query] = []
            if new:
                news = query.place
                sample = _one_of_each(new)
                for others in lately.values():
                    if others is not None:
                        others += sample
        if not news:
            return derived
    raise InputError([Problem(say("rule-endless", rounds=_MOST_ROUNDS), news)])


def _one_of_each(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return of the statements one for each property, of those of classes one for each class."""
    return list({(t.predicate, t.object if t.predicate == TYPE else None): t for t in triples}.values())
