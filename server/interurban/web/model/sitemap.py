"""What crawlers are told: which addresses to leave alone (RFC 9309), and the list of the documents (sitemaps.org)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from interurban.messages import LANGUAGES
from interurban.web.model.catalog import CATALOG
from interurban.web.model.site import Site

PART = 5_000  # entities; sitemaps.org allows 50,000 addresses in a file, and 50 MB
# Patterns of RFC 9309; the longest that fits an address counts. A question in another language is still the question.
_OPEN = tuple(f"/queries/*?lang={language}$" for language in LANGUAGES)
_CLOSED = (
    "/sparql",
    "/cite",
    "/doc/*sort=",
    "/queries/*?",
    "/analysis/*?",
    "/search",
    "/suggest",
    "/graph?",
    "/*?at=",
    "/*&at=",
    "/releases/*/",
    "/timegate/",
    "/reconcile",
    "/id?",
    "/timemap/",
)
_CLOSED_PATHS = re.compile("|".join(re.escape(rule).replace(r"\*", ".*") for rule in _CLOSED))  # without a query
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


def count(site: Site) -> int:
    """Return in how many parts the sitemap is: one, unless there are many entities."""
    return max(1, -(-len(site.moments) // PART))


def entries(site: Site, pages: Iterable[str], number: int = 1) -> Iterator[SitemapEntry]:
    """Yield the documents of one part that are meant to be read: pages without parameters, lists, things, questions,
    datasets.

    pages: paths that stand for one page each. A thing last changed when its statements did; what is no thing of its
    own, when the release was published.
    """
    first = _beginnings(site, pages)
    paths = first if number == 1 else {}
    gone = {node.value for node in (*site.erased, *site.moved)}
    for iri, (_, changed) in islice(site.moments.items(), (number - 1) * PART, number * PART):
        address = None if iri in gone else site.address(iri)
        if address is None or "#" in address or not address.startswith(_ROOMS):
            continue
        if number == 1 or address not in first:
            paths[address] = changed
    for path, changed in sorted(paths.items()):
        if not _CLOSED_PATHS.match(path):
            yield SitemapEntry(site.base.iri + path[1:], changed)


def _beginnings(site: Site, pages: Iterable[str]) -> dict[str, str]:
    """Return what stands in the first part, each path with the instant at which it changed."""
    files = site.release.manifest["files"]
    dumps = (path.split("/") for path in files if path.startswith("dumps/"))
    questions = (f"/queries/{name}" for name in site.questions)
    datasets = (f"/dataset/{path[1]}" for path in dumps)
    paths = dict.fromkeys((*pages, *site.vocabulary.lists, *questions, *datasets), site.release.published)
    if CATALOG not in files:
        paths.pop("/catalog", None)
    if not site.pages.parts:
        paths.pop("/compare", None)
    for path in paths:  # some of them are things as well
        if (node := site.named(path)) and (both := site.moments.get(node.value)):
            paths[path] = both[1]
    return paths


def urlset(part: Iterable[SitemapEntry]) -> bytes:
    """Return a sitemap of these entries."""
    return _HEAD + _SET + b"".join(entry.xml() for entry in part) + b"</urlset>\n"


def index(site: Site, parts: int) -> bytes:
    """Return the index of a sitemap in so many parts."""
    addresses = (f"{site.base.iri}sitemap-{number}.xml" for number in range(1, parts + 1))
    changed = f"<lastmod>{site.release.published}</lastmod>"
    told = "".join(f"<sitemap><loc>{escape(address)}</loc>{changed}</sitemap>\n" for address in addresses)
    return _HEAD + _INDEX + told.encode() + b"</sitemapindex>\n"
