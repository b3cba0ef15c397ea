"""Where the marks of a map stand. Few places are marks of their own, many are one path, so that it stays small."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from interurban.pictures.facts import Map, Place, Thing
from interurban.pictures.projection import Frame, frames

FEW = 300  # places that are marks of their own
_CROWD = 1000  # marks of more would lie on each other: those that are so near are one
_CELL = 4.4  # units
_AROUND, _NEARLY_ALL, _NEAREST = 0.16, 0.88, 0.3  # parts of a frame: around the marks; from here on all; at least
_NEARLY_EVERY = 0.9  # of the places: if a frame holds so many, it does
_CLASSES = 4  # in each unit: radii of marks that are one path
_RADIUS = (1.9, 7.5)  # units: the smallest and the largest
_GATHERED = (1.0, 3.0)  # the same, where marks are near each other
_ALONE = 2.8  # where all are the same


@dataclass(frozen=True)
class Dot:
    """Things at one place. x, y, radius: units."""

    things: Sequence[Thing]
    x: float
    y: float
    radius: float
    size: int


@dataclass(frozen=True)
class Line:
    """A thing that connects two places."""

    thing: Thing
    path: str


@dataclass(frozen=True)
class Layout:
    """The frame and the part of it that is shown: left, top, width and height. Then the marks.

    dots: those that are marks of their own; paths: else dots by their radius; lines; legend: sizes with their radii.

    gathered: whether a mark of many stands for all that are near, and shows how many they are. outside: how many places
    lie beyond the frame.
    """

    frame: Frame
    part: tuple[float, float, float, float]
    dots: Sequence[Dot]
    paths: Sequence[tuple[float, str]]
    lines: Sequence[Line]
    legend: Sequence[tuple[int, float]]
    gathered: bool
    outside: int

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Layout":
        """Return what `written` has told."""
        part, paths, legend = tuple(told["part"]), [*map(tuple, told["paths"])], [*map(tuple, told["legend"])]
        return cls(frames()[told["frame"]], part, (), paths, (), legend, told["gathered"], told["outside"])

    def written(self) -> dict[str, Any]:
        """Return a layout without marks of their own and without lines, to be kept and read again."""
        kept = {name: getattr(self, name) for name in ("part", "paths", "legend", "gathered", "outside")}
        return {"frame": self.frame.name, **kept}


def layout(drawn: Map) -> Layout:
    """Return where everything stands."""
    frame, spots = _framed(drawn)
    seen = {(round(x, 1), round(y, 1)) for _, x, y in spots}
    part = _part(frame, [*seen, *(_spot(frame, end) for pair in drawn.pairs for end in (pair.one, pair.other))])
    nearer = part[2] / frame.width
    gathered = len(seen) > _CROWD
    at = _merged(spots, _CELL * nearer if gathered and not drawn.each else 0.1)
    between = _GATHERED if gathered else _RADIUS
    sizes = {spot: len(here) if gathered else max(place.size for place in here) for spot, here in at.items()}
    largest = max(sizes.values(), default=1)
    small_above = sorted(at.items(), key=lambda found: (-sizes[found[0]], found[0]))
    dots = [
        Dot([place.thing for place in here], *spot, _radius(sizes[spot], largest, between), sizes[spot])
        for spot, here in small_above
    ]
    own = len(dots) <= FEW
    legend = [(size, _radius(size, largest, between)) for size in _legend(largest)] if drawn.counted or gathered else []
    outside = len(drawn.places) - len(spots)
    lines = [Line(pair.thing, _line(_spot(frame, pair.one), _spot(frame, pair.other))) for pair in drawn.pairs]
    if own:
        dots = [replace(dot, radius=round(dot.radius * nearer, 2)) for dot in dots]
    return Layout(frame, part, dots if own else (), () if own else _paths(dots), lines, legend, gathered, outside)


def _framed(drawn: Map) -> tuple[Frame, list[tuple[Place, float, float]]]:
    """Return the smallest frame that holds all places, or nearly all where nothing connects them, and those in it."""
    least = 1.0 if drawn.whole or drawn.pairs else _NEARLY_EVERY
    ends = [end for pair in drawn.pairs for end in (pair.one, pair.other)]
    for frame in frames().values():
        spots = [(place, *frame.place(place.latitude, place.longitude)) for place in drawn.places]
        inside = [spot for spot in spots if frame.holds(*spot[1:])]
        if len(inside) >= least * len(spots) and all(frame.holds(*_spot(frame, end)) for end in ends):
            return frame, inside
    return frame, spots  # the last is the world


def _part(frame: Frame, spots: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the part of a frame that is to be shown so that all spots are seen, with what is around them."""
    across, down = zip(*spots, strict=True)
    share = max((max(across) - min(across)) / frame.width, (max(down) - min(down)) / frame.height) + _AROUND
    share = 1.0 if share > _NEARLY_ALL else max(share, _NEAREST)
    width, height = frame.width * share, frame.height * share
    left = min(max((min(across) + max(across) - width) / 2, 0), frame.width - width)
    top = min(max((min(down) + max(down) - height) / 2, 0), frame.height - height)
    return round(left, 1), round(top, 1), round(width, 1), round(height, 1)


def _spot(frame: Frame, place: Place) -> tuple[float, float]:
    x, y = frame.place(place.latitude, place.longitude)
    return round(x, 1), round(y, 1)


def _merged(spots: Iterable[tuple[Place, float, float]], cell: float) -> dict[tuple[float, float], list[Place]]:
    """Return where marks stand, and the places of each: those that lie in one cell stand in the middle of them."""
    cells: dict[tuple[int, int], list[tuple[Place, float, float]]] = defaultdict(list)
    for place, x, y in spots:
        cells[round(x / cell), round(y / cell)].append((place, x, y))
    merged: dict[tuple[float, float], list[Place]] = defaultdict(list)
    for here in cells.values():
        across, down = (sum(ends) / len(here) for ends in ([x for _, x, _ in here], [y for _, _, y in here]))
        merged[round(across, 1), round(down, 1)] += (place for place, _, _ in here)
    return merged


def _radius(size: int, largest: int, between: tuple[float, float]) -> float:
    """Return the radius of a mark whose area grows with its size; one has the smallest."""
    if largest <= 1:
        return _ALONE
    smallest, most = (radius**2 for radius in between)
    return round(sqrt(smallest + (max(size, 1) - 1) / (largest - 1) * (most - smallest)), 1)


def _legend(largest: int) -> list[int]:
    """Return sizes that explain the others: one, the largest, and one whose area is between theirs."""
    return sorted({1, round((1 + largest) / 4) or 1, largest}) if largest > 1 else []


def _paths(dots: Iterable[Dot]) -> list[tuple[float, str]]:
    """Return dots as lines without length, whose round ends are seen: a path for each radius, large ones first.

    Each place is told from the one before.
    """
    classes: dict[float, list[Dot]] = defaultdict(list)
    for dot in dots:
        classes[round(dot.radius * _CLASSES) / _CLASSES].append(dot)
    return [(radius, "".join(_points(classes[radius]))) for radius in sorted(classes, reverse=True)]


def _points(dots: Sequence[Dot]) -> Iterable[str]:
    was = (0, 0)
    for x, y in sorted((round(dot.x * 10), round(dot.y * 10)) for dot in dots):
        right, down = x - was[0], y - was[1]
        yield f"m{right}{'' if down < 0 else ' '}{down}h0"
        was = (x, y)


def _line(one: tuple[float, float], other: tuple[float, float]) -> str:
    """Return a bow between two places, so that lines along the same way can be told apart."""
    (a, b), (c, d) = sorted((one, other))
    bend = 0.12
    middle = (round((a + c) / 2 + (d - b) * bend, 1), round((b + d) / 2 - (c - a) * bend, 1))
    return f"M{a} {b}Q{middle[0]} {middle[1]} {c} {d}"
