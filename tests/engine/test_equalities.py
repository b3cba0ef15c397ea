"""Filters that name values: the engine begins with them, and answers what it answered to the text as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from engine.test_semijoins import (
    ANSWERED,
    BASE,
    data,
    exists,
    filled,
    hold_against_the_engine,
    iris,
    solutions,
    steps,
    variables,
)
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.equalities import with_values

texts = st.sampled_from(['"a"', '"a"@it', '"a"@IT', '"1"', "1"])
terms = st.one_of(iris, iris, texts)
patterns = st.one_of(
    st.builds("{} {} {} . ".format, variables, steps, variables),
    st.builds("{} {} {} . ".format, variables, variables, variables),
    st.builds("{} a {} . ".format, variables, iris),
    st.builds("{} {} {} . ".format, variables, steps, terms),
)
equal = st.one_of(
    st.builds("{} = {}".format, variables, terms),
    st.builds("{} = {}".format, terms, variables),
    st.builds("{} IN ({})".format, variables, st.lists(terms, max_size=3).map(", ".join)),
)
filters = st.one_of(
    st.builds("FILTER({}) ".format, equal),
    st.builds("FILTER({} {} {}) ".format, equal, st.sampled_from(["&&", "||"]), equal),
    st.builds("FILTER({} || {} && {}) ".format, equal, equal, equal),
    st.builds("FILTER(!({})) ".format, equal),
    st.builds("FILTER({} NOT IN ({})) ".format, variables, terms),
)
plain = st.builds("{}{}".format, st.lists(patterns, min_size=1, max_size=3).map("".join), filters)


def groups(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups that have others in them."""
    words = ("OPTIONAL {{ {}}} ", "{{ {}}} ", "GRAPH ?g {{ {}}} ", "MINUS {{ {}}} ", "BIND(<a> AS ?w) # {}\n")
    nested = st.builds(lambda word, inner: word.format(inner), st.sampled_from(words), within)
    united = st.builds("{{ {}}} UNION {{ {}}} ".format, within, within)
    parts = st.one_of(patterns, patterns, filters, filters, nested, united, exists)
    return st.lists(parts, min_size=1, max_size=5).map("".join)


queries = st.builds(
    "SELECT {} WHERE {{ {}}}".format,
    st.sampled_from(["*", "?x", "(COUNT(*) AS ?n)"]),
    st.recursive(plain, groups, max_leaves=4),
)
said = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("pqr"), st.integers(0, 4)), max_size=10)
TEXTS = (Literal("a"), Literal("a", language="it"), Literal("1"), Literal(1), Literal("a", datatype=NamedNode("x:y")))


@settings(max_examples=600, deadline=None)
@given(data, said, queries)
def test_answers_are_those_of_the_text_as_it_was(
    statements: list[tuple[str, str, str, str | None]], literals: list[tuple[str, str, int]], text: str
) -> None:
    store = filled(statements)
    for subject, predicate, number in literals:
        store.add(Quad(NamedNode(BASE + subject), NamedNode(BASE + predicate), TEXTS[number]))
    hold_against_the_engine(store, text)


@pytest.mark.parametrize(
    ("group", "begun"),
    [
        ("?x <p> ?y FILTER(?y = <a>)", "VALUES ?y { <a> }"),
        ('?x <p> ?y FILTER("a" = ?y)', 'VALUES ?y { "a" }'),
        ('FILTER(?y IN (<a>, "è"@it)) ?x <p> ?y', 'VALUES ?y { <a> "è"@it }'),
        ("?x a <c> ; <p> ?y FILTER((?y = <a>) && ?x != <b>)", "VALUES ?y { <a> }"),
        ("?x a ?z MINUS { ?x <p> ?y FILTER(?y = <a>) }", "VALUES ?y { <a> }"),
        ("?x <p> ?y OPTIONAL { ?y <q> ?z } FILTER(?y = <a>)", "VALUES ?y { <a> }"),
        ("?x <p> ?y OPTIONAL { ?y <q> ?z } FILTER(?z = <a>)", ""),  # ?z may be unbound
        ("?x <p> ?y OPTIONAL { ?y <q> ?z FILTER(?z = <a>) }", ""),  # few are asked for already
        ("OPTIONAL { ?x <q> ?y } ?x <p> ?y FILTER(?y = <a>)", ""),
        ("?x <p> ?y FILTER(?y = <a> || ?x = <b>)", ""),
        ("?x <p> ?y FILTER(!(?y = <a>))", ""),
        ("?x <p> ?y FILTER(?y NOT IN (<a>))", ""),
        ("?x <p> ?y FILTER(?y = 1)", ""),  # which equals 1.0
        ('?x <p> ?y FILTER(?y = "1"^^<t>)', ""),
        ("?x <p> ?y ; <q> <b> FILTER(?y = <a>)", ""),  # the engine has something to begin with
        ("?x <p>* ?y FILTER(?y = <a>)", ""),  # which reaches what is bound, be it there or not
        ("?x <p> ?y { ?y <q> <b> } FILTER(?y = <a>)", ""),
    ],
)
def test_what_the_engine_begins_with(group: str, begun: str) -> None:
    query = f"SELECT * WHERE {{ {group} }}"
    found = with_values(query, lambda text: text.rpartition("VALUES ?x { ")[2].split()[:-2])
    assert begun in found
    assert (found != query) == bool(begun)


@pytest.mark.parametrize("twice", ["<a>, <a>", "<a>, e:a", "<a>, <http://example.org/./a>", "<a>, 'a', \"a\""])
def test_a_value_that_is_named_twice_is_found_once(twice: str) -> None:
    store = filled([("a", "p", "b", None)])
    text = f"PREFIX e: <{BASE}> SELECT * {{ ?x <p> ?y FILTER(?x IN ({twice})) }}"
    assert solutions(answer(store, Query(text, BASE, None, None, ANSWERED, None))).total() == 1


def test_what_is_nested_without_end_is_looked_through() -> None:
    filters = "FILTER" + 30_000 * "(" + "?s = <a>" + 30_000 * ")"
    query = "ASK { " + 20_000 * "{ " + "?s ?p <o> " + filters + 20_000 * " }" + " }"
    assert with_values(query, lambda _: ()) == query
