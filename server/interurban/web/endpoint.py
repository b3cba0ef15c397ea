"""/sparql: the SPARQL 1.1 Protocol for queries, a description of the service, and a plain form for people."""

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.engine.model import Query
from interurban.messages import say
from interurban.rdf.formats import BY_MEDIA_TYPE
from interurban.web import editor, negotiation
from interurban.web.answering import RESULTS, reply
from interurban.web.graphs import describe_service
from interurban.web.pages import Pages, Reader
from interurban.web.problems import BadRequestError, MediaTypeError, NotAcceptableError, ReadOnlyError
from interurban.web.reading import GRAPHS, Parameters, body, content_type, decoded, formats, parameters
from interurban.web.representation import HTML, Body, conditional
from interurban.web.site import Site

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_BYTES_PER_CHARACTER = 12  # four bytes of UTF-8, each percent-encoded in a form
_ROOM_FOR_PARAMETERS = 65_536


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the endpoint."""
    routes = APIRouter()

    @routes.get("/sparql", response_class=Response)
    async def ask_by_get(request: Request) -> Response:
        """Answer the query in ?query=; without one, describe the service or show the form."""
        given = parameters(request.scope["query_string"])
        if {name for name, _ in given} <= {"format", "lang", editor.SHOW}:
            return _front_door(site, pages, request)
        return await reply(site, request, _query(site, request, given), {})

    @routes.post("/sparql", response_class=Response)
    async def ask_by_post(request: Request) -> Response:
        """Answer the query in the body, alone or as a form."""
        kind, charset = content_type(request)
        if kind == UPDATE:
            raise ReadOnlyError(say("web-read-only"))
        if kind not in (FORM, QUERY):
            raise MediaTypeError(say("web-query-type", given=kind or "–", forms=f"{QUERY}, {FORM}"))
        given = parameters(request.scope["query_string"])
        limit = site.settings.query_characters * _BYTES_PER_CHARACTER + _ROOM_FOR_PARAMETERS
        text = decoded(await body(request, limit), charset)
        given += parameters(text.encode()) if kind == FORM else [("query", text)]
        return await reply(site, request, _query(site, request, given), {})

    return routes


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
    results, graph = formats(request, values.get("format", [""])[-1])
    chosen = bool(default or named)
    return Query(
        text=queries[0],
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


def _front_door(site: Site, pages: Pages, request: Request) -> Response:
    """Return the form for people who prefer HTML, else the description of the service."""
    offers = (*GRAPHS.values(), HTML)
    media_type = negotiation.media_type(request.headers.get("accept"), offers)
    if media_type is None:
        raise NotAcceptableError([(offer, "/sparql") for offer in offers])
    headers = {"vary": "Accept, Accept-Language"}
    reader = Reader.of(request)
    seen = ["/sparql", media_type]
    if media_type == HTML:
        headers |= {"content-language": reader.language, "content-security-policy": editor.POLICY}
        seen += [reader.language, str(reader.explicit), reader.query]

    def make() -> Body:
        if media_type != HTML:
            return Body(describe_service(site, BY_MEDIA_TYPE[media_type]))
        shown = request.query_params.get(editor.SHOW)
        return Body(editor.page(pages, reader, shown, tuple(RESULTS), tuple(GRAPHS)))

    return conditional(site, request, seen, media_type, headers, make)
