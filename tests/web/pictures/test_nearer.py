"""Pictures in a real browser: all there without scripts; with them maps are seen nearer, and marks tell their names."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import ActionChains

from browser import Browser, browsing
from serving import Served

SMALLEST = 12  # pixels that a line of text is high
PROGRAMME = "doc/programme/iuc?lang=en"


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


def _part(browser: Browser) -> list[float]:
    shown: str = browser.chrome.execute_script(
        "return document.querySelector('.map > .ground').getAttribute('viewBox')"
    )
    return [float(number) for number in shown.split()]
