"""The publishers' own files, imported into a copy of the data: what the reports say is what is in the files."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from interurban.cli import main
from sources.conftest import SHARED


def imported(data: Path, source: str, *files: str) -> dict[str, list[dict[str, str]]]:
    """Import the publisher's files and return table -> rows."""
    paths = [SHARED / file for file in files]
    if not all(path.exists() for path in paths):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the publishers' files are not here")
    given = [option for path in paths for option in ("--file", str(path))]
    assert main(["import", source, "--data", str(data), *given]) == 0
    folder = data / "sources" / source
    return {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in folder.glob("*.csv")}


def reasons(tables: dict[str, list[dict[str, str]]]) -> dict[str, int]:
    return dict(Counter(row["reason"] for row in tables["import-report"]))


def test_creative_cities(data: Path) -> None:
    tables = imported(data, "unesco-creative-cities-2024", "unesco_creative_cities.csv")
    assert reasons(tables) == {
        "no-country": 162,
        "name-misspelt": 1,
        "country-of-known-city": 5,
        "country-ambiguous": 10,
        "government-presumed": 179,
    }
    members = {row["government"]: row for row in tables["memberships"]}
    assert len(members) == 349 - 162
    assert members["it-modena"] == {
        "government": "it-modena",
        "network": "unesco-creative-cities",
        "role": "member",
        "start": "2021",
        "attested_on": "",
        "field": "media-arts",
    }
    assert members["gb-glasgow"]["attested_on"] == "2024-10"
    assert members["it-como"]["start"] == "2021"
    known = {"it-modena", "it-bologna", "pt-braga", "jp-kobe"}
    assert not known & {row["slug"] for row in tables["municipalities"]}
    assert {row["slug"] for row in tables["governments"]} >= {"gb-glasgow", "fr-toulouse"}
