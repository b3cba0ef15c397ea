"""The facts that pictures are drawn of, as the release says them: things, days, places and counts, without words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from interurban.iris import IU, PREFIXES
from interurban.rdf.paths import Step, read_path
from interurban.rdf.standing import Phase, Standing
from interurban.web.model.phases import OnDay
from interurban.web.model.vocabulary import Term, Vocabulary, name_of

_LATITUDE, _LONGITUDE = (PREFIXES["schema"] + name for name in ("latitude", "longitude"))
_PICTURE = IU + "picture"
FIRST, LAST = "0001-01-01", "9999-12-31"  # open ends, as ontology/rules/phases.rq writes them
_MANY = 500  # things; where they are more, what is said of each is not read one by one
_ALTERS = 16


@dataclass(frozen=True)
class Drawable:
    """What a class says is drawn of its things: the path to what is shown, and from there on."""

    path: tuple[Step, ...]
    further: tuple[Step, ...] = ()


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
    for drawable in _drawable(vocabulary, root, "timeline"):
        for node in _nodes(vocabulary, root, drawable.path):
            for named in _nodes(vocabulary, node, drawable.further):
                if phases := vocabulary.phases.get(node.value):
                    found.append(Lasted(node, named, phases))
    return found


def places(vocabulary: Vocabulary, root: ox.NamedNode, on: OnDay | None) -> list[Located]:
    """Return the cities that belong on the map of a thing; none if they are too many to be looked up one by one."""
    found: dict[ox.NamedNode, Located] = {}
    for drawable in _drawable(vocabulary, root, "map"):
        if len(list(vocabulary.step(root, drawable.path[0]))) > _MANY:
            return []
        for node in _nodes(vocabulary, root, drawable.path, on):
            if located := _located(vocabulary, node):
                found[node] = located
    return list(found.values())


def pairs(vocabulary: Vocabulary, root: ox.NamedNode, on: OnDay | None) -> list[Connected]:
    """Return what connects cities on the map of a thing."""
    found = []
    for drawable in _drawable(vocabulary, root, "pairs"):
        for node in _nodes(vocabulary, root, drawable.path, on):
            ends = [
                located for end in _nodes(vocabulary, node, drawable.further) if (located := _located(vocabulary, end))
            ]
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
    for drawable in _drawable(vocabulary, root, "growth"):
        for node in _nodes(vocabulary, root, drawable.path):
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
    shared: Counter[Term] = Counter()
    for drawable in _drawable(vocabulary, root, "ego"):
        back = Step(drawable.path[0].predicate, not drawable.path[0].inverse)
        members = vocabulary.step_of_all(back)
        for organization in _nodes(vocabulary, root, drawable.path):
            shared.update(set(members.get(organization, ())))
    del shared[root]
    every = sorted(shared.items(), key=lambda found: (-found[1], name_of(found[0])))
    return [(node, count) for node, count in every[:_ALTERS] if isinstance(node, ox.NamedNode)], len(every)


def _drawable(vocabulary: Vocabulary, root: ox.NamedNode, kind: str) -> Iterator[Drawable]:
    """Yield what the classes of a thing say of a kind of picture; ReleaseError for a path that is not understood."""
    for of_class in sorted(vocabulary.classes_of(root.value)):
        for said in vocabulary.values(ox.NamedNode(of_class), _PICTURE):
            name, *paths = name_of(said).split()
            if name == kind and paths:
                yield Drawable(*map(read_path, paths[:2]))


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
