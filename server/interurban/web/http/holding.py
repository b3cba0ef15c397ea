"""What a process holds of answers on their way: a block for each client, and of long answers a bounded amount in all.

Who reads slowly makes a process hold an answer for minutes. Beyond the bound, the address for which most is held loses
what has been held for it longest. What many read at once is held, and counts, once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from interurban.web.http.parameters import network
from interurban.web.model.cache import Representation

BLOCK = 32_768  # bytes that go to a client at a time
_MOST = 33_554_432  # bytes of longer answers that a process holds


@dataclass(eq=False)
class Held:
    """What is held of one answer for an address: a representation that others may share, or the parts so far."""

    address: str
    whole: Representation | None = None
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    lost: bool = False

    @property
    def what(self) -> int:
        """What tells it from other bytes."""
        return id(self.whole or self)

    def share(self, whole: Representation) -> None:
        """Hold a representation."""
        self.whole, self.size = whole, len(whole.content)
        HOLDING.bound()

    def add(self, part: bytes) -> None:
        """Hold one more part, unless all have been lost."""
        if not self.lost:
            self.parts.append(part)
            self.size += len(part)
            HOLDING.bound()

    def lose(self) -> None:
        """Hold nothing any more."""
        self.whole, self.parts, self.size, self.lost = None, [], 0, True


@dataclass
class Holding:
    """Everything that is held, at most `most` bytes."""

    most: int
    _all: dict[Held, None] = field(default_factory=dict)  # the oldest first

    @contextmanager
    def of(self, scope: Scope) -> Iterator[Held]:
        """Yield what may hold an answer for the client of a request, as long as the block lasts."""
        client = scope.get("client")
        held = Held(network(client[0]) if client else "")
        self._all[held] = None
        try:
            yield held
        finally:
            held.lose()
            del self._all[held]

    def bound(self) -> None:
        """Let go of as much as it takes to stay within the bound."""
        while sum({held.what: held.size for held in self._all}.values()) > self.most:
            by_address: Counter[str] = Counter()
            for address, _, size in {(held.address, held.what, held.size) for held in self._all}:
                by_address[address] += size
            worst = by_address.most_common(1)[0][0]
            next(held for held in self._all if held.address == worst and held.size).lose()


HOLDING = Holding(_MOST)  # of this process


class WholeResponse(Response):
    """A whole answer."""

    def __init__(self, made: Representation, headers: Mapping[str, str]) -> None:
        super().__init__(made.content, headers=headers)
        self._made = made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        answering = send_whole(scope, send, self._made, self.status_code, self.raw_headers)
        del self._made, self.body  # so that nobody else holds it
        await answering


async def send_whole(
    scope: Scope, send: Send, made: Representation, status: int, headers: list[tuple[bytes, bytes]]
) -> None:
    """Answer with a representation. A long one is sent block by block, each when the client has read the one before.

    If it is lost meanwhile, the connection ends in the middle.
    """
    start = {"type": "http.response.start", "status": status, "headers": headers}
    if len(made.content) <= BLOCK:
        await send(start)
        await send({"type": "http.response.body", "body": made.content})
        return
    with HOLDING.of(scope) as held:
        held.share(made)
        del made  # so that nobody else holds it
        await send(start)
        place = 0
        while held.whole:
            block = held.whole.content[place : place + BLOCK]
            place += BLOCK
            more = place < held.size
            await send({"type": "http.response.body", "body": block, "more_body": more})
            if not more:
                return
