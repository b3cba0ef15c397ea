"""Answers that take a while to make: in a thread, one at a time, so that this process goes on answering others."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from interurban.rdf.formats import Format
from interurban.web.kept import Content
from interurban.web.pages import Reader
from interurban.web.representation import Body, Resource, choose, finished, tagged, unchanged
from interurban.web.site import Site

Make = Callable[[Format | None, Reader], Body]


class Apart:
    """Where the answers of one application are made that others must not wait for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.turn = asyncio.Lock()

    async def respond(
        self,
        request: Request,
        resource: Resource,
        extension: str | None,
        make: Make,
        more: Mapping[str, str] | None = None,
    ) -> Response:
        """Do as `representation.respond` does, with the body made in a thread.

        more: headers that only the representations in RDF have.
        """
        choice = choose(request, resource, extension)
        told = choice.headers | dict(more or {}) if choice.form else choice.headers
        reader = Reader.of(request, resource.day)
        return await self.conditional(request, choice.seen, choice.media_type, told, lambda: make(choice.form, reader))

    async def conditional(
        self, request: Request, seen: list[str], media_type: str, headers: dict[str, str], make: Callable[[], Body]
    ) -> Response:
        """Do as `representation.conditional` does, with the body made in a thread."""
        headers = tagged(self.site, seen, headers)
        if same := unchanged(request, headers):
            return same
        key = headers["etag"]
        kept = self.site.kept.get(key)
        if not kept:
            async with self.turn:
                kept = self.site.kept.get(key)  # somebody may have made it in the meantime
                if not kept:
                    body = await asyncio.to_thread(make)
                    kept = Content(body.content, body.headers)
                    self.site.kept.put(key, kept)
        return finished(Body(kept.content, dict(kept.headers)), media_type, headers)
