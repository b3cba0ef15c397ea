"""/sparql: the SPARQL 1.1 Protocol for queries, a description of the service, and a plain form for people."""

from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.engine.model import Query
from interurban.messages import say
from interurban.rdf.formats import BY_MEDIA_TYPE, LOOSE, SYNONYMS
from interurban.web.http import negotiation
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import BadRequestError, MediaTypeError, NotAcceptableError, ReadOnlyError
from interurban.web.http.operations import Operation, answers, routed
from interurban.web.http.parameters import Parameters, body, content_type, decoded, parameters
from interurban.web.http.query_answers import query_response
from interurban.web.http.reader import Reader
from interurban.web.http.representation import HTML
from interurban.web.http.result_formats import FORMAT, GRAPHS, RESULTS, check_name, result_formats
from interurban.web.model.cache import Representation
from interurban.web.model.service_description import describe_service
from interurban.web.model.site import Site
from interurban.web.pages import editor
from interurban.web.pages.templates import Templates

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_BYTES_PER_CHARACTER = 12  # four bytes of UTF-8, each percent-encoded in a form
_ROOM_FOR_PARAMETERS = 65_536
_GRAPH = {"type": "array", "items": {"type": "string", "format": "iri"}}
_FIELDS: dict[str, dict[str, Any]] = {
    "query": {"type": "string"},
    "default-graph-uri": _GRAPH,
    "named-graph-uri": _GRAPH,
    "format": FORMAT,
}
_FORM_BODY = {"schema": {"type": "object", "required": ["query"], "properties": _FIELDS}}
_ANSWERS = answers("The answer", *RESULTS.values(), *GRAPHS.values(), HTML)
_BY_GET: Operation = {
    "response_class": Response,
    "responses": _ANSWERS,
    "openapi_extra": {"parameters": [{"name": name, "in": "query", "schema": form} for name, form in _FIELDS.items()]},
}
_BY_POST: Operation = {
    "methods": ["POST"],
    "response_class": Response,
    "responses": _ANSWERS,
    "openapi_extra": {
        "requestBody": {"required": True, "content": {QUERY: {"schema": {"type": "string"}}, FORM: _FORM_BODY}}
    },
}


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the endpoint."""
    endpoints = _Endpoints(site, templates)
    return routed(
        ("/sparql", endpoints.ask_by_get, _BY_GET),
        ("/sparql", endpoints.ask_by_post, _BY_POST),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def ask_by_get(self, request: Request) -> Response:
        """Answer the query in ?query=; without one, describe the service or show the form."""
        given = parameters(request.scope["query_string"])
        if {name for name, _ in given} <= {"format", "lang", editor.SHOW}:
            check_name(dict(given).get("format", ""))
            return await self._front_door(request)
        return await query_response(self.site, request, _query(self.site, request, given), {})

    async def ask_by_post(self, request: Request) -> Response:
        """Answer the query in the body, alone or as a form."""
        kind, charset = content_type(request)
        if kind == UPDATE:
            raise ReadOnlyError(say("web-read-only"))
        if kind not in (FORM, QUERY):
            raise MediaTypeError(say("web-query-type", given=kind or "–", forms=f"{QUERY}, {FORM}"))
        given = parameters(request.scope["query_string"])
        limit = self.site.settings.query_characters * _BYTES_PER_CHARACTER + _ROOM_FOR_PARAMETERS
        text = decoded(await body(request, limit), charset)
        given += parameters(text.encode()) if kind == FORM else [("query", text)]
        return await query_response(self.site, request, _query(self.site, request, given), {})

    async def _front_door(self, request: Request) -> Response:
        """Return the form for people who prefer HTML, else the description of the service."""
        offers = (*GRAPHS.values(), HTML)
        media_type = negotiation.media_type(request.headers.get("accept"), offers, SYNONYMS, LOOSE)
        if media_type is None:
            raise NotAcceptableError([(offer, "/sparql") for offer in offers])
        headers = {"vary": "Accept, Accept-Language"}
        reader = Reader.of(request)
        key = ["/sparql", media_type]
        if media_type == HTML:
            headers |= {"content-language": reader.language, "content-security-policy": editor.POLICY}
            key += [reader.language, str(reader.explicit), reader.query]

        def render() -> Representation:
            if media_type != HTML:
                return Representation(describe_service(self.site, BY_MEDIA_TYPE[media_type]))
            shown = request.query_params.get(editor.SHOW)
            return Representation(editor.page(self.templates, reader, shown, tuple(RESULTS), tuple(GRAPHS)))

        return await conditional(self.site, request, key, media_type, headers, render)


def _query(site: Site, request: Request, given: Parameters) -> Query:
    """Return what the parameters ask for; BadRequestError if that is nothing, or several things."""
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise ReadOnlyError(say("web-read-only"))
    queries = values.get("query", [])
    if len(queries) != 1:
        key = "web-query-twice" if queries else "web-query-missing"
        raise BadRequestError(say(key, count=len(queries)))
    default, named = (_graphs(values.get(name, [])) for name in ("default-graph-uri", "named-graph-uri"))
    results, graph = result_formats(request, values.get("format", [""])[-1])
    chosen = bool(default or named)
    return Query(
        text=queries[0].removeprefix("\ufeff"),  # which editors of Windows put before a query
        base=site.base.iri,
        default_graphs=default if chosen else None,
        named_graphs=named if chosen else None,
        results_format=results,
        graph_format=graph,
    )


def _graphs(iris: list[str]) -> tuple[str, ...]:
    for iri in iris:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise BadRequestError(say("web-graph-iri", iri=iri)) from error
    return tuple(iris)
