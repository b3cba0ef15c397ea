"""What crawlers are told: which addresses to leave alone (RFC 9309), and the list of the documents (sitemaps.org)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from interurban.messages import LANGUAGES
from interurban.web.model.catalog import CATALOG
from interurban.web.model.site import Site

# What sitemaps.org allows in one file.
MOST_ADDRESSES = 50_000
MOST_BYTES = 50_000_000
# Patterns of RFC 9309; the longest that fits an address counts. A question in another language is still the question.
_OPEN = tuple(f"/queries/*?lang={language}$" for language in LANGUAGES)
_CLOSED = (
    "/sparql",
    "/queries/*?",
    "/analysis/*?",
    "/graph?",
    "/*?at=",
    "/*&at=",
    "/releases/*/",
    "/timegate/",
    "/timemap/",
)
_ROOMS = ("/doc/", "/graph/", "/def/", "/queries/")  # where things have their documents
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_SET = f'<urlset xmlns="{_SITEMAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'.encode()
_INDEX = f'<sitemapindex xmlns="{_SITEMAPS}">\n'.encode()


@dataclass(frozen=True)
class SitemapEntry:
    """A document in the sitemap: its absolute address, and the instant at which it last changed."""

    address: str
    changed: str

    def xml(self) -> bytes:
        """Return it with the addresses of its languages."""
        languages = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(f"{self.address}?lang={language}")}/>'
            for language in LANGUAGES
        )
        told = f"<loc>{escape(self.address)}</loc><lastmod>{self.changed}</lastmod>{languages}"
        return f"<url>{told}</url>\n".encode()


def robots(site: Site) -> str:
    """Return the rules for crawlers, and where the list of the documents is."""
    rules = [*(f"Allow: {path}" for path in _OPEN), *(f"Disallow: {path}" for path in _CLOSED)]
    return "\n".join(["User-agent: *", *rules, "", f"Sitemap: {site.base.iri}sitemap.xml", ""])


def divided(entries: Iterable[bytes], addresses: int = MOST_ADDRESSES, size: int = MOST_BYTES) -> list[list[bytes]]:
    """Return entries in as many parts as sitemaps have to be. addresses, size (bytes): what one of them may hold."""
    parts: list[list[bytes]] = [[]]
    room = size - len(_HEAD + _SET + b"</urlset>\n")
    free = room
    for entry in entries:
        if len(parts[-1]) == addresses or len(entry) > free:
            parts.append([])
            free = room
        parts[-1].append(entry)
        free -= len(entry)
    return parts


def entries(site: Site, pages: Iterable[str]) -> Iterator[SitemapEntry]:
    """Yield every document that is meant to be read: pages without parameters, lists, things, questions, datasets.

    pages: paths that stand for one page each. A thing last changed when its statements did; what is no thing of its
    own, when the release was published.
    """
    published = site.release.published
    paths = dict.fromkeys(pages, published)
    paths |= dict.fromkeys(site.vocabulary.lists, published)
    paths |= dict.fromkeys((f"/queries/{name}" for name in site.questions), published)
    files = site.release.manifest["files"]
    if CATALOG not in files:
        paths.pop("/catalog", None)
    dumps = (path.split("/") for path in files if path.startswith("dumps/"))
    paths |= dict.fromkeys((f"/dataset/{path[1]}" for path in dumps), published)
    gone = {node.value for node in (*site.erased, *site.moved)}
    for iri, (_, changed) in site.moments.items():
        address = None if iri in gone else site.address(iri)
        if address is not None and "#" not in address and address.startswith(_ROOMS):
            paths[address] = changed
    for path, changed in sorted(paths.items()):
        if not _closed(path):
            yield SitemapEntry(site.base.iri + path[1:], changed)


def _closed(path: str) -> bool:
    """Return whether crawlers are told to leave a path alone that has no query."""
    return any(re.match(re.escape(rule).replace(r"\*", ".*"), path) for rule in _CLOSED)


def urlset(part: Iterable[bytes]) -> bytes:
    """Return a sitemap of these entries."""
    return _HEAD + _SET + b"".join(part) + b"</urlset>\n"


def index(site: Site, parts: int) -> bytes:
    """Return the index of a sitemap in so many parts."""
    addresses = (f"{site.base.iri}sitemap-{number}.xml" for number in range(1, parts + 1))
    changed = f"<lastmod>{site.release.published}</lastmod>"
    told = "".join(f"<sitemap><loc>{escape(address)}</loc>{changed}</sitemap>\n" for address in addresses)
    return _HEAD + _INDEX + told.encode() + b"</sitemapindex>\n"
