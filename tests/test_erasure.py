"""A person asks not to be described any more: nothing of them is left, in no release, and who has a copy is told."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx
import pytest

from engine.house import descendants, wait_until
from excerpt import data_without_lists
from interurban.iris import IU, XSD
from interurban.release import open_release
from interurban.release.folder import TERMS
from serving import Served, free_port, interurban, serving

THING, SLUG, NAME = "person/johanna-rolland", "johanna-rolland", "Johanna Rolland"
ERASED = f"thing,erased_on\n{THING},2026-11-23\n"


@dataclass(frozen=True)
class Erasure:
    """A served house from which somebody was erased: the releases before and after, and what the build said."""

    server: Served
    releases: Path
    before: str
    after: str
    refusals: list[str]
    data: Path
    remembered: Path  # the release before, as it was before the erasure

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.server.address + path, headers=headers, timeout=20)

    def is_over(self) -> bool:
        """Tell whether only one generation of the server is left, and that has read what is on the disk now."""
        alone = [process.name for process in descendants(self.server.process.pid)].count("generation") == 1
        return alone and NAME not in self.get(f"releases/{self.before}/doc/city/fr-nantes").text


def without_rows(folder: Path) -> None:
    """Take every row about the person out of the tables."""
    for path in [*folder.rglob("*.csv"), *folder.rglob("*.tsv")]:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if SLUG not in line), encoding="utf-8")


@pytest.fixture(scope="module")
def erasure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erasure]:
    folder, port = tmp_path_factory.mktemp("erasure"), free_port()
    data, releases = folder / "data", folder / "releases"
    data_without_lists(data)
    inputs = ("--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert interurban("build", *inputs).returncode == 0
    before = (releases / "current").readlink().name
    shutil.copytree(releases / before, folder / "remembered")
    with serving(releases, "--web-processes", 1, port=port) as server:
        notes = data / "sources/eurocities-deck-2024/notes.ttl"
        kept = notes.read_text(encoding="utf-8")
        refusals = []
        (data / "register/erased.csv").write_text(ERASED, encoding="utf-8")
        refusals.append(interurban("build", *inputs).stderr)
        without_rows(data / "sources")
        without_rows(data / "links")
        place = "\n<id/event/eurocities-annual-conference-2024> <http://purl.org/dc/terms/description>"
        notes.write_text(f'{kept}{place} "With {NAME}."@en, "Con {NAME}."@it .\n', encoding="utf-8")
        refusals.append(interurban("build", *inputs).stderr)
        notes.write_text(kept, encoding="utf-8")
        built = interurban("build", *inputs)
        assert built.returncode == 0, built.stderr
        after = (releases / "current").readlink().name
        found = Erasure(server, releases, before, after, refusals, data, folder / "remembered")
        wait_until(found.is_over, "nobody is served anything else any more")
        yield found


def test_what_still_speaks_of_them_is_named_and_nothing_is_released(erasure: Erasure) -> None:
    rows, text = erasure.refusals
    assert "people.csv:" in rows
    assert "it has been erased" in rows.lower()
    assert "holdings.csv:" in rows
    assert "exactly one day" not in rows  # which it has, in the table of erasures
    assert "event/eurocities-annual-conference-2024" in text
    assert "erased.csv" in text
    assert erasure.before != erasure.after
    assert len([path for path in erasure.releases.iterdir() if path.is_dir() and not path.is_symlink()]) == 2


@pytest.mark.parametrize("path", ["id/{thing}", "doc/{thing}", "doc/{thing}.ttl", "releases/{before}/doc/{thing}"])
def test_their_address_is_gone_in_every_release(erasure: Erasure, path: str) -> None:
    path = path.format(thing=THING, before=erasure.before)
    page = erasure.get(path, Accept="text/html", **{"Accept-Language": "it"})
    assert page.status_code == 410
    assert "23 novembre 2026" in page.text
    assert erasure.get(path).json()["status"] == 410
    told = erasure.get(path, Accept="application/n-triples")
    assert told.status_code == 410
    assert f'/id/{THING}> <{IU}erasedOn> "2026-11-23"^^<{XSD}date> .' in told.text


def test_no_file_of_any_release_has_their_name(erasure: Erasure) -> None:
    files = [path for path in erasure.releases.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path for path in files if NAME.encode() in path.read_bytes()] == []


def test_no_term_of_any_releases_columns_has_their_name(erasure: Erasure) -> None:
    for release in (erasure.before, erasure.after):
        terms = duckdb.read_parquet(str(erasure.releases / release / TERMS)).project("term").fetchall()
        assert len(terms) > 1000
        assert [term for (term,) in terms if NAME in term] == []


def test_what_they_were_part_of_is_still_there(erasure: Erasure) -> None:
    for path in ("doc/city/fr-nantes", f"releases/{erasure.before}/doc/city/fr-nantes"):
        page = erasure.get(path, Accept="text/html")
        assert page.status_code == 200
        assert "Nantes" in page.text
        assert NAME not in page.text
    people = erasure.get("doc/person/", Accept="text/turtle").text
    assert SLUG not in people
    assert "ricardo-rio" in people


def test_who_follows_the_changes_is_told_and_told_no_more(erasure: Erasure) -> None:
    fragment = erasure.get(f"changes/{erasure.after}/1.nt").text
    about = [line.split(" ")[0] for line in fragment.splitlines() if f"/id/{THING}>" in line and "isVersionOf" in line]
    assert len(about) == 1
    told = [line for line in fragment.splitlines() if line.startswith(about[0])]
    assert any("activitystreams#Delete" in line for line in told)
    assert len(told) == 3  # that it is a deletion, of what, and when
    snapshot = erasure.get(f"changes/{erasure.before}/snapshot/1.nt").text
    assert "isVersionOf" in snapshot
    assert f"/id/{THING}" not in snapshot


@pytest.mark.parametrize(
    "path",
    [
        "releases",
        "releases/{before}",
        "releases/{before}/diff/{after}",
        "releases/{after}/diff/{before}.nq",
        "changes",
        "timemap/doc/city/fr-nantes",
        "sitemap.xml",
        "catalog",
        ".well-known/void",
        "releases/{before}/graph/",
    ],
)
def test_whatever_tells_of_the_releases_still_answers(erasure: Erasure, path: str) -> None:
    answer = erasure.get(path.format(before=erasure.before, after=erasure.after), Accept="text/html,*/*;q=0.1")
    assert answer.status_code == 200
    assert NAME not in answer.text


@pytest.mark.parametrize("way", ["not begun", "moved out"])
def test_an_erasure_that_came_no_further_is_finished_by_the_next_build(
    erasure: Erasure, tmp_path: Path, way: str
) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(erasure.releases, releases, symlinks=True)
    shutil.rmtree(releases / erasure.before)
    left = releases / ".unfinished-1" if way == "moved out" else releases
    shutil.copytree(erasure.remembered, left / erasure.before)
    built = build_again(erasure, releases)
    assert built.returncode == 0
    assert "nothing has changed" in built.stdout
    assert open_release(releases / erasure.before).manifest["erased"]
    assert files_with_the_name(releases) == []


def test_a_release_that_nobody_can_open_is_named_as_long_as_it_is_there(erasure: Erasure, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(erasure.releases, releases, symlinks=True)
    shutil.copytree(erasure.remembered, releases / "backup")
    told = build_again(erasure, releases)
    assert told.returncode == 1
    assert "backup" in told.stderr
    shutil.rmtree(releases / "backup")
    assert build_again(erasure, releases).returncode == 0


def build_again(erasure: Erasure, releases: Path) -> "subprocess.CompletedProcess[str]":
    """Build from the data without the person."""
    return interurban("build", "--data", erasure.data, "--releases", releases, "--base", erasure.server.address)


def files_with_the_name(releases: Path) -> list[Path]:
    return [path for path in releases.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]
