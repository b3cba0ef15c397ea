"""What pages tell search engines: JSON-LD in the words of schema.org that says what the data say, and stays data."""

import json
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox

from browser import browsing
from interurban.iris import PREFIXES, RDF
from web.looking import TRAP, ask
from web.world import World

SCHEMA = PREFIXES["schema"]


class Scripts(HTMLParser):
    """The scripts of a page as a browser takes it apart: their attributes and contents."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            attributes, before = self.found[-1]
            self.found[-1] = attributes, before + data


def page(client: httpx.Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


def embedded(client: httpx.Client, path: str, language: str = "en") -> dict[str, Any] | None:
    """Return the JSON-LD of a page, None if it has none."""
    scripts = [(a, text) for a, text in Scripts(page(client, path, language)).found if "src" not in a]
    assert len(scripts) <= 1
    for attributes, content in scripts:
        assert attributes == {"type": "application/ld+json"}
        found: dict[str, Any] = json.loads(content)
        return found
    return None


def statements(document: object) -> set[tuple[str, str, str]]:
    """Return the triples of a JSON-LD document; texts and IRIs alike as strings."""
    quads = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    return {tuple(getattr(term, "value", "") for term in q.triple) for q in quads}  # type: ignore[misc]


def test_the_home_page_is_a_dataset(real: httpx.Client) -> None:
    told = {}
    for language in ("en", "it"):
        found = embedded(real, "/", language)
        assert found
        assert found["@type"] == "Dataset"
        assert found["@id"] == f"{real.base_url}dataset/interurban"
        assert found["@context"]["@vocab"] == SCHEMA
        assert {"name", "description", "license"} <= found.keys()
        assert all(isinstance(found[name], str) for name in ("name", "description"))
        told[language] = found["description"]
    assert told["en"] != told["it"]


def test_a_dataset_is_told_as_search_engines_ask_for_it(real: httpx.Client) -> None:
    """https://developers.google.com/search/docs/appearance/structured-data/dataset."""
    found = embedded(real, "/dataset/modena-networks")
    assert found
    base = str(real.base_url)
    assert (found["@type"], found["url"]) == ("Dataset", f"{base}dataset/modena-networks.html")
    assert 50 <= len(found["description"]) <= 5000
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["isAccessibleForFree"] is True
    assert found["temporalCoverage"] == "1982-06-24/2023-12-31"
    place = found["spatialCoverage"]
    assert (place["@type"], place["name"]) == ("Place", "Italy, Japan")
    assert (place["geo"]["@type"], place["geo"]["box"]) == ("GeoShape", "34.4 10.92539 44.64783 132.45")
    catalogue = found["includedInDataCatalog"]
    assert (catalogue["@id"], catalogue["@type"]) == (f"{base}catalog", "DataCatalog")
    for agent in (found["publisher"], found["creator"]):
        assert (agent["@type"], agent["name"]) == ("Organization", "A publisher still to be named")
        assert agent["url"] == agent["@id"] == "https://example.org/publisher"
    assert all(datetime.fromisoformat(found[name]) for name in ("dateModified", "datePublished"))
    assert isinstance(found["version"], str)
    table = next(file for file in found["distribution"] if file["position"] == 1)
    assert table["contentUrl"] == f"{base}dumps/modena-networks/networks.csv"
    assert (table["@type"], table["encodingFormat"], table["license"]) == ("DataDownload", "text/csv", found["license"])
    italian = embedded(real, "/dataset/modena-networks", "it")
    assert italian
    assert (italian["spatialCoverage"]["name"], "città" in italian["keywords"]) == ("Giappone, Italia", True)
    assert not set(italian["keywords"]) & set(found["keywords"])
    listed = embedded(real, "/catalog")
    assert listed
    assert all(len(one["description"]) >= 50 and one["name"] for one in listed["dataset"])
    assert len(listed["dataset"]) >= 15


def test_a_page_tells_its_thing_in_the_words_of_schema_org(real: httpx.Client) -> None:
    city = embedded(real, "/doc/city/it-modena", "it")
    assert city
    iri = f"{real.base_url}id/city/it-modena"
    assert (city["@id"], city["@type"], city["name"]) == (iri, "City", "Modena")
    assert city["containedInPlace"]["name"] == "Italia"
    assert "http://www.wikidata.org/entity/Q279" in city["sameAs"]
    rows = ask(real, f"SELECT ?p ?o {{ <{iri}> ?p ?o FILTER(STRSTARTS(STR(?p), '{SCHEMA}')) }}")
    assert {(iri, row["p"], row["o"]) for row in rows} <= statements(city)
    assert len(rows) >= 4


def test_what_alignments_say_is_told_and_nothing_else(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    city, italy = world.thing("city/it-fonte").value, PREFIXES["eu-country"] + "ITA"
    found = embedded(client, "/doc/city/it-fonte", "it")
    assert statements(found) == {
        (city, RDF + "type", SCHEMA + "City"),
        (city, SCHEMA + "name", "Fonte"),
        (city, SCHEMA + "alternateName", "Fònt"),
        (city, SCHEMA + "latitude", "45.54"),
        (city, SCHEMA + "longitude", "10.21"),
        (city, SCHEMA + "sameAs", "http://www.wikidata.org/entity/Q1"),
        (city, SCHEMA + "sameAs", "https://example.org/fonte?a=1&b=2"),
        (city, SCHEMA + "containedInPlace", italy),
        (italy, RDF + "type", SCHEMA + "Country"),
        (italy, SCHEMA + "name", "Italia"),
    }
    network = embedded(client, "/doc/network/rivers")
    assert network
    assert (network["@type"], network["foundingDate"]) == ("Organization", "1986")
    assert embedded(client, "/doc/person/anna-prova") == {
        "@context": {"@vocab": SCHEMA},
        "@id": world.thing("person/anna-prova").value,
        "@type": "Person",  # only a class that comes close
        "name": "Anna Prova",
    }
    assert embedded(client, "/doc/pledge/fonte-water") is None  # there is no word for it


def test_a_membership_is_told_while_it_lasts(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    member = embedded(client, "/doc/government/it-fonte-comune")
    assert member
    rivers = world.thing("network/rivers").value
    assert member["memberOf"] == {"@id": rivers, "@type": "Organization", "name": "River Cities"}
    former = embedded(client, "/doc/government/de-monach-stadt")
    assert former
    assert "memberOf" not in former


def test_pages_of_a_day_and_of_the_past_tell_search_engines_nothing(told: tuple[httpx.Client, World]) -> None:
    client, _ = told
    assert embedded(client, "/doc/city/it-fonte?at=2019-04-01") is None
    version = client.get("/health").json()["release"]
    assert embedded(client, f"/releases/{version}/doc/city/it-fonte") is None


def test_no_text_gets_out_of_the_markup(told: tuple[httpx.Client, World]) -> None:
    client, _ = told
    text = page(client, "/doc/city/trap")
    ((attributes, content),) = ((a, said) for a, said in Scripts(text).found if "src" not in a)
    assert attributes == {"type": "application/ld+json"}
    assert not set("<>&\u2028\u2029") & set(content)
    assert json.loads(content)["name"] == TRAP
    assert text.count("</script>") == len(Scripts(text).found)
    assert "<script>alert" not in text


def test_a_browser_takes_the_markup_for_data(told: tuple[httpx.Client, World], tmp_path: Path) -> None:
    """The policy forbids scripts; what is none does not offend it."""
    _, world = told
    with browsing(tmp_path) as browser:
        browser.open(f"{world.base}doc/city/trap")
        assert browser.complaints() == []
        script = "return JSON.parse(document.querySelector('script:not([src])').textContent).name"
        assert browser.chrome.execute_script(script) == TRAP
