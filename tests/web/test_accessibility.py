"""Every kind of page in a real browser, held against the rules of WCAG 2.2 AA that a program can check (axe-core).

Both languages, narrow and wide, light and dark; and what can be done with a keyboard alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from browser import Browser, Keys, browsing, lacking
from interurban.messages import LANGUAGES
from web.chain import Chain, fixtures
from web.kinds import every, linked, missed

AXE = Path(__file__).parents[1] / "axe/node_modules/axe-core/axe.min.js"
CRITERIA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW, WIDE = 320, 1280  # pixels; the narrow one is what 1280 px are at 400 % (WCAG 1.4.10)
# What is there once a script has done its work.
READY = {"/sparql": ".tabPanel.active .yasqe_queryButton", "/explore": ".item-sel"}
RUN = """
const [rules, done] = arguments;
axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(({violations}) => done([
  ...violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary}`)),
  ...document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : [],
]));
"""
made, client = fixtures(3)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not AXE.is_file():
        lacking("needs the rules of accessibility (python tests/install.py tests/axe)")
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def violations(browser: Browser, address: str) -> Iterator[str]:
    """Yield what is wrong with a page in each language; dark differs from light in nothing but colours."""
    for language in LANGUAGES:
        browser.open(f"{address}{'&' if '?' in address else '?'}lang={language}")
        for path, ready in READY.items():
            if path in address:
                browser.find(ready)
        browser.chrome.execute_script(AXE.read_text(encoding="utf-8"))
        for width, scheme, rules in (
            (WIDE, "light", CRITERIA),
            (NARROW, "light", CRITERIA),
            (NARROW, "dark", ["color-contrast", "link-in-text-block"]),
        ):
            browser.look(width, scheme)
            for wrong in browser.chrome.execute_async_script(RUN, list(rules)):
                yield f"{address}, {language}, {width} px, {scheme}: {wrong}"


def test_no_kind_of_page_breaks_a_rule(browser: Browser, real: httpx.Client) -> None:
    pages = every(real)
    assert missed(real, pages) == {"/releases/{a}/diff/{b}", "/changes/{version}/{number}"}
    assert [wrong for page in pages for wrong in violations(browser, page)] == []


def test_no_page_about_several_releases_breaks_a_rule(browser: Browser, client: httpx.Client, made: Chain) -> None:
    first, second, _ = made.versions
    paths = f"releases/{first}/diff/{second}", f"releases/{first}/doc/network/rivers"
    pages = [f"{client.base_url}{path}" for path in paths] + [linked(client, "/changes", r"changes/\w+/1")]
    assert [wrong for page in pages for wrong in violations(browser, page)] == []


# ---- By keyboard ----

# What holds the focus, and whether that can be seen: the editor marks all of itself, a picture a part of a link, and a
# browser each part of a date.
HOLDER = """
if (document.activeElement === document.body) return null;
const e = document.activeElement.closest(".CodeMirror-focused") ?? document.activeElement;
const box = e.getBoundingClientRect(), style = getComputedStyle(e), hit = e.querySelector(".hit");
const drawn = hit ? getComputedStyle(hit).strokeWidth : "0";
const marked = e.matches("[type=date]") || parseFloat(drawn) >= 2
  || style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + box.height / 2];
const top = document.elementFromPoint(x, y);
return [e.outerHTML.slice(0, 160), marked && (e.contains(top) || top?.contains(e))];
"""


@pytest.fixture
def page(browser: Browser) -> Browser:
    browser.look(WIDE, "light")
    return browser


def test_the_first_stop_leads_past_the_navigation(page: Browser, real: httpx.Client) -> None:
    page.open(f"{real.base_url}doc/network/eurocities")
    page.type(Keys.TAB)
    assert page.has_focus(".skip")
    page.type(Keys.ENTER)
    page.wait("document.activeElement.matches('main')")
    page.type(Keys.TAB)
    assert page.has_focus("main *")


@pytest.mark.parametrize("path", ["", "doc/city/it-modena", "queries/city-networks", "sparql"])
def test_every_stop_is_seen_and_none_holds_the_keyboard(page: Browser, real: httpx.Client, path: str) -> None:
    page.open(f"{real.base_url}{path}")
    stops: list[tuple[str, bool]] = []
    while len(stops) < 500:
        page.type(Keys.TAB)
        if (stop := page.chrome.execute_script(HOLDER)) is None:
            break
        stops.append(stop)
    operable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    assert 15 < len(stops) < 500
    assert len(stops) >= sum(e.is_enabled() for e in page.visible(f":is({operable})"))
    assert [what for what, visible in stops if not visible] == []


def test_a_wide_table_moves_by_arrow_keys_in_a_narrow_window(page: Browser, real: httpx.Client) -> None:
    page.open(f"{real.base_url}queries/coverage")
    page.look(NARROW, "light")
    page.chrome.execute_script("document.querySelector('.scroll').focus()")
    page.type(Keys.ARROW_RIGHT)
    page.wait("document.querySelector('.scroll').scrollLeft > 0")


def test_the_language_is_changed_in_place(page: Browser, real: httpx.Client) -> None:
    page.open(f"{real.base_url}doc/city/it-modena?at=2020-01-01&lang=en")
    page.chrome.execute_script("document.querySelector('.languages a').focus()")
    page.type(Keys.ENTER)
    page.wait("document.documentElement.lang === 'it'")
    assert page.chrome.current_url == f"{real.base_url}doc/city/it-modena?at=2020-01-01&lang=it"


def test_the_statement_says_what_the_law_asks_for(real: httpx.Client) -> None:
    parts = {
        "en": ("Compliance status", "Non-accessible content", "Preparation", "Feedback", "Enforcement procedure"),
        "it": ("Stato di conformità", "Contenuti non accessibili", "Redazione", "Feedback", "Procedura di attuazione"),
    }
    for language, expected in parts.items():
        assert f'href="/accessibility?lang={language}"' in real.get("/", params={"lang": language}).text
        headings = re.findall("<h2>(.+?)</h2>", real.get("/accessibility", params={"lang": language}).text)
        assert [heading[: len(part)] for heading, part in zip(headings, expected, strict=True)] == list(expected)
    assert 'href="mailto:contact@example.org"' in real.get("/accessibility").text


def test_on_paper_stand_address_day_release_and_sources_and_nothing_to_operate(
    page: Browser, real: httpx.Client
) -> None:
    page.open(f"{real.base_url}doc/city/it-modena?at=2020-01-01&lang=en")
    page.look(WIDE, "light", "print")
    text = page.find("body").text
    release = real.get("/health").json()["release"]
    assert f"{real.base_url}doc/city/it-modena?lang=en · release {release}, " in text
    assert "what held on this day: 1 January 2020" in text
    assert "Sources of this page" in text
    assert page.visible("nav, form, button, .skip") == []
