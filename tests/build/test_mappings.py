"""Mappings in a release: which of them are links, and the one file that has all of them."""

import csv
from pathlib import Path

import pytest
import yaml

from interurban.build import Inputs
from interurban.release import Release
from interurban.release.mappings import MAPPINGS as PATH
from interurban.release.mappings import MappingsFile

from .conftest import MAPPINGS, Write, select
from .test_build import BASE, build, refused

HEAD, _, FIRST = MAPPINGS.rpartition("confidence\n")
MORE = """#mapping_set_id: https://example.org/more
#license: https://example.org/licence
#mapping_tool: A tool
#curie_map:
#  club: https://w3id.org/interurban/id/club/
#  wd: http://www.wikidata.org/entity/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tauthor_label\tconfidence\tcomment
club:blue\tskos:exactMatch\tNot\twd:Q2\tsemapv:ManualMappingCuration\tAda\t1.0\tanother club
club:blue\tskos:closeMatch\t\twd:Q3\tsemapv:LexicalMatching\t\t0.5\tmay mean "either"
"""


@pytest.fixture
def release(house: Inputs, tmp_path: Path, write: Write) -> Release:
    write("data/links/more.sssom.tsv", MORE)
    return build(house, BASE, tmp_path / "releases")


def test_what_people_say_is_not_the_same_is_no_link(release: Release) -> None:
    query = "SELECT ?p ?o { GRAPH <graph/links> { <id/club/blue> ?p ?o } }"
    skos = "http://www.w3.org/2004/02/skos/core#"
    assert select(release.dataset, query) == [(f"{skos}closeMatch", "http://www.wikidata.org/entity/Q3")]


def test_the_release_has_all_mappings_in_one_file_with_where_each_is_from(release: Release) -> None:
    lines = release.read(PATH).decode().splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    rows = list(csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"))
    assert head["mapping_set_id"] == f"{BASE.iri}links.sssom.tsv"
    assert head["mapping_set_source"] == ["https://example.org/more"]

    def whole(curie: str) -> str:
        prefix, _, name = curie.partition(":")
        return str(head["curie_map"][prefix]) + name

    found = {(whole(r["subject_id"]), whole(r["object_id"]).rpartition("/")[2], r["predicate_modifier"]) for r in rows}
    club = f"{BASE.iri}id/club/"
    assert found == {(f"{club}red", "Q1", ""), (f"{club}blue", "Q2", "Not"), (f"{club}blue", "Q3", "")}
    near, stated = (next(row for row in rows if row["object_id"] == item) for item in ("wd:Q3", "wd:Q1"))
    told = ("mapping_source", "mapping_tool", "comment")
    assert [near[c] for c in told] == ["https://example.org/more", "A tool", 'may mean "either"']
    assert head["license"] == "https://example.org/licence"
    assert (near["license"], stated["license"]) == ("", "https://w3id.org/sssom/license/unspecified")


def test_the_mappings_of_one_thing_are_found_without_those_that_are_denied(release: Release) -> None:
    file = MappingsFile(release)
    (near,) = file.of(f"{BASE.iri}id/club/blue")
    assert (near.item, near.confidence, near.justification) == (
        "http://www.wikidata.org/entity/Q3",
        0.5,
        "LexicalMatching",
    )
    assert (near.evidence, near.tool) == ('may mean "either"', "A tool")
    assert [each.item for each in file.of(f"{BASE.iri}id/club/red")] == ["http://www.wikidata.org/entity/Q1"]
    assert file.of(f"{BASE.iri}id/club/green") == file.of("http://elsewhere.org/") == []


def test_each_of_many_things_is_found_in_the_file(house: Inputs, tmp_path: Path, write: Write) -> None:
    slugs = ["blue", "red", *(f"c{n}" for n in range(200)), *(f"c{n}-x" for n in range(0, 200, 7))]
    write("data/register/clubs.csv", "slug,label\n" + "".join(f"{slug},{slug}\n" for slug in slugs))
    rows = "".join(FIRST.replace("club/red", f"club/{slug}").replace("Q1", f"Q{n}") for n, slug in enumerate(slugs))
    write("data/links/wikidata.sssom.tsv", f"{HEAD}confidence\n{rows}")
    file = MappingsFile(build(house, BASE, tmp_path / "releases"))
    for n, slug in enumerate(slugs):
        found = [each.item for each in file.of(f"{BASE.iri}id/club/{slug}")]
        assert found == [f"http://www.wikidata.org/entity/Q{n}"], slug


def test_a_release_without_mappings_has_none(house: Inputs, tmp_path: Path) -> None:
    (tmp_path / "data/links/wikidata.sssom.tsv").unlink()
    file = MappingsFile(build(house, BASE, tmp_path / "releases"))
    assert not file.there
    assert file.of(f"{BASE.iri}id/club/red") == []


def test_another_modifier_is_told(house: Inputs, tmp_path: Path, write: Write) -> None:
    write("data/links/more.sssom.tsv", MORE.replace("\tNot\t", "\tMaybe\t"))
    assert "more.sssom.tsv:10: not a mapping" in refused(house, tmp_path / "releases")[0]
