"""The alignments: what they point to exists, and no fact follows from a mere likeness."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from interurban.iris import IU

Standards = Callable[[str], Path]
ONTOPIA = re.compile(r"https://w3id\.org/italia/onto/(CLV|COV|CPV|RO|TI)/\w+$")
POPOLO = re.compile(r"http://www\.popoloproject\.com/schemas/(\w+)\.json#(?:/properties/(\w+))?$")
DOCUMENT = URIRef(IU + "alignments")


def test_only_subclass_subproperty_and_matches_are_used(alignments: Graph) -> None:
    used = {p for s, p, _ in alignments if s != DOCUMENT}
    assert used == {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.relatedMatch}


def test_ontopia_terms_exist(alignments: Graph, standards: Standards) -> None:
    named = {str(o) for o in alignments.objects() if "/italia/onto/" in str(o)}
    vocabularies = {match[1] for iri in named if (match := ONTOPIA.match(iri))}
    assert vocabularies == {"CLV", "COV", "CPV", "RO", "TI"}
    for name in vocabularies:
        there = {str(s) for s in Graph().parse(standards(f"ontopia/{name}-AP_IT.ttl")).subjects(RDF.type, None)}
        assert {iri for iri in named if f"/onto/{name}/" in iri} <= there


def test_cpov_terms_exist(alignments: Graph, terms: Graph, standards: Standards) -> None:
    namespace = "http://data.europa.eu/m8g/"
    named = {o for g in (alignments, terms) for o in g.objects() if str(o).startswith(namespace)}
    there = set(Graph().parse(standards("cpov/core-public-organisation-ap.ttl")).subjects(RDF.type, None))
    assert URIRef(namespace + "PublicOrganisation") in named
    assert named <= there


def test_popolo_schemas_and_properties_exist(alignments: Graph, standards: Standards) -> None:
    named = [match for o in alignments.objects() if (match := POPOLO.match(str(o)))]
    assert len(named) == sum("popoloproject" in str(o) for o in alignments.objects()) > 5
    for match in named:
        schema = json.loads(standards(f"popolo/schemas/{match[1]}.json").read_text(encoding="utf-8"))
        assert match[2] is None or match[2] in schema["properties"], match[0]


def test_what_stands_below_a_foreign_property_is_of_its_sort(alignments: Graph, terms: Graph) -> None:
    """A literal below org:linkedTo, or a class below a property, would be nonsense."""
    for ours, above in alignments.subject_objects(RDFS.subClassOf):
        assert (ours, RDF.type, OWL.Class) in terms
        assert str(above).rpartition("/")[2][0].isupper()
    for ours, above in alignments.subject_objects(RDFS.subPropertyOf):
        assert (ours, RDF.type, OWL.Class) not in terms
        assert any(terms.triples((ours, RDF.type, None)))
        assert not str(above).startswith(str(IU))
        if "org#" in str(above):
            assert (ours, RDF.type, OWL.ObjectProperty) in terms
