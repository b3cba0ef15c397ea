"""What a path with alternatives reaches in several ways is counted as often, as by rdflib and SPARQL 1.1 (18.4)."""

from collections import Counter

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.engine.rewriting.alternatives import with_unions

BASE = "http://example.org/"
names, predicates = st.sampled_from("abc"), st.sampled_from("pqr")
steps = predicates.map(lambda name: f"<{name}>")
paths = st.recursive(
    steps,
    lambda inner: st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}/{})".format, inner, inner),
        st.builds("^({})".format, steps),
        st.builds("{}|{}".format, inner, inner).map(lambda text: f"({text})"),
    ),
    max_leaves=5,
)
ends = st.sampled_from(["?x", "?y", "?z", "<a>", "<b>"])
triples = st.builds("{} {} {} . ".format, ends, paths, ends)
queries = st.lists(triples, min_size=1, max_size=3).map(lambda found: f"SELECT * WHERE {{ {''.join(found)}}}")
data = st.lists(st.tuples(names, predicates, names), max_size=15, unique=True)


def counted(statements: list[tuple[str, str, str]], text: str) -> Counter[tuple[str, ...]]:
    store = Store()
    store.extend(Quad(*(NamedNode(BASE + name) for name in names)) for names in statements)
    found = answer(store, Query(text, BASE, None, None, "application/sparql-results+json", None))
    assert isinstance(found, QuerySolutions)
    columns = sorted(found.variables, key=str)
    return Counter(tuple(row[column].value for column in columns if row[column]) for row in found)


def by_rdflib(statements: list[tuple[str, str, str]], text: str) -> Counter[tuple[str, ...]]:
    graph = rdflib.Graph()
    for subject, predicate, thing in statements:
        graph.add((rdflib.URIRef(BASE + subject), rdflib.URIRef(BASE + predicate), rdflib.URIRef(BASE + thing)))
    found = graph.query(text, base=BASE)
    columns = sorted(found.vars or ())
    return Counter(tuple(str(row[column]) for column in columns if row[column]) for row in found.bindings)


@settings(max_examples=300, deadline=None)
@given(data, queries)
def test_answers_are_counted_as_by_rdflib(statements: list[tuple[str, str, str]], text: str) -> None:
    assert counted(statements, text) == by_rdflib(statements, text)


@pytest.mark.parametrize(
    ("path", "becomes"),
    [
        ("<p>|<q>", "{ ?x <p> ?y } UNION { ?x <q> ?y }"),
        ("(<p>|<q>)/<r>", "{ ?x (<p>)/<r> ?y } UNION { ?x (<q>)/<r> ?y }"),
        ("^(<p>|<q>)", "{ ?x ^(<p>) ?y } UNION { ?x ^(<q>) ?y }"),
        ("(<p>|<q>)*", ""),
        ("!(<p>|^<q>)", ""),
        ("<p>/<q>", ""),
    ],
)
def test_what_becomes_of_a_path(path: str, becomes: str) -> None:
    query = f"SELECT * WHERE {{ ?x {path} ?y }}"
    assert with_unions(query) == (f"SELECT * WHERE {{ {becomes} }}" if becomes else query)


@pytest.mark.parametrize(
    "group",
    [
        "?x a ?c ; <p>|<q> ?y, ?z ; <r> [ <s> ?w ] . ?z <p> ?x FILTER(?y != ?z || ?x = 1)",
        "_:b <p>|<q> ?y . _:b <r> ?z",
        "_:b <r> ?z . ?x <p>|<q> ?y . _:b <p> ?w",
        "?x <p>|<q> (1 2)",
        "?x <p> ?y OPTIONAL { ?y <q>|<r> ?z } FILTER EXISTS { ?x <p>|<r> ?w }",
    ],
)
def test_wherever_it_stands_a_query_stays_a_query(group: str) -> None:
    counted([("a", "p", "b")], f"SELECT * WHERE {{ {group} }}")
