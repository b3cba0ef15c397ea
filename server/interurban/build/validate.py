"""Validate: SHACL shapes held against named graphs and what we believe, with the row that a violation came from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import SH

from interurban.build.conformance import Conformance
from interurban.build.graphs import TYPE, NamedGraph, subject_of
from interurban.build.index import Index
from interurban.confined import here
from interurban.errors import InputError, InterurbanError, Place, Problem
from interurban.iris import IU, RDFS, SKOS, shortened
from interurban.messages import Bilingual, say
from interurban.rdf.formats import canonical_nquads, quads_of
from interurban.release.erasure import erased

rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # else FROM in a shape's query would be asked of the network

_AT_A_TIME = 1_000  # focus nodes that are judged before it is seen whether it is worth going on

Statements = dict[ox.Triple, Place | None]
Classes = dict[object, list[ox.Triple]]
_Placed = dict[ox.NamedNode, list[tuple[ox.Triple, Place]]]
Where = Callable[[set[ox.NamedNode]], _Placed]

# What a graph may need to know of things that others describe: their classes, of concepts their schemes, and of
# properties whether a thing has one value of them.
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_LABEL, _AUTHORITY = ox.NamedNode(RDFS + "label"), "http://publications.europa.eu/resource/authority/"
_OF_A_CLASS = (TYPE, ox.NamedNode(IU + "erasedOn"))
_CONTEXT = (TYPE, _SUBCLASS, ox.NamedNode(SKOS + "inScheme"), ox.NamedNode(IU + "oneValue"))


@dataclass(frozen=True)
class _Result:
    """A validation result: the report that it is in, and what it is called there."""

    report: rdflib.Graph
    node: rdflib.term.Node

    @cached_property
    def focus(self) -> ox.NamedNode:
        """What it is about."""
        return ox.NamedNode(str(self.report.value(self.node, SH.focusNode)))

    @cached_property
    def is_warning(self) -> bool:
        """Whether it is less than a violation."""
        return self.report.value(self.node, SH.resultSeverity) != SH.Violation


def _names_elsewhere(triple: ox.Triple) -> bool:
    """Whether a statement names a term of an authority table: a code that has no name is one that nobody knows."""
    return triple.predicate == _LABEL and str(triple.subject).startswith(f"<{_AUTHORITY}")


class Validator:
    """The shapes, ready to be held against graphs.

    thorough: let pyshacl judge also what certainly conforms, which finds the same and takes forty times as long.
    """

    def __init__(self, shapes: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple], *, thorough: bool = False) -> None:
        self._thorough = thorough
        self._shapes = _with_own_targets(to_rdflib(shapes))
        self._conformance = Conformance(self._shapes)
        self._vocabulary = [t for t in vocabulary if t.predicate in _CONTEXT or _names_elsewhere(t)]

    def problems(self, statements: Statements, types: Classes | None = None) -> list[Problem]:
        """Return what the shapes find about the things that `statements` give a class; less than sh:Violation warns.

        types: classes that other graphs give to things, so that a reference to a thing described there can be judged.
        Raises InputError for a shape that cannot be asked. Of very many that do not conform only some are judged.
        """
        return self.found(Index(statements), lambda nodes: _placed(statements.items(), nodes), types)

    def found(self, index: Index, where: Where, types: Classes | None = None) -> list[Problem]:
        """Do as `problems` does, with statements in an index. where: tells what has places of what is said of nodes."""
        focus = index.things()
        index.add(self._context(index, types or {}))
        if self._thorough:
            return self._placed(self._judged(focus, index.triples(None, _SUBCLASS)), where)
        doubtful = sorted(self._conformance.doubtful(focus, index), key=str)
        results: list[_Result] = []
        for start in range(0, len(doubtful), _AT_A_TIME):
            some = set(doubtful[start : start + _AT_A_TIME])
            near = index.near(some) if self._conformance.are_near(some, index) else None
            results += self._judged(some, index.triples(near, _SUBCLASS))
            left = len(doubtful) - start - len(some)
            if left and not all(result.is_warning for result in results):
                return [*self._placed(results, where), Problem(say("shape-unjudged", count=left))]
        return self._placed(results, where)

    def _judged(self, focus: set[ox.NamedNode], judged: Iterable[ox.Triple]) -> list[_Result]:
        """Return what pyshacl finds about focus nodes in `judged`."""
        # Not pyshacl's own `focus_nodes`: it also leaves out the values that nested shapes would have to judge.
        report: object
        try:
            _, report, _ = pyshacl.validate(
                to_rdflib(judged),
                shacl_graph=self._shapes,
                inference="none",
                inplace=True,  # the graph is ours; a copy would only cost time
                do_owl_imports=False,
            )
        except (InterurbanError, MemoryError, RecursionError):
            raise
        except Exception as error:  # a shape can be wrong in as many ways as pyshacl has classes for, and some more
            report = error
        if not isinstance(report, rdflib.Graph):
            raise InputError([Problem(say("shape-failure", reason=" ".join(str(report).split())[:300]), here())])
        results = report.objects(None, SH.result)  # not the details of a result, which are results too
        every = (_Result(report, node) for node in results)
        return [result for result in every if result.focus in focus]

    def _placed(self, results: Sequence[_Result], where: Where) -> list[Problem]:
        """Return results as problems with their places."""
        about = where({result.focus for result in results}) if results else {}
        return [problem for result in results for problem in self._problems(result, about)]

    def _context(self, index: Index, types: Classes) -> list[ox.Triple]:
        """Return what is to be known besides of the things that statements mention."""
        given = [t for node in types.keys() & index.mentioned.keys() for t in types[node]]
        known = [t for t in self._vocabulary if t.predicate == _SUBCLASS or t.subject in index.mentioned]
        return [t for t in dict.fromkeys(given + known) if t not in index]

    def _problems(self, result: _Result, about: _Placed) -> list[Problem]:
        """Return one validation result as a problem with the place of the statement it is about.

        What several files say together that each may say alone is a problem in each of them.
        """
        report = result.report
        path, value = (report.value(result.node, name) for name in (SH.resultPath, SH.value))
        # From the shape, as pyshacl drops the languages of a SPARQL constraint's messages.
        said = self._shapes.objects(report.value(result.node, SH.sourceShape), SH.message)
        texts = Bilingual(sorted((m.language or "en", str(m)) for m in said if isinstance(m, rdflib.Literal)))
        key = "shape-violation" + ("-node" if path is None else "" if value is None else "-value")
        message = say(key, text=texts, path="|".join(map(_short, _paths(report, path))), value=_short(value))
        places = _places(about[result.focus], _paths(report, path), value)
        return [Problem(message, place, result.focus.value, result.is_warning) for place in (places or (None,))]


def graph_by_graph(
    shapes: NamedGraph, vocabulary: NamedGraph, graphs: list[NamedGraph], others: Iterable[NamedGraph] = ()
) -> list[Problem]:
    """Hold the shapes against each of some named graphs, and return what they find.

    others: graphs that describe things which these refer to.
    """
    validator = Validator(shapes.statements, vocabulary.statements)
    types = classes(t for graph in (*graphs, *others) for t in graph.statements)
    return [*_links_to_erased(graphs), *(p for graph in graphs for p in validator.problems(graph.statements, types))]


def consolidated(
    shapes: NamedGraph,
    vocabulary: NamedGraph,
    believed: Iterable[ox.Triple],
    written: Callable[[set[ox.NamedNode]], Iterable[NamedGraph]],
) -> list[Problem]:
    """Hold the shapes against the consolidated graph, and return what they find.

    What the rules derived describes nothing by itself; it is judged where it stands, in the consolidated graph.
    written: returns what people wrote of things, and is called only if something is found.
    """
    index = Index(believed)

    def where(nodes: set[ox.NamedNode]) -> _Placed:
        said = (item for graph in written(nodes) for item in graph.statements.items())
        return _placed({t: place for t, place in said if place and t.subject in nodes and t in index}.items(), nodes)

    return Validator(shapes.statements, vocabulary.statements).found(index, where)


def classes(statements: Iterable[ox.Triple]) -> Classes:
    """Return the statements by which things have classes, by thing; with what a tombstone has besides, its day."""
    found: Classes = {}
    for t in statements:
        if t.predicate in _OF_A_CLASS:
            found.setdefault(t.subject, []).append(t)
    return found


def _links_to_erased(graphs: list[NamedGraph]) -> list[Problem]:
    """Return every statement that points to something that has a tombstone."""
    gone: dict[object, str] = {n: n.value for n in erased(quad for graph in graphs for quad in graph.quads())}
    return [
        Problem(say("erased-linked", thing=gone[triple.object]), place, subject_of(triple))
        for graph in graphs
        for triple, place in graph.statements.items()
        if triple.object in gone
    ]


def _with_own_targets(shapes: rdflib.Graph) -> rdflib.Graph:
    """Return the shapes with each property shape aimed where the node shapes that list it are.

    It means the same, and pyshacl then reads a property shape once for all its focus nodes instead of once for each.
    """
    for shape, listed in list(shapes.subject_objects(SH.property)):
        for target in (SH.targetClass, SH.targetSubjectsOf):
            for about in shapes.objects(shape, target):
                shapes.add((listed, target, about))
        shapes.remove((shape, SH.property, listed))
    return shapes


def to_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return triples as an rdflib graph, which is what pyshacl works on."""
    graph = rdflib.Graph()
    data = canonical_nquads(quads_of(triples))
    return graph.parse(data=data, format="nt")


def _placed(said: Iterable[tuple[ox.Triple, Place | None]], nodes: set[ox.NamedNode]) -> _Placed:
    """Return what is said of nodes, each with its place."""
    about: _Placed = {node: [] for node in nodes}
    for t, place in said:
        if place and t.subject in about:
            about[t.subject].append((t, place))  # type: ignore[index]  # as has just been seen
    return about


def _places(
    about: list[tuple[ox.Triple, Place]], paths: list[rdflib.term.Node], value: rdflib.term.Node | None
) -> list[Place]:
    """Return where the nearest statement stands: this value, else these properties, else anything about the node.

    If it is no one value but how many there are, that is in each file the first of them.
    """
    properties = set(map(str, paths))
    for wanted in (
        lambda t: t.predicate.value in properties and t.object.value == str(value),
        lambda t: t.predicate.value in properties,
        lambda t: t.predicate == TYPE,
        lambda t: True,
    ):
        if places := sorted((place for t, place in about if wanted(t)), key=lambda place: place.order):
            first = {place.file: place for place in reversed(places)}
            return sorted(first.values(), key=lambda place: place.order)[: None if value is None else 1]
    return []


def _short(term: rdflib.term.Node | None) -> str:
    return "" if term is None else shortened(str(term))


def _paths(report: rdflib.Graph, path: rdflib.term.Node | None) -> list[rdflib.term.Node]:
    """Return the property that a result is about, or those of a choice; none if it is about the node."""
    choice = path and report.value(path, SH.alternativePath)
    return list(Collection(report, choice)) if choice else [path] if path else []
