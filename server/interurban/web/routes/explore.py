"""/explore: the page that asks without SPARQL, and what it offers."""

from dataclasses import dataclass
from functools import cached_property

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION
from interurban.web.http.conditional import conditional, respond_page
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import PAGE, operation, routed
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.pages import explore
from interurban.web.pages.templates import Templates

_PATH = "/explore"
_OFFERED = f"{_PATH}/shapes.ttl"
_TURTLE = BY_EXTENSION["ttl"].media_type


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the page."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (_PATH, endpoints.page, PAGE),
        (_OFFERED, endpoints.offered, operation("What one can ask, in SHACL for Sparnatural", _TURTLE)),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    @cached_property
    def policy(self) -> str:
        return explore.policy(self.templates)

    async def page(self, request: Request) -> Response:
        """Show what builds questions."""
        reader = Reader.of(request)
        policy = {"content-security-policy": self.policy}
        return await respond_page(
            self.site, request, reader, _PATH, lambda: Representation(explore.page(self.templates, reader)), policy
        )

    async def offered(self, request: Request) -> Response:
        """Answer with the classes, and the ways between them, in both languages."""
        if not explore.is_offered(self.site):
            raise NotFoundError(say("web-no-page"))
        return await conditional(
            self.site, request, [_OFFERED], _TURTLE, {}, lambda: Representation(explore.configuration(self.site))
        )
