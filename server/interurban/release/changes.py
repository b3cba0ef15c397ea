"""What changes from one release to the next: entity by entity, and statement by statement.

An entity is what the default graph makes statements about; those statements, as lines of canonical N-Quads, are what
can change about it. Blank nodes have no name that lasts, so they are nobody's entity.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interurban.release.folder import ENTITIES, Release

Entities = Mapping[str, frozenset[str]]  # IRI -> its statements
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


def entities(dataset: Path | bytes) -> Entities:
    """Return the entities of a dataset in canonical N-Quads: a file, or what will be one."""
    found: dict[str, set[str]] = defaultdict(set)
    data = dataset if isinstance(dataset, bytes) else dataset.read_bytes()
    for line in data.decode().splitlines():
        if line.startswith("<") and _in_default_graph(line):
            found[line[1 : line.index(">")]].add(line)
    return {iri: frozenset(lines) for iri, lines in found.items()}


def compare(old: Entities, new: Entities) -> Changes:
    """Return what makes `new` of `old`."""
    nothing: frozenset[str] = frozenset()
    created = [Change(iri, nothing, new[iri]) for iri in sorted(new.keys() - old.keys())]
    deleted = [Change(iri, old[iri], nothing) for iri in sorted(old.keys() - new.keys())]
    both = (iri for iri in sorted(old.keys() & new.keys()) if old[iri] != new[iri])
    return Changes(created, [Change(iri, old[iri] - new[iri], new[iri] - old[iri]) for iri in both], deleted)


def moments(release: Release) -> Moments:
    """Return when each entity of a release came, and when it last changed."""
    return {iri: (came, changed) for iri, (came, changed) in json.loads(release.read(ENTITIES)).items()}


def as_json(found: Moments) -> bytes:
    """Return moments as they are written into a release, one entity on a line."""
    lines = (f"{json.dumps(iri, ensure_ascii=False)}: {json.dumps(both)}" for iri, both in sorted(found.items()))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def next_moments(dataset: bytes, published: str, before: Release | None) -> tuple[Moments, list[str]]:
    """Return the moments of the entities of a dataset that is published after a release, and who is gone since."""
    now = entities(dataset)
    if before is None:
        return dict.fromkeys(sorted(now), (published, published)), []
    then, known = entities(before.dataset), moments(before)
    found = {}
    for iri in sorted(now):
        came, changed = known.get(iri, (published, published))
        found[iri] = (came, changed if then.get(iri) == now[iri] else published)
    return found, sorted(then.keys() - now.keys())


def _in_default_graph(line: str) -> bool:
    """Whether a line of canonical N-Quads is a triple: behind its object, which may be any text, is only a dot."""
    _, _, rest = line.split(" ", 2)  # subject and predicate have no spaces
    if rest.startswith('"'):
        literal = rest.rindex('"')  # a datatype, a language and a graph's name have no quotes
        return rest.count(" ", literal) == 1
    return rest.count(" ") == 1
