"""Streamed query answers: asked of the engine, on their way to the client, with a truthful ending."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pyoxigraph as ox
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from interurban.engine.evaluate import write_results
from interurban.engine.model import Answer, Engine, Query
from interurban.errors import QueryError, QueryLimitError
from interurban.messages import say
from interurban.web.http.conditional import REVALIDATE, content_type, not_modified, with_etag
from interurban.web.http.holding import HOLDING, WholeResponse
from interurban.web.http.parameters import client_address
from interurban.web.http.result_formats import RESULTS
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term

_SOON = 0.05  # seconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rows:
    """Some rows of an answer: what its columns are called, the values, whether there are more, and all of it as TSV."""

    columns: list[str]
    values: list[list[Term | None]]
    more: bool
    tsv: bytes = b""


class QueryAnswerResponse(StreamingResponse):
    """An answer on its way. If its query ends before it does, so does the connection, in the middle.

    keep: takes the whole answer, if it came to its end and has at most `longest` bytes.
    """

    def __init__(self, answer: Answer, headers: Mapping[str, str], keep: Callable[[bytes], None], longest: int) -> None:
        self.chunks = answer.chunks
        self.keep, self.longest = keep, longest
        super().__init__(answer.chunks, headers=headers, media_type=answer.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; however that ends, and even if it never begins, the worker is let go."""
        async with aclosing(self.chunks):
            with HOLDING.of(scope) as self.sent:
                await _while_wanted(self.stream_response(send), partial(self.listen_for_disconnect, receive))

    async def stream_response(self, send: Send) -> None:
        """Send the answer, and its end only if that was reached."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            async for chunk in self.chunks:
                self.sent.add(chunk)
                if self.sent.size > self.longest:
                    self.sent.lose()
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except QueryError as error:
            # An application that returns without a last body makes the server close the connection, and a
            # chunked answer without its last chunk is incomplete to every client.
            _log.info("an answer was broken off: %s", error)
            return
        if not self.sent.lost:
            self.keep(b"".join(self.sent.parts))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _while_wanted(work: Coroutine[Any, Any, None], nobody_waits: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do some work until it is done, or nobody waits for it; what is done soon costs no listening whether they do."""
    tasks = [asyncio.ensure_future(work)]
    try:
        if not (await asyncio.wait(tasks, timeout=_SOON))[0]:
            tasks.append(asyncio.ensure_future(nobody_waits()))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if not tasks[0].cancelled():
        tasks[0].result()


async def query_response(site: Site, request: Request, query: Query, headers: Mapping[str, str]) -> Response:
    """Return the answer to a query with what caches want to know: 304, one that is kept, or the engine's."""
    headers = {"vary": "Accept", "cache-control": REVALIDATE, **headers}
    if len(query.text) > site.settings.query_characters or not site.repeatable(query.text):
        return await streamed_response(site, request, query, headers)
    tag = with_etag(site, ["query", json.dumps(asdict(query))], {})["etag"]
    if request.method == "POST":  # its answer is no representation of this address, so it has no tag
        return await streamed_response(site, request, query, headers, tag)
    headers["etag"] = tag
    # `*` asks whether there is an answer at all, which nobody knows yet
    told = None if request.headers.get("if-none-match") == "*" else not_modified(request, headers)
    return told or await streamed_response(site, request, query, headers, tag)


async def streamed_response(
    site: Site, request: Request, query: Query, headers: Mapping[str, str], key: str | None = None
) -> Response:
    """Return the answer as it comes, under `headers`; or the one that is kept under `key`, and keep it there.

    key: names everything that the answer depends on; None if the next will be another one.
    """
    if key and (kept := site.cache.get(key)):
        return WholeResponse(kept, {**headers, **kept.headers})
    answer = await ask(site.engine, request, query)

    def keep(whole: bytes) -> None:
        if key:
            site.cache.put(key, Representation(whole, {"content-type": content_type(answer.media_type)}))

    if request.scope["http_version"] == "1.0":
        # Without chunks a broken answer looks like a short one, so it is sent when it is whole.
        whole = await _whole(answer, site.cache.longest)
        keep(whole)
        return WholeResponse(Representation(whole), {"content-type": content_type(answer.media_type), **headers})
    return QueryAnswerResponse(answer, headers, keep, site.cache.longest if key else 0)


async def _whole(answer: Answer, longest: int) -> bytes:
    """Return all of an answer; QueryLimitError if it has more bytes than `longest`."""
    whole = bytearray()
    async with aclosing(answer.chunks):
        async for chunk in answer.chunks:
            whole += chunk
            if len(whole) > longest:
                raise QueryLimitError(say("query-answer-old", bytes=longest))
    return bytes(whole)


async def first_rows(site: Site, request: Request, text: str, limit: int, skip: int = 0) -> Rows:
    """Return at most `limit` rows of a SELECT query, behind so many; the query is ended when they are there.

    Raises QueryError.
    """
    query = Query(text, site.base.iri, results_format=RESULTS["tsv"])
    answer = await ask(site.engine, request, query)
    head, found, lines = b"", b"", 0  # in TSV a line break inside a value is escaped
    async with aclosing(answer.chunks):
        async for chunk in answer.chunks:
            found += chunk
            if not head:
                head, end, rest = found.partition(b"\n")
                head, found = (head + end, rest) if end else (b"", found)
            if skip and head:
                passed = min(skip, found.count(b"\n"))
                found, skip = found.split(b"\n", passed)[-1], skip - passed
            lines = 0 if skip or not head else found.count(b"\n")
            if lines > limit:
                break
    kept = head + b"".join(line + b"\n" for line in found.split(b"\n")[: min(limit, lines)])
    solutions = _solutions(kept)
    return Rows(
        [variable.value for variable in solutions.variables],
        [list(solution) for solution in solutions],
        lines > limit,
        kept,
    )


def written(rows: Rows, media_type: str) -> bytes:
    """Return rows in a format of results; QueryFormatError if it cannot hold what they say."""
    output = io.BytesIO()
    write_results(_solutions(rows.tsv), media_type, output)
    return output.getvalue()


def _solutions(tsv: bytes) -> ox.QuerySolutions:
    found = ox.parse_query_results(tsv, format=ox.QueryResultsFormat.TSV)
    if not isinstance(found, ox.QuerySolutions):  # the build lets nothing else in
        raise TypeError(tsv[:80])
    return found


async def ask(engine: Engine, request: Request, query: Query) -> Answer:
    """Return the engine's answer, or give up when the client has gone; raises QueryError."""
    asking = asyncio.ensure_future(engine.answer(query, client_address(request)))
    leaving = asyncio.ensure_future(_departure(request))
    try:
        await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise ClientDisconnect
    except BaseException:
        asking.cancel()
        for outcome in await asyncio.gather(asking, return_exceptions=True):
            if isinstance(outcome, Answer):  # it came at the same moment, and nobody will read it
                await outcome.chunks.aclose()
        raise
    finally:
        leaving.cancel()
    return asking.result()


async def _departure(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
