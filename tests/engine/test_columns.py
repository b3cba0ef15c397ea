"""Queries that are answered from columns of numbers: the answers are the engine's."""

import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from engine.house import columns_of
from engine.questions import BASE, XSD, Questions
from engine.test_semijoins import solutions
from interurban.engine.columns import Columns, in_columns
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.alternatives import with_unions
from interurban.release.columns import columns_files
from interurban.release.columns import in_memory as file_in_memory
from interurban.release.folder import current
from interurban.web import in_memory

QUERIES = Path(__file__).parents[2] / "benchmarks" / "adhoc"


def in_order(store: Store, text: str, base: str) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """Return the variables that a query shows, and its solutions."""
    found = store.query(text, base_iri=base)
    assert isinstance(found, QuerySolutions)
    return [variable.value for variable in found.variables], solutions(found)


def hold_against_the_engine(store: Store, columns: Columns, text: str, base: str = BASE) -> bool:
    """Hold the answer of columns against that of the engine; return whether columns had one."""
    try:
        expected = in_order(store, with_unions(text), base)
    except SyntaxError:  # what was put together is none
        return False
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return False  # the engine cannot sort terms of many kinds
    found = in_columns(text, base, columns)
    if found == text:
        return False
    assert in_order(store, found, base) == expected, found
    return True


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_answers_are_the_engines(seed: int) -> None:
    questions = Questions(seed)
    store = questions.store()
    columns = columns_of(store)
    for _ in range(40):
        hold_against_the_engine(store, columns, questions.select())


def statements(*lines: str) -> Store:
    store = Store()
    prefix = f"@base <{BASE}> . @prefix xsd: <{XSD}> .\n"
    store.load((prefix + "\n".join(lines)).encode(), format=RdfFormat.TURTLE, base_iri=BASE)
    return store


FACTS = statements(
    "<a> a <C> ; <p> <b>, <c> ; <n> 1, 2.5 ; <d> '2020-01-01'^^xsd:date ; <l> 'uno'@it, 'one'@en .",
    "<b> a <C> ; <p> <c> ; <n> 3 ; <d> '2019-12-31'^^xsd:date ; <l> 'due'@it .",
    "<c> a <D> ; <n> 40 ; <x> 'many'^^xsd:integer, 1e0, '2020-01-01Z'^^xsd:date, 'x\\\\y', 'A'@en-GB .",
)
COLUMNS = columns_of(FACTS)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        (
            "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c HAVING(COUNT(*) > 1) ORDER BY DESC(?n) ?c",
            True,
        ),
        ("SELECT ?s (SUM(?v) AS ?sum) (AVG(?v) AS ?mean) (MAX(?v) AS ?most) { ?s <n> ?v } GROUP BY ?s", True),
        ("SELECT (SUM(?v) AS ?sum) { ?s <n> ?v FILTER(?v > 100) }", False),  # nothing to add up
        ("SELECT (AVG(?v) AS ?mean) { ?s <d> ?v }", False),  # dates
        ("SELECT ?s { ?s <n> ?v } GROUP BY ?s HAVING(SUM(?v) > 3 && COUNT(*) < 5)", True),
        ("SELECT ?s { ?s <n> ?v { SELECT (SUM(?w) AS ?v) { ?t <n> ?w } GROUP BY ?t } }", True),  # the inner one
        ("SELECT * { ?s <p> ?o { SELECT ?s (COUNT(*) AS ?n) { ?s <n> ?v } GROUP BY ?s } FILTER(STR(?n) < 'x') }", True),
        ("SELECT DISTINCT ?s { ?s <n> ?v } ORDER BY DESC(?v) ?s LIMIT 2", True),
        ("SELECT (COUNT(*) + 1 AS ?n) { ?s <p> ?o }", True),
        ("SELECT (GROUP_CONCAT(?s) AS ?all) { ?s <p> ?o }", False),
        ("SELECT ?s { ?s <n> ?v FILTER(?v > 1 && ?v <= 2.50) }", True),
        ("SELECT ?s { ?s <d> ?day FILTER('2020-01-01'^^<http://www.w3.org/2001/XMLSchema#date> > ?day) }", True),
        ("SELECT ?s { ?s <x> ?v FILTER(?v > 1) }", False),  # what they are worth, numbers do not say
        ("SELECT ?s { ?s <l> ?name FILTER(LANG(?name) = 'it') }", False),  # the engine begins with 'it'
        ("SELECT ?s { ?s a <C> ; <l> ?name FILTER(LANG(?name) != 'it') }", True),
        ("SELECT ?year (COUNT(*) AS ?n) { ?s <d> ?day BIND(YEAR(?day) AS ?year) } GROUP BY ?year", True),
        ("SELECT ?s { ?s a <C> FILTER NOT EXISTS { ?o <p> ?s ; <n> ?v } }", True),
        ("SELECT ?s ?v { ?s a <C> OPTIONAL { ?s <n> ?v FILTER(?v > 2) } FILTER(BOUND(?v)) }", True),
        ("SELECT ?s ?v { ?s a <C> ; <n> ?w OPTIONAL { ?s <n> ?v FILTER(?v > ?w) } MINUS { ?s <q> ?s } }", False),
        ("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", True),
        ("SELECT (COUNT(*) AS ?n) { GRAPH <none> {} }", False),
        ("SELECT DISTINCT ?x ?y { ?x a <C> . ?y a <D> }", False),  # all with all
        ("SELECT ?s { ?s <p> ?o } LIMIT 1", False),  # the engine ends with the first
        ("SELECT ?o { <a> <p> ?o FILTER(?o != <b>) }", False),  # the engine begins with <a>
        ("SELECT (COUNT(*) AS ?n) { ?s <p>+ ?o }", False),
        ("SELECT (COUNT(*) AS ?n) FROM <g> { ?s ?p ?o }", False),
        ("SELECT ?s ?n { ?s <p>+ ?o { SELECT ?s (COUNT(*) AS ?n) { ?s <n> ?v } GROUP BY ?s } }", True),  # the inner one
        ("SELECT ?t (COUNT(*) AS ?n) { ?s <p> ?o BIND(STR(?o) AS ?t) } GROUP BY ?t", True),
        ("SELECT DISTINCT ?t { ?s <l> ?o BIND(STR(?o) AS ?t) }", False),  # texts of texts
        ("ASK { ?s <n> ?v FILTER(?v > 3) }", True),
        ("ASK { ?s <n> ?v FILTER(?v > 300) }", True),
        ("ASK { ?s <n> ?v }", False),
        ("CONSTRUCT { ?s <n> ?n } { { SELECT ?s (COUNT(*) AS ?n) { ?s <n> ?v } GROUP BY ?s } }", True),
        ("SELECT (COUNT(*) AS ?n) { ?s <p> ?o } VALUES ?s { <a> }", False),
        (f"SELECT ?s {{ ?s <n> ?v FILTER(?v < '1) OR (1=1'^^<{XSD}integer>) }}", False),
    ],
)
def test_what_is_answered_from_columns(text: str, is_found: bool) -> None:
    found = in_columns(text, BASE, COLUMNS)
    assert (found != text) == is_found, found
    if text.startswith("SELECT"):
        right = FACTS.query(text, base_iri=BASE)
        assert solutions(answer(FACTS, Query(text, BASE), columns=COLUMNS)) == solutions(right)
    elif text.startswith("ASK"):
        assert bool(FACTS.query(found, base_iri=BASE)) == bool(FACTS.query(text, base_iri=BASE))


def test_what_a_query_says_of_its_dataset_is_heeded() -> None:
    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = Query(everything, BASE, default_graphs=(BASE + "g",), named_graphs=())
    assert solutions(answer(FACTS, graph, columns=COLUMNS)) == {(f'"0"^^<{XSD}integer>',): 1}


def test_names_that_a_query_has_are_not_given_again() -> None:
    text = "SELECT (COUNT(*) AS ?n0_0_0) (COUNT(DISTINCT ?n1_) AS ?y) { ?n1_ <n> ?n0_ }"
    assert hold_against_the_engine(FACTS, COLUMNS, text)


def test_blank_nodes_are_counted_and_not_shown() -> None:
    store = statements("[] a <C> ; <p> <a> . [] a <C> ; <p> <b> .")
    columns = columns_of(store)
    assert hold_against_the_engine(store, columns, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert not hold_against_the_engine(store, columns, "SELECT DISTINCT ?s { ?s a <C> }")


def test_what_is_too_much_for_a_query_is_the_engines() -> None:
    store = Store()
    for number in range(3001):
        store.add(Quad(NamedNode(f"{BASE}{number}"), NamedNode(BASE + "p"), Literal(number)))
    columns = columns_of(store)
    assert not hold_against_the_engine(store, columns, "SELECT ?s { ?s <p> ?v FILTER(?v >= 0) }")
    assert hold_against_the_engine(store, columns, "SELECT ?s { ?s <p> ?v FILTER(?v > 0) }")
    assert hold_against_the_engine(store, columns, "SELECT ?s { ?s <p> ?v } ORDER BY DESC(?v) LIMIT 3")


@pytest.mark.parametrize("depth", [30, 3000])
def test_however_deeply_a_query_is_nested(depth: int) -> None:
    for opened, closed in (("{ ", " }"), ("FILTER NOT EXISTS { ?s <p> ?o . ", "}"), ("{ SELECT ?s { ", " } }")):
        text = f"SELECT (COUNT(*) AS ?n) {{ {depth * opened} ?s <p> ?o {depth * closed} }}"
        assert isinstance(in_columns(text, BASE, COLUMNS), str)
    text = f"SELECT ?s {{ ?s <p> ?o FILTER({depth * '('}?o != <b>{depth * ')'}) FILTER({depth * '!'}BOUND(?o)) }}"
    assert in_columns(text, BASE, COLUMNS) == text


def test_what_is_no_file_of_columns_is_told() -> None:
    with io.BytesIO() as nothing, pytest.raises((ValueError, OSError)):
        Columns(nothing, nothing)
    with file_in_memory(b"PAR1") as terms, file_in_memory(b"") as quads, pytest.raises(ValueError, match="arquet"):
        Columns(terms, quads)


def test_the_same_statements_make_the_same_bytes() -> None:
    lines = sorted((FACTS.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    with file_in_memory(b"".join(lines)) as one, file_in_memory(b"".join(lines)) as other:
        assert columns_files(one) == columns_files(other)


def test_every_term_is_found_by_its_number_and_the_other_way_round() -> None:
    store = Questions(1).store()
    store.add(Quad(BlankNode("b"), NamedNode(BASE + "p"), Literal("\ud7ff\n\t\\")))
    terms, found = columns_of(store).terms, {term for quad in store for term in (*quad.triple, quad.graph_name)}
    literals = [term for term in found if isinstance(term, NamedNode | Literal)]
    assert literals
    for term in literals:
        number = terms.number(term)
        assert number is not None
        assert terms[number] == str(term)
    assert terms.number(NamedNode(BASE + "nobody")) is None


def test_a_release_is_asked_by_its_columns(releases: Path) -> None:
    release = current(releases)
    loaded = in_memory(release)
    assert loaded.columns is not None
    texts = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.rq"))]
    selects = [text for text in texts if "\nSELECT" in text]
    answered = [hold_against_the_engine(loaded.store, loaded.columns, text, release.base) for text in selects]
    assert sum(answered) > len(texts) // 2
