"""The ontology as tools of OWL read it: a document for each module, which holds one ontology and imports the others."""

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS

from interurban.iris import IU
from interurban.rdf.formats import BY_EXTENSION
from interurban.settings import Settings

ROOT = rdflib.URIRef(IU)
SORTS = {OWL.Class, OWL.AnnotationProperty, OWL.DatatypeProperty, OWL.ObjectProperty}
ASKED = "text/turtle, application/rdf+xml;q=0.9"


def ontology(client: httpx.Client, address: str) -> rdflib.Graph:
    answer = client.get(address, headers={"Accept": ASKED}, follow_redirects=True)
    assert answer.headers["content-type"].startswith("text/turtle"), address
    return rdflib.Graph().parse(data=answer.content, format="turtle")


@pytest.fixture(scope="module")
def modules(real: httpx.Client) -> dict[str, rdflib.Graph]:
    """Each document by its address, beginning with the one of the ontology's own."""
    root = ontology(real, "/def")
    imported = sorted(str(iri) for iri in root.objects(ROOT, OWL.imports))
    return {"/def/": root} | {address: ontology(real, address) for address in imported}


def test_each_document_is_one_ontology_and_each_module_is_imported(
    real: httpx.Client, modules: dict[str, rdflib.Graph]
) -> None:
    names = {address: list(graph.subjects(RDF.type, OWL.Ontology)) for address, graph in modules.items()}
    base = str(real.base_url)
    paths = {address.removeprefix(base + "def/").removeprefix("/def/"): found for address, found in names.items()}
    assert paths == {path: [rdflib.URIRef(IU + path)] for path in paths}
    assert set(paths) == {"", "alignments", "authority", "concepts", "graphs", "presentation", "reused"}
    whole = ontology(real, f"/graph?graph={base}graph/vocabulary")
    assert set(whole.subjects(RDF.type, OWL.Ontology)) == {name for found in names.values() for name in found}


def test_nothing_is_lost_and_nothing_added_but_who_publishes(
    real: httpx.Client, modules: dict[str, rdflib.Graph]
) -> None:
    whole = ontology(real, f"/graph?graph={real.base_url}graph/vocabulary")
    together = {triple for graph in modules.values() for triple in graph}
    publisher = rdflib.URIRef(Settings().publisher_iri)
    assert together - set(whole) == {
        (ROOT, DCTERMS.publisher, publisher),
        (publisher, FOAF.name, rdflib.Literal(Settings().publisher_name)),
    }
    assert set(whole) <= together
    (creator,) = modules["/def/"].objects(ROOT, DCTERMS.creator)
    assert modules["/def/"].value(creator, FOAF.name)


def test_each_document_declares_what_it_uses(modules: dict[str, rdflib.Graph]) -> None:
    known = (str(OWL), str(RDF), str(RDFS))
    for address, graph in modules.items():
        used = {*graph.predicates(), *graph.objects(None, RDF.type), *graph.objects(None, RDFS.subClassOf)}
        for term in (term for term in used if not str(term).startswith(known)):
            assert len(SORTS.intersection(graph.objects(term, RDF.type))) == 1, (address, term)


@pytest.mark.parametrize("form", ["rdf", "jsonld", "nt", "trig"])
def test_modules_say_the_same_in_every_format(real: httpx.Client, form: str) -> None:
    turtle = ontology(real, "/def/alignments")
    quads = ox.parse(real.get(f"/def/alignments.{form}").content, format=BY_EXTENSION[form].syntax)
    other = "".join(f"{quad.triple} .\n" for quad in quads)
    assert set(rdflib.Graph().parse(data=other, format="nt")) == set(turtle)


def test_the_version_leads_to_the_ontology(real: httpx.Client, modules: dict[str, rdflib.Graph]) -> None:
    version = str(modules["/def/"].value(ROOT, OWL.versionIRI)).removeprefix(IU)
    answer = real.get(f"/def/{version}?lang=it")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{real.base_url}def/?lang=it")
    assert real.get("/def/0.0.9").status_code == 404
