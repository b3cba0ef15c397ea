"""The terms of a release by their numbers, and the other way round.

They are in one piece of memory, in order: a process that is forked shares it, and a term is found by halving.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from interurban.iris import XSD

_NUMBERS = {  # as columns.sql has them
    XSD + "integer": re.compile(r"-?[0-9]{1,18}", re.ASCII),
    XSD + "decimal": re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII),
}


def worth_of(term: NamedNode | Literal) -> Decimal | None:
    """Return what an integer or a decimal number is worth; None for anything else, such as "many"^^xsd:integer."""
    number = _NUMBERS.get(term.datatype.value) if isinstance(term, Literal) else None
    return Decimal(term.value) if number and number.fullmatch(term.value) else None


@dataclass(frozen=True)
class Range:
    """Terms of one kind, which are neighbours: their numbers, from the first to the last; none if that is less."""

    first: int = 0
    last: int = -1

    def has(self, value: str) -> str:
        """Return a condition in SQL: that a number is one of these."""
        return f"({value} BETWEEN {self.first} AND {self.last})"


@dataclass(frozen=True)
class Kinds:
    """Which terms are of which kind. languages: the texts in each; others: all else, whose order says nothing."""

    iris: Range = Range()
    texts: Range = Range()
    in_language: Range = Range()
    numbers: Range = Range()
    dates: Range = Range()
    others: Range = Range()
    languages: Mapping[str, Range] | None = None


class Terms:
    """Terms as N-Triples has them, by their numbers, which begin with 1; and what those are worth that are numbers."""

    def __init__(self, terms: Iterable[str], worth: list[Decimal], kinds: Kinds) -> None:
        self.kinds, self._worth = kinds, worth
        self._places = array("Q", [0])
        written = bytearray()
        for term in terms:
            written += term.encode()
            self._places.append(len(written))
        self._written = bytes(written)

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode()

    def number(self, term: NamedNode | Literal) -> int | None:
        """Return the number of a term; None if it is not there."""
        written, kinds = str(term).encode(), self.kinds
        if isinstance(term, NamedNode):
            return self._found(written, kinds.iris, lambda other: other[1:-1])
        if worth_of(term) is not None:
            return next((n for n in range(*self.places(term)) if self._bytes(n) == written), None)
        if term.language:
            return self._found(written, (kinds.languages or {}).get(term.language, Range()))
        if term.datatype.value == XSD + "string":
            return self._found(written, kinds.texts)
        return self._found(written, kinds.dates) or self._found(written, kinds.others)

    def places(self, literal: Literal) -> tuple[int, int]:
        """Return the first number of what is not less than a number or a date, and the first of what is more."""
        if (worth := worth_of(literal)) is not None:
            first = self.kinds.numbers.first
            return first + bisect_left(self._worth, worth), first + bisect_right(self._worth, worth)
        dates, written = self.kinds.dates, str(literal).encode()
        place = self._place(written, dates, bytes)
        return place, place + (place <= dates.last and self._bytes(place) == written)

    def _found(self, written: bytes, kind: Range, key: Callable[[bytes], bytes] = bytes) -> int | None:
        place = self._place(key(written), kind, key)
        return place if place <= kind.last and self._bytes(place) == written else None

    def _place(self, key: bytes, kind: Range, by: Callable[[bytes], bytes]) -> int:
        return bisect_left(range(kind.last + 1), key, lo=kind.first, key=lambda number: by(self._bytes(number)))

    def _bytes(self, number: int) -> bytes:
        return self._written[self._places[number - 1] : self._places[number]]
