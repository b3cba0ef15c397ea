"""The concept schemes: complete in both languages, and each concept named after its notation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from interurban.iris import IU
from interurban.resources import room

FILES = sorted((room("ontology") / "concepts").glob("*.ttl"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def scheme(request: pytest.FixtureRequest) -> tuple[str, Graph]:
    path: Path = request.param
    return path.stem, Graph().parse(path, format="turtle")


def concepts_of(graph: Graph) -> list[Node]:
    return sorted(graph.subjects(RDF.type, SKOS.Concept), key=str)


def test_each_concept_is_explained_in_both_languages(scheme: tuple[str, Graph]) -> None:
    _, graph = scheme
    for concept in concepts_of(graph):
        for predicate in (SKOS.prefLabel, SKOS.definition):
            texts = [o for o in graph.objects(concept, predicate) if isinstance(o, Literal)]
            assert sorted(t.language or "" for t in texts) == ["en", "it"], (concept, predicate)
            assert all(t.strip() == str(t) != "" for t in texts)


def test_each_concept_is_named_after_its_notation(scheme: tuple[str, Graph]) -> None:
    name, graph = scheme
    for concept in concepts_of(graph):
        assert str(concept) == f"{IU}{name}/{graph.value(concept, SKOS.notation)}"
        assert len(list(graph.objects(concept, SKOS.notation))) == 1


def test_each_file_holds_one_scheme_with_all_its_concepts(scheme: tuple[str, Graph]) -> None:
    name, graph = scheme
    (only,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert only == URIRef(f"{IU}{name}{'es' if name.endswith('s') else 's'}")
    assert {s for s, _ in graph.subject_objects(SKOS.inScheme)} == set(concepts_of(graph)) != set()
    assert set(graph.objects(None, SKOS.inScheme)) == {only}


def test_each_concept_is_a_top_concept_or_has_a_broader_one(scheme: tuple[str, Graph]) -> None:
    _, graph = scheme
    for concept in concepts_of(graph):
        broader = set(graph.objects(concept, SKOS.broader))
        assert broader <= set(concepts_of(graph)), concept
        assert bool(broader) != ((concept, SKOS.topConceptOf, None) in graph), concept


def test_nothing_is_broader_than_itself(scheme: tuple[str, Graph]) -> None:
    _, graph = scheme
    for concept in concepts_of(graph):
        above = {
            step
            for first in graph.objects(concept, SKOS.broader)
            for step in graph.transitive_objects(first, SKOS.broader)
        }
        assert concept not in above


def test_labels_of_a_scheme_are_distinct(scheme: tuple[str, Graph]) -> None:
    _, graph = scheme
    labels = list(graph.objects(None, SKOS.prefLabel))
    assert len(labels) == len(set(labels))


def test_a_scheme_is_no_other_term(terms: Graph, concepts: Graph) -> None:
    """`theme` is a property and `themes` the scheme: one name for both would put both on one page."""
    assert set(concepts.subjects(RDF.type, SKOS.ConceptScheme)) & set(terms.subjects()) == set()


def test_concepts_that_are_roles_and_measures_say_so(concepts: Graph) -> None:
    role = URIRef("http://www.w3.org/ns/org#Role")
    measured = URIRef("http://www.w3.org/ns/sosa/ObservableProperty")
    assert all(f"{IU}role/" in str(s) for s in concepts.subjects(RDF.type, role))
    assert (URIRef(IU + "role/mayor"), RDF.type, role) in concepts
    assert (URIRef(IU + "measure/members"), RDF.type, measured) in concepts


def test_what_the_founding_documents_name_is_there(documents: Graph, concepts: Graph) -> None:
    named = {
        o
        for o in documents.objects()
        if isinstance(o, URIRef) and o.startswith(IU) and "/" in o[len(IU) :] and "#" not in o
    }
    assert len(named) > 20
    assert named <= set(concepts.subjects(RDF.type, SKOS.Concept))


def test_matches_in_the_eu_tables_exist(concepts: Graph, standards: Callable[[str], Path]) -> None:
    known = set(Graph().parse(standards("eu-authority-slice/eu-authority-slice.ttl")).subjects(RDF.type, SKOS.Concept))
    matches = {o for p in (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch) for o in concepts.objects(None, p)}
    assert matches != set()
    assert matches <= known


def test_there_are_seven_creative_fields() -> None:
    graph = Graph().parse(room("ontology") / "concepts" / "creative-field.ttl")
    assert len(concepts_of(graph)) == 7
