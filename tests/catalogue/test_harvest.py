"""Portals harvest the catalogue twice: nothing is lost, and what has not changed has not changed."""

import csv
import re
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF, SKOS

from catalogue.harvesters import HarvestError, bare, ckan, europe

# rdflib's own parser of JSON-LD uses what it has deprecated
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

VERSION = rdflib.URIRef(f"{DCAT}version")
ADDRESSES = ("catalog.ttl", "catalog.rdf", "catalog.jsonld")


@pytest.mark.parametrize("address", ADDRESSES)
def test_ckan_finds_every_dataset_and_every_file(portal: httpx.Client, catalogue: rdflib.Graph, address: str) -> None:
    packages = ckan(portal, address)
    assert [p.identity for p in packages] == sorted(map(str, set(catalogue.objects(None, DCAT.dataset))))
    assert len(packages) >= 15
    files = {url for p in packages for url in p.resources}
    assert files == set(map(str, catalogue.objects(None, DCAT.downloadURL)))
    assert all(p.title and p.notes and p.tags for p in packages)


@pytest.mark.parametrize("address", ADDRESSES)
def test_ckan_shows_what_people_expect(portal: httpx.Client, address: str) -> None:
    packages = {p.identity.rpartition("/")[2]: p for p in ckan(portal, address)}
    for package in packages.values():
        assert package.licence in {"cc-by", "cc-zero"}, package
        assert len(set(package.tags)) == len(package.tags) >= 4
        assert not {"città", "reti di città", "fonte"} & set(package.tags)
        assert re.fullmatch(r"[A-Z][^,:/]+(, [A-Z][^,:/]+)*", package.place[0])
        assert package.place[1].startswith("POLYGON((")
        names, forms, media = zip(*package.resources.values(), strict=True)
        assert len(set(names)) == len(names)
        assert set(forms) <= {"CSV", "XML", "Turtle", "JSON-LD", "N-Quads", "TriG", "JSON"}
        assert all("/" in kind and "//" not in kind for kind in media)
    main = {slug: next(iter(package.resources)).rpartition("/")[2] for slug, package in packages.items()}
    named = {slug: f"{slug}.csv" for slug in ("cities", "networks", "memberships")}
    assert main.items() >= (named | {"programmes": "events.csv", "interurban": "sources.csv"}).items()
    assert (main["modena-networks"], main["ontology"]) == ("networks.csv", "ontology.ttl")


def test_a_dataset_is_about_one_place_that_the_data_draw(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    cities = list(csv.DictReader(portal.get("dumps/cities/cities.csv").text.splitlines()))
    named = {"Modena", "Hiroshima"}  # the cities of the source modena-networks
    for slug, countries, some in (
        ("cities", {city["country"] for city in cities}, cities),
        ("modena-networks", {"Italy", "Japan"}, [city for city in cities if city["name"] in named]),
    ):
        dataset = next(d for d in catalogue.objects(None, DCAT.dataset) if str(d).endswith(f"/{slug}"))
        (place,) = catalogue.objects(dataset, DCTERMS.spatial)
        (name,) = catalogue.objects(place, SKOS.prefLabel)
        assert name == rdflib.Literal(", ".join(sorted(countries)), lang="en")
        assert len(set(catalogue.objects(place, DCTERMS.hasPart))) == len(countries)
        numbers = [float(n) for n in re.findall(r"-?[0-9.]+", str(catalogue.value(place, DCAT.bbox)))]
        easts, norths = ([float(city[x]) for city in some if city[x]] for x in ("longitude", "latitude"))
        assert set(numbers[::2]) == {min(easts), max(easts)}
        assert set(numbers[1::2]) == {min(norths), max(norths)}
    for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
        assert len(list(catalogue.objects(dataset, DCTERMS.spatial))) == 1


def test_a_portal_in_italian_finds_everything_in_italian(portal: httpx.Client, catalogue: rdflib.Graph) -> None:
    italian, *others = (
        rdflib.Graph().parse(data=portal.get(f"catalogo.{extension}").content, format=syntax)
        for extension, syntax in (("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld"))
    )
    assert all(set(other) == set(italian) for other in others)
    assert {text.language for _, _, text in italian if isinstance(text, rdflib.Literal)} == {"it", None}
    assert len(list(italian.subject_objects(DCAT.keyword))) == len(list(catalogue.subject_objects(DCAT.keyword)))
    keywords = (SKOS.prefLabel, DCAT.keyword)  # which the catalogue has in English only
    assert {t for t in italian if t[1] not in keywords} <= set(catalogue)
    assert portal.get("catalogo.trig").status_code == 404


def test_ckan_harvests_the_same_again(portal: httpx.Client) -> None:
    assert ckan(portal, "catalog.rdf") == ckan(portal, "catalog.rdf")


def test_ckan_would_notice_what_it_trips_on(portal: httpx.Client) -> None:
    with pytest.raises(HarvestError, match="no type that holds a catalogue"):
        ckan(portal, "catalog")  # without an Accept header that is the page
    with pytest.raises(httpx.HTTPStatusError):
        ckan(portal, "catalog.trix")


@pytest.mark.parametrize("address", ["catalog", *ADDRESSES])
def test_the_eu_portal_harvests_the_same_again(portal: httpx.Client, address: str) -> None:
    once = europe(portal, address)
    assert len(once) >= 15
    assert europe(portal, address) == once == europe(portal, "catalog.ttl")


def test_one_other_row_changes_only_the_datasets_it_is_in(
    portal: httpx.Client, later_portal: httpx.Client, catalogue: rdflib.Graph
) -> None:
    before, after = europe(portal, "catalog"), europe(later_portal, "catalog")
    assert before.keys() == after.keys()
    changed = {name.rpartition("/")[2] for name in before if before[name] != after[name]}
    assert changed == {"interurban", "memberships", "modena-networks"}
    assert europe(later_portal, "catalog") == after

    later = rdflib.Graph().parse(data=later_portal.get("catalog.ttl").content, format="turtle")
    for dataset in catalogue.objects(None, DCAT.dataset):
        same = str(dataset).rpartition("/")[2] not in changed
        for said in (DCTERMS.modified, VERSION):
            assert (catalogue.value(dataset, said) == later.value(dataset, said)) is same, (dataset, said)
        assert catalogue.value(dataset, DCTERMS.issued) == later.value(dataset, DCTERMS.issued)
    base = str(next(catalogue.subjects(DCAT.dataset, None))).removesuffix("catalog")
    files = [rdflib.URIRef(f"{base}dataset/modena-networks#{name}.csv") for name in ("memberships", "networks")]
    assert [catalogue.value(f, DCTERMS.modified) != later.value(f, DCTERMS.modified) for f in files] == [True, False]


def test_ckan_takes_over_the_later_release(portal: httpx.Client, later_portal: httpx.Client) -> None:
    first, second = (ckan(client, "catalog.ttl") for client in (portal, later_portal))
    assert [(p.identity, p.title, p.resources) for p in first] == [(p.identity, p.title, p.resources) for p in second]


def test_what_has_not_changed_is_the_same_file(releases: Path, later_releases: Path) -> None:
    first, second = (folder / "current" / "dumps" for folder in (releases, later_releases))
    other = {f.parent.name for f in first.glob("*/*") if f.read_bytes() != (second / f.relative_to(first)).read_bytes()}
    assert other == {"interurban", "memberships", "modena-networks"}


def test_a_portal_that_has_it_already_is_told_so(portal: httpx.Client) -> None:
    for address in ADDRESSES:
        tag = bare(portal, "GET", address).headers["etag"]
        again = bare(portal, "GET", address, **{"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b""), address
