"""Memento (RFC 7089): which mementos an address has, and the headers that say so.

An original is a document of the current release: of a thing, a source or a term, or a list. Its mementos are the same
document in each served release that has it, under that release's own path; the release's instant is theirs. The gate
has an address of its own, so originals never depend on Accept-Datetime.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interurban.iris import percent_encoded
from interurban.web.http.representation import EXTENSIONS, IN_LINKS
from interurban.web.model.site import Site

LINKS = "application/link-format"
ORIGINAL = re.compile(r"/(?:(?:id|doc|graph|def)[/.].*)?")
_MEMENTO = re.compile(r"/releases/([^/]+)(/.*)")
_FOUND = (200, 303, 304, 308)  # answers that are, or lead to, the document
TIMEGATE, TIMEMAP = "timegate/", "timemap/"


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
            f'<{self.base}{TIMEGATE}{self.address}>; rel="timegate"',
            f'<{self.base}{TIMEMAP}{self.address}>; rel="timemap"; type="{LINKS}"',
        ]

    def mementos(self, sites: Sequence[Site]) -> list[Memento]:
        """Return its mementos, the oldest first. sites: of the served releases under their own paths, newest first."""
        tail = self.path + (f"?{self.query}" if self.query else "")
        return [
            Memento(self.base[:-1] + site.mount + tail, datetime.fromisoformat(site.release.published))
            for site in reversed(sites)
            if has_document(site, unquote(self.path)) or has_document(site, self.path)
        ]


class MementoMiddleware:
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
        path, query = written(scope)
        if path.startswith("/id/"):  # the document it points to says so
            return None
        if ORIGINAL.fullmatch(path):
            return lambda: {"link": ", ".join(Original(self.sites[0].base.iri, path, query).about())}
        found = _MEMENTO.fullmatch(path)
        site = self.by_mount.get(f"/releases/{found[1]}") if found else None
        if not found or not site or not ORIGINAL.fullmatch(found[2]):
            return None
        original = Original(site.base.iri, found[2], query)
        return lambda: _of_memento(original, site, self.sites)


def _of_memento(original: Original, site: Site, sites: Sequence[Site]) -> dict[str, str]:
    every = original.mementos(sites)
    published = datetime.fromisoformat(site.release.published)
    here = next((n for n, memento in enumerate(every) if memento.published == published), None)
    links = [*original.about(), *memento_links(every, here)]
    return {"memento-datetime": format_datetime(published, usegmt=True), "link": ", ".join(links)}


def memento_links(every: Sequence[Memento], here: int | None) -> list[str]:
    """Return links to the mementos: to all of them, or to those that matter from one of them (RFC 7089, 2.2.4)."""
    links = []
    for number, memento in enumerate(every):
        relations = {"first": 0, "last": len(every) - 1}
        relations |= {} if here is None else {"prev": here - 1, "next": here + 1}
        names = [name for name, place in relations.items() if place == number]
        if names or here in (None, number):
            links.append(f'<{memento.address}>; rel="{" ".join([*names, "memento"])}"; datetime="{memento.stamp}"')
    return links


def has_document(site: Site, path: str) -> bool:
    """Return whether a release has the document or list whose path in the current one is `path`."""
    stem, _, extension = path.rpartition(".")
    for candidate in (path, stem) if extension in EXTENSIONS else (path,):
        thing = "/id/" + candidate.removeprefix("/doc/") if candidate.startswith("/doc/") else candidate
        if site.find(thing) is not None or site.find(thing + "/") is not None:
            return True
        if any(place == "/" or place in site.vocabulary.lists for place in (candidate, candidate + "/")):
            return True
    return False


def written(scope: Scope) -> tuple[str, str]:
    """Return path and query of a request as they were written, fit for a link between < and >."""
    raw = scope.get("raw_path") or percent_encoded(scope["path"]).encode()
    return quote(raw, safe=IN_LINKS), quote(scope["query_string"], safe=IN_LINKS)


def _joined(given: Iterable[tuple[bytes, bytes]], more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers with more of them; what there is of links stays before what is added."""
    links = [value.decode("latin-1") for name, value in given if name.lower() == b"link"]
    others = [(name, value) for name, value in given if name.lower() != b"link"]
    headers = {**more, "link": ", ".join([*links, more["link"]])}
    return [*others, *((name.encode(), value.encode("latin-1")) for name, value in headers.items())]
