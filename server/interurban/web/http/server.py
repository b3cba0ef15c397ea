"""The HTTP server: uvicorn with deadlines and bounds for clients, with two ways to end."""

import asyncio
import ctypes
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from interurban.news import LogHandler
from interurban.operation.counters import Row
from interurban.settings import Settings
from interurban.web.http.forwarding import Proxies
from interurban.web.http.pace import Pace
from interurban.web.http.protocol import READING_SECONDS, BoundedProtocol

_GRACE = 2  # seconds to finish what has begun; the supervisor waits for three
_LINGER = 0.5  # seconds for those to ask who were let in just before others took over
_IDLE = 5  # seconds that a connection is kept open without a request
_UNSENT = 131_072  # bytes of an answer that the system takes in before they can go out
_LOOKS = 50  # ticks of uvicorn's clock, ten a second, between two looks whether memory can be given back
_SWITCH = 0.0005  # seconds after which a thread that makes a page lets this process hear of others
# Blocks of memory that are longer are the system's again as soon as they are freed. Left to itself malloc raises this
# bound to what it has seen, and puts megabytes where any small thing behind them keeps them (mallopt(3)).
_ALONE = 1_048_576
_M_MMAP_THRESHOLD = -3  # <malloc.h>
_libc = ctypes.CDLL(None)


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and can leave in peace.

    answers: is called when it does; look: ten times a second, with how many connections are open.
    """

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None], look: Callable[[int], None]) -> None:
        super().__init__(config)
        self.answers, self.look = answers, look
        self.leaving = False
        self._open = 0  # connections at the last look

    async def on_tick(self, counter: int) -> bool:
        """Give memory back to the system when clients have gone: left to itself, malloc keeps what is in between."""
        self.look(len(self.server_state.connections))
        if counter % _LOOKS == 0:
            before, self._open = self._open, len(self.server_state.connections)
            if self._open < before:
                _libc.malloc_trim(0)
        return await super().on_tick(counter)

    def leave(self) -> None:
        """Take no more connections, finish what has begun, however long that takes, and return."""
        self.config.timeout_graceful_shutdown = None
        self.leaving = self.should_exit = BoundedProtocol.leaving = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.answers()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; in peace, each connection is closed with its next answer, which says so, or after its time of idleness.

        Closed at once, one that is idle, or whose answer had begun without a word of it, might just be asking.
        """
        if self.leaving:
            for server in self.servers:
                server.close()
            await asyncio.sleep(_LINGER)
            while self.server_state.connections:
                await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    listening_socket: socket.socket,
    settings: Settings,
    answers: Callable[[], None],
    row: Row,
    look: Callable[[int], None],
) -> None:
    """Answer on a socket that already listens; at SIGTERM or SIGINT finish what has begun and return.

    At SIGUSR1, others have taken over: what has begun may take its time. answers: is called when it begins to answer;
    row: where is counted what is not read; look: is called ten times a second, with how many connections are open.
    """
    BoundedProtocol.most, BoundedProtocol.pace = settings.client_connections, Pace(settings.client_requests)
    BoundedProtocol.proxies, BoundedProtocol.row = Proxies(settings), row
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
        timeout_keep_alive=_IDLE,
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
    server = _Server(config, answers, look)
    signal.signal(signal.SIGUSR1, lambda *_: server.leave())
    server.run(sockets=[listening_socket])


def _is_news(record: logging.LogRecord) -> bool:
    """Drop what any client can bring about: a broken answer, a request that is not HTTP, a query still running."""
    return not record.msg.startswith(("ASGI callable returned without", "Invalid HTTP request", "Cancel %s running"))
