"""The catalogue has what DCAT-AP_IT asks for: the table is its specification, retold.

Classes, cardinalities and types are those of the ontology of the profile, version 2.0
(http://dati.gov.it/onto/dcatapit), and of its guide
(https://github.com/italia/linee-guida-cataloghi-dati-dcat-ap-it); recommended properties count as mandatory.
"""

import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, SKOS, XSD

EU = "http://publications.europa.eu/resource/authority/"
ITALIAN = "https://w3id.org/italia/controlled-vocabulary/licences/"
IT = rdflib.Namespace("http://dati.gov.it/onto/dcatapit#")
LOCN = rdflib.Namespace("http://www.w3.org/ns/locn#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
MANY = 10_000
TEXT, DAY, IRI = "a text", "a day", "an IRI"  # what a value is, if it is not of a class or of a vocabulary

Kind = rdflib.URIRef | str
# class, property: how often at least and at most, and what each value is
ASKED: list[tuple[rdflib.URIRef, rdflib.URIRef, int, int, Kind]] = [
    (IT.Catalog, DCTERMS.title, 1, MANY, TEXT),
    (IT.Catalog, DCTERMS.description, 1, MANY, TEXT),
    (IT.Catalog, DCTERMS.publisher, 1, 1, IT.Agent),
    (IT.Catalog, DCTERMS.modified, 1, 1, DAY),
    (IT.Catalog, DCAT.dataset, 1, MANY, IT.Dataset),
    (IT.Catalog, FOAF.homepage, 1, 1, FOAF.Document),
    (IT.Catalog, DCTERMS.language, 1, MANY, EU + "language/"),
    (IT.Catalog, DCTERMS.issued, 1, 1, DAY),
    (IT.Catalog, DCAT.themeTaxonomy, 1, MANY, EU + "data-theme"),
    (IT.Dataset, DCTERMS.identifier, 1, 1, TEXT),
    (IT.Dataset, DCTERMS.title, 1, MANY, TEXT),
    (IT.Dataset, DCTERMS.description, 1, MANY, TEXT),
    (IT.Dataset, DCTERMS.modified, 1, 1, DAY),
    (IT.Dataset, DCAT.theme, 1, MANY, EU + "data-theme/"),
    (IT.Dataset, DCTERMS.rightsHolder, 1, 1, IT.Agent),
    (IT.Dataset, DCTERMS.accrualPeriodicity, 1, 1, EU + "frequency/"),
    (IT.Dataset, DCAT.distribution, 1, MANY, IT.Distribution),
    (IT.Dataset, DCAT.contactPoint, 1, MANY, IT.Organization),
    (IT.Dataset, DCTERMS.publisher, 1, 1, IT.Agent),
    (IT.Dataset, DCTERMS.subject, 1, MANY, "http://eurovoc.europa.eu/"),
    (IT.Dataset, DCTERMS.creator, 0, MANY, IT.Agent),
    (IT.Dataset, DCTERMS.issued, 0, 1, DAY),
    (IT.Dataset, DCTERMS.language, 0, MANY, EU + "language/"),
    (IT.Dataset, DCTERMS.conformsTo, 0, MANY, IT.Standard),
    (IT.Dataset, DCTERMS.spatial, 0, 1, DCTERMS.Location),
    (IT.Dataset, DCTERMS.temporal, 0, 1, DCTERMS.PeriodOfTime),
    (IT.Dataset, DCTERMS.isVersionOf, 0, MANY, IT.Dataset),
    (IT.Dataset, DCAT.landingPage, 0, 1, FOAF.Document),
    (IT.Dataset, DCAT.keyword, 0, MANY, TEXT),
    (IT.Dataset, OWL.versionInfo, 0, 1, TEXT),
    (IT.Distribution, DCAT.accessURL, 1, 1, IRI),
    (IT.Distribution, DCTERMS["format"], 1, 1, EU + "file-type/"),
    (IT.Distribution, DCTERMS.license, 1, 1, IT.LicenseDocument),
    (IT.Distribution, DCTERMS.description, 1, MANY, TEXT),
    (IT.Distribution, DCTERMS.title, 0, MANY, TEXT),
    (IT.Distribution, DCTERMS.modified, 0, 1, DAY),
    (IT.Distribution, DCAT.downloadURL, 0, MANY, IRI),
    (IT.Agent, DCTERMS.identifier, 1, 1, TEXT),
    (IT.Agent, FOAF.name, 1, 1, TEXT),
    (IT.Organization, VCARD.fn, 1, 1, TEXT),
    (IT.Organization, VCARD.hasEmail, 1, 1, "mailto:"),
    (IT.Organization, VCARD.hasURL, 0, 1, IRI),
    (IT.LicenseDocument, DCTERMS.type, 1, 1, "http://purl.org/adms/licencetype/"),
    (IT.LicenseDocument, FOAF.name, 1, MANY, TEXT),
    (IT.LicenseDocument, OWL.versionInfo, 0, 1, TEXT),
    (IT.LicenseDocument, SKOS.exactMatch, 1, MANY, IRI),
    (IT.Standard, DCTERMS.identifier, 1, 1, TEXT),
    (IT.Standard, DCTERMS.title, 1, MANY, TEXT),
    (IT.Standard, DCTERMS.description, 1, MANY, TEXT),
    (DCTERMS.PeriodOfTime, IT.startDate, 1, 1, DAY),
    (DCTERMS.PeriodOfTime, IT.endDate, 0, 1, DAY),
    (DCTERMS.Location, IT.geographicalIdentifier, 1, 1, TEXT),
    (DCTERMS.Location, LOCN.geographicName, 1, MANY, TEXT),
    (DCTERMS.Location, LOCN.geometry, 0, 1, TEXT),
]
# Whatever is in the second class is in the first.
CLASSES = {
    IT.Catalog: DCAT.Catalog,
    IT.Dataset: DCAT.Dataset,
    IT.Distribution: DCAT.Distribution,
    IT.Agent: FOAF.Agent,
    IT.LicenseDocument: DCTERMS.LicenseDocument,
    IT.Organization: VCARD.Organization,
    IT.Standard: DCTERMS.Standard,
}


def wrong(catalogue: rdflib.Graph) -> set[str]:
    """Return what the catalogue does not have as it is asked, in words."""
    found = set()
    for kind, said, least, most, value in ASKED:
        for thing in catalogue.subjects(RDF.type, kind):
            values = list(catalogue.objects(thing, said))
            if not least <= len(values) <= most:
                found.add(f"{thing} has {len(values)} {said}")
            found |= {f"{said} {v} is not {value}" for v in values if not _is(catalogue, v, value)}
    for theirs, ours in CLASSES.items():
        things = set(catalogue.subjects(RDF.type, ours))
        if not things or set(catalogue.subjects(RDF.type, theirs)) != things:
            found.add(f"not every {ours} is a {theirs}")
    agents = set(catalogue.subjects(RDF.type, IT.Agent))
    if agents & set(catalogue.objects(None, DCAT.contactPoint)):
        found.add("an agent is its own contact point")
    return found


def _is(catalogue: rdflib.Graph, value: rdflib.term.Node, kind: Kind) -> bool:
    if isinstance(kind, rdflib.URIRef):
        return (value, RDF.type, kind) in catalogue
    if isinstance(value, rdflib.Literal):
        return kind == TEXT or (kind == DAY and value.datatype in (XSD.date, XSD.dateTime))
    return isinstance(value, rdflib.URIRef) and (kind == IRI or str(value).startswith(str(kind)))


def test_everything_is_as_the_profile_asks(catalogue: rdflib.Graph) -> None:
    assert wrong(catalogue) == set()
    for licence in catalogue.objects(None, DCTERMS.license):
        assert any(str(same).startswith(ITALIAN) for same in catalogue.objects(licence, SKOS.exactMatch))


@pytest.mark.parametrize(
    "said",
    [IT.startDate, DCTERMS.subject, DCTERMS.rightsHolder, IT.geographicalIdentifier, DCTERMS.identifier, RDF.type],
)
def test_what_is_not_would_be_noticed(catalogue: rdflib.Graph, said: rdflib.URIRef) -> None:
    lacking = rdflib.Graph() + catalogue
    lacking.remove((None, said, None))
    assert wrong(lacking)
