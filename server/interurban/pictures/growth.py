"""Where the marks of a growth stand: across in hundredths of the width, up in units."""

from collections.abc import Sequence
from dataclasses import dataclass

from interurban.pictures.facts import Growth, Year
from interurban.pictures.scales import marks, part

_TICKS = 6  # so many years stand beside each other on the narrowest screens
_LEVELS = 4
_GAP = 0.06  # years: on either side of a column


@dataclass(frozen=True)
class Column:
    """What stands for a year: hundredths across."""

    year: Year
    x: float
    width: float


@dataclass(frozen=True)
class Scale:
    """The numbers at which a panel is marked, and the highest that it has room for."""

    levels: Sequence[int]
    top: int


@dataclass(frozen=True)
class Layout:
    """Columns; years on the axis with their places; the scales of both panels."""

    columns: Sequence[Column]
    ticks: Sequence[tuple[int, float]]
    came: Scale
    total: Scale

    @property
    def line(self) -> str:
        """The totals as steps, in years across and things up: points of a line in a box as wide as there are years."""
        top = self.total.top
        return " ".join(f"{at},{top - c.year.total}" for i, c in enumerate(self.columns) for at in (i, i + 1))


def layout(growth: Growth) -> Layout:
    """Return where everything stands."""
    first, end = growth.years[0].year, growth.years[-1].year + 1
    width = 100 / len(growth.years)
    columns = [Column(y, part(y.year + _GAP, first, end), round(width * (1 - 2 * _GAP), 2)) for y in growth.years]
    # a year stands below the middle of its column
    ticks = [(year, part(year + 0.5, first, end)) for year in marks(first, end - 1, _TICKS)]
    return Layout(
        columns,
        [tick for tick in ticks if 3 <= tick[1] <= 97],  # a number is not cut in two at the edge
        _scale(max(y.came for y in growth.years)),
        _scale(max(y.total for y in growth.years)),
    )


def _scale(highest: int) -> Scale:
    return Scale(marks(0, max(highest, 1), _LEVELS), max(highest, 1))
