"""The web application and its server, with the routes that belong to no room: /health and /static/."""

import asyncio
import gzip
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache

import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from interurban.engine.model import Engine
from interurban.errors import InterurbanError
from interurban.messages import say
from interurban.settings import Settings
from interurban.web import (
    analysis,
    asking,
    catalogue,
    conflicts,
    discovery,
    dumps,
    editor,
    endpoint,
    feed,
    graphs,
    lists,
    negotiation,
    openapi,
    releases,
    things,
    timegate,
)
from interurban.web.answering import RESULTS
from interurban.web.middleware import BoundedProtocol, Envelope
from interurban.web.openapi import PROBLEMS, answers
from interurban.web.pages import Pages
from interurban.web.problems import NotFoundError, problem_response
from interurban.web.reading import GRAPHS
from interurban.web.releases import Past
from interurban.web.representation import HTML, Apart, Body, conditional
from interurban.web.shelf import Shelf
from interurban.web.site import Edition, Kept, Site
from interurban.web.timegate import Dated

_GRACE = 2  # seconds to finish what has begun; the supervisor waits for three
_LINGER = 0.5  # seconds for those to ask who were let in just before others took over
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
_FOR_EVER = "public, max-age=31536000, immutable"


def create_app(editions: Sequence[Edition], engine: Engine, settings: Settings) -> FastAPI:
    """Return the application that serves releases, newest first; `engine` answers queries on the first of them.

    Raises ReleaseError if a release's vocabulary cannot be used.
    """
    kept = Kept(settings.cache_megabytes)
    site = Site.of(editions, engine, settings, kept)
    mementos = [Site.of(editions, engine, settings, kept, which) for which in range(len(editions))]
    pages = Pages(site)
    # Without the pages of documentation that FastAPI has to offer, which load scripts from elsewhere; its description
    # for programs is made by a room of ours.
    app = FastAPI(openapi_url=None, redirect_slashes=False, responses=PROBLEMS)

    async def problem(request: Request, error: Exception) -> Response:
        return problem_response(pages, request, error)

    for kind in (InterurbanError, HTTPException):
        app.add_exception_handler(kind, problem)
    app.add_middleware(Dated, sites=mementos)
    app.add_middleware(Envelope, failure=lambda request, error: problem_response(pages, request, error))
    for room in (lists, things, asking, analysis, conflicts):
        app.include_router(room.router(site, pages))
    app.include_router(_router(site, pages))
    protocol = answers("The answer", *RESULTS.values(), *GRAPHS.values(), HTML)
    app.include_router(endpoint.router(site, pages), responses=protocol)
    app.include_router(graphs.router(site))
    app.include_router(editor.router(site))
    app.include_router(openapi.router(site))
    shelf = Shelf(site)
    app.include_router(catalogue.router(site, pages, shelf))
    app.include_router(dumps.router(site, shelf))
    past, apart = Past(mementos), Apart(site)
    for told in (releases, feed):
        app.include_router(told.router(past, pages, apart))
    app.include_router(discovery.router(site, apart))
    app.include_router(timegate.router(mementos))
    for memento in mementos:
        for room in (lists, things):
            app.include_router(room.router(memento, Pages(memento)), prefix=memento.mount, include_in_schema=False)
    return app


def _router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of /health and /static/."""
    routes = APIRouter()
    packed = lru_cache(lambda name: gzip.compress(pages.assets[name], mtime=0))

    @routes.get("/health")
    async def health() -> dict[str, str]:
        """Say that this process answers, and from which release."""
        return {"status": "ok", "release": site.release.version}

    @routes.get("/static/{name:path}", response_class=Response)
    async def static(request: Request, name: str) -> Response:
        """Answer with a static file; at the address that pages use, which names its content, for ever."""
        if name not in pages.assets:
            raise NotFoundError(say("web-no-page"))
        kept = request.url.path + "?" + request.url.query == pages.asset(name)
        headers = {"vary": "Accept-Encoding"} | ({"cache-control": _FOR_EVER} if kept else {})
        pack = negotiation.takes_gzip(request.headers.get("accept-encoding"))
        if pack:
            headers["content-encoding"] = "gzip"
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        body = Body(packed(name) if pack else pages.assets[name])
        return conditional(site, request, ["static", name, str(pack)], media_type, headers, lambda: body)

    return routes


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and can leave in peace. answers: is called when it does."""

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None]) -> None:
        super().__init__(config)
        self.answers = answers
        self.leaving = False

    def leave(self) -> None:
        """Take no more connections, finish what has begun, however long that takes, and return."""
        self.config.timeout_graceful_shutdown = None
        self.leaving = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.answers()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; what is idle is closed, but not before it could ask."""
        if self.leaving:
            for server in self.servers:
                server.close()
            await asyncio.sleep(_LINGER)
        await super().shutdown(sockets)


def serve_web(
    listening_socket: socket.socket,
    editions: Sequence[Edition],
    engine: Engine,
    settings: Settings,
    answers: Callable[[], None] = lambda: None,
) -> None:
    """Answer on a socket that already listens; at SIGTERM or SIGINT finish what has begun and return.

    At SIGUSR1, others have taken over: what has begun may take its time. answers: is called when it begins to answer.
    """
    app = create_app(editions, engine, settings)
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    if listening_socket.family in (socket.AF_INET, socket.AF_INET6):
        # Connections inherit it. asyncio would set it only on sockets made with an explicit protocol number, and
        # without it every answer whose head and body are written apart waits 40 ms for an acknowledgement.
        listening_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # uvicorn raises the signal once more when it has finished; here it has then done its work
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    log = logging.getLogger("uvicorn.error")
    log.setLevel(logging.WARNING)
    log.addFilter(_is_news)
    server = _Server(config, answers)
    signal.signal(signal.SIGUSR1, lambda *_: server.leave())
    server.run(sockets=[listening_socket])


def _is_news(record: logging.LogRecord) -> bool:
    """Drop what any client can bring about: a broken answer, a request that is not HTTP, a query still running."""
    return not record.msg.startswith(("ASGI callable returned without", "Invalid HTTP request", "Cancel %s running"))
