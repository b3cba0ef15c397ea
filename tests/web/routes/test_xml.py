"""What XML cannot hold, in every document that an older program may have published: told with 406, never ill-formed."""

from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from web.chain import Chain, chain, client_of

BROKEN = 'rdfs:label "River\\u000B Cities"@en'
# The first release has what later programs refuse; the second has it no more, but lines that end in all ways.
TURNS = (
    (('rdfs:label "River Cities"@en', BROKEN),),
    ((BROKEN, 'rdfs:label "River\\rCities\\r\\nof\\ntest"@en'),),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    told = chain(tmp_path_factory.mktemp("xml") / "releases", 0)
    for _ in TURNS:
        told.grow(TURNS)
    return told


@pytest.fixture(scope="module")
def client(made: Chain) -> Iterator[httpx.Client]:
    with client_of(made) as client:
        yield client


def addresses(client: httpx.Client, made: Chain) -> list[str]:
    old, new = made.versions
    pages = client.get("/changes.ttl").text
    turns = [f"/changes/{version}/{number}" for version in made.versions for number in (1, "snapshot/1")]
    return [
        *(f"/releases/{version}/{path}" for version in (old, new) for path in ("doc/network/rivers", "doc/network")),
        *(
            f"/releases/{version}/{path}"
            for version in (old, new)
            for path in ("doc/city/it-fonte", "graph/rivers-2019")
        ),
        *("/doc/network/rivers", "/doc/network", "/doc/city/it-fonte", "/graph/rivers-2019", "/def", "/conflicts"),
        *(f"/releases/{old}/diff/{new}", "/releases", f"/releases/{old}", "/changes"),
        *(turn for turn in turns if turn in pages),
    ]


def test_no_document_is_ill_formed_xml(client: httpx.Client, made: Chain) -> None:
    refused = []
    for address in addresses(client, made):
        answer = client.get(f"{address}.rdf")
        if answer.status_code == 406:
            refused.append(address)
            problem = answer.json()
            assert "U+000B" in problem["detail"]
            assert {"text/turtle", "application/ld+json"} <= {offer["type"] for offer in problem["available"]}
            assert "application/rdf+xml" not in {offer["type"] for offer in problem["available"]}
            continue
        assert answer.status_code == 200, (address, answer.status_code)
        ElementTree.fromstring(answer.content)  # noqa: S314 - our own
        expected = {q.triple for q in ox.parse(client.get(f"{address}.ttl").content, format=ox.RdfFormat.TURTLE)}
        found = {q.triple for q in ox.parse(answer.content, format=ox.RdfFormat.RDF_XML)}
        assert found == expected, address
    old = made.versions[0]
    assert {f"/releases/{old}/doc/network/rivers", f"/releases/{old}/doc/network"} <= set(refused)
    assert len(refused) < len(addresses(client, made)) / 2


def test_every_other_format_of_the_same_is_there(client: httpx.Client, made: Chain) -> None:
    for address in addresses(client, made):
        for extension in ("ttl", "jsonld", "nt", "trig"):
            assert client.get(f"{address}.{extension}").status_code == 200, (address, extension)


def test_the_current_label_has_its_line_ends(client: httpx.Client) -> None:
    label = ox.Literal("River\rCities\r\nof\ntest", language="en")
    for extension, form in (
        ("rdf", ox.RdfFormat.RDF_XML),
        ("ttl", ox.RdfFormat.TURTLE),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        content = client.get(f"/doc/network/rivers.{extension}").content
        assert label in {q.object for q in ox.parse(content, format=form)}, extension
