"""What pages tell first: a sentence, a map of two, and of a source what is in it and where others disagree."""

import re

import httpx
import pytest

from web.looking import ask

PAIRING = "/doc/pairing/iuc--it-ancona--jp-ikoma"


def _page(client: httpx.Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("path", "language", "sentence"),
    [
        (
            PAIRING,
            "en",
            "International Urban Cooperation matched Municipality of Ancona with Municipality of Ikoma, a pair",
        ),
        (PAIRING, "it", "Cooperazione Urbana Internazionale ha abbinato Comune di Ancona e "),
        (
            "/doc/pairing/gb-birmingham--it-milan",
            "en",
            "Twinned, attested 2016: Birmingham City Council and Municipality",
        ),
        ("/doc/pledge/gb-adur--climate-emergency/2030", "en", "By 2030: "),
        (
            "/doc/application/it-ancona-iuc",
            "en",
            "Municipality of Ancona applied to International Urban Cooperation in 2017.",
        ),
        ("/doc/application/it-ancona-iuc", "it", "Comune di Ancona si è candidato a "),
        # of which an older source knows 246
        ("/doc/network/unesco-creative-cities", "en", "349 members from "),
        ("/doc/network/eurocities", "en", "12 of the "),
        (
            "/graph/gcom-mycovenant-2024",
            "en",
            "5,121 statements, published by Joint Research Centre of the European Commission",
        ),
    ],
)
def test_a_page_says_first_what_a_thing_is(real: httpx.Client, path: str, language: str, sentence: str) -> None:
    said = re.findall(r'<p class="(?:lead|told)">([^<]+)</p>', _page(real, path, language))
    assert [text for text in said if text.startswith(sentence)]


def test_the_two_of_a_pairing_are_on_a_map(real: httpx.Client) -> None:
    page = _page(real, PAIRING)
    (svg,) = re.findall(
        r'<svg [^>]*class="picture map.*?</svg>\n</figure>|<svg [^>]*class="picture map.*?</figure>', page, re.S
    )
    assert re.findall(r"<circle[^>]*><title>([^<]+)", svg) == ["Ancona", "Ikoma"]
    assert len(re.findall(r'<path d="[^"]+"><title>', svg)) == 1
    assert page.index("picture map") < page.index("How they met") < page.index("What they signed")


def test_what_is_in_a_source_is_counted(real: httpx.Client) -> None:
    count = (
        "PREFIX iu: <https://w3id.org/interurban/def/> SELECT (COUNT(*) AS ?n) { GRAPH <%sgraph/%s> { ?x a iu:%s } }"
    )
    page = _page(real, "/graph/eurocities-deck-2024")
    told = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
    for name, kind in (("Holders of offices", "OfficeHolding"), ("Events", "Event"), ("City networks", "CityNetwork")):
        (row,) = ask(real, count % (real.base_url, "eurocities-deck-2024", kind))
        assert told[name] == row["n"]
    drawn = """PREFIX iu: <https://w3id.org/interurban/def/> PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT (COUNT(DISTINCT ?m) AS ?n) { GRAPH ?other { ?m a iu:Membership } ?m prov:wasDerivedFrom ?seat .
      GRAPH <%sgraph/eurocities-deck-2024> { ?seat a iu:OfficeHolding } }"""
    assert told["Memberships inferred from it"] == ask(real, drawn % real.base_url)[0]["n"]


def test_a_source_tells_where_others_disagree_and_where_it_is(real: httpx.Client) -> None:
    page = _page(real, "/graph/unesco-creative-cities-2024")
    assert 'rel="external" href="https://www.unesco.org/en/creative-cities"' in page
    page = _page(real, "/graph/gcom-mycovenant-2024")
    assert 'href="/doc/claim/?source=gcom-mycovenant-2024"' in page
    listed = real.get("/doc/claim.csv?source=gcom-mycovenant-2024").text.splitlines()
    query = "SELECT (COUNT(*) AS ?n) { ?x <https://w3id.org/interurban/def/claimedBy> <%sgraph/gcom-mycovenant-2024> }"
    assert str(len(listed) - 1) == ask(real, query % real.base_url)[0]["n"]


@pytest.mark.parametrize(("language", "words"), [("en", "In office"), ("it", "In carica")])
def test_who_heads_a_city_stands_in_a_column_that_says_so(real: httpx.Client, language: str, words: str) -> None:
    page = _page(real, "/doc/city/it-brescia", language)
    table = page[page.index(">" + {"en": "Who heads it", "it": "Chi la guida"}[language]) :].partition("</table>")[0]
    assert re.findall(r'<th scope="col">([^<]+)</th>', table)[0] == words


def test_an_organisation_is_found_by_its_name(real: httpx.Client) -> None:
    for asked in ("joint research centre", "centro comune di ricerca"):
        (first, *_) = real.get("/search.json", params={"q": asked}).json()["results"]
        assert (first["id"], first["kind"]) == (f"{real.base_url}id/organization/joint-research-centre", "organization")
    others = [result["id"] for result in real.get("/search.json", params={"kind": "organization"}).json()["results"]]
    assert [each for each in others if "/id/organization/" not in each] == []  # governments stay what they are


def test_the_day_of_the_graphs_may_be_a_year(real: httpx.Client) -> None:
    page = _page(real, "/analysis?at=2019")
    assert "31 December 2019" in page
    assert re.findall(r'<input id="at"[^>]*type="(\w+)"', page) == ["text"]
