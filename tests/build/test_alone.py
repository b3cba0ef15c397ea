"""A check of some sources tells what is wrong in them as a check of everything does, without looking at everything."""

from pathlib import Path

import pytest

from excerpt import data_without_lists
from interurban.iris import IU, PREFIXES
from serving import interurban

SOURCE = "modena-networks"
NOTES, MEMBERSHIPS = "notes.ttl", "memberships.csv"
MEMBERSHIP = "<id/membership/it-modena--energy-cities>"
# What is wrong, and the line with which a file of the source ends.
WRONG = {
    "cell": (MEMBERSHIPS, "it-modena,metrex,member,31/12/2015,"),
    "row": (MEMBERSHIPS, "it-modena,metrex"),
    "key": (MEMBERSHIPS, "it-modena,energy-cities,member,2001,"),
    "reference": (MEMBERSHIPS, "it-modena,metrexx,member,2015,"),
    "syntax": (NOTES, f"{MEMBERSHIP} ."),
    "class": (NOTES, f"{MEMBERSHIP} <{PREFIXES['org']}organization> <id/city/it-modena> ."),
    "shape": (NOTES, f'{MEMBERSHIP} <{IU}end> "1900"^^<http://www.w3.org/2001/XMLSchema#gYear> .'),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return data_without_lists(tmp_path / "data")


def add(data: Path, file: str, line: str, source: str = SOURCE) -> None:
    with (data / "sources" / source / file).open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")


def told(data: Path, *names: object) -> list[str]:
    """Return what a check of these sources, or of everything, says is wrong in this source."""
    checked = interurban("check", *names, "--data", data, "--all")
    assert checked.returncode == 1, checked.stdout
    return [line for line in checked.stderr.splitlines() if SOURCE in line and "worth a look" not in line]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_as_by_a_check_of_everything(data: Path, wrong: str) -> None:
    add(data, *WRONG[wrong])
    alone = told(data, SOURCE)
    assert alone
    assert alone == told(data)


def test_every_source_conforms_by_itself_and_all_of_it_is_looked_at(data: Path) -> None:
    names = ["register", "links", *sorted(folder.name for folder in (data / "sources").iterdir())]
    alone = interurban("check", *names, "--data", data, "--all")
    everything = interurban("check", "--data", data, "--all")
    assert (alone.returncode, everything.returncode) == (0, 0), alone.stderr + everything.stderr
    assert all(name in alone.stdout for name in names)
    assert set(alone.stderr.splitlines()) <= set(everything.stderr.splitlines())


def test_a_path_names_the_source_in_which_it_lies(data: Path) -> None:
    folder = data / "sources" / SOURCE
    said = {interurban("check", name, "--data", data).stdout for name in (SOURCE, folder, folder / MEMBERSHIPS)}
    assert len(said) == 1
    assert said.pop().startswith(f"{SOURCE}: ")


def test_what_another_source_has_wrong_is_not_told_here(data: Path) -> None:
    add(data, MEMBERSHIPS, "one,row", "milan-metrex-2019")
    add(data, NOTES, "no Turtle", "milan-metrex-2019")
    add(data, MEMBERSHIPS, "it-modena,metrex,member,2015,")  # which is described beside what cannot be read
    (data / "sources" / "a file").touch()
    (data / "sources" / "two words").mkdir()
    (data / "sources" / "empty").mkdir()
    checked = interurban("check", SOURCE, "--data", data)
    assert checked.returncode == 0, checked.stderr


def test_a_name_that_no_source_has_is_refused_with_what_was_meant(data: Path) -> None:
    checked = interurban("check", "modena-network", "--data", data)
    assert checked.returncode == 1
    assert "did you mean «modena-networks»?" in checked.stderr
    assert "it is one of: ancona-iuc, " in interurban("check", "xyz", "--data", data).stderr
    (data / "sources/new").mkdir()
    assert "it has no source.ttl" in interurban("check", "new", "--data", data).stderr
