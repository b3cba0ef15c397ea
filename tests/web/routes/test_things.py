"""The document of a thing: what belongs to it, and that every format says the same."""

import json
from collections.abc import Iterable
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib.compare import isomorphic

from interurban.iris import IU, PREFIXES, RDF, RDFS, XSD
from interurban.web.model.context import terms
from interurban.web.model.document import Document, of_thing
from interurban.web.model.serialization import write_jsonld
from web.world import World

MEMBER, ORGANIZATION = PREFIXES["org"] + "member", PREFIXES["org"] + "organization"
EVERYTHING = [
    "doc/city/it-fonte",
    "doc/network/rivers",
    "doc/government/it-fonte-comune",
    "doc/person/anna-prova",
    "doc/pledge/fonte-water",
    "doc/city/fr-%C3%A9cole",
    "graph/rivers-2019",
    "def/City",
    "def/role",
    "def/role/member",
    "def",
    "doc/city",
    "graph",
]


def triples(world: World, name: str) -> set[tuple[str, str, str]]:
    """Return a document's statements as strings, things of the world without their base."""

    def short(term: object) -> str:
        return str(term).replace(world.base, "").strip("<>")

    document = of_thing(world.vocabulary, world.thing(name))
    return {(short(t.subject), short(t.predicate), short(t.object)) for t in document.triples()}


def graph_of(answer: httpx.Response, syntax: str) -> rdflib.Graph:
    assert answer.status_code == 200, answer.text
    return rdflib.Graph().parse(data=answer.content, format=syntax)


def test_a_document_holds_what_the_paths_reach_and_the_names_of_the_rest(world: World) -> None:
    document = triples(world, "city/it-fonte")
    membership, government = "id/membership/rivers-it-fonte", "id/government/it-fonte-comune"
    assert (government, IU + "governs", "id/city/it-fonte") in document
    assert (membership, MEMBER, government) in document
    assert (membership, IU + "start", f'"2019-03-12"^^<{XSD}date') in document
    assert ("id/network/rivers", RDFS + "label", '"Città dei fiumi"@it') in document
    # the network is only mentioned, so nothing but its types and labels is here
    said = {predicate for subject, predicate, _ in document if subject == "id/network/rivers"}
    assert said == {RDF + "type", RDFS + "label"}
    assert not any(subject == "id/membership/rivers-de-monach" for subject, _, _ in document)


def test_a_path_holds_for_subclasses(world: World) -> None:
    document = triples(world, "government/it-fonte-comune")  # a municipality; the path is on local governments
    assert ("id/holding/anna-prova-mayor", IU + "attestedOn", f'"2019-03-12"^^<{XSD}date') in document


def test_a_class_does_not_drag_in_its_instances(world: World) -> None:
    for name, inside in (("LocalGovernment", "Municipality"), ("Municipality", "LocalGovernment")):
        document = of_thing(world.vocabulary, ox.NamedNode(IU + name))
        subjects = {str(t.subject) for t in document.triples()}
        assert f"<{IU}{inside}>" in subjects
        assert not any("/id/" in subject for subject in subjects)


# rdflib's JSON-LD parser makes one itself
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("path", EVERYTHING)
def test_every_format_says_the_same(client: httpx.Client, path: str) -> None:
    turtle = graph_of(client.get(f"/{path}.ttl"), "turtle")
    assert len(turtle) > 0
    for extension, syntax in (("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        other = graph_of(client.get(f"/{path}.{extension}"), syntax)
        assert isomorphic(turtle, other), extension
    expanded = jsonld.to_rdf(client.get(f"/{path}.jsonld").json(), {"format": "application/n-quads"})
    assert isomorphic(turtle, rdflib.Graph().parse(data=expanded, format="nt"))


@pytest.mark.parametrize("path", EVERYTHING)
def test_trig_tells_who_says_each_statement(client: httpx.Client, world: World, path: str) -> None:
    trig = list(ox.parse(client.get(f"/{path}.trig").content, format=ox.RdfFormat.TRIG))
    believed = {q.triple for q in trig if isinstance(q.graph_name, ox.DefaultGraph)}
    turtle = client.get(f"/{path}.ttl").content
    assert believed == {q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    said = {q for q in trig if not isinstance(q.graph_name, ox.DefaultGraph)}
    every = {
        q
        for t in believed
        for q in world.store.quads_for_pattern(t.subject, t.predicate, t.object, None)
        if not isinstance(q.graph_name, ox.DefaultGraph)
    }
    assert said == every
    assert {q.triple for q in said} == believed  # nothing here is believed without a source


def test_a_statement_of_two_sources_stands_in_both(client: httpx.Client, world: World) -> None:
    trig = ox.parse(client.get("/doc/city/it-fonte.trig").content, format=ox.RdfFormat.TRIG)
    membership = world.thing("membership/rivers-it-fonte")
    graphs = {str(q.graph_name) for q in trig if q.subject == membership and q.predicate.value == IU + "start"}
    assert graphs == {"DEFAULT", f"<{world.base}graph/rivers-2019>", f"<{world.base}graph/fonte-web>"}


def test_json_ld_is_framed_on_the_thing(client: httpx.Client, world: World) -> None:
    document = client.get("/doc/city/it-fonte.jsonld").json()
    assert document["@id"] == world.base + "id/city/it-fonte"
    assert document["label"] == {"en": "Fonte", "it": "Fonte"}
    governments = {g["@id"]: g for g in document["@reverse"]["governs"]}
    assert governments[world.base + "id/government/it-fonte-comune"]["label"]["it"] == "Comune di Fonte"
    network = document["participatesIn"]
    assert network["label"]["it"] == "Città dei fiumi"
    assert network["@reverse"]["organization"]["start"] == {"@value": "2019-03-12", "@type": "xsd:date"}
    used = json.dumps({k: v for k, v in document.items() if k != "@context"})
    assert all(f'"{term}"' in used or f"{term}:" in used for term in document["@context"])


def test_each_node_is_described_once(client: httpx.Client) -> None:
    seen: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "@id" in value and len(value) > 1:
                seen.append(value["@id"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    document = client.get("/doc/network/rivers.jsonld").json()
    walk({k: v for k, v in document.items() if k != "@context"})
    assert len(seen) > 5
    assert len(seen) == len(set(seen))


def test_long_lists_are_cut_and_say_so(world: World) -> None:
    store = ox.Store()
    store.extend(world.store)
    network = world.thing("network/rivers")
    for number in range(1500):
        node = world.thing(f"membership/m{number:04}")
        store.add(ox.Quad(node, ox.NamedNode(ORGANIZATION), network))
    vocabulary = type(world.vocabulary)(store, world.vocabulary.base)
    document = of_thing(vocabulary, network)
    (cut,) = document.cuts
    assert (cut.predicate, cut.shown, cut.total) == (ORGANIZATION, 1000, 1502)
    shown = [node.value for node in document.inbound[ox.NamedNode(ORGANIZATION)]]
    assert shown == sorted(shown)
    assert len(shown) == 1000
    assert shown[0].endswith("membership/m0000")


# Generated documents: any graph, with names that look like ours and texts that look like JSON-LD.

HOSTILE_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
) | st.sampled_from(
    [
        "<script>",
        '"',
        "\\",
        "@id",
        "@value",
        "_:b0",
        "iu:City",
        "\u2028",
        "}}",
        "en",
        "\n\r\t",
        "true",
        "1",
        "01",
    ]
)
IRIS = st.sampled_from(
    [
        "http://127.0.0.1/id/city/x",
        "http://127.0.0.1/id/city/é",
        "http://127.0.0.1/id/city/x?a=b&c=%20#d",
        "https://example.org/a'b(c)",
        "urn:isbn:1",
        "label:x",
        "iu:City",
        "xsd:date",
        "rdfs:label",
        "javascript:alert(1)",
        "tag:a@b,2020:c",
        IU + "City",
        IU + "//x",
        IU,
        IU + "role/member",
        RDFS + "label",
        RDF + "nil",
    ]
).map(ox.NamedNode)
PROPERTIES = st.sampled_from(
    [
        *(IU + name for name in ("start", "governs", "City", "role/x", "", "//a")),
        RDFS + "label",
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["dct"] + "title",
        RDF + "type",
        MEMBER,
        "label:p",
        "urn:p",
        "http://example.org/p#q",
    ]
).map(ox.NamedNode)
# without xsd:double, whose texts pyld rewrites
DATATYPES = st.sampled_from(
    [XSD + name for name in ("string", "integer", "decimal", "boolean", "date", "gYear")]
    + ["http://example.org/type", "urn:type", "xsd:date"]
).map(ox.NamedNode)
LITERALS = (
    st.builds(lambda text: ox.Literal(text), HOSTILE_TEXT)
    | st.builds(lambda text, tag: ox.Literal(text, language=tag), HOSTILE_TEXT, st.sampled_from(["en", "it", "de-ch"]))
    | st.builds(lambda text, kind: ox.Literal(text, datatype=kind), HOSTILE_TEXT, DATATYPES)
    | st.builds(lambda n: ox.Literal(str(n), datatype=ox.NamedNode(XSD + "integer")), st.integers())
    | st.builds(lambda b: ox.Literal(b, datatype=ox.NamedNode(XSD + "boolean")), st.sampled_from(["true", "0"]))
)
TRIPLES = st.lists(st.builds(ox.Triple, IRIS, PROPERTIES, IRIS | LITERALS), min_size=1, max_size=12, unique=True)
KNOWN = terms(
    names=[IU + "City", IU + "start", IU + "governs", MEMBER, RDF + "type"],
    links=[IU + "governs", MEMBER],
    languages=[],
)


def in_lines(statements: Iterable[object]) -> list[str]:
    """Return statements as sorted N-Triples, so that a difference is readable."""
    return sorted(f"{statement} ." for statement in statements)


@settings(max_examples=300, deadline=None)
@given(TRIPLES)
def test_json_ld_of_any_document_expands_to_its_triples(statements: list[ox.Triple]) -> None:
    groups: dict[Any, list[ox.Triple]] = {}
    for statement in sorted(statements, key=str):
        groups.setdefault(statement.subject, []).append(statement)
    root = next(iter(groups))
    written = write_jsonld(Document(root, groups), KNOWN)
    assert written == write_jsonld(Document(root, groups), KNOWN)
    # the engine's own JSON-LD reader, and an independent one
    assert in_lines(q.triple for q in ox.parse(written, format=ox.RdfFormat.JSON_LD)) == in_lines(statements)
    nquads = jsonld.to_rdf(json.loads(written), {"format": "application/n-quads"})
    assert in_lines(q.triple for q in ox.parse(nquads, format=ox.RdfFormat.N_QUADS)) == in_lines(statements)
