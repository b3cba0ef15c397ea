"""Turns: the requests that one web process has at hand are begun one after the other, and addresses take turns.

A process does one thing at a time. Of a hundred requests from one address and one from another, the one is second.
"""

import asyncio
from collections import deque

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from interurban.web.http.query_answers import client_address


class TurnMiddleware:
    """Wraps an application, whose requests it begins in turn; once one waits for something, the next may begin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # by address, whose turn is next first
        self._busy = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request when its address has its turn."""
        if scope["type"] == "http":
            await self._turn(client_address(Request(scope)))
        await self.app(scope, receive, send)

    async def _turn(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        if self._busy:
            turn = loop.create_future()
            self._waiting.setdefault(address, deque()).append(turn)
            await turn
        else:
            self._busy = True
            loop.call_soon(self._next)  # which is when this request waits for something, or is answered

    def _next(self) -> None:
        while self._waiting:
            address, line = next(iter(self._waiting.items()))
            del self._waiting[address]
            turn = line.popleft()
            if line:
                self._waiting[address] = line
            if not turn.done():  # whoever has gone is passed over
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)  # after the one that has just been called
                return
        self._busy = False
