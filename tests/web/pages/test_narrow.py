"""Tables in a window as wide as a small telephone: nothing of them is hidden without a sign."""

from collections.abc import Iterator

import httpx
import pytest

from browser import Browser, browsing

NARROW, WIDE = 320, 1280
# What stands before the cells of a row, in its order, and whether the table is wider than what is seen of it.
TOLD = """
const every = [...document.querySelectorAll(".told tbody td[data-of]")];
const cells = every.filter((cell) => cell.offsetParent);
const before = (cell) => getComputedStyle(cell, "::before").content;
const wide = [...document.querySelectorAll(".scroll:has(.told)")].filter((each) => each.scrollWidth > each.clientWidth);
return [cells.map(before), cells.map((cell) => JSON.stringify(cell.dataset.of)), wide.length];
"""
SHADOWS = """
return [...document.querySelectorAll(".scroll")].filter((each) => each.offsetParent)
  .map((each) => [each.scrollWidth > each.clientWidth, getComputedStyle(each).boxShadow !== "none"]);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("path", ["doc/city/it-modena?at=2020", "doc/network/eurocities", "conflicts", "def/"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_rows_are_told_one_below_the_other_with_the_heading_of_each_cell(
    browser: Browser, real: httpx.Client, path: str, language: str
) -> None:
    browser.open(f"{real.base_url}{path}{'&' if '?' in path else '?'}lang={language}")
    browser.look(NARROW)
    before, headings, wide = browser.chrome.execute_script(TOLD)
    assert len(before) > 10
    told = zip(before, headings, strict=True)
    assert all(text in (heading, "none") for text, heading in told)  # none: the first of a row is its head
    assert sum(text != "none" for text in before) > len(before) / 2
    assert wide == 0
    browser.look(WIDE)
    assert {*browser.chrome.execute_script(TOLD)[0]} == {"none"}


def test_a_table_that_goes_on_has_a_shadow_there(browser: Browser, real: httpx.Client) -> None:
    seen = []
    for width in (NARROW, WIDE):
        browser.look(width)
        for path in ("queries/coverage", "doc/membership/", "doc/city/?country=ITA", "country/"):
            browser.open(f"{real.base_url}{path}")
            seen += browser.chrome.execute_script(SHADOWS)
    assert [True, True] in seen
    assert [False, False] in seen
    assert all(hidden == shadow for hidden, shadow in seen)


def test_what_all_rows_have_is_no_column(browser: Browser, real: httpx.Client) -> None:
    browser.look(WIDE)
    browser.open(f"{real.base_url}doc/city/?lang=en")
    assert "Country" in browser.texts("thead th")
    browser.open(f"{real.base_url}doc/city/?country=ITA&lang=en")
    assert "Country" not in browser.texts("thead th")
    assert "Italy" in browser.find(".facets .chosen").text
