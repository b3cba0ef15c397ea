"""What pictures show of thousands of things, as the tables of a release tell: where they lie, when they began.

What would take long for a page is counted when the release is made (`build/pictures.py`), by the same functions.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any, NamedTuple

from interurban.iris import IU, Base
from interurban.messages import LANGUAGES, Language
from interurban.pictures.facts import Map, Place, Thing
from interurban.pictures.maps import Layout, layout
from interurban.rdf.standing import LAST, Phases, Standing
from interurban.release.pages import Columns, PagesFile

PICTURE_PATH = IU + "picturePath"
MAP, GROWTH = "map", "growth"  # the kinds of pictures of thousands
SHOWN = 100  # rows of a picture's table that a page has
LATITUDE, LONGITUDE = "latitude", "longitude"  # schema.org's properties, and columns


class Located(NamedTuple):
    """A thing, as tables name it, and where it lies: degrees. size: the first number that its table has of it.

    name: what it is called, if a table has told that.
    """

    thing: str
    latitude: float
    longitude: float
    size: int = 1
    name: str = ""


@dataclass(frozen=True)
class Mapped:
    """A map of thousands. places: how many; unknown: of how many more it is not known where they lie.

    first: of which things the first rows of its table are, in the order of each language. at: where its marks stand.
    """

    places: int
    unknown: int
    first: Mapping[Language, Sequence[str]]
    at: Layout

    @classmethod
    def of(cls, pages: PagesFile, table: str, things: Sequence[str]) -> "Mapped | None":
        """Return the map of things of a table; None if that has few marks, which are their own."""
        sized, found = bool(counted(pages.tables[table])), places(pages, table, things, LANGUAGES[0])
        each = distinct(found)
        first = {}
        for language in LANGUAGES:
            names = pages.names((at.thing for _, at in each), language)
            ranked = nsmallest(SHOWN, ((names[at.thing][1], at.thing, thing) for thing, at in each))
            first[language] = [thing for *_, thing in ranked]
        marks = [Place(Thing("", ""), at.latitude, at.longitude, at.size if sized else 1) for _, at in each]
        at = layout(Map(marks, (), "sized" if sized else "")) if marks else None
        return cls(len(each), len(things) - len(found), first, at) if at and at.paths else None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Mapped":
        """Return what a release tells."""
        return cls(**{**told, "at": Layout.read(told["at"])})

    def written(self) -> dict[str, Any]:
        """Return it as a release tells it."""
        return {**vars(self), "at": self.at.written()}


@dataclass
class Changes:
    """How many things began in each year and ended in each; of how many the beginning is not known.

    told: the last year that a source covers.
    """

    began: Counter[int] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)
    unknown: int = 0
    told: int = 0

    @classmethod
    def of(cls, phases: Phases, base: Base, things: Iterable[str]) -> "Changes":
        """Return how many things of a table began and ended in each year."""
        found, whole = cls(), base.whole
        began, ended, told = [], [], ""
        for thing in things:
            lasted = phases.get(whole(thing), ())
            first = next((phase.first for phase in lasted if phase.standing > Standing.POSSIBLE), None)
            if first is None or lasted[0].standing == Standing.UNKNOWN:
                found.unknown += 1
                continue
            began.append(first[:4])
            latest = lasted[-1]
            if latest.last != LAST:
                ended.append(latest.last[:4])
            told = max(told, latest.first if latest.last == LAST else latest.last)
        found.began.update(map(int, began))
        found.ended.update(map(int, ended))
        found.told = int(told[:4] or 0)
        return found

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Changes":
        """Return what a release tells."""
        began, ended = ({int(year): count for year, count in told[name].items()} for name in ("began", "ended"))
        return cls(Counter(began), Counter(ended), told["unknown"], told["told"])

    def written(self) -> dict[str, Any]:
        """Return it as a release tells it."""
        return {**vars(self), "began": dict(sorted(self.began.items())), "ended": dict(sorted(self.ended.items()))}


def distinct(located: Mapping[str, Located]) -> list[tuple[str, Located]]:
    """Return things with where they lie, in their order: of several that lie at one thing the first."""
    first: dict[str, tuple[str, Located]] = {}
    for thing, at in located.items():
        first.setdefault(at.thing, (thing, at))
    return list(first.values())


def places(pages: PagesFile, table: str, things: Iterable[str], language: Language) -> dict[str, Located]:
    """Return where things of a table lie: at their own places, else at those of what their row names.

    They are in the order of what lies there by name.
    """
    things = list(things)
    for way in _ways(pages, table):
        columns = pages.tables[way[-1][1] if way else table].types
        size = next((name for name, kind in columns.items() if kind == "integer"), "")
        rows = pages.ends(table, way, [LATITUDE, LONGITUDE, size or LATITUDE], things, language)
        found = {
            thing: Located(end, latitude, longitude, (number or 1) if size else 1, name)
            for thing, end, name, latitude, longitude, number in rows
            if latitude is not None and longitude is not None
        }
        if found:
            return found
    return {}


def _ways(pages: PagesFile, table: str, *passed: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the ways from a table to one whose things have places: columns, and of which kind is what each names."""
    columns = pages.tables[table].types
    if {LATITUDE, LONGITUDE} <= columns.keys():
        yield ()
        return
    for column in (name for name, kind in columns.items() if kind == "iri"):
        for kind in pages.kinds_of(table, column):
            if kind not in (table, *passed):
                yield from (((column, kind), *way) for way in _ways(pages, kind, table, *passed))


def are_places(tables: Mapping[str, Columns], table: str) -> bool:
    """Return whether the things of a table lie somewhere: themselves, or by what a column of its name has of them."""
    located = {kind for kind, columns in tables.items() if {LATITUDE, LONGITUDE} <= columns.types.keys()}
    return table in located or not located.isdisjoint(tables[table].types)


def counted(columns: Columns) -> Mapping[str, str]:
    """Return what the sizes of a table's places count, in each language; nothing where they are no places."""
    size = next((name for name, kind in columns.types.items() if kind == "integer"), "")
    return columns.labels.get(size, {}) if {LATITUDE, LONGITUDE} <= columns.types.keys() else {}
