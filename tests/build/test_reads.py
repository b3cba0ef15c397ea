"""Which new statements can change the answer of a rule: too many is slow, too few would be wrong."""

import pyoxigraph as ox
import pytest

from interurban.build.reads import reads

P = "http://e.example/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
HEAD = f"PREFIX e: <{P}>\nCONSTRUCT {{ ?s e:new ?o }} WHERE "


def statement(predicate: str, value: str = "x") -> ox.Triple:
    return ox.Triple(ox.NamedNode(P + "s"), ox.NamedNode(predicate), ox.NamedNode(P + value))


@pytest.mark.parametrize(
    ("where", "predicate", "value"),
    [
        ("{ ?s e:p ?o }", P + "p", "x"),
        ("{ ?s e:q/e:p ?o }", P + "p", "x"),
        ("{ ?s ^e:p ?o }", P + "p", "x"),
        ("{ ?s ?any ?o }", P + "p", "x"),
        ("{ ?s ?any ?o FILTER (?any = e:q) }", P + "p", "x"),
        (f"{{ ?s <{P}p> ?o }}", P + "p", "x"),
        ("{ ?s a e:C ; e:q ?o }", TYPE, "C"),
        ("{ ?s a ?class ; e:q ?o }", TYPE, "C"),
        ("{ VALUES ?class { e:C e:D } ?s a ?class ; e:q ?o }", TYPE, "D"),
        ("{ VALUES (?p ?n) { (e:p 1) (e:q 2) } ?s ?p ?o }", P + "p", "x"),
        ("{ ?s e:q ?o FILTER NOT EXISTS { ?s e:p ?x } }", P + "p", "x"),
        ("{ ?s e:q ?o OPTIONAL { ?o e:p ?x } }", P + "p", "x"),
        ("{ { SELECT ?s (COUNT(?x) AS ?o) { ?s e:p ?x } GROUP BY ?s } }", P + "p", "x"),
    ],
)
def test_a_statement_that_can_change_an_answer_is_read(where: str, predicate: str, value: str) -> None:
    assert reads(HEAD + where)(statement(predicate, value))


@pytest.mark.parametrize(
    ("where", "predicate", "value"),
    [
        ("{ ?s e:p ?o }", P + "q", "x"),
        ("{ ?s e:p ?o }", P + "new", "x"),
        ("{ ?s e:p ?o # e:q\n }", P + "q", "x"),
        ('{ ?s e:p ?o FILTER (STR(?o) = "e:q") }', P + "q", "x"),
        ("{ ?s a e:C ; e:q ?o }", TYPE, "D"),
        ("{ VALUES ?class { e:C } ?s a ?class ; e:q ?o }", TYPE, "D"),
        ("{ VALUES (?p ?n) { (e:p 1) } ?s ?p ?o }", P + "q", "x"),
        ("{ ?s e:p ?o GRAPH ?g { ?s e:q ?o } }", P + "q", "x"),
    ],
)
def test_a_statement_that_cannot_is_not(where: str, predicate: str, value: str) -> None:
    assert not reads(HEAD + where)(statement(predicate, value))
