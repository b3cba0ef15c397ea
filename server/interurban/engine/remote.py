"""Queries that another server answers: asked by a query worker, within the limits of the cage.

The worker reads the query as it would for its own store, on one that is empty: what is no query, or asks for SERVICE,
is never sent. What comes is read and written anew, so formats and endings are ours. Connections are opened before the
query is read: from then on the kernel lets the worker open nothing.

The server is asked before and after each query whether it holds all of this release, and since when: what was
answered between two equal replies was answered from all of it.
"""

import mmap
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import IO

import pyoxigraph as ox

from interurban.engine.dialect import is_query, unused
from interurban.engine.evaluate import Result, answer, as_read, result_of
from interurban.engine.model import Query
from interurban.errors import (
    EndpointError,
    QueryLimitError,
    QueryRemoteError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from interurban.messages import Language, Message, say
from interurban.news import complain
from interurban.remote.connection import Body, Connection
from interurban.remote.held import JSON, Names, available, no_results, results
from interurban.remote.options import Access

_NTRIPLES = "application/n-triples"
_PAUSE = 2  # seconds after which asking again is sensible where the server says nothing of it
# Where Virtuoso answers with less than there is, it says so in fields of its own, under a status of success.
_PARTIAL = ("X-SPARQL-MaxRows", "X-SQL-State")
_ASKED = "__ASK_RETVAL"  # the column in which Virtuoso answers ASK
_FROM = re.compile("from", re.IGNORECASE | re.ASCII)

Found = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]


class Remote:
    """A release on other servers. Must be made before its processes are forked, who share what was told."""

    def __init__(self, endpoints: Sequence[str], access: Access, names: Names, language: Language) -> None:
        # Of each server one connection to ask by and one to see by whether it holds the release.
        self._servers = [(Connection(address, access), Connection(address, access)) for address in endpoints]
        self._names, self._language = names, language
        self.answers = False  # whether one of them did when it was last asked by this process
        self._told = mmap.mmap(-1, 1)  # whether it was told that nobody answers; shared by all processes

    def opened(self) -> Callable[[Query], Result]:
        """Return what answers the next query, on connections that are open already."""
        wrong: EndpointError | None = None
        for asking, looking in list(self._servers):
            try:
                if not (since := available(looking, self._names)):
                    key = say("remote-other", address=looking.address, version=self._names.version)
                    raise EndpointError(key)
                for connection in (asking.known_as(looking), looking):
                    connection.open()
            except EndpointError as error:
                wrong = wrong or error
                continue
            self._servers.sort(key=lambda each: each[0] is not asking)  # the next query asks it first
            self._tell(None)
            return partial(self._ask, asking, looking, since)
        assert wrong  # noqa: S101  # the settings have at least one address
        self._tell(wrong.message)
        return partial(_refuse, wrong.retry_after or _PAUSE)

    def _ask(self, asking: Connection, looking: Connection, since: str, query: Query) -> Result:
        expected = answer(ox.Store(), query)  # raises what is wrong with the query
        kind = result_of(query, expected)  # what has no format is told before anybody is asked
        default, named = self._names.dataset(query.default_graphs, query.named_graphs)
        if query.default_graphs is None and query.named_graphs is None and _names_graphs(query):
            default = named = ()  # as the protocol's dataset would take the place of the query's own
        with _told():
            text = f"BASE <{query.base}> {as_read(query).text}"
            body = asking.ask(text, _NTRIPLES if kind.form == "graph" else JSON, default, named)
            if any(name in body.headers for name in _PARTIAL):
                raise QueryLimitError(say("query-remote-part"))
            found = _found(body, asking.address, expected)

        def write(output: IO[bytes]) -> None:
            with _told(asked=True):
                result_of(query, found).write(output)
                body.read()
                if available(looking, self._names) != since:
                    raise QueryRemoteError(say("query-remote"), _PAUSE)

        return Result(kind.form, kind.media_type, write)

    def _tell(self, wrong: Message | None) -> None:
        """Tell whoever runs this, once, that nobody answers, or that somebody does again."""
        self.answers = not wrong
        if bool(self._told[0]) == bool(wrong):
            return
        self._told[0] = 1 if wrong else 0
        told = say("remote-silenced", reason=wrong) if wrong else say("remote-again")
        complain(told.text(self._language), wait=False)


def _refuse(retry_after: int, query: Query) -> Result:
    answer(ox.Store(), query)  # what is no query is told first
    raise QueryRemoteError(say("query-remote"), retry_after)


def _names_graphs(query: Query) -> bool:
    """Tell whether a query says its own dataset (FROM): as a keyword, other letters would not do."""
    if not _FROM.search(query.text):
        return False
    return not is_query(_FROM.sub(unused(query.text, 4), as_read(query).text), query.base)


def _found(body: Body, address: str, expected: Found) -> Found:
    """Return what the server has found, of the form that is expected; EndpointError for anything else."""
    if not isinstance(expected, ox.QuerySolutions | ox.QueryBoolean):
        if body.media_type != _NTRIPLES or not body.framed:
            raise no_results(address)
        return _triples(body, address)
    found = results(body, address)
    if isinstance(expected, ox.QueryBoolean) and isinstance(found, ox.QuerySolutions):
        if [variable.value for variable in found.variables] != [_ASKED]:
            raise no_results(address)
        told = "true" if any(row[0].value != "0" for row in found) else "false"
        body.read()
        found = ox.parse_query_results(f'{{"head":{{}},"boolean":{told}}}', format=ox.QueryResultsFormat.JSON)
    if type(found) is not type(expected):
        raise no_results(address)
    return found


def _triples(body: Body, address: str) -> Iterator[ox.Triple]:
    try:
        for quad in ox.parse(body.file, format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
    except (SyntaxError, ValueError, OSError) as error:
        raise no_results(address) from error


@contextmanager
def _told(*, asked: bool = False) -> Iterator[None]:
    """Turn what is wrong with a server into what the client is to know of it. asked: the query was understood there."""
    try:
        yield
    except EndpointError as error:
        if error.late:
            raise QueryTimeoutError(say("query-remote-late")) from error
        if error.status == HTTPStatus.BAD_REQUEST:
            raise QuerySyntaxError(say("query-remote-refused", status=error.status)) from error
        raise QueryRemoteError(say("query-remote"), error.retry_after or _PAUSE) from error
    except QuerySyntaxError as error:
        if asked:  # what came could not be read
            raise QueryRemoteError(say("query-remote"), _PAUSE) from error
        raise
