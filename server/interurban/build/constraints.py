"""The constraints of SHACL as tests of values: yes only where the validator would find nothing.

Each is a function of what a shape gives it that makes the test; what is not in the table is always doubted.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH, XSD

from interurban.build.index import Index, Term

_KINDS: dict[rdflib.term.Node, type] = {SH.IRI: ox.NamedNode, SH.Literal: ox.Literal, SH.BlankNode: ox.BlankNode}
_NUMBERS = {str(XSD.decimal), str(XSD.integer)}
_KNOWN = {str(XSD[name]) for name in ("integer", "float", "decimal", "boolean", "date", "time", "dateTime")}
_TEXTS = {str(XSD.string), str(RDF.langString)}
_DATE = str(XSD.date)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


Test = Callable[[Index, Term, list[Term]], bool]  # whether the values of a focus node certainly conform


def doubt(_: Index, __: Term, ___: list[Term]) -> bool:
    """Be certain of nothing."""
    return False


def constraint(part: rdflib.term.Node, given: list[rdflib.term.Node]) -> Test:
    """Return the test of a constraint (`sh:minCount`) with what a shape gives it."""
    make = _TABLE.get(part)
    return make(given) if make else doubt


def term(node: rdflib.term.Node) -> Term:
    """Return a term of rdflib as the engine has it."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))
    return ox.BlankNode(str(node))


def _each(holds: Callable[[Term], bool]) -> Test:
    return lambda _, __, values: all(map(holds, values))


def _counted(holds: Callable[[int], bool]) -> Test:
    return lambda _, __, values: holds(len(values))


def _class(given: list[rdflib.term.Node]) -> Test:
    wanted = term(given[0])
    return lambda said, _, values: all(wanted in said.classes(value) for value in values)


def _has_value(given: list[rdflib.term.Node]) -> Test:
    wanted = term(given[0])
    return lambda _, __, values: wanted in values


def _in(given: list[rdflib.term.Node]) -> Test:
    allowed = set(map(term, given))
    return _each(lambda value: value in allowed)


def _language_in(given: list[rdflib.term.Node]) -> Test:
    allowed = {str(language).lower() for language in given}
    return _each(lambda value: isinstance(value, ox.Literal) and value.language in allowed)


def _node_kind(given: list[rdflib.term.Node]) -> Test:
    kind = _KINDS.get(given[0])
    return _each(lambda value: isinstance(value, kind)) if kind else doubt


def _pattern(given: list[rdflib.term.Node]) -> Test:
    found = re.compile(str(given[0])).search
    return _each(lambda value: isinstance(value, ox.NamedNode | ox.Literal) and found(value.value) is not None)


def _datatype(given: list[rdflib.term.Node]) -> Test:
    wanted = str(given[0])
    return _each(lambda value: isinstance(value, ox.Literal) and _is_well_typed(value, wanted))


def _is_well_typed(value: ox.Literal, datatype: str) -> bool:
    if value.datatype.value != datatype:
        return False
    return datatype in _TEXTS or _is_well_formed(value.value, datatype)


@lru_cache(maxsize=65536)
def _is_well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is one of a datatype's, as far as the library knows it."""
    literal = rdflib.Literal(text, datatype=rdflib.URIRef(datatype))
    return literal.ill_typed is not True and (literal.value is not None or datatype not in _KNOWN)


def _less_than_or_equals(given: list[rdflib.term.Node]) -> Test:
    """Days compare as their texts do; all else is doubted."""
    other = ox.NamedNode(str(given[0]))

    def test(said: Index, node: Term, values: list[Term]) -> bool:
        others = said.values(node, (other,))
        if not values or not others:
            return True
        days = [_is_day(value) for value in (*values, *others)]
        return all(days) and max(v.value for v in values) <= min(v.value for v in others)  # type: ignore[union-attr]

    return test


def _is_day(value: Term) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype.value == _DATE
        and _DAY.fullmatch(value.value) is not None
        and _is_well_formed(value.value, _DATE)
    )


def _bounded(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[list[rdflib.term.Node]], Test]:
    def make(given: list[rdflib.term.Node]) -> Test:
        bound = Decimal(str(given[0]))

        def within(value: Term) -> bool:
            if not isinstance(value, ox.Literal) or value.datatype.value not in _NUMBERS:
                return False
            return _is_well_formed(value.value, value.datatype.value) and holds(Decimal(value.value), bound)

        return _each(within)

    return make


def _unique_lang(given: list[rdflib.term.Node]) -> Test:
    if str(given[0]) != "true":
        return doubt

    def test(_: Index, __: Term, values: list[Term]) -> bool:
        languages = [value.language for value in values if isinstance(value, ox.Literal) and value.language]
        return len({language.lower() for language in languages}) == len(languages)

    return test


_TABLE: dict[rdflib.term.Node, Callable[[list[rdflib.term.Node]], Test]] = {
    SH.minCount: lambda given: _counted(int(str(given[0])).__le__),
    SH.maxCount: lambda given: _counted(int(str(given[0])).__ge__),
    SH["class"]: _class,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH.languageIn: _language_in,
    SH.nodeKind: _node_kind,
    SH.pattern: _pattern,
    SH.datatype: _datatype,
    SH.lessThanOrEquals: _less_than_or_equals,
    SH.minInclusive: _bounded(Decimal.__ge__),
    SH.maxInclusive: _bounded(Decimal.__le__),
    SH.minExclusive: _bounded(Decimal.__gt__),
    SH.uniqueLang: _unique_lang,
}
EXACT = {SH["class"], SH.hasValue, SH["in"], SH.nodeKind, SH.pattern}  # whose doubt is a certain no
