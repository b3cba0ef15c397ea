"""What a web process gets from the engine: answers in every form and format, and errors that help.

Asked of every engine: our own memory, and the servers to which the data were pushed.
"""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib

from engine.house import House, Reply, house
from interurban.engine import load
from interurban.errors import ReleaseError
from peers.servers import Peer

SEVEN = "SELECT ?o { <http://e/s1> <http://e/p1> ?o }"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TSV = "text/tab-separated-values"


@pytest.fixture(scope="module")
def server(engine: Peer | None, dataset: Path, published: Path) -> Iterator[House]:
    given: dict[str, Any] = {"query_workers": 2, "web_processes": 1, "query_characters": 200_000}
    with house(published if engine else dataset, endpoint=engine.endpoint if engine else "", **given) as running:
        yield running


def column(reply: Reply) -> set[str]:
    """Return the values of the only column of a SELECT that was answered in TSV."""
    assert not reply.error
    return set(reply.body.decode().splitlines()[1:])


def from_json(body: bytes) -> Any:
    return json.loads(body)["results"]["bindings"][0]["o"]["value"]


def from_xml(body: bytes) -> Any:
    return ElementTree.fromstring(body).findtext(".//{*}uri")  # noqa: S314 - it comes from our own server


@pytest.mark.parametrize(
    ("media_type", "read"),
    [
        (JSON, from_json),
        (XML, from_xml),
        ("text/csv", lambda body: body.decode().split("\r\n")[1]),
        (TSV, lambda body: body.decode().split("\n")[1].strip("<>")),
    ],
)
def test_select_in_every_format(server: House, media_type: str, read: Callable[[bytes], Any]) -> None:
    reply = server.ask(SEVEN, results_format=media_type)
    assert reply.head == {"form": "solutions", "media_type": media_type}
    assert read(reply.body) == "http://e/s7919"
    assert not reply.error


@pytest.mark.parametrize(("pattern", "answer"), [("{ ?s <http://e/p1> ?o }", True), ("{ ?s <http://no/> ?o }", False)])
def test_ask(server: House, pattern: str, answer: bool) -> None:
    reply = server.ask(f"ASK {pattern}")
    assert reply.head == {"form": "boolean", "media_type": JSON}
    assert json.loads(reply.body)["boolean"] is answer


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's JSON-LD parser uses it itself
@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { <http://e/s1> ?p ?o }", "DESCRIBE <http://e/s1>"])
def test_graphs_in_every_format(server: House, query: str, media_type: str) -> None:
    reply = server.ask(query, graph_format=media_type)
    assert reply.head == {"form": "graph", "media_type": media_type}
    graph = rdflib.Graph().parse(data=reply.body, format=media_type)
    s, p, o = (rdflib.URIRef(f"http://e/{name}") for name in ("s1", "p1", "s7919"))
    assert set(graph) == {(s, p, o)}


def test_turtle_uses_the_prefixes_that_people_know(server: House) -> None:
    reply = server.ask("CONSTRUCT { <http://e/s1> a <http://www.w3.org/ns/org#Membership> } {}")
    assert b"org:Membership" in reply.body


def test_relative_iris_are_resolved_against_the_base(server: House) -> None:
    assert column(server.ask("SELECT (<id/city/x> AS ?x) {}", results_format=TSV)) == {
        "<https://example.org/id/city/x>"
    }


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "?s\t?p\t?o"),
        ("# SELECT *\nselect distinct*{ ?s ?p ?o MINUS { ?s ?p ?a } }", "?s\t?p\t?o"),
        ("SELECT (?b AS ?a) ?b { SELECT * { ?b ?p ?o } }", "?a\t?b"),
        ("SELECT * { ?s ?p '?c ?b' BIND(1 AS ?b) BIND(2 AS ?a) }", "?s\t?p\t?b\t?a"),
        ("SELECT * {}", ""),
    ],
)
def test_columns_come_in_the_order_in_which_the_query_names_them(server: House, query: str, columns: str) -> None:
    assert server.ask(query, results_format=TSV).body.decode().partition("\n")[0] == columns


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("SELECT (TRUE AS ?t) (False AS ?f) ('TRUE' AS ?TRUE) {} # TRUE", 'true\tfalse\t"TRUE"'),
        ("PREFIX TRUE: <a:> SELECT (TRUE:TRUE AS ?x) (!FALSE AS ?y) {}", "<a:TRUE>\ttrue"),
        (
            "SELECT ?TRUE ?x { VALUES ?TRUE { 'FALSE'@TRUE } BIND(<a:TRUE> AS ?x) FILTER(TRUE) }",
            '"FALSE"@true\t<a:TRUE>',
        ),
    ],
)
def test_true_and_false_are_keywords_in_any_case(server: House, query: str, values: str) -> None:
    reply = server.ask(query, results_format=TSV)
    assert (reply.error, reply.body.decode().splitlines()[1:]) == ({}, [values])


def test_a_word_does_not_hide_what_is_refused(server: House) -> None:
    assert "SERVICE:" in server.ask("SELECT * { FILTER(TRUE) SERVICE SILENT <http://e/> {} }").error["text"]
    wrong = server.ask("SELECT * {\n FILTER(TRUE) ?s foo:p ?o }")
    assert (wrong.failure, wrong.error["line"]) == ("QuerySyntaxError", 2)


def test_a_large_answer_arrives_whole(server: House) -> None:
    reply = server.ask("SELECT * { ?s ?p ?o }", results_format=TSV)
    assert not reply.error
    assert reply.body.count(b"\n") == 40_001
    assert reply.body.endswith(b"\n")


def test_a_long_query_is_read_whole(server: House) -> None:
    reply = server.ask(SEVEN + "#" + 150_000 * "è")  # more bytes than a socket holds
    assert from_json(reply.body) == "http://e/s7919"


@pytest.mark.parametrize(
    ("query", "form", "missing"),
    [
        (SEVEN, "solutions", "results_format"),
        ("ASK {}", "boolean", "results_format"),
        ("DESCRIBE <http://e/s1>", "graph", "graph_format"),
    ],
)
def test_a_form_without_a_format_is_told_apart(server: House, query: str, form: str, missing: str) -> None:
    formats: dict[str, Any] = {missing: None}
    reply = server.ask(query, **formats)
    assert (reply.failure, reply.error["form"]) == ("QueryFormatError", form)


@pytest.mark.parametrize(
    ("query", "line", "column", "complaint"),
    [
        ("SELECT * {\n  ?s foo:p ?o }", 2, 11, "Prefix not found"),
        ("SELECT ?service { ?service foo:p 'service' }", 1, 33, "Prefix not found"),
        ("SELECT ?x\nWHERE { ?s ?p ?o ", 2, 18, "the parser expected"),
        ("SELECT * {}\n}", 2, 2, "the parser expected"),
        ("", 1, 1, "something is missing"),
        (
            "PREFIX e: <http://e/>",
            1,
            22,
            "this is not SPARQL",
        ),  # to the grammar an update; but who would say so?
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name"),
    ],
)
def test_a_syntax_error_has_its_place(server: House, query: str, line: int, column: int, complaint: str) -> None:
    reply = server.ask(query)
    assert reply.failure == "QuerySyntaxError"
    assert (reply.error["line"], reply.error["column"]) == (line, column)
    assert complaint in reply.error["text"]
    assert f"riga {line}, colonna {column}" in reply.error["testo"]
    assert "[" not in reply.error["text"]  # none of the parser's character classes


@pytest.mark.parametrize(
    "update",
    ["INSERT DATA { <a:a> <a:b> 1 }", "CLEAR ALL", "DROP GRAPH <http://no/>", "DELETE WHERE { ?s ?p ?o }"],
)
def test_an_update_is_told_that_it_is_one(server: House, update: str) -> None:
    reply = server.ask(update)
    assert (reply.failure, reply.error["line"]) == ("QuerySyntaxError", None)
    assert "update" in reply.error["text"]
    assert column(server.ask(SEVEN, results_format=TSV)) == {"<http://e/s7919>"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o .\n SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
        "ASK { service silent <http://localhost:PORT/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <http://127.0.0.1:PORT/> } SERVICE ?e { ?s ?p ?o } }",
        "SELECT ?service { ?service ?p 'service' SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    ],
)
def test_service_reaches_nothing_and_says_so(server: House, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        reply = server.ask(query.replace("PORT", str(elsewhere.getsockname()[1])))
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert reply.failure == "QuerySyntaxError"
    assert reply.error["text"].startswith("SERVICE:")
    assert reply.error["line"] == query.count("\n") + 1


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX service: <http://e/> SELECT ?service { service:s1 service:p1 ?service }",
        f"{SEVEN} # SERVICE <http://e/> {{}}",
        "SELECT ?o { <http://e/s1> <http://e/p1> ?o FILTER ('} SERVICE <http://e/> {}' != '') }",
        "SELECT ?o { <http://e/s1> ?zzzzzzz ?o OPTIONAL { _:service <http://e/services> ''@service } }",
    ],
)
def test_a_thing_may_be_called_service(server: House, query: str) -> None:
    assert column(server.ask(query, results_format=TSV)) == {"<http://e/s7919>"}


def test_no_query_can_open_a_connection(server: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        reply = server.ask(f"LOAD <http://127.0.0.1:{elsewhere.getsockname()[1]}/data.ttl>")
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert "update" in reply.error["text"]


def test_a_query_too_long_is_not_read(server: House) -> None:
    reply = server.ask(SEVEN + " " * 200_000)
    assert reply.failure == "QuerySyntaxError"
    assert "at most 200000" in reply.error["text"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("SELECT (<http://no/function>(1) AS ?x) {}", {}),
        ("ASK {}", {"default_graphs": ["not an IRI"]}),
        ("SELECT ('\ud800' AS ?x) {}", {}),
    ],
)
def test_what_cannot_be_evaluated_is_the_asker_s_to_mend(server: House, query: str, fields: dict[str, Any]) -> None:
    reply = server.ask(query, **fields)
    assert reply.failure == "QuerySyntaxError"
    assert "cannot be evaluated" in reply.error["text"]


BY = "SELECT ?x { ?s <http://e/by> ?x }"
GRAPHS = "SELECT ?x { GRAPH ?x { ?s ?p ?o } }"
FROM_TWO = "SELECT ?x FROM <http://e/two> { ?s <http://e/by> ?x FILTER ISLITERAL(?x) }"
FROM_NAMED_TWO = "SELECT ?x FROM NAMED <http://e/two> { GRAPH ?x { ?s ?p ?o } }"
FROM_NO = "SELECT ?x FROM <http://e/no> { ?s ?p ?x }"
ONE, TWO, NO = "http://e/one", "http://e/two", "http://e/no"


@pytest.mark.parametrize(
    ("query", "default", "named", "expected"),
    [
        (BY, None, None, set()),
        (GRAPHS, None, None, {f"<{ONE}>", f"<{TWO}>"}),
        (FROM_TWO, None, None, {'"two"', '"nobody"'}),
        (FROM_NAMED_TWO, None, None, {f"<{TWO}>"}),
        (FROM_NO, None, None, set()),
        (BY, [ONE, TWO], None, {'"one"', '"two"', '"nobody"'}),
        (BY, [NO], None, set()),
        # a dataset that names no named graph has none, and one that names no default graph has an empty one
        (GRAPHS, [ONE], None, set()),
        (GRAPHS, None, [TWO], {f"<{TWO}>"}),
        (BY, None, [TWO], set()),
        # the protocol's dataset overrides the query's
        (FROM_TWO, [ONE], None, {'"one"'}),
        (FROM_NAMED_TWO, None, [ONE], {f"<{ONE}>"}),
    ],
)
def test_the_dataset(
    server: House, query: str, default: list[str] | None, named: list[str] | None, expected: set[str]
) -> None:
    reply = server.ask(query, default_graphs=default, named_graphs=named, results_format=TSV)
    assert column(reply) == expected


@pytest.mark.parametrize("content", [None, "<http://e/s> <http://e/p> ."])
def test_a_dataset_that_cannot_be_loaded_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "dataset.nq"
    if content:
        path.write_text(content)
    with pytest.raises(ReleaseError, match=r"dataset\.nq"):
        load(path)
