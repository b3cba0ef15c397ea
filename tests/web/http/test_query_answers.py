"""What is hard to see from outside: that a worker is let go of, whoever asks, and what is kept how long."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.requests import Request

from interurban.engine import Answer, Query
from interurban.web.http.parameters import client_address
from interurban.web.http.query_answers import QueryAnswerResponse, ask

GONE = {"type": "http.disconnect"}


class Watched:
    """An engine whose one answer never ends, and which knows whether it was let go of."""

    def __init__(self) -> None:
        self.freed = False

    def ready(self) -> bool:
        return True

    async def answer(self, query: Query, client: str = "") -> Answer:
        chunks = self._chunks()
        await anext(chunks)
        return Answer("boolean", "text/csv", chunks)

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0)
        finally:
            self.freed = True


async def stays() -> dict[str, Any]:
    await asyncio.Event().wait()
    return GONE


async def broken(_: object) -> None:
    raise OSError("gone")


def scope(host: str = "127.0.0.1") -> dict[str, Any]:
    return {"type": "http", "asgi": {"spec_version": "2.3"}, "headers": [], "client": (host, 1)}


def test_an_answer_that_cannot_even_begin_is_closed() -> None:
    async def run() -> bool:
        engine = Watched()
        response = QueryAnswerResponse(await engine.answer(Query("", "")), {}, print, 0)
        with pytest.raises(OSError, match="gone"):
            await response(scope(), stays, broken)
        return engine.freed

    assert asyncio.run(run())


def test_an_answer_that_comes_as_its_client_is_given_up_is_closed() -> None:
    async def run() -> bool:
        engine = Watched()
        asking = asyncio.ensure_future(ask(engine, Request(scope(), stays), Query("", "")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # by now the engine has answered, and nobody has taken it
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        return engine.freed

    assert asyncio.run(run())


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_who_shares_a_share(host: str, who: str) -> None:
    assert client_address(Request(scope(host))) == who
