"""The ways that count, as somebody goes them in a browser: with JavaScript, and without."""

import csv
from collections.abc import Iterator

import httpx
import pytest

from browser import Browser, Keys, browsing


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        browser.look(1280)
        yield browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def browser(chromium: Browser, request: pytest.FixtureRequest) -> Browser:
    chromium.scripts(run=request.param)
    return chromium


def test_find_a_city_read_it_go_on_to_a_network_and_sort_its_members(browser: Browser, real: httpx.Client) -> None:
    browser.open(f"{real.base_url}?lang=en")
    browser.find("#search").click()
    browser.type("modina", Keys.ENTER)  # with a slip of the pen
    browser.find(".hits a[href^='/doc/city/it-modena']").click()
    assert browser.find("main h1").text == "Modena"
    assert "16 networks" in browser.find("main .lead").text
    browser.find("main a[href^='/doc/network/unesco-creative-cities']:not(svg a)").click()
    assert browser.find("main h1").text == "UNESCO Creative Cities Network"
    browser.find("main a[href^='/doc/membership/?network=unesco-creative-cities']").click()
    browser.find("thead a[href*='sort=since']").click()
    browser.find("th[aria-sort=ascending]")
    years = [text for text in browser.texts("tbody td:nth-child(3)") if text]
    assert len(years) > 30
    assert years == sorted(years)
    browser.find("thead a[href*='sort=-since'], thead [aria-sort] a").click()
    browser.find("th[aria-sort=descending]")
    assert next(text for text in browser.texts("tbody td:nth-child(3)") if text) >= years[-1]


def test_change_the_year_and_go_back_to_all_times(browser: Browser, real: httpx.Client) -> None:
    browser.open(f"{real.base_url}doc/city/it-modena?lang=en")
    browser.find("#at").click()
    browser.type("2000", Keys.ENTER)
    assert "31 December 2000" in browser.find(".at.shown strong").text
    assert "at=2000" in browser.chrome.current_url
    browser.find(".at.shown a[href^='/doc/city/it-modena']").click()
    browser.find(".at:not(.shown) #at")
    assert "at=" not in browser.chrome.current_url


def test_run_a_question_with_another_value_and_take_the_answer_along(browser: Browser, real: httpx.Client) -> None:
    browser.open(f"{real.base_url}queries?lang=en")
    browser.find("main a[href^='/queries/city-networks']").click()
    field = browser.find("#value-city")
    field.clear()
    field.send_keys("it-brescia", Keys.ENTER)
    browser.find("a[href*='city-networks.csv?city=it-brescia']")
    rows = len(browser.visible("main tbody tr"))
    link = browser.find("a[href*='city-networks.csv']").get_attribute("href") or ""
    assert len(list(csv.DictReader(real.get(link).text.splitlines()))) == rows > 0


def test_compare_a_city_with_another_that_is_found_by_its_name(browser: Browser, real: httpx.Client) -> None:
    browser.open(f"{real.base_url}doc/city/it-modena?lang=en")
    browser.find("main a[href^='/compare?a=it-modena']").click()
    browser.find("#compare-b").click()
    browser.type("gand", Keys.ENTER)
    browser.find("main table th[scope=row] a[href*='unesco-creative-cities']")
    assert browser.find("main h1").text == "Modena and Ghent"


@pytest.mark.parametrize("browser", [True], indirect=True)
def test_a_city_to_compare_with_is_suggested(browser: Browser, real: httpx.Client) -> None:
    browser.open(f"{real.base_url}compare?lang=en")
    for side, name in (("a", "modina"), ("b", "ghen")):
        browser.find(f"#compare-{side}").click()
        browser.type(name)
        browser.find(f"#compare-{side}-suggestions [role=option]")
        browser.type(Keys.ARROW_DOWN, Keys.ENTER)
        browser.wait(f"!document.querySelector('#compare-{side}')")
    browser.find("main table th[scope=row] a[href*='unesco-creative-cities']")
    assert browser.find("main h1").text == "Modena and Ghent"
