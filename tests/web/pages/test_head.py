"""What the head of a page says to search engines and to those who share it: which page it is, in which languages."""

from html.parser import HTMLParser

import httpx
import pytest

from web.looking import TRAP
from web.world import World

LOCALES = {"en": "en_GB", "it": "it_IT"}


class Head(HTMLParser):
    """The links and the descriptions in the head of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.told: dict[str, str] = {}
        self.title = ""
        self.feed(page.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "link":
            self.links.append(named)
        elif tag == "meta" and (name := named.get("name") or named.get("property")):
            assert name not in self.told, name
            self.told[name] = named["content"] or ""

    def handle_data(self, data: str) -> None:
        self.title += data if self.lasttag == "title" else ""

    @property
    def canonical(self) -> str:
        (found,) = [link["href"] for link in self.links if link["rel"] == "canonical"]
        return found or ""

    @property
    def languages(self) -> dict[str, str]:
        return {str(link["hreflang"]): link["href"] or "" for link in self.links if "hreflang" in link}


def head(client: httpx.Client, address: str, language: str = "en") -> Head:
    answer = client.get(address, headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200, address
    return Head(answer.text)


PAGES = ("", "doc/city/it-modena", "doc/network/", "dataset/cities", "catalog", "queries", "queries/networks", "def/",
         "graph/modena-networks", "sparql", "conflicts", "analysis", "releases", "changes")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_where_it_is_in_which_language(real: httpx.Client, path: str) -> None:
    base = str(real.base_url)
    first = head(real, f"/{path}")
    assert first.canonical == base + path
    assert first.languages == {
        "en": f"{base}{path}?lang=en",
        "it": f"{base}{path}?lang=it",
        "x-default": base + path,
    }
    told = {}
    for language in ("en", "it"):
        for page in (head(real, f"/{path}", language), head(real, first.languages[language], "de")):
            assert page.languages == first.languages
            assert page.told["og:url"] == page.canonical
            assert page.told["og:locale"] == LOCALES[language]
            assert page.told["og:title"] in page.title
            assert page.told["og:description"] == page.told["description"]
            assert len(page.told["description"]) > 40
            assert (page.told["og:type"], page.told["og:site_name"]) == ("website", "Interurban")
            told[language] = page.told["description"]
        assert page.canonical == first.languages[language]
    assert told["en"] != told["it"]


def test_a_page_is_described_by_what_it_is_about(real: httpx.Client) -> None:
    source = real.get("/graph/modena-networks.jsonld").json()
    text = next(part for part in _texts(source) if part.startswith("A page of the municipality of Modena"))
    assert head(real, "/graph/modena-networks").told["description"] == text
    assert head(real, "/doc/city/it-modena", "it").told["description"].startswith("Modena: Partecipa a 16 reti, ")


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for part in parts for text in _texts(part)]


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ("doc/city/it-modena.html", "doc/city/it-modena"),
        ("doc/city/it-modena?at=2019-04-01", "doc/city/it-modena"),
        ("queries/network-committee?network=eurocities&date=2024-05-29", "queries/network-committee"),
        ("sparql?show=ASK+%7B%7D", "sparql"),
        ("def/?page=1", "def/?page=1"),
    ],
)
def test_what_shows_the_same_has_one_address(real: httpx.Client, asked: str, counts: str) -> None:
    assert head(real, f"/{asked}").canonical == str(real.base_url) + counts


def test_the_past_leads_to_today(told: tuple[httpx.Client, World]) -> None:
    client, world = told
    version = client.get("/health").json()["release"]
    assert head(client, f"/releases/{version}/doc/city/it-fonte").canonical == f"{world.base}doc/city/it-fonte"


def test_what_is_not_there_is_not_to_be_found(real: httpx.Client) -> None:
    answer = real.get("/doc/city/nowhere", headers={"accept": "text/html"})
    found = Head(answer.text)
    assert (answer.status_code, found.told["robots"]) == (404, "noindex")
    assert not [link for link in found.links if link["rel"] == "canonical" or "hreflang" in link]


def test_no_text_gets_out_of_the_head(told: tuple[httpx.Client, World]) -> None:
    client, _ = told
    page = head(client, "/doc/city/trap")
    assert page.told["og:title"] == TRAP
    assert page.told["description"].startswith(TRAP)
