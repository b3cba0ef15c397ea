"""The web process's side of the cage: an asyncio client of the query workers.

For each query it makes a pair of connected sockets and a pipe, and hands one end of each to whichever worker
is free next, through one channel that all web processes write to and all workers read from. Nothing has a
name, so there is no file to protect or to clean up, and nobody else can connect.
"""

import asyncio
import json
import os
import random
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass

from interurban.engine import wire
from interurban.engine.admission import AdmissionQueue, Moment
from interurban.engine.line import Line
from interurban.engine.model import Answer, Query
from interurban.engine.shares import NEAR, SILENT, Slots
from interurban.errors import (
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    QueryShareError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from interurban.messages import say
from interurban.settings import Settings

_NEVER = float("inf")
_OPENING, _LOOK = 60.0, 0.05  # seconds that a query waits for the store to be filled at most, and between two looks
# How much longer than another a long query may wait for room. Not all equally long: those that come together would be
# refused together, and come back together.
_PATIENCE = (1, 3)
_LOOKING, _LOOKED = Query("ASK {}", "urn:interurban:look"), 1.0  # seconds for which that is known
_PRICE = 0.2  # seconds for which the client of a query that has cost a worker does not get the place back


class _MadeRoomError(QueryRefusedError):
    """The query was ended before any of its answer was sent, as there were too many long ones."""


class Cage:
    """An Engine whose queries run in the query workers; `jobs` is the channel's end for asking.

    queue: this process's part of the admission queue. It belongs to no event loop.
    """

    def __init__(self, jobs: socket.socket, queue: AdmissionQueue, settings: Settings) -> None:
        self._jobs = jobs
        self._queue = queue
        self._settings = settings
        self._line = Line(queue)
        self._look: asyncio.Task[None] | None = None

    def ready(self) -> bool:
        """Tell whether queries are answered now; of another server, whether they were at the last look.

        Whoever asks makes somebody look, once in a second at most.
        """
        slots = self._queue.slots
        if slots.server[0] != NEAR and self._look is None:
            self._look = asyncio.create_task(self._looking())
        return slots.opened() and slots.server[0] != SILENT

    async def _looking(self) -> None:
        with suppress(QueryError):
            async with aclosing((await self.answer(_LOOKING)).chunks):
                pass
        await asyncio.sleep(_LOOKED)
        self._look = None

    async def answer(self, query: Query, client: str = "") -> Answer:
        """Return the answer as soon as its first bytes are there.

        Raises QuerySyntaxError or QueryFormatError for what cannot be answered at all, QueryRefusedError if
        there was no place in the queue or no worker free in time, QueryShareError if the client has too many
        queries under way, QueryTimeoutError and QueryLimitError if a limit ended the query.
        """
        limit = self._settings.query_characters
        if len(query.text) > limit:
            raise QuerySyntaxError(say("query-length", length=len(query.text), limit=limit))
        clock = asyncio.get_running_loop().time
        opening = clock() + _OPENING
        while not self._queue.slots.opened() and clock() < opening:
            await asyncio.sleep(_LOOK)
        last_moment, long = clock() + self._settings.queue_seconds, False
        while True:
            try:
                return await self._answer(query, client, last_moment, long)
            except _MadeRoomError:
                if not long:  # nothing has been sent of its answer, so it can begin again when there is room
                    long, last_moment = True, clock() + self._settings.queue_seconds * random.uniform(*_PATIENCE)  # noqa: S311

    async def _answer(self, query: Query, client: str, last_moment: float, long: bool) -> Answer:
        """Do as `answer` does; _MadeRoomError if it was ended for others. long: the query is known to be a long one."""
        place = await self._turn(client, last_moment, long)
        conversation = self._begin(place)
        try:
            await self._wait_for_worker(conversation, wire.pack_request(query), last_moment)
            self._queue.begun(place)
            head = json.loads(await conversation.expect(wire.HEAD))
            chunks = _chunks(conversation)
            await anext(chunks)
        except BaseException:
            conversation.close()
            raise
        return Answer(head["form"], head["media_type"], chunks)

    async def _turn(self, client: str, last_moment: float, long: bool) -> int:
        """Return a place in the queue as soon as it is this query's turn to run."""
        place = self._queue.enter(client)
        try:
            async with asyncio.timeout_at(last_moment):
                await self._line.turn(place, long)
        except TimeoutError as error:
            own = Moment(self._queue).has_its_share(self._queue.client(place))
            self._queue.leave(place)
            if long:
                raise QueryShareError(say("query-long-share", seconds=self._settings.short_seconds)) from error
            if own:
                raise QueryShareError(say("query-share", count=self._settings.client_workers)) from error
            raise self._refused() from error
        except BaseException:
            self._queue.leave(place)
            raise
        return place

    def _begin(self, place: int) -> "_Conversation":
        """Put one end of a new conversation into the channel, and return the other, which has the queue's place."""

        def leave(seconds: float = 0.0, short: bool | None = None) -> None:
            if short is not None:
                self._queue.note(place, short)
            if seconds:
                self._line.leave_later(place, seconds)
            else:
                self._line.leave(place)

        with ExitStack() as ours, ExitStack() as theirs:
            try:
                here, there = socket.socketpair()
                ours.callback(here.close)
                theirs.callback(there.close)
                listening, lifeline = os.pipe()
                ours.callback(os.close, lifeline)
                theirs.callback(os.close, listening)
                here.setblocking(False)
                whose = wire.CLIENT.pack(self._queue.client(place))
                socket.send_fds(self._jobs, [whose], [there.fileno(), listening])
            except OSError as error:  # there is no room for more, of descriptors or in the channel
                leave()
                raise self._refused() from error
            return _Conversation(here, ours.pop_all(), leave, self._settings, self._queue.slots)

    async def _wait_for_worker(self, conversation: "_Conversation", request: bytes, last_moment: float) -> None:
        """Send the request, and return when a worker has accepted it."""
        try:
            async with asyncio.timeout_at(last_moment):
                await conversation.send(request)
                begun = wire.BEGUN.unpack(await conversation.expect(wire.ACCEPTED))
                conversation.began, conversation.slot = begun
        except (TimeoutError, QueryLimitError) as error:  # or the worker died before it had begun
            raise self._refused() from error

    def _refused(self) -> QueryRefusedError:
        return QueryRefusedError(say("query-refused", seconds=self._settings.queue_seconds))


async def _chunks(conversation: "_Conversation") -> AsyncGenerator[bytes, None]:
    """Yield the answer's bytes; first b"" for `answer`: a generator that never ran does not clean up."""
    try:
        yield b""
        while (frame := await conversation.frame())[0] != wire.END:
            yield frame[1]
    finally:
        conversation.close()


@dataclass
class _Conversation:
    """One query's socket, and all it holds: among that the pipe whose closing frees its worker.

    leave: gives its place in the queue back, at once or after some seconds, and tells whether it was short. began: when
    the worker began, on time.monotonic()'s clock, and in which slot; infinite until it has. sent: some of the answer
    has come. over: the worker has said all it had to say, and lives.
    """

    ours: socket.socket
    held: ExitStack
    leave: Callable[[float, bool | None], None]
    settings: Settings
    slots: Slots
    began: float = _NEVER
    slot: int = 0
    sent: bool = False
    over: bool = False
    closed: bool = False

    async def send(self, data: bytes) -> None:
        """Send the request; if the worker is gone, reading will tell."""
        with suppress(ConnectionError):
            await asyncio.get_running_loop().sock_sendall(self.ours, data)

    async def expect(self, kind: bytes) -> bytes:
        """Return the payload of the next frame, which can only be a `kind` or an error."""
        found, payload = await self.frame()
        if found != kind:
            raise RuntimeError(f"the worker sent {found!r} where only {kind!r} can be")
        return payload

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the next frame; raise the QueryError that it brings, or that the worker's death means."""
        try:
            kind, size = wire.FRAME.unpack(await self._receive(wire.FRAME.size))
            payload = await self._receive(size)
        except ConnectionError as error:
            raise self._death() from error
        self.over = kind in (wire.END, wire.ERROR)
        self.sent = self.sent or kind == wire.HEAD
        if kind == wire.ERROR:
            raise wire.unpack_error(payload)
        return kind, payload

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        received = bytearray(size)
        view = memoryview(received)
        while view:
            count = await loop.sock_recv_into(self.ours, view)
            if count == 0:
                raise ConnectionResetError
            view = view[count:]
        return bytes(received)

    def _death(self) -> QueryError:
        """Return what the death of the worker means: the timer never ends it before the deadline."""
        if self.slots.ended[self.slot] == self.began:
            return QueryShareError(say("query-made-room")) if self.sent else _MadeRoomError(say("query-made-room"))
        if time.monotonic() >= self.began + self.settings.query_seconds:
            return QueryTimeoutError(say("query-timeout", seconds=self.settings.query_seconds))
        return QueryLimitError(say("query-limit", megabytes=self.settings.query_megabytes))

    def close(self) -> None:
        """Let go of the worker, which ends if it is not done, and of the place in the queue.

        Whose query costs a worker has that place for a little longer, or a single address could keep a core busy
        with nothing but replacing workers.
        """
        if self.closed:
            return
        self.closed = True
        self.held.close()
        if self.began == _NEVER:
            self.leave(0.0, None)
            return
        costly = not self.over and self.slots.ended[self.slot] != self.began
        if costly:
            self.slots.end(self.slot, self.began)
        short = self.over and time.monotonic() - self.began < self.settings.short_seconds
        self.leave(_PRICE if costly else 0.0, short)
