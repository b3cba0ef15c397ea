"""HTTP/1.1 as uvicorn reads it, with a bound on what a client may send before the body begins, and deadlines."""

import asyncio
import json
import re
import select
import socket
import struct
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interurban.messages import say
from interurban.operation.counters import REFUSED, Row
from interurban.operation.settings import OperationSettings
from interurban.web.http.forwarding import Proxies
from interurban.web.http.holding import BLOCK
from interurban.web.http.pace import Pace
from interurban.web.http.parameters import network

_END = re.compile(rb"\r?\n\r?\n")  # of a head; what has bare line feeds is for the parser to refuse
_UPGRADE = re.compile(rb"\r\n(?:upgrade|http2-settings):[^\r\n]*", re.IGNORECASE)
HEAD_SECONDS = 10.0  # for the head of a request, from the first byte or the beginning of the connection
BODY_SECONDS = 30.0  # for its body
READING_SECONDS = 60.0  # for a client to read what has been sent, some 64 KiB at a time
LONGEST_HEAD = 32_768  # bytes of request line and headers; a longer query goes into the body. Also what is read ahead
_LOOK = 1.0  # seconds between two looks whether somebody is still there whom nothing is read from


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol. Left to itself it gathers a head of any length, and stands still while it does.

    It also takes what follows a wish for HTTP/2 (`Upgrade: h2c`, which Java's client sends along with everything) for
    the other protocol, and loses the body. A server may ignore the wish (RFC 9110, 7.8), so the parser does not see it.

    It also reads all that comes, and begins what it has read even when nobody is there any more. Here requests are
    read one at a time, each when the one before it has been answered (RFC 9112, 9.3.2). What comes meanwhile waits,
    and so do those who send too much of it.

    And it waits for ever for who says nothing, says it byte by byte, or does not read. Here each has a deadline, and of
    one address only so many connections are open, and so many requests a second are read: the others wait.
    """

    open: ClassVar[Counter[str]] = Counter()  # connections of this process, by address
    most: ClassVar[int] = 256  # of one address
    pace: ClassVar[Pace] = Pace(200)
    proxies: ClassVar[Proxies] = Proxies(OperationSettings())
    row: ClassVar[Row | None] = None  # where is counted what is not read
    leaving: ClassVar[bool] = False  # whether this process ends, and an answer is the last on its connection

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = True
        self._waiting = bytearray()  # what has come and is not parsed yet
        self._searched = 0  # bytes of it that hold no end of a head
        self._left: int | None = None  # bytes that a body still has, None if it is in chunks
        self._peer = self._address = ""
        self._moment: float | None = None  # at which the head that is there may be taken
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a conversation, unless its address has too many."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(BLOCK)
        self._peer = self.client[0] if self.client else ""
        self._address = network(self._peer)
        self.open[self._address] += 1
        self._expect(HEAD_SECONDS)
        if self.open[self._address] > self.most and not self.proxies.trusts(self._peer):
            self._count(429)
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

    def _expect(self, seconds: float | None, otherwise: Callable[[], None] | None = None) -> None:
        """Hang up, or do what else is said, unless what is waited for has come in so many seconds; None: nothing is."""
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
        if seconds:
            self._deadline = self.loop.call_later(seconds, otherwise or self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on, or keep it until what was asked before has been answered."""
        self._waiting += data
        self._read()

    def _read(self) -> None:
        """Parse what waits, piece by piece, so that nothing of one message is taken for a part of another."""
        while self._waiting and not self.transport.is_closing():
            if self._in_head and self.cycle and not self.cycle.response_complete:
                break
            piece = self._head() if self._in_head else self._body()
            if not piece:
                break
            super().data_received(piece)
            if not self._in_head and not self._deadline:  # a body begins
                self._expect(BODY_SECONDS)
                length = dict(self.headers).get(b"content-length")
                self._left = int(length) if length else None  # the parser refuses who says both
        if self.transport.is_closing():
            return
        if len(self._waiting) > LONGEST_HEAD:  # not an unfinished head, which would be refused, so read ahead
            self.transport.pause_reading()
            if not self._deadline:
                self._look()
        elif not self.flow.read_paused:
            self.transport.resume_reading()

    def _head(self) -> bytes:
        """Take a head when it is whole, else nothing; unless it has become too long: then say so, and hang up."""
        if not self._searched:  # empty lines before a request are none of its lines (RFC 9112, 2.2)
            self._waiting = self._waiting.lstrip(b"\r\n")
        end = _END.search(self._waiting, max(0, self._searched - 3))  # its end may have come in pieces
        self._searched = len(self._waiting)
        if (end.start() if end else self._searched) > LONGEST_HEAD:
            self._refuse()
        elif end:
            self._searched, now = 0, self.loop.time()
            if self._moment is None:
                client = network(self.proxies.client_of_head(self._peer, bytes(self._waiting[: end.end()])))
                self._moment = self.pace.moment(client, now)
            if self._moment > now:
                self._expect(self._moment - now, self._read)
                return b""
            self._moment = None
            return _UPGRADE.sub(b"", self._take(end.end()))
        elif not self._deadline:
            self._unset_keepalive_if_required()
            self._expect(HEAD_SECONDS)
        return b""

    def _body(self) -> bytes:
        """Take what has come of a body, and nothing beyond it: one in chunks can end only with an empty line."""
        if self._left is None:
            end = self._waiting.find(b"\r\n\r\n")
            return self._take(end + 4 if end >= 0 else max(0, len(self._waiting) - 3))
        piece = self._take(self._left)
        self._left -= len(piece)
        return piece

    def _take(self, size: int) -> bytes:
        piece = bytes(self._waiting[:size])
        del self._waiting[:size]
        return piece

    def _look(self) -> None:
        """Hang up if the other side has, which reading would tell; else look again."""
        ended = select.poll()
        ended.register(self.transport.get_extra_info("socket").fileno(), select.POLLRDHUP)
        if ended.poll(0):
            self.transport.abort()
        else:
            self._expect(_LOOK, self._look)

    def on_headers_complete(self) -> None:
        """Note that the body begins."""
        self._in_head = False
        self._expect(None)
        if self.client and self.proxies.trusts(self._peer):
            self.scope["client"] = (self.proxies.client_of(self._peer, self.headers), 0)
        super().on_headers_complete()
        if self.leaving and self.cycle:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Note that what comes next is another head."""
        self._in_head = True
        self._expect(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on to what was asked meanwhile."""
        super().on_response_complete()
        if self._in_head:  # else the deadline is the body's
            self._expect(None)
        self._read()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing of who wants another protocol: they have their answer, and nothing more is read from them."""
        if self.cycle:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Say so, unless an answer has begun: it would become a part of that."""
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
        else:
            self._count(400)
            super().send_400_response(msg)

    def _count(self, status: int) -> None:
        if self.row:
            self.row.request(REFUSED, status, 0.0)

    def _refuse(self) -> None:
        self._count(431)
        detail = say("web-head", limit=LONGEST_HEAD).text()
        problem = {"type": "about:blank", "title": say("web-status-431").text(), "status": 431, "detail": detail}
        content = json.dumps(problem).encode()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(content), content)
        )
        self.transport.close()
