"""What a page tells of the many things that have its thing in common, as the members of a network: the first of them.

Which those are the tables of the release say: in each facet of a list may be any thing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pyoxigraph import NamedNode

from interurban.rdf.standing import Standing
from interurban.release.pages import ALL, NAME
from interurban.web.model.listing import Choice, Listing
from interurban.web.model.phases import OnDay
from interurban.web.pages.listing import Heading, ListingView
from interurban.web.pages.literals import Text
from interurban.web.pages.names import Names, Value
from interurban.web.pages.views import marked

_SHOWN = 25
_TRIED = 8  # times as many are looked at first on a day, when some did not hold


@dataclass(frozen=True)
class Related:
    """The first rows of a list. kind: of its things; count: how many there are.

    all: the address of the whole list; csv: of the same as a table.
    """

    kind: str
    title: Text
    count: int
    named: bool
    headings: Sequence[Heading]
    rows: Sequence[tuple[Value, list[Value | None]]]
    all: str
    csv: str


def sentence(names: Names, root: NamedNode) -> Text | None:
    """Return what the list that a thing is in has to say of it first; None if that is nothing."""
    listing, short = _listed(names, root)
    return ListingView(names, listing, Choice({}), "").sentence(short) if listing else None


def counts(names: Names, root: NamedNode) -> list[tuple[str, int]]:
    """Return of what else the list that a thing is in has a number, and which; without those that are 0."""
    listing, short = _listed(names, root)
    row = listing.cells([short]).get(short, {}) if listing else {}
    told = listing.columns.counts if listing else {}
    return [(labels[names.language], int(row[name] or 0)) for name, labels in told.items() if row.get(name)]


def _listed(names: Names, root: NamedNode) -> tuple[Listing | None, str]:
    """Return the list that a thing is in, and how it is called there."""
    short = names.site.base.short(root.value)
    return Listing.of(names.site, short.removeprefix("id/").partition("/")[0]), short


def related(names: Names, root: NamedNode, on: OnDay | None = None) -> Iterator[Related]:
    """Yield for each list and facet the things that have `root` there; on: without what did not hold on that day."""
    site = names.site
    value = site.base.short(root.value)
    for kind, columns in site.pages.tables.items():
        for facet in columns.facets:
            if columns.types[facet] == "iri" and site.pages.count(kind, facet, value):
                yield _first(names, Listing(site, kind, columns), facet, value, on)


def _first(names: Names, listing: Listing, facet: str, value: str, on: OnDay | None) -> Related:
    site, kind = names.site, listing.site.vocabulary.kinds[listing.kind]
    code = next(code for code, each in listing.values[facet].items() if each == value)
    columns = listing.columns
    order = NAME if columns.named else next((name for name in columns.labels if name != facet), NAME)
    choice = Choice({facet: code})
    path = site.mount + kind.path
    for most in (_SHOWN * (_TRIED if on else 1), ALL):
        every = listing.things(replace(choice, order=order), names.language, most) or []
        nodes = (listing.node(thing) for thing, *_ in every)  # as many as are shown
        standings = ((node, on.standing(node) if on else Standing.CERTAIN) for node in nodes)
        held = dict(islice((pair for pair in standings if pair[1] > Standing.NO), _SHOWN))
        if len(held) == _SHOWN or len(every) < most:
            break
    view = ListingView(names, listing, choice, path, hidden=[facet])
    things = {
        site.base.short(thing.value): marked(names, names.value(thing), standing, thing)
        for thing, standing in held.items()
    }
    return Related(
        listing.kind,
        names.plural(kind),
        site.pages.count(listing.kind, facet, value),
        columns.named,
        view.headings(),
        view.rows([*things], things),
        view.address(choice),
        view.table_address(choice),
    )
