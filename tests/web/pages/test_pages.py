"""Pages as readers and their browsers meet them: language, links, structure, and text that stays text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import pytest

VOID = {"meta", "link", "input", "br", "img", "hr"}
SAFE_SCHEMES = ("http://", "https://", "/", "#", "?")


@dataclass
class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, and its text by element."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    text: str = ""
    mistakes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [a["href"] or "" for a in self.all("a") if "href" in a]


def page(client: httpx.Client, path: str, language: str = "en") -> Page:
    headers = {"Accept": "text/html", "Accept-Language": language}
    answer = client.get(path, headers=headers, follow_redirects=True)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return parsed(answer.text)


def parsed(html: str) -> Page:
    found = Page()
    found.feed(html)
    found.close()
    assert (found.mistakes, found.open) == ([], []), html
    return found


def test_a_page_is_in_the_language_of_its_reader(client: httpx.Client) -> None:
    english, italian = (
        page(client, "/doc/network/rivers"),
        page(client, "/doc/network/rivers", "it-IT,it;q=0.9,en;q=0.5"),
    )
    assert english.all("html") == [{"lang": "en"}]
    assert italian.all("html") == [{"lang": "it"}]
    for text in (
        "River Cities",
        "City network",
        "Cities that share a river.",
        "founded in",
        "November 2020",
        "Members",
    ):
        assert text in english.text
    for text in (
        "Città dei fiumi",
        "Rete di città",
        "Città che condividono un fiume.",
        "fondata a",
        "novembre 2020",
        "Membri",
    ):
        assert text in italian.text
    assert "Tenere puliti i fiumi." not in english.text


def test_a_chosen_language_counts_and_stays(client: httpx.Client) -> None:
    chosen = page(client, "/doc/network/rivers?lang=it", "en")
    assert chosen.all("html") == [{"lang": "it"}]
    inner = [link for link in chosen.links if link.startswith(("/doc/", "/graph/"))]
    data = [link for link in inner if link.rpartition(".")[2] in ("ttl", "jsonld", "nt", "rdf", "trig")]
    assert len(inner) > len(data) == 5
    assert {link for link in inner if not link.endswith("?lang=it")} == {*data, "/doc/network/rivers?lang=en"}
    assert not any(
        "lang=" in link for link in page(client, "/doc/network/rivers", "it").links if link.startswith("/doc/city")
    )


def test_names_in_other_languages_say_which(client: httpx.Client) -> None:
    german = page(client, "/doc/city/de-monach")
    assert {"lang": "de"} in german.all("span")
    assert "München am Test" in german.text
    assert page(client, "/doc/city/fr-%C3%A9cole").elements.count(("span", {"lang": "fr"})) == 1  # its only name


def test_values_are_in_words(client: httpx.Client) -> None:
    italian = page(client, "/doc/pledge/fonte-water", "it")
    assert "1.250.000,5" in italian.text
    assert "3 anni e 6 mesi" in italian.text
    assert "1,250,000.5" in page(client, "/doc/pledge/fonte-water").text
    city = page(client, "/doc/city/it-fonte", "it")
    assert {"datetime": "2019-03-12"} in city.all("time")
    assert "12 marzo 2019" in city.text
    assert "12 March 2019" in page(client, "/doc/city/it-fonte").text


def test_no_raw_iri_where_there_is_a_label(client: httpx.Client) -> None:
    text = page(client, "/doc/network/rivers").text
    assert "https://w3id.org/interurban/def/" not in text
    assert "org:member" not in text


def test_every_fact_names_its_sources(client: httpx.Client) -> None:
    text = page(client, "/doc/city/it-fonte").text
    assert "Source 1: Register of places" in text
    assert "Website of Fonte" in text  # says the start of the membership, beside the network's own list
    assert text.count("Register of places") > 4


def test_a_membership_without_a_name_is_called_by_what_it_connects(hostile: httpx.Client) -> None:
    listed = page(hostile, "/doc/membership/?page=7").text
    assert "Membership: Municipality of Fonte, Hill Cities" in listed
    table = page(hostile, "/doc/network/hills")
    assert "Municipality of Fonte" in table.text
    assert "membership/nameless" not in table.text


def test_every_page_that_is_linked_exists(client: httpx.Client) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers={"Accept": "text/html,*/*;q=0.1"})
        assert answer.status_code == 200, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in page(client, path).links:
            bare = link.partition("#")[0]
            if bare.startswith("/") and "lang=" not in bare and bare not in seen:
                seen.add(bare)
                waiting.append(bare)
    assert {
        "/def/",
        "/def/City",
        "/graph/register",
        "/doc/person/anna-prova",
        "/doc/city/fr-%C3%A9cole",
    } <= seen
    assert len(seen) > 100


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/doc/network/rivers",
        "/doc/network/rivers?at=2020-11-02",
        "/doc/city/",
        "/doc/membership/?at=2020-11-02",
        "/def/",
        "/def/role",
        "/sparql",
        "/queries",
        "/queries/statements?city=de-monach",
        "/conflicts",
        "/analysis",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("language", ["en", "it"])
def test_pages_are_built_for_everyone(small: httpx.Client, path: str, language: str) -> None:
    parsed = page(small, path, language)
    assert len(parsed.all("h1")) == len(parsed.all("main")) == 1
    assert parsed.links[0] == "#content"  # the way past the navigation comes first
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert all("scope" in cell for cell in parsed.all("th"))
    labelled = {label["for"] for label in parsed.all("label")}
    fields = [f for f in parsed.all("input") if f["type"] != "hidden"] + parsed.all("textarea") + parsed.all("select")
    assert {f.get("id") for f in fields} <= labelled
    assert all({"aria-label", "aria-labelledby"} & nav.keys() for nav in parsed.all("nav"))
    names = [a["id"] for _, a in parsed.elements if "id" in a]
    assert len(names) == len(set(names))
    assert path == "/sparql" or parsed.all("script") == []  # only the editor has any
    assert not any(name.startswith("on") or name == "style" for _, a in parsed.elements for name in a)
    loaded = [a["href"] or "" for a in parsed.all("link") if a.get("rel") in ("stylesheet", "icon")]
    assert loaded
    assert all(link.startswith("/static/") for link in loaded)


HOSTILE_PAGES = [
    "/doc/city/evil",
    "/doc/government/evil",
    "/doc/city/",
    "/graph/hostile",
    "/graph/",
    "/def/",
    "/doc/city/line",
]


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("path", [*HOSTILE_PAGES, "/doc/city/it's'onfocus='alert(1)", "/<script>alert(1)</script>"])
def test_what_data_and_addresses_say_never_becomes_markup(hostile: httpx.Client, path: str, language: str) -> None:
    parsed = page(hostile, path, language)
    assert parsed.all("script") == parsed.all("img") == parsed.all("b") == parsed.all("i") == parsed.all("u") == []
    assert not any(name.startswith("on") for _, attributes in parsed.elements for name in attributes)
    assert all(link.startswith(SAFE_SCHEMES) for link in parsed.links)


def test_hostile_text_is_shown_as_it_is(hostile: httpx.Client) -> None:
    text = page(hostile, "/doc/city/evil").text
    for piece in (
        "<script>alert('label')</script>",
        "<b>value</b>",
        "javascript:alert('homepage')",
        "{{ 7*7 }} {% raw %}",
    ):
        assert piece in text
    assert "<script>alert('date')</script>" in text


def test_a_document_that_xml_cannot_hold_is_not_offered_as_xml(hostile: httpx.Client) -> None:
    answer = hostile.get("/doc/city/line.rdf")
    assert answer.status_code == 406
    assert "application/rdf+xml" not in {offer["type"] for offer in answer.json()["available"]}
    assert hostile.get("/doc/city/evil.rdf").status_code == 406  # a property whose name is no XML name
    assert hostile.get("/doc/city/line.ttl").status_code == 200


def test_the_codes_of_a_government_are_told_on_its_own_page(real: httpx.Client) -> None:
    assert "S12000049" in page(real, "/doc/government/gb-glasgow").text
    assert "S12000049" not in page(real, "/doc/city/gb-glasgow").text
