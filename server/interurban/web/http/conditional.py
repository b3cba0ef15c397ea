"""Conditional and cached answers: their tags, 304 for whom they are not new, and each made once.

Every answer is a function of the release, the program and the request, so its tag is made from them and never
from the body: a client that has it already is told so before anything is computed. What takes a while to make is
made in a thread, one at a time, so that this process goes on answering others.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from interurban.errors import QueryFormatError
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.http.errors import NotAcceptableError, PreconditionError
from interurban.web.http.holding import WholeResponse
from interurban.web.http.parameters import client_address
from interurban.web.http.reader import Reader
from interurban.web.http.representation import HTML, Resource, SelectedRepresentation, select
from interurban.web.http.turns import Turns
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site

_TURNS = Turns()  # of this process
_TAG = re.compile(r'(W/)?("[^"]*")')
REVALIDATE = "public, no-cache"  # may be kept, must be asked after: a release can be replaced at any time

Made = TypeVar("Made")
Render = Callable[[Format | None, Reader], Representation]  # in an RDF format, or as HTML for None


async def respond(
    site: Site,
    request: Request,
    resource: Resource,
    extension: str | None,
    render: Render,
    more: Mapping[str, str] | None = None,
    *,
    small: Callable[[], bool] | None = None,
) -> Response:
    """Return the representation that `extension` or the Accept header asks for, else NotAcceptableError.

    more: headers that only the representations in RDF have; small: tells whether those are made in a few milliseconds.
    """
    selected = select(request, resource, extension)
    headers = selected.headers | dict(more or {}) if selected.form else selected.headers
    reader = resource.reader(request)
    made = _made(resource, selected, reader, render)
    at_once = small if selected.form else None
    return await conditional(site, request, selected.key, selected.media_type, headers, made, at_once=at_once)


def _made(
    resource: Resource, selected: SelectedRepresentation, reader: Reader, render: Render
) -> Callable[[], Representation]:
    """Return what makes a representation; it raises NotAcceptableError with the others if the format cannot hold it."""

    def made() -> Representation:
        try:
            return render(selected.form, reader)
        except QueryFormatError as error:
            others = [variant for variant in resource.variants() if variant[0] != selected.media_type]
            raise NotAcceptableError(others, error.message) from error

    return made


async def conditional(
    site: Site,
    request: Request,
    key: list[str],
    media_type: str,
    headers: dict[str, str],
    render: Callable[[], Representation],
    *,
    at_once: Callable[[], bool] | None = None,
) -> Response:
    """Return 304 if the client has the answer, else render it.

    key: what the answer depends on; at_once: tells whether in this thread, and is asked only then.
    """
    headers = with_etag(site, key, headers)
    if same := not_modified(request, headers):
        return same
    found = site.cache.get(headers["etag"])
    if found is None:
        # somebody may have made it in the meantime
        made = partial(_cached, site, headers["etag"], render)
        found = await in_turn(request, made, at_once=at_once is not None and at_once())
    return complete(found, media_type, headers)


async def respond_page(
    site: Site,
    request: Request,
    reader: Reader,
    place: str,
    render: Callable[[], Representation],
    more: Mapping[str, str] | None = None,
) -> Response:
    """Return a page that is nothing but HTML. place: what of its address counts; more: headers that it has besides."""
    headers = {"vary": "Accept-Language", "content-language": reader.language, **(more or {})}
    key = [place, reader.language, str(reader.explicit), reader.query]
    return await conditional(site, request, key, HTML, headers, render)


async def in_turn(request: Request, make: Callable[[], Made], at_once: bool = False) -> Made:
    """Return what is made when it is the client's turn: in a thread, so that others are answered meanwhile.

    at_once: in this one, since handing it over would cost a good part of what making it does.
    """
    async with _TURNS.of(client_address(request)):
        return make() if at_once else await asyncio.to_thread(make)


def with_etag(site: Site, key: list[str], headers: dict[str, str]) -> dict[str, str]:
    """Return `headers` with what caches want to know. key: what the answer depends on besides release and program."""
    identity = "\n".join([site.revision, *key])
    tag = f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'
    return {"etag": tag, "cache-control": REVALIDATE, **headers}


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """Return 304 if the client has the answer that these headers belong to; PreconditionError if it wants another.

    headers: with the answer's tag and when it was last changed, as far as it has them. The conditions count in the
    order of RFC 9110, 13.2.2; a date counts where no tag is given.
    """
    given, tag, changed = request.headers, headers.get("etag"), _moment(headers.get("last-modified"))
    if (wanted := given.get("if-match")) is not None:
        met = wanted.strip() == "*" or tag in _tags(wanted, weak=False)
    else:
        since = _moment(given.get("if-unmodified-since"))
        met = not changed or not since or changed <= since
    if not met:
        raise PreconditionError(say("web-precondition"))
    if (known := given.get("if-none-match")) is not None:
        same = known.strip() == "*" or tag in _tags(known, weak=True)
    else:
        since = _moment(given.get("if-modified-since"))
        same = changed is not None and since is not None and changed <= since
    return Response(status_code=304, headers=headers) if same else None


def complete(made: Representation, media_type: str, headers: dict[str, str]) -> Response:
    """Return the answer with what has been made."""
    links = [told["link"] for told in (headers, made.headers) if "link" in told]
    linked = {"link": ", ".join(links)} if links else {}
    return WholeResponse(made, {"content-type": content_type(media_type), **headers, **made.headers, **linked})


def content_type(media_type: str) -> str:
    """Return what Content-Type says of it."""
    return media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")


def _cached(site: Site, tag: str, render: Callable[[], Representation]) -> Representation:
    """Return what belongs to a tag: from the cache, or made now and put there."""
    found = site.cache.get(tag)
    if found is None:
        found = render()
        site.cache.put(tag, found)
    return found


def _tags(header: str, weak: bool) -> set[str]:
    """Return the tags that a header names. weak: also those that stand for what is only as good (RFC 9110, 8.8.3.2)."""
    return {tag for weakness, tag in _TAG.findall(header) if weak or not weakness}


def _moment(date: str | None) -> datetime | None:
    """Return the time that a date of HTTP stands for; None for what is none, which then is no condition."""
    try:
        moment = parsedate_to_datetime(date or "")
    except (ValueError, IndexError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
