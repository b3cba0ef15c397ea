"""The page /sparql as people meet it: the editor in a real browser, and the plain form that needs nothing."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

import interurban
from browser import Browser, Keys, browsing, lacking
from interurban import resources
from interurban.iris import PREFIXES
from interurban.web.pages.editor import FILES
from serving import Served, serving

ROOT = resources.room("data").parent
PACKAGE = Path(interurban.__file__).parent
HTML = {"accept": "text/html"}
COMMITTEE = "network-committee"
RUN = ".tabPanel.active .yasqe_queryButton"
CODE = ".tabPanel.active .yasqe .CodeMirror"
ROWS = ".tabPanel.active .yasr tbody tr"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?a) < STR(?l)) }"
# Its first rows are on their way when it runs out of time.
BREAKING = """SELECT * {
  { ?a ?b ?c } UNION { ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (CONCAT(STR(?d), STR(?l)) = "x") }
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not all((PACKAGE / "web/pages/static" / file).is_file() for file in FILES):
        lacking("needs the editor's files (python editor/assets.py)")
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Browser]:
    """A browser on the page, with the editor ready; nothing but the server may have been asked in the end."""
    browser.open(served.address + "sparql?lang=en")
    browser.find(RUN)
    yield browser
    assert [a for a in browser.requests() if not a.startswith(served.address)] == []


def code(browser: Browser) -> str:
    """Return what stands in the editor."""
    return str(browser.chrome.execute_script("return arguments[0].CodeMirror.getValue()", browser.find(CODE)))


def write(browser: Browser, query: str) -> None:
    """Put a query into the editor, and the cursor at its end."""
    script = "const c = arguments[0].CodeMirror; c.setValue(arguments[1]); c.focus(); c.setCursor(c.lineCount(), 0)"
    browser.chrome.execute_script(script, browser.find(CODE), query)


def ask(browser: Browser, query: str) -> None:
    """Put a query into the editor and ask it."""
    write(browser, query)
    browser.find(RUN).click()


def offered(browser: Browser, start: str, act: str = "") -> str:
    """Return the first completion that begins so, as soon as it is offered; `act` is done to it as it is found.

    The list is drawn anew with every key, so nothing is asked of an entry a moment after it was found.
    """
    entry = f"[...document.querySelectorAll('.CodeMirror-hint')].find(e => e.textContent.startsWith('{start}'))"
    browser.wait(f"!!{entry}")
    return str(browser.chrome.execute_script(f"const e = {entry}, text = e.textContent; {act}; return text"))


# ---- The editor ----


def test_an_example_is_chosen_asked_and_answered_in_a_table(page: Browser, served: Served) -> None:
    assert page.visible("form.query") == []
    page.find(f"[data-example={COMMITTEE}]").click()
    assert f"<{served.address}id/network/eurocities>" in code(page)
    assert page.has_focus(RUN)
    page.type(Keys.ENTER)
    page.find(ROWS)
    answer = httpx.get(f"{served.address}queries/{COMMITTEE}.csv", params={"lang": "en"}).text
    expected = [row["name"] for row in csv.DictReader(io.StringIO(answer))]
    headings = page.texts(".tabPanel.active .yasr thead th")
    column = headings.index("name")
    shown = [row.find_elements("css selector", "td")[column].text for row in page.visible(ROWS)]
    assert len(expected) == 12
    assert shown == expected
    page.find(".tabPanel.active .select_response").click()
    assert '"bindings"' in page.find(".tabPanel.active .yasr_results .CodeMirror-code").text
    assert any("/sparql?" in address for address in page.requests())
    assert page.complaints() == []


def test_what_was_written_stays_when_an_example_is_chosen(page: Browser) -> None:
    write(page, "ASK {}")
    page.find(f"[data-example={COMMITTEE}]").click()
    assert len(page.visible(".tabsList .tab")) == 2
    page.visible(".tabsList .tab a")[0].click()
    assert code(page) == "ASK {}"
    page.find(f"[data-example={COMMITTEE}]").click()
    assert len(page.visible(".tabsList .tab")) == 2  # it is there already


def test_a_link_shows_a_query_and_does_not_ask_it(browser: Browser, served: Served) -> None:
    browser.open(f"{served.address}sparql?show={quote('ASK { <urn:shown> ?p ?o }', safe='')}")
    assert "urn:shown" in code(browser)
    browser.find(".tabPanel.active .yasqe_share").click()
    link = browser.find(".yasqe_sharePopup input").get_attribute("value")
    assert link == f"{served.address}sparql?show={quote('ASK { <urn:shown> ?p ?o }', safe='')}"
    assert not any("query=" in address for address in browser.requests())


def test_our_terms_are_offered_and_bring_their_prefix(page: Browser) -> None:
    write(page, "SELECT * {\n  ?m ")
    page.type("memb")
    assert offered(page, "org:member ", "e.click()") == "org:member · Member"
    page.wait(f"document.querySelector('{CODE}').CodeMirror.getValue().startsWith('PREFIX org: <{PREFIXES['org']}>')")
    page.type(" ?w ; a ")
    page.press(Keys.CONTROL, Keys.SPACE)
    offered(page, "iu:Membership")
    page.type("iu:membership")
    assert offered(page, "iu:Membership") == "iu:Membership · Membership"
    page.type(Keys.ENTER)
    page.wait(f"document.querySelector('{CODE}').CodeMirror.getValue().endsWith('?m org:member ?w ; a iu:Membership')")
    assert code(page).startswith(f"PREFIX iu: <{PREFIXES['iu']}>\n")


@pytest.mark.parametrize("modifier", [None, Keys.SHIFT])
def test_tab_leaves_the_editor(page: Browser, modifier: str | None) -> None:
    page.find(CODE).click()
    assert page.has_focus(".yasqe .CodeMirror textarea")
    before = code(page)
    page.press(modifier, Keys.TAB) if modifier else page.type(Keys.TAB)
    assert not page.has_focus(".yasqe textarea")
    assert code(page) == before


NAMELESS = """
  return [...document.querySelectorAll('#editor :is(button, a, input, select, textarea)')]
    .filter(e => e.closest('.active, .tabsList') && getComputedStyle(e).display != 'none' && e.offsetParent)
    .filter(e => !(e.getAttribute('aria-label') || e.title || e.labels?.length
      || e.matches('button, a') && e.textContent.trim()))
    .map(e => e.outerHTML)"""


def test_everything_that_can_be_operated_has_a_name(page: Browser) -> None:
    page.find(f"[data-example={COMMITTEE}]").click()
    page.type(Keys.ENTER)
    page.find(ROWS)
    page.find(".tabPanel.active .yasqe_share").click()
    page.find(".yasqe_sharePopup input")
    assert page.chrome.execute_script(NAMELESS) == []
    page.find(".tabPanel.active .select_response").click()
    page.find(".tabPanel.active .yasr_results .CodeMirror")
    assert page.chrome.execute_script(NAMELESS) == []


def test_a_link_cannot_send_a_query_elsewhere(browser: Browser, served: Served) -> None:
    browser.open(f"{served.address}sparql#endpoint=https%3A%2F%2Felsewhere.example%2F&query=ASK%20%7B%20%7D")
    browser.find(RUN).click()
    browser.find(ROWS)
    assert code(browser) != "ASK { }"
    assert [a for a in browser.requests() if not a.startswith(served.address)] == []


def test_the_editor_speaks_italian(page: Browser, served: Served) -> None:
    page.find("a[hreflang=it]").click()
    page.wait("document.documentElement.lang == 'it'")
    assert page.find(RUN).get_attribute("aria-label") == "Esegui la query"
    page.find(f"[data-example={COMMITTEE}]").click()
    page.type(Keys.ENTER)
    page.find(ROWS)
    assert page.find(".tabPanel.active .yasr_response_chip").text.startswith("12 risultati in ")
    assert page.find(".tabPanel.active .tableFilter").get_attribute("placeholder") == "Filtra i risultati"
    assert '"it"' in code(page)
    ask(page, "SELECT nonsense")
    told = page.find(".tabPanel.active [role=alert]").text
    headers = {"accept-language": "it"}
    problem = httpx.get(served.address + "sparql", params={"query": "SELECT nonsense"}, headers=headers).json()
    assert told == f"{problem['title']}\n{problem['detail']}"


def test_a_query_that_ran_out_of_time_is_told_in_words(page: Browser, served: Served) -> None:
    ask(page, ENDLESS)
    told = page.find(".tabPanel.active [role=alert]").text
    headers = {"accept-language": "en"}
    problem = httpx.get(served.address + "sparql", params={"query": ENDLESS}, headers=headers, timeout=30).json()
    assert told == f"{problem['title']}\n{problem['detail']}"


def test_an_answer_that_breaks_off_is_told_and_not_shown(page: Browser) -> None:
    ask(page, BREAKING)
    assert page.find(".tabPanel.active [role=alert]").text.startswith("The connection broke")
    assert page.visible(ROWS) == []


def test_a_value_that_looks_like_markup_stays_text(page: Browser) -> None:
    ask(page, 'SELECT ("<img src=x onerror=hit=1><b>x" AS ?a) (<http://x.example/a\'b> AS ?b) {}')
    row = page.find(ROWS)
    assert "<img src=x onerror=hit=1><b>x" in row.text
    assert row.find_elements("css selector", "img, b, script") == []
    assert page.chrome.execute_script("return typeof hit") == "undefined"


# ---- Without scripts, and without the editor's files ----


def test_without_scripts_the_form_shows_an_example_and_asks_it(browser: Browser, served: Served) -> None:
    browser.scripts(run=False)
    try:
        browser.open(served.address + "sparql?lang=it")
        assert browser.visible("#editor") == []
        browser.find("a[data-example=countries]").click()
        assert "iu:country" in (browser.find("#query").get_attribute("value") or "")
        browser.find("form.query button").click()
        assert '"bindings"' in browser.find("pre").text  # how a browser shows data
    finally:
        browser.scripts(run=True)
    assert "query=" in browser.chrome.current_url


def test_without_the_editors_files_the_page_is_the_form(
    releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source checkout in which nobody has run the build step."""
    shutil.copytree(PACKAGE, tmp_path / "interurban", ignore=shutil.ignore_patterns("vendor", "__pycache__"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with serving(releases, "--web-processes", 1) as bare:
        answer = httpx.get(bare.address + "sparql", headers=HTML)
    assert answer.status_code == 200
    assert "editor.js" not in answer.text
    assert "yasgui" not in answer.text
    assert 'id="editor"' not in answer.text
    assert '<textarea id="query" name="query"' in answer.text
