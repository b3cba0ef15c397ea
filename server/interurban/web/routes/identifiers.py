"""/id?scheme=code: from what others call a thing to the thing; and the way to things of others that we name."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import percent_encoded
from interurban.matching.records import code
from interurban.messages import say
from interurban.release.meanings import ROOM
from interurban.web.http.conditional import REVALIDATE, in_turn
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import SEE_OTHER, routed
from interurban.web.http.parameters import single_values
from interurban.web.http.redirection import redirection
from interurban.web.model.site import Site

PATH = "/id"
_LANGUAGE = "lang"
_EXAMPLE = {
    "name": "identifiers",
    "in": "query",
    "required": True,
    "description": "Whose identifier it is, and the identifier, as wikidata=Q279",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 1},
}


def router(site: Site) -> APIRouter:
    """Return the routes from identifiers of others to things."""
    endpoints = _Endpoints(site)
    return routed(
        (PATH, endpoints.identified, {**SEE_OTHER, "openapi_extra": {"parameters": [_EXAMPLE]}}),
        *(
            (f"{PATH}/{scheme}:{{address:path}}", endpoints.elsewhere, {**SEE_OTHER, "include_in_schema": False})
            for scheme in ("http", "https")
        ),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def identified(self, request: Request) -> Response:
        """Point to the thing that has an identifier: `?wikidata=Q279`, or an official code, as `?istat=036023`."""
        given = {name: value for name, value in single_values(request).items() if name != _LANGUAGE}
        meanings = self.site.meanings
        schemes = await in_turn(request, lambda: meanings.schemes) if meanings.there else ()
        if not schemes:
            raise NotFoundError(say("web-no-page"))
        if len(given) != 1:
            raise BadRequestError(say("identifier-one", count=len(given), schemes=", ".join(schemes)))
        ((scheme, value),) = given.items()
        if scheme not in schemes:
            raise NotFoundError(say("identifier-scheme", scheme=scheme, schemes=", ".join(schemes)))
        found = meanings.identified(scheme, code(value)[1] if "://" in value else value)
        if found is None:
            raise NotFoundError(say("identifier-unknown", scheme=scheme, value=value))
        answer = redirection(self.site, request, f"/{ROOM}{percent_encoded(found)}", 303, with_query=False)
        answer.headers["cache-control"] = REVALIDATE
        return answer

    async def elsewhere(self, request: Request) -> Response:
        """Point to a thing that is named by others, as countries are, if the release has it."""
        iri = request.scope["path"].removeprefix(f"{PATH}/")
        meanings = self.site.meanings
        if not meanings.there or await in_turn(request, lambda: meanings.said(iri)) is None:
            raise NotFoundError(say("web-no-thing"))
        return Response(status_code=303, headers={"location": percent_encoded(iri), "cache-control": REVALIDATE})
