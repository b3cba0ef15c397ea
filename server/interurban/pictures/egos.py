"""Where the marks of an ego network stand: one thing in the middle, on both sides those it has most in common with."""

from collections.abc import Sequence
from dataclasses import dataclass

from interurban.pictures.facts import EgoNetwork, Thing
from interurban.pictures.names import cut

_ROW, _GAP = 42, 34  # units: what stands below each other, and between both halves, where the ego has its name
_NAME = 12  # letters that a side of the narrowest screen has room for
_THIN, _MORE, _THICKEST = 1.0, 0.8, 12.0  # units: of a line for one, more for each other, and at most
_SIDES = 2


@dataclass(frozen=True)
class Alter:
    """A thing, how much it has in common, and its place: on the left or right, so many units down."""

    thing: Thing
    short: str
    count: int
    left: bool
    y: float
    thickness: float


@dataclass(frozen=True)
class Layout:
    """The ego, so many units down, its alters, and how many units the picture is high."""

    ego: Thing
    short: str
    alters: Sequence[Alter]
    middle: float
    height: float


def layout(network: EgoNetwork) -> Layout:
    """Return where everything stands: the nearest at the top, in turn on the left and on the right."""
    rows = -(-len(network.alters) // _SIDES)
    half = -(-rows // 2)
    alters = [
        Alter(
            thing,
            cut(thing.name, _NAME),
            count,
            place % _SIDES == 0,
            _ROW * (place // _SIDES) + _ROW / 2 + (_GAP if place // _SIDES >= half else 0),
            round(min(_THIN + _MORE * (count - 1), _THICKEST), 1),
        )
        for place, (thing, count) in enumerate(network.alters)
    ]
    return Layout(network.ego, cut(network.ego.name, _NAME), alters, half * _ROW + 6, rows * _ROW + _GAP)
