"""Groups whose triple patterns are put together: the answers are those of the words as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.test_chains import SAID
from engine.test_semijoins import (
    BASE,
    chains,
    comparisons,
    data,
    ends,
    filled,
    hold_against_the_engine,
    iris,
    stars,
    triples,
    variables,
)
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.flattening import with_flat_groups
from interurban.errors import QuerySyntaxError

plain = st.one_of(triples, triples, stars, chains, st.builds("{} <p> _:b . ".format, variables))
values = st.one_of(
    st.builds("VALUES {} {{ {} {} }} ".format, variables, iris, iris),
    st.builds("VALUES ({} {}) {{ ({} UNDEF) ({} {}) }} ".format, variables, variables, iris, iris, iris),
)
binds = st.one_of(
    st.builds("BIND({} AS ?w) ".format, ends),
    st.builds("BIND(IF(BOUND({}), {}, {}) AS ?w) ".format, variables, ends, ends),
    st.builds("BIND(STR({}) AS ?v) ".format, variables),
)
tests = st.one_of(
    comparisons,
    st.builds("FILTER(!BOUND({}) || {} = {}) ".format, variables, variables, ends),
    st.builds("FILTER EXISTS {{ {}{}}} ".format, triples, triples),
)


def groups(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups that have others in them."""
    words = ("OPTIONAL {{ {}}} ", "{{ {}}} ", "GRAPH ?g {{ {}}} ", "MINUS {{ {}}} ", "{{ SELECT ?x ?y {{ {}}} }} ")
    nested = st.builds(lambda word, inner: word.format(inner), st.sampled_from(words), within)
    united = st.builds("{{ {}}} UNION {{ {}}} ".format, within, within)
    more = st.one_of(plain, plain, plain, united, united, nested, values, binds, tests)
    return st.lists(more, min_size=1, max_size=5).map("".join)


whole = st.lists(st.one_of(plain, plain, plain, tests), min_size=1, max_size=3).map("".join)
queries = st.builds(
    "SELECT {} WHERE {{ {}}}".format,
    st.sampled_from(["*", "?x", "(COUNT(*) AS ?n)", "?x ?w"]),
    st.one_of(
        st.recursive(whole, groups, max_leaves=6),
        st.builds("{}{{ {}}} UNION {{ {}}} {}".format, whole, groups(whole), whole, st.one_of(whole, binds, values)),
        st.builds("{}{}{}{}".format, whole, st.one_of(binds, values, groups(whole)), whole, tests),
    ),
)


@settings(max_examples=1000, deadline=None)
@given(data, queries)
def test_answers_are_those_of_the_text_as_it_was(statements: list[tuple[str, str, str, str | None]], text: str) -> None:
    hold_against_the_engine(filled(statements), text)


@pytest.mark.parametrize(
    ("group", "flat"),
    [
        ("?x <p> ?y BIND(STR(?y) AS ?w) ?y <q> ?z", "?x <p> ?y . ?y <q> ?z . BIND(STR(?y) AS ?w)"),
        ("?x <p> ?y OPTIONAL { ?x <r> ?u } ?y <q> ?z FILTER(?z != ?x)", None),
        ("?x <p> ?y MINUS { ?x <r> ?u } ?y <q> ?z", None),
        ("?x <p> ?y . { ?y <q> ?z . ?z <r> ?u } UNION { ?y <r> ?u }", None),
        ("{ ?y <q> ?z . ?z <r> ?u } UNION { ?y <r> ?u } ?x <p> ?y OPTIONAL { ?y <p> ?v }", None),
        ("?x <p> ?y . { { ?y <q> ?z } UNION { ?y <p>/<p> ?z } } UNION { ?y <r> ?z }", None),
        ("VALUES ?x { <a> <b> } { ?x <p> ?y . ?y <q> ?z } UNION { ?x <q> ?z }", None),
        ("?x <p> ?y . { ?y <q> ?z } UNION { ?y <r>/<p> ?z } { ?x <q> ?u } UNION { ?x <p>/<p> ?u }", None),
    ],
)
def test_patterns_are_put_together(group: str, flat: str | None) -> None:
    text = f"SELECT * {{ {group} }}"
    found = with_flat_groups(text)
    assert found != text
    assert flat is None or found.replace("  ", " ") == f"SELECT * {{ {flat} }}"
    hold_against_the_engine(filled(SAID), text)


@pytest.mark.parametrize(
    "group",
    [
        "?x <p> ?y OPTIONAL { ?y <q> ?z } ?z <r> ?u",  # ?z may have no value, and then any
        "?x <p> ?y OPTIONAL { ?y <q> ?z FILTER(!BOUND(?u)) } ?y <r> ?u",
        "?x <p> ?y BIND(STR(?u) AS ?w) ?y <q> ?u",
        "?x <p> ?y BIND(<d> AS ?z) ?y <q> ?z",
        "?x <p> ?y BIND(RAND() AS ?w) ?y <q> ?z",  # one number for each ?y
        "?x <p> ?y MINUS { ?y <q> ?z } ?x <q> ?z",
        "?x <p> ?y . { ?y <q> ?z . ?z <r> ?u FILTER(?x = <a>) } UNION { ?y <r> ?u }",  # no ?x in there
        "?x <p> ?y . { ?y <q> ?z . ?z <r> ?u OPTIONAL { ?u <p> ?x } } UNION { ?y <r> ?u }",
        "?x <p> ?y . { ?y <q> ?z . ?z <r> ?u BIND(?x AS ?v) } UNION { ?y <r> ?u }",
        "?x <p> ?y . { SELECT ?y { ?y <q> ?z . ?z <r> ?u } } UNION { ?y <r> ?u }",
        "_:b <p> ?y . { ?y <q> ?z . ?z <r> ?u } UNION { ?y <r> ?u }",  # one node cannot be in two patterns
        "?x <p> ?y . { ?y <q> ?z } UNION { ?y <r> ?z }",  # each is looked up as it is
    ],
)
def test_patterns_stay_where_they_would_say_something_else(group: str) -> None:
    text = f"SELECT * {{ {group} }}"
    assert with_flat_groups(text) == text
    if "RAND" not in text:
        hold_against_the_engine(filled(SAID), text)


@pytest.mark.parametrize("inner", ["OPTIONAL { ?s <p> ?o ", "{ ?s <p> ?o } UNION { "])
def test_what_is_nested_without_end_is_left_to_the_engine(inner: str) -> None:
    query = "SELECT * { ?s <p> ?o BIND(1 AS ?x) ?o <q> ?z " + 20_000 * inner + 20_000 * " }" + " }"
    assert with_flat_groups(query) == query


@pytest.mark.parametrize(
    "group",
    [
        "_:b <p> ?x OPTIONAL { ?x <q> ?y } _:b <r> ?z",  # one node in two patterns
        "BIND(1 AS ?w) ?x <p> ?y . { ?x <q> _:b . _:b <r> ?z } UNION { ?y <q> _:b }",
    ],
)
def test_what_is_no_query_is_none_in_other_words(group: str) -> None:
    text = f"SELECT ?x {{ {group} }}"
    with pytest.raises(SyntaxError):
        filled([]).query(text, base_iri=BASE)
    with pytest.raises(QuerySyntaxError):
        answer(filled([]), Query(text, BASE))
