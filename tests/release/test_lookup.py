"""Looking up and comparing on the disk agrees with doing it in memory, whatever the names and texts are like."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interurban.rdf.formats import canonical_nquads
from interurban.release.changes import Change, Changes, Entities, compared, entities, own_statements

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
