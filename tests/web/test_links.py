"""A crawl from the first page: every link of ours leads somewhere, and every fragment is on its page."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import httpx

from web.chain import fixtures

made, client = fixtures(3)

HTML = {"accept": "text/html"}


class _Page(HTMLParser):
    """The links of a page, and the places on it that a fragment may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("a", "link") and (link := named.get("href")):
            self.links.append(link)
        if anchor := named.get("id"):
            self.anchors.add(anchor)


def crawl(client: httpx.Client) -> Iterator[str]:
    """Yield every link that leads nowhere. Pages are read in one language, and of answers only that they are there."""
    root = str(client.base_url)
    waiting, pages, fragments = [(root, "")], dict[str, _Page | None](), list[tuple[str, str, str]]()
    for link, page in waiting:  # grows as it is read
        address, fragment = urldefrag(link)
        if fragment:
            fragments.append((address, fragment, page))
        if address in pages:
            continue
        pages[address] = None
        with client.stream("GET", address, headers=HTML, follow_redirects=True) as answer:
            if answer.status_code != 200:
                yield f"{answer.status_code} {address} ← {page}"
            elif answer.headers["content-type"].startswith("text/html"):
                answer.read()
                pages[address] = found = _Page(answer.text)
                waiting += [(a, address) for a in (urljoin(address, x) for x in found.links) if _followed(a, root)]
    for address, fragment, page in dict.fromkeys(fragments):
        if (there := pages[address]) and fragment not in there.anchors:
            yield f"no #{fragment} in {address} ← {page}"


def _followed(address: str, root: str) -> bool:
    given = parse_qs(urlsplit(address).query)
    return address.startswith(root) and not {"lang", "query"} & given.keys()


def test_no_link_of_the_real_data_is_dead(real: httpx.Client) -> None:
    assert list(crawl(real)) == []


def test_no_link_between_releases_is_dead(client: httpx.Client) -> None:
    assert list(crawl(client)) == []
