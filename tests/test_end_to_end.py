"""The whole way with the real data: from the tables to what clients of a served process see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, SPARQLWrapper

from excerpt import data_without_lists
from interurban import resources
from serving import Served, interurban

IU = rdflib.Namespace("https://w3id.org/interurban/def/")
ORG = rdflib.ORG

PREFIXES = """
PREFIX iu: <https://w3id.org/interurban/def/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

COMMITTEE = (
    PREFIXES
    + """
SELECT ?name ?role ?city {
  ?holding a iu:OfficeHolding ; org:member/rdfs:label ?name ; iu:post ?post ;
    iu:representing/iu:governs/rdfs:label ?city .
  ?post org:postIn <id/unit/eurocities-executive-committee> ; org:role/skos:prefLabel ?role .
  FILTER (LANG(?role) = "en" && LANG(?city) = "en")
} ORDER BY ?name"""
)

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?a) < STR(?l)) }"


def select(served: Served, query: str) -> list[dict[str, str]]:
    """Return the rows of a query as SPARQLWrapper gives them, each value as text."""
    client = SPARQLWrapper(served.address + "sparql")
    client.setQuery(query)
    client.setReturnFormat(JSON)
    answer: Any = client.query().convert()
    bindings = answer["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in bindings]


def test_modena_leads_to_its_government_and_its_memberships_with_years(served: Served) -> None:
    answer = httpx.get(served.address + "id/city/it-modena", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert [r.status_code for r in (*answer.history, answer)] == [303, 200]
    assert answer.headers["content-type"].startswith("text/turtle")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    modena = rdflib.URIRef(served.address + "id/city/it-modena")
    assert (modena, rdflib.RDFS.label, rdflib.Literal("Modena", lang="it")) in graph
    (government,) = graph.subjects(IU.governs, modena)
    years = {
        str(graph.value(m, ORG.organization)).rpartition("/")[2]: str(graph.value(m, IU.start))
        for m in graph.subjects(ORG.member, government)
    }
    assert len(years) == 16
    assert years["energy-cities"] == "1998"
    assert years["mayors-for-peace"] == "2023"
    assert graph.value(rdflib.URIRef(served.address + "id/network/energy-cities"), rdflib.RDFS.label)


def test_rdflib_follows_its_nose_from_modena_to_a_network(served: Served) -> None:
    modena = rdflib.URIRef(served.address + "id/city/it-modena")
    graph = rdflib.Graph().parse(modena)
    (network,) = (o for o in graph.objects(None, ORG.organization) if str(o).endswith("/climate-alliance"))
    assert rdflib.Graph().parse(str(network)).value(network, rdflib.FOAF.homepage)


def test_the_committee_of_eurocities_has_twelve_members_with_role_and_city(served: Served) -> None:
    rows = select(served, COMMITTEE)
    assert len(rows) == 12
    assert {"name": "Burkhard Jung", "role": "president", "city": "Leipzig"} in [
        r | {"role": r["role"].lower()} for r in rows
    ]
    assert {r["city"] for r in rows} >= {"Athens", "Oslo", "Vienna", "Tallinn"}


def test_the_readme_asks_the_same_question(served: Served) -> None:
    readme = Path(resources.room("data").parent / "README.md").read_text()
    query = readme.partition("query='")[2].partition("'\n")[0]
    assert select(served, query) == select(served, COMMITTEE)


def test_sparqlwrapper_posts_and_reads_csv(served: Served) -> None:
    client = SPARQLWrapper(served.address + "sparql")
    client.setMethod(POST)
    client.setQuery(COMMITTEE)
    client.setReturnFormat(CSV)
    answer: Any = client.query().convert()
    assert len(answer.decode().splitlines()) == 13


def test_rdflib_queries_the_endpoint_as_a_store(served: Served) -> None:
    store = SPARQLStore(served.address + "sparql")
    rows: list[Any] = list(
        rdflib.Graph(store).query("SELECT ?g { GRAPH ?g { ?s a <https://w3id.org/interurban/def/Source> } }")
    )
    assert {str(row[0]).rpartition("/")[2] for row in rows} >= {"eurocities-deck-2024", "modena-networks", "register"}


def test_the_decision_that_brought_milan_into_metrex(served: Served) -> None:
    query = (
        PREFIXES
        + """
    PREFIX dct: <http://purl.org/dc/terms/>
    SELECT ?number ?day {
      <id/membership/it-milan-metropolitan-city--metrex> iu:decision ?d .
      ?d dct:identifier ?number ; dct:issued ?day }"""
    )
    assert select(served, query) == [{"number": "41/2019", "day": "2019-09-25"}]


def test_the_pairings_of_the_programme(served: Served) -> None:
    query = (
        PREFIXES
        + """
    SELECT ?label {
      ?p a iu:Pairing ; iu:programme <id/programme/iuc> ; rdfs:label ?label FILTER (LANG(?label) = "en") }"""
    )
    labels = [row["label"] for row in select(served, query)]
    assert len(labels) == 9
    assert any("Ancona" in label and "Ikoma" in label for label in labels)


def test_the_application_of_brescia_and_its_dated_steps(served: Served) -> None:
    query = (
        PREFIXES
        + """
    SELECT ?start { ?a a iu:Application ; iu:applicant <id/government/it-brescia> ;
      iu:appliedTo <id/network/eurocities> ; iu:hasStep/iu:start ?start } ORDER BY ?start"""
    )
    assert [row["start"] for row in select(served, query)] == ["2024-04-24", "2024-05-29"]


def test_a_query_without_end_is_ended_and_the_next_is_answered(served: Served) -> None:
    endless = httpx.get(served.address + "sparql", params={"query": ENDLESS}, timeout=30)
    assert endless.status_code == 504
    assert endless.headers["content-type"] == "application/problem+json"
    assert len(select(served, COMMITTEE)) == 12


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the real data that a test may break."""
    return data_without_lists(tmp_path / "data")


def _break_row(data: Path) -> None:
    path = data / "sources/modena-networks/memberships.csv"
    path.write_text(path.read_text().replace("2014", "two thousand fourteen", 1))


def _violate_shape(data: Path) -> None:
    path = data / "sources/iuc-pairings/pairings.csv"
    path.write_text(path.read_text().replace("iuc,it-ancona,jp-ikoma,", "iuc,it-ancona,it-ancona,", 1))


def _add_folder(data: Path) -> None:
    (data / "sources/hearsay").mkdir()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            _break_row,
            "modena-networks/memberships.csv:3:4 [start]: «two thousand fourteen» does not fit; "
            "expected: when the membership began",
        ),
        (
            _violate_shape,
            "iuc-pairings/pairings.csv:8:2 [partner_1]: <{base}id/pairing/iuc--it-ancona--it-ancona>: "
            "A pairing has exactly two different partners",
        ),
        (_add_folder, "sources/hearsay: unknown source folder: it has no source.ttl"),
    ],
)
def test_what_is_broken_is_told_and_the_last_release_still_served(
    releases: Path, served: Served, data: Path, damage: Callable[[Path], None], told: str
) -> None:
    before = sorted(p.name for p in releases.iterdir()), (releases / "current").readlink()
    damage(data)
    built = interurban("build", "--data", data, "--releases", releases, "--base", served.address)
    assert built.returncode == 1
    assert told.format(base=served.address) in built.stderr
    assert (sorted(p.name for p in releases.iterdir()), (releases / "current").readlink()) == before
    assert len(select(served, COMMITTEE)) == 12


def test_building_what_is_already_served_makes_no_release(enough_data: Path, releases: Path, served: Served) -> None:
    before = sorted(p.name for p in releases.iterdir()), (releases / "current").readlink()
    built = interurban("build", "--data", enough_data, "--releases", releases, "--base", served.address)
    assert built.returncode == 0
    assert f"nothing has changed: {releases}/{before[1]} stays the current release" in built.stdout
    assert (sorted(p.name for p in releases.iterdir()), (releases / "current").readlink()) == before
