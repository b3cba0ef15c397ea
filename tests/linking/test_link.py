"""`interurban link`: which thing elsewhere is meant, decided or put before a person, whose verdict stays."""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from interurban.link.mappings import REVIEW
from interurban.resources import room
from linking.wikidata import fill, wikidata
from serving import interurban

SHARED = room("data").parent.parent / "shared" / "data"
TABLE = """\
id,name,country,kind,latitude,longitude,population
one,Gent,BE,City,51.05,3.72,
two,Gand,BELGIUM,,51.05,3.72,
three,ГЕНТ,BEL,,51.0,3.7,
four,Comune di Brescia,Italia,,45.54,10.22,
five,Provincia di Brescia,IT,,45.54,10.22,
six,Nowhere-on-Sea,IT,,45.54,10.22,
seven,Castro,IT,,,,
eight,Rome (Roma),IT,,,,
"""


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text().split("\n") if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    (folder / "mine.csv").write_text(TABLE)
    done = interurban("link", "--table", folder / "mine.csv", "--to", "geonames", "--output", folder / "mine.sssom.tsv")
    assert done.returncode == 0, done.stderr
    assert "things: 8; decided: 6;" in done.stdout
    return folder


def test_one_city_in_three_languages_and_scripts(linked: Path) -> None:
    decided = {row["subject_id"]: row for row in rows(linked / "mine.sssom.tsv")}
    assert {decided[name]["object_id"] for name in ("one", "two", "three")} == {"geonames:2797656/"}
    assert decided["four"]["object_id"] == "geonames:3181554/"
    assert decided["eight"]["object_id"] == "geonames:3169070/"


def test_every_decision_says_how_sure_it_is_why_and_by_what(linked: Path) -> None:
    for row in rows(linked / "mine.sssom.tsv"):
        assert 0.9 <= float(row["confidence"]) < 1
        assert row["mapping_justification"] in {"semapv:CompositeMatching", "semapv:LexicalMatching"}
        assert row["mapping_tool"] == "interurban link"
        assert "model" in row["mapping_tool_version"]
        assert "name" in row["comment"]
    first = next(row for row in rows(linked / "mine.sssom.tsv") if row["subject_id"] == "one")
    assert "km apart" in first["comment"]


def test_a_province_is_no_city_and_homonyms_wait_for_a_person(linked: Path) -> None:
    decided = {row["subject_id"]: row["object_id"] for row in rows(linked / "mine.sssom.tsv")}
    assert decided["five"] == "geonames:3181553/"
    assert {"six", "seven"}.isdisjoint(decided)
    waiting = [row for row in rows(linked / "mine.sssom.review.tsv") if row["subject_id"] == "seven"]
    assert len(waiting) > 1
    assert {row["object_label"] for row in waiting} == {"Castro"}


def test_the_same_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id,name,country\na,Gent,BE\nb,Gand,BE\nc,Ghent,BE\n")
    (tmp_path / "theirs.csv").write_text("id,name,others,country\nwd:Q2,Ghent,Gent|Gand,BE\nwd:Q1,Gent,Ghent|Gand,BE\n")
    given = ("link", "--table", tmp_path / "mine.csv", "--gazetteer", tmp_path / "theirs.csv", "--output")
    for seed in "17":
        assert interurban(*given, tmp_path / f"{seed}.tsv", PYTHONHASHSEED=seed).returncode == 0
    for suffix in (".tsv", ".review.tsv"):
        assert (tmp_path / f"1{suffix}").read_bytes() == (tmp_path / f"7{suffix}").read_bytes()


def test_rows_that_cannot_be_read_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("name,latitude\nGent,far\n,51\nGent,51\n")
    done = interurban("link", "--table", tmp_path / "odd.csv", "--to", "geonames", "--output", tmp_path / "out.tsv")
    assert done.returncode == 1
    assert "odd.csv:2: column latitude" in done.stderr
    assert "odd.csv:3: column name" in done.stderr
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.parametrize(
    ("text", "told"), [("nome\nGent\n", "one of them is name"), ("name\nGe\x00nt", ""), ("", "one of them is name")]
)
def test_what_is_no_table_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(text)
    done = interurban("link", "--table", tmp_path / "odd.csv", "--to", "geonames")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_of_a_table_are_found_in_the_graph(tmp_path: Path, releases: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "id,name,country,kind\na,Modena,IT,City\nb,County of Derbyshire,GB,\nc,Atlantis,IT,City\n"
        "d,County of Derbyshire,US,\n"
    )
    out = tmp_path / "out.sssom.tsv"
    done = interurban(
        "link", "--table", tmp_path / "mine.csv", "--to", "graph", "--releases", releases, "--output", out
    )
    assert done.returncode == 0, done.stderr
    decided = {row["subject_id"]: row["object_id"] for row in rows(out)}
    assert decided["a"].endswith("id/city/it-modena")
    assert decided["b"].endswith("id/government/gb-derbyshire-county")
    assert {"c", "d"}.isdisjoint(decided)  # a region has the country of its address


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, enough_data: Path) -> Path:
    """The excerpt, without what a program has linked; and a gazetteer beside it, in which one name is there twice."""
    copy = shutil.copytree(enough_data, tmp_path_factory.mktemp("linking") / "data")
    for path in (copy / "links").glob("linked-*"):
        path.unlink()
    cities = [
        row
        for row in csv.DictReader((copy / "register" / "cities.csv").read_text().splitlines())
        if row["slug"].startswith("it-")
    ]
    things = [(row["label_it"], row["latitude"], row["longitude"]) for row in cities] + [("Dublin", "", "")] * 2
    said = "".join(f"geonames:{n}/,{','.join(thing)},,City\n" for n, thing in enumerate(things, 1))
    (copy.parent / "gazetteer.csv").write_text("id,name,latitude,longitude,country,kind\n" + said)
    by_hand = copy / "links" / "geonames.sssom.tsv"
    by_hand.write_text(by_hand.read_text().split("\niuid:")[0] + "\n")
    return copy


def link(data: Path, releases: Path, *more: object) -> subprocess.CompletedProcess[str]:
    given = more or ("--gazetteer", data.parent / "gazetteer.csv")
    done = interurban("link", "--data", data, "--releases", releases, *given)
    assert done.returncode == 0, done.stderr
    return done


def judge(listed: Path, verdicts: list[dict[str, str]]) -> None:
    """Write verdicts into the list to review, as a person does."""
    given = {(row["subject_id"], row["object_id"]): row for row in [*rows(listed), *verdicts]}
    with listed.open("w", newline="") as file:
        writer = csv.DictWriter(file, REVIEW, delimiter="\t", restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(given.values())


def test_cities_of_the_release_are_linked_and_verdicts_stay(data: Path, releases: Path) -> None:
    link(data, releases)
    linked, listed = data / "links" / "linked-geonames.sssom.tsv", data / "linking" / "review.tsv"
    found = {row["subject_id"]: row for row in rows(linked)}
    assert found["iuid:city/it-modena"]["subject_label"] == found["iuid:city/it-modena"]["object_label"] == "Modena"
    assert len({row["object_id"] for row in found.values()}) == len(found)
    waiting = [row for row in rows(listed) if row["subject_id"] == "iuid:city/ie-dublin"]
    assert len(waiting) == 2  # two of one name: nobody can know
    said = {"verdict": "yes", "by": "A steward"}
    judge(listed, [waiting[1] | said, found["iuid:city/it-modena"] | {"verdict": "no", "evidence": ""}])
    for _ in range(2):  # verdicts survive every run
        link(data, releases)
        verdicts = {row["subject_id"]: row for row in rows(data / "links" / "verdicts.sssom.tsv")}
        assert verdicts["iuid:city/ie-dublin"]["object_id"] == waiting[1]["object_id"]
        assert verdicts["iuid:city/ie-dublin"]["author_label"] == "A steward"
        assert verdicts["iuid:city/it-modena"]["predicate_modifier"] == "Not"
        assert "iuid:city/it-modena" not in {row["subject_id"] for row in rows(linked)}
        assert "iuid:city/ie-dublin" not in {row["subject_id"] for row in [*rows(linked), *rows(listed)]}


def test_what_waits_for_a_verdict_of_one_gazetteer_still_waits_after_a_run_with_another(
    data: Path, releases: Path, tmp_path: Path
) -> None:
    theirs, listed = tmp_path / "items.csv", data / "linking" / "review.tsv"
    theirs.write_text("id,name,country,kind\nwd:Q900000001,Dubai,AE,City\nwd:Q900000002,Dubai,AE,City\n")

    def waiting() -> list[str]:
        return [row["object_id"] for row in rows(listed) if row["object_id"].startswith("wd:")]

    link(data, releases, "--gazetteer", theirs)
    assert {*waiting()} == {"wd:Q900000001", "wd:Q900000002"}
    link(data, releases)
    both = listed.read_bytes()
    assert {*waiting()} == {"wd:Q900000001", "wd:Q900000002"}
    link(data, releases, "--gazetteer", theirs)
    assert listed.read_bytes() == both  # in whichever order they are run
    judge(listed, [row | {"verdict": "yes"} for row in rows(listed) if row["object_id"] == "wd:Q900000001"])
    link(data, releases)
    assert waiting() == []


def test_a_name_that_ours_has_from_elsewhere_proves_nothing_there(data: Path, releases: Path, tmp_path: Path) -> None:
    """Or a link that once was wrong would be found right by the names that it brought."""
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("id,name,country,kind\ngeonames:1/,Mutina,IT,City\ngeonames:2/,Ikoma,JP,City\n")
    (data / "links" / "verdicts.sssom.tsv").unlink(missing_ok=True)
    link(data, releases, "--gazetteer", theirs)
    assert {row["object_label"] for row in rows(data / "links" / "linked-geonames.sssom.tsv")} == {"Ikoma"}
    found = interurban("link", "--table", theirs, "--to", "graph", "--data", data, "--releases", releases)
    assert "id/city/it-modena" in found.stdout  # by that name others find it


@pytest.mark.parametrize(("language", "title"), [("en", "Which of them is it?"), ("it", "Quale è di questi?")])
def test_what_waits_is_a_page_too(data: Path, releases: Path, tmp_path: Path, language: str, title: str) -> None:
    listed = data / "linking" / "review.tsv"
    before = listed.read_text()
    row = {"subject_id": "iuid:city/x", "object_id": "wd:Q1", "object_label": "<script>alert(1)</script>"}
    listed.write_text("")
    judge(listed, [row, row | {"object_id": "wd:Q2"}])
    link(data, releases, "--review", tmp_path / "page.html", "--language", language)
    listed.write_text(before)
    text = (tmp_path / "page.html").read_text()
    assert f"<h1>{title}</h1>" in text
    assert 'rowspan="2"' in text
    assert 'href="http://www.wikidata.org/entity/Q2"' in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("\t\tperhaps\t", "review.tsv:2: verdict: «perhaps» is neither yes nor no"),
        ("\tyes", "review.tsv:2: this line has not 9 cells"),
        ("\t\tyes\tme\tand more", "review.tsv:2: this line has not 9 cells"),
    ],
)
def test_a_verdict_that_is_none_has_its_line(data: Path, releases: Path, end: str, told: str) -> None:
    listed = data / "linking" / "review.tsv"
    before = listed.read_text()
    columns = "subject_id\tsubject_label\tcountry\tobject_id\tobject_label\tprobability\tevidence\tverdict\tby"
    listed.write_text(f"{columns}\niuid:city/x\tX\tIT\twd:Q1\tX\t0.5{end}\n")
    given = ("--gazetteer", data.parent / "gazetteer.csv")
    done = interurban("link", "--data", data, "--releases", releases, *given)
    listed.write_text(before)
    assert done.returncode == 1
    assert told in done.stderr


def test_wikidata_is_gathered_from_its_endpoint_and_linked_to(data: Path, releases: Path, tmp_path: Path) -> None:
    if not (SHARED / "wikidata_excerpt.jsonl.gz").exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the excerpt of Wikidata is not here")
    gathered = tmp_path / "wikidata.tsv"
    with wikidata() as endpoint:
        fill(endpoint, SHARED, {"IT"})
        where = ("--endpoint", endpoint.address, "--cache", tmp_path / "cache")
        link(data, releases, "--gather", gathered, *where)
        assert endpoint.most_at_once == 1
    assert {row["id"] for row in rows(gathered)} >= {"wd:Q279"}
    said = link(data, releases, "--gazetteer", gathered, "--json").stdout
    results = [json.loads(line) for line in said.splitlines()]
    assert any(event.get("gazetteer") == "wikidata.tsv" and event.get("decided", 0) > 5 for event in results)
    found = rows(data / "links" / "linked-wikidata.sssom.tsv")
    assert all(row["subject_id"].startswith("iuid:city/it-") for row in found)
    assert all(row["comment"].startswith("wikidata.tsv: ") for row in found)


def test_what_has_an_identifier_in_common_is_the_same_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id,name,country,identifiers\na,Somewhere,BE,geonames:2797656/\n")
    (tmp_path / "theirs.csv").write_text("id,name,country,identifiers\nwd:Q1296,Gent,BE,geonames:2797656/\n")
    done = interurban("link", "--table", tmp_path / "mine.csv", "--gazetteer", tmp_path / "theirs.csv")
    (row,) = csv.DictReader(done.stdout.split("core#\n")[1].splitlines(), delimiter="\t")
    assert (row["object_id"], row["mapping_justification"]) == ("wd:Q1296", "semapv:BackgroundKnowledgeBasedMatching")
    assert "both have geonames:2797656/" in row["comment"]


def test_names_are_kept_in_each_script_though_they_are_alike_in_latin_letters(
    data: Path, releases: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("id,name,others,country,kind\ngeonames:3173331/,Modena,Модена|Modéna|Modène,IT,City\n")
    link(data, releases, "--gazetteer", theirs)
    (names,) = [row["names"] for row in rows(data / "linking" / "names.tsv") if "/3173331/" in row["thing"]]
    assert names.split("|") == ["Modena", "Модена", "Modène"]


def test_of_two_that_may_be_it_the_likelier_is_and_a_small_gazetteer_is_no_reason_for_the_other(
    data: Path, releases: Path, tmp_path: Path
) -> None:
    theirs, linked = tmp_path / "theirs.csv", data / "links" / "linked-geonames.sssom.tsv"
    theirs.write_text("id,name,country,kind\ngeonames:99/,Modena,IT,City\n")  # the excerpt has Monza too
    link(data, releases, "--gazetteer", theirs)
    (row,) = rows(linked)
    assert (row["subject_id"], row["object_id"]) == ("iuid:city/it-modena", "geonames:99/")
    judge(data / "linking" / "review.tsv", [row | {"verdict": "no", "evidence": ""}])
    link(data, releases, "--gazetteer", theirs)
    assert not rows(linked)


def test_larger_places_that_are_called_as_ours_are_listed_where_none_of_ours_is(
    enough_data: Path, releases: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(enough_data, tmp_path / "data")
    (copy / "linking" / "namesakes.tsv").unlink()
    done = interurban("link", "--data", copy, "--releases", releases)
    assert done.returncode == 0, done.stderr
    listed = {(row["name"], row["country"]): row for row in rows(copy / "linking" / "namesakes.tsv")}
    assert ("Dover", "US") in listed
    assert {("Dover", "GB"), ("Modena", "IT")}.isdisjoint(listed)
    assert min(int(row["population"]) for row in listed.values()) >= 15_000
