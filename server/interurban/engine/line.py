"""The queries of one web process that wait for their turn."""

import asyncio
import time
from dataclasses import dataclass

from interurban.engine.admission import AdmissionQueue, Moment

_LOOK_AGAIN = 0.01  # seconds between two looks whether somebody's turn has come


@dataclass(frozen=True)
class _Waiting:
    place: int
    long: bool
    since: float
    turn: "asyncio.Future[None]"


class Line:
    """Who waits, in the order in which they came.

    Whose turn it is may be other processes' affair, and nobody sends a message when one is done: so one task looks
    again for all who wait.
    """

    def __init__(self, queue: AdmissionQueue) -> None:
        self._queue = queue
        self._waiting: list[_Waiting] = []
        self._looking: asyncio.Task[None] | None = None

    async def turn(self, place: int, long: bool) -> None:
        """Return when the query in a place may run. long: it is known to be a long one."""
        if self._queue.run(place, long):
            return
        one = _Waiting(place, long, time.monotonic(), asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            await one.turn
        finally:
            if one in self._waiting:
                self._waiting.remove(one)

    def leave_later(self, place: int, seconds: float) -> None:
        """Let others run, and give the place back after so many seconds."""
        self._queue.end(place)
        self._call()
        asyncio.get_running_loop().call_later(seconds, self.leave, place)

    def leave(self, place: int) -> None:
        """Give a place back; perhaps somebody's turn has come by that."""
        self._queue.leave(place)
        self._call()

    def _call(self) -> None:
        """Let those run whose turn it is: who is known for short ones, who has used least, then who came first."""
        if not self._waiting:
            return
        now, clock = Moment(self._queue), time.monotonic()

        def merit(one: _Waiting) -> tuple[bool, float]:
            return now.merit(self._queue.client(one.place), one.long, clock - one.since)

        for one in sorted(self._waiting, key=merit):
            if now.full():
                return
            if not one.turn.done() and self._queue.run(one.place, one.long, clock - one.since, now):
                self._waiting.remove(one)
                one.turn.set_result(None)

    async def _look(self) -> None:
        while self._waiting:
            await asyncio.sleep(_LOOK_AGAIN)
            self._call()
        self._looking = None
