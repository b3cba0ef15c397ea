"""Queries with EXISTS, which the engine is asked in other words: the answers are those of the words as they were."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.alternatives import with_unions
from interurban.engine.rewriting.semijoins import with_joins

BASE = "http://example.org/"
THINGS, PREDICATES, VARIABLES = "abcd", "pqr", "xyzuv"
ANSWERED = "application/sparql-results+json"

iris = st.sampled_from([f"<{name}>" for name in THINGS])
variables = st.sampled_from([f"?{name}" for name in VARIABLES])
ends = st.one_of(variables, variables, variables, iris)
steps = st.sampled_from([f"<{name}>" for name in PREDICATES])
predicates = st.one_of(steps, steps, st.builds("{}/{}".format, steps, steps), st.builds("^{}".format, steps), variables)
triples = st.builds("{} {} {} . ".format, ends, predicates, ends)
comparisons = st.builds("FILTER({} {} {}) ".format, variables, st.sampled_from(["=", "!=", "<"]), ends)
stars = st.builds("{} {} {} ; {} {} . ".format, variables, steps, ends, steps, ends)
chains = st.builds("{0} {1} {2} . {2} {3} {4} . ".format, variables, steps, variables, steps, ends)
several = st.lists(st.one_of(triples, triples, triples, comparisons), min_size=1, max_size=4).map("".join)
patterns = st.one_of(stars, stars, chains, st.builds("{}{}".format, stars, comparisons), several)
exists = st.builds(
    str.format,
    st.sampled_from(["FILTER {} {{ {}}} ", "FILTER({} {{ {}}}) "]),
    st.sampled_from(["EXISTS", "NOT EXISTS", "not exists"]),
    patterns,
)


def groups(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return groups that have others in them."""
    words = (
        "OPTIONAL {{ {}}} ",
        "{{ {}}} ",
        "GRAPH ?g {{ {}}} ",
        "GRAPH <g> {{ {}}} ",
        "MINUS {{ {}}} ",
        "BIND(<a> AS ?w) ",
    )
    nested = st.builds(lambda word, inner: word.format(inner), st.sampled_from(words), within)
    united = st.builds("{{ {}}} UNION {{ {}}} ".format, within, within)
    return st.lists(st.one_of(triples, triples, exists, exists, nested, united), min_size=1, max_size=5).map("".join)


queries = st.builds(
    "SELECT {} WHERE {{ {}}}".format,
    st.sampled_from(["*", "?x", "?x ?y", "(COUNT(*) AS ?n)", "DISTINCT ?y"]),
    st.recursive(
        st.lists(st.one_of(triples, triples, exists), min_size=1, max_size=4).map("".join), groups, max_leaves=4
    ),
)
names, graphs = st.sampled_from(THINGS), st.sampled_from([None, None, "g", "h"])
data = st.lists(st.tuples(names, st.sampled_from(PREDICATES), names, graphs), min_size=6, max_size=30)


def solutions(results: object) -> Counter[tuple[str, ...]]:
    assert isinstance(results, QuerySolutions)
    columns = sorted(results.variables, key=str)
    return Counter(tuple(str(solution[column]) for column in columns) for solution in results)


def filled(statements: list[tuple[str, str, str, str | None]]) -> Store:
    def iri(name: str) -> NamedNode:
        return NamedNode(BASE + name)

    store = Store()
    for subject, predicate, thing, graph in statements:
        store.add(Quad(iri(subject), iri(predicate), iri(thing), *([iri(graph)] if graph else [])))
    return store


def hold_against_the_engine(store: Store, text: str) -> None:
    """Hold the answer to a query against that to its text as it was."""
    try:
        right = solutions(store.query(text, base_iri=BASE))
    except SyntaxError:  # what was put together is none: a variable of BIND that is in scope already
        return
    assert solutions(answer(store, Query(text, BASE, None, None, ANSWERED, None))) == right


@settings(max_examples=600, deadline=None)
@given(data, queries)
def test_answers_are_those_of_the_text_as_it_was(statements: list[tuple[str, str, str, str | None]], text: str) -> None:
    hold_against_the_engine(filled(statements), text)


GROUP = "?x <p> ?y . "


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (GROUP + "FILTER NOT EXISTS { ?z <p> ?x ; <q> ?u }", True),
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q> ?u FILTER(?u != <a>) }", True),
        (GROUP + "FILTER(EXISTS { ?z <p>/<q> ?x })", True),
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q> 'città' } # è così\n", True),
        (GROUP + "FILTER EXISTS { ?z <p> ?x }", False),  # one triple is looked up
        (GROUP + "FILTER EXISTS { ?z <p> ?x . ?u <q> ?v }", False),  # all with all
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; ?q ?u }", False),
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q>+ ?u }", False),
        (GROUP + "FILTER EXISTS { ?z <p> ?u ; <q> ?v }", False),  # it shares nothing
        (GROUP + "OPTIONAL { ?x <q> ?w } FILTER EXISTS { ?z <p> ?x ; <q> ?w }", False),  # ?w may be unbound
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q> ?u FILTER(?u != ?y) }", False),  # ?y is from outside
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q> ?u FILTER NOT EXISTS { ?u <p> ?x } }", False),
        (GROUP + "FILTER EXISTS { ?z <p> ?x ; <q> ?u OPTIONAL { ?u <q> ?v } }", False),
        (GROUP + "GRAPH ?g { ?x <q> ?y FILTER EXISTS { ?z <p> ?x ; <q> ?u } }", False),
        (GROUP + "FILTER(EXISTS { ?z <p> ?x ; <q> ?u } || ?y = <a>)", False),
    ],
)
def test_what_becomes_a_join(text: str, joined: bool) -> None:
    query = f"SELECT * WHERE {{ {text} }}"
    assert (with_joins(query, lambda _: False) != query) == joined


def test_where_one_thing_has_many_values_the_steps_are_taken_one_at_a_time() -> None:
    query = "SELECT * WHERE { ?x <p> ?y FILTER EXISTS { ?x <q> ?z . ?z <r> ?u } }"
    assert with_joins(query, lambda text: "?s <r> ?o" in text) == query
    assert with_joins(query, lambda text: "?s <q> ?o" in text) != query


@pytest.mark.parametrize(
    "query",
    [
        "ASK { " + 20_000 * "?s <p> ?o FILTER NOT EXISTS { " + 20_000 * "}" + " }",
        "ASK { "
        + 40_000 * "{ "
        + "?s ?p ?o FILTER EXISTS { ?s <p> ?y . ?y <p>|<q> ?z OPTIONAL {} }"
        + 40_000 * " }"
        + " }",
        "ASK { ?s " + 3000 * "(<a>|<b>)/" + "<c> ?o }",
        "ASK { ?s " + 50_000 * "(" + "<a>|<b>" + 50_000 * ")" + " ?o }",
    ],
)
def test_what_is_nested_without_end_is_left_to_the_engine(query: str) -> None:
    assert with_joins(query, lambda _: False) == query
    assert with_unions(query).count("UNION") <= 1


def test_a_wrong_query_is_complained_of_where_it_is_wrong() -> None:
    text = "SELECT * WHERE { ?x <p> ?y FILTER EXISTS { ?z <p> ?x ; <q> ?u }\n ?x no:prefix ?y }"
    with pytest.raises(Exception, match="Prefix not found") as complaint:
        answer(Store(), Query(text, BASE, None, None, ANSWERED, None))
    assert (complaint.value.line, complaint.value.column) == (2, 14)  # type: ignore[attr-defined]
