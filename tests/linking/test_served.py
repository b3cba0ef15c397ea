"""Identities as the served process tells them: on pages, in RDF, as a file of SSSOM; and what is still to be found."""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import yaml

from excerpt import data_without_lists
from serving import free_port, interurban, serving
from web.pages.test_pages import page

SCHEMA = Path(__file__).parents[3] / "shared/conformance/sssom/sssom_schema.yaml"  # beside the checkout
OWL, SKOS, SSSOM = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2004/02/skos/core#", "https://w3id.org/sssom/"
WD = "http://www.wikidata.org/entity/"
FOUND = "A list: the same name; 2.1 km apart"
VERDICTS = f"""#sssom_version: "1.0"
#mapping_set_id: https://w3id.org/interurban/links/verdicts
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  iuid: https://w3id.org/interurban/id/
#  wd: http://www.wikidata.org/entity/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tauthor_label\tconfidence\tcomment
iuid:city/it-modena\tskos:exactMatch\tNot\twd:Q900001\tsemapv:ManualMappingCuration\tAda\t1.0\tthe province
iuid:network/nemo\tskos:exactMatch\t\twd:Q900002\tsemapv:ManualMappingCuration\tAda <b>\t1.0\t<script>alert(1)</script>
iuid:network/eurocities\tskos:exactMatch\t\twd:Q900003\tsemapv:CompositeMatching\tAda\t0.95\t{FOUND}
"""


@pytest.fixture(scope="module")
def base() -> str:
    return f"http://127.0.0.1:{free_port()}/"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, base: str) -> Iterator[httpx.Client]:
    """A client of what people have read in documents, with some verdicts of theirs."""
    folder = tmp_path_factory.mktemp("identities")
    data, releases = data_without_lists(folder / "data"), folder / "releases"
    (data / "links/verdicts.sssom.tsv").write_text(VERDICTS)
    built = interurban("build", "--data", data, "--releases", releases, "--base", base)
    assert built.returncode == 0, built.stderr
    with (
        serving(releases, "--web-processes", 1, port=int(base.rpartition(":")[2].strip("/"))) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


def triples(client: httpx.Client, path: str) -> ox.Store:
    store = ox.Store()
    store.load(client.get(path).content, ox.RdfFormat.N_TRIPLES)
    return store


def mappings(client: httpx.Client) -> tuple[dict[str, Any], list[dict[str, str]]]:
    lines = client.get("/links.sssom.tsv").text.splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    return head, list(csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"))


def test_the_file_of_mappings_is_as_the_standard_says(client: httpx.Client) -> None:
    if not SCHEMA.exists():
        assert "CI" not in os.environ, f"{SCHEMA} is not there"
        pytest.skip("the schema of SSSOM is not beside this checkout")
    schema = yaml.safe_load(SCHEMA.read_text())
    slots, enums, classes = schema["slots"], schema["enums"], schema["classes"]
    head, rows = mappings(client)
    assert head.keys() <= {*classes["mapping set"]["slots"]}
    assert head["sssom_version"] in enums["sssom_version_enum"]["permissible_values"]
    required = {name for name in classes["mapping set"]["slots"] if slots[name].get("required")}
    required |= {name for name, use in classes["mapping set"]["slot_usage"].items() if use.get("required")}
    assert required - {"mappings"} <= head.keys()
    assert rows[0].keys() <= {*classes["mapping"]["slots"]}
    references = {name for name in rows[0] if slots[name].get("range") == "EntityReference"}
    for row in rows:
        assert all(row[name] for name in rows[0] if slots[name].get("required")), row
        assert 0 <= float(row["confidence"]) <= 1
        assert re.match(slots["mapping_justification"]["pattern"], row["mapping_justification"])
        assert row["predicate_modifier"] in ("", *enums["predicate_modifier_enum"]["permissible_values"])
        for name in references - {"mapping_source"}:
            assert not row[name] or row[name].partition(":")[0] in head["curie_map"], row


def test_the_file_has_every_mapping_under_the_base_and_is_the_same_each_time(client: httpx.Client, base: str) -> None:
    head, rows = mappings(client)
    assert head["curie_map"]["iuid"] == f"{base}id/"
    assert ("iuid:city/it-modena", "Not", "wd:Q900001") in {
        (row["subject_id"], row["predicate_modifier"], row["object_id"]) for row in rows
    }
    answer = client.get("/links.sssom.tsv")
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    plain = client.get("/links.sssom.tsv", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    known = client.get("/links.sssom.tsv", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


def test_a_page_says_how_surely_something_is_the_same_and_why(client: httpx.Client) -> None:
    text = " ".join(page(client, "/doc/city/be-ghent").text.split())
    assert "wd:Q1296 Exact match 0.99 several comparisons together Who's On First 101748093 has this item" in text
    text = " ".join(page(client, "/doc/city/be-ghent", "it").text.split())
    assert "wd:Q1296 Corrispondenza esatta 0,99 più confronti insieme" in text
    assert "Confidenza" in text
    assert "The same elsewhere" not in page(client, "/doc/city/it-nowhere").text


def test_what_a_program_found_is_told_in_the_language_of_the_page(client: httpx.Client) -> None:
    assert FOUND in page(client, "/doc/network/eurocities").text
    assert "A list: lo stesso nome; distano 2.1 km" in page(client, "/doc/network/eurocities", "it").text
    written = client.get("/doc/city/be-ghent.html", headers={"accept-language": "it"}).text
    assert '<span lang="en">Who&#39;s On First' in written  # by a person


def test_what_people_deny_is_no_link_and_what_they_write_is_text(client: httpx.Client, base: str) -> None:
    assert "Q900001" not in client.get("/doc/city/it-modena.html").text
    assert "Q900001" not in client.get("/doc/city/it-modena.trig").text
    told = client.get("/doc/network/nemo.html").text
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
    assert "a person&#39;s judgement (Ada &lt;b&gt;)" in told


@pytest.mark.parametrize("extension", ["ttl", "nt", "trig", "rdf", "jsonld"])
def test_rdf_annotates_the_statement_that_two_things_are_the_same(
    client: httpx.Client, base: str, extension: str
) -> None:
    answer = client.get(f"/doc/city/be-ghent.{extension}")
    assert answer.status_code == 200
    kinds = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "trig": ox.RdfFormat.TRIG}
    syntax = kinds.get(extension, ox.RdfFormat.RDF_XML if extension == "rdf" else ox.RdfFormat.JSON_LD)
    store = ox.Store()
    store.load(answer.content, syntax, base_iri=base)
    query = f"""SELECT ?item ?confidence ?why ?evidence {{
      ?axiom a <{OWL}Axiom> ; <{OWL}annotatedSource> ?thing ; <{OWL}annotatedProperty> ?property ;
        <{OWL}annotatedTarget> ?item ; <{SSSOM}confidence> ?confidence ; <{SSSOM}mapping_justification> ?why ;
        <http://www.w3.org/2000/01/rdf-schema#comment> ?evidence .
      ?thing ?property ?item }}"""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    told = {row["item"].value: [row[name].value for name in ("confidence", "why", "evidence")] for row in found}
    assert told.keys() == {f"{WD}Q1296", "https://sws.geonames.org/2797656/"}
    assert told[f"{WD}Q1296"][:2] == ["0.99", "https://w3id.org/semapv/vocab/CompositeMatching"]


def test_what_is_only_near_is_never_the_same(client: httpx.Client) -> None:
    document = triples(client, "/doc/city/be-brussels.nt")
    near = ox.NamedNode(f"{WD}Q239")
    said = {q.predicate.value for q in document.quads_for_pattern(None, None, near)}
    assert f"{SKOS}closeMatch" in said
    assert not {p for p in said if p.endswith("sameAs")}
    same = [q.object for q in document.quads_for_pattern(None, ox.NamedNode("http://schema.org/sameAs"), None)]
    assert same == [ox.NamedNode("https://sws.geonames.org/2800866/")]


def test_void_and_the_home_page_count_what_is_linked(client: httpx.Client, base: str) -> None:
    query = """SELECT (COUNT(DISTINCT ?c) AS ?all) (COUNT(DISTINCT ?l) AS ?linked) {
      ?c a <https://w3id.org/interurban/def/City> .
      OPTIONAL { ?l <http://schema.org/sameAs> ?o FILTER(?l = ?c && STRSTARTS(STR(?o), "http://www.wikidata.org/")) }
    }"""
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    every, linked = answer.text.split()[1].split(",")
    assert 0 < int(linked) < int(every)
    text = " ".join(page(client, "/").text.split())
    assert re.search(rf"City ?Wikidata ?{linked} of {every}", text), text
    assert re.search(r"City ?GeoNames ?\d+ of", text)
    void = triples(client, "/.well-known/void.nt")
    counted = void.query(f"""PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n {{
      ?set a void:Linkset ; void:linkPredicate <http://schema.org/sameAs> ; void:distinctSubjects ?n ;
        void:subjectsTarget/void:class <https://w3id.org/interurban/def/City> ; void:objectsTarget/void:uriSpace "{WD}"
    }}""")
    assert isinstance(counted, ox.QuerySolutions)
    assert [row["n"].value for row in counted] == [linked]


def test_what_is_still_to_be_found_is_counted_by_country_and_listed(client: httpx.Client) -> None:
    query = """PREFIX iu: <https://w3id.org/interurban/def/>
    SELECT (SAMPLE(?code) AS ?in) (COUNT(*) AS ?n) {
      ?t iu:linkStatus <https://w3id.org/interurban/def/link-status/unresolved> . OPTIONAL { ?t iu:country ?c }
      BIND(IF(BOUND(?c), REPLACE(STR(?c), ".*/", ""), "none") AS ?code)
    } GROUP BY ?code"""
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    counts = dict(line.split(",") for line in answer.text.split()[1:])
    assert len(counts) > 3
    for language in ("en", "it"):
        overview = page(client, "/unresolved", language)
        assert {link for link in overview.links if link.startswith("/unresolved/")} == {
            f"/unresolved/{code}" for code in counts
        }
        for code in ("none", *sorted(counts)[:2]):
            of_country = page(client, f"/unresolved/{code}", language)
            listed = [link for link in of_country.links if link.startswith("/doc/") and not link.endswith("/")]
            assert len(listed) == int(counts[code]), code
    assert "docs/stewards.md" in page(client, "/unresolved").text


@pytest.mark.parametrize("path", ["/unresolved/XXX", "/unresolved/none?page=9", "/unresolved/none?page=x"])
def test_what_is_no_page_of_them_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404
