"""/graph?default and /graph?graph=IRI: what a client of the SPARQL 1.1 Graph Store HTTP Protocol may read."""

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from web.world import World

FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}


def statements(world: World, graph: str | None) -> set[str]:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return {str(quad.triple) for quad in world.store.quads_for_pattern(None, None, None, name)}


def read(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    syntax = ox.RdfFormat.from_media_type(answer.headers["content-type"])
    assert syntax
    return {str(quad.triple) for quad in ox.parse(answer.content, format=syntax)}


def test_a_whole_graph(client: httpx.Client, world: World) -> None:
    register = world.base + "graph/register"
    assert read(client.get("/graph?default")) == read(client.get("/graph?default=")) == statements(world, None)
    assert read(client.get("/graph", params={"graph": register})) == statements(world, register)
    assert statements(world, register) < statements(world, None)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's readers of graphs use what it deprecates
@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format(client: httpx.Client, world: World, media_type: str) -> None:
    register = world.base + "graph/register"
    answer = client.get("/graph", params={"graph": register}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    graph = rdflib.Dataset().parse(data=answer.content, format=FORMATS[media_type])
    assert len(graph) == len(statements(world, register))


def test_a_format_by_name_and_none_at_all(client: httpx.Client) -> None:
    named = client.get("/graph?default&format=nt", headers={"Accept": "text/turtle"})
    assert named.headers["content-type"] == "application/n-triples"
    assert client.get("/graph?default", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/graph?default&format=doc").status_code == 400


def test_head_and_tags(client: httpx.Client) -> None:
    head, body = client.head("/graph?default"), client.get("/graph?default")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", body.headers["etag"])
    known = client.get("/graph?default", headers={"If-None-Match": body.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert client.get("/graph?default&format=nt").headers["etag"] != body.headers["etag"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?graph=http://example.org/nobody", 404),
        ("?graph=register", 400),
        ("?graph=", 400),
        ("?graph=not%20an%20iri", 400),
        ("?default&graph=http://example.org/", 400),
        ("?graph=http://example.org/&graph=http://example.com/", 400),
        ("?default&default", 400),
    ],
)
def test_what_is_no_graph_is_told(client: httpx.Client, query: str, status: int) -> None:
    answer = client.get("/graph" + query)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_no_graph_can_be_changed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/graph?default")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_the_sources_are_where_they_were(client: httpx.Client) -> None:
    moved = client.get("/graph")
    assert (moved.status_code, moved.headers["location"]) == (308, f"{client.base_url}graph/")
    assert client.get("/graph/").status_code == client.get("/graph/register").status_code == 200
    assert client.get("/graph.ttl").status_code == client.get("/graph/register.ttl").status_code == 200
