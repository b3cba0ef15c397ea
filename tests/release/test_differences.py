"""Datasets in canonical N-Quads: what is different, and what one says, found by their lines."""

import random
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from interurban.release import differences
from interurban.release.differences import differing, has_blank_nodes, mapped, said

Grouped = dict[bytes, bytes]


def grouped(lines: bytes) -> Grouped:
    found: Grouped = defaultdict(bytes)
    for line in lines.splitlines(keepends=True):
        found[line.partition(b" ")[0]] += line
    return found


def dataset(path: Path, lines: set[str]) -> Path:
    path.write_bytes(b"".join(sorted(line.encode() for line in lines)))
    return path


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_each_subject_of_which_something_else_is_said_is_found_with_all_that_is(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, "_SMALLEST", block)
    monkeypatch.setattr(differences, "HELD", block)
    pad = "-" * 200  # so that there are several pages of memory
    chance = random.Random(block)  # noqa: S311 - the same every time
    for _ in range(200):
        subjects = [f"<{chance.choice('ab') * chance.randint(1, 3)}{chance.choice(('', '/', '/c'))}>" for _ in range(9)]
        every = {
            f'{chance.choice(subjects)} <p{chance.randint(0, 3)}> "{chance.randint(0, 99)}{pad}" .\n' for _ in range(40)
        }
        paths = [
            dataset(tmp_path / name, {line for line in every if chance.random() < share})
            for name, share in (("old", 0.9), ("new", chance.choice((0.9, 1, 0))))
        ]
        old, new = (grouped(path.read_bytes()) for path in paths)
        expected = [
            (old.get(subject, b""), new.get(subject, b""))
            for subject in sorted({*old, *new})
            if old.get(subject) != new.get(subject)
        ]
        with paths[0].open("rb") as before, paths[1].open("rb") as after:
            assert list(differing(before, after)) == expected


def test_what_is_said_with_a_property_is_what_a_store_finds(tmp_path: Path) -> None:
    lines = {
        "<a:s> <a:p> <a:o> .\n",
        "_:c14n0 <a:p> _:c14n1 .\n",
        '<a:s> <a:p> "x y"@en .\n',
        '<a:s> <a:p> "2019-01-01"^^<a:date> .\n',
        "<a:s> <a:p> <a:other> <a:graph> .\n",
        '<a:s> <a:q> "<a:s> <a:p> <a:o> .\\\\n<a:s> <a:p> <a:o> ."^^<a:date> .\n',
        '<a:s> <a:q> "> <a:p> <a:text" .\n',
    }
    path = dataset(tmp_path / "dataset.nq", lines)
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.N_QUADS)
    quads = store.quads_for_pattern(None, ox.NamedNode("a:p"), None, ox.DefaultGraph())
    expected = sorted(quad.object.value for quad in quads if not isinstance(quad.object, ox.BlankNode | ox.Triple))
    with path.open("rb") as file, mapped(file) as content:
        found = list(said(content, "a:p"))
    assert ("_:c14n0", "_:c14n1") in found
    assert sorted(value for subject, value in found if subject == "a:s") == expected


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("<a:s> <a:p> _:c14n0 .\n", True),
        ("_:c14n0 <a:p> <a:o> .\n", True),
        ('<a:s> <a:p> "<b> _:c14n0 ." .\n', False),
        ("<a:s> <a:p> <a:o> .\n", False),
        ("", False),
    ],
)
def test_blank_nodes_are_found_and_no_texts(line: str, has: bool, tmp_path: Path) -> None:
    path = dataset(tmp_path / "dataset.nq", {line, "<a:s> <a:q> <a:o> .\n"} if line else set())
    with path.open("rb") as file, mapped(file) as content:
        assert has_blank_nodes(content) == has
