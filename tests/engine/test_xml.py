"""What XML cannot hold is never sent as XML, and is to be had in every other format."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

from engine.house import House, house
from interurban.iris import RDF

XML, RDF_XML = "application/sparql-results+xml", "application/rdf+xml"
SPELLED = {"U+0000": "\\u0000", "U+0001": "\\u0001", "U+000B": "\\u000B", "U+FFFE": "\\uFFFE", "U+FFFF": "\\U0000FFFF"}
# Rows and statements without end in sight, before the last of which nothing is wrong.
MANY = '?s <http://e/p1> ?o BIND(IF(?s = <http://e/s1>, "%s", STR(?s)) AS ?x) } ORDER BY (?s = <http://e/s1>)'


@pytest.fixture(scope="module")
def server(dataset: Path) -> Iterator[House]:
    with house(dataset, query_workers=1, web_processes=1) as running:
        yield running


@pytest.mark.parametrize("code", SPELLED)
def test_a_character_that_xml_cannot_hold(server: House, code: str) -> None:
    character = chr(int(code[2:], 16))
    select, construct = (
        text % SPELLED[code] for text in ('SELECT ("è%s" AS ?x) {}', 'CONSTRUCT { <a:s> <a:p> "è%s"@en } {}')
    )
    for reply in (server.ask(select, results_format=XML), server.ask(construct, graph_format=RDF_XML)):
        assert (reply.failure, reply.body) == ("QueryFormatError", b"")
        assert code in reply.error["text"]
        assert "JSON" in reply.error["text"]
        assert code in reply.error["testo"]
    found = json.loads(server.ask(select).body)["results"]["bindings"][0]["x"]["value"]
    assert found == f"è{character}"
    for media_type in ("text/csv", "text/tab-separated-values"):
        assert f"è{character}" in server.ask(select, results_format=media_type).body.decode()
    for syntax in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD):
        body = server.ask(construct, graph_format=syntax.media_type).body
        assert [q.object for q in ox.parse(body, format=syntax)] == [ox.Literal(f"è{character}", language="en")]


def test_a_carriage_return_comes_through_xml(server: House) -> None:
    reply = server.ask('SELECT ("a\\rb\\r\\nc\\té" AS ?x) {}', results_format=XML)
    assert ElementTree.fromstring(reply.body).findtext(".//{*}literal") == "a\rb\r\nc\té"  # noqa: S314 - our own server's
    reply = server.ask('CONSTRUCT { <a:s> <a:p> "a\\rb\\r\\nc\\té" } {}', graph_format=RDF_XML)
    assert ElementTree.fromstring(reply.body).findtext(".//{*}p") == "a\rb\r\nc\té"  # noqa: S314 - our own server's


@pytest.mark.parametrize(
    "iri", ["http://e.example/1", "http://e.example/a/", "urn:1", RDF + "li", RDF + "bagID", RDF + "Description"]
)
def test_a_property_that_xml_has_no_name_for(server: House, iri: str) -> None:
    query = f"CONSTRUCT {{ <a:s> <{iri}> 1 }} {{}}"
    reply = server.ask(query, graph_format=RDF_XML)
    assert (reply.failure, reply.body) == ("QueryFormatError", b"")
    assert f"<{iri}>" in reply.error["text"]
    assert "Turtle" in reply.error["text"]
    assert iri in server.ask(query, graph_format="application/n-triples").body.decode()


def test_a_class_that_xml_has_no_name_for(server: House) -> None:
    reply = server.ask("CONSTRUCT { <a:s> a <http://e.example/1> } {}", graph_format=RDF_XML)
    assert (reply.failure, reply.body) == ("QueryFormatError", b"")
    reply = server.ask(
        f"CONSTRUCT {{ <http://e/1> a <a:c> ; <a:p> <http://e/2/> ; <{RDF}_1> 1 }} {{}}", graph_format=RDF_XML
    )
    assert len(list(ox.parse(reply.body, format=ox.RdfFormat.RDF_XML))) == 3


def test_a_blank_node_has_a_name_of_xml(server: House) -> None:
    """rdf:nodeID is an NCName, which begins with no digit (RDF 1.1 XML Syntax, 7.2.14)."""
    query = 'CONSTRUCT { ?x <a:p> ?x, ?y } { BIND(BNODE("1") AS ?x) BIND(BNODE("b1") AS ?y) }'
    reply = server.ask(query, graph_format=RDF_XML)
    triples = rdflib.Graph().parse(data=reply.body, format="xml")
    (subject,) = set(triples.subjects())
    assert {subject} < set(triples.objects())
    assert re.findall(rb'nodeID=".', reply.body)
    assert not re.findall(rb'nodeID="[0-9]', reply.body)


@pytest.mark.parametrize("media_type", [XML, RDF_XML])
def test_what_shows_only_midway_breaks_the_answer_off(server: House, media_type: str) -> None:
    head = "SELECT ?x {" if media_type == XML else "CONSTRUCT { ?s <a:p> ?x } {"
    whole, broken = (
        server.ask(head + MANY % text, results_format=XML, graph_format=RDF_XML) for text in ("fine", "\\u0001")
    )
    assert not whole.error
    ElementTree.fromstring(whole.body)  # noqa: S314 - our own server's
    assert broken.failure == "QueryFormatError"
    assert len(broken.body) > 65_536
    assert b"\x01" not in broken.body


def test_a_property_that_shows_only_midway_breaks_the_answer_off(server: House) -> None:
    where = "?s <http://e/p1> ?o BIND(IF(?s = <http://e/s1>, <http://e/1>, <http://e/p>) AS ?p) } ORDER BY (?s = <http://e/s1>)"
    reply = server.ask("CONSTRUCT { ?s ?p ?o } { " + where, graph_format=RDF_XML)
    assert reply.failure == "QueryFormatError"
    assert len(reply.body) > 65_536
