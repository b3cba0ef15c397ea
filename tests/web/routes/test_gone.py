"""What is not described any more says so, and since when: in both languages, and in RDF."""

import httpx
import pyoxigraph as ox
import pytest

from interurban.iris import PREFIXES, XSD
from web.chain import Chain, fixtures

made, client = fixtures(2)

PLEDGE = "pledge/fonte-water"
AS = PREFIXES["as"]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "release of 20 November 2026"), ("it", "release del 20 novembre 2026")]
)
def test_a_page_tells_it_in_the_reader_s_language(language: str, told: str, client: httpx.Client, made: Chain) -> None:
    page = client.get(f"/doc/{PLEDGE}", headers={"accept": "text/html", "accept-language": language})
    assert page.status_code == 410
    assert told in page.text


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_programs_are_told_in_rdf(media_type: str, client: httpx.Client, made: Chain) -> None:
    answer = client.get(f"/doc/{PLEDGE}", headers={"accept": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (410, media_type)
    parsed = ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media_type))
    said = {(q.subject.value, q.predicate.value): q.object for q in parsed}
    thing = f"{made.base}id/{PLEDGE}"
    assert said[thing, AS + "deleted"] == ox.Literal("2026-11-20T00:00:00Z", datatype=ox.NamedNode(XSD + "dateTime"))
    assert ox.NamedNode(AS + "Tombstone") in said.values()
