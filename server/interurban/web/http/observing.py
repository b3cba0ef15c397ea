"""What is counted and logged of every request, and the id by which people can speak of it.

What stands here runs for each request: it writes some numbers to memory and reads the headers once.
"""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interurban.news import log
from interurban.operation.counters import NO_ROUTE, Row
from interurban.operation.logged import line, pseudonym, request_id
from interurban.web.http.parameters import network

ENDPOINT = "endpoint"


class ObservingMiddleware:
    """Wraps an application from outside; `EndpointMiddleware` tells it from inside which route answered.

    log: whether each request gets a line.
    """

    def __init__(self, app: ASGIApp, row: Row, log: bool) -> None:
        self.app, self.row, self.log = app, row, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, began, status, size, over = time.perf_counter(), 0.0, 0, 0, False
        ids = request_id(scope["headers"])
        state = scope.setdefault("state", {})  # is the same for all copies of this scope
        own = (b"x-request-id", ids[0].encode())
        state["request_id"] = ids[0]

        async def send_on(message: Message) -> None:
            nonlocal began, status, size, over
            if message["type"] == "http.response.start":
                began, status = time.perf_counter(), message["status"]
                message["headers"] = [*message.get("headers", ()), own]
            else:
                size += len(message.get("body", b""))
                over = not message.get("more_body")
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        finally:
            now = time.perf_counter()
            seconds = (began or now) - begun
            kind = _kind(state.get(ENDPOINT))
            self.row.request(kind, status, seconds)
            if status and not over:
                self.row.add("broken")
            if self.log:
                self._log(scope, status, now - begun, size, kind, ids)

    def _log(self, scope: Scope, status: int, seconds: float, size: int, kind: str, ids: tuple[str, str]) -> None:
        client = scope.get("client")
        name = pseudonym(network(client[0]) if client else "", self.row.counters.key)
        if not log(line(scope["method"], scope["path"], status, seconds, size, kind, name, ids)):
            self.row.add("lines_lost")


class EndpointMiddleware:
    """Stands next to the routes, where it is known which of them answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let them answer, and keep which one did."""
        try:
            await self.app(scope, receive, send)
        finally:
            if "state" in scope:
                scope["state"][ENDPOINT] = scope.get("endpoint")


def _kind(endpoint: Callable[..., object] | None) -> str:
    """Return what a route is called: its file in `routes`."""
    return NO_ROUTE if endpoint is None else endpoint.__module__.rpartition(".")[2]
