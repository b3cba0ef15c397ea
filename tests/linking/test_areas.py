"""Provinces, regions and metropolitan cities of Italy by the names of another publisher, and beside cities of one name.

areas.csv has those that the Covenant of Mayors has as coordinators, and which of ours each means; none, where the
province is no more (Milan's is a metropolitan city, Udine's was abolished) or is not in Italy.
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
SOURCES = room("data") / "sources"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gazetteer() -> Iterator[Row]:
    for row in rows(SOURCES / "italian-provinces-and-regions/governments.csv"):
        named = {"name": row["name"] or row["label_it"], "others": row["label_en"]}
        yield {"id": row["slug"], **named, "country": "IT", "kind": row["class"]}
    for row in rows(SOURCES / "italian-municipalities/municipalities.csv"):
        if not row["end"]:
            yield {"id": row["slug"], "name": row["name"], "country": "IT", "kind": "City"}


def linked(folder: Path, asked: list[Row]) -> dict[str, str]:
    for name, table in (("theirs", list(gazetteer())), ("asked", asked)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(table)
    output = folder / "asked.sssom.tsv"
    done = interurban("link", "--table", folder / "asked.csv", "--gazetteer", folder / "theirs.csv", "--output", output)
    assert done.returncode == 0, done.stderr
    with output.open(encoding="utf-8", newline="") as file:
        found = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {row["subject_id"]: row["object_id"] for row in found}


def test_names_of_another_publisher_mean_areas_and_never_cities(tmp_path: Path) -> None:
    asked = [row | {"id": f"row-{number}"} for number, row in enumerate(rows(NAMES))]
    found = linked(tmp_path, asked)
    wrong = [(row["name"], found[row["id"]]) for row in asked if found.get(row["id"], row["meant"]) != row["meant"]]
    assert wrong == []
    missed = [row["name"] for row in asked if row["meant"] and row["id"] not in found]
    # names that the table has not, and two that are only similar, which are for a person to judge
    assert len(missed) <= 4, missed
    assert len(found) >= 57


@pytest.mark.parametrize("kind", ["Province", "City"])
def test_of_a_province_and_a_city_of_one_name_the_kind_decides(tmp_path: Path, kind: str) -> None:
    every = list(gazetteer())
    cities = {row["name"]: row["id"] for row in every if row["kind"] == "City"}
    both = [row for row in every if row["kind"] == "Province" and row["name"] in cities]
    assert len(both) > 70
    meant = {row["id"]: row["id"] if kind == "Province" else cities[row["name"]] for row in both}
    asked = [row | {"id": f"row-{row['id']}", "kind": kind} for row in both]
    assert linked(tmp_path, asked) == {f"row-{name}": thing for name, thing in meant.items()}
