"""Documents: which statements belong to that of a thing, and those that are made of statements no release holds.

To the document of a thing belong its own statements; the statements that point to it; the further things that
`iu:documentPath` of its classes names, in full; and the types and labels of whatever else is mentioned. Of what points
to it or is reached by a path, a page has PAGE_SIZE for each property, in order of IRI. Types themselves are not
mentions: what a class is called stands in the ontology. Of the things that point to a class only the terms do; its
instances have lists of their own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.messages import LANGUAGES, say
from interurban.rdf.jsonld import Node
from interurban.rdf.paths import Step
from interurban.rdf.standing import Standing
from interurban.rdf.terms import TYPE
from interurban.release.lists import LongList
from interurban.release.lookup import DatasetFile
from interurban.web.model.phases import OnDay
from interurban.web.model.vocabulary import DEFAULT, Term, Vocabulary, name_of

PAGE_SIZE = 100  # things for each property
NEAR = 200  # things that lead to another with the same property
_FEW = 64  # statements that point to a thing
_STEPS = 3
_REMEMBERED = 16  # things, with what points to them

Find = Callable[..., Iterator[ox.Quad]]  # the store's quads_for_pattern, or what takes its place

Said = Iterable[tuple[str, Term]]  # properties and values


@dataclass(frozen=True)
class Cut:
    """A list of things of which this is a part: from `first` on (from 1), `shown` of `total` that have `predicate`."""

    predicate: str
    first: int
    shown: int
    total: int

    @property
    def last(self) -> int:
        """The place of the last one shown."""
        return self.first + self.shown - 1


@dataclass
class Document:
    """The statements of one document, by subject: the root first, the others in order of IRI.

    root: the thing; None for a list of things. described: for each path, what it reached.
    inbound: for each property, what points to the root with it.
    """

    root: ox.NamedNode | None
    groups: dict[Node, list[ox.Triple]] = field(default_factory=dict)
    described: dict[tuple[Step, ...], list[ox.NamedNode]] = field(default_factory=dict)
    inbound: dict[ox.NamedNode, list[ox.NamedNode]] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)

    @property
    def longest(self) -> int:
        """How many things the longest of the lists has that are cut, 0 if none is."""
        return max((cut.total for cut in self.cuts), default=0)

    def triples(self) -> Iterator[ox.Triple]:
        """Yield every statement once, in an order that depends on nothing but the statements."""
        for group in self.groups.values():
            yield from group


def of_thing(vocabulary: Vocabulary, root: ox.NamedNode, on: OnDay | None = None, page: int = 1) -> Document:
    """Return the document of `root`, or one page of it; on: without what certainly did not hold on that day.

    Each page has what the thing itself says, and of each list its part; those that are not longer are on the first.
    """
    document = Document(root)
    find = on.find if on else vocabulary.store.quads_for_pattern
    full: dict[Node, list[ox.Triple]] = {root: _own(find, root)}
    loose: list[ox.Triple] = []
    scope = vocabulary.graph if root in vocabulary.classes else DEFAULT
    for predicate, every in _pointing(vocabulary, on.day if on else None, root, scope).items():
        if subjects := _part(predicate, every, page, document.cuts):
            document.inbound[predicate] = subjects
            loose += (ox.Triple(subject, predicate, root) for subject in subjects)
    types = [name_of(t.object) for t in full[root] if t.predicate == TYPE]
    for path in vocabulary.paths(types):
        reached = _walk(find, root, path, page, loose, document.cuts)
        document.described[path] = reached
        full.update({node: _own(find, node) for node in reached if node not in full})
    document.groups = _arranged(vocabulary, full, loose, root)
    return document


def is_small(vocabulary: Vocabulary, root: ox.NamedNode) -> bool:
    """Return whether it is known that few things point to `root`, so that its document is small."""
    return isinstance(vocabulary.store, DatasetFile) and vocabulary.store.pointing_count(root) <= _FEW


def around(vocabulary: Vocabulary, root: ox.NamedNode) -> ox.Store:
    """Return what is said of a thing, of all that it leads to in three steps, and of what leads to it.

    What leads to it with one property is left out if there are more than NEAR of those: they are a list of things.
    """
    store, known, statements = ox.Store(), set[object](), vocabulary.store
    inbound = _pointing(vocabulary, None, root, DEFAULT).values()
    here: set[object] = {root}.union(*(nodes for nodes in inbound if len(nodes) <= NEAR))
    for _ in range(_STEPS):
        known |= here
        nodes = (node for node in here if isinstance(node, ox.NamedNode | ox.BlankNode))
        said = [q for node in nodes for q in statements.quads_for_pattern(node, None, None, DEFAULT)]
        store.extend(said)
        here = {term for q in said for term in (q.predicate, q.object) if term not in known}
    return store


def of_list(vocabulary: Vocabulary, things: Iterable[ox.NamedNode]) -> Document:
    """Return a document that only mentions `things`: their types and labels."""
    return Document(None, {node: list(vocabulary.mention(node)) for node in things})


def of_graph(vocabulary: Vocabulary, graph: ox.NamedNode, root: ox.NamedNode | None) -> Document:
    """Return everything a named graph says as one document; `root`: what of it comes first."""
    quads = vocabulary.store.quads_for_pattern(None, None, None, graph)
    return of_statements(vocabulary, (quad.triple for quad in quads), root)


def of_statements(vocabulary: Vocabulary, said: Iterable[ox.Triple], root: ox.NamedNode | None) -> Document:
    """Return a document that says just this; `root`: what of it comes first."""
    full: dict[Node, list[ox.Triple]] = defaultdict(list)
    for triple in said:
        full[triple.subject].append(triple)
    return Document(root, _arranged(vocabulary, full, [], root, mention=False))


def _own(find: Find, node: Node) -> list[ox.Triple]:
    return [q.triple for q in find(node, None, None, DEFAULT)]


@lru_cache(maxsize=_REMEMBERED)
def _pointing(
    vocabulary: Vocabulary, on_day: str | None, node: ox.NamedNode, scope: ox.NamedNode | ox.DefaultGraph
) -> dict[ox.NamedNode, Sequence[ox.NamedNode]]:
    """Return property -> things that point to `node` with it, in order. Who reads one page often reads the next."""
    on, store = OnDay(vocabulary, on_day, node, of_all=True) if on_day else None, vocabulary.store
    long: dict[ox.NamedNode, LongList] = {}
    if scope == DEFAULT and isinstance(store, DatasetFile):
        long, quads = store.pointing(node)
    else:
        quads = store.quads_for_pattern(None, None, node, scope)
    pointing: dict[ox.NamedNode, Sequence[ox.NamedNode]] = {
        p: each.on(on_day) if on_day else each for p, each in long.items()
    }
    few: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and not (on and on.of(quad.triple) == Standing.NO):
            few[quad.predicate].append(quad.subject)
    pointing |= {predicate: sorted(subjects, key=str) for predicate, subjects in few.items()}
    return {p: pointing[p] for p in sorted(pointing, key=str)}


def _walk(
    find: Find, root: ox.NamedNode, path: tuple[Step, ...], page: int, walked: list[ox.Triple], cuts: list[Cut]
) -> list[ox.NamedNode]:
    """Return where `path` leads from `root`, in order; the statements on the way go into `walked`.

    The first step that reaches more than a page holds is the one that is divided; all others are on the way.
    """
    here, number = [root], page
    for place, step in enumerate(path, 1):
        found: set[ox.NamedNode] = set()
        triples = []
        for node in here:
            ends = (None, node) if step.inverse else (node, None)
            for quad in find(ends[0], step.predicate, ends[1], DEFAULT):
                there = quad.subject if step.inverse else quad.object
                if isinstance(there, ox.NamedNode):
                    found.add(there)
                    triples.append((there, quad.triple))
        here = sorted(found, key=str)
        if len(found) > PAGE_SIZE or (place == len(path) and number == page):
            here, number = _part(step.predicate, here, number, cuts), 1
        kept = set(here)
        walked += (triple for there, triple in triples if there in kept)
    return here


def _part(predicate: ox.NamedNode, every: Sequence[ox.NamedNode], page: int, cuts: list[Cut]) -> list[ox.NamedNode]:
    """Return what of a list in order stands on a page; if that is not all of it, it goes into `cuts`."""
    start = (page - 1) * PAGE_SIZE
    part = list(every[start : start + PAGE_SIZE])
    cut = Cut(predicate.value, start + 1, len(part), len(every))
    if len(every) > PAGE_SIZE and cut not in cuts:
        cuts.append(cut)
    return part


def _arranged(
    vocabulary: Vocabulary,
    full: dict[Node, list[ox.Triple]],
    loose: Iterable[ox.Triple],
    root: ox.NamedNode | None,
    mention: bool = True,
) -> dict[Node, list[ox.Triple]]:
    """Return all statements by subject, in order: `full`, `loose`, and what is said of the mentioned."""
    partial: dict[Node, set[ox.Triple]] = {}
    for triple in loose:
        if triple.subject not in full:
            partial.setdefault(triple.subject, set()).add(triple)
    mentioned: set[Node] = set(partial)
    for group in (*full.values(), *partial.values()):
        things = (t.object for t in group if t.predicate != TYPE)
        mentioned.update(thing for thing in things if isinstance(thing, ox.NamedNode))
    groups = {node: sorted(group, key=_type_first) for node, group in full.items()}
    for node in mentioned - full.keys() if mention else ():
        said = vocabulary.mention(node) if isinstance(node, ox.NamedNode) else ()
        more = partial.get(node)
        if said or more:
            groups[node] = sorted(more.union(said), key=_type_first) if more else list(said)
    first = [root] if root in groups else []
    return {node: groups[node] for node in (*first, *sorted(groups.keys() - {root}, key=str))}


def _type_first(triple: ox.Triple) -> tuple[bool, str]:
    return (triple.predicate != TYPE, str(triple))


def document(*groups: tuple[str, Said]) -> Document:
    """Return a document that says of each IRI what stands beside it, in that order; the first is its subject."""
    made = Document(ox.NamedNode(groups[0][0]))
    for iri, said in groups:
        subject = ox.NamedNode(iri)
        made.groups.setdefault(subject, []).extend(ox.Triple(subject, ox.NamedNode(p), value) for p, value in said)
    return made


def texts(key: str, **values: object) -> list[ox.Literal]:
    """Return a sentence of the catalogue in every language."""
    return [ox.Literal(say(key, **values).text(language), language=language) for language in LANGUAGES]


def instant(text: str) -> ox.Literal:
    """Return an instant (ISO 8601) as a literal."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "dateTime"))


def count(number: int) -> ox.Literal:
    """Return a number of things as a literal."""
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))
