"""The formats of answers by the names that clients have for them."""

from typing import Any

import httpx
import pytest
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, TURTLE, XML, SPARQLWrapper

from serving import Served
from web.routes.test_sparql import CITIES, GRAPH


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("n3", "text/turtle"), ("ntriples", "application/n-triples"), ("json-ld", "application/ld+json")],
)
def test_formats_have_the_names_that_clients_send(client: httpx.Client, name: str, media_type: str) -> None:
    answer = client.get("/sparql", params={"query": GRAPH, "format": name})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert client.get("/sparql", params={"query": CITIES, "format": name}).status_code == 200


def test_who_asks_for_n3_gets_turtle(client: httpx.Client) -> None:
    for accepted in ("text/n3", "text/rdf+n3", "application/n3;q=0.1, text/n3"):
        answer = client.get("/sparql", params={"query": GRAPH}, headers={"Accept": accepted})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8"), accepted


# SPARQLWrapper's own converters warn about what rdflib deprecates
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("query", "form"),
    [(CITIES, JSON), (CITIES, XML), (CITIES, CSV), (GRAPH, TURTLE), (GRAPH, N3), (GRAPH, JSONLD), (GRAPH, XML)],
)
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_understands_every_answer(world_server: Served, query: str, form: str, method: str) -> None:
    wrapper = SPARQLWrapper(world_server.address + "sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    answer: Any = wrapper.query().convert()
    if query == CITIES and form == JSON:
        assert len(answer["results"]["bindings"]) == 4
    else:
        assert answer
