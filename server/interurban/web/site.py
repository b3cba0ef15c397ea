"""What every router needs: the releases in memory, the engine, where things are here, and answers that are kept."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from interurban.engine.evaluate import repeatable
from interurban.engine.model import Engine
from interurban.iris import IU, Base
from interurban.questions import Question, read_questions
from interurban.release.folder import Release
from interurban.settings import Settings
from interurban.web.document import exists
from interurban.web.vocabulary import DEFAULT, Term, Vocabulary, name_of

_MEBIBYTE = 2**20
_OVERHEAD = 512  # bytes, about, that an entry takes besides its content
_PART = 8  # no answer may take more than one such part of the memory, so that one never drives out all others

# Characters that stand for themselves in a path; a percent sign in an IRI already begins an escape.
_IN_PATH = "/:@!$&'()*+,;=~%"
_NAMELESS = "ASK { ?s ?p ?o FILTER (ISBLANK(?s) || ISBLANK(?o)) }"
_TERMS = "/def/"  # the ontology's namespace is the same whatever the base


@dataclass(frozen=True)
class Content:
    """A whole answer: its bytes, and the headers that only it has."""

    content: bytes
    headers: Mapping[str, str]


@dataclass
class Kept:
    """A memory for answers, of at most `megabytes` MiB. A key names release, program and request, as strong tags do."""

    megabytes: int
    size: int = 0
    _entries: OrderedDict[str, Content] = field(default_factory=OrderedDict)

    @property
    def longest(self) -> int:
        """How many bytes the longest answer may have that is kept."""
        return self.megabytes * _MEBIBYTE // _PART

    def get(self, key: str) -> Content | None:
        """Return what was kept under `key`, None if that is nothing (any more)."""
        found = self._entries.get(key)
        if found:
            self._entries.move_to_end(key)
        return found

    def put(self, key: str, answer: Content) -> None:
        """Keep an answer, unless it is too long, and let go of others until there is room for it."""
        if len(answer.content) > self.longest:
            return
        before = self._entries.pop(key, None)
        self.size += _size(answer) - (_size(before) if before else 0)
        self._entries[key] = answer
        while self.size > self.megabytes * _MEBIBYTE:
            self.size -= _size(self._entries.popitem(last=False)[1])


def _size(answer: Content) -> int:
    return len(answer.content) + _OVERHEAD


@dataclass(frozen=True)
class Edition:
    """A release and the store that holds it."""

    release: Release
    store: ox.Store

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What it says about its own terms; ReleaseError if that cannot be used."""
        return Vocabulary(self.store, Base(self.release.base))

    @cached_property
    def nameless(self) -> bool:
        """Whether it has blank nodes, which get other names each time it is loaded."""
        return bool(self.store.query(_NAMELESS, default_graph=[ox.DefaultGraph(), *self.store.named_graphs()]))


@dataclass(frozen=True)
class Site:
    """One served release, and beside it all that are served, newest first: the first is the current one.

    edition: changes whenever an answer could: with the release or the program. mount: the path before those of this
    release's documents: "" where it is the current one, and not one of all that there have been.
    """

    editions: tuple[Edition, ...]
    mount: str
    release: Release
    store: ox.Store
    engine: Engine
    settings: Settings
    base: Base
    vocabulary: Vocabulary
    questions: dict[str, Question]
    edition: str
    nameless: bool
    kept: Kept = field(repr=False)

    @classmethod
    def of(
        cls, editions: Sequence[Edition], engine: Engine, settings: Settings, kept: Kept, which: int | None = None
    ) -> "Site":
        """Return the site of one of the releases that are served: the current one, or as a memento the one at `which`.

        Raises ReleaseError if its vocabulary cannot be used, InputError if its saved questions cannot.
        """
        this = editions[which or 0]
        release = this.release
        # A tag also depends on what else is served: pages tell of releases before and after theirs.
        states = " ".join(f"{e.release.version} {e.release.manifest['dataset_hash']}" for e in editions)
        return cls(
            editions=tuple(editions),
            mount="" if which is None else f"/releases/{release.version}",
            release=release,
            store=this.store,
            engine=engine,
            settings=settings,
            base=Base(release.base),
            vocabulary=this.vocabulary,
            questions=read_questions(release.queries) if which is None else {},
            edition=hashlib.sha256(f"{which} {states} {_program()}".encode()).hexdigest(),
            nameless=this.nameless,
            kept=kept,
        )

    def local(self, path: str) -> str:
        """Return the path of a request as this release's documents have it."""
        return path.removeprefix(self.mount)

    def repeatable(self, text: str) -> bool:
        """Tell whether a query surely answers the same, byte for byte, each time it is asked of this release."""
        return not self.nameless and repeatable(text)

    @cached_property
    def settled(self) -> dict[tuple[Term, Term, Term], ox.NamedNode]:
        """Subject, property and believed value of each disagreement -> the conflict that tells of it."""
        parts = [IU + name for name in ("conflictSubject", "conflictProperty", "believed")]
        found = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(parts[0]), None, DEFAULT):
            subject, about, believed = (value for part in parts for value in self.vocabulary.values(quad.subject, part))
            if isinstance(quad.subject, ox.NamedNode):
                found[subject, about, believed] = quad.subject
        return found

    @cached_property
    def erased(self) -> dict[ox.NamedNode, str]:
        """What has been erased, from all releases, and the day of it."""
        store = self.editions[0].store
        quads = store.quads_for_pattern(None, ox.NamedNode(IU + "erasedOn"), None, DEFAULT)
        return {q.subject: name_of(q.object) for q in quads if isinstance(q.subject, ox.NamedNode)}

    def find(self, path: str) -> ox.NamedNode | None:
        """Return the thing that the path of its IRI (`/id/city/it-modena`) names, None if there is none."""
        node = self.named(path)
        return node if node and node not in self.erased and exists(self.store, node) else None

    def named(self, path: str) -> ox.NamedNode | None:
        """Return the IRI of which this is the path, None if it is no IRI at all."""
        mount, namespace = (_TERMS, IU) if path.startswith(_TERMS) else ("/", self.base.iri)
        iri = namespace + path.removeprefix(mount)
        try:
            return ox.NamedNode(iri)
        except ValueError:
            return None

    def address(self, iri: str) -> str | None:
        """Return the path of the document about `iri` on this server, None if it is somebody else's."""
        path = self.base.path(iri)
        if path is None:
            return None
        document, hash_, fragment = path.partition("#")
        return self.mount + encoded(document_path(document)) + hash_ + encoded(fragment)


def document_path(path: str) -> str:
    """Return the path of the document about the thing at `path`: a thing in the world is not its page."""
    return "/doc/" + path.removeprefix("/id/") if path.startswith("/id/") else path


def encoded(path: str) -> str:
    """Return a path as it is written in headers and links: ASCII, everything else percent-encoded."""
    return quote(path, safe=_IN_PATH)


@cache
def _program() -> str:
    """Return a hash of this program's files, so that a new program never answers with an old one's tags."""
    folder = Path(__file__).parents[1]
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".toml", ".html", ".css", ".js", ".svg"))
    return hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in files)).hexdigest()
