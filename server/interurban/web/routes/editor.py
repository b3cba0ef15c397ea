"""/sparql/editor.json: what the SPARQL editor knows of this release."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.web.http.conditional import conditional
from interurban.web.http.operations import operation, routed
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.pages.editor import knowledge

_PATH = "/sparql/editor.json"


def router(site: Site) -> APIRouter:
    """Return the route of what the editor knows."""
    return routed((_PATH, _Endpoints(site).editor, operation("What the editor knows", "application/json")))


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def editor(self, request: Request) -> Response:
        """Answer with prefixes, classes, properties, examples and words for the editor, in the reader's language."""
        language = Reader.of(request).language
        headers = {"vary": "Accept-Language", "content-language": language}
        key = [_PATH, language]
        return await conditional(
            self.site,
            request,
            key,
            "application/json",
            headers,
            lambda: Representation(knowledge(self.site, language)),
        )
