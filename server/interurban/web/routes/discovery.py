"""What machines look for on a website: /robots.txt, /sitemap.xml, /.well-known/void, /context.jsonld.

They are told of documents that are meant to be read, and kept away from what is only an answer to a question.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import PREFIXES
from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION, Format
from interurban.web.http.conditional import conditional, respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import operation, routed
from interurban.web.http.reader import Reader
from interurban.web.http.representation import HTML, MEDIA_TYPES, Resource
from interurban.web.model import void
from interurban.web.model.cache import Representation
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.model.sitemap import count, entries, index, robots, urlset

_XML = "application/xml"
_CONTEXT = BY_EXTENSION["jsonld"].media_type
_DATA = [media_type for extension, media_type in MEDIA_TYPES.items() if extension != "html"]
_DESCRIPTION = operation("The description of the dataset", *_DATA)


def router(site: Site) -> APIRouter:
    """Return the routes of what machines look for."""
    endpoints = _Endpoints(site)
    return routed(
        ("/robots.txt", endpoints.robots, operation("What crawlers should leave alone", "text/plain")),
        ("/sitemap.xml", endpoints.sitemap, operation("The sitemap, or the index of its parts", _XML)),
        ("/sitemap-{number}.xml", endpoints.part_of_sitemap, operation("A part of the sitemap", _XML)),
        ("/context.jsonld", endpoints.context, operation("The context", _CONTEXT)),
        (void.PATH, endpoints.description, _DESCRIPTION),
        (void.PATH + ".{extension}", endpoints.description_as, _DESCRIPTION),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def robots(self, request: Request) -> Response:
        """Tell crawlers what is no document, and where the list of the documents is."""
        content = robots(self.site).encode()
        return await conditional(self.site, request, ["robots"], "text/plain", {}, lambda: Representation(content))

    async def sitemap(self, request: Request) -> Response:
        """List every document that is meant to be read, with the instant at which it last changed."""

        def render() -> Representation:
            parts = count(self.site)
            return self._part(request, 1) if parts == 1 else Representation(index(self.site, parts))

        return await conditional(self.site, request, ["sitemap"], _XML, {}, render)

    async def part_of_sitemap(self, request: Request, number: str) -> Response:
        """List a part of the documents, where they are too many for one sitemap."""

        def render() -> Representation:
            parts = count(self.site)
            if parts == 1 or number not in map(str, range(1, parts + 1)):
                raise NotFoundError(say("web-no-page"))
            return self._part(request, int(number))

        return await conditional(self.site, request, ["sitemap", number], _XML, {}, render)

    async def context(self, request: Request) -> Response:
        """Answer with the short names that JSON-LD documents use, all of them."""

        def render() -> Representation:
            every = self.site.vocabulary.terms.values()
            names: dict[str, object] = {name: told for term in every for name, told in term.in_context.items()}
            whole = {"@context": dict(sorted((PREFIXES | names).items()))}
            return Representation((json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())

        return await conditional(self.site, request, ["context"], _CONTEXT, {}, render)

    async def description(self, request: Request) -> Response:
        """Say what the dataset holds, in VoID."""
        return await self._describe(request, None)

    async def description_as(self, request: Request, extension: str) -> Response:
        """Say the same in one format."""
        if MEDIA_TYPES.get(extension) not in _DATA:
            raise NotFoundError(say("web-no-page"))
        return await self._describe(request, extension)

    def _part(self, request: Request, number: int) -> Representation:
        return Representation(urlset(entries(self.site, _pages(request), number)))

    async def _describe(self, request: Request, extension: str | None) -> Response:
        site = self.site
        if not void.is_described(site):
            raise NotFoundError(say("web-no-page"))
        resource = Resource(void.PATH, page=False)

        def render(form: Format | None, _reader: Reader) -> Representation:
            return Representation(serialize(site.vocabulary, void.describe(site), form or BY_EXTENSION["ttl"]))

        return await respond(site, request, resource, extension, render)


def _pages(request: Request) -> Iterator[str]:
    """Yield the paths of this application that stand for one page."""
    described = get_openapi(title="", version="", routes=request.app.routes)["paths"]
    for path, operations in described.items():
        answers = operations.get("get", {}).get("responses", {}).get("200", {})
        if "{" not in path and HTML in answers.get("content", {}):
            yield path
