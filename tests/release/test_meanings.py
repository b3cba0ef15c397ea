"""What a name can mean: the file of a release finds and ranks what all of it in memory does."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from interurban.matching.index import Index
from interurban.matching.model import Model
from interurban.matching.names import Kinds, exchanged
from interurban.matching.records import (
    COUNTRIES,
    KINDS,
    MODEL,
    NAMESAKES,
    RECORDS,
    Countries,
    Record,
    grouped,
    namesakes_of,
    normal,
    of_graph,
    website,
)
from interurban.release.folder import MEANINGS, Release, current
from interurban.release.meanings import ROOM, MeaningsFile
from serving import interurban, serving

Ranked = Callable[[Record], list[tuple[str, float, tuple[object, ...]]]]


@pytest.fixture(scope="module")
def release(releases: Path) -> Release:
    return current(releases)


@pytest.fixture(scope="module")
def known(release: Release) -> list[Record]:
    """What can be meant, as the file of records has it."""
    kinds = Kinds(release.read(KINDS).decode())
    every = []
    for record, said in of_graph(release.read(RECORDS), kinds):
        others = (*record.others, *exchanged(record.name)) if record.kind == "person" else record.others
        identifiers = {*map(normal, record.identifiers), *map(website, said.get("websites", ()))}
        name = record.id.removeprefix(ROOM)
        places = [place.removeprefix(ROOM) for place in said.get("places", ())]
        every.append((replace(record, id=name, others=others, identifiers=frozenset(identifiers)), places))
    countries = Countries(release.read(COUNTRIES).decode())
    return [*grouped(every)[0].values(), *namesakes_of(release.read(NAMESAKES).decode(), kinds, countries)]


def ranked(index: Index) -> Ranked:
    return lambda asked: [
        (match.record.id, match.probability, tuple((e.comparison, e.level, e.weight) for e in match.evidence))
        for match in index.ranked(asked)
    ]


def test_the_file_ranks_as_all_of_it_in_memory(release: Release, known: list[Record]) -> None:
    model, kinds = Model(release.read(MODEL).decode()), Kinds(release.read(KINDS).decode())
    countries = Countries(release.read(COUNTRIES).decode())
    held = ranked(Index.held(known, model, kinds, countries, equal=True))
    index = Index(MeaningsFile(release), model, kinds, countries)
    told = ranked(index)
    found = 0
    for number, thing in enumerate(known[:: len(known) // 400]):
        name = thing.names[number % len(thing.names)]
        at = number % len(name)
        place = {"country": thing.country, "latitude": thing.latitude, "longitude": thing.longitude}
        for asked in (
            Record("", name),
            Record("", name, country=thing.country, kind=thing.kind, population=thing.population),
            Record("", name[:at] + name[at + 1 :]),  # a slip of the pen
            Record("", name[::-1], **place),  # type: ignore[arg-type]
        ):
            assert told(asked) == held(asked), asked
            found += bool(told(asked))
        assert thing.id in {one.id for one in index.identified(Record(thing.id, ""))}
    assert found > 800
    assert len(index.things) == len(known)


def test_the_file_is_what_others_can_read_too(release: Release) -> None:
    with sqlite3.connect(f"file:{release.folder / MEANINGS}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ((said,),) = database.execute("SELECT said FROM member WHERE name = 'city/it-modena'").fetchall()
    assert said.encode() in release.read(RECORDS).splitlines()


def test_a_file_that_is_not_as_it_was_published_is_not_asked(releases: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(releases, tmp_path / "releases", symlinks=True)
    with serving(copy, "--web-processes", 1) as served:
        by_code = served.address + "id?wikidata=Q279"
        by_name = served.address + "reconcile/suggest/entity?prefix=Modena"
        assert httpx.get(by_code).headers["location"].endswith("/id/city/it-modena")
        assert httpx.get(by_name).json()["result"]
        with (current(copy).folder / MEANINGS).open("r+b") as file:
            file.seek(-100, 2)
            file.write(b"x" * 100)
        for address in (by_code, by_name + "&cursor=1"):
            damaged = httpx.get(address)
            assert (damaged.status_code, MEANINGS in damaged.text) == (503, True)


def test_a_build_makes_the_same_file_again(releases: Path, enough_data: Path, port: int, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{port}/"
    built = interurban("build", "--data", enough_data, "--releases", tmp_path, "--base", base)
    assert built.returncode == 0, built.stderr
    assert current(tmp_path).read(MEANINGS) == current(releases).read(MEANINGS)
