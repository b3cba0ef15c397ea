"""The build, through its public face: inputs in, a release or a full account of what is wrong out."""

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.build import Inputs, check, export
from interurban.errors import InputError
from interurban.iris import IU, OWL, RDFS, SH, Base
from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release import Release, current
from interurban.resources import ROOMS

from .conftest import MAPPINGS, QUESTION, SOURCE, Write, select

BASE = Base("http://base.org/")


def build(house: Inputs, base: Base, releases: Path) -> Release:
    return export(check(house, base), releases).release


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


def refused(house: Inputs, releases: Path) -> list[str]:
    """Return what is told of inputs that make no release."""
    before = sorted(releases.rglob("*")) if releases.exists() else []
    with pytest.raises(InputError) as raised:
        build(house, BASE, releases)
    assert (sorted(releases.rglob("*")) if releases.exists() else []) == before, "something was written"
    return raised.value.text("en").splitlines()


def founded(release: Release) -> list[tuple[str, ...]]:
    return select(release.dataset, "SELECT ?when { <id/club/red> iu:founded ?when }")


def test_the_default_graph_believes_the_source_of_better_rank(house: Inputs, releases: Path) -> None:
    assert founded(build(house, BASE, releases)) == [("2002",)]


def test_the_named_graphs_keep_what_each_source_said(house: Inputs, releases: Path) -> None:
    rows = select(
        build(house, BASE, releases).dataset, "SELECT ?g ?w { GRAPH ?g { <id/club/red> iu:founded ?w } } ORDER BY ?g"
    )
    assert rows == [("http://base.org/graph/letter", "2002"), ("http://base.org/graph/rumour", "2003")]


def test_between_equal_ranks_the_later_source_wins(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/source.ttl", SOURCE.format(slug="letter", rank=3, issued="2018"))
    assert founded(build(house, BASE, releases)) == [("2003",)]


def test_a_date_that_adds_precision_is_no_disagreement(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/rumour/clubs.csv", "slug,label,founded\nred,Red,2002-07-01\n")
    release = build(house, BASE, releases)
    assert founded(release) == [("2002-07-01",)]
    assert select(release.dataset, "SELECT ?c { ?c a iu:Conflict }") == []


def test_a_disagreement_is_published_with_who_says_what(house: Inputs, releases: Path) -> None:
    query = """SELECT ?believed ?value ?source {
      ?c a iu:Conflict ; iu:conflictSubject <id/club/red> ; iu:conflictProperty iu:founded ; iu:believed ?believed ;
         iu:claim [ iu:value ?value ; iu:claimedBy ?source ] } ORDER BY ?value"""
    assert select(build(house, BASE, releases).dataset, query) == [
        ("2002", "2002", "http://base.org/graph/letter"),
        ("2002", "2003", "http://base.org/graph/rumour"),
    ]


def test_names_are_settled_in_each_language_apart(house: Inputs, releases: Path, write: Write) -> None:
    write("ontology/labels.ttl", f"<{RDFS}label> <{IU}oneValue> true . <{IU}oneValue> a <{OWL}AnnotationProperty> .")
    write("data/sources/letter/names.ttl", f'<id/club/red> <{RDFS}label> "Rot"@de , "Rouge"@fr .')
    write("data/sources/rumour/names.ttl", f'<id/club/red> <{RDFS}label> "Rossi"@de , "Rossi-B"@it , "Rossi"@it .')
    release = build(house, BASE, releases)
    query = f"SELECT ?label {{ <id/club/red> <{RDFS}label> ?label FILTER(LANG(?label) != '') }} ORDER BY ?label"
    assert sorted(select(release.dataset, query)) == [("Rossi",), ("Rot",), ("Rouge",)]
    assert len(select(release.dataset, "SELECT ?c { ?c a iu:Conflict ; iu:believed ?v FILTER(LANG(?v) != '') }")) == 2


def test_what_rules_derive_stands_in_the_default_graph_and_in_a_graph_of_its_own(house: Inputs, releases: Path) -> None:
    release = build(house, BASE, releases)
    for pattern in ("{}", "{{ GRAPH <graph/derived> {{ {} }} }}"):
        query = "SELECT ?friend { " + pattern.format("<id/club/blue> iu:friend ?friend") + " }"
        assert select(release.dataset, query) == [("http://base.org/id/club/red",)]


def test_every_statement_of_the_default_graph_stands_in_a_named_graph(house: Inputs, releases: Path) -> None:
    query = "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
    assert select(build(house, BASE, releases).dataset, query) == []


def test_a_broken_cell_is_told_with_its_place(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/clubs.csv", "slug,label,founded\nred,Red,long ago\n")
    first, last = refused(house, releases)
    assert first.endswith("letter/clubs.csv:2:3 [founded]: «long ago» does not fit; expected: a value")
    assert last == "1 problem found; nothing was written"


def test_a_violation_is_told_with_node_message_and_row(house: Inputs, releases: Path, write: Write) -> None:
    write("data/register/clubs.csv", "slug,label\nred,Red\nblue,Very very blue\n")
    first, _ = refused(house, releases)
    assert first.endswith(
        "register/clubs.csv:3:2 [label]: <http://base.org/id/club/blue>: a club has a short name "
        "(property rdfs:label, value «Very very blue»)"
    )


def test_a_violation_is_told_in_italian(house: Inputs, releases: Path, write: Write) -> None:
    write("data/register/clubs.csv", "slug,label\nred,Red\nblue,Very very blue\n")
    with pytest.raises(InputError) as raised:
        build(house, BASE, releases)
    assert "un circolo ha un nome breve (proprietà" in raised.value.text("it")


def test_an_unknown_source_folder_is_told(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/gossip/clubs.csv", "slug,label\npink,Pink\n")
    first, _ = refused(house, releases)
    assert "sources/gossip: unknown source folder: it has no source.ttl" in first


def test_a_source_that_does_not_describe_itself_is_told(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/source.ttl", SOURCE.format(slug="lettre", rank=2, issued="2018"))
    first, _ = refused(house, releases)
    assert "letter/source.ttl: it does not say that <http://base.org/graph/letter> is an iu:Source" in first


def test_mappings_become_links_of_our_things_under_the_base(house: Inputs, releases: Path) -> None:
    match = "<http://www.w3.org/2004/02/skos/core#exactMatch>"
    query = f"SELECT ?q {{ GRAPH <graph/links> {{ <id/club/red> {match} ?q }} }}"
    assert select(build(house, BASE, releases).dataset, query) == [("http://www.wikidata.org/entity/Q1",)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\t0.9", "\t9", "wikidata.sssom.tsv:6: not a mapping: it needs"),
        ("wd:Q1", "wikidata:Q1", "wikidata.sssom.tsv:6: not a mapping: it needs"),
        ("\tconfidence", "\tsureness", "wikidata.sssom.tsv:5: these columns are missing: confidence"),
        ("#curie_map:", "#curies:", "wikidata.sssom.tsv:1: the comment lines at the top are not SSSOM"),
        (
            "club/red",
            "club/rde",
            "wikidata.sssom.tsv:6: nobody describes <http://base.org/id/club/rde>; did you mean «red»?",
        ),
    ],
)
def test_a_wrong_mapping_is_told(house: Inputs, releases: Path, write: Write, old: str, new: str, told: str) -> None:
    write("data/links/wikidata.sssom.tsv", MAPPINGS.replace(old, new))
    assert told in refused(house, releases)[0]


def test_a_file_that_no_table_describes_is_told(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/club.csv", "slug\nred\n")
    first, _ = refused(house, releases)
    assert "letter/club.csv: no table of this name is described" in first


def test_broken_turtle_is_told_with_line_and_column(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/more.ttl", "<id/club/red>\n  nosuch:thing 1 .\n")
    first, _ = refused(house, releases)
    assert "letter/more.ttl:2:3: not Turtle:" in first


def test_a_byte_order_mark_is_fine_in_every_file(house: Inputs, releases: Path, tmp_path: Path) -> None:
    without = build(house, BASE, releases).version
    for file in [path for suffix in ("ttl", "rq", "csv", "tsv") for path in tmp_path.glob(f"[!r]*/**/*.{suffix}")]:
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    marked = build(house, BASE, releases)
    assert select(marked.dataset, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == select(
        releases / without / "dataset.nq", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    )


def test_a_control_character_in_turtle_is_told(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/more.ttl", '<id/club/red> <http://www.w3.org/2000/01/rdf-schema#label> "a\\u0001b" .\n')
    first, _ = refused(house, releases)
    assert "letter/more.ttl:1: in a text about <http://base.org/id/club/red> (rdfs:label) stands the control" in first


def test_numbers_are_equal_however_they_are_written(house: Inputs, releases: Path, write: Write) -> None:
    for source, number in (("letter", "5.50"), ("rumour", "+5.5")):
        write(f"data/sources/{source}/clubs.csv", "slug,label\nred,Red\n")
        write(f"data/sources/{source}/more.ttl", f"<id/club/red> <{IU}founded> {number} .\n")
    release = build(house, BASE, releases)
    assert founded(release) == [("5.5",)]
    assert select(release.dataset, "SELECT ?c { ?c a iu:Conflict }") == []
    store = ox.Store()
    store.load(path=release.dataset, format=ox.RdfFormat.N_QUADS)
    assert dataset_hash(canonical_nquads(store)) == release.manifest["dataset_hash"]["sha256"]


def test_a_reference_to_nothing_offers_the_nearest_name(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/clubs.csv", "slug,label,friend\nred,Red,bleu\n")
    first, _ = refused(house, releases)
    assert first.endswith(
        "clubs.csv:2:3 [friend]: nobody describes <http://base.org/id/club/bleu>; did you mean «blue»?"
    )


def test_a_term_that_the_ontology_does_not_have_is_told(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/more.ttl", "<id/club/red> <https://w3id.org/interurban/def/freind> <id/club/blue> .")
    first, _ = refused(house, releases)
    assert "nobody describes <https://w3id.org/interurban/def/freind>; did you mean «friend»?" in first


def test_problems_of_all_sources_come_together(house: Inputs, releases: Path, write: Write) -> None:
    write("data/sources/letter/clubs.csv", "slug,label,founded\nred,Red,x\n,Red,y\n")
    write("data/sources/rumour/clubs.csv", "slug,lable\nred,Red\n")
    assert refused(house, releases)[-1] == "4 problems found; nothing was written"


def test_a_saved_question_is_in_the_release_and_in_the_graph(house: Inputs, releases: Path) -> None:
    release = build(house, BASE, releases)
    assert (release.queries / "clubs.rq").read_text() == QUESTION
    query = (
        f"SELECT ?name ?text {{ <queries/clubs> <{RDFS}label> ?name ; <{SH}select> ?text FILTER(LANG(?name) = 'it') }}"
    )
    ((name, text),) = select(release.dataset, query)
    assert (name, select(release.dataset, text)) == ("Circoli", [("http://base.org/id/club/red",)])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("SELECT ?club {", "SELECT ?club", "queries/clubs.rq:8:25: line 8, column 25: this is not SPARQL"),
        ("SELECT ?club", "SELECT ?c", "queries/clubs.rq:8: the head names the columns club, the query returns c;"),
        ("SELECT ?club", "ASK", "queries/clubs.rq:8: the head names the columns club, the query returns –;"),
        ("summary: Clubs", "title: Clubs", "queries/clubs.rq:1: the head behind #+ lacks or misspells 'summary'"),
    ],
)
def test_a_wrong_question_is_told(house: Inputs, releases: Path, write: Write, old: str, new: str, told: str) -> None:
    write("queries/clubs.rq", QUESTION.replace(old, new))
    assert told in refused(house, releases)[0]


def test_a_broken_row_of_namesakes_is_told_with_its_line(house: Inputs, releases: Path, write: Write) -> None:
    write("data/linking/records.rq", 'SELECT ?thing ?fact ?value { ?thing a ?value BIND("class" AS ?fact) }')
    write("data/linking/kinds.csv", "kind,words\nlocal,City\n")
    write("data/import/countries.csv", "code,alpha_2,label_en,label_it\nITA,IT,Italy,Italia\n")
    head, rows = "id\tname\tcountry\tlatitude", ["a\tAlba\tIT\t44.7", "b\tBra\tIT\tnorth", "c\t\tIT\t"]
    write("data/linking/namesakes.tsv", "\n".join([head, *rows, ""]))
    first, second, last = refused(house, releases)
    assert "linking/namesakes.tsv:3: column latitude" in first
    assert "linking/namesakes.tsv:4: column name" in second
    assert last == "2 problems found; nothing was written"


@pytest.mark.parametrize("rule", ["SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p"])
def test_a_rule_that_is_no_construct_query_is_told(house: Inputs, releases: Path, write: Write, rule: str) -> None:
    write("ontology/rules/friends.rq", rule)
    assert "rules/friends.rq" in refused(house, releases)[0]


def test_a_refused_build_leaves_the_last_release_current(house: Inputs, releases: Path, write: Write) -> None:
    good = build(house, BASE, releases)
    write("data/register/clubs.csv", "slug,label\nred,Red\nblue,Very very blue\n")
    refused(house, releases)
    assert current(releases).version == good.version


def test_the_same_inputs_make_the_same_release_again(house: Inputs, releases: Path) -> None:
    first = build(house, BASE, releases)
    assert build(house, BASE, releases).folder == first.folder
    assert sorted(p.name for p in releases.iterdir()) == sorted([".lock", first.version, "current"])


def test_builds_do_not_depend_on_clock_locale_hash_seed_or_folder(house: Inputs, tmp_path: Path) -> None:
    contents = []
    worlds = [("a", "0", "C", "UTC"), ("elsewhere/b", "4242", "it_IT.UTF-8", "Asia/Tokyo")]
    for folder, seed, locale, zone in worlds:
        out = tmp_path / folder / "releases"
        out.parent.mkdir(parents=True)
        environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        rooms = [part for room in ROOMS for part in (f"--{room}", getattr(house, room))]
        command = [sys.executable, "-m", "interurban", "build", "--releases", *map(str, (out, *rooms))]
        subprocess.run(command, check=True, env=environment, cwd=out.parent, capture_output=True)
        folder_of_release = (out / "current").resolve()
        contents.append({p.name: p.read_bytes() for p in folder_of_release.rglob("*") if p.is_file()})
    assert contents[0] == contents[1]
