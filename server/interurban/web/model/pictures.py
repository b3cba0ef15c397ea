"""The facts that pictures are drawn of, as the release says them: things, days, places and counts, without words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pyoxigraph as ox

from interurban.iris import IU, PREFIXES
from interurban.rdf.paths import Step, read_path
from interurban.rdf.standing import Phase, Standing
from interurban.web.model.phases import OnDay
from interurban.web.model.vocabulary import Term, Vocabulary, name_of

Told = TypeVar("Told")

_LATITUDE, _LONGITUDE = (PREFIXES["schema"] + name for name in ("latitude", "longitude"))
FIRST, LAST = "0001-01-01", "9999-12-31"  # open ends, as ontology/rules/phases.rq writes them
_MANY = 500  # things; where they are more, what is said of each is not read one by one
_ALTERS = 16

# From a thing to what lasted, and from there to what names it.
_LASTING = {
    IU + "City": (read_path("^iu:governs/^org:member"), read_path("org:organization")),
    PREFIXES["foaf"] + "Person": (read_path("^org:member"), read_path("iu:post")),
}
# From a thing to the cities that are on its map.
_PLACES = {IU + "CityNetwork": read_path("^org:organization/org:member/iu:governs")}
# From a thing to what connects two cities.
_PAIRS = {IU + "City": read_path("^iu:governs/^iu:partner"), IU + "Programme": read_path("^iu:programme")}
_ENDS = read_path("iu:partner/iu:governs")
_MEMBERS = {IU + "CityNetwork": read_path("^org:organization")}
_BELONGS = ox.NamedNode(IU + "participatesIn")


@dataclass(frozen=True)
class Lasted:
    """Something that lasted, what names it, and its phases."""

    node: ox.NamedNode
    named: ox.NamedNode
    phases: Sequence[Phase]


@dataclass(frozen=True)
class Located:
    """A thing and where it lies: degrees."""

    node: ox.NamedNode
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Connected:
    """What connects two places."""

    node: ox.NamedNode
    one: Located
    other: Located


def lasting(vocabulary: Vocabulary, root: ox.NamedNode) -> list[Lasted]:
    """Return what lasted of a thing: a city's memberships, a person's offices."""
    found = []
    for path, naming in _of_classes(vocabulary, root, _LASTING):
        for node in _nodes(vocabulary, root, path):
            for named in _nodes(vocabulary, node, naming):
                if phases := vocabulary.phases.get(node.value):
                    found.append(Lasted(node, named, phases))
    return found


def places(vocabulary: Vocabulary, root: ox.NamedNode, on: OnDay | None) -> list[Located]:
    """Return the cities that belong on the map of a thing; none if they are too many to be looked up one by one."""
    found: dict[ox.NamedNode, Located] = {}
    for path in _of_classes(vocabulary, root, _PLACES):
        if len(list(vocabulary.step(root, path[0]))) > _MANY:
            return []
        for node in _nodes(vocabulary, root, path, on):
            if located := _located(vocabulary, node):
                found[node] = located
    return list(found.values())


def pairs(vocabulary: Vocabulary, root: ox.NamedNode, on: OnDay | None) -> list[Connected]:
    """Return what connects cities on the map of a thing."""
    found = []
    for path in _of_classes(vocabulary, root, _PAIRS):
        for node in _nodes(vocabulary, root, path, on):
            ends = [located for end in _nodes(vocabulary, node, _ENDS) if (located := _located(vocabulary, end))]
            if len(ends) == 2:  # a line has two ends
                found.append(Connected(node, *ends))
    return found


@dataclass
class Changes:
    """How many memberships began in each year and ended in each; of how many the beginning is not known.

    told: the last year that a source covers.
    """

    began: Counter[int] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)
    unknown: int = 0
    told: int = 0


def changes(vocabulary: Vocabulary, root: ox.NamedNode) -> Changes:
    """Return how the members of a thing changed."""
    found = Changes()
    for path in _of_classes(vocabulary, root, _MEMBERS):
        for node in _nodes(vocabulary, root, path):
            phases = vocabulary.phases.get(node.value, ())
            sure = [phase for phase in phases if phase.standing > Standing.POSSIBLE]
            if not sure or phases[0].standing == Standing.UNKNOWN:
                found.unknown += 1
                continue
            days = [day for phase in phases for day in (phase.first, phase.last) if day != LAST]
            found.told = max(found.told, int(max(days)[:4]))
            found.began[int(sure[0].first[:4])] += 1
            if phases[-1].last != LAST:
                found.ended[int(phases[-1].last[:4])] += 1
    return found


def alters(vocabulary: Vocabulary, root: ox.NamedNode) -> tuple[list[tuple[ox.NamedNode, int]], int]:
    """Return what belongs to most of what a thing belongs to, with how much that is; and how many there are of it."""
    members, belongings = (vocabulary.step_of_all(Step(_BELONGS, inverse)) for inverse in (True, False))
    shared: Counter[Term] = Counter()
    for organization in set(belongings.get(root, ())):
        shared.update(set(members.get(organization, ())))
    del shared[root]
    every = sorted(shared.items(), key=lambda found: (-found[1], name_of(found[0])))
    return [(node, count) for node, count in every[:_ALTERS] if isinstance(node, ox.NamedNode)], len(every)


def _of_classes(vocabulary: Vocabulary, root: ox.NamedNode, known: Mapping[str, Told]) -> Iterator[Told]:
    classes = vocabulary.classes_of(root.value)
    return (told for name, told in known.items() if name in classes)


def _nodes(
    vocabulary: Vocabulary, start: ox.NamedNode, path: tuple[Step, ...], on: OnDay | None = None
) -> list[ox.NamedNode]:
    """Return where a path leads, in order; on: what certainly did not hold on a day is no way."""
    here: set[Term] = {start}
    if on:
        here = {node for node, held in on.reach(start, path).items() if held != Standing.NO}
    else:
        for step in path:
            here = {end for node in here for end in vocabulary.step(node, step)}
    return sorted((node for node in here if isinstance(node, ox.NamedNode)), key=str)


def _located(vocabulary: Vocabulary, node: ox.NamedNode) -> Located | None:
    latitude, longitude = (vocabulary.values(node, name) for name in (_LATITUDE, _LONGITUDE))
    if not latitude or not longitude:
        return None
    return Located(node, float(name_of(latitude[0])), float(name_of(longitude[0])))
