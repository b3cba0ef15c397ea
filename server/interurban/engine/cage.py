"""The web process's side of the cage: an asyncio client of the query workers.

For each query it makes a pair of connected sockets and a pipe, and hands one end of each to whichever worker
is free next, through one channel that all web processes write to and all workers read from. Nothing has a
name, so there is no file to protect or to clean up, and nobody else can connect.
"""

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial

from interurban.engine import wire
from interurban.engine.admission import AdmissionQueue
from interurban.engine.model import Answer, Query
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
_PRICE = 0.2  # seconds for which the client of a query that has cost a worker does not get the place back
_LOOK_AGAIN = 0.01  # seconds between two looks whether one's turn has come


class Cage:
    """An Engine whose queries run in the query workers; `jobs` is the channel's end for asking.

    queue: this process's part of the admission queue. It belongs to no event loop.
    """

    def __init__(self, jobs: socket.socket, queue: AdmissionQueue, settings: Settings) -> None:
        self._jobs = jobs
        self._queue = queue
        self._settings = settings

    async def answer(self, query: Query, client: str = "") -> Answer:
        """Return the answer as soon as its first bytes are there.

        Raises QuerySyntaxError or QueryFormatError for what cannot be answered at all, QueryRefusedError if
        there was no place in the queue or no worker free in time, QueryShareError if the client has too many
        queries under way, QueryTimeoutError and QueryLimitError if a limit ended the query.
        """
        limit = self._settings.query_characters
        if len(query.text) > limit:
            raise QuerySyntaxError(say("query-length", length=len(query.text), limit=limit))
        last_moment = asyncio.get_running_loop().time() + self._settings.queue_seconds
        conversation = self._begin(await self._turn(client, last_moment))
        try:
            await self._wait_for_worker(conversation, wire.pack_request(query), last_moment)
            head = json.loads(await conversation.expect(wire.HEAD))
            chunks = _chunks(conversation)
            await anext(chunks)
        except BaseException:
            conversation.close()
            raise
        return Answer(head["form"], head["media_type"], chunks)

    async def _turn(self, client: str, last_moment: float) -> int:
        """Return a place in the queue as soon as not too many queries of the client are running.

        Those may be other processes' affairs, and nobody sends a message when one is done: so this looks again.
        """
        place = self._queue.enter(client)
        try:
            async with asyncio.timeout_at(last_moment):
                while not self._queue.run(place, client):
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError as error:
            self._queue.leave(place)
            raise QueryShareError(say("query-share", count=self._settings.client_workers)) from error
        except BaseException:
            self._queue.leave(place)
            raise
        return place

    def _begin(self, place: int) -> "_Conversation":
        """Put one end of a new conversation into the channel, and return the other, which has the queue's place."""
        leave = partial(self._queue.leave, place)
        with ExitStack() as ours, ExitStack() as theirs:
            try:
                here, there = socket.socketpair()
                ours.callback(here.close)
                theirs.callback(there.close)
                listening, lifeline = os.pipe()
                ours.callback(os.close, lifeline)
                theirs.callback(os.close, listening)
                here.setblocking(False)
                socket.send_fds(self._jobs, [b"q"], [there.fileno(), listening])
            except OSError as error:  # there is no room for more, of descriptors or in the channel
                leave()
                raise self._refused() from error
            return _Conversation(here, ours.pop_all(), leave, self._settings)

    async def _wait_for_worker(self, conversation: "_Conversation", request: bytes, last_moment: float) -> None:
        """Send the request, and return when a worker has accepted it."""
        try:
            async with asyncio.timeout_at(last_moment):
                await conversation.send(request)
                (conversation.deadline,) = wire.MOMENT.unpack(await conversation.expect(wire.ACCEPTED))
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

    leave: gives its place in the queue back. deadline: when the worker will be ended, on time.monotonic()'s clock;
    infinite until it has accepted. over: the worker has said all it had to say, and lives.
    """

    ours: socket.socket
    held: ExitStack
    leave: Callable[[], None]
    settings: Settings
    deadline: float = _NEVER
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
        if time.monotonic() >= self.deadline:
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
        if self.over or self.deadline == _NEVER:
            self.leave()
        else:
            asyncio.get_running_loop().call_later(_PRICE, self.leave)
