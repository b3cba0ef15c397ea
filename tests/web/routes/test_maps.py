"""Maps on pages: of what a list has chosen, of nearly all where the others are told, on the day that is asked about."""

import csv
import re
from io import StringIO

import httpx
import pytest


def _page(client: httpx.Client, path: str) -> str:
    return client.get(path, headers={"accept": "text/html", "accept-language": "en"}).text


def _addresses(page: str, pattern: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(f'"({pattern})"', page)]


@pytest.mark.parametrize(
    "path", ["/doc/city/?country=ITA", "/doc/city/?country=ITA&sort=-networks&at=2020", "/doc/person/"]
)
def test_a_list_has_the_map_of_what_is_chosen(real: httpx.Client, path: str) -> None:
    page = _page(real, path)
    (address,) = set(_addresses(page, r"/picture/map/[^\"]+"))
    picture = real.get(address)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    for kept in re.findall("country=ITA|at=2020", path):
        assert kept in address
    facts = real.get(address.replace(".svg", ".csv"))
    rows = list(csv.DictReader(StringIO(facts.text)))
    assert rows
    listed = {row["thing"] for row in rows}
    chosen = {f"{real.base_url}id/city/{slug}" for slug in re.findall(r'href="/doc/city/([^"?]+)', page)}
    assert listed <= chosen or "person" in path


@pytest.mark.parametrize("path", ["/doc/network/", "/doc/document/", "/graph/", "/doc/programme/"])
def test_what_lies_nowhere_has_no_map(real: httpx.Client, path: str) -> None:
    assert "/picture/map/" not in _page(real, path)


def test_places_beyond_a_map_are_counted_and_one_click_away(real: httpx.Client) -> None:
    pages = [_page(real, f"/doc/network/{name}") for name in ("covenant-of-mayors", "eurocities")]
    far = [
        (re.findall(r"<p>(\d+) more lies? beyond", page), _addresses(page, r"[^\"]+frame=world[^\"]*"))
        for page in pages
    ]
    assert far[1] == ([], [])
    ((count,), (address,)) = far[0]
    svg, whole = real.get(address.replace("frame=world&", "")).text, real.get(address).text
    assert 'class="picture map europe' in svg
    assert f"and {count} elsewhere in the world" in svg
    assert 'class="picture map world' in whole
    assert "elsewhere" not in whole
    facts = list(csv.DictReader(StringIO(real.get(address.replace(".svg", ".csv")).text)))
    assert len(re.findall("<title>", svg.partition('class="dots"')[2])) + int(count) <= len(facts)


def test_a_picture_of_all_times_says_so_on_a_day(real: httpx.Client) -> None:
    words = "It shows all times, not the day above."
    for path in ("/doc/city/it-modena", "/doc/network/unesco-creative-cities"):
        assert words in _page(real, f"{path}?at=2020")
        assert words not in _page(real, path)


def test_some_things_are_on_a_map_wherever_their_tables_say(real: httpx.Client) -> None:
    asked = "id/city/it-modena,id/government/it-ancona,id/city/nowhere,id/nothing/x,x"
    svg = real.get("/picture/map/things.svg", params={"thing": asked, "lang": "en"})
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert sorted(re.findall(r"<circle[^>]*><title>([^<]+)", svg.text)) == ["Ancona", "Modena"]
    rows = list(csv.DictReader(StringIO(real.get("/picture/map/things.csv", params={"thing": asked}).text)))
    assert [row["thing"].rpartition("/")[2] for row in rows] == ["it-ancona", "it-modena"]
    assert real.get("/picture/map/things.svg?thing=id/city/nowhere").status_code == 404
    assert real.get("/picture/map/things.svg").status_code == 404
    many = ",".join(f"id/city/{n}" for n in range(301))
    assert real.get("/picture/map/things.svg", params={"thing": many}).status_code == 400
