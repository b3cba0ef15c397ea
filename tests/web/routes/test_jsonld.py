"""JSON-LD as a program reads it that knows JSON: every property has one form, whatever it holds, in every document."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from interurban.iris import IU, PREFIXES, RDF, RDFS, XSD
from interurban.rdf.jsonld import write_jsonld
from interurban.rdf.terms import terms
from web.world import World

MEMBER = PREFIXES["org"] + "member"
NAMES = {"label", "prefLabel", "title"}


def test_a_document_stands_on_its_thing(client: httpx.Client, world: World) -> None:
    document = client.get("/doc/city/it-fonte.jsonld").json()
    assert document["@id"] == world.base + "id/city/it-fonte"
    assert document["label"] == {"en": "Fonte", "it": "Fonte"}
    governments = {g["@id"]: g for g in document["@reverse"]["governs"]}
    assert governments[world.base + "id/government/it-fonte-comune"]["label"]["it"] == "Comune di Fonte"
    (network,) = document["participatesIn"]
    assert network["label"]["it"] == "Città dei fiumi"
    (membership,) = network["@reverse"]["organization"]
    assert membership["start"] == ["2019-03-12"]
    assert document["@context"]["start"]["@type"] == XSD + "date"
    assert membership["organization"] == [{key: network[key] for key in ("@id", "@type", "label")}]
    used = json.dumps({k: v for k, v in document.items() if k != "@context"})
    assert all(f'"{term}"' in used for term in document["@context"])


def test_a_list_of_one_is_a_list(client: httpx.Client) -> None:
    for path in ("/doc/pledge.jsonld", "/doc/city.jsonld"):
        assert isinstance(client.get(path).json()["@graph"], list)


def forms(value: object, of: str = "") -> Iterator[tuple[str, str]]:
    """Yield property and form for all that stands in a document."""
    if isinstance(value, list):
        for item in value:
            yield of, "list of " + form(item)
            yield from forms(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("@context", "@id", "@value", "@language"):
                continue
            if key == "@reverse":
                for name, nodes in inner.items():
                    assert isinstance(nodes, list), name
                    yield from forms(nodes, "@reverse " + name)
            elif isinstance(inner, dict):
                yield from ((key, f"map of {form(text)}") for text in inner.values())
            else:
                assert isinstance(inner, list) or (key, type(inner)) == ("@type", str), key
                yield from forms(inner, key)


def form(value: object) -> str:
    if isinstance(value, dict):
        return "thing" if "@id" in value else "value"
    return "list" if isinstance(value, list) else type(value).__name__


def addresses(client: httpx.Client) -> list[str]:
    every = ("city", "government", "network", "membership", "person", "document", "observation", "holding", "event")
    kinds = [f"/doc/{kind}" for kind in every]
    things = [node["@id"] for kind in kinds for node in client.get(f"{kind}.jsonld").json()["@graph"]]
    places = [httpx.URL(thing).path.replace("/id/", "/doc/", 1) for thing in things[::7]]
    others = [
        "/dumps/interurban/interurban",
        "/graph",
        "/def",
        "/queries",
        "/releases",
        "/conflicts",
        "/graph/iuc-pairings",
        "/def/City",
    ]
    return [*kinds, *others, *places]


def test_a_property_has_one_form_in_all_documents(real: httpx.Client) -> None:
    found: dict[str, set[str]] = {}
    documents = addresses(real)
    assert len(documents) > 40
    for address in documents:
        document = real.get(f"{address}.jsonld").json()
        for name, kind in forms(document):
            found.setdefault(name, set()).add(kind)
    for name in ("believed", "value"):  # sources can disagree about whatever there is
        assert found.pop(name) == {"list of thing", "list of value"}
    for name, kinds in found.items():
        assert len(kinds) == 1, (name, kinds)
        assert ":" not in name.removeprefix("@reverse "), name  # no prefixes
        assert not name.startswith("http"), name
    assert found["startYear"] == found["latitude"] == found["startLatest"] == {"list of str"}
    assert found["rank"] == {"list of int"}
    assert found["member"] == found["country"] == found["sameAs"] == {"list of thing"}
    assert found["@reverse member"] == {"list of thing"}
    assert found["label"] == {"map of str"}
    assert found["comment"] == {"map of list"}


def test_a_thing_stands_in_full_once_and_elsewhere_with_its_names(real: httpx.Client) -> None:
    document = real.get("/doc/city/it-modena.jsonld").json()
    full: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "@id" in value and value.keys() - {"@id", "@type", *NAMES}:
                full.append(value["@id"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(document["governedBy"])
    assert len(full) > 10
    assert len(full) == len(set(full))
    memberships = document["governedBy"][0]["@reverse"]["member"]
    assert len(memberships) > 10
    assert all(m["organization"][0]["label"]["it"] and m["role"][0]["prefLabel"] for m in memberships)


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
        *(IU + name for name in ("start", "count", "flag", "share", "code", "aim")),
        *(IU + name for name in ("governs", "City", "unheard", "role/x", "", "//a")),
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
RANGES = {
    IU + "start": [XSD + "date", XSD + "gYear"],
    IU + "count": [XSD + "integer"],
    IU + "flag": [XSD + "boolean"],
    IU + "share": [XSD + "decimal"],
    IU + "code": [XSD + "string"],
    IU + "aim": [RDF + "langString"],
}
TRIPLES = st.lists(st.builds(ox.Triple, IRIS, PROPERTIES, IRIS | LITERALS), min_size=1, max_size=12, unique=True)
KNOWN = terms(
    names=[IU + "City", *RANGES, IU + "governs", MEMBER, RDF + "type"],
    classes=[IU + "City"],
    links=[IU + "governs", MEMBER],
    ranges=RANGES,
)


def in_lines(statements: Iterable[object]) -> list[str]:
    """Return statements as sorted N-Triples, each once, so that a difference is readable."""
    return sorted({f"{statement} ." for statement in statements})


@settings(max_examples=300, deadline=None)
@given(TRIPLES)
def test_json_ld_of_any_document_expands_to_its_triples(statements: list[ox.Triple]) -> None:
    groups: dict[Any, list[ox.Triple]] = {}
    for statement in sorted(statements, key=str):
        groups.setdefault(statement.subject, []).append(statement)
    root = next(iter(groups))
    written = write_jsonld(root, groups, KNOWN)
    assert written == write_jsonld(root, groups, KNOWN)
    # the engine's own JSON-LD reader, and an independent one
    assert in_lines(q.triple for q in ox.parse(written, format=ox.RdfFormat.JSON_LD)) == in_lines(statements)
    nquads = jsonld.to_rdf(json.loads(written), {"format": "application/n-quads"})
    assert in_lines(q.triple for q in ox.parse(nquads, format=ox.RdfFormat.N_QUADS)) == in_lines(statements)
