"""Looking up and comparing on the disk agrees with doing it in memory, whatever the names and texts are like."""

from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interurban.errors import ReleaseFileError
from interurban.rdf.formats import canonical_nquads
from interurban.release import lists, lookup
from interurban.release.changes import Change, Changes, Entities, compared, entities, own_statements
from interurban.release.folder import DATASET, publish
from interurban.release.lookup import DatasetFile, index_files

NAMES = [f"http://e.org/{name}" for name in ("a", "a/b", "a-b", "a#b", "ab", "b", "é", "z", "a%20b")]
THINGS = st.sampled_from([ox.NamedNode(name) for name in NAMES])
TEXTS = st.text(st.sampled_from('a"\\ .<>\n\r\u0085\u2028é'), max_size=4).map(ox.Literal)
GRAPHS = st.one_of(st.just(ox.DefaultGraph()), THINGS)
QUADS = st.lists(st.builds(ox.Quad, THINGS, THINGS, st.one_of(THINGS, TEXTS), GRAPHS), max_size=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("datasets")


def written(path: Path, quads: list[ox.Quad]) -> Path:
    path.write_bytes(canonical_nquads(quads))
    return path


def compare(old: Entities, new: Entities) -> Changes:
    """Return what makes `new` of `old`, both held in memory."""
    nothing: frozenset[str] = frozenset()
    created = [Change(iri, nothing, new[iri]) for iri in sorted(new.keys() - old.keys())]
    deleted = [Change(iri, old[iri], nothing) for iri in sorted(old.keys() - new.keys())]
    both = (iri for iri in sorted(old.keys() & new.keys()) if old[iri] != new[iri])
    return Changes(created, [Change(iri, old[iri] - new[iri], new[iri] - old[iri]) for iri in both], deleted)


@given(quads=QUADS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_said_of_each_is_found(folder: Path, quads: list[ox.Quad]) -> None:
    with written(folder / "one.nq", quads).open("rb") as file:
        found = list(own_statements(file, NAMES))
    for name, triples in zip(NAMES, found, strict=True):
        default = {q.triple for q in quads if q.subject == ox.NamedNode(name) and q.graph_name == ox.DefaultGraph()}
        assert (set(triples), len(triples)) == (default, len(default))


@given(old=QUADS, new=QUADS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_two_datasets_are_compared(folder: Path, old: list[ox.Quad], new: list[ox.Quad]) -> None:
    before, after = written(folder / "old.nq", old), written(folder / "new.nq", new)
    whole = compare(entities(before.read_bytes()), entities(after.read_bytes()))
    told = {q.subject.value for q in new if isinstance(q.subject, ox.NamedNode) and q.graph_name == ox.DefaultGraph()}
    assert entities(after.read_bytes()).keys() == told
    with before.open("rb") as then, after.open("rb") as now:
        side_by_side = compared(then, now)
    for kind in ("created", "updated", "deleted"):
        assert sorted(getattr(side_by_side, kind), key=lambda c: c.iri) == getattr(whole, kind)
    gone = {q.triple for q in old if q.graph_name == ox.DefaultGraph()} - {
        q.triple for q in new if q.graph_name == ox.DefaultGraph()
    }
    lines = [line for change in (*whole.updated, *whole.deleted) for line in change.removed]
    assert {q.triple for q in ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)} == gone


def opened(folder: Path, dataset: bytes, *, indexed: bool) -> DatasetFile:
    files = {DATASET: dataset} | (index_files(dataset) if indexed else {})
    return DatasetFile(publish(folder, files, {"base": "http://e.org/"}))


@pytest.mark.parametrize("indexed", [True, False])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quads=QUADS, few=st.sampled_from([0, 1, 100_000]), long=st.sampled_from([0, 1, 256]))
def test_a_file_is_asked_as_a_store_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, indexed: bool, quads: list[ox.Quad], few: int, long: int
) -> None:
    monkeypatch.setattr(lookup, "_FEW", few)
    monkeypatch.setattr(lists, "LONG", long)
    monkeypatch.setattr(lookup, "_ABOUT", 64)
    monkeypatch.setattr(lookup, "_LINE", 16)
    file, store = opened(folder, canonical_nquads(quads), indexed=indexed), ox.Store()
    store.extend(quads)
    things = [None, *(ox.NamedNode(name) for name in NAMES[:4])]
    for subject, predicate, graph in product(things, things, [*things, ox.DefaultGraph()]):
        for value in (*things, ox.Literal("a")):
            found = list(file.quads_for_pattern(subject, predicate, value, graph))
            assert len(found) == len(set(found))
            assert set(found) == set(store.quads_for_pattern(subject, predicate, value, graph))
    for thing in (thing for thing in things if thing):
        known, others = file.pointing(thing)
        both = [f"{subject} {predicate}" for predicate, subjects in known.items() for subject in subjects]
        both += [f"{quad.subject} {quad.predicate}" for quad in others]
        pointing = store.quads_for_pattern(None, None, thing, ox.DefaultGraph())
        assert sorted(both) == sorted(f"{quad.subject} {quad.predicate}" for quad in pointing)
        assert all(list(subjects) == sorted(subjects, key=str) for subjects in known.values())
        assert all(len(subjects) > long for subjects in known.values())
        assert file.contains_named_graph(thing) == store.contains_named_graph(thing)


def test_a_file_that_was_written_to_says_nothing(tmp_path: Path) -> None:
    file = opened(tmp_path, b"<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n", indexed=True)
    (tmp_path / "current" / DATASET).write_bytes(b"<http://e.org/a> <http://e.org/b> <http://e.org/d> .\n")
    with pytest.raises(ReleaseFileError):
        list(file.quads_for_pattern(ox.NamedNode("http://e.org/a"), None, None))
