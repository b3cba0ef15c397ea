"""The catalogue conforms to DCAT-AP 3.0.1 by its official shapes, and has what DCAT-AP_IT demands besides."""

import os
from collections import Counter
from pathlib import Path

import httpx
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, RDFS, SH

from interurban import resources

STANDARDS = Path(__file__).parents[3] / "shared/conformance"  # beside the checkout
SHAPES = STANDARDS / "dcat-ap/3.0.1-html-shacl"
EU = "http://publications.europa.eu/resource/authority/"
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")

Result = tuple[str, str, str]  # severity, path, constraint


@pytest.fixture(scope="module")
def results(catalogue: rdflib.Graph) -> Counter[Result]:
    """What the shapes find about the things that the catalogue describes."""
    if not SHAPES.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"the shapes of DCAT-AP are not beside the checkout: {SHAPES}")
    shapes = rdflib.Graph()
    for name in ("shapes", "range", "shapes_recommended", "mdr-vocabularies.shape"):
        shapes.parse(SHAPES / f"{name}.ttl")
    shapes.remove((None, OWL.imports, None))
    background = rdflib.Graph().parse(STANDARDS / "eu-authority-slice/eu-authority-slice.ttl")
    _, report, _ = pyshacl.validate(catalogue + background, shacl_graph=shapes, inference="none", do_owl_imports=False)
    ours = set(catalogue.subjects())
    found = [r for r in report.objects(None, SH.result) if report.value(r, SH.focusNode) in ours]
    parts = (SH.resultSeverity, SH.resultPath, SH.sourceConstraintComponent)
    return Counter(tuple(str(report.value(r, part)).rpartition("#")[2] for part in parts) for r in found)  # type: ignore[misc]  # three parts


def test_the_official_shapes_find_no_violation(results: Counter[Result], catalogue: rdflib.Graph) -> None:
    violations = {result: count for result, count in results.items() if result[0] == "Violation"}
    # A defect of the shapes: they want the IRIs of SPDX to begin with https, and SPDX has them begin with http.
    # https://github.com/SEMICeu/DCAT-AP writes both; only this one, and once for each checksum, is let through.
    checksums = len(set(catalogue.subjects(RDF.type, SPDX.Checksum)))
    assert violations == {("Violation", "algorithm", "NodeConstraintComponent"): checksums}
    assert set(catalogue.objects(None, SPDX.algorithm)) == {SPDX.checksumAlgorithm_sha256}


def test_the_warnings_are_those_that_the_guide_explains(results: Counter[Result]) -> None:
    guide = (resources.room("data").parent / "docs/portals.md").read_text(encoding="utf-8")
    warnings = {result[1].rpartition("/")[2] for result in results if result[0] == "Warning"}
    assert {name for name in warnings if f"`{name}`" not in guide} == set()
    assert warnings == {"publisher", "spatial"}


def test_nothing_is_without_a_name(catalogue: rdflib.Graph) -> None:
    assert not [term for triple in catalogue for term in triple if isinstance(term, rdflib.BNode)]


def test_texts_are_in_both_languages_and_codes_are_the_eu_s(catalogue: rdflib.Graph) -> None:
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        for thing in catalogue.subjects(RDF.type, kind):
            for said in (DCTERMS.title, DCTERMS.description):
                texts = list(catalogue.objects(thing, said))
                assert {getattr(t, "language", None) for t in texts} == {"en", "it"}, (thing, said)
                assert len(texts) == 2, (thing, said)
    for said, table in (
        (DCAT.theme, "data-theme/"),
        (DCTERMS.accrualPeriodicity, "frequency/"),
        (DCTERMS.language, "language/"),
        (DCTERMS.accessRights, "access-right/"),
        (DCTERMS["format"], "file-type/"),
        (DCTERMS.license, "licence/"),
    ):
        assert {str(v).startswith(EU + table) for v in catalogue.objects(None, said)} == {True}, said


def test_services_say_how_they_are_asked_and_what_they_serve(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    datasets = set(catalogue.subjects(RDF.type, DCAT.Dataset))
    services = set(catalogue.objects(None, DCAT.service))
    assert {str(catalogue.value(s, DCAT.endpointURL)).rpartition("/")[2] for s in services} == {"sparql", "queries"}
    for service in services:
        assert set(catalogue.objects(service, DCAT.servesDataset)) == datasets
        answer = portal.get(str(catalogue.value(service, DCAT.endpointDescription)), headers={"accept": "*/*"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] in ("text/turtle", "text/html", "application/json")


def test_every_dataset_says_where_its_data_come_from_and_when_and_where_they_hold(catalogue: rdflib.Graph) -> None:
    for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
        told = [
            text
            for node in catalogue.objects(dataset, DCTERMS.provenance)
            for text in catalogue.objects(node, RDFS.label)
        ]
        assert {getattr(text, "language", None) for text in told} == {"en", "it"}, dataset
        (period,) = catalogue.objects(dataset, DCTERMS.temporal)
        start, end = (catalogue.value(period, said) for said in (DCAT.startDate, DCAT.endDate))
        assert str(start) <= str(end), dataset
        assert list(catalogue.objects(dataset, DCTERMS.spatial)), dataset

    def of(slug: str, *path: rdflib.URIRef) -> set[str]:
        nodes = {d for d in catalogue.subjects(RDF.type, DCAT.Dataset) if str(d).endswith(f"dataset/{slug}")}
        for said in path:
            nodes = {value for node in nodes for value in catalogue.objects(node, said)}
        return set(map(str, nodes))

    assert of("iuc-pairings", DCTERMS.spatial, DCTERMS.hasPart) >= {EU + "country/ITA", EU + "country/JPN"}
    assert of("register", DCTERMS.license) == {EU + "licence/CC_BY_4_0"}


def test_people_read_it_in_their_language(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    for language in ("en", "it"):
        headers = {"accept": "text/html", "accept-language": language}
        page = portal.get("catalog", headers=headers).text
        for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
            title = next(str(t) for t in catalogue.objects(dataset, DCTERMS.title) if t.language == language)  # type: ignore[attr-defined]  # literals
            assert title.replace("'", "&#39;") in page
            own = portal.get(str(dataset), headers=headers)
            assert own.headers["content-language"] == language
            assert title.replace("'", "&#39;") in own.text
            for file in catalogue.objects(dataset, DCAT.distribution):
                address = "/" + str(catalogue.value(file, DCAT.downloadURL)).split("/", 3)[3]
                assert f'href="{address}"' in own.text
            assert 'href="mailto:contact@example.org"' in own.text
