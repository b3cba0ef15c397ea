"""The pictures of a thing for a reader: drawn by the room `pictures`, with the same facts as a table and as CSV.

What there is to be drawn `model.pictures` reads from the release; here it gets its names, links and words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.locales import number
from interurban.messages import say
from interurban.rdf.dates import dated
from interurban.web.http.reader import Reader
from interurban.web.model import pictures as model
from interurban.web.model.listing import Choice, Listing
from interurban.web.model.phases import OnDay
from interurban.web.model.site import Site
from interurban.web.pages.comparison import address_of
from interurban.web.pages.literals import literal_text
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
from interurban.web.pictures.maps import FEW

THINGS, THING = "things", "thing"  # how an address says a map of some things, and which


def picture(site: Site, kind: str, root: ox.NamedNode, reader: Reader, **shown: bool) -> Picture | None:
    """Return a picture of a thing; None if there is no such kind, or nothing to be seen in it.

    shown: how a map does that (`facts.Map`): whole, each.
    """
    if kind not in _OF_THING:
        return None
    drawn = _Drawn(site, reader, root, shown)
    path = (site.base.path(root.value) or "").removeprefix("/id/")
    return drawn.picture(kind, path, drawn.text(f"{kind}-title", name=drawn.label(root).text), _OF_THING[kind](drawn))


def picture_of_list(
    site: Site, kind: str, table: str, chosen: Mapping[str, str], reader: Reader, **shown: bool
) -> Picture | None:
    """Return a picture of the things of a list that have the chosen values; None if nothing is to be seen in it.

    chosen: facet -> value, as addresses of lists have them; shown: as of a thing.
    """
    drawn, listing, list_of = (
        _Drawn(site, reader, None, shown),
        Listing.of(site, table),
        site.vocabulary.kinds.get(table),
    )
    if kind not in _OF_LIST or not listing or not list_of or not chosen.keys() <= {*listing.columns.facets}:
        return None
    things = listing.having(Choice(chosen)) or []
    found = _OF_LIST[kind](drawn, table, things)
    values = [drawn.label(listing.node(listing.values[name][code])).text for name, code in chosen.items()]
    title = drawn.text(f"{kind}-of-all-title", name=", ".join([drawn.plural(list_of).text, *values]))
    return drawn.picture(kind, table, title, found, chosen)


def picture_of_things(site: Site, things: Sequence[str], reader: Reader, **shown: bool) -> Picture | None:
    """Return the map of things that are named as tables name them; None if none of them lies anywhere.

    shown: as of a thing.
    """
    drawn = _Drawn(site, reader, None, shown)
    each: dict[str, model.Located] = {}
    for table in sorted(
        {thing.split("/")[1] for thing in things if thing.startswith("id/")} & site.pages.tables.keys()
    ):
        every = sorted({thing for thing in things if thing.startswith(f"id/{table}/")})
        each |= {at.thing: at for at in model.places(site, table, every, reader.language).values()}
    if not each:
        return None
    places = sorted((drawn.place(at._replace(size=1)) for at in each.values()), key=lambda p: sort_key(p.thing.name))
    about = drawn.text("map-about", count=len(places))
    title = drawn.text("map-of-all-title", name=", ".join(place.thing.name for place in places[:_NAMED]))
    facts = Map(places, (), "", **shown)
    return drawn.picture("map", THINGS, title, (facts, drawn.places(places), about), {THING: ",".join(things)})


def places_of(site: Site, root: ox.NamedNode, reader: Reader) -> Map | None:
    """Return where a thing lies by itself, as the tables tell; None if they do not."""
    drawn, name = _Drawn(site, reader, root), site.base.short(root.value)
    table = name.removeprefix("id/").partition("/")[0]
    found = model.places(site, table, [name], reader.language) if table in site.pages.tables else {}
    return Map([drawn.place(at._replace(size=1)) for at in found.values()]) if found else None


class _Drawn(Names):
    """Pictures for one reader: of one thing, or of the things of a list."""

    def __init__(
        self, site: Site, reader: Reader, root: ox.NamedNode | None = None, shown: Mapping[str, bool] | None = None
    ) -> None:
        super().__init__(site, reader.language)
        self.reader, self.shown = reader, shown or {}
        self.root = root or ox.NamedNode(site.base.iri)
        self.on = OnDay(site.vocabulary, reader.day, root) if reader.day else None

    def picture(
        self, kind: str, path: str, title: str, found: "_Found", chosen: Mapping[str, str] | None = None
    ) -> Picture | None:
        """Return what has been found as a picture."""
        if not found:
            return None
        facts, table, description = found
        return Picture(kind, path, title, description, facts, table, self.reader, self.site.mount, chosen or {})

    def text(self, key: str, **values: object) -> str:
        """Return words for a picture."""
        return say(f"picture-{key}", **values).text(self.language)

    def thing(self, node: ox.NamedNode, named: ox.NamedNode | None = None) -> Thing:
        """Return a thing with the name and address of another, or of its own."""
        shown = named or node
        return self.linked(Thing(shown.value, self.label(shown).text))._replace(iri=node.value)

    def timeline(self) -> "_Found":
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
        return Timeline(rows, until, self.reader.day), table, self.text("timeline-about", count=len(rows))

    def map(self) -> "_Found":
        """Return where things lie: those that are connected in pairs, else those of a table."""
        connected = model.pairs(self.site, self.root, self.on)
        if not connected:
            return self.map_of(*model.listed(self.site, self.root, "map"))
        places = {end.thing: self.place(end) for found in connected for end in (found.one, found.other)}
        pairs = [Pair(self.thing(c.node), places[c.one.thing], places[c.other.thing]) for c in connected]
        cells = [(_cell(p.thing), _cell(p.one.thing), _cell(p.other.thing)) for p in pairs]
        table = self._table(("name", "one", "other"), [p.thing for p in pairs], cells.__getitem__)
        about = self.text("pairs-about", count=len(places), pairs=number(len(pairs), self.language))
        return Map(list(places.values()), pairs), table, about

    def map_of(self, table: str, things: Sequence[str]) -> "_Found":
        """Return where things of a table lie."""
        listed = model.held(self.site, things, self.on)
        located = model.places(self.site, table, listed, self.language) if listed else {}
        if not located:
            return None
        each = {at.thing: at for at in located.values()}  # of two that lie at one thing that is one
        counted = model.counted(self.site, table).get(self.language, "")
        places = [
            Place(Thing(self.iri(at.thing), at.name), at.latitude, at.longitude, at.size if counted else 1)
            for at in each.values()
        ]
        if len(places) <= FEW:
            places = [place._replace(thing=self.linked(place.thing)) for place in places]

        def row(at: int) -> list[Cell]:
            place = places[at]
            sized = [self._number(place.size)] if counted else []
            return [_cell(self.linked(place.thing)), *map(self._number, (place.latitude, place.longitude)), *sized]

        about = self.text("map-about", count=len(places))
        if missing := len(listed) - len(located):
            about += " " + self.text("map-unknown", count=missing)
        columns = ("name", "latitude", "longitude", *(("size",) if counted else ()))
        told = self._table(columns, [place.thing for place in places], row, {"size": counted})
        return Map(places, (), counted.lower(), **self.shown), told, about

    def growth(self) -> "_Found":
        """Return how many came in each year, and how many there were."""
        return self.growth_of(*model.listed(self.site, self.root, "growth"))

    def growth_of(self, table: str, things: Sequence[str]) -> "_Found":
        """Return the same of things of a table."""
        changes = model.changes(self.site, things)
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
        return (
            facts,
            self._table(("year", "came", "total"), [Thing(self.root.value, "")] * len(years), cells.__getitem__),
            about,
        )

    def ego(self) -> "_Found":
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
        return EgoNetwork(self.thing(self.root), around), table, about

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

    def place(self, found: model.Located) -> Place:
        """Return a place with its name."""
        return Place(self.thing(ox.NamedNode(self.iri(found.thing))), found.latitude, found.longitude)

    def _day(self, day: str) -> Cell:
        if day in (model.FIRST, model.LAST):
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


_Found = tuple[Facts, Table, str] | None
_FEW_YEARS = 2
_NAMED = 3  # things that the title of a map of some names
_OF_THING: dict[str, Callable[[_Drawn], _Found]] = {
    "map": _Drawn.map,
    "timeline": _Drawn.timeline,
    "growth": _Drawn.growth,
    "ego": _Drawn.ego,
}
_OF_LIST: dict[str, Callable[[_Drawn, str, Sequence[str]], _Found]] = {
    "map": _Drawn.map_of,
    "growth": _Drawn.growth_of,
}


def _cell(thing: Thing) -> Cell:
    return Cell(thing.name, thing.name, thing.href)
