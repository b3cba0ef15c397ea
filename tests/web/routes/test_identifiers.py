"""/id?scheme=code leads from what others call a thing to the thing."""

import httpx
import pytest

from serving import Served


@pytest.mark.parametrize(
    ("given", "thing"),
    [
        ("wikidata=Q279", "city/it-modena"),
        ("geonames=3173331", "city/it-modena"),
        ("istat=036023", "government/it-modena"),
        ("belfiore=F257", "government/it-modena"),
        ("belfiore=f257&lang=it", "government/it-modena"),
        ("gss=E08000021", "government/gb-newcastle-upon-tyne"),
        ("wikidata=http%3A%2F%2Fwww.wikidata.org%2Fentity%2FQ279", "city/it-modena"),
        ("wikidata=Q4779594", "person/ada-colau-q4779594"),
    ],
)
def test_an_identifier_leads_to_the_thing(real: httpx.Client, served: Served, given: str, thing: str) -> None:
    answer = real.get(f"/id?{given}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{served.address}id/{thing}")
    assert real.get(answer.headers["location"]).status_code == 303


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ("wikidata=Q1", 404, "wikidata Q1"),
        ("isbn=1", 404, "belfiore"),
        ("", 400, "wikidata"),
        ("wikidata=Q279&istat=036023", 400, "not 2"),
        ("wikidata=Q279&wikidata=Q1", 400, "wikidata"),
    ],
)
def test_what_cannot_be_found_is_told(real: httpx.Client, given: str, status: int, told: str) -> None:
    answer = real.get(f"/id?{given}")
    assert (answer.status_code, told in answer.json()["detail"]) == (status, True), answer.text


def test_what_others_name_is_led_to_only_if_it_is_ours_to_name(real: httpx.Client) -> None:
    country = "http://publications.europa.eu/resource/authority/country/ITA"
    for address in (f"/id/{country}", "/id/" + country.replace("/", "%2F").replace(":", "%3A")):
        answer = real.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, country)
    for other in ("http://example.org/", "https://example.org/x", "http:x"):
        assert real.get(f"/id/{other}").status_code == 404
