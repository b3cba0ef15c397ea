"""A source's own licence is told in the same way wherever its data are: in the catalogue, in pages and in headers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS

from catalogue.harvesters import bare
from excerpt import data_without_lists
from serving import free_port, interurban, serving

EU = "http://publications.europa.eu/resource/authority/licence/"
OURS = "iu:descriptionLicence <https://creativecommons.org/licenses/by/4.0/>"
# source: the licence as it states it, as portals are told it, and the address that people follow
STATED = {
    "modena-networks": ("http://creativecommons.org/licenses/by-nc-nd/4.0",) * 3,
    "ancona-iuc": ("https://www.dati.gov.it/content/italian-open-data-license-v20",) * 3,
    "iuc-pairings": (
        "https://creativecommons.org/publicdomain/zero/1.0/deed.it",
        EU + "CC0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "milan-metrex-2019": ("", EU + "CC_BY_4_0", "https://creativecommons.org/licenses/by/4.0/"),
}


@pytest.fixture(scope="module")
def stating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the real data, in which some sources state a licence of their own."""
    folder, port = tmp_path_factory.mktemp("licences"), free_port()
    data = data_without_lists(folder / "data")
    for slug, (stated, _, _) in STATED.items():
        path = Path(data) / f"sources/{slug}/source.ttl"
        before = path.read_text(encoding="utf-8")
        assert OURS in before
        path.write_text(before.replace(OURS, f"dct:license <{stated}>") if stated else before, encoding="utf-8")
    releases = folder / "releases"
    built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    with (
        serving(releases, "--web-processes", 1, "--query-workers", 1, port=port) as server,
        httpx.Client(base_url=server.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def told(stating: httpx.Client) -> rdflib.Graph:
    """The catalogue in which they are told."""
    return rdflib.Graph().parse(data=stating.get("catalog.ttl").content, format="turtle")


def of_page(client: httpx.Client, path: str) -> tuple[object, list[str]]:
    """Return the licence that a page tells search engines, and those in the head of its answer."""
    answer = client.get(path, headers={"accept": "text/html"})
    markup = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    assert markup
    return json.loads(markup[1])["license"], in_head(answer)


def in_head(answer: httpx.Response) -> list[str]:
    return re.findall(r'<([^>]*)>; rel="license"', answer.headers["link"])


@pytest.mark.parametrize("slug", STATED)
def test_a_licence_is_told_in_the_same_way_everywhere(stating: httpx.Client, told: rdflib.Graph, slug: str) -> None:
    stated, portals, people = STATED[slug]
    dataset = rdflib.URIRef(f"{stating.base_url}dataset/{slug}")
    files = list(told.objects(dataset, DCAT.distribution))
    assert {str(x) for f in (dataset, *files) for x in told.objects(f, DCTERMS.license)} == {portals}
    assert of_page(stating, f"dataset/{slug}") == (people, [people])
    source = stated or people
    assert of_page(stating, f"graph/{slug}") == (source, [source])
    for file in files:
        (licence,) = in_head(bare(stating, "HEAD", str(told.value(file, DCAT.downloadURL))))
        assert licence in (portals, people)


def test_readers_see_which_licence_it_is(stating: httpx.Client) -> None:
    for slug, name in (
        ("modena-networks", "creativecommons.org/licenses/by-nc-nd/4.0"),
        ("iuc-pairings", "Creative Commons CC0 1.0 Universal"),
    ):
        assert name in stating.get(f"dataset/{slug}", headers={"accept": "text/html"}).text
