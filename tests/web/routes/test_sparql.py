"""/sparql as its clients use it: the protocol, the formats, the refusals, and how an answer ends."""

import csv
import html
import io
from urllib.parse import urlencode

import httpx
import pytest
import rdflib

from web.world import World

CITIES = "PREFIX iu: <https://w3id.org/interurban/def/> SELECT ?city WHERE { ?city a iu:City } ORDER BY ?city"
GRAPH = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    bindings = answer.json()["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in bindings]


def test_the_three_ways_of_asking(client: httpx.Client, world: World) -> None:
    by_get = client.get("/sparql", params={"query": CITIES})
    by_form = client.post("/sparql", data={"query": CITIES})
    directly = client.post("/sparql", content=CITIES, headers=DIRECT)
    assert rows(by_get) == rows(by_form) == rows(directly)
    assert {"city": world.base + "id/city/it-fonte"} in rows(by_get)
    assert by_get.headers["vary"] == "Accept"


@pytest.mark.parametrize("name", ["Upgrade", "upgrade"])
def test_a_wish_for_http_2_loses_no_body(client: httpx.Client, name: str) -> None:
    """Java's HttpClient, and so Jena and Fuseki, send it along with their first request."""
    wish = {name: "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA", "Connection": "Upgrade, HTTP2-Settings"}
    for headers, content in ((DIRECT, CITIES), (FORM, urlencode({"query": CITIES}))):
        asked = client.post("/sparql", content=content, headers=headers)
        assert rows(client.post("/sparql", content=content, headers=headers | wish)) == rows(asked)


def test_a_byte_order_mark_before_a_query_is_fine(client: httpx.Client) -> None:
    marked = "\ufeff" + CITIES
    asked = client.get("/sparql", params={"query": CITIES})
    assert rows(client.get("/sparql", params={"query": marked})) == rows(asked)
    assert rows(client.post("/sparql", content=marked.encode(), headers=DIRECT)) == rows(asked)


def test_csv_can_be_read_back_whatever_the_terms_are(client: httpx.Client) -> None:
    query = """SELECT ?iri ?text ?node ?unbound {
      VALUES (?iri ?text) { (<http://x.example/a,b> "say \\"c,d\\"\\r\\ne") (<http://x.example/> 1.50) }
      BIND (BNODE() AS ?node) }"""
    answer = client.get("/sparql", params={"query": query, "format": "csv"})
    head, *body = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == ["iri", "text", "node", "unbound"]
    assert [(row[0], row[1], row[3]) for row in body] == [
        ("http://x.example/a,b", 'say "c,d"\r\ne', ""),
        ("http://x.example/", "1.5", ""),
    ]
    assert all(row[2].startswith("_:") for row in body)


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (CITIES, "*/*", "application/sparql-results+json"),
        (CITIES, "application/json", "application/sparql-results+json"),
        (CITIES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CITIES, "text/csv", "text/csv; charset=utf-8"),
        (CITIES, "text/tab-separated-values, text/csv;q=0.5", "text/tab-separated-values; charset=utf-8"),
        (CITIES, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (GRAPH, "*/*", "text/turtle; charset=utf-8"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "application/rdf+xml, text/csv", "application/rdf+xml"),
        (GRAPH, "application/trig", "application/trig"),
        (GRAPH, "application/n-quads;q=0.5, text/html", "application/n-quads"),
        (GRAPH, "application/json", "application/ld+json"),
        (GRAPH, "application/xml", "application/rdf+xml"),
        (GRAPH, "text/plain", "application/n-triples"),
        (CITIES, "text/xml;q=0.3, image/png", "application/sparql-results+xml"),
        (CITIES, "application/trig, text/*;q=0.2", "text/csv; charset=utf-8"),
        (CITIES, "application/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        (CITIES, "text/html,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+json"),
        ("DESCRIBE <id/city/it-fonte>", "text/turtle", "text/turtle; charset=utf-8"),
        (CITIES, BROWSER, "application/sparql-results+json"),
    ],
)
def test_accept_decides_the_format(client: httpx.Client, query: str, accept: str, expected: str) -> None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == expected
    assert answer.content


@pytest.mark.parametrize(("query", "accept"), [(CITIES, "text/turtle"), (GRAPH, "text/csv"), (CITIES, "image/png")])
def test_a_format_that_cannot_hold_the_answer_is_refused(client: httpx.Client, query: str, accept: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "accept", "reason"),
    [
        ('SELECT ("\\u0001" AS ?x) {}', "application/sparql-results+xml", "U+0001"),
        ('SELECT ("\\u000B" AS ?x) {}', "application/xml", "U+000B"),
        ('CONSTRUCT { <a:s> <a:p> "\\uFFFF" } {}', "application/rdf+xml", "U+FFFF"),
        ("CONSTRUCT { <a:s> <http://e.example/1> 1 } {}", "application/rdf+xml", "<http://e.example/1>"),
    ],
)
def test_what_xml_cannot_hold_is_refused_with_the_reason(
    client: httpx.Client, query: str, accept: str, reason: str
) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert reason in answer.json()["detail"]
    assert "JSON" in answer.json()["detail"]
    assert client.get("/sparql", params={"query": query}).status_code == 200


def test_a_format_by_name_comes_before_accept(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": CITIES, "format": "csv"})
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 4
    graph = client.get("/sparql", params={"query": GRAPH, "format": "ttl"}, headers={"Accept": "application/n-triples"})
    assert graph.headers["content-type"].startswith("text/turtle")
    by_type = client.get("/sparql", params={"query": CITIES, "format": "text/csv"})
    assert by_type.content == answer.content
    unknown = client.get("/sparql", params={"query": CITIES, "format": "doc"})
    assert unknown.status_code == 400
    assert "csv" in unknown.json()["detail"]


def test_a_dataset_can_be_named_several_times(client: httpx.Client, world: World) -> None:
    graphs = [("default-graph-uri", world.base + f"graph/{slug}") for slug in ("register", "rivers-2019")]
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    counted = [
        int(rows(client.get("/sparql", params=[("query", query), *some]))[0]["n"])
        for some in (graphs, graphs[:1], graphs[1:])
    ]
    assert counted[0] == counted[1] + counted[2] > counted[1] > 0
    named = [
        ("query", "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"),
        ("named-graph-uri", world.base + "graph/register"),
    ]
    assert rows(client.post("/sparql", content=urlencode(named), headers=FORM)) == [
        {"g": world.base + "graph/register"}
    ]
    assert client.get("/sparql", params={"query": query, "default-graph-uri": "not an iri"}).status_code == 400


@pytest.mark.parametrize(
    ("method", "parameters", "headers", "body", "status"),
    [
        ("POST", "", FORM, "", 400),
        ("POST", "", FORM, "quer=ASK{}", 400),
        ("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", {}, "", 400),
        ("POST", "?query=ASK%7B%7D", DIRECT, "ASK {}", 400),
        ("POST", "?query=ASK%7B%7D", FORM, "query=ASK%7B%7D", 400),
        ("GET", "?default-graph-uri=http://example.org/", {}, "", 400),
        ("GET", "?query=%FF%FE", {}, "", 400),
        ("POST", "", FORM, "query=%FF", 400),
        ("POST", "", DIRECT, b"\xff\xfe", 400),
        ("POST", "", FORM, "query=ASK%7B%7D%", 400),
        ("POST", "", FORM, "a&" * 100 + "query=ASK%7B%7D", 400),
        ("POST", "", {"Content-Type": "text/plain"}, "ASK {}", 415),
        ("POST", "", {"Content-Type": "application/json"}, "{}", 415),
        ("POST", "", {}, "ASK {}", 415),
        ("POST", "", {"Content-Type": "application/sparql-query; charset=UTF-16"}, "ASK {}", 415),
        ("POST", "", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 403),
        ("POST", "", FORM, "update=CLEAR%20ALL", 403),
        ("GET", "?update=CLEAR%20ALL", {}, "", 403),
        ("GET", "?query=CLEAR%20ALL", {}, "", 400),
        ("GET", "?query=SELECT", {}, "", 400),
        ("GET", "?query=", {}, "", 400),
        ("PUT", "?query=ASK%7B%7D", {}, "", 405),
    ],
)
def test_what_is_not_a_query_is_refused(
    client: httpx.Client,
    method: str,
    parameters: str,
    headers: dict[str, str],
    body: str | bytes,
    status: int,
) -> None:
    answer = client.request(method, "/sparql" + parameters, headers=headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_syntax_error_says_where_in_the_reader_s_language(client: httpx.Client) -> None:
    headers = {"Accept-Language": "it"}
    problem = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"}, headers=headers).json()
    assert (problem["line"], problem["column"] > 8) == (2, True)
    assert problem["title"] == "La richiesta non si capisce"
    page = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"}, headers=headers | {"Accept": BROWSER})
    assert page.status_code == 400
    assert "Riga 2, colonna" in page.text


def test_prefixes_are_not_implicit(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": "ASK { ?s a iu:City }"}).status_code == 400


def test_a_query_that_is_too_long_is_refused(client: httpx.Client) -> None:
    text = "ASK {} #" + "x" * 100_001
    assert client.post("/sparql", content=text, headers=DIRECT).status_code == 400
    assert client.post("/sparql", content=text * 20, headers=DIRECT).status_code == 413


def test_a_head_that_is_too_long_is_refused(client: httpx.Client) -> None:
    assert client.get("/health").status_code == 200  # the next is not the first on its connection
    long = client.get("/sparql?query=" + "x" * 40_000)
    assert (long.status_code, long.headers["content-type"]) == (431, "application/problem+json")
    assert long.json()["status"] == 431
    assert client.get("/health", headers={"X-Long": "x" * 40_000}).status_code == 431
    assert client.get("/sparql", params={"query": "ASK {} #" + "x" * 20_000}).status_code == 200
    # a body is no head, however much of it comes together with one
    assert client.post("/sparql", content="ASK {} #" + "x" * 90_000, headers=DIRECT).status_code == 200
    assert client.post("/sparql", content="ASK {} #" + "y" * 90_000, headers=DIRECT).status_code == 200


def test_what_the_description_says_is_true(client: httpx.Client, world: World) -> None:
    description = rdflib.Graph().parse(data=client.get("/sparql").content, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    functions = set(description.objects(None, sd.extensionFunction))
    assert len(functions) > 30
    for function in functions:
        told = client.get("/sparql", params={"query": f"ASK {{ FILTER (<{function}>(1)) }}"})
        assert told.status_code == 200, told.text
    assert client.get("/sparql", params={"query": "ASK { FILTER (<http://e/f>(1)) }"}).status_code == 400
    formats = {str(name).rpartition("/")[2] for name in description.objects(None, sd.resultFormat)}
    results = {"SPARQL_Results_" + name for name in ("JSON", "XML", "CSV", "TSV")}
    assert formats == results | {"Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads"}
    assert [str(regime).rpartition("/")[2] for regime in description.objects(None, sd.defaultEntailmentRegime)] == [
        "Simple"
    ]
    triples = rdflib.URIRef("http://rdfs.org/ns/void#triples")
    for graph in description.objects(None, sd.namedGraph):
        query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        assert rows(client.get("/sparql", params={"query": query})) == [{"n": str(description.value(graph, triples))}]
    default = description.value(rdflib.URIRef(world.base + "sparql#dataset"), sd.defaultGraph)
    whole = rows(client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}))
    assert whole == [{"n": str(description.value(default, triples))}]


def test_browsers_get_a_form_and_machines_a_description(client: httpx.Client, world: World) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER, "Accept-Language": "it"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<textarea" in page.text
    assert "Chiedi" in page.text
    for accept in ("*/*", "text/turtle", "application/rdf+xml"):
        answer = client.get("/sparql", headers={"Accept": accept})
        assert answer.headers["vary"] == "Accept, Accept-Language"
        syntax = answer.headers["content-type"].partition(";")[0]
        graph = rdflib.Graph().parse(data=answer.content, format=syntax)
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        service = rdflib.URIRef(world.base + "sparql")
        assert graph.value(service, sd.endpoint) == service
        assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query
        named = {str(g) for g in graph.objects(None, sd.namedGraph)}
        assert named == {
            world.base + f"graph/{slug}" for slug in ("register", "rivers-2019", "fonte-web", "derived", "vocabulary")
        }


def test_the_form_asks_a_query_that_works(client: httpx.Client) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    query = page.partition('spellcheck="false" required>')[2].partition("</textarea>")[0]
    found = rows(client.get("/sparql", params={"query": html.unescape(query), "format": "json"}))
    assert {"class": "https://w3id.org/interurban/def/City", "name": "City", "things": "4"} in found
