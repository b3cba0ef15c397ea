"""Lists as tables over the excerpt of the real data: to sort, to choose from, as CSV; and the countries."""

import csv
import io

import httpx
import pytest

from interurban.collation import sort_key
from web.looking import ask
from web.pages.test_pages import page

IN_ITALY = """
PREFIX iu: <https://w3id.org/interurban/def/>
SELECT ?city WHERE { ?city a iu:City ; iu:country <http://publications.europa.eu/resource/authority/country/ITA> }
"""
MEMBERS = """
PREFIX iu: <https://w3id.org/interurban/def/> PREFIX org: <http://www.w3.org/ns/org#>
SELECT (COUNT(DISTINCT ?membership) AS ?count)
WHERE { ?membership a iu:Membership ; org:organization ?network FILTER(STRENDS(STR(?network), "/id/network/%s")) }
"""


def table(client: httpx.Client, path: str, language: str = "en") -> list[dict[str, str]]:
    answer = client.get(path, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_list_is_in_the_order_of_names(real: httpx.Client, language: str) -> None:
    names = [row["city_name"] for row in table(real, "/doc/city.csv", language)]
    assert names == sorted(names, key=sort_key)
    assert len(names) == len({row["city"] for row in table(real, "/doc/city.csv")})
    shown = page(real, "/doc/city/", language).text
    assert shown.index(names[0]) < shown.index(names[1]) < shown.index(names[2])


def test_a_list_is_sorted_by_a_column_with_what_has_no_value_behind(real: httpx.Client) -> None:
    down = [row["networks"] for row in table(real, "/doc/city.csv?sort=-networks")]
    known = [int(count) for count in down if count]
    assert known == sorted(known, reverse=True)
    assert down[: len(known)] == list(map(str, known))
    up = [row["networks"] for row in table(real, "/doc/city.csv?sort=networks")]
    assert up[: len(known)] == list(map(str, sorted(known)))
    countries = [row["country_name"] for row in table(real, "/doc/city.csv?sort=country", "it")]
    assert countries == sorted(countries, key=sort_key)
    assert 'aria-sort="descending"' in real.get("/doc/city/?sort=-networks", headers={"Accept": "text/html"}).text


def test_what_is_chosen_is_what_the_graph_says(real: httpx.Client) -> None:
    rows = table(real, "/doc/city.csv?country=ITA")
    assert {row["city"] for row in rows} == {row["city"] for row in ask(real, IN_ITALY)}
    assert {row["country_name"] for row in rows} == {"Italy"}
    shown = page(real, "/doc/city/?country=ITA")
    assert f"Italy – chosen; show all {len(rows)}" in " ".join(shown.text.split())
    assert "/doc/city/" in shown.links
    turtle = real.get("/doc/city/?country=ITA", headers={"Accept": "text/turtle"})
    assert turtle.headers["content-location"] == "/doc/city.ttl?country=ITA"
    assert "/id/city/it-modena>" in turtle.text
    assert "/id/city/be-ghent>" not in turtle.text


def test_a_page_of_a_list_leads_to_the_next_of_the_same(real: httpx.Client) -> None:
    answer = real.get("/doc/city/?sort=-networks", headers={"Accept": "text/html"})
    assert 'href="/doc/city/?sort=-networks&amp;page=2"' in answer.text
    assert '</doc/city/?sort=-networks&page=2>; rel="next"' in answer.headers["link"]
    second = page(real, "/doc/city/?sort=-networks&page=2")
    assert "/doc/city/?sort=-networks" in second.links
    assert "/doc/city/?sort=-networks&lang=it" in page(real, "/doc/city/?sort=-networks").links


def test_what_is_chosen_stays_when_a_year_is(real: httpx.Client) -> None:
    shown = page(real, "/doc/government/?kind=Municipality&sort=-networks")
    kept = {field["name"]: field["value"] for field in shown.all("input") if field.get("type") == "hidden"}
    assert kept == {"kind": "Municipality", "sort": "-networks"}
    year, day = (
        page(real, f"/doc/government/?kind=Municipality&sort=-networks&at={at}") for at in ("2019", "2019-12-31")
    )
    assert year.text == day.text
    assert "31 December 2019" in year.text
    for wrong in ("19", "2019-13-01", "2019-05"):
        answer = real.get(f"/doc/government/?at={wrong}", headers={"Accept": "application/json"})
        assert (answer.status_code, "or a year, as 2019" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("sort=size", 400, "cannot be sorted by size; it can by name, country, networks, since"),
        ("sort=-", 400, "cannot be sorted by"),
        ("country=Atlantis", 404, "nothing in this list has country=Atlantis"),
        ("country=ITA&country=FRA", 400, "country"),
        ("sort=name%22%3B%20DROP%20TABLE%20city", 400, "cannot be sorted by"),
        ("country=ITA%27%20OR%201%3D1", 404, "nothing in this list"),
        ("page=9999", 404, "page"),
    ],
)
def test_what_cannot_be_chosen_is_told(real: httpx.Client, query: str, status: int, said: str) -> None:
    answer = real.get(f"/doc/city/?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_a_list_without_a_table_is_a_list(client: httpx.Client) -> None:
    assert client.get("/doc/city.csv").status_code == 404
    assert "/doc/city/it-fonte" in page(client, "/doc/city/").links


def test_a_country_has_a_page_with_what_is_in_it(real: httpx.Client) -> None:
    countries = page(real, "/country/")
    assert "/country/ITA" in countries.links
    italy = page(real, "/country/ITA", "it")
    cities = len(ask(real, IN_ITALY))
    assert "Italia" in italy.text
    assert f"Città {cities}" in " ".join(italy.text.split())
    assert "/doc/city/?country=ITA" in italy.links
    assert "/country/ITA" in page(real, "/doc/city/it-modena").links
    assert real.get("/country/XYZ").status_code == 404


def test_a_network_shows_its_first_members_and_where_all_are(real: httpx.Client) -> None:
    shown = page(real, "/doc/network/unesco-creative-cities")
    (row,) = ask(real, MEMBERS % "unesco-creative-cities")
    assert f"Memberships {row['count']}" in " ".join(shown.text.split())
    assert "/doc/membership/?network=unesco-creative-cities" in shown.links
    said = page(real, "/doc/network/eurocities").text
    assert "12 of the 200 cities that it is said to have are described here" in said
    rows = table(real, "/doc/membership.csv?network=unesco-creative-cities")
    assert len(rows) == int(row["count"])


def test_a_city_says_who_heads_it_and_what_it_takes_part_in(real: httpx.Client) -> None:
    shown = page(real, "/doc/city/it-modena")
    words = " ".join(shown.text.split())
    for said in (
        "Takes part in 16 networks, the first since 1996, the last joined in 2023.",
        "Who heads it",
        "Massimo Mezzetti",
        "9 June 2024",
        "Networks 16",
    ):
        assert said in words
    assert words.index("Who heads it") < words.index("Networks 16") < words.index("As data")
    assert words.index("As data") < words.rindex("44.64783")
    assert "/doc/city/" in shown.links[:12]  # the way here


def test_a_city_shows_what_its_governments_applied_for(real: httpx.Client) -> None:
    shown = page(real, "/doc/city/it-brescia")
    assert "Applications 1" in " ".join(shown.text.split())
    assert "/doc/application/it-brescia-eurocities" in shown.links


def test_one_starts_with_numbers_that_are_so(real: httpx.Client) -> None:
    words = " ".join(page(real, "/").text.split())
    assert f"{len(table(real, '/doc/city.csv'))} Cities Most of all: Modena." in words
    assert "Networks of a city on a day" in words
    data = page(real, "/data")
    assert {"/sparql", "/doc/membership/", "/def/", "/catalog"} <= set(data.links)


def test_every_page_leads_to_the_lists(real: httpx.Client) -> None:
    for path in ("/", "/data", "/doc/person/", "/queries", "/doc/city/it-modena", "/country/ITA"):
        assert {"/doc/city/", "/doc/network/", "/doc/programme/", "/doc/person/", "/queries", "/data"} <= set(
            page(real, path).links
        ), path
