"""What can be drawn: names and numbers, already in the reader's words.

iri: what a thing is called in data; href: where a person reads on, "" if nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Thing(NamedTuple):
    """Something that a mark stands for."""

    iri: str
    name: str
    href: str = ""


class Place(NamedTuple):
    """A thing on a map. latitude, longitude: degrees, WGS 84; size: what the area of its mark shows."""

    thing: Thing
    latitude: float
    longitude: float
    size: int = 1


@dataclass(frozen=True)
class Pair:
    """A line on a map from one place to another, which stands for a thing of its own."""

    thing: Thing
    one: Place
    other: Place


@dataclass(frozen=True)
class Map:
    """Places, and what connects them. counted: what the sizes count, in words; "" if they say nothing.

    whole: whether all are to be seen, even if nearly all are near each other. each: whether each has its own mark, even
    if many are so near that they lie on each other, for who looks nearer.
    """

    places: Sequence[Place]
    pairs: Sequence[Pair] = ()
    counted: str = ""
    whole: bool = False
    each: bool = False


@dataclass(frozen=True)
class Span:
    """Days of which it is known how far something held: certain, presumed, possible or unknown.

    first, last: YYYY-MM-DD, both included; an open end is 0001-01-01 or 9999-12-31.
    """

    standing: str
    first: str
    last: str


@dataclass(frozen=True)
class Lasting:
    """A thing with the days that it lasted. In order."""

    thing: Thing
    spans: Sequence[Span]


@dataclass(frozen=True)
class Timeline:
    """Things that lasted. until: the last day that is told of; day: the one that a reader asks about."""

    rows: Sequence[Lasting]
    until: str
    day: str | None = None


@dataclass(frozen=True)
class Year:
    """How many came in a year, and how many there were at its end."""

    year: int
    came: int
    total: int


@dataclass(frozen=True)
class Growth:
    """The years in order, without a gap. came, total: what the two numbers count, in words."""

    years: Sequence[Year]
    came: str
    total: str


@dataclass(frozen=True)
class EgoNetwork:
    """A thing, and those that it has most in common with, most first: how much with each."""

    ego: Thing
    alters: Sequence[tuple[Thing, int]]


@dataclass(frozen=True)
class Bars:
    """Things with a number each. written: the number as it is read; counted: what it says, in words."""

    rows: Sequence[tuple[Thing, float, str]]
    counted: str


Facts = Bars | Map | Timeline | Growth | EgoNetwork
