"""The pictures that social networks show of pages: each has its own, of the size they want, whatever it is called."""

import re
import struct
from pathlib import Path

import httpx
import pytest

from interurban.pictures.cards import Card, raster
from interurban.pictures.drawing import draw_card
from interurban.pictures.facts import Map, Pair, Place, Thing
from interurban.pictures.maps import layout
from serving import serving
from web.pages.test_head import head
from web.world import WORLD, make_world

SIZE = (1200, 630)
HTML = {"accept": "text/html"}
NAMES = """
@prefix iu: <https://w3id.org/interurban/def/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
GRAPH <graph/register> {
  <id/city/fr> a iu:City ; rdfs:label "Tunis"@fr .
  <id/city/ar> a iu:City ; rdfs:label "تونس"@ar .
  <id/city/ar-fr> a iu:City ; rdfs:label "تونس"@ar , "Tunis"@fr .
  <id/city/ar-also> a iu:City ; rdfs:label "تونس" ; skos:altLabel "Tunis"@fr .
}
"""
EVIL = "</text><image href='file:///etc/hostname'/>\x00\x08\ufffe&bogus; " + "long" * 100


def _size(png: bytes) -> tuple[int, int]:
    """Return width and height as the file says them (PNG, 11.2.2)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    "path",
    [
        *("", "doc/city/", "doc/city/it-modena", "doc/network/eurocities", "doc/person/", "country/", "country/ITA"),
        *("queries", "queries/networks", "dataset/cities", "def/", "graph/modena-networks", "analysis", "sparql"),
    ],
)
def test_every_page_has_a_picture_of_its_own(real: httpx.Client, path: str) -> None:
    seen = set()
    for language in ("en", "it"):
        told = head(real, f"/{path}?lang={language}").told
        answer = real.get(told["og:image"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert _size(answer.content) == SIZE == (int(told["og:image:width"]), int(told["og:image:height"]))
        assert told["og:image:alt"] == told["og:title"]
        assert told["twitter:card"] == "summary_large_image"
        seen.add(answer.content)
        again = real.get(told["og:image"], headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    assert len(seen) == 2 or path == "graph/modena-networks"  # what has no title in Italian


def test_pictures_of_pages_differ(real: httpx.Client) -> None:
    paths = ("doc/city/it-modena", "doc/city/be-ghent", "doc/network/eurocities", "queries/networks", "country/ITA")
    drawn = {real.get(f"/picture/card/{path}.png").content for path in paths}
    assert len(drawn) == len(paths)


@pytest.mark.parametrize("path", ["doc/city/no", "doc/no/", "country/NO", "queries/no", "dataset/no", "no"])
def test_what_is_no_page_has_no_picture(real: httpx.Client, path: str) -> None:
    assert real.get(f"/picture/card/{path}.png").status_code == 404


def test_names_stay_text_and_load_nothing() -> None:
    place = Place(Thing(EVIL, EVIL), 45, 11)
    for drawn in (None, Map([place]), Map([], [Pair(place.thing, place, Place(place.thing, -33, 151))])):
        svg = draw_card(Card(EVIL, EVIL, EVIL, EVIL, layout(drawn) if drawn else None))
        assert "<image" not in svg
        assert len(svg) < 60_000
        assert _size(raster(svg)) == SIZE


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("北京", "BeiJing"),
        ("Αθήνα · Łódź · Ṽ · ѣ", "Αθήνα · Łódź · Ṽ · ѣ"),
        ("تونس", "twns"),
        ("City of 서울", "City of SeoUl"),
    ],
)
def test_what_the_font_has_no_letters_for_is_told_in_latin_ones(written: str, told: str) -> None:
    drawn = raster(draw_card(Card(written, written, written, "1")))
    assert drawn == raster(draw_card(Card(told, told, told, "1")))
    assert drawn != raster(draw_card(Card("", "", "", "1")))


def test_of_several_names_one_that_can_be_drawn_is_told(tmp_path: Path) -> None:
    more = tmp_path / "names.trig"
    more.write_text(NAMES, encoding="utf-8")
    world = make_world(tmp_path / "releases", WORLD, more)
    with (
        serving(world.releases, "--web-processes", 1, port=world.port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        assert re.search("<h1.*?تونس.*?</h1>", client.get("/doc/city/ar-fr", headers=HTML).text)
        drawn = {name: client.get(f"/picture/card/doc/city/{name}.png").content for name in ("fr", "ar-fr", "ar-also")}
        alone = client.get("/picture/card/doc/city/ar.png").content
    assert drawn["ar-fr"] == drawn["ar-also"] == drawn["fr"] != alone


def test_a_name_is_seen_without_fonts_of_the_machine() -> None:
    assert raster(draw_card(Card("", "Łódź"))) != raster(draw_card(Card("", "")))
