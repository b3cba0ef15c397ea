"""Asking: every query that people wrote is answered here, as by the endpoint: same rules, same messages, no network."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pyoxigraph as ox

from interurban.confined import at, together, without_files
from interurban.engine.evaluate import answer
from interurban.engine.model import Query
from interurban.errors import InputError, Place, Problem, QuerySyntaxError
from interurban.iris import Base
from interurban.messages import Message, say
from interurban.rdf.formats import refuse_control
from interurban.rdf.graphml import Answer
from interurban.rdf.lines import DEFAULT, Lines

T = TypeVar("T")

_ESCAPED = re.compile(rb"\\[ubf]")  # as N-Triples have control characters, or what looks like them


@dataclass(frozen=True)
class Asked:
    """A query that somebody wrote: its text, and the place in a file at which it begins."""

    text: str
    place: Place


def construct(store: ox.Store, query: Asked, base: Base) -> list[ox.Triple]:
    """Return what a CONSTRUCT query yields now.

    Raises InputError if it is anything else, or the endpoint would not answer it.
    """
    triples = _read(store, query, base, list)
    for triple in triples:
        refuse_control(triple, query.place)
    return triples


def constructed(store: ox.Store, query: Asked, base: Base) -> bytes:
    """Return what a CONSTRUCT query yields as N-Triples. Raises InputError as `construct` does."""
    text = _read(store, query, base, lambda found: found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
    if _ESCAPED.search(text):
        for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True):
            refuse_control(quad.triple, query.place)
    return text


def _read(store: ox.Store, query: Asked, base: Base, read: Callable[[ox.QueryTriples], T]) -> T:
    with _told(query):
        found = answer(store, Query(query.text, base.iri))
        if isinstance(found, ox.QueryTriples):
            return read(found)
    raise InputError([Problem(say("rule-form"), query.place)])


def selected(store: ox.Store, query: Asked, base: Base, lines: Lines) -> Lines:
    """Return what a query selects of the dataset of a store, asked over all graphs as if they were one.

    That is the triples that it constructs, or what is said of each `?thing` and what the things are called that are
    mentioned there. lines: the same dataset. Raises InputError as `construct` does.
    """
    with _told(query):
        found = answer(store, Query(query.text, base.iri), union=True)
        if isinstance(found, ox.QueryTriples):
            return lines.only((found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").split(DEFAULT))
        if isinstance(found, ox.QuerySolutions) and [v.value for v in found.variables] == ["thing"]:
            return lines.about(_things(found))
    raise InputError([Problem(say("catalog-selection"), query.place)])


def things_of(store: ox.Store, query: Asked, base: Base) -> set[bytes]:
    """Return each `?thing` that a query answers, as in N-Triples. Raises InputError as `construct` does."""
    with _told(query):
        found = answer(store, Query(query.text, base.iri))
        if isinstance(found, ox.QuerySolutions) and [v.value for v in found.variables] == ["thing"]:
            return _things(found)
    raise InputError([Problem(say("catalog-selection"), query.place)])


def select(store: ox.Store, query: Asked, base: Base) -> Answer | None:
    """Return what a SELECT query answers, None if it is anything else. Raises InputError as `construct` does."""
    with _told(query):
        found = answer(store, Query(query.text, base.iri))
        if not isinstance(found, ox.QuerySolutions):
            return None
        return Answer([variable.value for variable in found.variables], [list(solution) for solution in found])


def must_end(store: ox.Store, query: Asked, base: Base) -> None:
    """Answer a SELECT query to nobody, with as much time and memory as the endpoint gives it.

    In a confined process that is ended where it takes more. Raises InputError as `construct` does.
    """
    with _told(query, 1):
        found = answer(store, Query(query.text, base.iri))
        if isinstance(found, ox.QuerySolutions):
            found.serialize(_Nowhere(), ox.QueryResultsFormat.TSV)


class _Nowhere(io.BytesIO):
    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def _things(found: ox.QuerySolutions) -> set[bytes]:
    """Return the values of the only column."""
    return set((found.serialize(format=ox.QueryResultsFormat.TSV) or b"").split(b"\n"))


@contextmanager
def _told(query: Asked, times: int | None = None) -> Iterator[None]:
    """Let nothing be opened; turn the endpoint's complaints into InputError, with their places in the file.

    times: how many times over it gets the time and memory of one query; else as the size of the data asks for.
    """
    at(query.place, times or together(1))
    try:
        with without_files():
            yield
    except QuerySyntaxError as error:
        raise InputError([Problem(*_placed(error, query.place))]) from error
    except (ValueError, RuntimeError, OSError) as error:  # while the answer was read
        raise InputError([Problem(say("query-evaluation", reason=str(error)), query.place)]) from error


def _placed(error: QuerySyntaxError, start: Place) -> tuple[Message, Place]:
    """Return the complaint and its place, both with the line of the file instead of that of the query."""
    if error.line is None:
        return error.message, start
    line = (start.line or 1) + error.line - 1
    values = error.message.values | ({"line": line} if "line" in error.message.values else {})
    place = start if start.name else Place(start.file, line, error.column)  # a named part of a file is place enough
    return Message(error.message.key, values), place
