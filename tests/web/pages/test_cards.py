"""The pictures that social networks show of pages: each has its own, of the size they want, whatever it is called."""

import struct

import httpx
import pytest

from interurban.web.pictures.cards import Card, raster
from interurban.web.pictures.drawing import draw_card
from interurban.web.pictures.facts import Map, Pair, Place, Thing
from web.pages.test_head import head

SIZE = (1200, 630)
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
        svg = draw_card(Card(EVIL, EVIL, EVIL, EVIL, drawn))
        assert "<image" not in svg
        assert len(svg) < 60_000
        assert _size(raster(svg)) == SIZE


def test_a_name_is_seen_without_fonts_of_the_machine() -> None:
    assert raster(draw_card(Card("", "Łódź"))) != raster(draw_card(Card("", "")))
