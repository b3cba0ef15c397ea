"""/reconcile: which things the names in somebody's table mean (Reconciliation Service API 0.2)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.matching.names import key
from interurban.messages import say
from interurban.rdf.jsonld import Json
from interurban.web.http import reconciliation
from interurban.web.http.conditional import REVALIDATE, complete, conditional, in_turn
from interurban.web.http.errors import BadRequestError, MediaTypeError, NotFoundError
from interurban.web.http.operations import Operation, answers, operation, routed
from interurban.web.http.parameters import body, content_type, decoded, parameters, single_values
from interurban.web.http.reader import Reader
from interurban.web.http.redirection import root
from interurban.web.http.representation import HTML
from interurban.web.model.cache import Representation
from interurban.web.model.reconciliation import Asked
from interurban.web.model.site import Site
from interurban.web.pages.reconciliation import ENDPOINT, Answers
from interurban.web.pages.templates import Templates

FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_LONGEST = 4_194_304  # bytes of a batch
_A_TURN = 25  # queries that are answered before others have their turn
_SUGGESTED = 10  # things on a page of suggestions
_LOOKED_AT = 2_000  # things that a prefix fits, of which the largest are suggested
_LONGEST_PREFIX, _LARGEST_CURSOR = 300, 99_999
# A preview is made to be shown within other sites.
_FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_FIELDS: dict[str, Any] = {
    "queries": {"type": "string", "description": "A batch of queries, as JSON"},
    "extend": {"type": "string", "description": "A request for values of things, as JSON"},
}


def _parameter(name: str, description: str, required: bool = False, **more: object) -> Json:
    schema = {"type": "string", **more}
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_ID = _parameter("id", "Identifier of a thing, type or property", required=True, minLength=1)
_PREFIX = [
    _parameter("prefix", "What the name begins with", required=True, maxLength=_LONGEST_PREFIX),
    _parameter("cursor", "How many to skip", type="integer", minimum=0, maximum=_LARGEST_CURSOR),
]
_BY_GET = operation(
    "The service, or the answer", _JSON, parameters=[_parameter(n, f["description"]) for n, f in _FIELDS.items()]
)
_BY_POST: Operation = {
    "methods": ["POST"],
    "response_class": Response,
    "responses": answers("The answer", _JSON),
    "openapi_extra": {
        "requestBody": {"required": True, "content": {FORM: {"schema": {"type": "object", "properties": _FIELDS}}}}
    },
}


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the service."""
    endpoints = _Endpoints(site, templates)
    suggestions = operation("Suggestions", _JSON, parameters=_PREFIX)
    return routed(
        (ENDPOINT, endpoints.ask_by_get, _BY_GET),
        (ENDPOINT, endpoints.ask_by_post, _BY_POST),
        (f"{ENDPOINT}/suggest/entity", endpoints.suggest_entity, suggestions),
        (f"{ENDPOINT}/suggest/type", endpoints.suggest_type, suggestions),
        (f"{ENDPOINT}/suggest/property", endpoints.suggest_property, suggestions),
        *(
            (f"{ENDPOINT}/flyout/{what}", endpoints.flyout, operation("A description", _JSON, parameters=[_ID]))
            for what in ("entity", "type", "property")
        ),
        (f"{ENDPOINT}/preview", endpoints.preview, operation("A small page", HTML, parameters=[_ID])),
        (f"{ENDPOINT}/properties", endpoints.properties, operation("What can be fetched", _JSON)),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def ask_by_get(self, request: Request) -> Response:
        """Say what the service is; answer the queries in ?queries=, or fetch the values that ?extend= asks for."""
        given = single_values(request)

        def render(told: Answers) -> Json:
            if "queries" in given:
                asked = reconciliation.queries(given["queries"], told.meanings, told.types)
                return {name: told.result(told.meanings.candidates(each)) for name, each in asked.items()}
            if "extend" in given:
                return told.extended(*reconciliation.extension(given["extend"], told.properties))
            return told.manifest(self.templates.asset("touch-icon.png"))

        return await self._told(request, render)

    async def ask_by_post(self, request: Request) -> Response:
        """Answer a batch of queries, or fetch values of things, that are asked for by a form."""
        kind, charset = content_type(request)
        if kind != FORM:
            raise MediaTypeError(say("web-query-type", given=kind or "–", forms=FORM))
        text = decoded(await body(request, _LONGEST), charset)
        given = dict([*parameters(request.scope["query_string"]), *parameters(text.encode())])
        told = self._answers(request)
        if "queries" in given:
            asked = await in_turn(request, lambda: reconciliation.queries(given["queries"], told.meanings, told.types))
            every, answer = iter(asked.items()), Json()
            while part := dict(islice(every, _A_TURN)):
                answer |= await in_turn(request, lambda part=part: _results(told, part))  # type: ignore[misc]
        elif "extend" in given:
            wanted = await in_turn(request, lambda: reconciliation.extension(given["extend"], told.properties))
            answer = await in_turn(request, lambda: told.extended(*wanted))
        else:
            raise BadRequestError(say("reconcile-form"))
        return complete(_written(answer), _JSON, {"cache-control": REVALIDATE, **_language(told)})

    async def suggest_entity(self, request: Request) -> Response:
        """Suggest things of which a name begins so; ?type= of one type."""
        prefix, cursor = _prefix(request)
        wanted = request.query_params.get("type", "")

        def render(told: Answers) -> Json:
            types = [told.types[wanted]] if wanted in told.types else []
            names = told.meanings.beginning(prefix, types, _LOOKED_AT) if key(prefix) else []
            shown = ((name, told.meanings.said(name)) for name in names[cursor : cursor + _SUGGESTED])
            return {"result": [told.entity(name, said) for name, said in shown if said]}

        return await self._told(request, render)

    async def suggest_type(self, request: Request) -> Response:
        """Suggest types of things of which the name begins so."""
        prefix, cursor = _prefix(request)
        return await self._told(request, lambda told: {"result": told.suggest_type(prefix)[cursor:]})

    async def suggest_property(self, request: Request) -> Response:
        """Suggest properties of which the name begins so."""
        prefix, cursor = _prefix(request)
        return await self._told(request, lambda told: {"result": told.suggest_property(prefix)[cursor:]})

    async def properties(self, request: Request) -> Response:
        """Say which properties can be fetched of things; they are the same for all types."""

        def render(told: Answers) -> Json:
            kind = request.query_params.get("type")
            return {"properties": told.suggest_property("")} | ({"type": kind} if kind else {})

        return await self._told(request, render)

    async def flyout(self, request: Request) -> Response:
        """Say in a line what a thing, type or property is."""
        name, what = _id(request), request.url.path.rpartition("/")[2]

        def render(told: Answers) -> Json:
            return {"id": name, "html": self.templates.part("flyout.html", **_line(told, what, name))}

        return await self._told(request, render)

    async def preview(self, request: Request) -> Response:
        """Show in a few lines what a thing is, within another site."""
        name, told = _id(request), self._answers(request)
        reader = Reader.of(request)

        def render() -> Representation:
            said = told.meanings.said(name)
            if said is None:
                raise NotFoundError(say("web-no-thing"))
            shown = told.preview(name, said) | {"address": f"{told.root}id/{name}" if "://" not in name else name}
            return Representation(self.templates.html("preview.html", reader, **shown))

        headers = {**_language(told), "content-security-policy": _FRAMED}
        key = ["preview", told.language, told.root, name]
        return await conditional(self.site, request, key, HTML, headers, render)

    async def _told(self, request: Request, render: Callable[[Answers], Json]) -> Response:
        told = self._answers(request)
        key = [request.url.path, request.url.query, told.language, told.root]
        return await conditional(self.site, request, key, _JSON, _language(told), lambda: _written(render(told)))

    def _answers(self, request: Request) -> Answers:
        """Return what there is to tell the client; NotFoundError if the release has nothing to reconcile with."""
        if not self.site.meanings.there:
            raise NotFoundError(say("reconcile-none"))
        reader = Reader.of(request)
        return Answers(self.site, self.site.meanings, reader.language, root(self.site, request))


def _results(told: Answers, part: Mapping[str, Asked]) -> Json:
    return {name: told.result(told.meanings.candidates(each)) for name, each in part.items()}


def _written(answer: Json) -> Representation:
    return Representation(json.dumps(answer, ensure_ascii=False).encode())


def _language(told: Answers) -> dict[str, str]:
    return {"vary": "Accept-Language", "content-language": told.language}


def _id(request: Request) -> str:
    """Return the identifier that is asked for; BadRequestError if there is none."""
    name = single_values(request).get("id", "")
    if not name:
        raise BadRequestError(say("reconcile-id"))
    return name


def _prefix(request: Request) -> tuple[str, int]:
    """Return what names are to begin with, and how many suggestions to skip; BadRequestError if that is odd."""
    given = single_values(request)
    prefix, cursor = given.get("prefix", ""), given.get("cursor") or "0"
    if len(prefix) > _LONGEST_PREFIX or not (
        cursor.isascii() and cursor.isdecimal() and len(cursor) <= len(str(_LARGEST_CURSOR))
    ):
        raise BadRequestError(say("reconcile-prefix", most=_LONGEST_PREFIX))
    return prefix, int(cursor)


def _line(told: Answers, what: str, name: str) -> dict[str, str]:
    """Return name and description of a thing, type or property; NotFoundError if there is none."""
    if what == "entity" and (said := told.meanings.said(name)):
        return {"name": told.name(said), "description": told.description(said)}
    if what == "type" and name in told.types:
        return {"name": told.type(told.types[name])["name"], "description": told.comment(told.types[name])}
    if what == "property" and name in told.properties:
        return {"name": told.properties[name], "description": ""}
    raise NotFoundError(say("web-no-thing"))
