"""What a reader is shown of the facts that `model.pictures` reads from the release: with names, links and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

import pyoxigraph as ox

from interurban.locales import number
from interurban.messages import say
from interurban.pictures.facts import (
    EgoNetwork,
    Facts,
    Growth,
    Lasting,
    Map,
    Pair,
    Place,
    Span,
    Thing,
    Timeline,
    Year,
)
from interurban.pictures.maps import FEW
from interurban.rdf.dates import dated
from interurban.rdf.standing import FIRST, LAST
from interurban.release.pages import Cell as Value
from interurban.release.pictures import GROWTH, MAP, Located, Mapped, counted, distinct, places
from interurban.web.http.reader import Reader
from interurban.web.model import pictures as model
from interurban.web.model.phases import OnDay
from interurban.web.model.site import Site
from interurban.web.pages.comparison import address_of
from interurban.web.pages.literals import literal_text
from interurban.web.pages.names import Names
from interurban.web.pages.picture import Cell, Picture, Table

_FEW_YEARS = 2


class Found(NamedTuple):
    """What there is to be drawn, as a table too, and in words. at: where the marks stand, if that is known."""

    facts: Facts
    table: Table
    about: str
    at: Any = None


class Drawn(Names):
    """Pictures for one reader: of one thing, or of the things of a list."""

    def __init__(
        self,
        site: Site,
        reader: Reader,
        root: ox.NamedNode | None = None,
        shown: Mapping[str, bool] | None = None,
        every: bool = False,
    ) -> None:
        super().__init__(site, reader.language)
        self.reader, self.shown, self.every = reader, shown or {}, every
        self.root = root or ox.NamedNode(site.base.iri)
        self.on = OnDay(site.vocabulary, reader.day, root) if reader.day else None

    def picture(
        self, kind: str, path: str, title: str, found: "Found | None", chosen: Mapping[str, str] | None = None
    ) -> Picture | None:
        """Return what has been found as a picture."""
        if not found:
            return None
        facts, table, about, at = found
        return Picture(kind, path, title, about, facts, table, self.reader, self.site.mount, chosen or {}, at)

    def text(self, key: str, **values: object) -> str:
        """Return words for a picture."""
        return say(f"picture-{key}", **values).text(self.language)

    def thing(self, node: ox.NamedNode, named: ox.NamedNode | None = None) -> Thing:
        """Return a thing with the name and address of another, or of its own."""
        shown = named or node
        return self.linked(Thing(shown.value, self.label(shown).text))._replace(iri=node.value)

    def timeline(self) -> "Found | None":
        """Return what lasted, by its phases."""
        rows = []
        for lasted in model.lasting(self.site, self.root):
            spans = [Span(phase.standing.name.lower(), phase.first, phase.last) for phase in lasted.phases]
            if any(span.standing != "unknown" for span in spans):
                rows.append(Lasting(self.thing(lasted.node, lasted.named), spans))
        if not rows:
            return None
        rows.sort(key=lambda row: (next(s.first for s in row.spans if s.standing != "unknown"), row.thing.name))
        cells = [
            (
                _cell(row.thing),
                Cell(self.text(span.standing), span.standing),
                self._day(span.first),
                self._day(span.last),
            )
            for row in rows
            for span in row.spans
        ]
        table = self._table(
            ("name", "standing", "first", "last"), [row.thing for row in rows for _ in row.spans], cells.__getitem__
        )
        until = self.site.release.published[:10]
        return Found(Timeline(rows, until, self.reader.day), table, self.text("timeline-about", count=len(rows)))

    def map(self) -> "Found | None":
        """Return where things lie: those that are connected in pairs, else those of a table."""
        connected = model.pairs(self.site, self.root, self.on)
        if not connected:
            return self.map_of(*listed) if (listed := model.listed(self.site, self.root, MAP)) else None
        ends = {end.thing: self.place(end) for found in connected for end in (found.one, found.other)}
        pairs = [Pair(self.thing(c.node), ends[c.one.thing], ends[c.other.thing]) for c in connected]
        cells = [(_cell(p.thing), _cell(p.one.thing), _cell(p.other.thing)) for p in pairs]
        rows = self._table(("name", "one", "other"), [p.thing for p in pairs], cells.__getitem__)
        about = self.text("pairs-about", count=len(ends), pairs=number(len(pairs), self.language))
        return Found(Map(list(ends.values()), pairs), rows, about)

    def map_of(self, table: str, chosen: Mapping[str, Value]) -> "Found | None":
        """Return where things of a table lie that have the chosen values; of thousands as the release tells."""
        pages = self.site.pages
        as_prepared = not (self.on or self.every or any(self.shown.values()))
        if as_prepared and (told := model.mapped(self.site, table, chosen)):
            first = places(pages, table, told.first[self.language], self.language)
            return self._mapped(table, first, told.unknown, told)
        listed = model.held(self.site, pages.having(table, chosen), self.on)
        located = places(pages, table, listed, self.language) if listed else {}
        return self._mapped(table, located, len(listed) - len(located)) if located else None

    def _mapped(self, table: str, located: Mapping[str, Located], unknown: int, told: Mapped | None = None) -> "Found":
        """Return a map of what lies somewhere. told: of how much more, and where the marks of all stand."""
        sized = counted(self.site.pages.tables[table]).get(self.language, "")
        marked = [
            Place(Thing(self.iri(at.thing), at.name), at.latitude, at.longitude, at.size if sized else 1)
            for _, at in distinct(located)
        ]
        if len(marked) <= FEW and not told:
            marked = [place._replace(thing=self.linked(place.thing)) for place in marked]

        def row(at: int) -> list[Cell]:
            place = marked[at]
            size = [self._number(place.size)] if sized else []
            return [_cell(self.linked(place.thing)), *map(self._number, (place.latitude, place.longitude)), *size]

        count = told.places if told else len(marked)
        about = self.text("map-about", count=count)
        if unknown:
            about += " " + self.text("map-unknown", count=unknown)
        columns = ("name", "latitude", "longitude", *(("size",) if sized else ()))
        rows = self._table(columns, [place.thing for place in marked], row, {"size": sized})
        facts = Map(marked, (), sized.lower(), **self.shown)
        return Found(facts, replace(rows, more=count - len(marked)), about, told.at if told else None)

    def growth(self) -> "Found | None":
        """Return how many came in each year, and how many there were."""
        return self.growth_of(*listed) if (listed := model.listed(self.site, self.root, GROWTH)) else None

    def growth_of(self, table: str, chosen: Mapping[str, Value]) -> "Found | None":
        """Return the same of things of a table that have the chosen values."""
        changes = model.changes(self.site, table, chosen)
        began, ended = changes.began, changes.ended
        if len(began) < _FEW_YEARS:
            return None
        every = range(min(began), changes.told + 1)
        totals = accumulate(began[year] - ended[year - 1] for year in every)
        years = [Year(year, began[year], total) for year, total in zip(every, totals, strict=True)]
        cells = [(Cell(str(y.year), str(y.year)), self._number(y.came), self._number(y.total)) for y in years]
        about = self.text("growth-about", count=sum(began.values()), first=years[0].year, last=changes.told)
        if changes.unknown:
            about += " " + self.text("growth-unknown", count=changes.unknown)
        about += self._all_times()
        facts = Growth(years, self.text("came"), self.text("total"))
        rows = self._table(("year", "came", "total"), [Thing(self.root.value, "")] * len(years), cells.__getitem__)
        return Found(facts, rows, about)

    def ego(self) -> "Found | None":
        """Return what has most in common with the thing."""
        nearest, every = model.alters(self.site, self.root)
        if not nearest:
            return None
        around = [(self.thing(node), count) for node, count in nearest]
        compared = (address_of(self.site, self.root, node) for node, _ in nearest)
        hrefs = [self.reader.href(address) if address else "" for address in compared]
        counts = [replace(self._number(count), href=href) for (_, count), href in zip(nearest, hrefs, strict=True)]
        cells = [(_cell(thing), count) for (thing, _), count in zip(around, counts, strict=True)]
        table = self._table(("name", "common"), [thing for thing, _ in around], cells.__getitem__)
        about = self.text("ego-about", count=len(around), every=number(every, self.language))
        about += self._all_times()
        return Found(EgoNetwork(self.thing(self.root), around), table, about)

    def _all_times(self) -> str:
        """Return that a picture does not show the day that is asked about, if one is."""
        return " " + self.text("all-times") if self.reader.day else ""

    def _number(self, value: float) -> Cell:
        return Cell(number(value, self.language) if isinstance(value, int) else str(value), str(value))

    def places(self, places: Sequence[Place]) -> Table:
        """Return places as a table."""

        def row(at: int) -> list[Cell]:
            return [_cell(places[at].thing), self._number(places[at].latitude), self._number(places[at].longitude)]

        return self._table(("name", "latitude", "longitude"), [place.thing for place in places], row)

    def place(self, found: Located) -> Place:
        """Return a place with its name."""
        return Place(self.thing(ox.NamedNode(self.iri(found.thing))), found.latitude, found.longitude)

    def _day(self, day: str) -> Cell:
        if day in (FIRST, LAST):
            return Cell(self.text("open"), "")
        return Cell(literal_text(dated(day), self.language).text, day)

    def iri(self, name: str) -> str:
        """Return the IRI of what a table names."""
        return name if "://" in name else self.site.base.iri + name

    def linked(self, thing: Thing) -> Thing:
        """Return a thing with the address of its document."""
        address = self.site.address(thing.iri)
        return thing._replace(href=self.reader.href(address)) if address else thing

    def _table(
        self,
        columns: Sequence[str],
        things: Sequence[Thing],
        row: Callable[[int], Sequence[Cell]],
        headings: Mapping[str, str] | None = None,
    ) -> Table:
        told = headings or {}
        return Table({n: told.get(n) or self.text(f"column-{n}") for n in columns}, [t.iri for t in things], row)


def _cell(thing: Thing) -> Cell:
    return Cell(thing.name, thing.name, thing.href)
