"""The facts that pictures are drawn of, as the release says them: things, days, places and counts, without words.

What is drawn of a thing its classes say (`iu:picturePath`). A few things are found by a path; of thousands the tables
of the release tell (`release/pages.py`), so that no picture takes much longer than another.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest
from operator import attrgetter
from typing import NamedTuple

import pyoxigraph as ox

from interurban.iris import IU, PREFIXES
from interurban.messages import Language
from interurban.rdf.paths import Step, read_path
from interurban.rdf.standing import Phase, Standing
from interurban.web.model.phases import OnDay
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term, name_of

FIRST, LAST = "0001-01-01", "9999-12-31"  # open ends, as ontology/rules/phases.rq writes them
_PATH = IU + "picturePath"
_LATITUDE, _LONGITUDE = "latitude", "longitude"  # schema.org's properties, and columns
_ALTERS = 16
_ITSELF = "."  # the path to the thing that is drawn


@dataclass(frozen=True)
class Lasted:
    """Something that lasted, what names it, and its phases."""

    node: ox.NamedNode
    named: ox.NamedNode
    phases: Sequence[Phase]


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
class Connected:
    """What connects two places."""

    node: ox.NamedNode
    one: Located
    other: Located


@dataclass
class Changes:
    """How many things began in each year and ended in each; of how many the beginning is not known.

    told: the last year that a source covers.
    """

    began: Counter[int] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)
    unknown: int = 0
    told: int = 0


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


def listed(site: Site, root: ox.NamedNode, kind: str) -> tuple[str, list[str]]:
    """Return of which table a kind of picture shows things of a thing, and which; "" for none."""
    for words in _said(site, root, kind):
        if ":" not in words[-1] and words[0] in site.pages.tables:
            table, column = words
            return table, site.pages.having(table, {column: site.base.short(root.value)})
    return "", []


def held(site: Site, things: Iterable[str], on: OnDay | None) -> list[str]:
    """Return those things of a table that did not certainly not hold on the day."""
    return [thing for thing in things if not on or on.standing(ox.NamedNode(site.base.whole(thing))) != Standing.NO]


def places(site: Site, table: str, things: Iterable[str], language: Language) -> dict[str, Located]:
    """Return where things of a table lie: at their own places, else at those of what their row names.

    They are in the order of what lies there by name.
    """
    things = list(things)
    for way in _ways(site, table):
        columns = site.pages.tables[way[-1][1] if way else table].types
        size = next((name for name, kind in columns.items() if kind == "integer"), "")
        rows = site.pages.ends(table, way, [_LATITUDE, _LONGITUDE, size or _LATITUDE], things, language)
        found = {
            thing: Located(end, latitude, longitude, (number or 1) if size else 1, name)
            for thing, end, name, latitude, longitude, number in rows
            if latitude is not None and longitude is not None
        }
        if found:
            return found
    return {}


def _ways(site: Site, table: str, *passed: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the ways from a table to one whose things have places: columns, and of which kind is what each names."""
    columns = site.pages.tables[table].types
    if {_LATITUDE, _LONGITUDE} <= columns.keys():
        yield ()
        return
    for column in (name for name, kind in columns.items() if kind == "iri"):
        for kind in site.pages.kinds_of(table, column):
            if kind not in (table, *passed):
                yield from (((column, kind), *way) for way in _ways(site, kind, table, *passed))


def are_places(site: Site, table: str) -> bool:
    """Return whether the things of a table lie somewhere: themselves, or by what a column of its name has of them."""
    tables = site.pages.tables
    located = {kind for kind, columns in tables.items() if {_LATITUDE, _LONGITUDE} <= columns.types.keys()}
    return table in located or not located.isdisjoint(tables[table].types)


def counted(site: Site, table: str) -> Mapping[str, str]:
    """Return what the sizes of a table's places count, in each language; nothing where they are no places."""
    columns = site.pages.tables[table]
    size = next((name for name, kind in columns.types.items() if kind == "integer"), "")
    return columns.labels.get(size, {}) if {_LATITUDE, _LONGITUDE} <= columns.types.keys() else {}


def changes(site: Site, things: Iterable[str]) -> Changes:
    """Return how many things of a table began and ended in each year."""
    found, every, whole = Changes(), site.vocabulary.phases, site.base.whole
    began, ended, told = [], [], ""
    for thing in things:
        phases = every.get(whole(thing), ())
        first = next((phase.first for phase in phases if phase.standing > Standing.POSSIBLE), None)
        if first is None or phases[0].standing == Standing.UNKNOWN:
            found.unknown += 1
            continue
        began.append(first[:4])
        latest = phases[-1]
        if latest.last != LAST:
            ended.append(latest.last[:4])
        told = max(told, latest.first if latest.last == LAST else latest.last)
    found.began.update(map(int, began))
    found.ended.update(map(int, ended))
    found.told = int(told[:4] or 0)
    return found


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
        for said in site.vocabulary.values(ox.NamedNode(of_class), _PATH):
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
    names = (PREFIXES["schema"] + name for name in (_LATITUDE, _LONGITUDE))
    latitude, longitude = (site.vocabulary.values(node, name) for name in names)
    if not latitude or not longitude:
        return None
    return Located(site.base.short(node.value), float(name_of(latitude[0])), float(name_of(longitude[0])))
