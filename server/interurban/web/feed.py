"""/changes: every version of every entity as an event stream (Linked Data Event Streams, TREE), oldest first.

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
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT, PREFIXES, RDF, RDFS, XSD
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.release.changes import own_statements
from interurban.web.difference import ACTIVITIES, KINDS, Kind
from interurban.web.document import Document, document, instant, texts
from interurban.web.openapi import DOCUMENT
from interurban.web.pages import Pages, Reader
from interurban.web.problems import NotFoundError
from interurban.web.releases import Past
from interurban.web.representation import EXTENSIONS, Apart, Body, Resource
from interurban.web.serialization import serialize
from interurban.web.site import Site
from interurban.web.vocabulary import Term
from interurban.web.words import Names, date_text

PAGE_SIZE = 250  # members
_AS, _LDES, _TREE = (PREFIXES[prefix] for prefix in ("as", "ldes", "tree"))
_TIMESTAMP = ox.NamedNode(_AS + "published")
_VERSION_OF = ox.NamedNode(DCT + "isVersionOf")
# A page stays as it is; a week, and not a year, because what is erased from a release is to go from caches as well.
_IMMUTABLE = {"cache-control": "public, max-age=604800, immutable"}

Said = list[tuple[str, Term]]


@dataclass(frozen=True)
class Event:
    """What happened to an entity, and when."""

    published: str
    iri: str
    kind: Kind


@dataclass(frozen=True)
class Fragment:
    """A page of the stream. path: its address; site: whose release it tells; events: in order of time, at least one."""

    path: str
    site: Site
    events: Sequence[Event]


class Feed:
    """The stream of the releases that are served."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.view = past.sites[0].base.iri + "changes"
        self.stream = self.view + "#stream"

    @cached_property
    def fragments(self) -> dict[str, Fragment]:
        """Path -> page, the oldest first. Reads the releases' files."""
        oldest, *later = reversed(self.past.sites)
        told = [(f"/changes/{oldest.release.version}/snapshot", oldest, self._snapshot(oldest))]
        told += [(f"/changes/{site.release.version}", site, self._turn(site)) for site in later]
        parts = [
            Fragment(f"{path}/{start // PAGE_SIZE + 1}", site, events[start : start + PAGE_SIZE])
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
        own = dict(zip(kept, own_statements(part.site.release.dataset, kept), strict=True))
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
        return self.past.sites[0].base.iri + part.path[1:]

    def _relations(self, part: Fragment) -> list[tuple[str, Said]]:
        """Return the two relations to a page: of which time its first member is at least, and its last at most."""
        bounds = (("from", "Greater", part.events[0]), ("until", "Less", part.events[-1]))
        return [
            (
                f"{self.view}#{part.path.removeprefix('/changes/')}/{name}",
                [
                    (RDF + "type", ox.NamedNode(f"{_TREE}{than}ThanOrEqualToRelation")),
                    (_TREE + "node", ox.NamedNode(self._address(part))),
                    (_TREE + "path", _TIMESTAMP),
                    (_TREE + "value", instant(event.published)),
                ],
            )
            for name, than, event in bounds
        ]

    def _snapshot(self, site: Site) -> list[Event]:
        """Return what made the entities of a release as they are, in order of time."""
        found = sorted((last, iri, came) for iri, (came, last) in self.past.moments(site).items())
        return [Event(last, iri, "created" if came == last else "updated") for last, iri, came in found]

    def _turn(self, site: Site) -> list[Event]:
        turn = self.past.turn(site)
        return [Event(site.release.published, iri, kind) for kind in KINDS for iri in getattr(turn, kind)]


def router(past: Past, pages: Pages, apart: Apart) -> APIRouter:
    """Return the routes of the stream. pages: of the current release."""
    routes = APIRouter()
    feed = Feed(past)
    site = past.sites[0]

    @routes.get("/changes", **DOCUMENT)
    async def changes(request: Request) -> Response:
        """Answer with the description of the stream and the way to its pages."""
        return await root(request, None)

    @routes.get("/changes.{extension}", **DOCUMENT)
    async def changes_as(request: Request, extension: str) -> Response:
        """Answer with the same in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return await root(request, extension)

    @routes.get("/changes/{version}/{number}", **DOCUMENT)
    async def turn(request: Request, version: str, number: str) -> Response:
        """Answer with a page of what a release changed."""
        return await fragment(request, f"/changes/{version}/{number}")

    @routes.get("/changes/{version}/snapshot/{number}", **DOCUMENT)
    async def snapshot(request: Request, version: str, number: str) -> Response:
        """Answer with a page of all entities of the oldest release that is served."""
        return await fragment(request, f"/changes/{version}/snapshot/{number}")

    async def root(request: Request, extension: str | None) -> Response:
        resource = Resource("/changes")

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                return Body(serialize(site.vocabulary, feed.root(), form))
            rows = [
                (each, date_text(each.release.published, reader.language), _sizes(feed, each))
                for each in reversed(past.sites)
            ]
            return Body(pages.html("changes.html", reader, formats=resource.links(), rows=rows))

        return await apart.respond(request, resource, extension, make)

    async def fragment(request: Request, path: str) -> Response:
        stem, _, extension = path.rpartition(".")
        path, wanted = (stem, extension) if extension in EXTENSIONS else (path, None)
        if past.find(path.split("/")[2]) is None or (part := feed.fragments.get(path)) is None:
            raise NotFoundError(say("web-no-fragment"))
        resource = Resource(path)

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                return Body(serialize(site.vocabulary, feed.page(part), form))
            return Body(_page(feed, part, pages, reader, resource))

        return await apart.respond(request, resource, wanted, make, _IMMUTABLE)

    return routes


def _sizes(feed: Feed, site: Site) -> list[tuple[str, int]]:
    """Return the pages that tell a release, and how many members each has."""
    return [(part.path, len(part.events)) for part in feed.fragments.values() if part.site is site]


def _page(feed: Feed, part: Fragment, pages: Pages, reader: Reader, resource: Resource) -> bytes:
    before = feed.past.before(part.site)
    now = Names(part.site, reader.language)
    then = Names(before, reader.language) if before else now
    rows = [
        ((then if event.kind == "deleted" else now).value(ox.NamedNode(event.iri)), event.kind, event.published)
        for event in part.events
    ]
    return pages.html(
        "changes-page.html", reader, formats=resource.links(), rows=rows, served=part.site, path=part.path
    )


def _version(event: Event, own: Iterable[ox.Triple]) -> Said:
    """Return what a member says: what happened to which entity and when, and the entity's own statements."""
    return [
        (RDF + "type", ox.NamedNode(_AS + ACTIVITIES[event.kind])),
        (_VERSION_OF.value, ox.NamedNode(event.iri)),
        (_TIMESTAMP.value, instant(event.published)),
        *((triple.predicate.value, triple.object) for triple in own),
    ]
