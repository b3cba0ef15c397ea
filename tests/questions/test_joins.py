"""No query of the house multiplies what has nothing to do with one another: what connects a join is surely bound.

`OPTIONAL { ?node iu:seat ?place } OPTIONAL { ?place iu:country ?c }` joins a node without a seat with every place there
is. Such a query answers on forty cities, and never ends on nine thousand.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rdflib import Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from interurban import resources

ROOT = resources.room("data").parent
QUERIES = sorted(
    path
    for room in ("queries", "ontology", "data", "server", "shapes")
    for path in (ROOT / room).rglob("*.rq")
    if path.parent.name != "wikidata"  # those are asked there, with what they are about put in
)

Names = frozenset[str]
NONE: Names = frozenset()


@dataclass(frozen=True)
class Side:
    """A side of a join: the variables that are surely bound and that may be, and whether it is about few things only.

    few: it is a table in the query, or about something that the query names. found: what multiplies in it.
    """

    sure: Names
    maybe: Names
    few: bool
    found: tuple[str, ...] = ()


def products(text: str) -> tuple[str, ...]:
    """Return the joins of a query whose sides no variable surely connects, each by the variables of its sides."""
    return _side(translateQuery(parseQuery(text)).algebra).found


def _side(node: CompValue) -> Side:
    match node.name:
        case "BGP":
            return _pattern(node)
        case "Join" | "LeftJoin" | "Union" | "Minus":
            return _two_sided(node.name, _side(node.p1), _side(node.p2))
        case "ToMultiSet" | "values" if not node.p:
            return _table(node)
    side = _side(node.p)
    match node.name:
        case "Extend":
            return replace(side, sure=side.sure | _names(node.var), maybe=side.maybe | _names(node.var))
        case "Graph":
            return replace(side, sure=side.sure | _names(node.term), maybe=side.maybe | _names(node.term))
        case "Project":
            return replace(side, sure=side.sure & _names(*node.PV), maybe=side.maybe & _names(*node.PV))
    return side


def _two_sided(kind: str, left: Side, right: Side) -> Side:
    found, few = left.found + right.found, left.few and right.few
    if kind == "Minus":
        return replace(left, found=found)
    if kind == "Union":
        return Side(left.sure & right.sure, left.maybe | right.maybe, few, found)
    connects = left.sure & (right.sure if kind == "Join" else right.maybe)
    if left.maybe and right.maybe and not connects and not left.few and not right.few:
        found += (f"{_told(left.maybe)} × {_told(right.maybe)}",)
    sure = left.sure | right.sure if kind == "Join" else left.sure
    return Side(sure, left.maybe | right.maybe, few, found)


def _pattern(node: CompValue) -> Side:
    groups: list[tuple[Names, bool]] = []  # variables that triples connect, and whether they are about something named
    for triple in node.triples:
        names = _names(*triple)
        joined = [group for group in groups if group[0] & names]
        few = any([not _names(triple[0]), *(group[1] for group in joined)])
        if names:
            groups = [g for g in groups if g not in joined] + [(names.union(*(g[0] for g in joined)), few)]
    every = NONE.union(*(names for names, _ in groups))
    many = [_told(names) for names, few in groups if not few]
    return Side(every, every, not many, (" × ".join(many),) if len(many) > 1 else ())


def _table(node: CompValue) -> Side:
    rows = [_names(*(name for name, value in row.items() if value != "UNDEF")) for row in node.res or []]
    return Side(frozenset.intersection(*rows) if rows else NONE, NONE.union(*rows), few=True)


def _names(*terms: object) -> Names:
    """Return the names among terms; a parameter is no variable, it is put in before the query is asked."""
    return frozenset(str(term) for term in terms if isinstance(term, Variable) and not term.startswith("_"))


def _told(names: Names) -> str:
    return " ".join(f"?{name}" for name in sorted(names))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_no_query_multiplies_what_is_not_connected(path: Path) -> None:
    assert products(path.read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize(
    ("pattern", "multiplies"),
    [
        ("?a <urn:p> ?b . ?b <urn:q> ?c", False),
        ("?a <urn:p> ?b . ?c <urn:q> ?d", True),
        ("?a a <urn:T> OPTIONAL { ?a <urn:seat> ?p } OPTIONAL { ?p <urn:in> ?c }", True),
        ("?a a <urn:T> OPTIONAL { ?a <urn:seat> ?p OPTIONAL { ?p <urn:in> ?c } }", False),
        ("{ ?a a <urn:T> } UNION { ?b a <urn:U> } ?a <urn:q> ?d", True),
        ("VALUES ?a { <urn:x> } ?a <urn:q> ?d", False),
        ("?a <urn:p> ?b { SELECT ?b { ?b <urn:q> ?c } }", False),
        ("?a <urn:p> ?b { SELECT ?c { ?b <urn:q> ?c } }", True),
    ],
)
def test_the_check_itself(pattern: str, multiplies: bool) -> None:
    assert bool(products(f"SELECT * {{ {pattern} }}")) == multiplies
