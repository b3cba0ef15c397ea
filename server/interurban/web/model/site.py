"""A served release with what every answer needs: its store and vocabulary, the engine, the addresses, the cache."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from interurban.engine.evaluate import repeatable
from interurban.engine.model import Engine
from interurban.iris import DCT, IU, OWL, Base, percent_encoded
from interurban.questions import Question
from interurban.rdf.terms import TYPE, Statements
from interurban.release.changes import ChangeKind, Moments, departed
from interurban.release.folder import MODULES, Release
from interurban.release.mappings import MappingsFile
from interurban.release.pages import PagesFile
from interurban.release.search import SearchFile
from interurban.settings import Settings
from interurban.web.model.cache import AnswerCache
from interurban.web.model.loaded import LoadedRelease
from interurban.web.model.presentation import Presentation
from interurban.web.model.reconciliation import Meanings
from interurban.web.model.vocabulary import DEFAULT, Term, Vocabulary, exists, name_of

_IN_EACH_RELEASE = ("/id/", "/graph/", "/def/")  # only the current release has questions and a catalogue
_IS_ONTOLOGY = (TYPE, ox.NamedNode(OWL + "Ontology"))
COUNTRY = "country"  # in the tables for pages, and in the addresses of countries' own
_REMEMBERED, _SHORT = 4096, 256  # paths of which is known what they name, and their letters
_TERMS = "/def/"  # the ontology's namespace is the same whatever the base


@dataclass(frozen=True)
class Site:
    """One served release, and beside it all that are served, newest first: the first is the current one.

    revision: changes whenever an answer could: with the releases or the program. mount: the path before those of this
    release's documents: "" where it is the current one, and not one of all that there have been.
    """

    served: tuple[LoadedRelease, ...]
    mount: str
    release: Release
    store: Statements
    engine: Engine
    settings: Settings
    base: Base
    vocabulary: Vocabulary
    questions: dict[str, Question]
    revision: str
    has_blank_nodes: bool
    cache: AnswerCache = field(repr=False)

    @classmethod
    def of(
        cls,
        served: Sequence[LoadedRelease],
        engine: Engine,
        settings: Settings,
        cache: AnswerCache,
        which: int | None = None,
    ) -> "Site":
        """Return the site of one of the releases that are served: the current one, or as a memento the one at `which`.

        Raises ReleaseError if its vocabulary cannot be used, InputError if its saved questions cannot.
        """
        this = served[which or 0]
        release = this.release
        # A tag also depends on what else is served: pages tell of releases before and after theirs.
        states = " ".join(f"{e.release.version} {e.release.manifest['dataset_hash']}" for e in served)
        return cls(
            served=tuple(served),
            mount="" if which is None else f"/releases/{release.version}",
            release=release,
            store=this.store,
            engine=engine,
            settings=settings,
            base=Base(release.base),
            vocabulary=this.vocabulary,
            questions=this.questions if which is None else {},
            revision=hashlib.sha256(f"{which} {states} {_program()}".encode()).hexdigest(),
            has_blank_nodes=this.has_blank_nodes,
            cache=cache,
        )

    @property
    def moments(self) -> Moments:
        """When each entity of the release came, and when it last changed."""
        return self._loaded.moments

    @property
    def by_time(self) -> list[tuple[str, str, ChangeKind]]:
        """What made the entities of the release as they are, in order of time: when, which, what happened to it."""
        return self._loaded.by_time

    @property
    def presentation(self) -> Presentation:
        """How the things of the release are shown."""
        return self._loaded.presentation

    @property
    def meanings(self) -> Meanings:
        """What a name can mean among the things of the release."""
        return self._loaded.meanings

    @property
    def search(self) -> SearchFile:
        """What can be found by a name in the current release, whichever this is."""
        return self.served[0].search

    @property
    def _loaded(self) -> LoadedRelease:
        return next(loaded for loaded in self.served if loaded.release is self.release)

    def local(self, path: str) -> str:
        """Return the path of a request as this release's documents have it."""
        return path.removeprefix(self.mount)

    def repeatable(self, text: str) -> bool:
        """Tell whether a query surely answers the same, byte for byte, each time it is asked of this release."""
        return not self.has_blank_nodes and repeatable(text)

    @cached_property
    def modules(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """The documents in which the ontology is written, by the ontology that each holds; none in old releases."""
        found = {}
        for path in self.release.manifest["files"]:
            if path.startswith(MODULES + "/"):
                said = [quad.triple for quad in ox.parse(self.release.read(path), format=ox.RdfFormat.N_TRIPLES)]
                found.update({t.subject: said for t in said if (t.predicate, t.object) == _IS_ONTOLOGY})
        return found

    @cached_property
    def mappings(self) -> MappingsFile:
        """Why things are the same as others elsewhere, and how surely."""
        return MappingsFile(self.release)

    @cached_property
    def pages(self) -> PagesFile:
        """The tables that pages with many things on them read."""
        return PagesFile.of(self.release)

    @cached_property
    def countries(self) -> dict[str, ox.NamedNode]:
        """Code in the EU's table of countries -> the country, of those in which anything is."""
        lists = [kind for kind, columns in self.pages.tables.items() if COUNTRY in columns.facets]
        every = sorted({iri for kind in lists for iri in self.pages.values(kind, COUNTRY)})
        return {iri.rpartition("/")[2]: ox.NamedNode(iri) for iri in every}

    @cached_property
    def conflicts(self) -> dict[tuple[Term, Term, Term], ox.NamedNode]:
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
        store = self.served[0].store
        quads = store.quads_for_pattern(None, ox.NamedNode(IU + "erasedOn"), None, DEFAULT)
        return {q.subject: name_of(q.object) for q in quads if isinstance(q.subject, ox.NamedNode)}

    @cached_property
    def gone(self) -> dict[str, str]:
        """IRI of what is not described any more -> the instant from which that is so."""
        served = [loaded.release for loaded in reversed(self.served)]
        told = {iri: each.published for each in served for iri in each.manifest["deleted"]}
        return told | {iri: since for each in served for iri, since in departed(each).items()}

    @cached_property
    def moved(self) -> dict[ox.NamedNode, str]:
        """Former addresses, and the path of the IRI under which each thing is described now."""
        former = self.store.quads_for_pattern(None, TYPE, ox.NamedNode(IU + "FormerAddress"), DEFAULT)
        found = {}
        for node in (quad.subject for quad in former if isinstance(quad.subject, ox.NamedNode)):
            for now in self.vocabulary.values(node, DCT + "isReplacedBy"):
                found[node] = self.base.path(name_of(now)) or name_of(now)
        return found

    def find(self, path: str) -> ox.NamedNode | None:
        """Return the thing that the path of its IRI (`/id/city/it-modena`) names, None if there is none."""
        return self._found(path) if len(path) <= _SHORT else self._read(path)

    @cached_property
    def _found(self) -> Callable[[str], ox.NamedNode | None]:
        return lru_cache(_REMEMBERED)(self._read)

    def _read(self, path: str) -> ox.NamedNode | None:
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
        mount = self.mount if document.startswith(_IN_EACH_RELEASE) else ""
        return mount + percent_encoded(document_path(document)) + hash_ + percent_encoded(fragment)


def document_path(path: str) -> str:
    """Return the path of the document about the thing at `path`: a thing in the world is not its page."""
    return "/doc/" + path.removeprefix("/id/") if path.startswith("/id/") else path


@cache
def _program() -> str:
    """Return a hash of this program's files, so that a new program never answers with an old one's tags."""
    folder = Path(__file__).parents[2]
    files = sorted(
        p for p in folder.rglob("*") if p.suffix in (".py", ".toml", ".html", ".css", ".js", ".json", ".svg")
    )
    return hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in files)).hexdigest()
