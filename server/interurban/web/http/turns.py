"""Turns: what a web process makes, it makes one after the other, and addresses take turns.

Of a hundred pages for one address and one for another, the one is made second. Who has many waiting rests between two
turns, since what is around a page takes time as well, of this process and of all others.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_MANY = 4  # turns of one address that wait
_REST = 1  # times as long as its last turn took
_LONGEST = 0.5  # seconds of rest


class Turns:
    """One turn at a time. It belongs to the event loop in which it is first used."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # by address, whose turn is next first
        self._busy = False
        self._rest: asyncio.TimerHandle | None = None  # before the next turn, unless somebody else comes
        self._last = ""  # whose turn it is, or was

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        """Wait for the turn of an address, and have it."""
        loop = asyncio.get_running_loop()
        if self._rest and address not in self._waiting:
            self._rest.cancel()
            self._rest = None
        elif self._busy:
            turn = loop.create_future()
            self._waiting.setdefault(address, deque()).append(turn)
            try:
                await turn
            except BaseException:
                if turn.done() and not turn.cancelled():
                    self._next()  # it had come, and nobody takes it
                raise
        self._busy, self._last, begun = True, address, loop.time()
        try:
            yield
        finally:
            if len(self._waiting) == 1 and len(self._waiting.get(address, ())) >= _MANY:
                self._rest = loop.call_later(min(_REST * (loop.time() - begun), _LONGEST), self._next)
            else:
                self._next()

    def _next(self) -> None:
        self._rest = None
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
