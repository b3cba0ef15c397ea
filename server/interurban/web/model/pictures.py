"""The facts that pictures are drawn of, as the release says them: things, days, places and counts, without words.

What is drawn of a thing its classes say (`iu:picturePath`). A few things are found by a path; of thousands the tables
of the release tell (`release/pictures.py`), so that no picture takes much longer than another.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from operator import attrgetter

import pyoxigraph as ox

from interurban.iris import PREFIXES
from interurban.rdf.paths import Step, read_path
from interurban.rdf.standing import Phase, Standing
from interurban.release.pages import Cell
from interurban.release.pictures import GROWTH, LATITUDE, LONGITUDE, MAP, PICTURE_PATH, Changes, Located, Mapped
from interurban.web.model.phases import OnDay
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term, name_of

_ALTERS = 16
_ITSELF = "."  # the path to the thing that is drawn


@dataclass(frozen=True)
class Lasted:
    """Something that lasted, what names it, and its phases."""

    node: ox.NamedNode
    named: ox.NamedNode
    phases: Sequence[Phase]


@dataclass(frozen=True)
class Connected:
    """What connects two places."""

    node: ox.NamedNode
    one: Located
    other: Located


def lasting(site: Site, root: ox.NamedNode) -> list[Lasted]:
    """Return what lasted of a thing: a city's memberships, a person's offices."""
    found = []
    for node, further in _at_paths(site, root, "timeline", None):
        for named in _nodes(site, node, further):
            if phases := site.vocabulary.phases.get(node.value):
                found.append(Lasted(node, named, phases))
    return found


def pairs(site: Site, root: ox.NamedNode, on: OnDay | None) -> list[Connected]:
    """Return what connects places on the map of a thing."""
    found = []
    for node, further in _at_paths(site, root, "map", on):
        ends = [located for end in _nodes(site, node, further) if (located := _located(site, end))]
        if len(ends) == 2:  # a line has two ends
            found.append(Connected(node, *ends))
    return found


def listed(site: Site, root: ox.NamedNode, kind: str) -> tuple[str, dict[str, Cell]] | None:
    """Return of which table a kind of picture shows things of a thing, and by which value."""
    for words in _said(site, root, kind):
        if ":" not in words[-1] and words[0] in site.pages.tables:
            table, column = words
            return table, {column: site.base.short(root.value)}
    return None


def mapped(site: Site, table: str, chosen: Mapping[str, Cell]) -> Mapped | None:
    """Return the map of those things of a table that have the chosen values, if the release has prepared it."""
    told = site.pages.told(MAP, table, chosen)
    return Mapped.read(told) if told else None


def changes(site: Site, table: str, chosen: Mapping[str, Cell]) -> Changes:
    """Return how many of them began and ended in each year."""
    if told := site.pages.told(GROWTH, table, chosen):
        return Changes.read(told)
    return Changes.of(site.vocabulary.phases, site.base, site.pages.having(table, chosen))


def held(site: Site, things: Iterable[str], on: OnDay | None) -> list[str]:
    """Return those things of a table that did not certainly not hold on the day."""
    return [thing for thing in things if not on or on.standing(ox.NamedNode(site.base.whole(thing))) != Standing.NO]


def alters(site: Site, root: ox.NamedNode) -> tuple[list[tuple[ox.NamedNode, int]], int]:
    """Return what belongs to most of what a thing belongs to, with how much that is; and how many there are of it."""
    shared: Counter[Term] = Counter()
    for words in _said(site, root, "ego"):
        (step,) = read_path(words[0])
        members = site.vocabulary.step_of_all(Step(step.predicate, not step.inverse))
        for organization in _nodes(site, root, (step,)):
            shared.update(set(members.get(organization, ())))
    del shared[root]
    counts = {node: count for node, count in shared.items() if isinstance(node, ox.NamedNode)}
    least = min(nlargest(_ALTERS, counts.values()), default=0)  # most of thousands have no more than that in common
    most = sorted(((node, count) for node, count in counts.items() if count > least), key=lambda f: (-f[1], f[0].value))
    others = nsmallest(
        _ALTERS - len(most), (node for node, count in counts.items() if count == least), attrgetter("value")
    )
    return [*most, *((node, least) for node in others)], len(counts)


def _said(site: Site, root: ox.NamedNode, kind: str) -> Iterator[list[str]]:
    """Yield what the classes of a thing say of a kind of picture: paths, or a table and its column."""
    for of_class in sorted(site.vocabulary.classes_of(root.value)):
        for said in site.vocabulary.values(ox.NamedNode(of_class), PICTURE_PATH):
            name, *words = name_of(said).split()
            if name == kind and words:
                yield words


def _at_paths(
    site: Site, root: ox.NamedNode, kind: str, on: OnDay | None
) -> Iterator[tuple[ox.NamedNode, tuple[Step, ...]]]:
    """Yield what a kind of picture shows, each with the path from there on; ReleaseError for a path that is none."""
    for words in _said(site, root, kind):
        if ":" in words[-1]:
            path, further = (() if way == _ITSELF else read_path(way) for way in words)
            yield from ((node, further) for node in _nodes(site, root, path, on))


def _nodes(site: Site, start: ox.NamedNode, path: tuple[Step, ...], on: OnDay | None = None) -> list[ox.NamedNode]:
    """Return where a path leads, in order; on: what certainly did not hold on a day is no way."""
    here: set[Term] = {start}
    if on:
        here = {node for node, standing in on.reach(start, path).items() if standing != Standing.NO}
    else:
        for step in path:
            here = {end for node in here for end in site.vocabulary.step(node, step)}
    return sorted((node for node in here if isinstance(node, ox.NamedNode)), key=str)


def _located(site: Site, node: ox.NamedNode) -> Located | None:
    names = (PREFIXES["schema"] + name for name in (LATITUDE, LONGITUDE))
    latitude, longitude = (site.vocabulary.values(node, name) for name in names)
    if not latitude or not longitude:
        return None
    return Located(site.base.short(node.value), float(name_of(latitude[0])), float(name_of(longitude[0])))
