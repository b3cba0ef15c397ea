"""The display annotations: everything that pages show has a name and a place, and paths lead somewhere."""

import re

import pytest
from pyoxigraph import QueryBoolean, RdfFormat, Store
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from interurban.iris import IU, PREFIXES
from interurban.resources import room

INVERSE, ORDER, PATH = (URIRef(IU + name) for name in ("inverseLabel", "displayOrder", "documentPath"))
SYNTAX = re.compile(r"\^?[a-z]+:[A-Za-z]+(/\^?[a-z]+:[A-Za-z]+)*")
# What is reached only with what other sources say: the register which city a government governs, the Covenant's list
# what cities pledge.
ELSEWHERE = {"^iu:governs/^iu:applicant", "^iu:governs/^iu:pledgedBy"}
QNAME = re.compile(r"([a-z]+):([A-Za-z]+)")


def languages(graph: Graph, subject: Node, predicate: Node) -> list[str]:
    return sorted(o.language or "" for o in graph.objects(subject, predicate) if isinstance(o, Literal))


@pytest.fixture(scope="module")
def shown(terms: Graph, presentation: Graph) -> Graph:
    return terms + presentation


def test_what_is_shown_has_a_name_in_both_languages(shown: Graph, documents: Graph, concepts: Graph) -> None:
    """Properties and classes of the documents, of concepts, and of the ontology's own pages."""
    pages = (shown, documents, concepts)
    used = {term for page in pages for term in page.predicates()} | {
        c for page in pages for c in page.objects(None, RDF.type)
    }
    assert len(used) > 100
    assert {str(t) for t in used if languages(shown, t, RDFS.label) != ["en", "it"]} == set()


def test_every_property_that_is_shown_has_its_row(shown: Graph, documents: Graph, concepts: Graph) -> None:
    used = {term for page in (shown, documents, concepts) for term in page.predicates()}
    for term in used:
        (order,) = shown.objects(term, ORDER)
        assert isinstance(order, Literal)
        assert isinstance(order.toPython(), int), term


def test_every_property_that_the_data_use_is_named_and_has_its_row(shown: Graph) -> None:
    data = room("data")
    csvw = {**PREFIXES, "dc": PREFIXES["dct"]}  # in the context of CSVW dc: is what others call dct:
    described = (path for path in data.rglob("*.ttl") if path.parent.name != "catalog")  # which is no part of the graph
    used = {p for path in described for p in Graph().parse(path, publicID=IU).predicates()}
    for column in re.findall(r'"propertyUrl": "([^"]+)"', (data / "tables.json").read_text(encoding="utf-8")):
        prefix, _, name = column.partition(":")
        used.add(URIRef(csvw[prefix] + name) if prefix in csvw else URIRef(column))
    assert len(used) > 50
    assert {str(p) for p in used if languages(shown, p, RDFS.label) != ["en", "it"]} == set()
    assert {str(p) for p in used if (p, ORDER, None) not in shown} == set()


def test_links_to_things_have_a_heading_on_the_other_side(shown: Graph, documents: Graph) -> None:
    """Except those with a named inverse, whose own row says it already."""
    things = set(documents.subjects())
    linking = {p for _, p, o in documents if o in things and p != RDF.type}
    with_inverse = {URIRef(IU + "governs"), URIRef(IU + "governedBy")}
    for link in linking - with_inverse:
        assert languages(shown, link, INVERSE) == ["en", "it"], link
    assert not any((p, INVERSE, None) in shown for p in with_inverse)


def test_annotations_are_said_of_known_terms(presentation: Graph, terms: Graph) -> None:
    sections = set(presentation.subjects(RDF.type, URIRef(IU + "Section")))  # which are said there and nowhere else
    ours = {s for s in presentation.subjects() if str(s).startswith(IU)} - {URIRef(IU + "presentation"), *sections}
    assert ours <= set(terms.subjects(RDF.type, None))
    relabelled = {s for s in ours if (s, RDFS.label, None) in presentation}
    assert relabelled == set(), "labels of our own terms stand in interurban.ttl"


def test_every_class_with_things_that_belong_to_it_has_paths(presentation: Graph) -> None:
    described = {str(s)[len(IU) :] for s in presentation.subjects(PATH, None) if str(s).startswith(IU)}
    assert described >= {
        "Application",
        "City",
        "CityNetwork",
        "Conflict",
        "LocalGovernment",
        "Pairing",
        "Unit",
    }


def test_every_section_has_a_heading_a_place_and_a_path_of_its_class(presentation: Graph) -> None:
    sections = set(presentation.subjects(RDF.type, URIRef(IU + "Section")))
    placed = list(presentation.subject_objects(URIRef(IU + "section")))
    assert sections == {section for _, section in placed}
    assert len(placed) == len(sections) > 10
    for kind, section in placed:
        assert languages(presentation, section, RDFS.label) == ["en", "it"]
        (path,) = presentation.objects(section, URIRef(IU + "path"))
        assert (kind, PATH, path) in presentation, f"{section} has nothing to show"
        assert len(list(presentation.objects(section, ORDER))) == 1


def paths() -> list[tuple[str, str]]:
    graph = Graph().parse(room("ontology") / "presentation.ttl")
    return sorted((str(s), str(o)) for s, o in graph.subject_objects(PATH))


@pytest.mark.parametrize(("class_iri", "path"), paths())
def test_each_path_is_one_and_leads_somewhere(class_iri: str, path: str, terms: Graph, documents: Graph) -> None:
    assert SYNTAX.fullmatch(path)
    for prefix, name in QNAME.findall(path):
        assert prefix in PREFIXES
        if prefix == "iu":
            assert (URIRef(IU + name), RDF.type, OWL.Class) not in terms
            assert any(terms.triples((URIRef(IU + name), RDF.type, None)))
    store = Store()
    store.load((terms + documents).serialize(format="nt").encode(), RdfFormat.N_TRIPLES)
    answer = store.query(
        f"ASK {{ ?thing a/rdfs:subClassOf* <{class_iri}> . ?thing {path} ?further }}", prefixes=PREFIXES
    )
    assert isinstance(answer, QueryBoolean)
    assert bool(answer) or path in ELSEWHERE, "nothing in documents.ttl is reached by it"


def test_the_document_of_a_network_does_not_describe_its_members(presentation: Graph) -> None:
    """A network with 10,000 memberships lists them by name and describes none of them."""
    for name in ("CityNetwork", "Programme"):
        reached = {str(o) for o in presentation.objects(URIRef(IU + name), PATH)}
        assert not any(
            re.match(r"\^(org:organization|iu:participatesIn|iu:initiative|iu:appliedTo)\b", p) for p in reached
        )
