"""Which queries are taken to answer the same each time; a wrong yes would be a wrong answer for somebody."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from engine.house import House, house, wait_until
from interurban.engine import repeatable

SURE = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?known { ?brands <http://xmlns.com/foaf/0.1/knows> ?known FILTER (?known != ?nowhere) }",
    "SELECT (COUNT(*) AS ?now) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?now) LIMIT 10",
    "DESCRIBE <http://e/s1>",
    "ASK { ?s ?p [ ?q ?r ] }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?o IN (1, 2)) }",
    "PREFIX e: <http://e/my_> construct{?s e:my_p <http://e/#x>;a e:C}WHERE{?s ?p [?q ?r]}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
]
# Each of these is SPARQL, and gives something else each time.
FICKLE = [
    "SELECT (NOW() AS ?x) {}",
    "SELECT (RAND() AS ?x) {}",
    "SELECT (UUID() AS ?x) {}",
    "SELECT (STRUUID() AS ?x) {}",
    "SELECT (BNODE() AS ?x) {}",
    "SELECT (BNODE ('a') AS ?x) (BNODE() AS ?y) {}",
    "select (now#a comment\n()as?x){}",
    "SELECT * { VALUES ?x { 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 } } ORDERBYRAND()",
    "SELECT(STRUUID\t()AS?x){}",
    "CONSTRUCT { [] ?p ?o } WHERE { <http://e/s1> ?p ?o }",
    "CONSTRUCT { _:a ?p ?o } WHERE { <http://e/s1> ?p ?o }",
    "CONSTRUCT { ?s ?p (1 2) } WHERE { <http://e/s1> ?p ?o . ?s ?p ?o }",
    "CONSTRUCT { ?s ?p '}' . ?s ?p [] } WHERE { <http://e/s1> ?p ?o . ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o # }\n . [] ?p ?o } WHERE { <http://e/s1> ?p ?o . ?s ?p ?o }",
    "PREFIX construct: <http://e/> CONSTRUCT { [] ?p ?o } WHERE { <http://e/s1> ?p ?o }",
    "#CONSTRUCT { ?s ?p ?o }\nCONSTRUCT { [] ?p ?o } WHERE { <http://e/s1> ?p ?o }",
]
# These are not fickle, but whoever does not parse cannot know.
UNSURE = [
    "SELECT * { ?brand ?p ?o }",
    "SELECT ('now (and then)' AS ?x) {}",
    "SELECT ('\\u0041' AS ?x) {}",
    "CONSTRUCT { ?s ?p 'x' } WHERE { ?s ?p ?o }",
]
ORDERS = [
    "SELECT * { ?s ?p ?o } LIMIT 500",
    "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?o) AS ?x) { ?s ?p ?o } GROUP BY ?p",
    "SELECT DISTINCT ?p ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
    "SELECT (GROUP_CONCAT(?o) AS ?x) { { SELECT ?o { ?s <http://e/p3> ?o } LIMIT 50 } }",
    "SELECT * { ?s <http://e/p1> ?o . OPTIONAL { ?o ?q ?r } MINUS { ?s <http://e/p2> ?z } } LIMIT 500",
    "SELECT ?x { <http://e/s1> (<http://e/p1>|!<http://e/p2>)* ?x } LIMIT 500",
    "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o } LIMIT 500",
    "DESCRIBE <http://e/s1> <http://e/s2>",
]


@pytest.mark.parametrize("text", [*SURE, *ORDERS])
def test_what_always_answers_the_same(text: str) -> None:
    assert repeatable(text)


@pytest.mark.parametrize("text", FICKLE)
def test_what_answers_anew_each_time(text: str) -> None:
    store = ox.Store()
    store.extend([ox.Quad(*(ox.NamedNode("http://e/" + name) for name in ("s1", "p1", "o1")))])

    def ask() -> str:
        results = store.query(text)
        assert isinstance(results, ox.QueryTriples | ox.QuerySolutions)
        return "\n".join(str(result) for result in results)

    assert len({ask() for _ in range(20)}) > 1  # the list is true
    assert not repeatable(text)


@pytest.mark.parametrize("text", UNSURE)
def test_where_it_is_not_sure_it_says_no(text: str) -> None:
    assert not repeatable(text)


@pytest.fixture(scope="module")
def twins(dataset: Path) -> Iterator[tuple[House, House]]:
    """Two servers of the same data, started one after the other."""
    with (
        house(dataset, query_workers=1, web_processes=1) as one,
        house(dataset, query_workers=1, web_processes=1) as two,
    ):
        yield one, two


@pytest.mark.parametrize("text", ORDERS)
def test_another_start_gives_the_same_bytes(twins: tuple[House, House], text: str) -> None:
    one, two = (server.ask(text) for server in twins)
    assert not one.error
    assert len(one.body) > 20
    assert one.body == two.body


def test_workers_do_not_share_their_random_numbers(dataset: Path) -> None:
    seen = set()
    with house(dataset, query_workers=1, web_processes=1) as server:
        for _ in range(3):
            reply = server.ask("SELECT (UUID() AS ?u) {}", results_format="text/csv")
            seen.add(reply.body)
            (worker,) = server.workers()
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: server.workers() - {worker}, "another worker")  # noqa: B023 - called at once
    assert len(seen) == 3
