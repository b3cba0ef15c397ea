"""Where the marks of bars stand, in hundredths of the width: the longest at the top, unless they came the other way."""

from collections.abc import Sequence
from dataclasses import dataclass

from interurban.pictures.facts import Bars, Thing
from interurban.pictures.names import cut
from interurban.pictures.scales import part

MOST = 30  # bars that can be read; of more the longest are shown
_NAME = 34  # letters that the narrowest screens have room for


@dataclass(frozen=True)
class Bar:
    """A thing, its number as it is read, and its bar: hundredths across."""

    thing: Thing
    short: str
    written: str
    x: float
    width: float


@dataclass(frozen=True)
class Layout:
    """Bars, the place of the line that they begin at, and how many are left out."""

    bars: Sequence[Bar]
    zero: float
    left_out: int


def layout(bars: Bars) -> Layout:
    """Return where everything stands. A number below zero goes to the left."""
    rows = sorted(bars.rows, key=lambda row: -abs(row[1]))[:MOST]
    if [value for _, value, _ in bars.rows] == sorted(value for _, value, _ in bars.rows):
        rows.sort(key=lambda row: row[1])  # as they came: the nearest first
    low, high = min(0.0, *(value for _, value, _ in rows)), max(0.0, *(value for _, value, _ in rows))
    zero = part(0, low, high) if high > low else 0.0
    drawn = []
    for thing, value, written in rows:
        end = part(value, low, high) if high > low else 0.0
        drawn.append(Bar(thing, cut(thing.name, _NAME), written, min(zero, end), round(abs(end - zero), 2)))
    return Layout(drawn, zero, max(len(bars.rows) - MOST, 0))
