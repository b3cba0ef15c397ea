"""?at=DATE: the day that a request asks for, and what a page says of it."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from starlette.requests import Request

from interurban.iris import XSD
from interurban.messages import say
from interurban.web.names import Names
from interurban.web.periods import OnDay, Standing, period_of
from interurban.web.problems import BadRequestError
from interurban.web.vocabulary import Term, Vocabulary
from interurban.web.words import Text, literal_text

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
AT = {
    "name": "at",
    "in": "query",
    "description": "Show only what certainly or possibly held on this day",
    "schema": {"type": "string", "format": "date"},
}


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
