"""Infer and derive: what may be taken for true, and what follows, by rules that people wrote (SPARQL CONSTRUCT).

An inference (`ontology/inferences/`) is a conclusion that no source draws: it gets a named graph of its own, which has
the rule beside what was inferred. What a rule of `ontology/rules/` derives only says in other words what is believed;
it runs once, after those that the line `# After: …` at its head names, whose statements it reads.
"""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct
from interurban.build.graphs import NamedGraph
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.iris import SH, Base
from interurban.messages import say
from interurban.rdf.formats import quads_of

INFERENCES, RULES = "inferences", "rules"
_CONSTRUCT = ox.NamedNode(SH + "construct")
_AFTER = re.compile(r"^# After: ([\w, -]+)\.$", re.MULTILINE)


def infer(store: ox.Store, inferences: Path, base: Base) -> list[NamedGraph]:
    """Return a named graph for each inference with the conclusions from a store, and the rule that draws them.

    Raises InputError for a rule that is not a CONSTRUCT query.
    """
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


def derive(store: ox.Store, believed: set[ox.Triple], rules: Path, base: Base) -> NamedGraph:
    """Return the named graph of what the rules add to `believed`, and add it to that and to the store.

    store: what is believed, and who said it, which rules can ask for as named graphs. Raises InputError for a rule that
    is not a CONSTRUCT query, or is to run after itself or one that is not there.
    """
    derived = NamedGraph(ox.NamedNode(base.graph("derived")))
    for query in _in_order(rules):
        new = [t for t in dict.fromkeys(construct(store, query, base)) if t not in believed]
        for triple in new:
            derived.add(triple)
        store.extend(quads_of(new))
    believed.update(derived.statements)
    return derived


def _in_order(rules: Path) -> list[Asked]:
    """Return the rules, each after those that it names, otherwise in order of their names."""
    queries = {path.stem: Asked(read_source(path), Place(relative(path))) for path in sorted(rules.glob("*.rq"))}
    order = TopologicalSorter[str]()
    problems = []
    for name, query in queries.items():
        found = _AFTER.search(query.text)
        before = found[1].split(", ") if found else []
        problems += [Problem(say("rule-after", name=n), query.place) for n in before if n not in queries]
        order.add(name, *before)
    try:
        names = list(order.static_order())
    except CycleError as error:
        circle: list[str] = error.args[1]
        problems.append(Problem(say("rule-circle", names=" → ".join(circle)), queries[circle[0]].place))
    if problems:
        raise InputError(problems)
    return [queries[name] for name in names]
