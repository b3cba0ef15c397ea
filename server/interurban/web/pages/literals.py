"""Literals in words: texts in the reader's language, dates at their precision, numbers and durations.

Nothing here writes HTML; every text goes through the templates, which escape it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.locales import date, enumeration, number, weekday
from interurban.messages import Language, catalogue, say
from interurban.rdf.languages import preferred

_NUMBERS = {XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger")}
_DATES = {XSD + name for name in ("gYear", "gYearMonth", "date")}
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")
_HOURS = re.compile(
    r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))?(?: (\d\d:\d\d)-(\d\d:\d\d))?"
)  # schema:openingHours
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True)
class Text:
    """Something to read.

    language: of the text, where it is not the page's; datetime: the machine's form of a date.
    """

    text: str
    language: str | None = None
    datetime: str | None = None


def is_number(term: object) -> bool:
    """Return whether a term is read as a number."""
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS


def literal_text(literal: ox.Literal, language: Language) -> Text:
    """Return a literal as a reader of `language` reads it; what is not understood stands as it is."""
    value, kind = literal.value, literal.datatype.value
    if literal.language:
        return Text(value, literal.language if literal.language != language else None)
    if kind in _DATES and (found := _DATE.fullmatch(value)):
        return Text(_date(found, language), datetime=value)
    if kind == XSD + "duration" and (found := _DURATION.fullmatch(value)):
        return Text(_duration(found, language) or value)
    if kind in _NUMBERS and _NUMBER.fullmatch(value):
        return Text(number(Decimal(value), language))
    if kind == XSD + "boolean" and value in ("true", "false"):
        return Text(say(f"web-{value}").text(language))
    if kind == XSD + "string":
        return Text(_code(value, language))
    return Text(value)


def date_text(instant: str, language: Language) -> Text:
    """Return the day of an instant (ISO 8601) as a reader of `language` reads it."""
    return literal_text(ox.Literal(instant[:10], datatype=ox.NamedNode(XSD + "date")), language)


def in_a_row(literals: Iterable[ox.Literal], language: Language) -> str:
    """Return several literals as a reader of `language` reads them: 2019, 2021 and 2024."""
    return enumeration((literal_text(literal, language).text for literal in literals), language)


def label_text(labels: Sequence[ox.Literal], language: Language) -> Text | None:
    """Return the best of a thing's names for a reader of `language`, None if it has none."""
    best = preferred(labels, language)
    return literal_text(best[-1], language) if best else None  # texts without a language come first


def _date(found: re.Match[str], language: Language) -> str:
    year, month, day = (part and int(part) for part in found.groups())
    try:
        return date(year, month, day, language)
    except ValueError:  # 30 February
        return found[0]


def _duration(found: re.Match[str], language: Language) -> str:
    units = zip(("year", "month", "day"), found.groups(), strict=True)  # which babel does not name in Italian
    parts = (say(f"web-{unit}s", count=int(count)).text(language) for unit, count in units if count)
    return enumeration(parts, language)


def _code(value: str, language: Language) -> str:
    """Return a code that stands for a word (`stable`, opening hours) in words, any other text as it is."""
    if f"web-code-{value}" in catalogue():
        return say(f"web-code-{value}").text(language)
    if found := _HOURS.fullmatch(value):
        first, last, opens, closes = found.groups()
        days = "–".join(weekday(_DAYS.index(day), language) for day in (first, last) if day)
        return f"{days}, {opens}–{closes}" if opens else days
    return value
