"""Where the marks of a time line stand: in hundredths of its width, so that it is as wide as there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

from interurban.pictures.facts import Lasting, Span, Thing, Timeline
from interurban.pictures.names import cut
from interurban.pictures.scales import marks, part, years

_FIRST, _LAST = "0001-01-01", "9999-12-31"  # open ends
_TICKS = 6  # so many years stand beside each other on the narrowest screens
_ROWS = 60
_NAME = 36  # letters that the narrowest screen has room for
_DOT = 1.05  # years: what is known of no longer time, before and after which nothing is known, is a dot
_MARGIN = 0.02  # of all years, on either side
DOT = "attested"


@dataclass(frozen=True)
class Mark:
    """A bar, or a dot in the middle of its days. kind: its standing, or DOT; x, width: hundredths."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """A thing with its marks. short: its name as far as a narrow screen has room."""

    thing: Thing
    short: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Layout:
    """Rows, years on the axis with their places, the kinds of marks that there are, how many rows are left out.

    day: the place of the day that is asked about, None if that is none or outside.
    """

    rows: Sequence[Row]
    ticks: Sequence[tuple[int, float]]
    kinds: Sequence[str]
    left_out: int
    day: float | None


def known(row: Lasting) -> list[Span]:
    """Return the days of which anything is known."""
    return [span for span in row.spans if span.standing != "unknown"]


def layout(timeline: Timeline) -> Layout:
    """Return where everything stands; ValueError if nothing is known of any row."""
    rows = sorted((row for row in timeline.rows if known(row)), key=lambda r: (known(r)[0].first, r.thing.name))
    spans = [span for row in rows for span in known(row)]
    first = min(years(span.last if span.first == _FIRST else span.first) for span in spans)
    last = max([years(timeline.until), *(years(s.last) for s in spans if s.last != _LAST), first + 1])
    room = (last - first) * _MARGIN
    begins, ends = first - room, last + room

    def mark(kind: str, span: Span, openly: bool = False) -> Mark:
        start = begins if span.first == _FIRST else max(years(span.first), begins)
        # a day lasts to its end, and what has no end goes beyond the edge
        end = last + room if span.last == _LAST else years(span.last) + 1 / 365
        x = part(start, begins, ends)
        return Mark(kind, x, round(part(end, begins, ends) - x + (1 if openly else 0), 2))

    drawn = []
    for row in rows[:_ROWS]:
        dot = _is_dot(row)
        row_marks = [mark(DOT if dot else s.standing, s, s.last == _LAST) for s in known(row)]
        if dot:
            middle = (row_marks[0].x + row_marks[-1].x + row_marks[-1].width) / 2
            row_marks = [Mark(DOT, round(middle, 2), 0)]
        drawn.append(Row(row.thing, cut(row.thing.name, _NAME), row_marks))
    kinds = {mark.kind for row in drawn for mark in row.marks}
    ticks = [(year, part(year, begins, ends)) for year in marks(begins, ends, _TICKS)]
    day = timeline.day and years(timeline.day)
    return Layout(
        drawn,
        [tick for tick in ticks if 3 <= tick[1] <= 97],  # a number is not cut in two at the edge
        [kind for kind in ("certain", "presumed", "possible", DOT) if kind in kinds],
        max(len(rows) - _ROWS, 0),
        part(day, begins, ends) if day and begins <= day <= ends else None,
    )


def _is_dot(row: Lasting) -> bool:
    """Return whether it is only known that something held once: neither since when nor until when."""
    spans = known(row)
    around = [span.standing for span in (row.spans[0], row.spans[-1])]
    short = spans[-1].last != _LAST and years(spans[-1].last) - years(spans[0].first) < _DOT
    return around == ["unknown", "unknown"] and spans[0].first != _FIRST and short
