"""Every version of every entity as an event stream (Linked Data Event Streams, TREE), oldest first.

A member is a version of an entity: its own statements in the default graph, with the member as their subject. Its IRI
is made of the entity and the instant of the release in which it became so, and so it is the same member wherever it is
told. The oldest release that is served is told as a snapshot: each of its entities in the version it has there. Each
release after it is told by what it changed. A page depends on nothing but its release, so it never changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import pyoxigraph as ox

from interurban.iris import DCT, PREFIXES, RDF, RDFS, XSD
from interurban.release.changes import ChangeKind, own_statements
from interurban.release.folder import DATASET
from interurban.web.model.diff import ACTIVITIES, KINDS
from interurban.web.model.document import Document, document, instant, texts
from interurban.web.model.history import History
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term

PAGE_SIZE = 250  # members
_AS, _LDES, _TREE = (PREFIXES[prefix] for prefix in ("as", "ldes", "tree"))
_TIMESTAMP = ox.NamedNode(_AS + "published")
_VERSION_OF = ox.NamedNode(DCT + "isVersionOf")

Said = list[tuple[str, Term]]


@dataclass(frozen=True)
class Event:
    """What happened to an entity, and when."""

    published: str
    iri: str
    kind: ChangeKind


@dataclass(frozen=True)
class Fragment:
    """A page of the stream. path: its address; site: whose release it tells.

    of: what happened to which entity, of all pages that tell the release, in order of time; start: where its own begin.
    """

    path: str
    site: Site
    of: Sequence[tuple[str, str, ChangeKind]]
    start: int

    @property
    def events(self) -> list[Event]:
        """The events on it, in order of time, at least one."""
        return [Event(*each) for each in self.of[self.start : self.start + PAGE_SIZE]]

    @property
    def size(self) -> int:
        """How many there are."""
        return min(PAGE_SIZE, len(self.of) - self.start)

    @property
    def bounds(self) -> tuple[str, str]:
        """When the first of them happened, and when the last."""
        return self.of[self.start][0], self.of[self.start + self.size - 1][0]


class EventStream:
    """The stream of the releases that are served."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.view = history.sites[0].base.iri + "changes"
        self.stream = self.view + "#stream"

    @cached_property
    def fragments(self) -> dict[str, Fragment]:
        """Path -> page, the oldest first. Reads the releases' files."""
        oldest, *later = reversed(self.history.sites)
        told = [(f"/changes/{oldest.release.version}/snapshot", oldest, oldest.by_time)]
        told += [(f"/changes/{site.release.version}", site, self._changed(site)) for site in later]
        parts = [
            Fragment(f"{path}/{start // PAGE_SIZE + 1}", site, events, start)
            for path, site, events in told
            for start in range(0, len(events), PAGE_SIZE)
        ]
        return {part.path: part for part in parts}

    def member(self, event: Event) -> str:
        """Return the IRI of a member."""
        return f"{self.view}#{event.published}/{quote(event.iri, safe='/:')}"

    def root(self) -> Document:
        """Return what is said of the stream, and where its pages are."""
        relations = [relation for part in self.fragments.values() for relation in self._relations(part)]
        view: Said = [
            (RDF + "type", ox.NamedNode(_TREE + "Node")),
            (_LDES + "retentionPolicy", ox.NamedNode(self.view + "#retention")),
            *((_TREE + "relation", ox.NamedNode(iri)) for iri, _ in relations),
        ]
        retention: Said = [
            (RDF + "type", ox.NamedNode(_LDES + "RetentionPolicy")),
            (_LDES + "versionAmount", ox.Literal("1", datatype=ox.NamedNode(XSD + "integer"))),
            *((RDFS + "comment", text) for text in texts("web-changes-retention")),
        ]
        stream: Said = [
            (RDF + "type", ox.NamedNode(_LDES + "EventStream")),
            *((DCT + "title", text) for text in texts("web-changes")),
            *((DCT + "description", text) for text in texts("web-changes-about")),
            (_LDES + "timestampPath", _TIMESTAMP),
            (_LDES + "versionOfPath", _VERSION_OF),
            *((f"{_LDES}version{name}Object", ox.NamedNode(_AS + name)) for name in ACTIVITIES.values()),
            *self._view(),
        ]
        return document((self.stream, stream), (self.view, view), (self.view + "#retention", retention), *relations)

    def page(self, part: Fragment) -> Document:
        """Return a page with its members."""
        kept = [event.iri for event in part.events if event.kind != "deleted"]  # of what is gone no data are repeated
        with part.site.release.open(DATASET) as dataset:
            own = dict(zip(kept, own_statements(dataset, kept), strict=True))
        members = [(self.member(event), _version(event, own.get(event.iri, ()))) for event in part.events]
        stream = [*self._view(), *((_TREE + "member", ox.NamedNode(iri)) for iri, _ in members)]
        node: Said = [
            (RDF + "type", ox.NamedNode(_TREE + "Node")),
            (_LDES + "immutable", ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))),
        ]
        return document((self._address(part), node), (self.stream, stream), *members)

    def _view(self) -> Said:
        return [(_TREE + "view", ox.NamedNode(self.view))]

    def _address(self, part: Fragment) -> str:
        return self.history.sites[0].base.iri + part.path[1:]

    def _relations(self, part: Fragment) -> list[tuple[str, Said]]:
        """Return the two relations to a page: of which time its first member is at least, and its last at most."""
        first, last = part.bounds
        bounds = (("from", "Greater", first), ("until", "Less", last))
        return [
            (
                f"{self.view}#{part.path.removeprefix('/changes/')}/{name}",
                [
                    (RDF + "type", ox.NamedNode(f"{_TREE}{than}ThanOrEqualToRelation")),
                    (_TREE + "node", ox.NamedNode(self._address(part))),
                    (_TREE + "path", _TIMESTAMP),
                    (_TREE + "value", instant(published)),
                ],
            )
            for name, than, published in bounds
        ]

    def sizes(self, site: Site) -> list[tuple[str, int]]:
        """Return the pages that tell a release, and how many members each has."""
        return [(part.path, part.size) for part in self.fragments.values() if part.site is site]

    def _changed(self, site: Site) -> list[tuple[str, str, ChangeKind]]:
        changed = self.history.changed(site)
        return [(site.release.published, iri, kind) for kind in KINDS for iri in getattr(changed, kind)]


def _version(event: Event, own: Iterable[ox.Triple]) -> Said:
    """Return what a member says: what happened to which entity and when, and the entity's own statements."""
    return [
        (RDF + "type", ox.NamedNode(_AS + ACTIVITIES[event.kind])),
        (_VERSION_OF.value, ox.NamedNode(event.iri)),
        (_TIMESTAMP.value, instant(event.published)),
        *((triple.predicate.value, triple.object) for triple in own),
    ]
