"""What is wrong in the same way in many places is told once."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from excerpt import data_without_lists


def checked(data: Path, *options: str, language: str = "en") -> list[str]:
    """Return what `interurban check` complains of."""
    command = [sys.executable, "-m", "interurban", "check", "--data", str(data), "--language", language, *options]
    run = subprocess.run(command, capture_output=True, text=True, cwd=data, timeout=120, check=False)
    assert run.returncode == 1
    return run.stderr.splitlines()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data with a wrong convention in each of two tables."""
    data_without_lists(tmp_path / "data")
    with (tmp_path / "data/import/countries.csv").open(encoding="utf-8", newline="") as file:
        two_letters = {row["code"]: row["alpha_2"] for row in csv.DictReader(file)}
    damage(
        tmp_path / "data/register/cities.csv",
        lambda line: re.sub(",([A-Z]{3}),", lambda code: f",{two_letters[code[1]]},", line),
    )
    damage(
        tmp_path / "data/sources/modena-networks/memberships.csv",
        lambda line: re.sub(r",(\d{4}),", r",01/01/\1,", line),
    )
    return tmp_path / "data"


def damage(path: Path, change: Callable[[str], str]) -> None:
    path.write_text("".join(map(change, path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")


def test_a_wrong_convention_is_told_once_with_its_count_places_and_values(data: Path) -> None:
    lines = checked(data)
    assert len(lines) == 5
    assert lines[0].startswith(
        "register/cities.csv:2:4 [country]: «AT» is written AUT here; expected: the code of the country"
    )
    values = "«AT» → AUT, «BE» → BEL, «DE» → DEU, «EE» → EST, «ES» → ESP, …"
    assert lines[1] == f"  … and 42 more like it, at register/cities.csv:3, 4, 5; …: {values}"
    assert "[start]: «01/01/" in lines[2]
    assert "15 more like it, at sources/modena-networks/memberships.csv:" in lines[3]
    assert lines[4] == "59 problems found; nothing was written"


def test_it_is_told_in_italian_too(data: Path) -> None:
    lines = checked(data, language="it")
    assert "«AT» qui si scrive AUT; atteso: il codice del Paese" in lines[0]
    assert lines[1].startswith("  … e altri 42 simili, in register/cities.csv:3, 4, 5; …: «AT» → AUT, «BE» → BEL,")


@pytest.mark.parametrize("written", ["nld", "NL", "Netherlands", "paesi bassi"])
def test_a_country_is_known_by_what_the_table_of_countries_calls_it(written: str, data: Path) -> None:
    cities = data / "register/cities.csv"
    cities.write_text(f"slug,name,country\nnl-delft,Delft,{written}\n", encoding="utf-8")
    assert f"register/cities.csv:2:3 [country]: «{written}» is written NLD here" in "\n".join(checked(data))


def test_every_problem_is_told_to_who_asks_for_all(data: Path) -> None:
    assert len(checked(data, "--all")) == 60


def test_many_kinds_fit_on_a_screen(data: Path) -> None:
    for name in ("networks", "organizations", "events", "observations", "units", "programmes"):
        for path in data.glob(f"sources/*/{name}.csv"):
            damage(path, lambda line: f"{line.rstrip()},x\n")
    for number in range(30):
        (data / "sources/modena-networks" / f"unknown-{number}.txt").touch()
    lines = checked(data)
    assert len(lines) <= 52
    assert "; nothing was written" in lines[-1]
