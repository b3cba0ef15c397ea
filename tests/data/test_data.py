"""The curated tables: they can be read, they are in canonical order, and they say what the documents say."""

import csv
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from interurban.resources import room
from interurban.tables.rows import read_rows, read_tables

DATA = room("data")
TABLES = read_tables(DATA / "tables.json")
FACTS = tomllib.loads((Path(__file__).parent / "facts.toml").read_text(encoding="utf-8"))["fact"]


def records(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Return the rows as they are written, without lines of comment."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=delimiter))


WRITTEN = sorted(path for path in DATA.rglob("*.csv") if path.name in TABLES)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(DATA).as_posix())
def test_a_table_has_nothing_wrong_and_is_in_canonical_order(path: Path) -> None:
    table = TABLES[path.name]
    rows, problems = read_rows(table, path)
    assert [problem.text() for problem in problems] == []

    written = records(path)
    header = list(written[0])
    assert len(rows) == len(written)
    assert header == [c for c in table.columns if c in header], "put the columns in the order of tables.json"
    assert [c for c in header if not any(row[c] for row in written)] == [], "drop columns that no row uses"
    keys = [[row.get(k, "") for k in table.primary_key] for row in written]
    assert keys == sorted(keys), "sort the rows by their key"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["says"])
def test_the_tables_say_what_a_document_says(fact: dict[str, Any]) -> None:
    def says_it(row: dict[str, str]) -> bool:
        return all(row[c] == wanted or wanted in re.split("[;|]", row[c]) for c, wanted in fact["cells"].items())

    assert len([row for row in records(DATA / fact["table"]) if says_it(row)]) == 1


@pytest.mark.parametrize("file", ["geonames", "wikidata"])
def test_links_join_one_thing_that_we_describe_with_one_item(file: str) -> None:
    mappings = records(DATA / "links" / f"{file}.sssom.tsv", delimiter="\t")
    described = {
        f"iuid:{kind}/{row['slug']}"
        for kind, table in (("city", "cities.csv"), ("person", "people.csv"))
        for path in DATA.rglob(table)
        for row in records(path)
    }
    assert {mapping["subject_id"] for mapping in mappings} <= described
    for side in ("subject_id", "object_id"):
        assert len({mapping[side] for mapping in mappings}) == len(mappings)
