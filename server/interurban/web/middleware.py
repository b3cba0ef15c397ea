"""What every request and answer has in common: a bound on the head, security and CORS headers, HEAD, the last resort.

`BoundedProtocol` is HTTP/1.1 as uvicorn reads it, with a bound on what a client may send before the body begins.
`Envelope` is a plain ASGI wrapper, so that streamed answers pass through it chunk by chunk.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interurban.errors import QueryRefusedError
from interurban.messages import say

_log = logging.getLogger(__name__)

_METHODS = "GET, HEAD, POST, OPTIONS"
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
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
    "allow": _METHODS,
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}

LONGEST_HEAD = 32_768  # bytes of request line and headers; a longer query goes into the body


class _HeadIsEnoughError(Exception):
    """Ends what an application has begun when only the head was asked for."""


class Envelope:
    """Wraps an application. failure: makes the answer to an error that nothing inside has handled."""

    def __init__(self, app: ASGIApp, failure: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.failure = failure
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

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send_on)
            return
        try:
            # HEAD is answered as GET; the server, which knows better, leaves out the body
            inner = {**scope, "method": "GET"} if head_only else scope
            await self.app(inner, receive, send_on)
        except (ClientDisconnect, _HeadIsEnoughError):
            return  # nobody is left to tell
        except asyncio.CancelledError:  # the server ends, and this is what it could not wait for: a query
            if not started:
                ending = QueryRefusedError(say("web-ending"))
                await self.failure(Request(scope), ending)(scope, receive, send_on)
        except Exception as error:
            if started:  # nothing truthful can be said any more; the server breaks the connection
                raise
            _log.exception("unexpected error for %s", scope["path"])
            await self.failure(Request(scope), error)(scope, receive, send_on)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol. Left to itself it gathers a head of any length, and stands still while it does."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head, self._head = True, 0

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has become too long: then say so, and hang up."""
        if self._in_head and self._head + len(data) > LONGEST_HEAD and not self._ends_soon(data):
            self._refuse()
            return
        self._head += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Note that the body begins."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that what comes next is another head."""
        self._in_head, self._head = True, 0
        super().on_message_complete()

    def _ends_soon(self, data: bytes) -> bool:
        """Tell whether the head ends with what has come, within its bound; the rest is the body."""
        return 0 <= data.find(b"\r\n\r\n") <= LONGEST_HEAD - self._head

    def _refuse(self) -> None:
        detail = say("web-head", limit=LONGEST_HEAD).text()
        problem = {"type": "about:blank", "title": say("web-status-431").text(), "status": 431, "detail": detail}
        content = json.dumps(problem).encode()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(content), content)
        )
        self.transport.close()
