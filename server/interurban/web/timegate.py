"""Memento (RFC 7089): what was at an address at a given time, from the releases that are served.

An original is a document of the current release: of a thing, a source or a term, or a list. Its mementos are the same
document in each served release that has it, under that release's own path; the release's instant is theirs. The gate
has an address of its own, so originals never depend on Accept-Datetime.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interurban.messages import say
from interurban.web.openapi import Responses, answers
from interurban.web.problems import BadRequestError, NotFoundError
from interurban.web.representation import EXTENSIONS, IN_LINKS, REVALIDATE, Body, conditional
from interurban.web.site import Site, encoded

LINKS = "application/link-format"
_ORIGINAL = re.compile(r"/(?:(?:id|doc|graph|def)[/.].*)?")
_MEMENTO = re.compile(r"/releases/([^/]+)(/.*)")
_DATETIME = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_FOUND = (200, 303, 304, 308)  # answers that are, or lead to, the document
_GATE, _MAP = "timegate/", "timemap/"
_ACCEPTED = [
    {
        "name": "Accept-Datetime",
        "in": "header",
        "description": "The time that is asked for (RFC 1123, GMT); without it, now",
        "schema": {"type": "string"},
    }
]


@dataclass(frozen=True)
class Memento:
    """An original as it was in one release."""

    address: str
    published: datetime

    @property
    def stamp(self) -> str:
        """Its time as HTTP writes it."""
        return format_datetime(self.published, usegmt=True)


@dataclass(frozen=True)
class Original:
    """An address of the current release's documents: path as it is written, and query."""

    base: str
    path: str
    query: str

    @property
    def address(self) -> str:
        """Its URI."""
        return self.base + self.path[1:] + (f"?{self.query}" if self.query else "")

    def about(self) -> list[str]:
        """Return the links that every answer about it has."""
        return [
            f'<{self.address}>; rel="original"',
            f'<{self.base}{_GATE}{self.address}>; rel="timegate"',
            f'<{self.base}{_MAP}{self.address}>; rel="timemap"; type="{LINKS}"',
        ]

    def mementos(self, sites: Sequence[Site]) -> list[Memento]:
        """Return its mementos, the oldest first. sites: of the served releases under their own paths, newest first."""
        tail = self.path + (f"?{self.query}" if self.query else "")
        return [
            Memento(self.base[:-1] + site.mount + tail, datetime.fromisoformat(site.release.published))
            for site in reversed(sites)
            if _has(site, unquote(self.path)) or _has(site, self.path)
        ]


class Dated:
    """Wraps an application: documents say where their past is, and mementos of which time they are."""

    def __init__(self, app: ASGIApp, sites: Sequence[Site]) -> None:
        self.app, self.sites = app, sites
        self.by_mount = {site.mount: site for site in sites}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = self._headers(scope) if scope["type"] == "http" else None
        if headers is None:
            await self.app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _FOUND:
                message["headers"] = _joined(message.get("headers", ()), headers())
            await send(message)

        await self.app(scope, receive, send_on)

    def _headers(self, scope: Scope) -> Callable[[], dict[str, str]] | None:
        """Return what makes the headers of an answer, None if there is nothing to say of the address."""
        path, query = _written(scope)
        if path.startswith("/id/"):  # the document it points to says so
            return None
        if _ORIGINAL.fullmatch(path):
            return lambda: {"link": ", ".join(Original(self.sites[0].base.iri, path, query).about())}
        found = _MEMENTO.fullmatch(path)
        site = self.by_mount.get(f"/releases/{found[1]}") if found else None
        if not found or not site or not _ORIGINAL.fullmatch(found[2]):
            return None
        original = Original(site.base.iri, found[2], query)
        return lambda: _of_memento(original, site, self.sites)


def router(sites: Sequence[Site]) -> APIRouter:
    """Return the routes of the gate and of the maps. sites: as for Dated."""
    routes = APIRouter()
    redirect: Responses = {302: {"description": "The memento of that time"}}

    @routes.get(
        f"/{_GATE}{{address:path}}",
        status_code=302,
        response_class=Response,
        responses=redirect,
        openapi_extra={"parameters": _ACCEPTED},
    )
    async def gate(request: Request) -> Response:
        """Point to the memento that was current at the time that Accept-Datetime asks for (RFC 7089, 4.5)."""
        moment = _moment(request.headers.get("accept-datetime"))
        original, every = _found(sites, request, _GATE)
        chosen = max((n for n, memento in enumerate(every) if moment is None or memento.published <= moment), default=0)
        headers = {
            "location": every[chosen].address,
            "vary": "accept-datetime",
            "link": ", ".join([*original.about(), *_around(every, chosen)]),
            "cache-control": REVALIDATE,
        }
        return Response(status_code=302, headers=headers)

    @routes.get(f"/{_MAP}{{address:path}}", response_class=Response, responses=answers("The mementos", LINKS))
    async def timemap(request: Request) -> Response:
        """List the mementos of an address (RFC 7089, 5)."""
        original, every = _found(sites, request, _MAP)
        first, last = every[0].stamp, every[-1].stamp
        itself, gate, this = original.about()
        this = this.replace('rel="timemap"', 'rel="self"') + f'; from="{first}"; until="{last}"'
        content = ",\n".join([itself, gate, this, *_around(every, None)]) + "\n"
        seen = [_MAP, original.address]
        return conditional(sites[0], request, seen, LINKS, {}, lambda: Body(content.encode()))

    return routes


def _found(sites: Sequence[Site], request: Request, room: str) -> tuple[Original, list[Memento]]:
    """Return the original that stands behind `room` in the request's address, and its mementos.

    It is written as a URI, or as its path alone. NotFoundError if no served release ever had it.
    """
    written, query = _written(request.scope)
    address, base = written.removeprefix("/" + room), sites[0].base
    local = base.path(address) if "://" in address else "/" + address
    if local is None and address.startswith(str(request.base_url)):  # a copy that is not served under its base
        local = "/" + address.removeprefix(str(request.base_url))
    if local is None or not _ORIGINAL.fullmatch(local):
        raise NotFoundError(say("web-no-memento"))
    original = Original(base.iri, local, query)
    every = original.mementos(sites)
    if not every:
        raise NotFoundError(say("web-no-memento"))
    return original, every


def _of_memento(original: Original, site: Site, sites: Sequence[Site]) -> dict[str, str]:
    every = original.mementos(sites)
    published = datetime.fromisoformat(site.release.published)
    here = next((n for n, memento in enumerate(every) if memento.published == published), None)
    links = [*original.about(), *_around(every, here)]
    return {"memento-datetime": format_datetime(published, usegmt=True), "link": ", ".join(links)}


def _around(every: Sequence[Memento], here: int | None) -> list[str]:
    """Return links to the mementos: to all of them, or to those that matter from one of them (RFC 7089, 2.2.4)."""
    links = []
    for number, memento in enumerate(every):
        relations = {"first": 0, "last": len(every) - 1}
        relations |= {} if here is None else {"prev": here - 1, "next": here + 1}
        names = [name for name, place in relations.items() if place == number]
        if names or here in (None, number):
            links.append(f'<{memento.address}>; rel="{" ".join([*names, "memento"])}"; datetime="{memento.stamp}"')
    return links


def _has(site: Site, path: str) -> bool:
    """Return whether a release has the document or list whose path in the current one is `path`."""
    stem, _, extension = path.rpartition(".")
    for candidate in (path, stem) if extension in EXTENSIONS else (path,):
        thing = "/id/" + candidate.removeprefix("/doc/") if candidate.startswith("/doc/") else candidate
        if site.find(thing) is not None or site.find(thing + "/") is not None:
            return True
        if any(place == "/" or place in site.vocabulary.lists for place in (candidate, candidate + "/")):
            return True
    return False


def _moment(given: str | None) -> datetime | None:
    """Return the time that is asked for, None for now; BadRequestError if it is not written as RFC 1123 has it."""
    if given is None:
        return None
    try:
        if not _DATETIME.fullmatch(given):
            raise ValueError(given)
        return parsedate_to_datetime(given).astimezone(UTC)
    except ValueError as error:
        raise BadRequestError(say("web-accept-datetime", value=given)) from error


def _written(scope: Scope) -> tuple[str, str]:
    """Return path and query of a request as they were written, fit for a link between < and >."""
    raw = scope.get("raw_path") or encoded(scope["path"]).encode()
    return quote(raw, safe=IN_LINKS), quote(scope["query_string"], safe=IN_LINKS)


def _joined(given: Iterable[tuple[bytes, bytes]], more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers with more of them; what there is of links stays before what is added."""
    links = [value.decode("latin-1") for name, value in given if name.lower() == b"link"]
    others = [(name, value) for name, value in given if name.lower() != b"link"]
    headers = {**more, "link": ", ".join([*links, more["link"]])}
    return [*others, *((name.encode(), value.encode("latin-1")) for name, value in headers.items())]
