"""Pictures in a real browser: all there without scripts; with them maps are seen nearer, and marks tell their names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains

from browser import Browser, Keys, browsing
from interurban.release.folder import PAGES, current, publish
from serving import Served, serving

SMALLEST = 12  # pixels that a line of text is high
PROGRAMME = "doc/programme/iuc?lang=en"
MANY = 2000  # cities
# How many marks a map of many has: each is a line without length of a path.
MARKS = "document.querySelector('.map .points path:not(.rim)').parentElement.innerHTML.split('h0').length >> 1"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_a_map_is_seen_nearer_and_whole_again(served: Served, browser: Browser) -> None:
    browser.open(served.address + PROGRAMME)
    nearer, farther, whole = (browser.find(f".tools button:nth-child({n})") for n in (1, 2, 3))
    assert [nearer.get_attribute("aria-label"), whole.get_attribute("aria-label")] == ["Nearer", "Whole map"]
    before = _part(browser)
    nearer.click()
    assert _part(browser)[2] == pytest.approx(before[2] / 2)
    farther.click()
    assert _part(browser) == before
    assert not whole.is_enabled()
    assert browser.complaints() == []


@pytest.fixture(scope="module")
def crowded(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose tables have so many cities that marks of their map stand for several."""
    release = current(releases)
    content = {name: release.read(name) for name in release.manifest["files"]}
    file = tmp_path_factory.mktemp("pages") / "pages.sqlite"
    file.write_bytes(content[PAGES])
    with closing(sqlite3.connect(file)) as pages, pages:
        for number in range(MANY):
            city, latitude, longitude = f"id/city/x-{number}", 40 + number % 50 / 5, number // 50 / 5
            said = (city, latitude, longitude)
            pages.execute("INSERT INTO city (thing, networks, latitude, longitude) VALUES (?, 1, ?, ?)", said)
            pages.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?)", (city, city, number, city, number))
    content[PAGES] = file.read_bytes()
    facts = {name: value for name, value in release.manifest.items() if name not in ("version", "files")}
    folder = tmp_path_factory.mktemp("crowded")
    publish(folder, content, facts)
    with serving(folder, "--web-processes", 1) as served:
        yield served


def test_marks_of_many_come_apart_when_one_looks_nearer_and_together_again(crowded: Served, browser: Browser) -> None:
    browser.open(f"{crowded.address}?lang=en")
    few = _marks(browser)
    assert 0 < few < MANY / 2
    while not browser.has_focus(".tools button"):
        browser.type(Keys.TAB)
    browser.type(Keys.ENTER)  # twice as near
    assert _marks(browser) == few
    browser.type(Keys.SPACE)
    browser.wait(f"{MARKS} >= {MANY}")
    browser.type(Keys.TAB, Keys.ENTER)  # farther, by the next button
    assert _marks(browser) == few
    browser.type(Keys.TAB)
    assert browser.has_focus("[aria-label='Whole map']")
    browser.type(Keys.ENTER)
    assert browser.has_focus("[aria-label='Nearer']")  # the other two have nothing to do any more
    browser.type(Keys.ENTER, Keys.ENTER)
    browser.wait(f"{MARKS} >= {MANY}")
    assert len([address for address in browser.requests() if "dots=each" in address]) == 1
    assert browser.complaints() == []


def test_without_an_answer_the_marks_stay(crowded: Served, browser: Browser) -> None:
    browser.open(f"{crowded.address}?lang=en")
    few = _marks(browser)
    browser.chrome.execute_cdp_cmd("Network.enable", {})
    browser.chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*dots=each*"]})
    try:
        for _ in range(2):
            browser.find(".tools button:first-child").click()
        browser.wait("performance.getEntriesByType('resource').some(each => each.name.includes('dots=each'))")
        assert _marks(browser) == few
    finally:
        browser.chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


def test_a_mark_tells_at_once_what_it_stands_for(served: Served, browser: Browser) -> None:
    browser.open(served.address + PROGRAMME)
    mark = browser.visible(".map .dots circle")[-1]  # on which no other lies
    name = browser.chrome.execute_script("return arguments[0].querySelector('title').textContent", mark)
    ActionChains(browser.chrome).move_to_element(mark).perform()
    assert browser.find(".mark-name").text == name


def test_without_scripts_there_are_picture_and_table(served: Served, browser: Browser) -> None:
    browser.scripts(run=False)
    try:
        browser.open(served.address + PROGRAMME)
        assert len(browser.visible(".map .pairs path")) == 9
        assert browser.visible(".tools") == []
        browser.find(".figure summary").click()
        assert len(browser.visible(".figure tbody tr")) == 9
    finally:
        browser.scripts(run=True)


@pytest.mark.parametrize("width", [320, 1280])
def test_no_picture_is_wider_than_its_page(served: Served, browser: Browser, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        for page in (PROGRAMME, "doc/city/it-modena?lang=it", "doc/network/unesco-creative-cities?lang=en"):
            browser.open(served.address + page)
            assert browser.visible(".figure")
            texts: list[tuple[str, float, float, float]] = browser.chrome.execute_script(
                "return [...document.querySelectorAll('.figure text')]"
                ".map(text => [text, text.getBoundingClientRect()])"
                ".map(([text, box]) => [text.textContent, box.left, box.right, box.height])"
            )
            seen = [text for text in texts if text[3]]
            assert [text for text in seen if text[1] < 0 or text[2] > width or text[3] < SMALLEST] == []
    finally:
        browser.chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _marks(browser: Browser) -> int:
    count: int = browser.chrome.execute_script(f"return {MARKS}")
    return count


def _part(browser: Browser) -> list[float]:
    shown: str = browser.chrome.execute_script(
        "return document.querySelector('.map > .ground').getAttribute('viewBox')"
    )
    return [float(number) for number in shown.split()]
