"""The pictures of a thing for a reader: drawn by the room `pictures`, with the same facts as a table and as CSV.

What there is to be drawn `model.pictures` reads from the release; `drawn` gives it its names, links and words.
"""

from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.pictures.facts import Map
from interurban.release.pages import Cell as Value
from interurban.release.pictures import Located, places
from interurban.web.http.reader import Reader
from interurban.web.model.listing import Choice, Listing
from interurban.web.model.site import Site
from interurban.web.pages.drawn import Drawn, Found
from interurban.web.pages.picture import Picture

THINGS, THING = "things", "thing"  # how an address says a map of some things, and which


def picture(
    site: Site, kind: str, root: ox.NamedNode, reader: Reader, *, every: bool = False, **shown: bool
) -> Picture | None:
    """Return a picture of a thing; None if there is no such kind, or nothing to be seen in it.

    every: whether its table is wanted with all rows; shown: how a map does that (`facts.Map`): whole, each.
    """
    if kind not in _OF_THING:
        return None
    drawn = Drawn(site, reader, root, shown, every)
    path = (site.base.path(root.value) or "").removeprefix("/id/")
    return drawn.picture(kind, path, drawn.text(f"{kind}-title", name=drawn.label(root).text), _OF_THING[kind](drawn))


def picture_of_list(
    site: Site,
    kind: str,
    table: str,
    chosen: Mapping[str, str],
    reader: Reader,
    *,
    every: bool = False,
    **shown: bool,
) -> Picture | None:
    """Return a picture of the things of a list that have the chosen values; None if nothing is to be seen in it.

    chosen: facet -> value, as addresses of lists have them; every, shown: as of a thing.
    """
    drawn, listing, list_of = (
        Drawn(site, reader, None, shown, every),
        Listing.of(site, table),
        site.vocabulary.kinds.get(table),
    )
    if kind not in _OF_LIST or not listing or not list_of or not chosen.keys() <= {*listing.columns.facets}:
        return None
    said = listing.chosen(Choice(chosen))
    if said is None:
        return None
    found = _OF_LIST[kind](drawn, table, said)
    values = [drawn.label(listing.node(listing.values[name][code])).text for name, code in chosen.items()]
    title = drawn.text(f"{kind}-of-all-title", name=", ".join([drawn.plural(list_of).text, *values]))
    return drawn.picture(kind, table, title, found, chosen)


def picture_of_things(site: Site, things: Sequence[str], reader: Reader, **shown: bool) -> Picture | None:
    """Return the map of things that are named as tables name them; None if none of them lies anywhere.

    shown: as of a thing.
    """
    drawn = Drawn(site, reader, None, shown)
    each: dict[str, Located] = {}
    for table in sorted(
        {thing.split("/")[1] for thing in things if thing.startswith("id/")} & site.pages.tables.keys()
    ):
        every = sorted({thing for thing in things if thing.startswith(f"id/{table}/")})
        each |= {at.thing: at for at in places(site.pages, table, every, reader.language).values()}
    if not each:
        return None
    marked = sorted((drawn.place(at._replace(size=1)) for at in each.values()), key=lambda p: sort_key(p.thing.name))
    about = drawn.text("map-about", count=len(marked))
    title = drawn.text("map-of-all-title", name=", ".join(place.thing.name for place in marked[:_NAMED]))
    facts = Map(marked, (), "", **shown)
    return drawn.picture("map", THINGS, title, Found(facts, drawn.places(marked), about), {THING: ",".join(things)})


def places_of(site: Site, root: ox.NamedNode, reader: Reader) -> Map | None:
    """Return where a thing lies by itself, as the tables tell; None if they do not."""
    drawn, name = Drawn(site, reader, root), site.base.short(root.value)
    table = name.removeprefix("id/").partition("/")[0]
    found = places(site.pages, table, [name], reader.language) if table in site.pages.tables else {}
    return Map([drawn.place(at._replace(size=1)) for at in found.values()]) if found else None


_NAMED = 3  # things that the title of a map of some names
_OF_THING: dict[str, Callable[[Drawn], Found | None]] = {
    "map": Drawn.map,
    "timeline": Drawn.timeline,
    "growth": Drawn.growth,
    "ego": Drawn.ego,
}
_OF_LIST: dict[str, Callable[[Drawn, str, Mapping[str, Value]], Found | None]] = {
    "map": Drawn.map_of,
    "growth": Drawn.growth_of,
}
