"""Disagreements from end to end: a source that contradicts another is added, and the pages tell who is believed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from excerpt import data_without_lists
from interurban.iris import IU
from serving import Served, free_port, interurban, serving
from web.pages.test_pages import page
from web.world import WORLD, make_world

MEMBERSHIP = "it-modena--climate-alliance"
HEARSAY = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/hearsay> a iu:Source ; dct:title "Hearsay"@en , "Sentito dire"@it ; iu:rank {rank} ;
    dct:description "What people tell."@en , "Quello che si dice."@it ;
    dct:issued "{issued}"^^xsd:gYear ; dct:publisher <id/government/it-modena> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> .
"""
TABLE = "government,network,role,start,field\nit-modena,climate-alliance,member,{start},\n"


@dataclass(frozen=True)
class Case:
    """Modena's own page has rank `modena` and is of 2023; hearsay has `rank` and `issued`, and says `start`."""

    modena: int
    rank: int
    issued: int
    start: str
    believed: str
    told: str


CASES = {
    "better rank": Case(2, 1, 1990, "2003", "2003", "Believed by rank"),
    "worse rank": Case(1, 2, 2024, "2003", "2002", "Believed by rank"),
    "later": Case(1, 1, 2024, "2003", "2003", "Believed by date"),
    "earlier": Case(1, 1, 2022, "2003", "2002", "Believed by date"),
    "name": Case(1, 1, 2023, "2003", "2003", "Believed by name"),
}


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@contextmanager
def disagreeing(folder: Path, case: Case, others: str = "") -> Iterator[httpx.Client]:
    """Serve the real data with one more source, and yield a client. others: what else it says, as Turtle."""
    data = data_without_lists(folder / "data")
    described = data / "sources/modena-networks/source.ttl"
    described.write_text(described.read_text().replace("iu:rank 1 .", f"iu:rank {case.modena} ."))
    hearsay = data / "sources/hearsay"
    hearsay.mkdir()
    (hearsay / "source.ttl").write_text(HEARSAY.format(rank=case.rank, issued=case.issued))
    (hearsay / "memberships.csv").write_text(TABLE.format(start=case.start))
    (hearsay / "more.ttl").write_text(others)
    port, releases = free_port(), folder / "releases"
    built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    with (
        serving(releases, "--web-processes", 1, port=port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with disagreeing(tmp_path_factory.mktemp("disagreeing"), case) as client:
        yield client


def test_a_disagreement_is_listed_with_both_claims_and_the_rule(client: httpx.Client, case: Case) -> None:
    shown = page(client, "/conflicts")
    text = " ".join(shown.text.split())
    assert case.told in text
    assert {link.partition("?")[0] for link in shown.links} >= {
        f"/doc/membership/{MEMBERSHIP}",
        "/graph/hearsay",
        "/graph/modena-networks",
    }
    rows = re.findall(r"(200[23]) (Hearsay|City networks to which Modena belongs) (\d) (\d{4})( believed)?", text)
    hearsay = ("2003", "Hearsay", str(case.rank), str(case.issued))
    own = ("2002", "City networks to which Modena belongs", str(case.modena), "2023")
    winner, loser = (hearsay, own) if case.believed == "2003" else (own, hearsay)
    assert rows == [(*winner, " believed"), (*loser, "")]
    assert "Modena" in page(client, "/conflicts", "it").text


def test_the_believed_value_stands_in_the_document_and_says_that_sources_differ(
    client: httpx.Client, case: Case
) -> None:
    turtle = client.get(f"/doc/membership/{MEMBERSHIP}.nt").text
    assert re.findall(r'def/start> "(\d{4})"', turtle) == [case.believed]
    for path in (f"/doc/membership/{MEMBERSHIP}", "/doc/government/it-modena", "/doc/city/it-modena"):
        shown = page(client, path)
        (link,) = {a["href"] for a in shown.all("a") if a.get("class") == "disputed"}
        assert shown.text.count("sources differ") == 1
        assert link
        assert link.startswith("/doc/conflict/")
        claims = page(client, link).text
        assert "Hearsay" in claims
        assert "2002" in claims
        assert "2003" in claims
        assert "le fonti differiscono" in page(client, path, "it").text


def test_the_disagreements_are_data_too(client: httpx.Client, case: Case) -> None:
    quads = list(ox.parse(client.get("/conflicts.ttl").content, format=ox.RdfFormat.TURTLE))
    values = {q.object.value for q in quads if q.predicate.value == IU + "value" and isinstance(q.object, ox.Literal)}
    believed = [
        q.object.value for q in quads if q.predicate.value == IU + "believed" and isinstance(q.object, ox.Literal)
    ]
    assert (values, believed) == ({"2002", "2003"}, [case.believed])
    negotiated = client.get("/conflicts", headers={"Accept": "text/turtle"})
    assert negotiated.headers["content-location"] == "/conflicts.ttl"
    assert negotiated.content == client.get("/conflicts.ttl").content


def test_a_date_that_only_lacks_precision_is_no_rival(tmp_path: Path) -> None:
    """Two agree, the third does not: what decides is between the believed value and that one."""
    with disagreeing(tmp_path, Case(1, 1, 2024, "2002-05-01", "2002-05-01", "")) as client:
        assert "No two sources of this release disagree." in page(client, "/conflicts").text
        assert "sources differ" not in page(client, f"/doc/membership/{MEMBERSHIP}").text


def test_sources_may_differ_on_everything_of_which_there_is_one(tmp_path: Path) -> None:
    """On the properties of other vocabularies too."""
    others = """@prefix dct: <http://purl.org/dc/terms/> . @prefix org: <http://www.w3.org/ns/org#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <http://schema.org/> .
        <id/network/metrex> rdfs:label "Beta net"@en .
        <id/city/it-milan> schema:latitude 45.5 ; schema:longitude 9.25 .
        <id/membership/it-modena--energy-cities> org:role <https://w3id.org/interurban/def/role/supporter> .
        """
    with disagreeing(tmp_path, Case(1, 2, 2024, "2002", "", ""), others) as client:
        told = page(client, "/conflicts").text
        for value in ("METREX", "Beta net", "45.46427", "45.5", "9.18951", "9.25", "Member", "Supporter"):
            assert value in told


def test_without_disagreements_the_page_says_so(documents: Served) -> None:
    with httpx.Client(base_url=documents.address, timeout=20) as client:
        assert "No two sources of this release disagree." in page(client, "/conflicts").text
        assert "nessuna fonte contraddice un’altra" in page(client, "/conflicts", "it").text
        assert client.get("/conflicts.ttl").text.strip() == ""
        assert client.get("/conflicts?page=2").status_code == client.get("/conflicts.png").status_code == 404


MANY = """
@prefix iu: <https://w3id.org/interurban/def/> .
<graph/conflicts> {{
  <id/conflict/{n}> a iu:Conflict ; iu:conflictSubject <id/city/it-fonte> ; iu:conflictProperty iu:{n} ;
    iu:believed "{n}" ; iu:claim <id/conflict/{n}#claim> .
  <id/conflict/{n}#claim> a iu:Claim ; iu:claimedBy <graph/rivers-2019> ; iu:value "{n}" .
}}
"""


def test_pages_lead_through_all_of_them_in_every_format(tmp_path: Path) -> None:
    many = tmp_path / "many.trig"
    many.write_text("".join(MANY.format(n=f"p{number:03}") for number in range(201)))
    world = make_world(tmp_path / "releases", WORLD, many)
    graph = ox.NamedNode(world.base + "graph/conflicts")
    with serving(world.releases, port=world.port) as served, httpx.Client(base_url=served.address) as client:
        told, following = [], "/conflicts.nt"
        while following:
            answer = client.get(following)
            told.append({quad.triple for quad in ox.parse(answer.text, format=ox.RdfFormat.N_TRIPLES)})
            following = answer.links.get("next", {}).get("url", "")
    assert [len(triples) for triples in told] == [200 * 8, 8]
    assert told[0] | told[1] == {quad.triple for quad in world.store.quads_for_pattern(None, None, None, graph)}
