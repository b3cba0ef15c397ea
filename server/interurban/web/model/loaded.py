"""The releases that are served, with what every process would otherwise find out for itself.

Their statements stay on the disk. Of an earlier release only that is looked at in which it differs from the current
one.
"""

import gc
import os
import pickle
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from interurban.engine.columns import Columns
from interurban.engine.model import Loaded, load
from interurban.engine.supervisor import fork
from interurban.errors import ReleaseError, ReleaseFileError, relative
from interurban.iris import Base
from interurban.messages import say
from interurban.questions import Question, read_questions
from interurban.rdf.terms import TYPE, GraphName, Statements, Subject, Term
from interurban.release.changes import ChangeKind, Moments, moments
from interurban.release.differences import differing, has_blank_nodes, mapped, said
from interurban.release.folder import DATASET, ENTITIES, QUADS, QUERIES, TERMS, Release, unverified_current
from interurban.release.history import history
from interurban.release.lookup import DatasetFile
from interurban.release.search import SearchFile
from interurban.web.model.presentation import Presentation
from interurban.web.model.reconciliation import Meanings
from interurban.web.model.vocabulary import Vocabulary

_NQUADS = ox.RdfFormat.N_QUADS
Result = TypeVar("Result")
_WORTH = 2  # that part of an earlier dataset, or less, has to be different, or all of it is loaded


class Differing:
    """What an earlier release says: what `later` says, but of the things in `changed`; own: what it says of those."""

    def __init__(self, later: Statements, changed: Collection[ox.NamedNode], own: ox.Store) -> None:
        self.later, self.changed, self.own = later, frozenset(changed), own

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Term | None,  # noqa: A002 - as the store has it
        graph_name: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit a pattern; None fits everything."""
        if subject is not None:
            store = self.own if subject in self.changed else self.later
            return store.quads_for_pattern(subject, predicate, object, graph_name)
        same = self.later.quads_for_pattern(None, predicate, object, graph_name)
        others = self.own.quads_for_pattern(None, predicate, object, graph_name)
        return chain((quad for quad in same if quad.subject not in self.changed), others)

    def contains_named_graph(self, graph_name: ox.NamedNode) -> bool:
        """Return whether anything is said in a graph."""
        return any(True for _ in self.quads_for_pattern(None, None, None, graph_name))


@dataclass(frozen=True)
class LoadedRelease:
    """A release and what holds its statements."""

    release: Release
    store: Statements

    @classmethod
    def of(cls, release: Release) -> "LoadedRelease":
        """Return a release with all that it says; ReleaseFileError if that is not there now."""
        return cls(release, DatasetFile(release))

    @classmethod
    def before(cls, release: Release, later: "LoadedRelease") -> "LoadedRelease":
        """Return an earlier release than one that is loaded, by itself or as far as it is different."""
        if isinstance(later.store, Differing) or (found := _difference(release, later.release)) is None:
            return cls.of(release)
        changed, own = found
        loaded = cls(release, Differing(later.store, changed, own))
        loaded.__dict__["vocabulary"] = later.vocabulary.of_other(loaded.store, changed)
        loaded.__dict__["has_blank_nodes"] = later.has_blank_nodes
        return loaded

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Its saved questions, and nothing else that may lie in their folder; InputError if they cannot be used."""
        return _questions(self.release)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What it says about its own terms; ReleaseError if that cannot be used."""
        return Vocabulary(self.store, Base(self.release.base))

    @cached_property
    def presentation(self) -> Presentation:
        """How its things are shown; ReleaseError if a section has a path that is none."""
        return Presentation(self.vocabulary)

    @cached_property
    def moments(self) -> Moments:
        """When each of its entities came, and when it last changed."""
        return moments(self.release)

    @cached_property
    def by_time(self) -> list[tuple[str, str, ChangeKind]]:
        """What made its entities as they are, in order of time: when, which, and what happened to it."""
        return sorted(
            (last, iri, "created" if came == last else "updated") for iri, (came, last) in self.moments.items()
        )

    @cached_property
    def meanings(self) -> Meanings:
        """What a name can mean among its things."""
        return Meanings(self.release, self.vocabulary.superclasses)

    @cached_property
    def search(self) -> SearchFile:
        """What can be found by a name."""
        return SearchFile(self.release)

    @cached_property
    def has_blank_nodes(self) -> bool:
        """Whether it has blank nodes, which get other names each time it is loaded."""
        with self.release.open(DATASET) as file, mapped(file) as lines:
            return has_blank_nodes(lines)


def load_releases(root: Path, most: int, tell: Callable[[ReleaseError], None]) -> list[LoadedRelease]:
    """Return the releases of a folder that are to be served, verified and loaded, newest first.

    Raises ReleaseError if the current one cannot be, InputError if its saved questions cannot be used. What is wrong
    with an older one is told.
    """
    gc.disable()  # nearly all that is made here is kept
    try:
        return _loaded(root, most, tell)
    finally:
        gc.enable()


def _loaded(root: Path, most: int, tell: Callable[[ReleaseError], None]) -> list[LoadedRelease]:
    first = unverified_current(root)
    found = _beside(lambda: (first.files.summed(), _questions(first)))
    typed, known = list[tuple[str, str]](), Moments()
    with suppress(ReleaseFileError):  # which is told with all others that are wrong
        with first.files.unverified(DATASET) as file, mapped(file) as lines:
            typed = list(said(lines, TYPE.value))
        if ENTITIES in first.manifest["files"]:
            known = moments(first)
    sums, questions = found()
    first.files.trust(sums)
    releases = history(first, most, tell)
    latest = LoadedRelease.of(first)
    latest.__dict__["questions"], latest.__dict__["moments"] = questions, known
    latest.__dict__["vocabulary"] = Vocabulary(latest.store, Base(first.base), typed)
    loaded = [latest, *(LoadedRelease.before(release, latest) for release in releases[1:])]
    for each in loaded:
        _ = each.presentation, each.has_blank_nodes, ENTITIES in each.release.manifest["files"] and each.moments
    _ = ENTITIES in loaded[-1].release.manifest["files"] and loaded[-1].by_time  # the stream of changes begins there
    return loaded


def _beside(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin to work in another process, since threads would wait for each other; returns what waits for the result."""
    reading, writing = os.pipe()

    def write() -> None:
        os.close(reading)
        with os.fdopen(writing, "wb") as file, suppress(Exception):  # who waits will find it as well
            pickle.dump(work(), file)

    pid = fork("reader", write)
    os.close(writing)

    def result() -> Result:
        with os.fdopen(reading, "rb") as file:
            written = file.read()
        os.waitpid(pid, 0)
        return pickle.loads(written) if written else work()  # noqa: S301 - our own process has written it

    return result


def _questions(release: Release) -> dict[str, Question]:
    files, found = release.manifest["files"], read_questions(release.queries, strict=False)
    return {name: question for name, question in found.items() if f"{QUERIES}/{name}.rq" in files}


def in_memory(release: Release) -> Loaded:
    """Return what can be asked in SPARQL what a release says; ReleaseError if it is not N-Quads."""
    with release.open(DATASET) as file:
        try:
            return Loaded(load(Path(f"/proc/self/fd/{file.fileno()}")), _columns(release))
        except ReleaseError as error:  # people know the file by its name
            values = error.message.values | {"file": relative(release.dataset)}
            raise ReleaseError(say(error.message.key, **values)) from error


def _columns(release: Release) -> Columns | None:
    """Return a release's statements as columns; None if it has none, or none that can be read."""
    if TERMS not in release.manifest["files"]:
        return None
    with suppress(ValueError, OSError), release.open(TERMS) as terms, release.open(QUADS) as quads:
        return Columns(terms, quads)
    return None


def _difference(old: Release, new: Release) -> tuple[set[ox.NamedNode], ox.Store] | None:
    """Return of which things two releases say something else, and what the old one says of them.

    None if that is too much, or has blank nodes, whose names say nothing about another dataset.
    """
    changed: set[ox.NamedNode] = set()
    with old.open(DATASET) as before, new.open(DATASET) as after:
        room = before.seek(0, 2) // _WORTH
        lines = []
        for was, comes in differing(before, after):
            room -= len(was) + len(comes)
            about = was or comes
            if room < 0 or about.startswith(b"_:") or has_blank_nodes(was) or has_blank_nodes(comes):
                return None
            changed.add(ox.NamedNode(about[1 : about.index(b">")].decode()))
            lines.append(was)
    own = ox.Store()
    own.load(b"".join(lines), _NQUADS, lenient=True)
    return changed, own
