"""What changes from one release to the next: entity by entity, and statement by statement.

An entity is what the default graph makes statements about; those statements, as lines of canonical N-Quads, are what
can change about it. Blank nodes have no name that lasts, so they are nobody's entity; what has a tombstone is gone.

Canonical N-Quads are in order of their bytes, so the lines about one subject stand together: on the disk they are found
by halving.
"""

import io
import json
import mmap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Literal

import pyoxigraph as ox

from interurban.errors import ReleaseError, SettingError
from interurban.iris import IU, RDF
from interurban.messages import say
from interurban.release.differences import differing, mapped
from interurban.release.folder import DATASET, ENTITIES, Release, current, open_release, publish, writing

_IS_TOMBSTONE = f"<{RDF}type> <{IU}Tombstone>"

Entities = Mapping[str, frozenset[str]]  # IRI -> its statements
ChangeKind = Literal["created", "updated", "deleted"]  # what becomes of an entity
Moments = dict[str, tuple[str, str]]  # IRI -> the instants at which it came and at which it last changed


@dataclass(frozen=True)
class Change:
    """An entity of which statements have gone and come; an entity that is new or gone has only the one or the other."""

    iri: str
    removed: frozenset[str]
    added: frozenset[str]


@dataclass(frozen=True)
class Changes:
    """What makes one dataset of another, each kind in order of IRI."""

    created: list[Change]
    updated: list[Change]
    deleted: list[Change]


def entities(dataset: bytes) -> Entities:
    """Return the entities of a dataset in canonical N-Quads."""
    found: dict[str, frozenset[str]] = {}
    # split at line feeds and nowhere else: a text may have other ends of lines in it
    for subject, about in groupby(dataset.decode().split("\n")[:-1], key=lambda line: line.partition(" ")[0]):
        lines = frozenset(line for line in about if in_default_graph(line))
        if lines and subject.startswith("<") and f"{subject} {_IS_TOMBSTONE} ." not in lines:
            found[subject[1:-1]] = lines
    return found


def _entity(lines: bytes) -> str:
    """Return the IRI of the subject of lines if it is an entity, "" if it is not."""
    subject = lines[: lines.find(b" ")].decode()
    about = lines.split(b"\n")[:-1] if subject.startswith("<") else []
    if f"{subject} {_IS_TOMBSTONE} .".encode() in about:
        return ""
    return subject[1:-1] if any(in_default_graph(line.decode()) for line in about) else ""


def moments(release: Release) -> Moments:
    """Return when each entity of a release came, and when it last changed. The few instants are each held once."""
    every: dict[tuple[str, str], tuple[str, str]] = {}
    pairs = ((iri, (came, changed)) for iri, (came, changed) in json.loads(release.read(ENTITIES)).items())
    return {iri: every.setdefault(both, both) for iri, both in pairs}


def as_json(found: Moments) -> bytes:
    """Return moments as they are written into a release, one entity on a line."""
    lines = (f"{json.dumps(iri, ensure_ascii=False)}: {json.dumps(both)}" for iri, both in sorted(found.items()))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def next_moments(dataset: BinaryIO, published: str, before: Release | None) -> tuple[Moments, list[str]]:
    """Return the moments of the entities of a dataset that is published after a release, and who is gone since.

    dataset: in canonical N-Quads; it is read once, beside that of the release.
    """
    found, gone = moments(before) if before else {}, []
    with before.open(DATASET) if before else io.BytesIO() as old:
        for was, comes in differing(old, dataset):
            then, now = _entity(was), _entity(comes)
            if (then or now) and not (then and now and entities(was) == entities(comes)):
                iri = now or then
                came, _ = found.pop(iri, (published, published))
                if now:
                    found[iri] = (came, published)
                else:
                    gone.append(iri)
    return dict(sorted(found.items())), sorted(gone)


def departed(release: Release) -> dict[str, str]:
    """Return what is not described any more, and since when; nothing for a release that does not say it."""
    return dict(release.manifest.get("gone", {}))


def next_gone(found: Moments, deleted: Iterable[str], published: str, before: Release | None) -> dict[str, str]:
    """Return what is not described any more in the release after `before`, and since when."""
    every = (departed(before) if before else {}) | dict.fromkeys(deleted, published)
    return {iri: since for iri, since in sorted(every.items()) if iri not in found}


def next_instant(stated: str, last: Release | None) -> str:
    """Return the instant that is stated, as a day or with the time, in UTC; but never one before the last release's.

    Raises SettingError if it is none.
    """
    try:
        instant = datetime.fromisoformat(stated)
    except ValueError as error:
        raise SettingError(say("setting-published", value=stated)) from error
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    if last:
        instant = max(instant, datetime.fromisoformat(last.published) + timedelta(seconds=1))
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def publish_again(root: Path, version: str, stated: str = "") -> Release:
    """Make a release current that has all that an earlier one has, and return it.

    It is a new release after the current one, so that who follows the changes is told how to go back.
    stated: the instant from which it counts; "": a second after the current one. Raises ReleaseError if the earlier
    one names things in another way, or has what has been erased since, or lost files by an erasure; or if somebody else
    is writing.
    """
    with writing(root):
        return _published_again(root, version, stated)


def _published_again(root: Path, version: str, stated: str) -> Release:
    last, earlier = current(root), open_release(root / version)
    if earlier.manifest.get("erased") or _buried(last) - _buried(earlier):
        raise ReleaseError(say("release-erased-since", version=version))
    if last.base != earlier.base:
        raise ReleaseError(say("release-other-base", version=version, base=earlier.base))
    published = next_instant(stated or last.published, last)
    with earlier.open(DATASET) as dataset:
        found, deleted = next_moments(dataset, published, last)
    files = {path: earlier.read(path) for path in earlier.manifest["files"]} | {ENTITIES: as_json(found)}
    facts = {"published": published, "previous": last.version, "deleted": deleted}
    return publish(root, files, earlier.facts | facts | {"gone": next_gone(found, deleted, published, last)})


def _buried(release: Release) -> set[str]:
    lines = release.read(DATASET).decode().split("\n")
    return {line for line in lines if line.endswith(f"> {_IS_TOMBSTONE} .")}


def in_default_graph(line: str) -> bool:
    """Whether a line of canonical N-Quads is a triple: behind its object, which may be any text, is only a dot."""
    _, _, rest = line.split(" ", 2)  # subject and predicate have no spaces
    if rest.startswith('"'):
        literal = rest.rindex('"')  # a datatype, a language and a graph's name have no quotes
        return rest.count(" ", literal) == 1
    return rest.count(" ") == 1


def compared(old: BinaryIO, new: BinaryIO) -> Changes:
    """Return what makes one dataset in canonical N-Quads of another; reads both once."""
    changes = Changes([], [], [])
    for iri, was, comes in _changes(old, new):
        kind = changes.updated if was and comes else changes.created if comes else changes.deleted
        kind.append(Change(iri, was - comes, comes - was))
    return changes


def _changes(old: BinaryIO, new: BinaryIO) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Yield each entity of which two datasets do not say the same, with what they say."""
    for lines in differing(old, new):
        before, after = map(entities, lines)
        for iri in before.keys() | after.keys():  # one, if any
            was, comes = (found.get(iri, frozenset()) for found in (before, after))
            if was != comes:
                yield iri, was, comes


def own_statements(dataset: BinaryIO, iris: Iterable[str]) -> Iterator[list[ox.Triple]]:
    """Yield, for each of `iris`, what the default graph of a dataset in canonical N-Quads says of it, in its order.

    The terms are exactly as they are written there; a store may have another form for the same number.
    """
    with mapped(dataset) as lines:
        for iri in iris:
            parsed = ox.parse(_beginning(lines, f"<{iri}> ".encode()), format=ox.RdfFormat.N_QUADS)
            yield [quad.triple for quad in parsed if quad.graph_name == ox.DefaultGraph()]


def _beginning(lines: mmap.mmap | bytes, beginning: bytes) -> bytes:
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
