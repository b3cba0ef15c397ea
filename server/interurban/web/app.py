"""Puts the rooms together: the application that serves releases, and its server."""

import gc
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pkgutil import iter_modules
from threading import Thread
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.engine.model import Engine
from interurban.errors import InterurbanError
from interurban.locales import locale
from interurban.messages import LANGUAGES, catalogue
from interurban.operation.counters import Counters, Row
from interurban.pictures import drawing
from interurban.settings import Settings
from interurban.web import routes
from interurban.web.http.kept import KeptMiddleware
from interurban.web.http.mementos import MementoMiddleware
from interurban.web.http.middleware import CommonMiddleware
from interurban.web.http.observing import EndpointMiddleware, ObservingMiddleware
from interurban.web.http.operations import PROBLEMS
from interurban.web.http.problems import problem_response
from interurban.web.http.reader import Reader
from interurban.web.http.server import serve
from interurban.web.model.cache import AnswerCache
from interurban.web.model.catalog import Catalog
from interurban.web.model.history import History
from interurban.web.model.json_schema import JsonSchemas
from interurban.web.model.loaded import LoadedRelease
from interurban.web.model.site import Site
from interurban.web.pages import templates as pages
from interurban.web.pages.templates import Templates
from interurban.web.routes import (
    accessibility,
    analysis,
    catalog,
    changes,
    cite,
    compare,
    conflicts,
    countries,
    discovery,
    dumps,
    editor,
    explore,
    graphs,
    health,
    home,
    identifiers,
    lists,
    openapi,
    pictures,
    queries,
    reconcile,
    releases,
    schemas,
    search,
    sparql,
    static,
    things,
    timegate,
    unresolved,
)

# After how many new objects garbage is looked for: a page of a long list makes tens of thousands, and keeps none.
_NEW_OBJECTS = 20_000

# How requests are told apart where they are counted: by the files of the routes.
KINDS = tuple(sorted(module.name for module in iter_modules(routes.__path__)))


def create_app(
    served: Sequence[LoadedRelease], engine: Engine, settings: Settings, row: Row, cache: AnswerCache
) -> FastAPI:
    """Return the application that serves releases, newest first; `engine` answers queries on the first of them.

    row: where this process counts. Raises ReleaseError if a release's vocabulary cannot be used.
    """
    site = Site.of(served, engine, settings, cache)
    mementos = [Site.of(served, engine, settings, cache, which) for which in range(len(served))]
    templates, told, history = Templates(site), Catalog(site), History(mementos)
    known = JsonSchemas(site)
    # Without the pages of documentation that FastAPI has to offer, which load scripts from elsewhere; its description
    # for programs is a route of ours.
    app = FastAPI(openapi_url=None, redirect_slashes=False, responses=PROBLEMS)

    def page(reader: Reader, facts: Mapping[str, Any]) -> bytes:
        return templates.html("problem.html", reader, **facts)

    def failure(request: Request, error: Exception) -> Response:
        return problem_response(request, error, page)

    async def problem(request: Request, error: Exception) -> Response:
        return failure(request, error)

    for kind in (InterurbanError, HTTPException):
        app.add_exception_handler(kind, problem)
    app.add_middleware(EndpointMiddleware)
    app.add_middleware(MementoMiddleware, sites=mementos)
    app.add_middleware(KeptMiddleware, cache=cache)
    app.add_middleware(CommonMiddleware, failure=failure, router=app.router)
    app.add_middleware(ObservingMiddleware, row=row, log=settings.log == "json")
    for router in (  # what is asked for most comes first, but for addresses that `/id/` has for what others name
        identifiers.router(site),
        lists.router(site, templates),
        things.router(site, templates),
        sparql.router(site, templates),
        reconcile.router(site, templates),
        home.router(site, templates),
        pictures.router(site, templates, told),
        queries.router(site, templates),
        analysis.router(site, templates),
        conflicts.router(site, templates),
        search.router(site, templates),
        unresolved.router(site, templates),
        accessibility.router(told, templates),
        cite.router(mementos, told, templates),
        compare.router(site, templates),
        countries.router(site, templates),
        health.router(site, row.counters),
        static.router(site, templates),
        graphs.router(site),
        editor.router(site),
        explore.router(site, templates),
        schemas.router(site, known),
        openapi.router(site, known),
        catalog.router(site, templates, told),
        dumps.router(site, told),
        releases.router(site, history, templates),
        changes.router(site, history, templates),
        discovery.router(site),
        timegate.router(mementos),
    ):
        app.include_router(router)
    for memento in mementos:
        own = Templates(memento)
        routers = [resource.router(memento, own) for resource in (home, lists, things)]
        for router in (*routers, pictures.router(memento, own, Catalog(memento))):
            app.include_router(router, prefix=memento.mount, include_in_schema=False)
    return app


def prepare() -> None:
    """Make ready, before there are processes, what each would make while its first reader waits: words, templates."""
    catalogue()
    sort_key("")
    for language in LANGUAGES:
        locale(language).decimal_formats  # noqa: B018 - which reads it
    pages.prepare()
    drawing.prepare()


def serve_web(
    listening_socket: socket.socket,
    served: Sequence[LoadedRelease],
    engine: Engine,
    settings: Settings,
    answers: Callable[[], None] = lambda: None,
    counters: Counters | None = None,
) -> None:
    """Answer on a socket that already listens; at SIGTERM or SIGINT finish what has begun and return.

    At SIGUSR1, others have taken over: what has begun may take its time. answers: is called when it begins to answer.
    counters: where this process takes a row of its own to count in.
    """
    gc.set_threshold(_NEW_OBJECTS)
    row, cache, release = (counters or Counters(KINDS)).row(), AnswerCache(settings.cache_megabytes), served[0].release
    app = create_app(served, engine, settings, row, cache)
    row.release = release.version
    if "published" in release.manifest:
        published = datetime.fromisoformat(release.published)
        row.set("published", published.replace(tzinfo=published.tzinfo or UTC).timestamp())

    def look(connections: int) -> None:
        row.set("connections", connections)
        row.set("cache_bytes", cache.size)
        row.follow("cache_hits", cache.hits)
        row.follow("cache_misses", cache.misses)

    def answering() -> None:
        answers()
        Thread(target=served[0].search.read, daemon=True).start()  # so that nobody has to wait for it later

    serve(app, listening_socket, settings, answering, row, look)
