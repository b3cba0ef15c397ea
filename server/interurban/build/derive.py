"""Infer and derive: what may be taken for true, and what follows, by rules that people wrote (SPARQL CONSTRUCT).

An inference (`ontology/inferences/`) is a conclusion that no source draws: it gets a named graph of its own, which has
the rule beside what was inferred. What a rule of `ontology/rules/` derives only says in other words what is believed;
it runs once, after those that the line `# After: …` at its head names, whose statements it reads.
"""

import re
import unicodedata
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, construct, constructed
from interurban.build.graphs import NamedGraph
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.iris import SH, Base
from interurban.messages import say
from interurban.rdf.lines import Gathering, split

INFERENCES, RULES = "inferences", "rules"
BELIEVED = ox.DefaultGraph()
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


def derive(said: Gathering, rules: Path, base: Base) -> NamedGraph:
    """Add what the rules derive to what is believed, and as a named graph of its own, of which the name is returned.

    said: what is believed, and who said it, which rules can ask for as named graphs. The graph that is returned has no
    statements of its own, only warnings. Raises InputError for a rule that is not a CONSTRUCT query, or is to run after
    itself or one that is not there.
    """
    derived, every = NamedGraph(ox.NamedNode(base.graph("derived"))), list[bytes]()
    for query in _in_order(rules):
        new = said.new(BELIEVED, split(_composed(constructed(said.store, query, base), derived)))
        said.put_lines(BELIEVED, new)
        every += new
    said.put_lines(derived.name, every)
    return derived


def _composed(text: bytes, derived: NamedGraph) -> bytes:
    """Return N-Triples with their texts in NFC; what was not gets a warning."""
    if unicodedata.is_normalized("NFC", text.decode()):
        return text
    composed = NamedGraph(derived.name, warnings=derived.warnings)
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        composed.add(quad.triple)
    return ox.serialize(composed.statements, format=ox.RdfFormat.N_TRIPLES) or b""


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
