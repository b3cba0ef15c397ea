"""Erasure: what has a tombstone in the current release goes from the older ones, with all that says its name.

A tombstone is data (`iu:Tombstone`), so the next release knows it from its sources. The releases before it were written
when nobody knew; they are written anew without the thing, without what spoke of it and is gone as well, and without any
statement that has its name in a text. What was made of the dataset, the dumps and the catalogue, goes altogether: only
those of the current release are published. An address that is erased, or a file, is not given to anything else.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

import pyoxigraph as ox

from interurban.errors import ReleaseError, relative
from interurban.iris import IU, PREFIXES, RDF, RDFS
from interurban.messages import say
from interurban.rdf.formats import dataset_hash
from interurban.release.changes import as_json, departed, moments
from interurban.release.columns import columns_files, in_memory
from interurban.release.folder import DATASET, ENTITIES, MANIFEST, Release, counts, open_release, replace_release
from interurban.release.lookup import index_files

_WRITTEN = ".rq"  # what people wrote, and nothing made of the dataset
_TYPE, TOMBSTONE = ox.NamedNode(RDF + "type"), ox.NamedNode(IU + "Tombstone")
_NAMES = {ox.NamedNode(iri) for iri in (RDFS + "label", PREFIXES["foaf"] + "name", PREFIXES["skos"] + "prefLabel")}

Gone = set[ox.NamedNode]


def erased(quads: Iterable[ox.Quad]) -> Gone:
    """Return what has a tombstone in a dataset."""
    found = (q.subject for q in quads if q.predicate == _TYPE and q.object == TOMBSTONE)
    return {subject for subject in found if isinstance(subject, ox.NamedNode)}


def names(quads: Iterable[ox.Quad], things: Gone) -> set[str]:
    """Return what things are called in a dataset."""
    return {q.object.value for q in quads if q.subject in things and q.predicate in _NAMES and _is_text(q.object)}


def names_in_releases(root: Path, things: Gone) -> set[str]:
    """Return what things are called in the releases of a folder."""
    return {name for release in older(root, None, lambda _: None) for name in names(_quads(release), things)}


def mentions(text: str, called: set[str]) -> bool:
    """Whether a text says one of these names."""
    return any(name in text for name in called)


def older(root: Path, latest: Release | None, closed: Callable[[Path], None]) -> Iterator[Release]:
    """Yield the releases in a folder but the latest. closed: is told of each that cannot be opened."""
    for folder in sorted(
        path for path in root.glob("[!.]*") if (path / MANIFEST).exists() or (path / DATASET).exists()
    ):
        if not folder.is_symlink() and (latest is None or folder.name != latest.version):
            try:
                yield open_release(folder)
            except ReleaseError:
                closed(folder)


def erase_from_older(root: Path, latest: Release, gone: Gone, still: Collection[object]) -> None:
    """Write all releases in a folder but the latest anew without what is gone, as far as they have anything of it.

    still: what the latest makes statements about. Raises ReleaseError in the end if there are some that cannot be read.
    """
    closed: list[Path] = []
    for release in older(root, latest, closed.append):
        _erase(root, release, gone, still)
    if closed:
        raise ReleaseError(say("release-not-erased", folders=", ".join(map(relative, closed))))


def _erase(root: Path, release: Release, gone: Gone, still: Collection[object]) -> None:
    quads = _quads(release)
    called = names(quads, gone)
    with_them = {q.subject for q in quads if q.object in gone and q.subject not in still}
    every = gone | {subject for subject in with_them if isinstance(subject, ox.NamedNode)}
    kept = [q for q in quads if not _speaks_of(q, every, called)]
    if len(kept) == len(quads):
        return
    dataset = "".join(f"{quad} .\n" for quad in kept).encode()  # the lines stay in canonical order
    left = {iri: both for iri, both in moments(release).items() if ox.NamedNode(iri) not in every}
    files = {path: release.read(path) for path in release.manifest["files"] if path.endswith(_WRITTEN)}
    files = {path: data for path, data in files.items() if not mentions(data.decode(), called)}
    facts = release.facts
    facts["dataset_hash"] = facts["dataset_hash"] | {"sha256": dataset_hash(dataset)}
    named = Counter(q.graph_name.value for q in kept if isinstance(q.graph_name, ox.NamedNode))
    said = [q for q in kept if q.graph_name == ox.DefaultGraph()]
    facts |= {"counts": counts(len(said), named, (q for q in said if q.predicate == _TYPE)), "erased": True}
    facts["gone"] = {iri: since for iri, since in departed(release).items() if ox.NamedNode(iri) not in every}
    with in_memory(dataset) as file:
        made = {DATASET: dataset, **index_files(dataset), **columns_files(file), ENTITIES: as_json(left)}
    replace_release(root, release.version, made | files, facts)


def _speaks_of(quad: ox.Quad, things: Gone, called: set[str]) -> bool:
    """Whether a statement is about one of these things, points to one, or says one of these names."""
    if quad.subject in things or quad.object in things or quad.graph_name in things:
        return True
    return _is_text(quad.object) and mentions(quad.object.value, called)


def _is_text(term: object) -> TypeGuard[ox.Literal]:
    return isinstance(term, ox.Literal)


def _quads(release: Release) -> list[ox.Quad]:
    return list(ox.parse(release.read(DATASET), format=ox.RdfFormat.N_QUADS))
