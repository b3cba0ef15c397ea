"""Conformance at a glance: which focus nodes certainly conform to the shapes, so that pyshacl need not be asked.

Almost everything conforms, and to see that takes far less than a report. The shapes are read once into checks over an
index of the statements. A check may say yes only where pyshacl would find nothing; what it does not understand it
doubts. So what is doubted is judged by pyshacl, and what is not would only have cost time.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH

from interurban.build.constraints import EXACT, Test, constraint, doubt, term
from interurban.build.index import Index, Term
from interurban.build.prebinding import SparqlConstraint, for_all


@dataclass(frozen=True, eq=False)
class Check:
    """A shape as tests of the values of its path; of the node itself, if it has none.

    asked: tests that ask of the node, whatever the values are.
    """

    path: tuple[ox.NamedNode, ...]
    tests: list[Test]
    asked: list[Test]

    def __call__(self, index: Index, node: Term) -> bool:
        """Return whether a node certainly conforms."""
        values = index.values(node, self.path) if self.path else [node]
        for tests in (self.tests, self.asked):
            for test in tests:  # not all(…), which takes a third longer here, where a million times is few
                if not test(index, node, values):
                    return False
        return True

    def of_those_without(self, properties: Set[object], index: Index) -> "Check":
        """Return what is left to be checked of any node that has only these properties."""
        if not self.path or not properties.isdisjoint(self.path):
            return self
        nobody = ox.BlankNode()
        return replace(self, tests=[test for test in self.tests if not test(index, nobody, [])])


# What says nothing of the values: about the shape, to people, or where it is aimed.
_TARGETS = (SH.targetClass, SH.targetSubjectsOf)
_SILENT = {RDF.type, RDFS.label, RDFS.comment, SH.path, SH.name, SH.description, SH.message, SH.severity, *_TARGETS}
_AIMED_OTHERWISE = (SH.targetNode, SH.targetObjectsOf, SH.target)


class Conformance:
    """The shapes as checks. complete: all were understood as to whom they are aimed at, and how far they look."""

    def __init__(self, shapes: rdflib.Graph) -> None:
        self._shapes = shapes
        self.complete = not any(aim in set(shapes.predicates()) for aim in _AIMED_OTHERWISE)
        self._far: list[SparqlConstraint] = []
        self._aimed: list[dict[object, list[Check]]] = []
        for aim in (SH.targetClass, SH.targetSubjectsOf):
            checks: dict[object, list[Check]] = {}
            for shape, of in sorted(shapes.subject_objects(aim)):
                checks.setdefault(term(of), []).append(self._check(shape))
            self._aimed.append(checks)

    def doubtful(self, nodes: Iterable[ox.NamedNode], index: Index) -> set[ox.NamedNode]:
        """Return the focus nodes of which it is not certain that they conform."""
        of_class, of_property = self._aimed
        known: dict[tuple[frozenset[object], frozenset[object]], list[Check]] = {}
        found = set()
        for node in nodes:
            key = classes, properties = index.classes(node), frozenset(index.about[node])
            if key not in known:
                listed = [*map(of_class.get, classes), *map(of_property.get, properties)]
                aimed = dict.fromkeys(check for checks in listed for check in checks or ())
                left = (check.of_those_without(properties, index) for check in aimed)
                known[key] = [check for check in left if check.tests or check.asked]
            if not all(check(index, node) for check in known[key]):
                found.add(node)
        return found

    def are_near(self, nodes: Set[object], index: Index) -> bool:
        """Tell whether what the shapes find at these nodes is to be seen from what is near to them."""
        return self.complete and not any(index.found_by(query) & nodes for query in self._far)

    def _check(self, shape: rdflib.term.Node) -> Check:
        """Return the check of a shape: of the values of its path, else of the node itself."""
        tests: list[Test] = []
        asked: list[Test] = []
        for part, given in sorted(self._shapes.predicate_objects(shape)):
            if part not in _SILENT:
                (asked if part == SH.sparql else tests).append(self._test(shape, part, given))
        path = self._path(self._shapes.value(shape, SH.path))
        if path is None:
            self.complete = False
            return Check((), [doubt], [])
        return Check(path, tests, asked)

    def _path(self, given: rdflib.term.Node | None) -> tuple[ox.NamedNode, ...] | None:
        """Return the properties of a path, none for the node itself; None for a path that goes elsewhere."""
        if given is None:
            return ()
        choice = self._shapes.value(given, SH.alternativePath)
        parts = list(Collection(self._shapes, choice)) if choice else [given]
        named = [ox.NamedNode(str(part)) for part in parts if isinstance(part, rdflib.URIRef)]
        return tuple(named) if len(named) == len(parts) else None

    def _test(self, shape: rdflib.term.Node, part: rdflib.term.Node, given: rdflib.term.Node) -> Test:
        """Return the test of one constraint of a shape; one that is not known here is always doubted."""
        try:
            if part == SH.sparql:
                return self._sparql(str(self._shapes.value(given, SH.select)))
            if part == SH["or"]:
                checks = [self._check(each) for each in Collection(self._shapes, given)]
                return lambda index, node, values: all(any(check(index, v) for check in checks) for v in values)
            if part == SH.node:
                check = self._check(given)
                return lambda index, node, values: all(check(index, value) for value in values)
            if part == SH.qualifiedValueShape:
                return self._qualified(shape, self._check(given), exact=self._is_exact(given))
            if part in (SH.qualifiedMinCount, SH.qualifiedMaxCount):
                return lambda index, node, values: True  # goes with the shape
            listed = part in (SH["in"], SH.languageIn)
            return constraint(part, list(Collection(self._shapes, given)) if listed else [given])
        except (ValueError, ArithmeticError, re.error):  # it cannot be asked, which pyshacl is to say
            return doubt

    def _sparql(self, text: str) -> Test:
        query = for_all(text)
        if query is None:
            self.complete = False
            return doubt
        if not query.near:
            self._far.append(query)
        return lambda index, node, values: node not in index.found_by(query)

    def _qualified(self, shape: rdflib.term.Node, check: Check, *, exact: bool) -> Test:
        least, most = (self._shapes.value(shape, p) for p in (SH.qualifiedMinCount, SH.qualifiedMaxCount))

        def test(index: Index, _: Term, values: list[Term]) -> bool:
            count = sum(check(index, value) for value in values)
            may_be = count if exact else len(values)
            return (least is None or count >= int(str(least))) and (most is None or may_be <= int(str(most)))

        return test

    def _is_exact(self, shape: rdflib.term.Node) -> bool:
        """Tell whether what a check of a shape doubts certainly does not conform."""
        return all(part in _SILENT or part in EXACT for part in self._shapes.predicates(shape))
