"""What a request asks for: parameters and body, decoded, the format of an answer, the day, the page of a long list.

Whatever somebody sends, reading it takes milliseconds.
"""

import binascii
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox
from starlette.requests import Request

from interurban.iris import XSD
from interurban.messages import say
from interurban.rdf.formats import FORMATS
from interurban.web import negotiation
from interurban.web.answering import RESULTS
from interurban.web.pages import Link
from interurban.web.periods import OnDay, Standing, period_of
from interurban.web.problems import BadRequestError, MediaTypeError, NotAcceptableError, NotFoundError, TooLongError
from interurban.web.vocabulary import Term, Vocabulary
from interurban.web.words import Names, Text, literal_text

Parameters = list[tuple[str, str]]

_MOST = 100  # parameters that anybody has a use for
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CHARSET = re.compile(r'\bcharset\s*=\s*"?([\w.:-]+)', re.IGNORECASE)
_READ = ("utf-8", "us-ascii")

# Turtle first; the formats for named graphs last, for those who read nothing else: a graph is their default graph.
GRAPHS = {form.extension: form.media_type for form in FORMATS}
# Names for several formats, or for none in particular, by which old clients ask.
_LOOSE_RESULTS = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
_LOOSE_GRAPHS = {"application/json": "jsonld", "application/xml": "rdf", "text/xml": "rdf", "text/plain": "nt"}
# What ?format= may say: extensions, and what SPARQLWrapper sends along with its Accept header.
_SYNONYMS = {"turtle": GRAPHS["ttl"], "rdf+xml": GRAPHS["rdf"]}
_BY_NAME = {**RESULTS, **GRAPHS, **_SYNONYMS}
_GRAPH_OF = {"json": GRAPHS["jsonld"], "xml": GRAPHS["rdf"]}  # for a query that makes a graph

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
AT = {
    "name": "at",
    "in": "query",
    "description": "Show only what certainly or possibly held on this day",
    "schema": {"type": "string", "format": "date"},
}

T = TypeVar("T")


def parameters(encoded: bytes) -> Parameters:
    """Return the names and values of a query string or form, in order.

    Raises BadRequestError if it is not UTF-8, is not escaped as it should be, or more parameters than make sense.
    """
    if encoded.count(b"&") >= _MOST:
        raise BadRequestError(say("web-parameters", most=_MOST))
    if not encoded.isascii() or _BROKEN_ESCAPE.search(encoded):
        raise BadRequestError(say("web-escapes"))
    pairs = [pair.partition(b"=") for pair in encoded.split(b"&") if pair]
    return [(_text(_unescaped(name)), _text(_unescaped(value))) for name, _, value in pairs]


async def body(request: Request, limit: int) -> bytes:
    """Return the request's body; TooLongError as soon as it is longer than `limit` bytes."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit:
            raise TooLongError(say("web-too-long", limit=limit))
    return bytes(received)


def content_type(request: Request) -> tuple[str, str]:
    """Return the media type of the body ("": none is given) and the charset, both in lower case."""
    given, _, rest = request.headers.get("content-type", "").partition(";")
    charset = _CHARSET.search(rest)
    return given.strip().lower(), charset[1].lower() if charset else "utf-8"


def decoded(content: bytes, charset: str) -> str:
    """Return a body as text; a query is UTF-8 and nothing else (SPARQL 1.1 Protocol, 2.1.3).

    Raises MediaTypeError for another charset, BadRequestError if it is not what it says it is.
    """
    if charset not in _READ:
        raise MediaTypeError(say("web-charset", given=charset))
    return _text(content)


def _unescaped(text: bytes) -> bytes:
    """Return what percent-encoded bytes stand for.

    It is put as quoted-printable, which can be decoded in C: ten times as fast as in Python, and this is where a
    stranger could make a web process work.
    """
    return binascii.a2b_qp(text.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"="))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(say("web-not-utf8")) from error


def formats(request: Request, wanted: str) -> tuple[str | None, str | None]:
    """Return the media types for results and for a graph; None where none is acceptable, but not for both.

    wanted: the name of a format, or media types, which count before the Accept header; "" is none of them.
    Raises BadRequestError for an unknown name, NotAcceptableError if there is nothing for either.
    """
    accept = request.headers.get("accept")
    if "/" in wanted:  # media types, as SPARQLWrapper sends them
        accept, wanted = wanted, ""
    results = _accepted(accept, RESULTS, _LOOSE_RESULTS)
    graph = _accepted(accept, GRAPHS, _LOOSE_GRAPHS)
    if wanted:
        if wanted not in _BY_NAME:
            raise BadRequestError(say("web-format-unknown", format=wanted, formats=", ".join((*RESULTS, *GRAPHS))))
        named = _BY_NAME[wanted]
        results = named if wanted in RESULTS else results
        graph = _GRAPH_OF.get(wanted, graph if wanted in RESULTS else named)
    if results is None and graph is None:
        raise NotAcceptableError([(offer, request.url.path) for offer in (*RESULTS.values(), *GRAPHS.values())])
    return results, graph


def graph_format(request: Request, wanted: str) -> str:
    """Return the media type for a graph; raises as `formats` does."""
    _, graph = formats(request, wanted)
    if graph is None:
        raise NotAcceptableError([(offer, request.url.path) for offer in GRAPHS.values()])
    return graph


def _accepted(accept: str | None, exact: dict[str, str], loose: dict[str, str]) -> str | None:
    """Return the media type that an Accept header prefers; loose names count where no exact one is accepted at all.

    So a browser, which takes XML for want of HTML, gets what everybody gets.
    """
    found = negotiation.media_type(accept, (*exact.values(), "application/json"))
    found = found or negotiation.media_type(accept, tuple(loose))
    return exact[loose[found]] if found in loose else found


@dataclass(frozen=True)
class Moment:
    """What a page says of the day it shows.

    offered: whether anything on it began or ended, so that one may want another day; day: in words, None for all
    times; standing: of the thing that the page is about.
    """

    offered: bool
    day: Text | None
    standing: str

    @classmethod
    def of(cls, names: Names, on: OnDay | None, things: Iterable[Term]) -> "Moment":
        """Return what is to be said of a page that shows the day `on`; things: what would be on it at all times."""
        store = names.site.store
        if on is None:
            return cls(any(period_of(store, thing) for thing in things), None, "")
        day = literal_text(ox.Literal(on.day, datatype=ox.NamedNode(XSD + "date")), names.language)
        standing = on.standing(on.about) if on.about else Standing.CERTAIN
        return cls(True, day, standing.name.lower())


def on_day(vocabulary: Vocabulary, request: Request, about: ox.NamedNode | None = None) -> OnDay | None:
    """Return the day that ?at= asks for, None for all times; BadRequestError if it is no day, or there are several."""
    days = [text for text in request.query_params.getlist("at") if text]  # a form's field may be left empty
    if not days:
        return None
    if len(days) > 1:
        raise BadRequestError(say("web-parameter-twice", names="at"))
    try:
        if not _DAY.fullmatch(days[0]):
            raise ValueError
        datetime.date.fromisoformat(days[0])
    except ValueError as error:
        raise BadRequestError(say("question-value", name="at", value=days[0], type=say("type-date"))) from error
    return OnDay(vocabulary, days[0], about)


@dataclass(frozen=True)
class Paging:
    """One page of a list at `path`. number: of the page, from 1; size: of a full page; total: of the list."""

    path: str
    number: int
    size: int
    total: int

    @classmethod
    def of(cls, path: str, page: str, size: int, total: int) -> "Paging":
        """Return the page that ?page= asks for; NotFoundError if the list has none such."""
        last = max(1, -(-total // size))
        if page not in map(str, range(1, last + 1)):
            raise NotFoundError(say("web-no-list-page", pages=last))
        return cls(path, int(page), size, total)

    @property
    def first(self) -> int:
        """The place of the page's first thing in the list, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of its last."""
        return min(self.number * self.size, self.total)

    @property
    def query(self) -> dict[str, str]:
        """What of the query names this page; the first has the list's own address."""
        return {"page": str(self.number)} if self.number > 1 else {}

    @property
    def neighbours(self) -> list[Link]:
        """The pages before and after."""
        near = [("prev", self.number - 1), ("next", self.number + 1)]
        return [
            Link(name, self.path if n == 1 else f"{self.path}?page={n}")
            for name, n in near
            if 1 <= n <= -(-self.total // self.size)
        ]

    def part(self, things: Sequence[T]) -> Sequence[T]:
        """Return what of the list stands on this page."""
        return things[self.first - 1 : self.last]
