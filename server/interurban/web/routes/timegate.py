"""/timegate/ and /timemap/: the way to what was at an address at a given time (Memento, RFC 7089)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.web.http.conditional import REVALIDATE, conditional
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.mementos import (
    LINKS,
    ORIGINAL,
    TIMEGATE,
    TIMEMAP,
    Memento,
    Original,
    memento_links,
    written,
)
from interurban.web.http.operations import Operation, answers, routed
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site

_DATETIME = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
# A day that every month has, so that whatever fits is a date.
_IMF_FIXDATE = (
    "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([01][1-9]|2[0-8]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    "[12][0-9]{3} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] GMT$"
)
_ACCEPTED = {
    "name": "Accept-Datetime",
    "in": "header",
    "description": "The time that is asked for (RFC 1123, GMT); without it, now",
    "schema": {"type": "string", "pattern": _IMF_FIXDATE},
}
_GATE: Operation = {
    "status_code": 302,
    "response_class": Response,
    "responses": {302: {"description": "The memento of that time"}},
    "openapi_extra": {"parameters": [_ACCEPTED]},
}


_MEMENTOS: Operation = {"response_class": Response, "responses": answers("The mementos", LINKS)}


def router(sites: Sequence[Site]) -> APIRouter:
    """Return the routes of the gate and of the maps.

    sites: of the served releases under their own paths, newest first.
    """
    endpoints = _Endpoints(sites)
    return routed(
        (f"/{TIMEGATE}{{address:path}}", endpoints.gate, _GATE),
        (f"/{TIMEMAP}{{address:path}}", endpoints.timemap, _MEMENTOS),
    )


@dataclass(frozen=True)
class _Endpoints:
    sites: Sequence[Site]

    async def gate(self, request: Request) -> Response:
        """Point to the memento that was current at the time that Accept-Datetime asks for (RFC 7089, 4.5)."""
        moment = _moment(request.headers.get("accept-datetime"))
        original, every = _found(self.sites, request, TIMEGATE)
        chosen = max((n for n, memento in enumerate(every) if moment is None or memento.published <= moment), default=0)
        headers = {
            "location": every[chosen].address,
            "vary": "accept-datetime",
            "link": ", ".join([*original.about(), *memento_links(every, chosen)]),
            "cache-control": REVALIDATE,
        }
        return Response(status_code=302, headers=headers)

    async def timemap(self, request: Request) -> Response:
        """List the mementos of an address (RFC 7089, 5)."""
        original, every = _found(self.sites, request, TIMEMAP)
        first, last = every[0].stamp, every[-1].stamp
        itself, gate, this = original.about()
        this = this.replace('rel="timemap"', 'rel="self"') + f'; from="{first}"; until="{last}"'
        content = ",\n".join([itself, gate, this, *memento_links(every, None)]) + "\n"
        key = [TIMEMAP, original.address]
        return await conditional(self.sites[0], request, key, LINKS, {}, lambda: Representation(content.encode()))


def _found(sites: Sequence[Site], request: Request, prefix: str) -> tuple[Original, list[Memento]]:
    """Return the original that stands behind `prefix` in the request's address, and its mementos.

    It is written as a URI, or as its path alone. NotFoundError if no served release ever had it.
    """
    path, query = written(request.scope)
    address, base = path.removeprefix("/" + prefix), sites[0].base
    local = base.path(address) if "://" in address else "/" + address
    if local is None and address.startswith(str(request.base_url)):  # a copy that is not served under its base
        local = "/" + address.removeprefix(str(request.base_url))
    if local is None or not ORIGINAL.fullmatch(local):
        raise NotFoundError(say("web-no-memento"))
    original = Original(base.iri, local, query)
    every = original.mementos(sites)
    if not every:
        raise NotFoundError(say("web-no-memento"))
    return original, every


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
