"""What the tests of machines' ways in share: a world told in schema.org's words, questions, the sitemap."""

from pathlib import Path
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox

from interurban.build.views import VIEWS, views
from interurban.iris import Base
from interurban.release.changes import as_json, moments
from interurban.release.folder import DATASET, ENTITIES, publish
from interurban.resources import room
from web.world import HOSTILE, WORLD, World, make_world

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
LATER = "2027-01-02T03:04:05Z"
TRAP = "</script><script>alert(1)</script><!--<script>&amp;\u2028\u2029'\""
# What stands in the real ontology and in the data that rules derive.
MORE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix iu: <https://w3id.org/interurban/def/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
GRAPH <graph/vocabulary> {
  foaf:Person skos:closeMatch schema:Person . iu:Pledge skos:closeMatch <http://example.org/Promise> .
  iu:founded rdfs:subPropertyOf schema:foundingDate .
}
GRAPH <graph/derived> {
  <id/network/rivers> a schema:Organization . <id/city/trap> a schema:City ; rdfs:label %s .
  <id/person/a-gone> a iu:Tombstone ; iu:erasedOn "2026-11-22" .
  <id/government/a-former-name> a iu:FormerAddress ; dct:isReplacedBy <id/government/it-fonte-comune> .
  <id/government/it-fonte-comune> a schema:GovernmentOrganization .
  <id/government/de-monach-stadt> a schema:GovernmentOrganization .
}
"""


def make_told(folder: Path) -> tuple[Path, World]:
    """Return the releases of a world with the views of the ontology; one of its cities has changed after the rest."""
    more = folder / "more.trig"
    more.write_text(MORE % ox.Literal(TRAP), encoding="utf-8")
    world = make_world(folder / "world", WORLD, HOSTILE, more)
    found = moments(world.release)
    city = world.thing("city/it-fonte").value
    content = {
        DATASET: world.release.read(DATASET),
        ENTITIES: as_json(found | {city: (found[city][0], LATER)}),
        **views(world.store, room("ontology") / VIEWS, Base(world.base)),
    }
    facts = {name: value for name, value in world.release.manifest.items() if name not in ("version", "files")}
    publish(folder / "releases", content, facts)
    return folder / "releases", world


def ask(client: httpx.Client, query: str) -> list[dict[str, str]]:
    """Return the rows of a SELECT."""
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def sitemap(client: httpx.Client) -> dict[str, ElementTree.Element]:
    """Return address -> entry, of all parts if there are several."""
    root = _sitemap(client, "/sitemap.xml")
    parts = [part.findtext("s:loc", "", SITEMAP) for part in root.findall("s:sitemap", SITEMAP)]
    entries = [
        entry for part in parts or ["/sitemap.xml"] for entry in _sitemap(client, part).findall("s:url", SITEMAP)
    ]
    found = {entry.findtext("s:loc", "", SITEMAP): entry for entry in entries}
    assert len(found) == len(entries)
    return found


def _sitemap(client: httpx.Client, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/xml"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own server's
