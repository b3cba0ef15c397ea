"""Turns: the requests that one web process has at hand are begun one after the other, and addresses take turns.

A process does one thing at a time. Of a hundred requests from one address and one from another, the one is second.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from interurban.web.http.query_answers import network

_SHORT = 0.005  # seconds in which one address may begin several requests


class TurnMiddleware:
    """Wraps an application, whose requests it begins in turn; once one waits for something, the next may begin.

    What one address asks for in very little time is begun at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # by address, whose turn is next first
        self._busy = False
        self._current, self._since = "", 0.0  # whose turn it is, and since when

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request when its address has its turn."""
        if scope["type"] == "http":
            client = scope.get("client")
            address = network(client[0] if client else "")
            loop = asyncio.get_running_loop()
            if not self._busy:
                self._begin(address, loop)
            elif address != self._current or self._waiting or loop.time() - self._since > _SHORT:
                turn = loop.create_future()
                self._waiting.setdefault(address, deque()).append(turn)
                await turn
        await self.app(scope, receive, send)

    def _begin(self, address: str, loop: asyncio.AbstractEventLoop) -> None:
        self._busy, self._current, self._since = True, address, loop.time()
        loop.call_soon(self._next)  # which is when the request waits for something, or is answered

    def _next(self) -> None:
        while self._waiting:
            address = next((a for a in self._waiting if a != self._current), self._current)  # others before the same
            line = self._waiting.pop(address)
            turn = line.popleft()
            if line:
                self._waiting[address] = line
            if not turn.done():  # whoever has gone is passed over
                turn.set_result(None)
                self._begin(address, asyncio.get_running_loop())  # after the one that has just been called
                return
        self._busy = False
