"""Turns: what a web process makes, it makes one after the other, and addresses take turns.

Of a hundred pages for one address and one for another, the one is made second.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """One turn at a time. It belongs to the event loop in which it is first used."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # by address, whose turn is next first
        self._busy = False
        self._last = ""  # whose turn it is, or was

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        """Wait for the turn of an address, and have it."""
        if self._busy:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(address, deque()).append(turn)
            try:
                await turn
            except BaseException:
                if turn.done() and not turn.cancelled():
                    self._next()  # it had come, and nobody takes it
                raise
        self._busy, self._last = True, address
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        while self._waiting:
            address = next((a for a in self._waiting if a != self._last), self._last)  # others before the same
            line = self._waiting.pop(address)
            turn = line.popleft()
            if line:
                self._waiting[address] = line
            if not turn.done():  # whoever has gone is passed over
                turn.set_result(None)
                return
        self._busy = False
