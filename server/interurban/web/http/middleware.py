"""What every answer has in common: security and CORS headers, HEAD and OPTIONS, and the last resort for an error.

It is plain ASGI, so that streamed answers pass through it chunk by chunk.
"""

import asyncio
import logging
import re
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interurban.errors import QueryRefusedError
from interurban.messages import say
from interurban.web.http.errors import BadRequestError

_log = logging.getLogger(__name__)

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",  # the suggestions in the search box
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    # Open data, without cookies or anything else that depends on who asks.
    "access-control-allow-origin": "*",
    "access-control-expose-headers": ", ".join(
        ["Content-Location", "ETag", "Link", "Memento-Datetime", "Retry-After", "Interurban-Truncated"]
    ),
}
_PREFLIGHT = {
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}


# What may be sent in several lines, which then are one list (RFC 9110, 5.3). Of the others the first counts.
_LISTS = (b"accept", b"accept-encoding", b"accept-language", b"if-match", b"if-none-match")

_HOST = re.compile(rb"[\w.~%!$&'()*+,;=:\[\]-]*")  # what a host and its port are written with (RFC 3986, 3.2)


class _HeadIsEnoughError(Exception):
    """Ends what an application has begun when only the head was asked for."""


class CommonMiddleware:
    """Wraps an application.

    failure: makes the answer to an error that nothing inside has handled; router: its routes, which have the methods.
    """

    def __init__(self, app: ASGIApp, failure: Callable[[Request, Exception], Response], router: Router) -> None:
        self.app = app
        self.failure = failure
        self.router = router
        self.headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, head_only = False, scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = message.get("headers", ())
                own = {name.lower() for name, _ in given}  # a page may say for itself what it needs
                message["headers"] = [*given, *(pair for pair in self.headers if pair[0] not in own)]
            if head_only and message.get("more_body"):
                # nobody will see the rest, so nobody is to work on it
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                raise _HeadIsEnoughError
            await send(message)

        if not _names_its_host(scope):
            await self.failure(Request(_as_meant(scope)), BadRequestError(say("web-host")))(scope, receive, send_on)
            return
        if scope["method"] not in ("GET", "HEAD") and (refusal := self._refusal(scope)):
            await refusal(scope, receive, send_on)
            return
        try:
            await self.app(_as_meant(scope), receive, send_on)
        except (ClientDisconnect, _HeadIsEnoughError):
            return  # nobody is left to tell
        except asyncio.CancelledError:  # the server ends, and this is what it could not wait for: a query
            if not started:
                ending = QueryRefusedError(say("web-ending"))
                await self.failure(Request(scope), ending)(scope, receive, send_on)
        except Exception as error:
            if started:  # nothing truthful can be said any more; the server breaks the connection
                raise
            _log.exception(
                "unexpected error for %s (request %s)", scope["path"], scope.get("state", {}).get("request_id")
            )
            await self.failure(Request(scope), error)(scope, receive, send_on)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what is to be said of the methods that an address has: to OPTIONS, and to one that it has not.

        None where it has this one, or where there is no such address.
        """
        found = {
            m
            for m in ("GET", "POST")
            if any(r.matches({**scope, "method": m})[0] is Match.FULL for r in self.router.routes)
        }
        if not found or scope["method"] in found:
            return None
        known = found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())
        allow = ", ".join(method for method in _METHODS if method in known)
        if scope["method"] == "OPTIONS":
            headers = _PREFLIGHT | {"allow": allow, "access-control-allow-methods": allow}
            return Response(status_code=204, headers=headers)
        return self.failure(Request(_as_meant(scope)), HTTPException(405, headers={"Allow": allow}))


def _names_its_host(scope: Scope) -> bool:
    """Tell whether a request names one host, or by HTTP/1.0 maybe none (RFC 9112, 3.2)."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    least = 0 if scope["http_version"] == "1.0" else 1
    return least <= len(hosts) <= 1 and all(map(_HOST.fullmatch, hosts))


def _as_meant(scope: Scope) -> Scope:
    """Return the request as RFC 9110 has it read: a list of several lines is one list (5.3), HEAD is GET without Range.

    HEAD is answered as GET, and the server, which knows better, leaves out the body; parts are for GET alone (14.2).
    """
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    names = [name for name, _ in headers if name in _LISTS]
    if len(names) != len(set(names)):
        lists = {name: b", ".join(value for other, value in headers if other == name) for name in names}
        headers = [*(pair for pair in headers if pair[0] not in lists), *lists.items()]
    if scope["method"] != "HEAD":
        return {**scope, "headers": headers}
    return {**scope, "method": "GET", "headers": [pair for pair in headers if pair[0] != b"range"]}
