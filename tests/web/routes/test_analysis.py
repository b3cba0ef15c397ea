"""Graphs for network analysis, opened with NetworkX and the csv module, as those who analyse them do."""

import csv
import io
import re
from typing import Any

import httpx
import networkx
import pytest

from interurban import resources
from interurban.questions import read_questions
from serving import Served
from web.pages.test_pages import page

EDGES = {"source", "target", "weight", "certain_weight"}
GRAPHS = sorted(n for n, q in read_questions(resources.room("queries")).items() if q.columns.keys() >= EDGES)
DAYS = ["", "1990-01-01", "2018-06-30", "2024-05-29"]


def opened(answer: httpx.Response) -> Any:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/graphml+xml"), answer.text
    graph = networkx.read_graphml(io.BytesIO(answer.content))
    assert all(re.fullmatch(r"[\w:.-]+", name, re.ASCII) for name in graph)  # NMTOKENs, as the schema of GraphML wants
    return networkx.relabel_nodes(graph, dict(graph.nodes(data="iri")))


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_there_are_graphs_of_both_sorts() -> None:
    assert {"co-membership", "membership-edges"} <= set(GRAPHS)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", GRAPHS)
def test_both_files_have_the_edges_of_the_question(real: httpx.Client, name: str, day: str) -> None:
    asked = table(real.get(f"/queries/{name}.csv", params={"date": day}))
    expected = {(row["source"], row["target"]): (int(row["weight"]), int(row["certain_weight"])) for row in asked}
    graph = opened(real.get(f"/analysis/{name}.graphml", params={"at": day}))
    assert not graph.is_directed()
    assert not graph.is_multigraph()
    assert {tuple(sorted(ends)): (data["weight"], data["certain"]) for *ends, data in graph.edges(data=True)} == {
        tuple(sorted(ends)): weights for ends, weights in expected.items()
    }
    edges = table(real.get(f"/analysis/{name}.csv", params={"at": day}))
    assert {(row["Source"], row["Target"]): int(row["Weight"]) for row in edges} == {
        ends: weight for ends, (weight, _) in expected.items()
    }
    assert {row["Type"] for row in edges} <= {"Undirected"}
    for row in edges:
        ends = (graph.nodes[row[end]]["label"] for end in ("Source", "Target"))
        assert row["Label"] == " – ".join(ends)


def test_nodes_have_what_an_analysis_needs(real: httpx.Client, served: Served) -> None:
    graph = opened(real.get("/analysis/membership-edges.graphml?at=2018-06-30"))
    modena = graph.nodes[served.address + "id/government/it-modena"]
    assert modena == {
        "iri": served.address + "id/government/it-modena",
        "label": "Municipality of Modena",
        "kind": "government",
        "country": "Italy",
        "latitude": 44.64783,
        "longitude": 10.92539,
    }
    # two sorts of nodes, and edges only between them
    for source, target in graph.edges:
        assert {graph.nodes[source]["kind"], graph.nodes[target]["kind"]} == {"government", "network"}
    assert networkx.is_bipartite(graph)
    governments = {kind for _, kind in opened(real.get("/analysis/co-membership.graphml")).nodes(data="kind")}
    assert governments == {"government"}


def test_names_of_nodes_are_the_same_on_all_days(real: httpx.Client) -> None:
    days = [networkx.parse_graphml(real.get(f"/analysis/membership-edges.graphml?at={d}").text) for d in DAYS[2:]]
    both = networkx.compose(*days)
    assert "id:government:it-modena" in both
    assert len(both) == len({iri for _, iri in both.nodes(data="iri")}) < sum(map(len, days))


def test_labels_are_in_the_language_asked_for(real: httpx.Client) -> None:
    labels = nodes_of(real.get("/analysis/membership-edges.graphml?at=2018-06-30&lang=it"))
    assert "Comune di Modena" in labels
    edges = table(real.get("/analysis/membership-edges.csv?lang=it"))
    assert any(row["Label"].startswith("Comune di ") for row in edges)


def nodes_of(answer: httpx.Response) -> set[str]:
    return {label for _, label in opened(answer).nodes(data="label")}


def test_the_weight_is_the_number_of_shared_networks(real: httpx.Client) -> None:
    """The one graph is the other folded onto the governments."""
    bipartite = opened(real.get("/analysis/membership-edges.graphml?at=2024-05-29"))
    folded = opened(real.get("/analysis/co-membership.graphml?at=2024-05-29&largest=1000000"))
    governments = [node for node, kind in bipartite.nodes(data="kind") if kind == "government"]
    expected = networkx.bipartite.weighted_projected_graph(bipartite, governments)
    assert {frozenset(e[:2]): e[2] for e in folded.edges(data="weight")} == {
        frozenset(e[:2]): e[2] for e in expected.edges(data="weight")
    }
    assert folded.number_of_edges() > 0


def test_files_have_tags_that_depend_on_graph_format_day_and_language(real: httpx.Client) -> None:
    addresses = [
        f"/analysis/{name}.{extension}{query}"
        for name in ("co-membership", "membership-edges")
        for extension in ("graphml", "csv")
        for query in ("", "?at=2018-06-30", "?lang=it")
    ]
    tags = [real.head(address).headers["etag"] for address in addresses]
    assert len(set(tags)) == len(tags)
    again = real.get(addresses[0], headers={"If-None-Match": tags[0]})
    assert (again.status_code, again.content) == (304, b"")
    assert real.get(addresses[0]).headers["access-control-allow-origin"] == "*"


def test_wrong_addresses_and_values_are_told(real: httpx.Client) -> None:
    for path in ("/analysis/nothing.graphml", "/analysis/co-membership.gexf", "/analysis/networks.csv", "/analysis/x"):
        assert real.get(path).status_code == 404
    problem = real.get("/analysis/co-membership.graphml?at=201", headers={"Accept-Language": "it"})
    said = "at: «201» non è un giorno, come 2019-05-01, o un anno, come 2019"
    assert (problem.status_code, problem.json()["detail"]) == (400, said)
    told = real.get("/analysis/co-membership.csv?largest=many&colour=red").json()
    assert (told["status"], len(told["detail"].splitlines())) == (400, 2)


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_page_leads_to_every_file_of_its_day(real: httpx.Client, language: str) -> None:
    for query, day in (("", None), ("?at=2018-06-30", "30 June 2018" if language == "en" else "30 giugno 2018")):
        shown = page(real, "/analysis" + query, language)
        files = [link for link in shown.links if link.startswith("/analysis/")]
        assert len(files) == 2 * len(GRAPHS)
        for file in files:
            assert real.get(file).status_code == 200
            assert ("at=2018-06-30" in file) == bool(day)
        assert shown.text.count(day or "Gephi") >= 1
        for name in GRAPHS:
            assert any(link.startswith(f"/queries/{name}") for link in shown.links)


def test_what_xml_cannot_hold_is_replaced(small: httpx.Client) -> None:
    labels = nodes_of(small.get("/analysis/edges.graphml"))
    assert "a\ufffdb\r\nSet-Cookie: x=1".replace("\r\n", "\n") in {label.replace("\r\n", "\n") for label in labels}
    assert '"><img src=x onerror=alert(1)>' in labels
    rows = table(small.get("/analysis/edges.csv?at=1999-01-01"))
    assert {row["Weight"] for row in rows} == {"1999"}
    assert any("a\x01b\r\nSet-Cookie" in row["Label"] for row in rows)


def test_a_graph_that_is_too_large_is_refused(small: httpx.Client) -> None:
    answer = small.get("/analysis/crowd.graphml")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "100000" in answer.json()["detail"]


def test_without_graphs_the_page_says_so(client: httpx.Client) -> None:
    assert "no question that answers with edges" in page(client, "/analysis").text
