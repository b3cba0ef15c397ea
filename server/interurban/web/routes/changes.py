"""/changes: every version of every entity as an event stream (Linked Data Event Streams), a page at an address."""

from dataclasses import dataclass

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.http.conditional import respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import DOCUMENT, routed
from interurban.web.http.reader import Reader
from interurban.web.http.representation import EXTENSIONS, Resource
from interurban.web.model.cache import Representation
from interurban.web.model.event_stream import EventStream, Fragment
from interurban.web.model.history import History
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.pages.literals import date_text
from interurban.web.pages.names import Names
from interurban.web.pages.templates import Templates

PATH = "/changes"
# A page stays as it is; a week, and not a year, because what is erased from a release is to go from caches as well.
_IMMUTABLE = {"cache-control": "public, max-age=604800, immutable"}


def router(site: Site, history: History, templates: Templates) -> APIRouter:
    """Return the routes of the stream. templates: of the current release."""
    endpoints = _Endpoints(site, history, templates, EventStream(history))
    return routed(
        (PATH, endpoints.changes, DOCUMENT),
        (PATH + ".{extension}", endpoints.changes_as, DOCUMENT),
        (PATH + "/{version}/{number}", endpoints.turn, DOCUMENT),
        (PATH + "/{version}/snapshot/{number}", endpoints.snapshot, DOCUMENT),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    history: History
    templates: Templates
    stream: EventStream

    async def changes(self, request: Request) -> Response:
        """Answer with the description of the stream and the way to its pages."""
        return await self._root(request, None)

    async def changes_as(self, request: Request, extension: str) -> Response:
        """Answer with the same in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return await self._root(request, extension)

    async def turn(self, request: Request, version: str, number: str) -> Response:
        """Answer with a page of what a release changed."""
        return await self._fragment(request, f"{PATH}/{version}/{number}")

    async def snapshot(self, request: Request, version: str, number: str) -> Response:
        """Answer with a page of all entities of the oldest release that is served."""
        return await self._fragment(request, f"{PATH}/{version}/snapshot/{number}")

    async def _root(self, request: Request, extension: str | None) -> Response:
        resource, sites = Resource(PATH), self.history.sites

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                return Representation(serialize(sites[0].vocabulary, self.stream.root(), form))
            rows = [
                (site, date_text(site.release.published, reader.language), self.stream.sizes(site))
                for site in reversed(sites)
            ]
            return Representation(self.templates.html("changes.html", reader, formats=resource.links(), rows=rows))

        return await respond(self.site, request, resource, extension, render)

    async def _fragment(self, request: Request, path: str) -> Response:
        stem, _, extension = path.rpartition(".")
        path, wanted = (stem, extension) if extension in EXTENSIONS else (path, None)
        known = self.history.find(path.split("/")[2])
        if known is None or (part := self.stream.fragments.get(path)) is None:
            raise NotFoundError(say("web-no-fragment"))
        resource = Resource(path)

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                return Representation(serialize(self.history.sites[0].vocabulary, self.stream.page(part), form))
            return Representation(_page(self.stream, part, self.templates, reader, resource))

        return await respond(self.site, request, resource, wanted, render, _IMMUTABLE)


def _page(stream: EventStream, part: Fragment, templates: Templates, reader: Reader, resource: Resource) -> bytes:
    before = stream.history.before(part.site)
    now = Names(part.site, reader.language)
    then = Names(before, reader.language) if before else now
    rows = [
        (
            (then if event.kind == "deleted" else now).value(ox.NamedNode(event.iri)),
            event.kind,
            date_text(event.published, reader.language),
        )
        for event in part.events
    ]
    return templates.html(
        "changes-page.html", reader, formats=resource.links(), rows=rows, served=part.site, path=part.path
    )
