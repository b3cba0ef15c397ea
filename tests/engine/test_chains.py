"""EXISTS with several triple patterns, asked one after the other: the answers are those of the words as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.test_semijoins import (
    BASE,
    GROUP,
    comparisons,
    data,
    ends,
    filled,
    hold_against_the_engine,
    iris,
    several,
    solutions,
    steps,
    variables,
)
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.chains import with_chains

paths = st.one_of(
    steps,
    steps,
    st.builds("^{}".format, steps),
    st.builds("{}/{}".format, steps, steps),
    st.builds("{}/^{}".format, steps, steps),
    st.builds("({}/{})/{}".format, steps, steps, steps),
    st.builds("({}|{})/{}".format, steps, steps, steps),
    st.builds("{}*/{}".format, steps, steps),
    st.builds("{}+".format, steps),
    st.builds("!({}|^{})".format, steps, steps),
    variables,
)
nodes = st.one_of(ends, ends, ends, st.sampled_from(["_:b", "_:c"]))
triples = st.one_of(
    st.builds("{} {} {} . ".format, nodes, paths, nodes),
    st.builds("{} {} {}, {} ; {} {} . ".format, variables, steps, nodes, nodes, paths, nodes),
)
whole = st.lists(triples, min_size=1, max_size=3).map("".join)
bound = st.builds("FILTER(!BOUND({0}) || {0} != {1}) ".format, variables, ends)
optional = st.builds("OPTIONAL {{ {}{}}} {}".format, whole, st.one_of(st.just(""), comparisons), bound)


def exists(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return EXISTS and NOT EXISTS of groups."""
    return st.builds("{} {{ {}}}".format, st.sampled_from(["EXISTS", "NOT EXISTS", "not exists"]), within)


def groups(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups of an EXISTS that have others in them."""
    filtered = exists(within).map("FILTER {} ".format)
    either = st.builds("FILTER({} || {}) ".format, exists(within), exists(within))
    more = st.one_of(triples, triples, comparisons, optional, filtered, either)
    return st.one_of(
        st.lists(more, min_size=1, max_size=4).map("".join),
        st.builds("{{ {}}} UNION {{ {}}} ".format, within, within),
        st.builds("{{ {}}} ".format, within),
        st.builds("GRAPH {} {{ {}}} ".format, st.sampled_from(["?g", "<g>", "<h>"]), within),
        st.builds("{}MINUS {{ {}}} ".format, triples, within),
        st.builds("{}BIND({} AS ?w) {}".format, whole, ends, st.one_of(whole, comparisons)),
        st.builds("{}BIND(STR({}) AS ?w) {}FILTER(?w != 'b') ".format, whole, variables, whole),
        st.builds("{}VALUES {} {{ {} {} }} {}".format, whole, variables, iris, iris, whole),
        st.builds("{}VALUES ({} {}) {{ ({} UNDEF) }} {}".format, whole, variables, variables, iris, within),
        st.builds("{}GRAPH {} {{ {}}} {}".format, whole, st.sampled_from(["?g", "<g>"]), whole, comparisons),
        st.builds("{}MINUS {{ {}{}}} {}".format, whole, whole, st.one_of(st.just(""), comparisons), whole),
        st.builds("{}{{ {}}} {}".format, whole, whole, comparisons),
    )


pattern = st.recursive(st.lists(st.one_of(triples, triples, optional), min_size=1, max_size=3).map("".join), groups)
asked = st.one_of(
    st.builds("FILTER {} ".format, exists(pattern)),
    st.builds("FILTER({} && {}) ".format, exists(pattern), exists(pattern)),
    st.builds("FILTER({} || {} = {}) ".format, exists(pattern), variables, iris),
    st.builds("FILTER(!{}) ".format, exists(pattern)),
    st.builds("BIND({} AS ?w) ".format, exists(pattern)),
    st.builds("BIND(IF({}, <a>, ?x) AS ?w) ".format, exists(pattern)),
    st.builds("OPTIONAL {{ {}FILTER {} }} ".format, several, exists(pattern)),
    st.builds("GRAPH ?g {{ {}FILTER {} }} ".format, several, exists(pattern)),
)
queries = st.builds(
    "SELECT {} WHERE {{ {}{}}}".format,
    st.sampled_from(["*", "?x", "(COUNT(*) AS ?n)", "DISTINCT ?y"]),
    st.one_of(several, st.builds("{}OPTIONAL {{ {}}} ".format, several, several)),  # no `|`, which the engine miscounts
    st.lists(asked, min_size=1, max_size=2).map("".join),
)


@settings(max_examples=1000, deadline=None)
@given(data, queries)
def test_answers_are_those_of_the_text_as_it_was(statements: list[tuple[str, str, str, str | None]], text: str) -> None:
    hold_against_the_engine(filled(statements), text)


def alike(*statements: str) -> list[tuple[str, str, str, str | None]]:
    """Return statements of the default graph, each written as one word."""
    return [(each[0], each[1], each[2], None) for each in statements]


@pytest.mark.parametrize(
    ("pattern", "apart"),
    [
        ("?z <p> ?x ; <q> ?u", True),
        ("?x ^<p>/<q>+ ?u", True),
        ("?x ?any ?u . ?u <q> _:b", True),
        ("?x <p> ?u FILTER EXISTS { ?u <q> ?v ; <r> ?w }", True),
        ("{ ?z <p> ?x ; <q> ?u } UNION { ?z <r> ?x ; <q> ?u }", True),
        ("GRAPH ?g { ?z <p> ?x ; <q> ?u }", True),
        ("GRAPH ?g { ?z <p> ?x ; <q> ?u FILTER(?u != ?z) }", True),
        ("?z <p> ?x OPTIONAL { ?z <q> ?u } FILTER(!BOUND(?u))", True),
        ("?z <p> ?x # one\n", False),
        ("?z <p> ?x FILTER(?z != ?y)", False),
        ("?z <p> ?x ; <q> [ <r> ?u ]", False),
        ("?z <p> ?x ; <q> (1 2)", False),
        ("?z <p> ?x . <<( ?z <p> ?x )>> <q> ?u", False),
        ("?z <p> ?x ; <q> ?u BIND(?u AS ?w) FILTER(?w != <a>)", True),
        ("?z <p> ?x VALUES ?z { <a> <b> }", True),
        ("?z <p> ?x GRAPH ?g { ?z <q> ?u }", True),
        ("?z <p> ?x ; <q> ?u MINUS { ?z <r> ?v }", True),
        ("?z <p> ?x ; <q> ?u BIND(?u AS ?y)", False),  # ?y may have a value before
        ("?z <p> ?x BIND(?u AS ?w) ?z <q> ?u", False),  # ?u has none there
        ("?z <p> ?x VALUES (?z ?u) { (<a> UNDEF) }", False),
        ("?z <p> ?x ; <q> ?u MINUS { ?v <r> ?w }", False),  # shares nothing
        ("?z <p> ?x ; <q> ?u MINUS { ?z <r> ?y }", False),
        ("?z <p> ?x OPTIONAL { ?z <q> ?u } ?u <r> ?v", False),
        ("?z <p> ?x OPTIONAL { ?z <q> ?y } FILTER(!BOUND(?y))", False),  # ?y may have a value before
        ("?z <p> ?x OPTIONAL { ?z <q> ?u } OPTIONAL { ?z <r> ?u } FILTER(!BOUND(?u))", False),
    ],
)
def test_what_is_asked_one_after_the_other(pattern: str, apart: bool) -> None:
    query = f"SELECT * WHERE {{ {GROUP} FILTER(EXISTS {{ {pattern} }} || ?y = <a>) }}"
    assert (with_chains(query, lambda _: 1) != query) == apart


SAID = alike("apb", "apc", "bqc", "bqd", "cpd", "brd", "crd", "dpa", "aqd")


@pytest.mark.parametrize(
    ("pattern", "who"),
    [
        ("?x <p> ?y . ?y <q> ?u FILTER(?u = <d>)", "ad"),
        ("?x <p> ?y . ?y <q> ?u FILTER(?u = ?x)", "d"),
        ("?x <p>/<q>/^<r> ?u", "ad"),
        ("?x <p> _:b . _:b <p>/<p> ?x", "cda"),
        ("{ ?x <p> ?y . ?y <r> ?u } UNION { ?x <q> ?y . ?y <p> ?u FILTER(?u = <a>) }", "ab"),
        ("?x <p> ?y BIND(STR(?y) AS ?w) FILTER(STRENDS(?w, 'b'))", "a"),
        ("VALUES ?y { <c> <d> } ?x <p> ?y ; <q> ?u", "a"),
        ("?x <p> ?y MINUS { ?y <r> ?u }", "cd"),
        ("?x <p> ?y . ?y <r> ?u MINUS { ?y <q> ?v }", "a"),
        ("?x <p> ?y OPTIONAL { ?y <q> ?u . ?u <r> ?v } FILTER(!BOUND(?v) || ?v = <d>)", "acd"),
        ("?x <p> ?y FILTER NOT EXISTS { ?y <r> ?u . ?u <p> ?v FILTER(?v = ?x) }", "cd"),
    ],
)
def test_a_pattern_is_found_where_it_is(pattern: str, who: str) -> None:
    store = filled(SAID)
    text = f"SELECT DISTINCT ?x {{ {{ ?x ?any ?thing }} FILTER(EXISTS {{ {pattern} }} && true) }}"
    assert with_chains(text, lambda _: 1) != text
    hold_against_the_engine(store, text)
    assert {found[0] for found in solutions(answer(store, Query(text, BASE)))} == {f"<{BASE}{name}>" for name in who}


@pytest.mark.parametrize(
    ("members", "first"),
    [(2000, "?z <q> ?x"), (1, "?z <p> <b>")],
)
def test_the_next_is_what_has_fewest_matches(members: int, first: str) -> None:
    query = f"SELECT * WHERE {{ {GROUP} BIND(EXISTS {{ ?z <p> <b> ; <q> ?x }} AS ?w) }}"
    found = with_chains(query, lambda text: members if "<p> <b>" in text else 40)
    assert f"EXISTS {{ {first} " in found


def test_what_an_optional_gives_is_taken_into_account_and_what_it_does_not_give() -> None:
    store = filled(alike("apb", "bqc", "cpd", "brd"))
    current = "FILTER(EXISTS {{ ?x <p> ?y OPTIONAL {{ ?y <r> ?end }} FILTER({}) }})"

    def who(condition: str) -> list[str]:
        text = f"SELECT DISTINCT ?x {{ ?x ?any ?thing {current.format(condition)} }}"
        return sorted(each[0].removeprefix(f"<{BASE}") for each in solutions(answer(store, Query(text, BASE))))

    assert who("!BOUND(?end)") == ["c>"]
    assert who("BOUND(?end)") == ["a>"]
    assert who("!BOUND(?end) || ?end = <d>") == ["a>", "c>"]


@pytest.mark.parametrize(
    "query",
    [
        "ASK { " + 20_000 * "?s <p> ?o FILTER NOT EXISTS { " + 20_000 * "}" + " }",
        "ASK { ?s ?p ?o FILTER(EXISTS { "
        + 20_000 * "{ "
        + "?s <p> ?y . ?y <q> ?z"
        + 20_000 * " }"
        + " } || ?s = ?o) }",
        "ASK { ?s ?p ?o FILTER(EXISTS { " + 50 * "?s <p> ?y . " + " } || ?s = ?o) }",
    ],
)
def test_what_is_long_or_nested_without_end_is_left_to_the_engine(query: str) -> None:
    assert with_chains(query, lambda _: 1) == query


def test_what_would_be_said_twice_in_what_is_said_twice_has_an_end() -> None:
    pattern = "?y <p> ?x"
    for level in range(18):
        pattern = f"?y <p> ?x OPTIONAL {{ ?x <q> ?o{level} }} FILTER(EXISTS {{ {pattern} }} || !BOUND(?o{level}))"
    assert len(with_chains(f"ASK {{ ?x <p> ?y FILTER EXISTS {{ {pattern} }} }}", lambda _: 1)) < 100_000
