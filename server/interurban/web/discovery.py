"""What machines look for on a website: /robots.txt, /sitemap.xml, /.well-known/void, /context.jsonld.

They are told of documents that are meant to be read, and kept away from what is only an answer to a question.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import PREFIXES
from interurban.messages import LANGUAGES, say
from interurban.rdf.formats import BY_EXTENSION, Format
from interurban.release.changes import moments
from interurban.web import void
from interurban.web.openapi import route
from interurban.web.pages import Reader
from interurban.web.problems import NotFoundError
from interurban.web.representation import HTML, MEDIA_TYPES, Apart, Body, Resource, conditional, respond
from interurban.web.serialization import serialize
from interurban.web.site import Site

# What sitemaps.org allows in one file.
MOST_ADDRESSES = 50_000
MOST_BYTES = 50_000_000
_XML = "application/xml"
_CONTEXT = BY_EXTENSION["jsonld"].media_type
_DATA = [media_type for extension, media_type in MEDIA_TYPES.items() if extension != "html"]
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
class Entry:
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


def router(site: Site, apart: Apart) -> APIRouter:
    """Return the routes of what machines look for."""
    routes = APIRouter()

    @routes.get("/robots.txt", **route("What crawlers should leave alone", "text/plain"))
    async def robots(request: Request) -> Response:
        """Tell crawlers what is no document, and where the list of the documents is."""
        rules = [*(f"Allow: {path}" for path in _OPEN), *(f"Disallow: {path}" for path in _CLOSED)]
        lines = ["User-agent: *", *rules, "", f"Sitemap: {site.base.iri}sitemap.xml", ""]
        return conditional(site, request, ["robots"], "text/plain", {}, lambda: Body("\n".join(lines).encode()))

    @routes.get("/sitemap.xml", **route("The sitemap, or the index of its parts", _XML))
    async def sitemap(request: Request) -> Response:
        """List every document that is meant to be read, with the instant at which it last changed."""

        def make() -> Body:
            parts = divided(entry.xml() for entry in entries(site, request))
            return Body(_written(parts[0]) if len(parts) == 1 else _index(site, len(parts)))

        return await apart.conditional(request, ["sitemap"], _XML, {}, make)

    @routes.get("/sitemap-{number}.xml", **route("A part of the sitemap", _XML))
    async def part_of_sitemap(request: Request, number: str) -> Response:
        """List a part of the documents, where they are too many for one sitemap."""

        def make() -> Body:
            parts = divided(entry.xml() for entry in entries(site, request))
            if len(parts) == 1 or number not in map(str, range(1, len(parts) + 1)):
                raise NotFoundError(say("web-no-page"))
            return Body(_written(parts[int(number) - 1]))

        return await apart.conditional(request, ["sitemap", number], _XML, {}, make)

    @routes.get("/context.jsonld", **route("The context", _CONTEXT))
    async def context(request: Request) -> Response:
        """Answer with the short names that JSON-LD documents use, all of them."""

        def make() -> Body:
            names: dict[str, object] = {term.name: term.definition() for term in site.vocabulary.terms.values()}
            whole = {"@context": dict(sorted((names | PREFIXES).items()))}
            return Body((json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())

        return conditional(site, request, ["context"], _CONTEXT, {}, make)

    @routes.get(void.PATH, **route("The description of the dataset", *_DATA))
    async def description(request: Request) -> Response:
        """Say what the dataset holds, in VoID."""
        return describe(request, None)

    @routes.get(void.PATH + ".{extension}", **route("The description of the dataset", *_DATA))
    async def description_as(request: Request, extension: str) -> Response:
        """Say the same in one format."""
        if MEDIA_TYPES.get(extension) not in _DATA:
            raise NotFoundError(say("web-no-page"))
        return describe(request, extension)

    def describe(request: Request, extension: str | None) -> Response:
        if not void.there(site):
            raise NotFoundError(say("web-no-page"))
        resource = Resource(void.PATH, page=False)

        def make(form: Format | None, _reader: Reader) -> Body:
            return Body(serialize(site.vocabulary, void.describe(site), form or BY_EXTENSION["ttl"]))

        return respond(site, request, resource, extension, make)

    return routes


def entries(site: Site, request: Request) -> Iterator[Entry]:
    """Yield every document that is meant to be read: pages without parameters, lists, things, questions, datasets.

    A thing last changed when its statements did; what is no thing of its own, when the release was published.
    """
    published = site.release.published
    paths = dict.fromkeys(_pages(request), published)
    paths |= dict.fromkeys(site.vocabulary.lists, published)
    paths |= dict.fromkeys((f"/queries/{name}" for name in site.questions), published)
    files = site.release.manifest["files"]
    if void.CATALOGUE not in files:
        paths.pop("/catalog", None)
    dumps = (path.split("/") for path in files if path.startswith("dumps/"))
    paths |= dict.fromkeys((f"/dataset/{path[1]}" for path in dumps), published)
    gone = {node.value for node in site.erased}
    for iri, (_, changed) in moments(site.release).items():
        address = None if iri in gone else site.address(iri)
        if address is not None and "#" not in address and address.startswith(_ROOMS):
            paths[address] = changed
    for path, changed in sorted(paths.items()):
        if not _closed(path):
            yield Entry(site.base.iri + path[1:], changed)


def _pages(request: Request) -> Iterator[str]:
    """Yield the paths of this application that stand for one page."""
    described = get_openapi(title="", version="", routes=request.app.routes)["paths"]
    for path, operations in described.items():
        answers = operations.get("get", {}).get("responses", {}).get("200", {})
        if "{" not in path and HTML in answers.get("content", {}):
            yield path


def _closed(path: str) -> bool:
    """Return whether crawlers are told to leave a path alone that has no query."""
    return any(re.match(re.escape(rule).replace(r"\*", ".*"), path) for rule in _CLOSED)


def _written(part: Iterable[bytes]) -> bytes:
    return _HEAD + _SET + b"".join(part) + b"</urlset>\n"


def _index(site: Site, parts: int) -> bytes:
    addresses = (f"{site.base.iri}sitemap-{number}.xml" for number in range(1, parts + 1))
    changed = f"<lastmod>{site.release.published}</lastmod>"
    told = "".join(f"<sitemap><loc>{escape(address)}</loc>{changed}</sitemap>\n" for address in addresses)
    return _HEAD + _INDEX + told.encode() + b"</sitemapindex>\n"
