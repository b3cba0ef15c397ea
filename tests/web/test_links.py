"""A crawl from the first page: every link of ours leads somewhere, every fragment is there, and no page is alone."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import httpx

from web.chain import fixtures
from web.looking import sitemap

made, client = fixtures(3)

HTML = {"accept": "text/html"}
_SITEMAP = "/sitemap.xml"
# So many documents of a kind are read, chosen without regard to their names; that the others are linked is seen.
_OF_A_KIND = 8
_ONE_OF = 40  # of addresses that only choose
_OTHER = re.compile(r"/releases/\w+/.+\.\w+(?:\?|$)")  # another format of what was in a release; all are written alike


class _Page(HTMLParser):
    """The links of a page, those of them that a reader sees, and the places on it that a fragment may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.seen: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("a", "link") and (link := named.get("href")):
            self.links.append(link)
            self.seen += [link] if tag == "a" else []
        if anchor := named.get("id"):
            self.anchors.add(anchor)


def crawl(client: httpx.Client, pages: dict[str, _Page | None]) -> Iterator[str]:
    """Yield every link that leads nowhere, and fill `pages`: address -> page, None for what is none.

    Pages are read in one language, and of answers only that they are there.
    """
    root = str(client.base_url)
    left = unread(listed(client))
    waiting, fragments = [(root, "")], list[tuple[str, str, str]]()
    for link, page in waiting:  # grows as it is read
        address, fragment = urldefrag(link)
        if fragment:
            fragments.append((address, fragment, page))
        if address in pages or _thing(address.removeprefix(root)) in left:
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
        if (there := pages.get(address)) and fragment not in there.anchors:
            yield f"no #{fragment} in {address} ← {page}"


def listed(client: httpx.Client) -> set[str]:
    """Return the paths of the sitemap."""
    root = str(client.base_url)
    return {f"/{address.removeprefix(root)}" for address in sitemap(client)}


def unread(paths: set[str]) -> set[str]:
    """Return the things whose documents are too many of a kind to be read."""
    kinds = defaultdict(list)
    for path in paths:
        if path.startswith("/doc/") and not path.endswith("/"):
            kinds[path.split("/")[2]].append(_thing(path[1:]))
    return {thing for like in kinds.values() for thing in sorted(like, key=_by_chance)[_OF_A_KIND:]}


def _thing(path: str) -> str:
    """Return what the path of a thing, or of its document in a release or a format, is about: city/it-modena."""
    return re.sub(r"^(?:releases/[0-9a-f]+/)?(?:id/|doc/)?|\.(?:html|ttl|jsonld|nt|rdf|trig)(?:\?.*)?$|\?.*$", "", path)


def _by_chance(text: str) -> int:
    return zlib.crc32(text.encode())


def _followed(address: str, root: str) -> bool:
    given = parse_qs(urlsplit(address).query)
    if not address.startswith(root) or {"lang", "query", "sort", "of"} & given.keys():
        return False
    if _OTHER.search(address) and _by_chance(address) % _ONE_OF:
        return False
    # what can be chosen in lists is as much as there are things
    return given.keys() <= {"page", "at"} or _by_chance(address) % _ONE_OF == 0


def reached(root: str, pages: dict[str, _Page | None]) -> set[str]:
    """Return the paths that a reader comes to from the first page, by links that can be seen."""
    waiting, found = [root], {root}
    for address in waiting:  # grows as it is read
        page = pages.get(address)
        links = [urldefrag(urljoin(address, link))[0] for link in page.seen] if page else []
        new = {link for link in links if _followed(link, root)} - found
        found |= new
        waiting += new
    return {f"/{address.removeprefix(root)}" for address in found}


def unreached(client: httpx.Client, pages: dict[str, _Page | None]) -> set[str]:
    """Return what there is and no reader comes to: documents of the sitemap, and kinds of addresses that are pages."""
    lone = listed(client)
    assert len(lone) > 20
    here = reached(str(client.base_url), pages)
    lone -= here
    routes = client.get("/openapi.json").json()["paths"].items()
    kinds = {path for path, known in routes if _answers(known, "text/html")} | {p for p, _ in routes if "{" not in p}
    moved = {path for path, known in routes if "200" not in known["get"]["responses"]}
    patterns = {kind: re.sub(r"\\\{.+?\\\}", "[^/]+", re.escape(kind)) for kind in kinds - moved}
    return lone | {kind for kind, like in patterns.items() if not any(re.fullmatch(like, p) for p in here)}


def _answers(known: dict[str, dict[str, Any]], media_type: str) -> bool:
    return media_type in known.get("get", {}).get("responses", {}).get("200", {}).get("content", {})


# What programs find by names that all sites have, or by links in heads and scripts.
_FOR_PROGRAMS = {"/robots.txt", _SITEMAP, "/.well-known/void", "/health", "/ready", "/graph", "/sparql/editor.json"}
# Where the reconciliation service is, which the guide and the catalogue say, and what it leads its clients to.
_FOR_PROGRAMS |= {"/opensearch.xml", "/suggest", "/search.json", "/explore/shapes.ttl"}
_OF_EVERY_PAGE = {"/search", "/cite"}  # by the form in its head, and by the link at its foot
_FOR_PROGRAMS |= {"/reconcile"} | {
    f"/reconcile/{what}"
    for what in (
        "preview",
        "properties",
        *(f"{how}/{of}" for how in ("suggest", "flyout") for of in ("entity", "type", "property")),
    )
}


def test_no_link_of_the_real_data_is_dead_and_no_page_alone(real: httpx.Client) -> None:
    pages: dict[str, _Page | None] = {}
    assert list(crawl(real, pages)) == []
    # after one release there is nothing to compare, and no change
    assert unreached(real, pages) == _FOR_PROGRAMS | _OF_EVERY_PAGE | {
        "/releases/{a}/diff/{b}",
        "/changes/{version}/{number}",
    }


def test_no_link_between_releases_is_dead_and_no_page_alone(client: httpx.Client) -> None:
    pages: dict[str, _Page | None] = {}
    assert list(crawl(client, pages)) == []
    # that world has neither a catalogue nor questions, and nothing that should be found elsewhere
    lacking = {"/catalog", "/catalog.{extension}", "/dataset/{slug}", "/queries/{name}"}
    lacking |= {"/links.sssom.tsv", "/unresolved/{country}", "/country/", "/country/{code}"}
    lacking |= {"/compare", "/compare/{one}/{other}"}
    assert unreached(client, pages) == _FOR_PROGRAMS | _OF_EVERY_PAGE | lacking
