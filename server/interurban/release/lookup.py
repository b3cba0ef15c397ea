"""Reading datasets on the disk in their order, without holding them in memory.

Canonical N-Quads are in order of their bytes, so the lines about one subject stand together: they are found by halving,
and two datasets are compared side by side.
"""

import mmap
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from interurban.release.changes import Change, Changes, entities

Entity = tuple[str, frozenset[str]]  # its IRI and its statements

_NOTHING: Entity = ("", frozenset())


def compared(old: Path, new: Path) -> Changes:
    """Return what makes one dataset in canonical N-Quads of another; reads both once."""
    changes = Changes([], [], [])
    before, after = _entities(old), _entities(new)
    then, now = next(before, _NOTHING), next(after, _NOTHING)
    while then != _NOTHING or now != _NOTHING:
        first = min((name for name, _ in (then, now) if name), key=_place)
        was, comes = (lines if name == first else frozenset() for name, lines in (then, now))
        if was != comes:
            kind = changes.updated if was and comes else changes.created if comes else changes.deleted
            kind.append(Change(first, was - comes, comes - was))
        then = next(before, _NOTHING) if then[0] == first else then
        now = next(after, _NOTHING) if now[0] == first else now
    return changes


def own_statements(dataset: Path, iris: Iterable[str]) -> Iterator[list[ox.Triple]]:
    """Yield, for each of `iris`, what the default graph of a dataset in canonical N-Quads says of it, in its order.

    The terms are exactly as they are written there; a store may have another form for the same number.
    """
    with dataset.open("rb") as file:
        if not dataset.stat().st_size:  # nothing cannot be mapped
            yield from ([] for _ in iris)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            for iri in iris:
                parsed = ox.parse(_beginning(lines, f"<{iri}> ".encode()), format=ox.RdfFormat.N_QUADS)
                yield [quad.triple for quad in parsed if quad.graph_name == ox.DefaultGraph()]


def _entities(dataset: Path) -> Iterator[Entity]:
    """Yield the entities of a dataset in the order of its lines."""
    with dataset.open(encoding="utf-8", newline="\n") as lines:
        for _, about in groupby(lines, key=lambda line: line.partition(" ")[0]):
            yield from entities("".join(about).encode()).items()


def _place(iri: str) -> str:
    """Return what tells the place of an entity in a dataset: how its lines begin."""
    return f"<{iri}>"


def _beginning(lines: mmap.mmap, beginning: bytes) -> bytes:
    """Return the lines that begin in a certain way."""
    low, high = 0, len(lines)  # the first such line begins in between
    while low < high:
        middle = lines.rfind(b"\n", 0, (low + high) // 2) + 1
        if lines[middle : middle + len(beginning)] < beginning:
            low = lines.find(b"\n", (low + high) // 2) + 1 or len(lines)
        else:
            high = middle
    end = low
    while lines[end : end + len(beginning)] == beginning:
        end = lines.find(b"\n", end) + 1 or len(lines)
    return lines[low:end]
