"""Statements by subject and property, as the checks of shapes look them up."""

from collections.abc import Iterable, Iterator, Set
from typing import cast

import pyoxigraph as ox

from interurban.build.graphs import TYPE
from interurban.build.prebinding import SparqlConstraint
from interurban.iris import RDFS
from interurban.rdf.formats import quads_of

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_THIS = ox.Variable("this")
_NOTHING: dict[ox.NamedNode, list[Term]] = {}
_NEAR = 2  # steps from a focus node beyond which no shape that is understood looks


class Index:
    """Statements by subject and property, each once, with what the checks ask of them."""

    def __init__(self, statements: Iterable[ox.Triple]) -> None:
        self.about: dict[object, dict[ox.NamedNode, list[Term]]] = {}
        self.mentioned: dict[object, ox.NamedNode] = {}  # the things that are values, each once in memory
        self._properties: dict[ox.NamedNode, ox.NamedNode] = {}
        self.add(statements)
        self._classes: dict[object, frozenset[object]] = {}
        self._together: dict[tuple[object, ...], frozenset[object]] = {}
        self._store = ox.Store()  # what queries ask for
        self._asked: set[ox.NamedNode] = set()
        self._found: dict[SparqlConstraint, frozenset[object]] = {}

    def add(self, statements: Iterable[ox.Triple]) -> None:
        """Add statements that are not there."""
        for t in statements:
            predicate, value = t.predicate, t.object
            if isinstance(value, ox.NamedNode):
                value = self.mentioned.setdefault(value, value)
            said = self.about.setdefault(t.subject, {})
            if predicate in said:
                said[predicate].append(value)
            else:
                said[self._properties.setdefault(predicate, predicate)] = [value]

    def things(self) -> set[ox.NamedNode]:
        """Return what has a class and a name."""
        return {node for node, said in self.about.items() if TYPE in said and isinstance(node, ox.NamedNode)}

    def __contains__(self, triple: ox.Triple) -> bool:
        return triple.object in self.about.get(triple.subject, _NOTHING).get(triple.predicate, ())

    def triples(self, nodes: Set[object] | None, besides: ox.NamedNode) -> Iterator[ox.Triple]:
        """Yield what is said of some nodes, all if None, and by one property of any."""
        for node in self.about if nodes is None else self.about.keys() & nodes:
            for predicate, values in self.about[node].items():
                yield from (ox.Triple(node, predicate, value) for value in values)  # type: ignore[arg-type]  # as below
        if nodes is not None:
            yield from self._with([besides])

    def values(self, node: object, path: tuple[ox.NamedNode, ...]) -> list[Term]:
        """Return the values of a property, or of a choice of them, each once."""
        said = self.about.get(node, _NOTHING)
        if len(path) == 1:
            return said.get(path[0], [])
        return list({value: None for each in path for value in said.get(each, ())})

    def classes(self, node: object) -> frozenset[object]:
        """Return the classes of a node, with all that they are subclasses of."""
        kinds = tuple(self.about.get(node, _NOTHING).get(TYPE, ()))
        if kinds not in self._together:
            self._together[kinds] = frozenset().union(*map(self._with_broader, kinds))
        return self._together[kinds]

    def _with_broader(self, kind: object) -> frozenset[object]:
        if kind not in self._classes:
            found, waiting = {kind}, [kind]
            while waiting:
                broader = set(self.about.get(waiting.pop(), {}).get(_SUBCLASS, ())) - found
                found |= broader
                waiting += broader
            self._classes[kind] = frozenset(found)
        return self._classes[kind]

    def found_by(self, query: SparqlConstraint) -> frozenset[object]:
        """Return the nodes that a constraint in SPARQL finds at fault."""
        if query not in self._found:
            # what other queries ask for is there as well, of which this one sees nothing
            new = [each for each in query.properties if each not in self._asked]
            self._asked.update(new)
            self._store.extend(quads_of(self._with(new)))
            try:
                solutions = cast(ox.QuerySolutions, self._store.query(query.text))
                self._found[query] = frozenset(solution[_THIS] for solution in solutions)
            except (SyntaxError, ValueError):  # it cannot be asked, which is to be said where it is
                self._found[query] = frozenset(self.about)
        return self._found[query]

    def _with(self, properties: Iterable[ox.NamedNode]) -> Iterator[ox.Triple]:
        for node, said in self.about.items():
            for each in properties:
                for value in said.get(each, ()):
                    yield ox.Triple(node, each, value)  # type: ignore[arg-type]  # a subject is what it came from

    def near(self, nodes: Iterable[object]) -> set[object]:
        """Return the nodes and what they lead to, as far as shapes look."""
        found: set[object] = set(nodes)
        reached = found
        for _ in range(_NEAR):
            said = (values for node in reached for values in self.about.get(node, {}).values())
            new: set[object] = {value for values in said for value in values}
            reached = new - found
            found = found | reached
        return found
