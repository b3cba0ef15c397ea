"""Long lists, on their own and in documents, in pages that lead from one to the next."""

import html
import re
from collections import Counter
from urllib.parse import quote

import httpx
import pytest

from web.pages.test_pages import page


def test_a_document_with_a_long_list_says_so_in_header_and_page(hostile: httpx.Client) -> None:
    turtle = hostile.get("/doc/network/crowd.ttl")
    organization = "http://www.w3.org/ns/org#organization"
    assert turtle.headers["interurban-truncated"] == f'"{quote(organization, safe="/:")}";shown=100;total=1234'
    assert turtle.text.count("id/membership/crowd-") == 100
    assert "id/membership/crowd-00099>" in turtle.text
    page = hostile.get("/doc/network/crowd.html?page=2").text
    assert "101 to 200 of 1,234" in page
    assert '<a rel="prev" href="/doc/network/crowd">' in page
    everything = html.unescape(page.partition('101 to 200 of 1,234 <a href="')[2].partition('"')[0])
    assert hostile.get(everything).text.count("crowd-") == 1234
    small = hostile.get("/doc/city/it-fonte.ttl")
    assert "interurban-truncated" not in small.headers
    assert 'rel="next"' not in small.headers["link"]
    for wrong in ("14", "0", "x", "01", "-1"):
        assert hostile.get(f"/doc/network/crowd?page={wrong}").status_code == 404, wrong


@pytest.mark.parametrize("extension", ["html", "ttl", "jsonld", "nt", "rdf", "trig"])
@pytest.mark.parametrize(
    ("path", "size", "count"),
    [
        ("/doc/network/crowd.{}", 100, 1234),
        ("/doc/network/crowd.{}?at=2000-01-01", 100, 1234),
        ("/doc/membership.{}", 200, 1234),
    ],
)
def test_next_leads_to_every_member_once(
    hostile: httpx.Client, path: str, size: int, count: int, extension: str
) -> None:
    members, address, pages = Counter[str](), path.format(extension), 0
    while address:
        page = hostile.get(address)
        assert page.status_code == 200, address
        found = set(re.findall(r"crowd-\d{5}", page.text))
        assert len(found) <= size, address
        members.update(found)
        address, pages = page.links.get("next", {}).get("url", ""), pages + 1
        assert f".{extension}" in address or extension == "html" or not address
    assert len(members) == count
    assert set(members.values()) == {1}
    assert pages == -(-count // size)


@pytest.mark.parametrize(("language", "part"), [("en", "101 to 200 of 1,234"), ("it", "Da 101 a 200 di 1.234")])
@pytest.mark.parametrize("day", ["", "&at=2000-01-01"])
def test_the_heading_of_a_list_counts_all_of_it(hostile: httpx.Client, language: str, part: str, day: str) -> None:
    page = hostile.get(f"/doc/network/crowd.html?page=2&lang={language}{day}").text
    section = page.partition('<h2 id="section-1">')[2].partition("</section>")[0]
    assert f'<span class="count">{part.split()[-1]}</span></h2>' in section
    assert part in section
    assert section.count("<li>") == 100


def test_long_lists_have_pages(hostile: httpx.Client) -> None:
    pages = [hostile.get("/doc/membership.nt", params={"page": number}) for number in range(1, 8)]
    things = [{line.partition(" ")[0] for line in page.text.splitlines()} for page in pages]
    assert [len(part) for part in things] == [200] * 6 + [37]
    assert len(set.union(*things)) == 1237
    assert hostile.get("/doc/membership/?page=8").status_code == 404
    assert hostile.get("/doc/membership/?page=x").status_code == 404
    middle = hostile.get("/doc/membership/?page=2", headers={"Accept": "text/html"})
    assert middle.headers["content-location"] == "/doc/membership.html?page=2"
    assert '<a rel="prev" href="/doc/membership/">' in middle.text
    assert '<a rel="next" href="/doc/membership/?page=3">' in middle.text
    assert "201 to 400 of 1,237" in middle.text


def test_all_of_a_cut_list_is_all_of_that_day(hostile: httpx.Client) -> None:
    shown = page(hostile, "/doc/network/crowd?at=2000-01-01")
    (everything,) = (link for link in shown.links if link.startswith("/sparql?query="))
    assert "firstDay" in everything
    assert hostile.get(everything).text.count("crowd-") == 1234
