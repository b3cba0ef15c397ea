"""An earlier release of which only the differences are held says what it says when it is loaded whole."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.rdf.formats import BY_EXTENSION
from interurban.release import lists
from interurban.release.changes import as_json, next_moments
from interurban.release.folder import DATASET, ENTITIES, publish
from interurban.release.lookup import DatasetFile
from interurban.web.model.document import of_thing
from interurban.web.model.loaded import Differing, LoadedRelease, load_releases
from interurban.web.model.phases import OnDay
from interurban.web.model.serialization import serialize
from web.world import HOSTILE, WORLD, make_world

CHANGES: dict[str, Callable[[str], str]] = {
    "a thing that is gone": lambda line: "" if "crowd-00007" in line else line,
    "a label": lambda line: line.replace('"Crowd"', '"Throng"'),
    "a day": lambda line: line.replace("2019-03-12", "2019-03-14"),
    "nothing": lambda line: line,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_different_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, backwards: bool
) -> None:
    monkeypatch.setattr(lists, "LONG", 0)  # the one is asked for pages of lists, the other reads them whole
    world = make_world(tmp_path, WORLD, HOSTILE, crowd=40)
    lines = world.release.read(DATASET).decode().split("\n")
    dataset = "".join(sorted(f"{CHANGES[change](line)}\n" for line in lines if CHANGES[change](line))).encode()
    found = next_moments(BytesIO(dataset), "2026-12-01T00:00:00Z", world.release)
    facts = world.release.facts | {"published": "2026-12-01T00:00:00Z", "previous": world.release.version}
    other = publish(tmp_path, {DATASET: dataset, ENTITIES: as_json(found[0])}, facts)
    old, new = (other, world.release) if backwards else (world.release, other)
    whole = LoadedRelease.of(old)
    part = LoadedRelease.before(old, LoadedRelease.of(new))
    assert isinstance(part.store, Differing)
    every, held = whole.vocabulary, part.vocabulary
    assert held.kinds == every.kinds
    assert held.phases == every.phases
    assert held.terms == every.terms
    things = {quad.subject for quad in world.store if isinstance(quad.subject, ox.NamedNode)}
    for thing in sorted(things, key=str):
        for day in (None, "2019-03-13", "2000-01-01", "2025-12-31"):
            documents = [of_thing(each, thing, OnDay(each, day, thing) if day else None) for each in (every, held)]
            texts = [serialize(v, d, BY_EXTENSION["trig"]) for v, d in zip((every, held), documents, strict=True)]
            assert texts[0] == texts[1], thing


def test_what_has_little_in_common_is_loaded_whole(tmp_path: Path) -> None:
    world = make_world(tmp_path, WORLD)
    facts = world.release.facts | {"previous": world.release.version}
    line = b"<a:s> <a:p> <a:o> .\n"
    publish(
        tmp_path,
        {DATASET: line, ENTITIES: as_json(next_moments(BytesIO(line), "2026-12-01T00:00:00Z", None)[0])},
        facts,
    )
    first, second = load_releases(tmp_path, 5, lambda error: pytest.fail(str(error)))
    assert isinstance(first.store, DatasetFile)
    assert isinstance(second.store, DatasetFile)
    assert len(list(second.store.quads_for_pattern(None, None, None))) == len(world.store)
