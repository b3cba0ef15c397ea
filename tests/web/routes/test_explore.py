"""The page /explore as people meet it: a question built by clicks and by keys, asked, taken along and found again."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from selenium.webdriver.support.ui import WebDriverWait

from browser import Browser, Keys, browsing, lacking
from interurban.iris import PREFIXES
from interurban.web.pages.explore import FILES
from serving import Served
from web.routes.test_editor import CODE, HTML, PACKAGE, code

CHOICE = ".item-sel"
ASK = ".playBtn > span"
MEMBERS = "SELECT (COUNT(DISTINCT ?city) AS ?n) {{ ?city a iu:City ; iu:participatesIn <{network}> }}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not all((PACKAGE / "web/pages/static" / file).is_file() for file in FILES):
        lacking("needs the query builder's files (python editor/assets.py)")
    with browsing(tmp_path_factory.mktemp("builder")) as browser:
        yield browser


@pytest.fixture(params=["en", "it"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Browser]:
    """A browser on the page, with the builder ready; nothing else was asked, and nothing tried that is not allowed."""
    browser.open(served.address + "explore?lang=en")
    browser.find(CHOICE)
    yield browser
    assert [a for a in browser.requests() if not a.startswith(served.address)] == []
    assert [c for c in browser.complaints() if "Content Security Policy" in c or "Uncaught" in c] == []


def choose(browser: Browser, group: str, text: str, choice: str = CHOICE) -> None:
    """Click on the choice of a part of the question that has this text."""
    script = f"[...document.querySelectorAll('{group} {choice}')].find(e => e.innerText.trim() === {text!r})"
    browser.wait(f"!!{script}")
    browser.chrome.execute_script(f"return {script}").click()


def cities_of_eurocities(
    browser: Browser, words: tuple[str, str, str] = ("City", "City network", "Takes part in")
) -> None:
    """Build the question which cities take part in Eurocities."""
    city, network, takes_part = words
    choose(browser, ".StartClassGroup", city)
    choose(browser, ".EndClassGroup", network)
    choose(browser, ".ObjectPropertyGroup", takes_part)
    browser.find(".select2-selection").click()
    choose(browser, ".select2-dropdown", "Eurocities", ".select2-results__option")
    browser.find("#builder .ways")


def answered(browser: Browser, told: str) -> list[str]:
    """Ask the question, wait until the page tells so much of the answer, and return the first cells of its rows."""
    browser.find(ASK).click()
    browser.wait(f"document.querySelector('.told').textContent.startsWith({told!r})")
    return browser.texts(".answer tbody td:first-child")


def count(served: Served, query: str) -> int:
    answer = httpx.get(
        served.address + "sparql", params={"query": f"PREFIX iu: <{PREFIXES['iu']}> {query}", "format": "csv"}
    )
    return int(answer.text.split()[1])


# ---- The builder ----


def test_a_question_is_built_by_clicks_and_has_the_answer_that_sparql_gives(page: Browser, served: Served) -> None:
    cities_of_eurocities(page)
    expected = count(served, MEMBERS.format(network=f"{served.address}id/network/eurocities"))
    shown = answered(page, f"{expected} rows")
    assert len(shown) == expected > 5
    assert "Oslo" in shown
    link = page.find(".answer tbody a").get_attribute("href") or ""
    assert httpx.get(link, headers=HTML, follow_redirects=True).status_code == 200
    table = httpx.get(page.find(".ways .csv").get_attribute("href") or "")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == expected + 1


def test_its_cities_are_points_for_a_map(page: Browser, tmp_path: Path) -> None:
    how = {"behavior": "allow", "downloadPath": str(tmp_path), "eventsEnabled": True}
    page.chrome.execute_cdp_cmd("Browser.setDownloadBehavior", how)
    cities_of_eurocities(page)
    page.find(".ways .points").click()
    WebDriverWait(page.chrome, 15).until(lambda _: (tmp_path / "explore.geojson").is_file())
    features = json.loads((tmp_path / "explore.geojson").read_text("utf-8"))["features"]
    (oslo,) = (f["geometry"]["coordinates"] for f in features if f["properties"]["name"] == "Oslo")
    assert oslo == pytest.approx([10.75, 59.91], abs=0.1)
    assert len(features) == 12


def test_its_cities_are_on_a_map_above_the_table(page: Browser, served: Served) -> None:
    cities_of_eurocities(page)
    shown = answered(page, "12 rows")
    address = page.find(".answer img.map-of-answer").get_attribute("src") or ""
    drawn = httpx.get(address).text
    assert sorted(re.findall(r"<circle[^>]*><title>([^<]+)", drawn)) == sorted(shown)


def test_the_question_opens_in_the_editor(page: Browser, served: Served) -> None:
    cities_of_eurocities(page)
    page.find(".ways .editor").click()
    page.find(CODE)
    assert f"iu:participatesIn <{served.address}id/network/eurocities>" in code(page)
    (shown,) = parse_qs(urlsplit(page.chrome.current_url).query)["show"]
    assert httpx.get(served.address + "sparql", params={"query": shown, "format": "csv"}).status_code == 200


def test_the_address_keeps_the_question(page: Browser, served: Served) -> None:
    cities_of_eurocities(page)
    before = answered(page, "12 rows")
    address = page.find(".ways .share").get_attribute("href") or ""
    assert address == page.chrome.current_url
    page.open(address)
    page.find("#builder .ways")
    assert "Eurocities" in page.find(".EndClassWidgetValue").text
    assert answered(page, "12 rows") == before


def test_an_address_that_somebody_made_up_does_no_harm(page: Browser, served: Served) -> None:
    cities_of_eurocities(page)
    address = page.chrome.current_url
    page.open(address.replace("Eurocities", quote("<img src=x onerror=alert(1)><b>Eurocities</b>", safe="")))
    page.find("#builder .ways")
    assert page.chrome.find_elements("css selector", "spar-natural :is(img, b)") == []
    assert "‹b›Eurocities‹/b›" in page.find(".EndClassWidgetValue").text
    page.open(served.address + "explore?lang=en#nonsense")
    page.find(CHOICE)
    assert "holds no question" in page.find(".told").text


def test_what_is_written_is_asked_as_it_is_also_from_the_address(page: Browser) -> None:
    choose(page, ".StartClassGroup", "City")
    choose(page, ".EndClassGroup", "Text")
    page.find(".search-widget input").send_keys("l'<A")
    page.find(".button-add").click()
    page.find("#builder .ways")
    for _ in range(2):
        (query,) = parse_qs(urlsplit(page.find(".ways .editor").get_attribute("href") or "").query)["show"]
        assert """REGEX(STR(?text_2), "l'<A", "i")""" in query
        page.open(page.chrome.current_url)
        page.find("#builder .ways")


def test_a_question_is_built_by_keys_alone(page: Browser) -> None:
    def reach(text: str) -> None:
        for _ in range(60):
            focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
            if str(page.chrome.execute_script(f"return {focused}")).strip() == text:
                return
            page.type(Keys.TAB)
        pytest.fail(f"no key leads to {text}")

    for choice in ("City", "City network", "Takes part in"):
        reach(choice)
        page.type(Keys.ENTER)
    page.find(".select2-selection")
    reach("Choose…")
    page.type(Keys.ENTER, Keys.ARROW_DOWN, Keys.ENTER)
    page.find(".EndClassWidgetValue")
    reach("Ask")
    page.type(Keys.ENTER)
    page.find(".answer tbody td")


def test_values_are_found_by_their_names_and_days_compared_with_days(page: Browser) -> None:
    choose(page, ".StartClassGroup", "Pairing")
    choose(page, ".EndClassGroup", "Local government")
    page.find(".awesomplete input").send_keys("AMSTER")
    choose(page, ".awesomplete", "Municipality of Amsterdam", "li")
    assert all("Amsterdam" in row for row in answered(page, "2 rows"))
    page.find(".reset-form").click()
    choose(page, ".StartClassGroup", "Membership")
    choose(page, ".EndClassGroup", "Day")
    choose(page, ".ObjectPropertyGroup", "Start, earliest")
    first, last = page.find("#input-start"), page.find("#input-end")
    first.send_keys("01-01-2008")
    last.send_keys("31-12-2012", Keys.TAB)
    page.find(".button-add")
    page.type(Keys.ENTER)
    page.find("#builder .ways")
    (query,) = parse_qs(urlsplit(page.find(".ways .editor").get_attribute("href") or "").query)["show"]
    assert '"2008-01-01"^^xsd:date' in query
    assert '"2012-12-31"^^xsd:date' in query
    assert answered(page, "111 rows")


def test_it_speaks_italian(browser: Browser, served: Served) -> None:
    browser.open(served.address + "explore?lang=it")
    browser.find(CHOICE)
    assert browser.find(".current").text == "Che cosa si cerca"
    cities_of_eurocities(browser, ("Città", "Rete di città", "Partecipa a"))
    assert "Firenze" in answered(browser, "12 righe")
    assert browser.texts(".answer th") == ["Città"]


def test_without_javascript_it_leads_elsewhere(browser: Browser, served: Served) -> None:
    browser.scripts(run=False)
    try:
        browser.open(served.address + "explore?lang=en")
        assert "takes JavaScript" in browser.find(".without").text
        assert [link.text for link in browser.visible(".without a")] == ["Questions", "SPARQL"]
        assert browser.visible("spar-natural") == []
    finally:
        browser.scripts(run=True)
