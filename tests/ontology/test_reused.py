"""The terms of other vocabularies: each is declared, as what the data use it for."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS

from interurban.iris import IU
from ontology.conftest import ONTOLOGY, parse

SORTS = {OWL.Class, OWL.AnnotationProperty, OWL.DatatypeProperty, OWL.ObjectProperty, RDFS.Datatype}
KNOWN = (IU, str(OWL), str(RDF), str(RDFS))  # ours, and what OWL itself knows
NOT_ITS_VALUE = {str(OWL.DatatypeProperty): ox.NamedNode, str(OWL.ObjectProperty): ox.Literal}


@pytest.fixture(scope="module")
def sorts() -> dict[str, str]:
    """Return term -> its sort."""
    declared: Graph = parse(ONTOLOGY / "reused.ttl")
    terms = {str(s) for s in declared.subjects(RDF.type) if not str(s).startswith(KNOWN)}
    found = {str(s): str(o) for s, o in declared.subject_objects(RDF.type) if str(s) in terms}
    assert len(set(declared.subject_objects(RDF.type))) == len(found) + 1  # the document; so each is of one sort
    return found


@pytest.fixture(scope="module")
def statements(releases: Path) -> set[tuple[str, str, str, ox.Literal | None]]:
    """Return what the release says: subject, predicate and object, and the object again if it is a literal."""
    found = set()
    for quad in ox.parse(path=str(releases / "current/dataset.nq")):
        value = quad.object if isinstance(quad.object, ox.Literal) else None
        found.add((str(quad.subject)[1:-1], quad.predicate.value, str(quad.object)[1:-1], value))
    return found


def test_what_is_used_is_declared_as_what_it_is_used_for(
    sorts: dict[str, str], statements: set[tuple[str, str, str, ox.Literal | None]]
) -> None:
    assert set(sorts.values()) == {str(sort) for sort in SORTS}
    for _, predicate, value, literal in statements:
        if not predicate.startswith(KNOWN):
            assert sorts[predicate].endswith("Property"), predicate
            assert (ox.Literal if literal else ox.NamedNode) != NOT_ITS_VALUE.get(sorts[predicate]), predicate
        elif predicate in (str(RDF.type), str(RDFS.subClassOf)) and not value.startswith(KNOWN):
            assert sorts[value] == str(OWL.Class), value
        elif predicate == str(RDFS.subPropertyOf) and not value.startswith(KNOWN):
            assert sorts[value].endswith("Property"), value


def test_nothing_is_declared_that_nobody_uses(
    sorts: dict[str, str], statements: set[tuple[str, str, str, ox.Literal | None]]
) -> None:
    used = set()
    for subject, predicate, value, literal in statements:
        if value not in sorts.values():  # the declaration itself
            used |= {subject, predicate, literal.datatype.value if literal else value}
    assert sorts.keys() - used == set()
