"""Results of queries as graphs: so that isomorphism of graphs compares them, blank nodes and all.

A graph of solutions has one node for each different solution, with what it binds and how often it is there; where the
order counts, one for each solution, with its number. Literals are compared as terms, or by their values if asked.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, XSD
from rdflib.query import Result
from rdflib.term import Node

from interurban.rdf.formats import canonical

RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_X = rdflib.Namespace("urn:x:")
FORMATS = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
}

Row = Mapping[str, Node]


@dataclass(frozen=True)
class Solutions:
    """What a SELECT answers; ordered: whether the order of the rows counts."""

    columns: list[str]
    rows: Sequence[Row]
    ordered: bool = False


Answer = Solutions | rdflib.Graph | bool
Form = Callable[[Node], Node]  # of a term, in which it is compared


def same(found: Answer, expected: Answer, lax: bool = False, form: Form | None = None) -> bool:
    """Tell whether an answer is the expected one.

    lax: how often a solution stands there does not count, as REDUCED allows. form: what terms are compared in, by
    default as RDF 1.1 compares them.
    """
    form = form or term
    if isinstance(found, rdflib.Graph) and isinstance(expected, rdflib.Graph):
        return isomorphic(_with(form, found), _with(form, expected))
    if isinstance(found, Solutions) and isinstance(expected, Solutions):
        if sorted(found.columns) != sorted(expected.columns):
            return False
        ordered = found.ordered or expected.ordered
        return isomorphic(*(_graph(solutions.rows, ordered, lax, form) for solutions in (found, expected)))
    return found is expected


def term(node: Node) -> Node:
    """Return a term without the datatype of every plain literal, and with its language in lower case."""
    if not isinstance(node, rdflib.Literal):
        return node
    datatype = None if node.datatype == XSD.string else node.datatype
    return rdflib.Literal(str(node), lang=node.language and node.language.lower(), datatype=datatype)


def value(node: Node) -> Node:
    """Return a term with its value in the canonical form that a release has it in."""
    if not isinstance(node, rdflib.Literal) or node.datatype is None:
        return term(node)
    literal = canonical(ox.Literal(str(node), datatype=ox.NamedNode(node.datatype)))
    return term(rdflib.Literal(literal.value, datatype=rdflib.URIRef(literal.datatype.value)))


def _graph(rows: Iterable[Row], ordered: bool, lax: bool, form: Form) -> rdflib.Graph:
    counted = Counter(
        (number if ordered else 0, frozenset((name, form(node)) for name, node in row.items()))
        for number, row in enumerate(rows)
    )
    graph = rdflib.Graph()
    for (number, bindings), count in counted.items():
        solution = rdflib.BNode()
        graph.add((solution, _X.solution, rdflib.Literal(f"{number} {1 if lax else count}")))
        for name, node in bindings:
            graph.add((solution, _X["column/" + name], node))
    return graph


def _with(form: Form, graph: rdflib.Graph) -> rdflib.Graph:
    formed = rdflib.Graph()
    for s, p, o in graph:
        formed.add((s, p, form(o)))
    return formed


def read(content: bytes, media_type: str) -> Solutions | bool:
    """Return a result of SELECT or ASK in any of the four formats."""
    if media_type == FORMATS[".csv"]:
        return from_csv(content.decode())
    if media_type == FORMATS[".tsv"]:
        return from_tsv(content.decode())
    result = Result.parse(io.BytesIO(content), format="xml" if media_type == FORMATS[".srx"] else "json")
    if result.type == "ASK":
        return bool(result.askAnswer)
    rows = [{str(name): term for name, term in row.items() if term is not None} for row in result.bindings]
    return Solutions([str(name) for name in result.vars or ()], rows)


def from_tsv(text: str) -> Solutions:
    """Return solutions in TSV, whose terms are written as in Turtle (section 4)."""
    first, *lines = text.removesuffix("\n").split("\n")
    columns = [name.removeprefix("?") for name in first.split("\t") if name]
    cells = [line.split("\t") for line in lines]
    turtle = "".join(f"<r:{r}> <c:{c}> {cell} .\n" for r, row in enumerate(cells) for c, cell in enumerate(row) if cell)
    rows: list[dict[str, Node]] = [{} for _ in cells]
    for row, column, node in rdflib.Graph().parse(data=turtle, format="turtle"):
        rows[int(str(row)[2:])][columns[int(str(column)[2:])]] = node
    return Solutions(columns, rows)


def from_csv(text: str) -> Solutions:
    """Return solutions in CSV, whose terms are texts and blank nodes: the format has no more (section 3.2)."""
    columns, *lines = list(csv.reader(io.StringIO(text, newline="")))
    rows = [{name: _cell(cell) for name, cell in zip(columns, line, strict=True) if cell} for line in lines]
    return Solutions(columns, rows)


def as_csv(solutions: Solutions) -> Solutions:
    """Return what CSV leaves of solutions."""
    kept = [{name: node for name, node in row.items() if str(node)} for row in solutions.rows]
    rows = [
        {n: node if isinstance(node, rdflib.BNode) else _cell(str(node)) for n, node in row.items()} for row in kept
    ]
    return Solutions(solutions.columns, rows)


def _cell(cell: str) -> Node:
    return rdflib.BNode(cell[2:]) if cell.startswith("_:") else rdflib.Literal(cell)


def expected(path: Path, base: str, query: str) -> Answer:
    """Return the result in a file of a suite: a format of results, a graph, or a graph that describes a result."""
    if path.suffix in FORMATS:
        answer = read(path.read_bytes(), FORMATS[path.suffix])
        if isinstance(answer, Solutions) and re.search(r"\bORDER\s+BY\b", query, re.IGNORECASE):
            return Solutions(answer.columns, answer.rows, ordered=True)
        return answer
    graph = rdflib.Graph().parse(path, publicID=base)
    described = graph.value(predicate=RDF.type, object=RS.ResultSet)
    if described is None:
        return graph
    boolean = graph.value(described, RS.boolean)
    if boolean is not None:
        return str(boolean) == "true"
    nodes = list(graph.objects(described, RS.solution))
    numbers = {node: number for node in nodes if (number := graph.value(node, RS["index"])) is not None}
    if numbers:
        nodes.sort(key=lambda node: int(str(numbers[node])))
    rows = [
        {
            str(graph.value(b, RS.variable)): value
            for b in graph.objects(n, RS.binding)
            for value in graph.objects(b, RS.value)
        }
        for n in nodes
    ]
    return Solutions([str(name) for name in graph.objects(described, RS.resultVariable)], rows, bool(numbers))
