"""The terms of the ontology: each is explained to people, and nothing uses a term that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, VANN
from rdflib.term import Node

from interurban.iris import IU
from interurban.resources import room

STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
INCLUDES = [URIRef(f"http://schema.org/{name}") for name in ("domainIncludes", "rangeIncludes")]
HEADER = URIRef(IU)
CHECKOUT = room("ontology").parent


def own(graph: Graph) -> list[URIRef]:
    """Return the terms that the ontology declares, in order."""
    return sorted(s for s in set(graph.subjects(RDFS.isDefinedBy, HEADER)) if isinstance(s, URIRef))


def languages(graph: Graph, subject: Node, predicate: Node) -> list[str]:
    return sorted(o.language or "" for o in graph.objects(subject, predicate) if isinstance(o, Literal))


def test_header(terms: Graph) -> None:
    assert terms.value(HEADER, OWL.versionInfo) == Literal("0.1.0")
    assert terms.value(HEADER, OWL.versionIRI) == URIRef(IU + "0.1.0")
    assert terms.value(HEADER, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert terms.value(HEADER, VANN.preferredNamespacePrefix) == Literal("iu")
    assert terms.value(HEADER, VANN.preferredNamespaceUri) == Literal(IU)
    assert terms.value(HEADER, DCTERMS.created) is not None


def test_every_typed_term_of_ours_is_defined_by_the_ontology(terms: Graph) -> None:
    typed = {s for s in terms.subjects(RDF.type, None) if s != HEADER}
    assert typed == set(own(terms))


def test_every_term_is_explained_in_both_languages(terms: Graph) -> None:
    for term in own(terms):
        for predicate in (RDFS.label, RDFS.comment):
            assert languages(terms, term, predicate) == ["en", "it"], (term, predicate)
        comments = {str(o) for o in terms.objects(term, RDFS.comment)}
        assert len(comments) == 2, f"{term} has the same comment twice"
        assert all(c.endswith(".") and len(c) > 20 for c in comments), comments


def test_every_term_has_one_status_and_one_sort(terms: Graph) -> None:
    sorts = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    for term in own(terms):
        assert [str(o) for o in terms.objects(term, STATUS)] in (["stable"], ["testing"], ["unstable"]), term
        (sort,) = set(terms.objects(term, RDF.type)) - {OWL.FunctionalProperty}
        assert sort in sorts
        local = term[len(IU) :]
        assert local[0].isupper() == (sort == OWL.Class), f"{term}: classes and only classes begin with a capital"


def test_labels_tell_terms_of_one_sort_apart(terms: Graph) -> None:
    for sort in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        labels = [o for s in terms.subjects(RDF.type, sort) for o in terms.objects(s, RDFS.label)]
        assert len(labels) == len(set(labels)), sorted(labels, key=str)


def test_what_terms_refer_to_is_a_class_or_property(terms: Graph) -> None:
    classes = set(terms.subjects(RDF.type, OWL.Class))
    properties = set(own(terms)) - classes
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, OWL.disjointWith, *INCLUDES):
        assert {o for o in terms.objects(None, predicate) if str(o).startswith(IU)} <= classes
    for predicate in (RDFS.subPropertyOf, OWL.inverseOf):
        assert {o for o in terms.objects(None, predicate) if str(o).startswith(IU)} <= properties


def test_every_property_says_what_it_is_said_of(terms: Graph) -> None:
    """Bounds follow the dates they are derived from, and annotations are said of terms."""
    unsaid = {
        str(p)[len(IU) :]
        for p in own(terms)
        if (p, RDF.type, OWL.Class) not in terms
        and (p, RDF.type, OWL.AnnotationProperty) not in terms
        and not any(terms.objects(p, q) for q in (RDFS.domain, INCLUDES[0]))
    }
    assert all(name.endswith(("Earliest", "Latest")) for name in unsaid), unsaid


def test_functional_properties_are_those_that_consolidation_settles(terms: Graph) -> None:
    functional = {str(s)[len(IU) :] for s in terms.subjects(RDF.type, OWL.FunctionalProperty)}
    assert functional == {
        *("amount", "country", "electedOn", "end", "founded", "foundedIn", "post", "rank", "seat", "start"),
        *("conflictProperty", "conflictSubject", "targetYear"),
        *("endEarliest", "endLatest", "startEarliest", "startLatest"),
    }


def test_governs_and_governed_by_are_inverse(terms: Graph) -> None:
    assert set(terms.subject_objects(OWL.inverseOf)) == {(URIRef(IU + "governedBy"), URIRef(IU + "governs"))}


def readers() -> Iterator[Path]:
    """Yield every file that may name a term of ours."""
    for folder in ("ontology", "shapes", "queries"):
        yield from sorted(p for p in (CHECKOUT / folder).rglob("*") if p.suffix in {".ttl", ".rq"})
    yield from sorted((CHECKOUT / "data").rglob("*.ttl"))
    yield from sorted((CHECKOUT / "data").rglob("*.json"))


def names_in(text: str) -> set[str]:
    """Return the local names of our terms, and the scheme/slug of our concepts, that `text` mentions."""
    short = re.findall(r"(?<![\w-])iu:([A-Za-z][\w-]*)", text)
    full = re.findall(re.escape(IU) + r"([A-Za-z][\w-]*(?:/[a-z0-9-]+)?)(?![\w/{-])", text)
    return {*short, *full}


def test_names_are_found_in_both_spellings() -> None:
    text = f'iu:City <{IU}governs> "{IU}theme/energy" {IU}theme/{{themes}} {IU}role/ x-iu:No'
    assert names_in(text) == {"City", "governs", "theme/energy"}


@pytest.mark.parametrize("path", list(readers()), ids=lambda p: p.relative_to(CHECKOUT).as_posix())
def test_no_file_uses_a_term_that_is_not_declared(path: Path, ontology: Graph) -> None:
    typed = ontology.subjects(RDF.type, None)
    declared = {str(s)[len(IU) :] for s in typed if str(s).startswith(IU)}
    assert names_in(path.read_text(encoding="utf-8")) - declared == set()


def test_every_term_is_used_by_what_the_founding_documents_say(terms: Graph, documents: Graph) -> None:
    used = {*documents.predicates(), *documents.objects(None, RDF.type)}
    abstract = {"Document", "LocalGovernment", "Unit"}  # only their subclasses have instances there
    erased = {"Tombstone", "erasedOn"}  # nobody has asked for it
    fetched = {"sheet"}  # the documents are no workbooks
    shown = {"Section"}  # of which the pages are made
    unused = {
        str(t)[len(IU) :] for t in own(terms) if t not in used and (t, RDF.type, OWL.AnnotationProperty) not in terms
    }
    assert unused == abstract | erased | fetched | shown
