"""Provinces, regions and metropolitan cities of Italy by the names of another publisher, and beside cities of one name.

areas.csv has those that the Covenant of Mayors has as coordinators, and which of ours each means; none, where the
province is no more (Milan's is a metropolitan city, Udine's was abolished) or is not in Italy. Names in other languages
come from what these are linked to.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from interurban.resources import room
from serving import interurban

Row = dict[str, str]
NAMES = Path(__file__).with_name("areas.csv")
COLUMNS = ("id", "name", "others", "country", "kind")
DATA = room("data")
SOURCES = DATA / "sources"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tabbed(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")


def called() -> dict[str, str]:
    """Return the names elsewhere of what is linked, by the short name of ours."""
    linked = {
        row["object_id"].split(":")[1]: row["subject_id"] for row in tabbed(DATA / "links/linked-geonames.sssom.tsv")
    }
    names = ((row["thing"].split("/", 3)[3], row["names"]) for row in tabbed(DATA / "linking/names.tsv"))
    return {linked[thing].partition("/")[2]: said for thing, said in names if thing in linked}


def gazetteer() -> Iterator[Row]:
    elsewhere = called()
    for row in rows(SOURCES / "italian-provinces-and-regions/governments.csv"):
        others = "|".join(filter(None, [row["label_en"], elsewhere.get(row["slug"])]))
        named = {"name": row["name"] or row["label_it"], "others": others}
        yield {"id": row["slug"], **named, "country": "IT", "kind": row["class"]}
    for row in rows(SOURCES / "italian-municipalities/municipalities.csv"):
        if not row["end"]:
            yield {"id": row["slug"], "name": row["name"], "country": "IT", "kind": "City"}


def linked(folder: Path, asked: list[Row], theirs: Path | None = None) -> dict[str, str]:
    for name, table in (("theirs", [] if theirs else list(gazetteer())), ("asked", asked)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(table)
    output = folder / "asked.sssom.tsv"
    done = interurban(
        "link", "--table", folder / "asked.csv", "--gazetteer", theirs or folder / "theirs.csv", "--output", output
    )
    assert done.returncode == 0, done.stderr
    return {row["subject_id"]: row["object_id"] for row in tabbed(output)}


def test_names_of_another_publisher_mean_areas_and_never_cities(tmp_path: Path) -> None:
    asked = [row | {"id": f"row-{number}"} for number, row in enumerate(rows(NAMES))]
    found = linked(tmp_path, asked)
    wrong = [(row["name"], found[row["id"]]) for row in asked if found.get(row["id"], row["meant"]) != row["meant"]]
    assert wrong == []
    missed = [row["name"] for row in asked if row["meant"] and row["id"] not in found]
    assert missed == []


WRITTEN = {  # as lists write them -> code of ISO 3166-2, by the standard
    ("Regione Toscana", ""): "IT-52",
    ("Region of Tuscany", "Italy"): "IT-52",
    ("Toskana", "IT"): "IT-52",
    ("トスカーナ州", ""): "IT-52",
    ("Тоскана", "ITA"): "IT-52",
    ("Provincia di Brescia", "IT"): "IT-BS",
    ("Brescia (provincia)", "IT"): "IT-BS",
    ("Provinz Brescia", ""): "IT-BS",
    ("Province de Bergame", "FR"): "",
    ("Prowincja Brescia", "IT"): "IT-BS",
    ("ブレシア県", "IT"): "IT-BS",
    ("布雷西亞省", ""): "IT-BS",
    ("廣東省", "CN"): "CN-GD",  # what China calls its first-level divisions, too
    ("Baviera", "DE"): "DE-BY",
    ("Città Metropolitana di Torino", ""): "IT-TO",
    ("Metropolitan City of Turin", "IT"): "IT-TO",
    ("Provincia di Torino", "IT"): "",  # what was a province until 2014 is not the metropolitan city
    ("広島県", ""): "JP-34",
    ("Hiroshima Prefecture", "JP"): "JP-34",
    ("Province of Ontario", "CA"): "CA-ON",  # first-level divisions are regions in the table, whatever they are called
    ("Ontario Province", ""): "CA-ON",
    ("Περιφέρεια Αττική", "GR"): "GR-I",
    ("Freistaat Bayern", "DE"): "DE-BY",
    ("Land Brandenburg", "DE"): "DE-BB",
    ("Devon County Council", "GB"): "GB-DEV",
    ("County of Devon", ""): "GB-DEV",
    ("Washington County", "US"): "",  # not the state
    ("County of Devon", "US"): "",
    ("Comune di Brescia", "IT"): "",
}


def test_areas_are_found_as_lists_of_any_language_write_them(tmp_path: Path) -> None:
    areas = DATA / "linking/areas.tsv"
    codes = {row["id"]: row["identifiers"].rpartition(":")[2] for row in tabbed(areas)}
    asked = [{"id": f"row-{n}", "name": name, "country": country} for n, (name, country) in enumerate(WRITTEN)]
    found = linked(tmp_path, asked, areas)
    meant = {(row["name"], row["country"]): codes[found[row["id"]]] if row["id"] in found else "" for row in asked}
    assert meant == WRITTEN


@pytest.mark.parametrize("kind", ["Province", "City"])
def test_of_a_province_and_a_city_of_one_name_the_kind_decides(tmp_path: Path, kind: str) -> None:
    every = list(gazetteer())
    cities = {row["name"]: row["id"] for row in every if row["kind"] == "City"}
    both = [row for row in every if row["kind"] == "Province" and row["name"] in cities]
    assert len(both) > 70
    meant = {row["id"]: row["id"] if kind == "Province" else cities[row["name"]] for row in both}
    asked = [row | {"id": f"row-{row['id']}", "kind": kind} for row in both]
    assert linked(tmp_path, asked) == {f"row-{name}": thing for name, thing in meant.items()}
