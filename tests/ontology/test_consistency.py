"""The ontology under OWL RL: data that say what they should are consistent, and wrong data are noticed."""

from collections.abc import Callable

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from interurban.iris import IU

Close = Callable[..., tuple[Graph, list[str]]]
PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Each contradicts something the ontology, or a vocabulary it reuses, says.
WRONG = {
    "a place that is also its government": "ex:milano a iu:City , iu:Municipality .",
    "a metropolitan authority as a municipality": "ex:a a iu:MetropolitanAuthority , iu:Municipality .",
    "a city that joins a network": "ex:city a iu:City . ex:m org:member ex:city .",
    "a city that governs a city": "ex:a a iu:City ; iu:governs ex:b .",
    "a city that is its own point": 'ex:a a iu:City ; geo:asWKT "POINT(9 45)"^^geo:wktLiteral .',
    "a city that founds a network": "ex:a a iu:City . ex:n iu:foundedBy ex:a .",
    "a person who governs": "ex:a a foaf:Person ; iu:governs ex:b .",
    "a person who partners": "ex:a a foaf:Person . ex:p iu:partner ex:a .",
    "a membership that is also an office": "ex:m iu:decision ex:d ; iu:representing ex:g .",
    "a network that is a membership": "ex:m a iu:Membership ; iu:seat ex:city .",
    "a theme that is a scheme": "ex:n iu:theme ex:scheme . ex:c skos:topConceptOf ex:scheme .",
    "an event that is a document": "ex:e a iu:Event ; iu:approvedAt ex:f .",
    "a government with a theme for a role": "ex:m org:role ex:n . ex:n a iu:CityNetwork .",
    "a rank that is no number": 'ex:s iu:rank "high"^^xsd:integer .',
}


@pytest.fixture(scope="module")
def vocabulary(terms: Graph, alignments: Graph, concepts: Graph, presentation: Graph, reused: Graph) -> Graph:
    return terms + alignments + concepts + presentation + reused


@pytest.fixture(scope="module")
def closed(vocabulary: Graph, documents: Graph, closure_of: Close) -> tuple[Graph, list[str]]:
    return closure_of(vocabulary, documents)


def test_documents_are_consistent(closed: tuple[Graph, list[str]]) -> None:
    _, inconsistencies = closed
    assert inconsistencies == []


def test_no_two_things_turn_out_to_be_one(closed: tuple[Graph, list[str]]) -> None:
    """Two values of a functional property become the same; owlrl does not call that a contradiction."""
    closure, _ = closed
    assert [(a, b) for a, b in closure.subject_objects(OWL.sameAs) if a != b] == []


def test_two_values_of_a_functional_property_turn_out_to_be_one(terms: Graph, closure_of: Close) -> None:
    """The test above rests on this."""
    data = Graph().parse(data=PREFIXES + 'ex:m iu:start "2002"^^xsd:gYear , "2003"^^xsd:gYear .', format="turtle")
    closure, _ = closure_of(terms, data)
    assert any(a != b for a, b in closure.subject_objects(OWL.sameAs))


@pytest.mark.parametrize("turtle", WRONG.values(), ids=WRONG.keys())
def test_wrong_data_are_noticed(turtle: str, terms: Graph, reused: Graph, closure_of: Close) -> None:
    _, inconsistencies = closure_of(terms, reused, Graph().parse(data=PREFIXES + turtle, format="turtle"))
    assert inconsistencies != []


def test_every_class_can_have_instances(terms: Graph, vocabulary: Graph, closure_of: Close) -> None:
    classes = sorted(terms.subjects(RDF.type, OWL.Class), key=str)
    data = Graph()
    for number, each in enumerate(classes):
        data.add((URIRef(f"https://example.org/{number}"), RDF.type, each))
    _, inconsistencies = closure_of(vocabulary, data)
    assert len(classes) > 25
    assert inconsistencies == []


SUBCLASS = URIRef("http://www.w3.org/2000/01/rdf-schema#subClassOf")


def things(graph: Graph) -> set[Node]:
    return {s for s in graph.subjects() if "/id/" in str(s)}


def test_inference_types_things_only_as_the_model_says(documents: Graph, closed: tuple[Graph, list[str]]) -> None:
    """No domain, range or alignment may make a thing more than its own class and what stands above that."""
    closure, _ = closed
    terms_of_ours = {c for c in closure.subjects(RDF.type, OWL.Class) if str(c).startswith(IU)}
    for thing in things(documents):
        given = {above for c in documents.objects(thing, RDF.type) for above in closure.transitive_objects(c, SUBCLASS)}
        assert set(closure.objects(thing, RDF.type)) & terms_of_ours <= given, thing


def test_alignments_add_only_foreign_facts(
    terms: Graph, concepts: Graph, reused: Graph, documents: Graph, alignments: Graph, closure_of: Close
) -> None:
    without, _ = closure_of(terms, concepts, reused, documents)
    with_them, _ = closure_of(terms, concepts, reused, documents, alignments)
    subjects = things(documents)
    added = {t for t in with_them - without if t[0] in subjects}
    spoken = {str(o if p == RDF.type else p) for _, p, o in added}
    assert any("schema.org" in term for term in spoken)
    assert {t for t in spoken if not t.startswith(("http://schema.org/", "http://www.w3.org/ns/org#linkedTo"))} == set()
    assert not any(isinstance(s, Literal) for s, _, _ in added)
