"""Variables that a filter says are equal, as one: the answers are those of the words as they were."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from engine.test_semijoins import BASE, data, exists, filled, hold_against_the_engine, iris, solutions, steps, variables
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.renaming import with_equal_variables

patterns = st.one_of(
    st.builds("{} {} {} . ".format, variables, steps, variables),
    st.builds("{} {} {} . ".format, variables, steps, iris),
    st.builds("{} {}/{} {} . ".format, variables, steps, steps, variables),
)
equal = st.builds("{} = {}".format, variables, variables)
filters = st.one_of(
    st.builds("FILTER({}) ".format, equal),
    st.builds("FILTER({} && {}) ".format, equal, equal),
    st.builds("FILTER({} || {}) ".format, equal, equal),
    st.builds("FILTER(!({})) ".format, equal),
    st.builds("FILTER({} != {}) ".format, variables, variables),
    exists,
)
several = st.lists(patterns, min_size=2, max_size=4).map("".join)
plain = st.one_of(
    st.builds("{}{}{}".format, several, filters, st.one_of(st.just(""), filters)),
    st.builds("?x {} ?u . ?y {} ?v . FILTER(?u = ?v) {}".format, steps, steps, st.one_of(st.just(""), filters)),
)
groups = st.one_of(
    plain,
    st.builds("{}OPTIONAL {{ {}}} ".format, patterns, plain),
    st.builds("{}{{ {}}} ".format, patterns, plain),
    st.builds("{}GRAPH ?g {{ {}}} ".format, patterns, plain),
    st.builds("{{ {}}} UNION {{ {}}} {}".format, plain, plain, patterns),
)
queries = st.builds("SELECT {} WHERE {{ {}}}".format, st.sampled_from(["*", "?x ?y", "(COUNT(*) AS ?n)"]), groups)
texts = st.sampled_from(["1", "01", "1.0", "a"])
kinds = st.sampled_from(["integer", "decimal", "string", "lang"])
literals = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("pqr"), texts, kinds), max_size=12)


def literal(text: str, kind: str) -> Literal:
    if kind == "lang":
        return Literal(text, language="en")
    return Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))


@settings(max_examples=600, deadline=None)
@given(data, literals, queries)
def test_answers_are_those_of_the_text_as_it_was(
    statements: list[tuple[str, str, str, str | None]], more: list[tuple[str, str, str, str]], text: str
) -> None:
    store = filled(statements)
    for subject, predicate, value, kind in more:
        store.add(Quad(NamedNode(BASE + subject), NamedNode(BASE + predicate), literal(value, kind)))
    hold_against_the_engine(store, text)


def numbers_in(*predicates: str) -> Callable[[str], bool]:
    """Return what data answer in which these properties have numbers."""
    return lambda question: any(f"?s {predicate} ?o" in question for predicate in predicates)


@pytest.mark.parametrize(
    ("group", "numbers", "one"),
    [
        ("?a <p> ?x . ?b <q> ?y FILTER(?x = ?y)", [], True),
        ("?a <p> ?x . ?b <q> ?y FILTER(?x = ?y && ?a != ?b)", ["<p>"], True),  # if one is a text, it equals only texts
        ("?a <p> ?x . ?b <q> ?y FILTER(?x = ?y)", ["<p>", "<q>"], False),  # 1 = 1.0
        ("?a <p> ?x . ?y <q> ?b FILTER(?x = ?y)", ["<p>", "<q>"], True),
        ("?a <p> ?x ; <q> ?y FILTER(?x = ?y)", [], False),  # joined already
        ("?a <p> ?x . ?b <q> ?y FILTER(?x = ?y || ?a = <a>)", [], False),
        ("?a <p> ?x . ?b <q> ?y FILTER(!(?x = ?y))", [], False),
        ("?a <p> ?x . ?b <q> ?y FILTER(STR(?x) = STR(?y))", [], False),
        ("?a <p> ?x . ?b <q> ?c OPTIONAL { ?c <r> ?y } FILTER(?x = ?y)", [], False),  # ?y may have no value
        ("GRAPH ?g { ?a <p> ?x . ?b <q> ?y FILTER(?x = ?y) }", [], False),  # of which nothing was asked
        ("?a <r> ?y FILTER EXISTS { ?a <p> ?x . ?b <q> ?y FILTER(?x = ?y) }", [], False),  # ?y has a value already
    ],
)
def test_what_has_to_be_equal_becomes_one(group: str, numbers: list[str], one: bool) -> None:
    text = f"SELECT * WHERE {{ {group} }}"
    found = with_equal_variables(text, numbers_in(*numbers))
    assert (found != text) == one
    assert not one or "BIND(?x AS ?y)" in found


@pytest.mark.parametrize(("values", "pairs"), [(("1", "decimal"), 2), (("1", "string"), 1), (("1", "lang"), 1)])
def test_what_is_equal_without_being_the_same_is_found(values: tuple[str, str], pairs: int) -> None:
    store = filled([])
    for subject, predicate, value in (("a", "p", ("1", "integer")), ("b", "q", values), ("c", "q", ("1", "integer"))):
        store.add(Quad(NamedNode(BASE + subject), NamedNode(BASE + predicate), literal(*value)))
    text = "SELECT ?x ?y ?u ?v { ?x <p> ?u . ?y <q> ?v FILTER(?u = ?v) }"
    hold_against_the_engine(store, text)
    assert solutions(answer(store, Query(text, BASE))).total() == pairs


def test_a_variable_that_has_a_value_outside_an_exists_keeps_it() -> None:
    store = filled([("a", "p", "c", None), ("b", "q", "c", None), ("a", "r", "d", None), ("a", "r", "c", None)])
    links = " . ".join(f"?n{number} <r> <d>" for number in range(13))  # more than are asked one after the other
    text = f"SELECT ?v {{ <a> <r> ?v FILTER EXISTS {{ ?x <p> ?u . ?y <q> ?v FILTER(?u = ?v) {links} }} }}"
    hold_against_the_engine(store, text)
    assert solutions(answer(store, Query(text, BASE))).total() == 1
