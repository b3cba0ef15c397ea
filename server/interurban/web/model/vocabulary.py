"""What the release says about its own terms, read once: order of properties, classes, paths, kinds of things.

Everything the pages and documents know about the domain comes from here, and it comes from the graph.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache

import pyoxigraph as ox

from interurban.iris import IU, OWL, PREFIXES, RDFS, Base
from interurban.rdf.paths import SHORT_FOR, Step, read_path
from interurban.rdf.standing import FIRST_DAY, PHASE, Pairs, Phases, read_phases
from interurban.rdf.terms import NAMES, TYPE, Statements, terms_of

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

DEFAULT = ox.DefaultGraph()
SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
# What names a thing, the best first.
LABELS = tuple(map(ox.NamedNode, NAMES))
_CLASSES = (ox.NamedNode(OWL + "Class"), ox.NamedNode(RDFS + "Class"))
_DOMAINS = (RDFS + "domain", PREFIXES["schema"] + "domainIncludes")
_INVERSE_LABEL = ox.NamedNode(IU + "inverseLabel")
_INVERSE = ox.NamedNode(OWL + "inverseOf")
_ORDER = ox.NamedNode(IU + "displayOrder")
_PATH = ox.NamedNode(IU + "documentPath")
_REMEMBERED = 16_384
_STEPS = 8  # properties: as many as all ways have
_ROOMS = ("id", "graph")  # where our things have their names

_NOT_THINGS = {IU + "Tombstone", IU + "FormerAddress"}


@dataclass(frozen=True)
class Kind:
    """A list of things of one sort: its address, the most specific class they share, the things in order."""

    path: str
    shared: str | None
    things: tuple[ox.NamedNode, ...]

    @property
    def name(self) -> str:
        """What its things have in common in their addresses."""
        return self.path.strip("/").rpartition("/")[2]


@dataclass(frozen=True)
class _Overlaid:
    """Classes of things as in `others`, but for those in `changed`, of which `own` has them."""

    others: "Classes"
    changed: Collection[str]
    own: dict[str, frozenset[str]]

    def get(self, iri: str, otherwise: frozenset[str]) -> frozenset[str]:
        return (self.own if iri in self.changed else self.others).get(iri, otherwise)


Classes = dict[str, frozenset[str]] | _Overlaid


class Vocabulary:
    """The terms of one release. Reads `store`; `base` says which things are ours.

    typed: its things and their classes, if they are known. types: of each thing of ours, by kind.
    phases: those of each thing that has any.
    """

    def __init__(self, store: Statements, base: Base, typed: Pairs | None = None) -> None:
        self.store = store
        self.base = base
        self.graph = ox.NamedNode(base.graph("vocabulary"))
        self.classes = {q.subject for c in _CLASSES for q in store.quads_for_pattern(None, TYPE, c, DEFAULT)}
        self.order = {name_of(q.subject): int(name_of(q.object)) for q in self.statements(_ORDER)}
        self.inverse_labels = grouped(self.statements(_INVERSE_LABEL))
        self.inverses = self._inverses()
        self._above = self._superclasses()
        self._paths: dict[str, list[tuple[Step, ...]]] = defaultdict(list)
        for quad in sorted(self.statements(_PATH), key=str):
            self._paths[name_of(quad.subject)].append(read_path(name_of(quad.object)))
        self.shortcuts = {
            short: [read_path(name_of(way)) for way in ways]
            for short, ways in grouped(self.statements(SHORT_FOR)).items()
        }
        typed = list(typed or self._subjects_and_values(TYPE.value))
        classes = self._with_superclasses(typed)
        self._classes: Classes = classes
        self.types = self._types(classes)
        self.terms = terms_of(store, self.graph, {iri for _, iri in typed})
        self.phases: Phases = read_phases(self._subjects_and_values)
        self._set_out()

    def of_other(self, store: Statements, changed: Collection[ox.NamedNode]) -> "Vocabulary":
        """Return the vocabulary of another release.

        store: what it says; changed: of which things it says something else. If those are things of ours and phases,
        what is known of all others is not looked up again.
        """
        ours = tuple(f"{self.base.iri}{room}/" for room in _ROOMS)
        if not all(node.value.startswith(ours) or self._is_phase(store, node) for node in changed):
            return Vocabulary(store, self.base)
        other = copy(self)
        other.store = store
        phases = (q.object for node in changed for q in store.quads_for_pattern(node, PHASE, None, DEFAULT))
        told = {*changed, *(node for node in phases if isinstance(node, ox.NamedNode))}

        def said(predicate: str) -> Iterator[tuple[str, str]]:
            found = (store.quads_for_pattern(node, ox.NamedNode(predicate), None, DEFAULT) for node in told)
            return ((name_of(q.subject), name_of(q.object)) for quads in found for q in quads)

        names, classes = {node.value for node in changed}, self._with_superclasses(said(TYPE.value))
        other._classes = _Overlaid(self._classes, names, classes)
        new, before = self._types(classes), set(changed)
        every = {
            name: {t: c for t, c in self.types.get(name, {}).items() if t not in before} | new.get(name, {})
            for name in sorted(self.types.keys() | new.keys())
        }
        other.types = {name: types for name, types in every.items() if types}
        kept = {thing: phases for thing, phases in self.phases.items() if thing not in names}
        other.phases = kept | read_phases(said)
        other._set_out()
        return other

    def _set_out(self) -> None:
        self.kinds = {name: self._kind(name, types) for name, types in self.types.items()}
        self.lists = {kind.path: kind for kind in self.kinds.values()}
        self.mention = lru_cache(maxsize=_REMEMBERED)(self._mention)
        self.step_of_all = lru_cache(maxsize=_STEPS)(self._step_of_all)
        self.domains = cache(self._with_domains)  # there are as many as there are terms

    def _is_phase(self, store: Statements, node: ox.NamedNode) -> bool:
        every = (store, self.store)
        return any(any(True for _ in each.quads_for_pattern(node, FIRST_DAY, None, DEFAULT)) for each in every)

    def superclasses(self, iri: str) -> frozenset[str]:
        """Return the class `iri` and every class above it."""
        return self._above.get(iri, frozenset({iri}))

    def paths(self, classes: Iterable[str]) -> list[tuple[Step, ...]]:
        """Return the document paths of instances of `classes`, each once, in a fixed order."""
        every = {above for c in classes for above in self.superclasses(c)}
        return list(dict.fromkeys(path for c in sorted(every) for path in self._paths.get(c, ())))

    def values(self, node: Term, iri: str) -> list[Term]:
        """Return the values that a thing has of a property, in order."""
        if isinstance(node, ox.Literal):
            return []
        return sorted((t.object for t in self._said(node, ox.NamedNode(iri))), key=str)

    def step(self, node: Term, step: Step) -> Iterator[Term]:
        """Yield where one step leads from a thing."""
        if step.inverse:
            quads = self.store.quads_for_pattern(None, step.predicate, node, DEFAULT)
            return (quad.subject for quad in quads)
        if isinstance(node, ox.Literal):
            return iter(())
        return (quad.object for quad in self.store.quads_for_pattern(node, step.predicate, None, DEFAULT))

    def _step_of_all(self, step: Step) -> Mapping[Term, list[Term]]:
        """Return where one step leads from each thing from which it leads anywhere."""
        found: dict[Term, list[Term]] = defaultdict(list)
        for quad in self.statements(step.predicate):
            here, there = (quad.object, quad.subject) if step.inverse else (quad.subject, quad.object)
            found[here].append(there)
        return found

    def _with_domains(self, iri: str) -> frozenset[Term]:
        """Return the classes that the vocabulary says have this property."""
        return frozenset(value for name in _DOMAINS for value in self.values(ox.NamedNode(iri), name))

    def most_specific(self, classes: Iterable[str]) -> list[str]:
        """Return those of `classes` that are above none of the others, in order of namespace."""
        given = set(classes)
        covered = {above for c in given for above in self.superclasses(c) if above != c}
        return sorted(given - covered, key=_by_namespace)

    def _mention(self, node: ox.NamedNode) -> tuple[ox.Triple, ...]:
        """Return what a document says of a thing it only mentions: its types and its labels."""
        said = self._said(node, TYPE)
        labels = [*self._said(node, LABELS[0]), *self._said(node, LABELS[1])] or self._said(node, LABELS[2])
        return (*sorted(said, key=str), *sorted(labels, key=str))

    def _said(self, node: ox.NamedNode | ox.BlankNode | ox.Triple, predicate: ox.NamedNode) -> list[ox.Triple]:
        return [q.triple for q in self.store.quads_for_pattern(node, predicate, None, DEFAULT)]

    def statements(self, predicate: ox.NamedNode) -> Iterator[ox.Quad]:
        """Yield what is said with a property."""
        return self.store.quads_for_pattern(None, predicate, None, DEFAULT)

    def _inverses(self) -> dict[str, ox.NamedNode]:
        """Return property -> the one that says the same the other way round."""
        pairs = [(q.subject, q.object) for q in self.statements(_INVERSE)]
        both = [*pairs, *((there, here) for here, there in pairs)]
        return {name_of(here): there for here, there in both if isinstance(there, ox.NamedNode)}

    def _superclasses(self) -> dict[str, frozenset[str]]:
        parents = grouped(self.statements(SUBCLASS))
        above: dict[str, frozenset[str]] = {}
        for start in parents:
            reached, waiting = {start}, [start]
            while waiting:
                new = {name_of(parent) for parent in parents.get(waiting.pop(), ())} - reached
                reached |= new
                waiting += new
            above[start] = frozenset(reached)
        return above

    def _subjects_and_values(self, predicate: str) -> Iterator[tuple[str, str]]:
        return ((name_of(q.subject), name_of(q.object)) for q in self.statements(ox.NamedNode(predicate)))

    def classes_of(self, iri: str) -> frozenset[str]:
        """Return the classes that a thing is in, and those above them."""
        return self._classes.get(iri, frozenset())

    def _with_superclasses(self, typed: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
        together = cache(frozenset[str].union)
        classes: dict[str, frozenset[str]] = {}
        for iri, of_class in typed:
            above = self.superclasses(of_class)
            classes[iri] = together(classes[iri], above) if iri in classes else above
        return classes

    def _types(self, classes: Mapping[str, frozenset[str]]) -> dict[str, dict[ox.NamedNode, frozenset[str]]]:
        """Return the classes of each thing of ours, by kind: the first part after id/, and `graph` for the sources."""
        found: dict[str, dict[ox.NamedNode, frozenset[str]]] = defaultdict(dict)
        for iri, types in classes.items():
            # what a fragment names is a part of a document, not a document
            if not iri.startswith(self.base.iri) or "#" in iri:
                continue
            room, _, rest = iri[len(self.base.iri) :].partition("/")
            if rest and room in _ROOMS and not _NOT_THINGS & types:
                found[rest.partition("/")[0] if room == "id" else room][ox.NamedNode(iri)] = types
        return dict(sorted(found.items()))

    def _kind(self, name: str, types: Mapping[ox.NamedNode, frozenset[str]]) -> Kind:
        shared = self.most_specific(frozenset.intersection(*set(types.values())))
        things = tuple(sorted(types, key=lambda node: node.value))
        return Kind("/graph/" if name == "graph" else f"/doc/{name}/", next(iter(shared), None), things)


def exists(store: Statements, node: ox.NamedNode) -> bool:
    """Return whether the release says anything about `node`, or `node` itself is one of its graphs."""
    said = next(store.quads_for_pattern(node, None, None, DEFAULT), None)
    return said is not None or store.contains_named_graph(node)


def name_of(term: Term) -> str:
    """Return the IRI of a thing, or the text of a literal."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def prefixed(iri: str) -> str | None:
    """Return `iri` as a prefixed name, None if no known namespace fits or the rest is not a plain name."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z_][\w-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return None


def _by_namespace(iri: str) -> tuple[int, str]:
    places = [place for place, namespace in enumerate(PREFIXES.values()) if iri.startswith(namespace)]
    return (places[0] if places else len(PREFIXES), iri)


def grouped(quads: Iterable[ox.Quad]) -> dict[str, list[Term]]:
    """Return subject -> values, in the order of the statements."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for quad in quads:
        groups[name_of(quad.subject)].append(quad.object)
    return dict(groups)
