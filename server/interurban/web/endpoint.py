"""/sparql: the SPARQL 1.1 Protocol for queries, a description of the service, and a plain form for people."""

import asyncio
import logging
from contextlib import aclosing
from urllib.parse import parse_qsl

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from interurban.engine.model import Answer, Engine, Query
from interurban.errors import QueryError
from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION, BY_MEDIA_TYPE
from interurban.web import negotiation
from interurban.web.description import describe_service, example_query
from interurban.web.pages import Pages, Reader
from interurban.web.problems import (
    BadRequestError,
    MediaTypeError,
    NotAcceptableError,
    ReadOnlyError,
    TooLongError,
)
from interurban.web.representation import HTML, REVALIDATE, Body, conditional
from interurban.web.site import Site

_log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS = {extension: BY_EXTENSION[extension].media_type for extension in ("ttl", "nt", "jsonld", "rdf")}
# What ?format= may say: our own extensions, and what SPARQLWrapper sends along with its Accept header.
_SYNONYMS = {"turtle": GRAPHS["ttl"], "rdf+xml": GRAPHS["rdf"]}
_FORMATS = {**RESULTS, **GRAPHS, **_SYNONYMS}
_GRAPH_OF = {"json": GRAPHS["jsonld"], "xml": GRAPHS["rdf"]}  # for a query that makes a graph
_HEADERS = {"vary": "Accept", "cache-control": REVALIDATE}
_BYTES_PER_CHARACTER = 12  # four bytes of UTF-8, each percent-encoded
_ROOM_FOR_PARAMETERS = 65_536

Parameters = list[tuple[str, str]]


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the endpoint."""
    routes = APIRouter()

    @routes.get("/sparql", response_class=Response)
    async def ask_by_get(request: Request) -> Response:
        """Answer the query in ?query=; without one, describe the service or show the form."""
        parameters = _parameters(request.scope["query_string"])
        if {name for name, _ in parameters} <= {"format", "lang"}:
            return _front_door(site, pages, request)
        return await _answer(site.engine, request, _query(site, request, parameters))

    @routes.post("/sparql", response_class=Response)
    async def ask_by_post(request: Request) -> Response:
        """Answer the query in the body, alone or as a form."""
        kind, _, rest = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if kind == UPDATE:
            raise ReadOnlyError(say("web-read-only"))
        if kind not in (FORM, QUERY) or ("charset" in rest.lower() and "utf-8" not in rest.lower()):
            raise MediaTypeError(say("web-query-type", given=kind or "–", forms=f"{QUERY}, {FORM}"))
        parameters = _parameters(request.scope["query_string"])
        limit = site.settings.query_characters * _BYTES_PER_CHARACTER + _ROOM_FOR_PARAMETERS
        body = await _body(request, limit)
        parameters += _parameters(body) if kind == FORM else [("query", _text(body))]
        return await _answer(site.engine, request, _query(site, request, parameters))

    return routes


class AnswerResponse(StreamingResponse):
    """An answer on its way. If its query ends before it does, so does the connection, in the middle."""

    def __init__(self, answer: Answer) -> None:
        self.chunks = answer.chunks
        super().__init__(answer.chunks, headers=_HEADERS, media_type=answer.media_type)

    async def stream_response(self, send: Send) -> None:
        """Send the answer, and its end only if that was reached."""
        async with aclosing(self.chunks):
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            try:
                async for chunk in self.chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except QueryError as error:
                # An application that returns without a last body makes the server close the connection, and a
                # chunked answer without its last chunk is incomplete to every client.
                _log.info("an answer was broken off: %s", error)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _answer(engine: Engine, request: Request, query: Query) -> Response:
    """Return the engine's answer, or give up when the asker has gone."""
    asking = asyncio.ensure_future(engine.answer(query))
    leaving = asyncio.ensure_future(_departure(request))
    try:
        await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise ClientDisconnect
        answer = asking.result()
    finally:
        for task in (asking, leaving):
            task.cancel()
        await asyncio.gather(asking, leaving, return_exceptions=True)
    if request.scope["http_version"] == "1.0":
        # Without chunks a broken answer looks like a short one, so it is sent when it is whole.
        async with aclosing(answer.chunks):
            whole = b"".join([chunk async for chunk in answer.chunks])
        return Response(whole, headers=_HEADERS, media_type=answer.media_type)
    return AnswerResponse(answer)


async def _departure(request: Request) -> None:
    """Return when the asker has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _query(site: Site, request: Request, parameters: Parameters) -> Query:
    """Return what the parameters ask for; BadRequestError if that is nothing, or several things."""
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise ReadOnlyError(say("web-read-only"))
    queries = values.get("query", [])
    if len(queries) != 1:
        key = "web-query-twice" if queries else "web-query-missing"
        raise BadRequestError(say(key, count=len(queries)))
    default, named = (_graphs(values.get(name, [])) for name in ("default-graph-uri", "named-graph-uri"))
    wanted = values.get("format", [""])[-1]
    if "/" in wanted:  # media types, as SPARQLWrapper sends them
        results, graph = _media_types(wanted, "")
    else:
        results, graph = _media_types(request.headers.get("accept"), wanted)
    chosen = bool(default or named)
    return Query(
        text=queries[0],
        base=site.base.iri,
        default_graphs=default if chosen else None,
        named_graphs=named if chosen else None,
        results_format=results,
        graph_format=graph,
    )


def _media_types(accept: str | None, wanted: str) -> tuple[str | None, str | None]:
    """Return the media types for results and for a graph; a named format counts before the Accept header."""
    offers = tuple(RESULTS.values())
    results = negotiation.media_type(accept, (*offers, "application/json"))
    results = RESULTS["json"] if results == "application/json" else results
    graph = negotiation.media_type(accept, tuple(GRAPHS.values()))
    if wanted:
        if wanted not in _FORMATS:
            raise BadRequestError(say("web-format-unknown", format=wanted, formats=", ".join((*RESULTS, *GRAPHS))))
        named = _FORMATS[wanted]
        results = named if named in offers else results
        graph = _GRAPH_OF.get(wanted, named if named not in offers else graph)
    if results is None and graph is None:
        available = [(media_type, "/sparql") for media_type in (*RESULTS.values(), *GRAPHS.values())]
        raise NotAcceptableError(available)
    return results, graph


def _graphs(iris: list[str]) -> tuple[str, ...]:
    for iri in iris:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise BadRequestError(say("web-graph-iri", iri=iri)) from error
    return tuple(iris)


def _parameters(encoded: bytes) -> Parameters:
    """Return the names and values of a query string or form, in order; BadRequestError if it is not UTF-8."""
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise BadRequestError(say("web-not-utf8")) from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(say("web-not-utf8")) from error


async def _body(request: Request, limit: int) -> bytes:
    """Return the request's body; TooLongError as soon as it is longer than `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLongError(say("web-too-long", limit=limit))
    return bytes(body)


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
        headers["content-language"] = reader.language
        seen += [reader.language, str(reader.explicit), reader.query]

    def make() -> Body:
        if media_type != HTML:
            return Body(describe_service(site, BY_MEDIA_TYPE[media_type]))
        query = example_query(reader.language)
        return Body(pages.html("sparql.html", reader, query=query, results=list(RESULTS), graphs=list(GRAPHS)))

    return conditional(site, request, seen, media_type, headers, make)
