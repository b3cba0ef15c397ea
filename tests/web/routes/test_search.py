"""/search, /suggest and /opensearch.xml over the excerpt of the real data, and the search box in a real browser."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from jsonschema import Draft202012Validator

from browser import Browser, Keys, browsing
from interurban.matching.names import key
from interurban.release.folder import SEARCH, current
from serving import Served, interurban, serving
from web.pages.test_head import head
from web.pages.test_pages import page

Json = dict[str, Any]
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
BOX = ".search input[name=q]"
OPTIONS = ".search [role=option]"
CHOSEN = ".search [role=option][aria-selected=true]"


def found(client: httpx.Client, text: str, **more: Any) -> Json:
    answer = client.get("/search.json", params={"q": text, **more})
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


def paths(client: httpx.Client, text: str, **more: Any) -> list[str]:
    return [one["id"].removeprefix(str(client.base_url)) for one in found(client, text, **more)["results"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ghent", "id/city/be-ghent"),
        ("Gent", "id/city/be-ghent"),  # Dutch
        ("Gand", "id/city/be-ghent"),  # French and Italian
        ("gAnD", "id/city/be-ghent"),
        ("Firenze", "id/city/it-florence"),
        ("Florence", "id/city/it-florence"),
        ("Comune di Modena", "id/city/it-modena"),  # by its government
        ("modena  ITALIA", "id/city/it-modena"),  # with its country
        ("Praha", "id/city/cz-praha"),  # by another source
        ("Praga", "id/city/cz-praha"),  # as GeoNames knows it, in Italian
        ("Прага", "id/city/cz-praha"),
        ("lisbon", "id/city/pt-lisboa"),
        ("lodz", "id/city/pl-lodz"),
        ("ŁÓDŹ", "id/city/pl-lodz"),
        ("Newcastle upon Tnye", "id/city/gb-newcastle-upon-tyne"),
        ("Newcatle", "id/city/gb-newcastle-upon-tyne"),
        ("Major Cities fo Europe", "id/network/major-cities-of-europe"),
        ("New castle upom Tyne", "id/city/gb-newcastle-upon-tyne"),
        ("Bresica", "id/city/it-brescia"),
        ("Mezzetti Massimo", "id/person/massimo-mezzetti-it-modena"),
        ("Masimo Mezetti", "id/person/massimo-mezzetti-it-modena"),
        ("energy cit", "id/network/energy-cities"),
        ("Italia", "http://publications.europa.eu/resource/authority/country/ITA"),
        ("executive committee of eurocities", "id/unit/eurocities-executive-committee"),
        ("Archeologia", "https://w3id.org/interurban/def/theme/archaeology"),
        ("applications of a city", "queries/application-steps"),
        ("reti di citta a cui modena aderisce", "graph/modena-networks"),
    ],
)
def test_a_name_finds_the_thing_however_it_is_written(real: httpx.Client, text: str, first: str) -> None:
    assert paths(real, text)[:1] == [first]


def test_a_name_by_which_a_city_goes_elsewhere_is_told_beside_its_own(real: httpx.Client) -> None:
    (one, *_) = found(real, "praga")["results"]
    assert (one["name"], one["matched"], one["agreement"]) == ("Prague", "Praga", "exact")
    assert "Praga" in page(real, "/search?q=praga").text


def test_what_all_governments_are_called_finds_none_of_them(real: httpx.Client) -> None:
    for text in ("m", "comune", "municipality of"):
        assert "Berlin" not in [one["name"] for one in found(real, text, kind="city")["results"]]
    assert paths(real, "berlin municipality") == ["id/city/de-berlin"]


def test_an_exact_name_is_before_a_beginning_and_that_before_a_word(real: httpx.Client) -> None:
    told = found(real, "york")["results"]
    order = [one["agreement"] for one in told]
    assert order == sorted(order, key=["exact", "beginning", "words", "slip"].index)
    assert (told[0]["id"].rpartition("/")[2], {*order}) == ("gb-york", {"exact", "beginning", "words"})


def test_the_important_are_before_others(real: httpx.Client) -> None:
    """A city before a person of its name, and of cities that begin so the one with most networks."""
    kinds = [one["kind"] for one in found(real, "modena")["results"]]
    assert kinds[0] == "city"
    beginning = [one for one in found(real, "b", kind="city")["results"] if one["agreement"] == "beginning"]
    assert beginning[0].get("networks", 0) >= beginning[-1].get("networks", 0)
    living = [one.get("ended", False) for one in found(real, "b", kind="city")["results"]]
    assert living == sorted(living)


def test_a_former_name_finds_what_it_became(real: httpx.Client, other_names: dict[str, str]) -> None:
    for name, thing in other_names.items():
        told = found(real, name)["results"]
        (one,) = [one for one in told if one["id"].endswith(thing)]
        assert one["agreement"] == "exact"
        assert one["matched"] == name


@pytest.fixture
def other_names(releases: Path) -> dict[str, str]:
    """Names that cities have besides, and whose they are."""
    names = {}
    for line in current(releases).read("reconciliation/records.jsonl").splitlines():
        said = json.loads(line)
        labels = {key(name) for name, _ in said["names"]}
        for name, _ in said.get("aliases", ()):
            if said["id"].startswith("id/city/") and not any(label.startswith(key(name)) for label in labels):
                names[name] = said["id"]
    assert names
    return dict(list(names.items())[:20])


def test_a_city_and_its_government_are_one_result(real: httpx.Client) -> None:
    told = [one for one in found(real, "modena")["results"] if one["name"] in ("Modena", "Municipality of Modena")]
    (city,) = told
    assert [one["name"] for one in city["governments"]] == ["Municipality of Modena"]
    shown = page(real, "/search?q=modena")
    assert "/doc/government/it-modena" in shown.links
    assert "16 networks" in shown.text


def test_a_person_is_told_by_office_and_place(real: httpx.Client) -> None:
    (one,) = found(real, "Massimo Mezzetti")["results"]
    assert (one["description"], one["country"]) == ("Mayor of Modena, Italy", "ITA")
    assert "population" not in one
    assert found(real, "mezzetti", lang="it")["results"][0]["description"] == "Sindaco di Modena, Italia"


def test_a_country_leads_to_its_page(real: httpx.Client) -> None:
    (italy,) = [one for one in found(real, "Italia")["results"] if one["kind"] == "country"]
    assert httpx.get(italy["url"]).status_code == 200
    assert "/country/ITA" in page(real, "/search?q=Italia").links


def test_choices_are_counted_and_narrow_what_is_found(real: httpx.Client) -> None:
    every = found(real, "s")
    assert sum(one["count"] for one in every["kinds"]) == every["total"] > 20
    for choice, given in (("kinds", "kind"), ("countries", "country")):
        for one in every[choice]:
            narrowed = found(real, "s", **{given: one["id"]})
            assert narrowed["total"] == one["count"], one
            assert {row[given] for row in narrowed["results"]} == {one["id"]}
            assert narrowed[choice] == every[choice]  # what else could be chosen
    both, cities = found(real, "m", kind="city", country="ITA"), found(real, "m", kind="city")
    assert {(row["kind"], row["country"]) for row in both["results"]} == {("city", "ITA")}
    assert {"id": "ITA", "label": "Italy", "count": both["total"]} in cities["countries"]


def test_without_a_name_everything_of_a_kind_or_country_is_told(real: httpx.Client) -> None:
    told = found(real, "", kind="network")
    assert told["total"] == len(told["results"]) == 19
    assert found(real, "", country="BEL")["results"][0]["kind"] == "city"
    assert found(real, "")["total"] == 0


def test_pages_lead_through_all_that_is_found(real: httpx.Client) -> None:
    address, seen = f"{real.base_url}search.json?q=s&kind=city", list[str]()
    while address:
        told = real.get(address).json()
        assert len(told["results"]) == 20 or "next" not in told
        seen += [one["id"] for one in told["results"]]
        address = told.get("next", "")
    assert len(seen) == len(set(seen)) == told["total"]
    first = page(real, "/search?q=s&kind=city")
    assert "/search?q=s&kind=city&page=2" in first.links
    for odd in ("0", "999", "x", "1e9", "-1"):
        assert real.get("/search", params={"q": "s", "page": odd}).status_code == 404


def test_the_page_says_in_words_what_was_looked_for(real: httpx.Client) -> None:
    text = " ".join(page(real, "/search?q=m&kind=city&country=ITA").text.split())
    assert "results for “m”, kind: Cities, country: Italy" in text
    italian = " ".join(page(real, "/search?q=m&kind=city&country=ITA", "it").text.split())
    assert "risultati per «m», tipo: Città, Paese: Italia" in italian
    assert "also Gent" in " ".join(page(real, "/search?q=Gent").text.split())


def test_the_language_stays(real: httpx.Client) -> None:
    shown = page(real, "/search?q=gand&lang=it", "en")
    assert shown.all("html") == [{"lang": "it"}]
    assert "/doc/city/be-ghent?lang=it" in shown.links
    assert "/search?q=gand&lang=en" in shown.links
    assert {"type": "hidden", "name": "lang", "value": "it"} in shown.all("input")
    assert {"lang", "q"} == {a["name"] for a in shown.all("input") if a.get("name")}


def test_where_nothing_is_found_the_page_helps(real: httpx.Client) -> None:
    told = page(real, "/search?q=xqzwv&kind=city")
    assert "0 results for “xqzwv”" in told.text
    assert {"/search?q=xqzwv", "/search?kind=network"} <= set(told.links)
    assert found(real, "xqzwv")["results"] == []


def test_results_are_for_no_search_engine_and_have_one_address(real: httpx.Client) -> None:
    told = head(real, "/search?country=ITA&page=1&q=modena&more=1")
    assert told.told["robots"] == "noindex, follow"
    assert told.canonical == f"{real.base_url}search?q=modena&country=ITA"
    assert told.languages["it"] == f"{real.base_url}search?q=modena&country=ITA&lang=it"
    assert "robots" not in head(real, "/search").told
    rules = real.get("/robots.txt").text
    assert "Disallow: /search" in rules
    assert "Disallow: /suggest" in rules


HOSTILE = [
    '" OR names:"a',
    "names : modena",
    "modena*",
    "^modena",
    "NEAR(modena brescia)",
    "modena AND",
    "NOT modena",
    "-modena",
    "modena' OR 1=1 --",
    "{names} : (",
    "\0",
    "mod\0ena",
    "\u202emodena\u202c",
    "<script>alert(1)</script>",
    "%",
    "_",
    "__",
    "\U0001f600",
    "ﷺ" * 200,
    "a " * 100,
    "z" * 200,
    "modean " * 28,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_looked_for_is_only_text(real: httpx.Client, text: str) -> None:
    for path in ("/search", "/search.json", "/suggest"):
        answer = real.get(path, params={"q": text}, headers={"accept": "*/*"})
        assert answer.status_code == 200, answer.text
        assert "<script>alert" not in answer.text or answer.headers["content-type"] != "text/html; charset=utf-8"


def test_operators_are_words_like_others(real: httpx.Client) -> None:
    for text in ('"modena"', "modena*", "\u202emodena\u202c", "-modena", "^modena"):
        assert paths(real, text) == paths(real, "modena"), text
    assert paths(real, "modena OR brescia") == []
    assert paths(real, '"') == paths(real, "\0") == []


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("q=" + "a" * 10_000, 400, "at most 200 characters"),
        ("q=%ED%A0%80", 400, "UTF-8"),  # half of a surrogate pair
        ("q=%", 400, "%"),
        ("q=a&q=b", 400, "q"),
        ("q=a&kind=nothing", 400, "network, programme, city"),
        ("q=a&country=IT", 400, "ITA"),
        ("q=a&lang=fr", 400, "fr"),
    ],
)
def test_what_cannot_be_looked_for_is_told(real: httpx.Client, query: str, status: int, told: str) -> None:
    answer = real.get(f"/search.json?{query}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]


def test_it_is_told_in_italian_too(real: httpx.Client) -> None:
    answer = real.get("/search?q=a&kind=nothing", headers={"accept-language": "it"})
    assert "non è tra quelli che ci sono" in answer.text


def test_json_is_as_it_is_described(real: httpx.Client) -> None:
    described = real.get("/openapi.json").json()["paths"]["/search.json"]["get"]
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    for text in ("modena", "gand", "s", "mezzetti", "nothing at all", "Bresica"):
        Draft202012Validator(schema).validate(found(real, text))
    assert {one["name"] for one in described["parameters"]} == {"q", "kind", "country", "page", "lang"}
    negotiated = real.get("/search?q=gand", headers={"accept": "application/json"})
    assert negotiated.json() == found(real, "gand")
    assert "Accept" in negotiated.headers["vary"]
    assert real.get("/search?q=gand", headers={"accept": "text/turtle"}).status_code == 406


def test_answers_have_tags(real: httpx.Client) -> None:
    answer = real.get("/search.json?q=gand")
    again = real.get("/search.json?q=gand", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert real.get("/search.json?q=gent").headers["etag"] != answer.headers["etag"]


def test_suggestions_are_as_browsers_read_them(real: httpx.Client) -> None:
    answer = real.get("/suggest", params={"q": "Gan", "lang": "it"})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    asked, names, about, addresses = answer.json()
    assert (asked, names[0], about[0]) == ("Gan", "Gand", "città, Belgio")
    assert addresses[0] == f"{real.base_url}doc/city/be-ghent"
    assert len(names) == len(about) == len(addresses) <= 8
    assert real.get("/suggest").json() == ["", [], [], []]


def test_a_browser_is_told_of_the_search(real: httpx.Client) -> None:
    for path in ("/", "/doc/city/it-modena", "/search", "/nowhere"):
        links = [link for link in page(real, path).all("link") if link.get("rel") == "search"]
        assert [(link["href"], link["type"]) for link in links] == [
            ("/opensearch.xml", "application/opensearchdescription+xml")
        ]
    answer = real.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == OPENSEARCH + "OpenSearchDescription"
    assert {child.tag.partition(OPENSEARCH)[2] for child in root} >= {"ShortName", "Description", "Url", "Language"}
    (name,), (description,) = (root.findall(OPENSEARCH + tag) for tag in ("ShortName", "Description"))
    assert 0 < len(name.text or "") <= 16
    assert 0 < len(description.text or "") <= 1024
    urls = {url.get("type") or "": url.get("template") or "" for url in root.iter(OPENSEARCH + "Url")}
    for media_type in ("text/html", "application/json", "application/x-suggestions+json"):
        address = urls[media_type].replace("{searchTerms}", quote("Reggio nell'Emilia"))
        shown = real.get(address)
        assert (shown.status_code, shown.headers["content-type"].partition(";")[0]) == (200, media_type)


def test_the_box_is_on_every_page_and_is_a_plain_form(real: httpx.Client) -> None:
    for path in ("/", "/doc/city/it-modena", "/doc/network/", "/queries", "/sparql", "/nowhere"):
        shown = page(real, path)
        (form,) = [form for form in shown.all("form") if form.get("role") == "search"]
        assert (form["action"], form["method"]) == ("/search", "get")
        assert {"for": "search", "class": "hidden"} in shown.all("label")
    assert [i["value"] for i in page(real, "/search?q=gand").all("input") if i.get("id") == "search"] == ["gand"]


def test_a_release_without_a_search_says_so(client: httpx.Client) -> None:
    for path in ("/search?q=a", "/search.json?q=a", "/suggest?q=a", "/opensearch.xml"):
        answer = client.get(path, headers={"accept-language": "it"})
        assert answer.status_code == 404
        assert "prima che ci fosse una ricerca" in answer.text
    shown = page(client, "/")
    assert not [form for form in shown.all("form") if form.get("role") == "search"]
    assert not [link for link in shown.all("link") if link.get("rel") == "search"]


def test_the_file_is_what_others_can_read_too(releases: Path) -> None:
    path = current(releases).folder / SEARCH
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM name WHERE key = 'gand'").fetchone()[0] >= 1


def test_a_file_that_is_not_as_it_was_published_is_not_asked(releases: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(releases, tmp_path / "releases", symlinks=True)
    path = current(copy).folder / SEARCH
    with serving(copy, "--web-processes", 1) as served:
        address = served.address + "search.json?q="
        assert httpx.get(address + "gand").json()["total"] == 1
        with path.open("r+b") as file:
            file.seek(-100, 2)
            file.write(b"x" * 100)
        damaged = httpx.get(address + "gent")
        assert (damaged.status_code, SEARCH in damaged.json()["detail"]) == (503, True)


def test_a_build_makes_the_same_file_again(releases: Path, enough_data: Path, port: int, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{port}/"
    built = interurban("build", "--data", enough_data, "--releases", tmp_path, "--base", base)
    assert built.returncode == 0, built.stderr
    assert current(tmp_path).read(SEARCH) == current(releases).read(SEARCH)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def test_suggestions_are_chosen_by_keyboard(browser: Browser, served: Served) -> None:
    browser.open(served.address + "doc/network/?lang=it")
    box = browser.find(BOX)
    box.click()
    browser.type("gan")
    browser.find(OPTIONS)
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "true")
    assert browser.texts(OPTIONS)[0].splitlines() == ["Gand", "città, Belgio"]
    browser.type(Keys.ARROW_DOWN)
    assert box.get_attribute("aria-activedescendant") == browser.find(CHOSEN).get_attribute("id")
    assert browser.has_focus(BOX)
    browser.type(Keys.ARROW_UP)
    assert browser.visible(CHOSEN) == []
    browser.type(Keys.ESCAPE)
    assert (browser.visible(OPTIONS), box.get_attribute("value")) == ([], "gan")
    browser.type(Keys.ARROW_DOWN)  # opens it again, with the first
    browser.type(Keys.ENTER)
    browser.wait("location.pathname == '/doc/city/be-ghent'")
    assert parse_qs(urlsplit(browser.chrome.current_url).query) == {"lang": ["it"]}
    assert [a for a in browser.requests() if not a.startswith(served.address)] == []
    assert browser.complaints() == []


def test_suggestions_are_chosen_by_mouse(browser: Browser, served: Served) -> None:
    browser.open(served.address)
    browser.find(BOX).click()
    browser.type("Bresica")
    browser.find(OPTIONS).click()
    browser.wait("location.pathname == '/doc/city/it-brescia'")


@pytest.mark.parametrize("run", [True, False], ids=["with scripts", "without"])
def test_enter_finds_what_is_written(browser: Browser, served: Served, run: bool) -> None:
    browser.scripts(run=run)
    try:
        browser.open(served.address + "?lang=it")
        browser.find(BOX).click()
        browser.type("gand", Keys.ENTER)
        assert browser.find(".hits a").text == "Gand"
        assert parse_qs(urlsplit(browser.chrome.current_url).query) == {"q": ["gand"], "lang": ["it"]}
    finally:
        browser.scripts(run=True)
