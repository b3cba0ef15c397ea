"""Portals harvest the catalogue twice: nothing is lost, and what has not changed has not changed."""

from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS

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
    assert all(p.title and p.notes and p.tags and all(p.resources.values()) for p in packages)


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
