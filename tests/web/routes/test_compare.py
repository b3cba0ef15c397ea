"""Comparing two cities: found by name, told with dates and how long both at once, as a page and as CSV."""

import csv
import re
from datetime import date, timedelta
from io import StringIO

import httpx
import pytest

from web.looking import ask

PAIR = "/compare/it-modena/be-ghent"
_DAYS = """
PREFIX iu: <https://w3id.org/interurban/def/> PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?standing ?first ?last WHERE {
  ?m org:member/iu:governs <%s> ; org:organization <%s> ; iu:phase ?p .
  ?p iu:standing ?standing ; iu:firstDay ?first ; iu:lastDay ?last .
  FILTER(STRENDS(STR(?standing), "certain") || STRENDS(STR(?standing), "presumed"))
}"""
_COMMON = """
PREFIX iu: <https://w3id.org/interurban/def/>
SELECT DISTINCT ?what WHERE { <%s> iu:participatesIn ?what . <%s> iu:participatesIn ?what }"""


def _rows(client: httpx.Client, path: str = PAIR) -> list[dict[str, str]]:
    answer = client.get(f"{path}.csv?lang=en")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(StringIO(answer.text)))


def _days(client: httpx.Client, city: str, network: str, today: date) -> set[date]:
    found = set[date]()
    for row in ask(client, _DAYS % (city, network)):
        first, last = date.fromisoformat(row["first"]), min(date.fromisoformat(row["last"]), today)
        found.update(first + timedelta(n) for n in range((last - first).days + 1))
    return found


def test_networks_in_common_are_those_of_the_data_with_the_days_together(real: httpx.Client) -> None:
    base, release = str(real.base_url), real.get("/health").json()["release"]
    published = re.findall(r"20\d\d-\d\d-\d\d", real.get(f"/releases/{release}", headers={"accept": "text/html"}).text)[
        0
    ]
    cities = [f"{base}id/city/{slug}" for slug in ("it-modena", "be-ghent")]
    shared = {r["what"]: r for r in _rows(real) if (r["part"], r["who"]) == ("Networks", "both")}
    assert shared.keys() == {row["what"] for row in ask(real, _COMMON % tuple(cities))}
    today = date.fromisoformat(published)
    for network, row in shared.items():
        together = set.intersection(*(_days(real, city, network, today) for city in cities))
        assert int(row["together_days"] or 0) == len(together)
        assert (row["together_first"], row["together_last"]) == (str(min(together)), str(max(together)))


def test_what_only_one_has_is_told_of_that_one(real: httpx.Client) -> None:
    rows, turned = _rows(real), _rows(real, "/compare/be-ghent/it-modena")
    assert {r["who"] for r in rows} >= {"both", "first", "second"}
    other = {"first": "second", "second": "first", "both": "both"}
    assert sorted((r["what"], r["who"]) for r in rows) == sorted((r["what"], other[r["who"]]) for r in turned)


def test_two_that_are_paired_have_that_with_each_other(real: httpx.Client) -> None:
    query = """PREFIX iu: <https://w3id.org/interurban/def/> SELECT ?one ?other WHERE {
      ?pairing a iu:Pairing ; iu:partner/iu:governs ?one, ?other . FILTER(STR(?one) < STR(?other)) } ORDER BY ?one"""
    pair = ask(real, query)[0]
    one, other = (pair[side].rpartition("/")[2] for side in ("one", "other"))
    assert [r["what"] for r in _rows(real, f"/compare/{one}/{other}") if r["who"] == "mutual"] == [pair["other"]]


@pytest.mark.parametrize("asked", ["a=it-modena&b=be-ghent", "a=Modena&b=gand", "a=MODENA&b=Gent"])
def test_names_lead_to_the_comparison(real: httpx.Client, asked: str) -> None:
    answer = real.get(f"/compare?{asked}&lang=it")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{real.base_url}{PAIR[1:]}?lang=it")


def test_a_name_that_means_several_is_asked_back_and_keeps_the_other(real: httpx.Client) -> None:
    page = real.get("/compare?a=it-modena&b=san", headers={"accept-language": "en"}).text
    offered = "/compare?a=it-modena&amp;b=us-san-antonio"
    assert f'href="{offered}"' in page
    assert real.get(offered.replace("&amp;", "&")).headers["location"].endswith("/compare/it-modena/us-san-antonio")
    assert '<input type="hidden" name="a" value="it-modena">' in page


@pytest.mark.parametrize("asked", ["a=it-modena&b=it-modena", "a=Qqqqqq&b=", "a=%3Cscript%3E&b=it-modena", ""])
def test_what_is_no_pair_leads_to_the_form(real: httpx.Client, asked: str) -> None:
    answer = real.get(f"/compare?{asked}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "<form" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["it-modena/it-modena", "it-modena/nowhere", "nowhere/be-ghent", "it-modena"])
def test_what_is_not_there_is_not_compared(real: httpx.Client, path: str) -> None:
    for end in ("", ".csv"):
        assert real.get(f"/compare/{path}{end}").status_code == 404


def test_a_city_leads_there_and_back(real: httpx.Client) -> None:
    city = real.get("/doc/city/it-modena", headers={"accept": "text/html", "accept-language": "en"}).text
    assert 'href="/compare?a=it-modena"' in city
    for language, words in (("en", "Compare with another city"), ("it", "Confronta con un")):
        page = real.get(f"{PAIR}?lang={language}").text
        assert words in page
        assert f'href="/doc/city/it-modena?lang={language}"' in page
