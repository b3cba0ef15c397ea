"""The HTTP server: uvicorn with a bound on the head of a request, and with two ways to end.

`BoundedProtocol` is HTTP/1.1 as uvicorn reads it, with a bound on what a client may send before the body begins.
"""

import asyncio
import ctypes
import json
import logging
import re
import resource
import signal
import socket
import struct
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interurban.messages import say
from interurban.news import LogHandler
from interurban.web.http.holding import BLOCK
from interurban.web.http.parameters import network

_GRACE = 2  # seconds to finish what has begun; the supervisor waits for three
_LINGER = 0.5  # seconds for those to ask who were let in just before others took over
_END = re.compile(rb"\r?\n\r?\n")  # of a head; what has bare line feeds is for the parser to refuse
_UPGRADE = re.compile(rb"\r\n(?:upgrade|http2-settings):[^\r\n]*", re.IGNORECASE)
HEAD_SECONDS = 10.0  # for the head of a request, from the first byte or the beginning of the connection
BODY_SECONDS = 30.0  # for its body
READING_SECONDS = 60.0  # for a client to read what has been sent, some 64 KiB at a time
_UNSENT = 131_072  # bytes of an answer that the system takes in before they can go out
_LOOKS = 50  # ticks of uvicorn's clock, ten a second, between two looks whether memory can be given back
_SWITCH = 0.0005  # seconds after which a thread that makes a page lets this process hear of others
# Blocks of memory that are longer are the system's again as soon as they are freed. Left to itself malloc raises this
# bound to what it has seen, and puts megabytes where any small thing behind them keeps them (mallopt(3)).
_ALONE = 1_048_576
_M_MMAP_THRESHOLD = -3  # <malloc.h>
_libc = ctypes.CDLL(None)
LONGEST_HEAD = 32_768  # bytes of request line and headers; a longer query goes into the body


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol. Left to itself it gathers a head of any length, and stands still while it does.

    It also takes what follows a wish for HTTP/2 (`Upgrade: h2c`, which Java's client sends along with everything) for
    the other protocol, and loses the body. A server may ignore the wish (RFC 9110, 7.8), so the parser does not see it.

    And it waits for ever for who says nothing, says it byte by byte, or does not read. Here each has a deadline, and of
    one address only so many connections are open.
    """

    open: ClassVar[Counter[str]] = Counter()  # connections of this process, by address
    most: ClassVar[int] = 256  # of one address

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head, self._head = True, bytearray()
        self._address = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a conversation, unless its address has too many."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(BLOCK)
        self._address = network(self.client[0]) if self.client else ""
        self.open[self._address] += 1
        self._expect(HEAD_SECONDS)
        if self.open[self._address] > self.most:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._expect(None)
        self.resume_writing()
        self.open[self._address] -= 1
        if not self.open[self._address]:
            del self.open[self._address]
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait until the client has read, but not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(READING_SECONDS, self._reset)

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._unread:
            self._unread.cancel()
        super().resume_writing()

    def _reset(self) -> None:
        """Hang up, and let the system too forget what it holds for the client: without this it offers it on and on."""
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _expect(self, seconds: float | None) -> None:
        """Hang up unless what is waited for has come in so many seconds; None: nothing is waited for."""
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
        if seconds:
            self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on, a head when it is whole; unless it has become too long: then say so, and hang up."""
        if self._in_head:
            new = max(0, len(self._head) - 3)  # its end may have come in pieces
            self._head += data
            end = _END.search(self._head, new)
            if (end.start() if end else len(self._head)) > LONGEST_HEAD:
                self._refuse()
                return
            if not end:
                if not self._deadline:
                    self._expect(HEAD_SECONDS)
                return
            data = _UPGRADE.sub(b"", self._head[: end.start()]) + self._head[end.start() :]
            self._head.clear()
        super().data_received(bytes(data))
        if not self._in_head and not self._deadline:
            self._expect(BODY_SECONDS)

    def on_headers_complete(self) -> None:
        """Note that the body begins."""
        self._in_head = False
        self._expect(None)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that what comes next is another head."""
        self._in_head = True
        self._expect(None)
        super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing of who wants another protocol: they have their answer, and nothing more is read from them."""
        if self.cycle:
            self.cycle.keep_alive = False

    def _refuse(self) -> None:
        detail = say("web-head", limit=LONGEST_HEAD).text()
        problem = {"type": "about:blank", "title": say("web-status-431").text(), "status": 431, "detail": detail}
        content = json.dumps(problem).encode()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(content), content)
        )
        self.transport.close()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and can leave in peace. answers: is called when it does."""

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None]) -> None:
        super().__init__(config)
        self.answers = answers
        self.leaving = False
        self._open = 0  # connections at the last look

    async def on_tick(self, counter: int) -> bool:
        """Give memory back to the system when clients have gone: left to itself, malloc keeps what is in between."""
        if counter % _LOOKS == 0:
            before, self._open = self._open, len(self.server_state.connections)
            if self._open < before:
                _libc.malloc_trim(0)
        return await super().on_tick(counter)

    def leave(self) -> None:
        """Take no more connections, finish what has begun, however long that takes, and return."""
        self.config.timeout_graceful_shutdown = None
        self.leaving = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.answers()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; what is idle is closed, but not before it could ask."""
        if self.leaving:
            for server in self.servers:
                server.close()
            await asyncio.sleep(_LINGER)
        await super().shutdown(sockets)


def serve(app: ASGIApp, listening_socket: socket.socket, answers: Callable[[], None], connections: int) -> None:
    """Answer on a socket that already listens; at SIGTERM or SIGINT finish what has begun and return.

    At SIGUSR1, others have taken over: what has begun may take its time. answers: is called when it begins to answer.
    connections: how many of one address may be open.
    """
    BoundedProtocol.most = connections
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    sys.setswitchinterval(_SWITCH)
    _libc.mallopt(_M_MMAP_THRESHOLD, _ALONE)
    # As many connections as the system lets us have.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if listening_socket.family in (socket.AF_INET, socket.AF_INET6):
        # Connections inherit it. asyncio would set it only on sockets made with an explicit protocol number, and
        # without it every answer whose head and body are written apart waits 40 ms for an acknowledgement.
        listening_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Who does not read makes the system hold megabytes, and for ever if we have written all there is (tcp(7)).
        listening_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        listening_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(READING_SECONDS * 1000))
    # uvicorn raises the signal once more when it has finished; here it has then done its work
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    logging.getLogger().addHandler(LogHandler())
    log = logging.getLogger("uvicorn.error")
    log.setLevel(logging.WARNING)
    log.addFilter(_is_news)
    server = _Server(config, answers)
    signal.signal(signal.SIGUSR1, lambda *_: server.leave())
    server.run(sockets=[listening_socket])


def _is_news(record: logging.LogRecord) -> bool:
    """Drop what any client can bring about: a broken answer, a request that is not HTTP, a query still running."""
    return not record.msg.startswith(("ASGI callable returned without", "Invalid HTTP request", "Cancel %s running"))
