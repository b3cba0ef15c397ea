"""Who says so: every statement of the default graph stands in a named graph, and nothing is derived from nothing."""

from collections.abc import Callable

import httpx
import pytest

from interurban.questions import Question
from questions.golden import QUESTIONS

Sparql = Callable[[str], httpx.Response]
Rows = list[dict[str, str]]
PREFIXES = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX iu: <https://w3id.org/interurban/def/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX schema: <http://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@pytest.fixture
def select(sparql: Sparql, rows_of: Callable[[str], Rows]) -> Callable[[str], Rows]:
    """Return a function from a query to the rows of its answer."""
    return lambda query: rows_of(sparql(PREFIXES + query).text)


def count(rows: Rows) -> int:
    return int(rows[0]["n"])


def test_every_statement_believed_is_found_in_a_named_graph(select: Callable[[str], Rows]) -> None:
    """For all of them; the second query tells that the first counts what it says."""
    unsaid = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
    by_nobody_else = (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER(?g != <graph/derived>) } }"
    )
    derived = "SELECT (COUNT(*) AS ?n) { GRAPH <graph/derived> { ?s ?p ?o } }"
    assert count(select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) > 6000
    assert count(select(unsaid)) == 0
    assert count(select(by_nobody_else)) == count(select(derived)) > 1000


def test_what_is_said_of_a_thing_and_neither_inferred_nor_derived_is_said_by_a_source(
    select: Callable[[str], Rows],
) -> None:
    """A source is described with its publisher, date, licence and rank; the vocabulary says nothing of the world."""
    said = """SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(<id/>))) %s
      FILTER NOT EXISTS { GRAPH <graph/derived> { ?s ?p ?o } }
      FILTER NOT EXISTS { GRAPH <graph/conflicts> { ?s ?p ?o } }
      FILTER NOT EXISTS { GRAPH <graph/inferred-committee-seats> { ?s ?p ?o } } }"""
    by_a_source = "FILTER EXISTS { ?g a iu:Source GRAPH ?g { ?s ?p ?o } }"
    assert count(select(said % by_a_source)) == count(select(said % "")) > 1500


def test_what_is_derived_is_nothing_that_a_source_says(select: Callable[[str], Rows]) -> None:
    both = "SELECT (COUNT(*) AS ?n) { GRAPH <graph/derived> { ?s ?p ?o } ?g a iu:Source GRAPH ?g { ?s ?p ?o } }"
    assert count(select(both)) == 0


def test_every_thing_that_should_be_known_elsewhere_says_whether_it_is(select: Callable[[str], Rows]) -> None:
    """Cities, networks, programmes, people and organisations; municipalities are known by their cities."""
    statuses = select("""SELECT ?thing (COUNT(?status) AS ?n) {
      VALUES ?class { foaf:Person iu:City iu:CityNetwork iu:LocalGovernment iu:Programme org:FormalOrganization }
      ?thing a ?class FILTER NOT EXISTS { ?thing a iu:Municipality } OPTIONAL { ?thing iu:linkStatus ?status }
    } GROUP BY ?thing ?class""")
    assert len(statuses) > 90
    assert {row["n"] for row in statuses} == {"1"}


def test_what_is_resolved_is_linked_in_both_vocabularies(select: Callable[[str], Rows]) -> None:
    linked = select("""SELECT ?thing ?item {
      ?thing iu:linkStatus <https://w3id.org/interurban/def/link-status/resolved> ; skos:exactMatch ?item }""")
    same = select("SELECT ?thing ?item { ?thing schema:sameAs ?item }")
    pairs = {(row["thing"], row["item"]) for row in linked}
    assert len({thing for thing, _ in pairs}) == 206  # 121 cities and 85 people, most of them mayors of 2018
    assert pairs <= {(row["thing"], row["item"]) for row in same}
    loose = {
        row["thing"].rpartition("/")[2] for row in select("SELECT ?thing { ?thing a iu:City ; skos:closeMatch ?item }")
    }
    assert loose == {"be-brussels", "jp-tokyo", "pt-braga", "se-umea"}  # what the item is, the evidence does not tell


def test_questions_about_sources_name_them_all(
    select: Callable[[str], Rows], ask: Callable[..., str], rows_of: Callable[[str], Rows]
) -> None:
    there = {row["g"].rpartition("/")[2] for row in select("SELECT ?g { ?g a iu:Source }")}
    for name in ("sources", "coverage"):
        question: Question = QUESTIONS[name]
        assert {row["graph"].rpartition("/")[2] for row in rows_of(ask(question))} == there


def test_what_is_inferred_says_by_which_rule_and_from_what(select: Callable[[str], Rows]) -> None:
    """That the twelve cities on the committee are members no source says: the slides list none."""
    members = """SELECT ?name ?seat { GRAPH <graph/inferred-committee-seats> { ?m a iu:Membership ; org:member ?member ;
        org:organization <id/network/eurocities> ; prov:wasDerivedFrom ?seat }
      ?seat a iu:OfficeHolding ; iu:representing ?member . ?member rdfs:label ?name FILTER(LANG(?name) = "en") }"""
    found = select(members)
    assert len(found) == 12
    assert {"Municipality of Ghent", "Municipality of Vienna"} < {row["name"] for row in found}
    stated = "SELECT ?g { GRAPH ?g { ?m a iu:Membership ; org:organization <id/network/eurocities> } ?g a iu:Source }"
    assert select(stated) == []
    (rule,) = select(
        """SELECT ?rule ?title { <graph/inferred-committee-seats> sh:construct ?rule ; dct:title ?title
        FILTER(LANG(?title) = "en") }"""
    )
    assert "CONSTRUCT" in rule["rule"]
    assert rule["title"].startswith("Inferred: ")
