"""Infer and derive: what may be taken for true, and what follows, by rules that people wrote (SPARQL CONSTRUCT).

An inference (`ontology/inferences/`) is a conclusion that no source draws: it gets a named graph of its own, which has
the rule beside what was inferred. What a rule of `ontology/rules/` derives only says in other words what is believed.
"""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import NamedGraph
from interurban.errors import InputError, Place, Problem, relative
from interurban.iris import SH, Base
from interurban.messages import say
from interurban.rdf.formats import quads_of

INFERENCES, RULES = "inferences", "rules"
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
        text = path.read_text(encoding="utf-8-sig")
        for triple in sorted(construct(store, path, text, base), key=str):
            graph.add(triple)
        if graph.statements:
            graph.add(ox.Triple(graph.name, _CONSTRUCT, ox.Literal(text)))
            graphs.append(graph)
    return graphs


def derive(believed: set[ox.Triple], graphs: Iterable[NamedGraph], rules: Path, base: Base) -> NamedGraph:
    """Return the named graph of what the rules add to `believed`; the rules run until nothing new comes.

    graphs: who said it, which rules can ask for as named graphs. Raises InputError for a rule that is not a CONSTRUCT
    query.
    """
    store = ox.Store()
    store.extend(quads_of(believed))
    for graph in graphs:
        store.extend(graph.quads())
    derived = NamedGraph(ox.NamedNode(base.graph("derived")))
    queries = [(path, path.read_text(encoding="utf-8-sig")) for path in sorted(rules.glob("*.rq"))]
    news = True
    while news:
        news = False
        for path, text in queries:
            for triple in construct(store, path, text, base):
                if triple not in believed and triple not in derived.statements:
                    derived.add(triple)
                    store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
                    news = True
    return derived


def construct(store: ox.Store, path: Path, text: str, base: Base, *, union: bool = False) -> list[ox.Triple]:
    """Return what a CONSTRUCT query, read from `path`, yields now; union: asked over all graphs as if they were one.

    Raises InputError if it is anything else.
    """
    try:
        answer = store.query(text, base_iri=base.iri, use_default_graph_as_union=union)
    except SyntaxError as error:
        place = Place(relative(path), error.lineno, error.offset)
        raise InputError([Problem(say("rule-syntax", reason=error.msg), place)]) from error
    if not isinstance(answer, ox.QueryTriples):
        raise InputError([Problem(say("rule-form"), Place(relative(path)))])
    return list(answer)
