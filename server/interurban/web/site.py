"""What every router needs: the release in memory, the engine, and where things are on this server."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from interurban.engine.model import Engine
from interurban.engine.repeatable import repeatable
from interurban.iris import IU, Base
from interurban.questions import Question, read_questions
from interurban.release.folder import Release
from interurban.settings import Settings
from interurban.web.document import exists
from interurban.web.kept import Kept
from interurban.web.vocabulary import DEFAULT, Term, Vocabulary

# Characters that stand for themselves in a path; a percent sign in an IRI already begins an escape.
_IN_PATH = "/:@!$&'()*+,;=~%"
_NAMELESS = "ASK { ?s ?p ?o FILTER (ISBLANK(?s) || ISBLANK(?o)) }"
_TERMS = "/def/"  # the ontology's namespace is the same whatever the base


@dataclass(frozen=True)
class Site:
    """One served release. `edition` changes whenever an answer could: with the release or the program."""

    release: Release
    store: ox.Store
    engine: Engine
    settings: Settings
    base: Base
    vocabulary: Vocabulary
    questions: dict[str, Question]
    edition: str
    nameless: bool  # it has blank nodes, which get other names each time it is loaded
    kept: Kept

    @classmethod
    def of(cls, release: Release, store: ox.Store, engine: Engine, settings: Settings) -> "Site":
        """Return the site of a release that `store` holds.

        Raises ReleaseError if its vocabulary cannot be used, InputError if its saved questions cannot.
        """
        base = Base(release.base)
        content = release.manifest["dataset_hash"]
        edition = hashlib.sha256(f"{release.version} {content} {_program()}".encode())
        vocabulary, questions = Vocabulary(store, base), read_questions(release.queries)
        nameless = bool(store.query(_NAMELESS, default_graph=[ox.DefaultGraph(), *store.named_graphs()]))
        kept = Kept(settings.cache_megabytes)
        return cls(release, store, engine, settings, base, vocabulary, questions, edition.hexdigest(), nameless, kept)

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

    def find(self, path: str) -> ox.NamedNode | None:
        """Return the thing that the path of its IRI (`/id/city/it-modena`) names, None if there is none."""
        mount, namespace = (_TERMS, IU) if path.startswith(_TERMS) else ("/", self.base.iri)
        iri = namespace + path.removeprefix(mount)
        try:
            node = ox.NamedNode(iri)
        except ValueError:  # not an IRI at all
            return None
        return node if exists(self.store, node) else None

    def address(self, iri: str) -> str | None:
        """Return the path of the document about `iri` on this server, None if it is somebody else's."""
        path = self.base.path(iri)
        if path is None:
            return None
        document, hash_, fragment = path.partition("#")
        return encoded(document_path(document)) + hash_ + encoded(fragment)


def document_path(path: str) -> str:
    """Return the path of the document about the thing at `path`: a thing in the world is not its page."""
    return "/doc/" + path.removeprefix("/id/") if path.startswith("/id/") else path


def encoded(path: str) -> str:
    """Return a path as it is written in headers and links: ASCII, everything else percent-encoded."""
    return quote(path, safe=_IN_PATH)


def _program() -> str:
    """Return a hash of this program's files, so that a new program never answers with an old one's tags."""
    folder = Path(__file__).parents[1]
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".toml", ".html", ".css", ".js", ".svg"))
    return hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in files)).hexdigest()
