"""The pictures of a thing for a reader: drawn by the room `pictures`, with the same facts as a table and as CSV.

What there is to be drawn `model.pictures` reads from the release; here it gets its names, links and words.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

import pyoxigraph as ox

from interurban.messages import say
from interurban.rdf.dates import dated
from interurban.web.http.reader import Reader
from interurban.web.model import pictures as model
from interurban.web.model.phases import OnDay
from interurban.web.model.site import Site
from interurban.web.pages.literals import grouped, literal_text
from interurban.web.pages.names import Names
from interurban.web.pages.picture import Cell, Picture, Table
from interurban.web.pictures.facts import (
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


def picture(site: Site, kind: str, root: ox.NamedNode, reader: Reader) -> Picture | None:
    """Return a picture of a thing; None if there is no such kind, or nothing to be seen in it."""
    return _Drawn(site, root, reader).of(kind) if kind in KINDS else None


class _Drawn(Names):
    """The pictures of one thing for one reader."""

    def __init__(self, site: Site, root: ox.NamedNode, reader: Reader) -> None:
        super().__init__(site, reader.language)
        self.root, self.reader = root, reader
        self.on = OnDay(site.vocabulary, reader.day, root) if reader.day else None

    def of(self, kind: str) -> Picture | None:
        """Return one picture, None if there is nothing to be seen in it."""
        found = KINDS[kind](self)
        if not found:
            return None
        facts, table, description = found
        path = (self.site.base.path(self.root.value) or "").removeprefix("/id/")
        kind_of_title = "pairs" if isinstance(facts, Map) and facts.pairs else kind
        title = self.text(f"{kind_of_title}-title", name=self.label(self.root).text)
        return Picture(kind, path, title, description, facts, table, self.reader, self.site.mount)

    def text(self, key: str, **values: object) -> str:
        """Return words for a picture."""
        return say(f"picture-{key}", **values).text(self.language)

    def thing(self, node: ox.NamedNode, named: ox.NamedNode | None = None) -> Thing:
        """Return a thing with the name and address of another, or of its own."""
        shown = named or node
        address = self.site.address(shown.value)
        return Thing(node.value, self.label(shown).text, self.reader.href(address) if address else "")

    def timeline(self) -> "_Found":
        """Return what lasted, by its phases."""
        rows = []
        for lasted in model.lasting(self.site.vocabulary, self.root):
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
            ("name", "standing", "first", "last"), [row.thing for row in rows for _ in row.spans], cells
        )
        until = self.site.release.published[:10]
        return Timeline(rows, until, self.reader.day), table, self.text("timeline-about", count=grouped(len(rows)))

    def map(self) -> "_Found":
        """Return where things lie, and what connects them."""
        located = model.places(self.site.vocabulary, self.root, self.on)
        connected = model.pairs(self.site.vocabulary, self.root, self.on)
        places = {found.node: self._place(found) for found in located}
        pairs = []
        for found in connected:
            one, other = (places.setdefault(end.node, self._place(end)) for end in (found.one, found.other))
            pairs.append(Pair(self.thing(found.node), one, other))
        if not places:
            return None
        facts = Map(sorted(places.values(), key=lambda p: (p.thing.name, p.thing.iri)), pairs)
        if pairs:
            cells = [(_cell(p.thing), _cell(p.one.thing), _cell(p.other.thing)) for p in pairs]
            table = self._table(("name", "one", "other"), [p.thing for p in pairs], cells)
        else:
            rows = [(_cell(p.thing), *map(_number, (p.latitude, p.longitude))) for p in facts.places]
            table = self._table(("name", "latitude", "longitude"), [p.thing for p in facts.places], rows)
        about = self.text("map-pairs" if pairs else "map-about", count=grouped(len(places)), pairs=grouped(len(pairs)))
        return facts, table, about

    def growth(self) -> "_Found":
        """Return how many came in each year, and how many there were."""
        changes = model.changes(self.site.vocabulary, self.root)
        began, ended = changes.began, changes.ended
        if len(began) < _FEW_YEARS:
            return None
        every = range(min(began), changes.told + 1)
        totals = accumulate(began[year] - ended[year - 1] for year in every)
        years = [Year(year, began[year], total) for year, total in zip(every, totals, strict=True)]
        cells = [(Cell(str(y.year), str(y.year)), _number(y.came), _number(y.total)) for y in years]
        table = self._table(("year", "came", "total"), [self.thing(self.root)] * len(years), cells)
        about = self.text("growth-about", count=grouped(sum(began.values())), first=years[0].year, last=changes.told)
        if changes.unknown:
            about += " " + self.text("growth-unknown", count=grouped(changes.unknown))
        return Growth(years, self.text("came"), self.text("total")), table, about

    def ego(self) -> "_Found":
        """Return what has most in common with the thing."""
        nearest, every = model.alters(self.site.vocabulary, self.root)
        if not nearest:
            return None
        around = [(self.thing(node), count) for node, count in nearest]
        cells = [(_cell(thing), _number(count)) for thing, count in around]
        table = self._table(("name", "common"), [thing for thing, _ in around], cells)
        about = self.text("ego-about", count=grouped(len(around)), every=grouped(every))
        return EgoNetwork(self.thing(self.root), around), table, about

    def _place(self, found: model.Located) -> Place:
        return Place(self.thing(found.node), found.latitude, found.longitude)

    def _day(self, day: str) -> Cell:
        if day in (model.FIRST, model.LAST):
            return Cell(self.text("open"), "")
        return Cell(literal_text(dated(day), self.language).text, day)

    def _table(self, columns: Sequence[str], things: Sequence[Thing], rows: Sequence[Sequence[Cell]]) -> Table:
        return Table({name: self.text(f"column-{name}") for name in columns}, [t.iri for t in things], rows)


_Found = tuple[Facts, Table, str] | None
_FEW_YEARS = 2
KINDS: dict[str, Callable[[_Drawn], _Found]] = {
    "timeline": _Drawn.timeline,
    "map": _Drawn.map,
    "growth": _Drawn.growth,
    "ego": _Drawn.ego,
}


def _cell(thing: Thing) -> Cell:
    return Cell(thing.name, thing.name, thing.href)


def _number(number: float) -> Cell:
    return Cell(grouped(number) if isinstance(number, int) else str(number), str(number))
