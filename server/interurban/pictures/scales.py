"""Numbers and days as parts of a length, and where an axis has its marks."""

from datetime import date
from math import ceil, floor, log10

_NICE = (1, 2, 5, 10)


def step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … that divides a span into at most so many parts."""
    if span <= most:
        return 1
    power = 10 ** floor(log10(span / most))
    return int(next(nice * power for nice in _NICE if span / (nice * power) <= most))


def marks(first: float, last: float, most: int) -> list[int]:
    """Return the whole numbers at which an axis is marked, at most `most` + 1."""
    size = step(last - first, most)
    return list(range(ceil(first / size) * size, floor(last) + 1, size))


def years(day: str) -> float:
    """Return a day (YYYY-MM-DD) as a year and the part of it that is over when the day begins."""
    year, month, number = map(int, day.split("-"))
    begun = date(year, 1, 1)
    length = (date(year, 12, 31) - begun).days + 1
    return year + (date(year, month, number) - begun).days / length


def part(value: float, first: float, last: float) -> float:
    """Return where a value lies between two others, in hundredths, to two places."""
    return round(100 * (value - first) / (last - first), 2) if last > first else 50.0
