"""FAIR Signposting: the links in the head of an answer, read by HEAD as clients of that profile read them."""

import httpx
import pytest
from signposting import find_signposting_http

from interurban.iris import PREFIXES
from web.looking import sitemap

RDF_TYPES = {"text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "application/trig"}


def targets(found: object) -> set[str]:
    return {str(signpost.target) for signpost in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "cited", "kind", "collection"),
    [
        ("doc/city/it-modena", "id/city/it-modena", "City", "doc/city/"),
        ("doc/person/dario-nardella.html", "id/person/dario-nardella", "Person", "doc/person/"),
        ("doc/event/city-to-city-international-forum-2019", None, "Event", "doc/event/"),
        ("graph/register", "graph/register", "Dataset", "graph/"),
        ("def/City", PREFIXES["iu"] + "City", None, "def/"),
    ],
)
def test_a_page_leads_to_its_thing_and_its_data(
    real: httpx.Client, path: str, cited: str | None, kind: str | None, collection: str
) -> None:
    base = str(real.base_url)
    if cited is None:
        path = next(a.removeprefix(base) for a in sitemap(real) if a.startswith(base + "doc/event/") and a[-1] != "/")
        cited = path.replace("doc/", "id/")
    found = find_signposting_http(base + path)
    assert found.citeAs
    assert str(found.citeAs.target) == (cited if "://" in cited else base + cited)
    assert {str(x.type) for x in found.describedBy} == RDF_TYPES
    for data in found.describedBy:
        answer = real.get(str(data.target))
        assert answer.headers["content-type"].partition(";")[0] == str(data.type)
    expected = {"https://schema.org/AboutPage"} | ({f"https://schema.org/{kind}"} if kind else set())
    assert targets(found.types) == expected
    assert found.license
    assert str(found.license.target) == "https://creativecommons.org/licenses/by/4.0/"
    assert found.collection
    assert str(found.collection.target) == base + collection
    assert real.get(str(found.collection.target)).status_code == 200


def test_data_lead_back_to_the_page_they_describe(real: httpx.Client) -> None:
    base = str(real.base_url)
    found = find_signposting_http(base + "doc/city/it-modena.ttl")
    assert targets(x for x in found if str(x.rel) == "describes") == {base + "doc/city/it-modena.html"}
    assert found.citeAs
    assert found.license
    assert (targets(found.types), targets(found.describedBy)) == (set(), set())


def test_lists_and_the_home_page_have_signposts(real: httpx.Client) -> None:
    base = str(real.base_url)
    listed = find_signposting_http(base + "doc/city/")
    assert targets(listed.types) == {"https://schema.org/CollectionPage"}
    assert {str(x.type) for x in listed.describedBy} == RDF_TYPES
    assert listed.license
    home = find_signposting_http(base)
    assert home.citeAs
    assert str(home.citeAs.target) == base
    assert targets(home.types) == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
    assert base + ".well-known/void.ttl" in targets(home.describedBy)
    for there in (*home.describedBy, *home.items):
        answer = real.head(str(there.target))
        assert answer.status_code == 200, there
        assert answer.headers["content-type"].partition(";")[0] == str(there.type)


def test_a_dataset_leads_to_its_files_and_they_lead_back(real: httpx.Client) -> None:
    base = str(real.base_url)
    found = find_signposting_http(base + "dataset/memberships")
    assert base + "dumps/memberships/memberships.csv" in targets(found.items)
    for file in found.items:
        answer = real.head(str(file.target))
        assert answer.status_code == 200, file
        assert answer.headers["content-type"].partition(";")[0] == str(file.type)
        back = find_signposting_http(str(file.target)).collection
        assert back
        assert str(back.target) == base + "dataset/memberships"
    assert not find_signposting_http(base + "dataset/memberships.ttl").items


def test_the_head_stays_small(real: httpx.Client) -> None:
    for path in ("/", "/dataset/memberships", "/doc/city/it-modena", "/doc/city/", "/def/City"):
        assert len(real.head(path, headers={"Accept": "text/html"}).headers["link"]) < 2048
