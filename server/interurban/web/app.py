"""The web application and its server."""

import logging
import signal
import socket

import uvicorn
from fastapi import FastAPI
from pyoxigraph import Store
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from interurban import __version__
from interurban.engine.model import Engine
from interurban.errors import InterurbanError
from interurban.release.folder import Release
from interurban.settings import Settings
from interurban.web import endpoint, lists, service, things
from interurban.web.middleware import Envelope
from interurban.web.pages import Pages
from interurban.web.problems import problem_response
from interurban.web.site import Site

_GRACE = 3  # seconds to finish what has begun; the supervisor waits for four


def create_app(release: Release, store: Store, engine: Engine, settings: Settings) -> FastAPI:
    """Return the application that serves `release`, which `store` holds; `engine` answers its queries.

    Raises ReleaseError if the release's vocabulary cannot be used.
    """
    site = Site.of(release, store, engine, settings)
    pages = Pages(site)
    # the pages of documentation that FastAPI has to offer load scripts from elsewhere
    app = FastAPI(
        title="Interurban", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False
    )

    async def problem(request: Request, error: Exception) -> Response:
        return problem_response(pages, request, error)

    for kind in (InterurbanError, HTTPException):
        app.add_exception_handler(kind, problem)
    app.add_middleware(Envelope, failure=lambda request, error: problem_response(pages, request, error))
    for room in (lists, things, endpoint, service):
        app.include_router(room.router(site, pages))
    return app


def serve_web(
    listening_socket: socket.socket, release: Release, store: Store, engine: Engine, settings: Settings
) -> None:
    """Answer on a socket that already listens; at SIGTERM or SIGINT finish what has begun and return."""
    app = create_app(release, store, engine, settings)
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    # uvicorn raises the signal once more when it has finished; here it has then done its work
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    uvicorn.Server(config).run(sockets=[listening_socket])
