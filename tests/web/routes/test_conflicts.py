"""Disagreements from end to end: a source that contradicts another is added, and the pages tell who is believed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from excerpt import data_without_lists
from interurban.iris import IU
from serving import Served, free_port, interurban, serving
from web.pages.test_pages import Page, page, parsed
from web.world import WORLD, make_world

OWN = "City networks to which Modena belongs"  # which has rank 2 here, and is of 2023
HEARSAY = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/{slug}> a iu:Source ; dct:title "Hearsay"@en , "Sentito dire"@it ; iu:rank {rank} ;
    dct:description "What people tell."@en , "Quello che si dice."@it ;
    dct:issued "{issued}"^^xsd:gYear ; dct:publisher <id/government/it-modena> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> .
"""
TABLE = "government,network,role,start,field\nit-modena,{network},member,{start},\n"
# What there is one of, by properties of other vocabularies too.
MORE = """@prefix dct: <http://purl.org/dc/terms/> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <http://schema.org/> .
<id/network/metrex> rdfs:label "Beta net"@en .
<id/city/it-milan> schema:latitude 45.5 ; schema:longitude 9.25 .
<id/membership/it-modena--nemo> org:role <https://w3id.org/interurban/def/role/supporter> .
"""


@dataclass(frozen=True)
class Case:
    """A source of hearsay: since when Modena is in a network, for which Modena's own page has a year of its own."""

    rank: int
    issued: int
    network: str
    own: str
    start: str
    told: str = ""
    trusted: bool = True  # more than Modena's own page

    @property
    def membership(self) -> str:
        return f"/doc/membership/it-modena--{self.network}"

    @property
    def believed(self) -> str:
        return self.start if self.trusted else self.own


CASES = {
    "better-rank": Case(1, 1990, "climate-alliance", "2002", "2003", "Believed by rank"),
    "worse-rank": Case(3, 2024, "energy-cities", "1998", "2003", "Believed by rank", trusted=False),
    "later": Case(2, 2024, "healthy-cities", "2007", "2003", "Believed by date"),
    "earlier": Case(2, 2022, "eurodesk", "2007", "2003", "Believed by date", trusted=False),
    "name": Case(2, 2023, "exarc", "2004", "2003", "Believed by name"),
}
PRECISE = Case(2, 2024, "mayors-for-peace", "2023", "2023-05-01")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the real data with one more source for each case."""
    folder = tmp_path_factory.mktemp("disagreeing")
    data = data_without_lists(folder / "data")
    described = data / "sources/modena-networks/source.ttl"
    described.write_text(described.read_text().replace("iu:rank 1 .", "iu:rank 2 ."))
    for name, case in (CASES | {"precise": PRECISE}).items():
        hearsay = data / f"sources/hearsay-{name}"
        hearsay.mkdir()
        (hearsay / "source.ttl").write_text(HEARSAY.format(slug=hearsay.name, rank=case.rank, issued=case.issued))
        (hearsay / "memberships.csv").write_text(TABLE.format(network=case.network, start=case.start))
    (hearsay / "more.ttl").write_text(MORE)
    port, releases = free_port(), folder / "releases"
    built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    with (
        serving(releases, "--web-processes", 1, port=port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def case(name: str) -> Case:
    return CASES[name]


def sections(client: httpx.Client, language: str = "en") -> list[Page]:
    """Return what the page tells of each disagreement."""
    page(client, "/conflicts", language)  # which is in order
    text = client.get("/conflicts", headers={"accept": "text/html", "accept-language": language}).text
    return [parsed(part) for part in re.findall(r"<article.*?</article>", text, re.DOTALL)]


def about(sections: list[Page], path: str) -> list[Page]:
    return [section for section in sections if path in {link.partition("?")[0] for link in section.links}]


def test_a_disagreement_is_listed_with_both_claims_and_the_rule(client: httpx.Client, name: str, case: Case) -> None:
    (section,) = about(sections(client), case.membership)
    text = " ".join(section.text.split())
    assert case.told in text
    assert {link.partition("?")[0] for link in section.links} >= {f"/graph/hearsay-{name}", "/graph/modena-networks"}
    rows = re.findall(rf"(\d{{4}}) (Hearsay|{OWN}) (\d) (\d{{4}})( believed)?", text)
    hearsay, own = (case.start, "Hearsay", str(case.rank), str(case.issued)), (case.own, OWN, "2", "2023")
    winner, loser = (hearsay, own) if case.trusted else (own, hearsay)
    assert rows == [(*winner, " believed"), (*loser, "")]
    (section,) = about(sections(client, "it"), case.membership)
    assert "Modena" in section.text


def test_the_believed_value_stands_in_the_document_and_says_that_sources_differ(
    client: httpx.Client, case: Case
) -> None:
    turtle = client.get(f"{case.membership}.nt").text
    assert re.findall(r'def/start> "(\d{4})"', turtle) == [case.believed]
    shown = page(client, case.membership)
    (link,) = disputed(shown)
    assert shown.text.count("sources differ") == 1
    assert link.startswith("/doc/conflict/")
    assert link in disputed(page(client, "/doc/government/it-modena")) & disputed(page(client, "/doc/city/it-modena"))
    claims = page(client, link).text
    for told in ("Hearsay", case.own, case.start):
        assert told in claims
    assert "le fonti differiscono" in page(client, case.membership, "it").text


def disputed(shown: Page) -> set[str]:
    """Return where a page leads from what sources differ on, which is said once of each."""
    links = [a["href"] or "" for a in shown.all("a") if a.get("class") == "disputed"]
    assert shown.text.count("sources differ") == len(set(links)) == len(links)
    return set(links)


def test_the_disagreements_are_data_too(client: httpx.Client) -> None:
    answer, iu = client.get("/conflicts.ttl"), rdflib.Namespace(IU)
    graph, told = rdflib.Graph().parse(data=answer.content, format="turtle"), {}
    for conflict, subject in graph.subject_objects(iu.conflictSubject):
        values = {str(value) for claim in graph.objects(conflict, iu.claim) for value in graph.objects(claim, iu.value)}
        told[str(subject).rpartition("--")[2]] = values, [str(value) for value in graph.objects(conflict, iu.believed)]
    for case in CASES.values():
        assert told[case.network] == ({case.own, case.start}, [case.believed])
    negotiated = client.get("/conflicts", headers={"Accept": "text/turtle"})
    assert negotiated.headers["content-location"] == "/conflicts.ttl"
    assert negotiated.content == answer.content


def test_a_date_that_only_lacks_precision_is_no_rival(client: httpx.Client) -> None:
    assert about(sections(client), PRECISE.membership) == []
    assert "sources differ" not in page(client, PRECISE.membership).text
    assert f'def/start> "{PRECISE.start}"' in client.get(f"{PRECISE.membership}.nt").text


def test_sources_may_differ_on_everything_of_which_there_is_one(client: httpx.Client) -> None:
    """On the properties of other vocabularies too."""
    told = page(client, "/conflicts").text
    for value in ("METREX", "Beta net", "45.46427", "45.5", "9.18951", "9.25", "Member", "Supporter"):
        assert value in told
    assert len(sections(client)) == len(CASES) + 4


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
    many.write_text("".join(MANY.format(n=f"p{number:03}") for number in range(51)))
    world = make_world(tmp_path / "releases", WORLD, many)
    graph = ox.NamedNode(world.base + "graph/conflicts")
    with serving(world.releases, port=world.port) as served, httpx.Client(base_url=served.address) as client:
        told, following = [], "/conflicts.nt"
        while following:
            answer = client.get(following)
            told.append({quad.triple for quad in ox.parse(answer.text, format=ox.RdfFormat.N_TRIPLES)})
            following = answer.links.get("next", {}).get("url", "")
    assert [len(triples) for triples in told] == [25 * 8, 25 * 8, 8]
    assert set().union(*told) == {quad.triple for quad in world.store.quads_for_pattern(None, None, None, graph)}
