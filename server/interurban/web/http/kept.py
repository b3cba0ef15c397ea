"""Answers that are kept, given again without asking the routes.

What an address answers to the same request is the same as long as this process lasts: it serves one release. So who
asks again for what is in the answer cache is answered from here, with the headers that it had before.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interurban.web.http.holding import send_whole
from interurban.web.http.observing import ENDPOINT
from interurban.web.model.cache import AnswerCache

_MOST = 2048  # answers of which the headers are kept, some 2 KiB each
_LONGEST = 2048  # bytes of what tells a request from others
_CHOOSING = (b"host", b"accept", b"accept-encoding", b"accept-language")  # what an answer may depend on
# What it does not depend on, with whatever begins with sec-; a request with any other header is for the routes.
_ALL_THE_SAME = {
    *(b"cache-control", b"connection", b"cookie", b"dnt", b"forwarded", b"from", b"keep-alive"),
    *(b"origin", b"pragma", b"priority", b"referer", b"te", b"traceparent", b"tracestate"),
    *(b"upgrade-insecure-requests", b"user-agent", b"via", b"x-forwarded-for", b"x-forwarded-host"),
    *(b"x-forwarded-proto", b"x-real-ip", b"x-request-id"),
}


@dataclass(frozen=True)
class _Answer:
    """tag: under which the cache has the content; endpoint: which route answered."""

    tag: str
    headers: list[tuple[bytes, bytes]]
    endpoint: Callable[..., object] | None


class KeptMiddleware:
    """Wraps an application. cache: where its whole answers are, by their tags."""

    def __init__(self, app: ASGIApp, cache: AnswerCache) -> None:
        self.app, self.cache = app, cache
        self._known: OrderedDict[tuple[bytes, ...], _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = _asked(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        known = self._known.get(asked)
        made = self.cache.get(known.tag) if known else None
        if known and made:
            self._known.move_to_end(asked)
            scope["state"][ENDPOINT] = known.endpoint
            length = (b"content-length", b"%d" % len(made.content))
            answering = send_whole(scope, send, made, 200, [*known.headers, length])
            del made  # so that nobody else holds it
            await answering
            return
        tag, headers = "", list[tuple[bytes, bytes]]()

        async def send_on(message: Message) -> None:
            nonlocal tag, headers
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = list(message.get("headers", ()))
                tag = _tag(headers)
            await send(message)

        await self.app(scope, receive, send_on)
        if tag:
            # but for its length, which one that was streamed did not know
            headers = [header for header in headers if header[0] != b"content-length"]
            self._known[asked] = _Answer(tag, headers, scope["state"].get(ENDPOINT))
            if len(self._known) > _MOST:
                self._known.popitem(last=False)


def _tag(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the tag of an answer, "" if it has none, or depends on more than is known here."""
    told = dict(headers)
    varies = {name.strip() for name in told.get(b"vary", b"").lower().split(b",") if name.strip()}
    return "" if varies - {*_CHOOSING} else told.get(b"etag", b"").decode("latin-1")


def _asked(scope: Scope) -> tuple[bytes, ...] | None:
    """Return what tells a request from others, None if that may be more than is known here."""
    chosen = dict.fromkeys(_CHOOSING, b"")
    for name, value in scope["headers"]:
        if name in chosen:
            chosen[name] = value
        elif not _is_all_the_same(name):
            return None
    asked = (scope["raw_path"], scope["query_string"], *chosen.values())
    return asked if sum(map(len, asked)) <= _LONGEST else None


@lru_cache(64)
def _is_all_the_same(name: bytes) -> bool:
    return name in _ALL_THE_SAME or name.startswith(b"sec-")
