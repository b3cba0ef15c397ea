"""/releases: the releases that are served, what each changed, and what makes any one of them of any other.

What a release changed, entity by entity, its own files tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT, PREFIXES, RDF, XSD
from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION, Format
from interurban.release.changes import Moments, moments
from interurban.release.folder import DATASET
from interurban.web.difference import KINDS, Difference, Telling, as_quads, described
from interurban.web.document import Document, count, document, instant, texts
from interurban.web.openapi import DOCUMENT, route
from interurban.web.pages import Link, Pages, Reader
from interurban.web.problems import NotFoundError
from interurban.web.reading import Paging
from interurban.web.representation import EXTENSIONS, MEDIA_TYPES, Apart, Body, Resource
from interurban.web.serialization import serialize
from interurban.web.site import Site
from interurban.web.words import date_text

PAGE_SIZE = 50  # changed entities
_NQUADS = BY_EXTENSION["nq"]
_DCAT, _PAV, _PROV, _SPDX, _VOID = (PREFIXES[prefix] for prefix in ("dcat", "pav", "prov", "spdx", "void"))
_COMPARISON = route("The comparison, in the format asked for", *MEDIA_TYPES.values(), _NQUADS.media_type)
_REMEMBERED = 2  # comparisons whose pages are being read

Said = list[tuple[str, ox.NamedNode | ox.Literal]]


@dataclass(frozen=True)
class Turn:
    """What one release did to the one before it: IRIs of entities, in order."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]


class Past:
    """The served releases under their own paths, newest first. Their files are read when somebody wants to know."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites = list(sites)
        self._moments: dict[str, Moments] = {}

    def find(self, version: str) -> Site | None:
        """Return the site of a release that is served, None if it is not."""
        return next((site for site in self.sites if site.release.version == version), None)

    def before(self, site: Site) -> Site | None:
        """Return the site of the release before one, None if it is not served."""
        return self.find(site.release.previous) if site.release.previous else None

    def moments(self, site: Site) -> Moments:
        """Return when each entity of a release came, and when it last changed."""
        version = site.release.version
        if version not in self._moments:
            self._moments[version] = moments(site.release)
        return self._moments[version]

    def turn(self, site: Site) -> Turn:
        """Return what a release changed."""
        published = site.release.published
        changed = sorted((iri, came) for iri, (came, last) in self.moments(site).items() if last == published)
        return Turn(
            tuple(iri for iri, came in changed if came == published),
            tuple(iri for iri, came in changed if came != published),
            tuple(sorted(site.release.manifest["deleted"])),
        )


def router(past: Past, pages: Pages, apart: Apart) -> APIRouter:
    """Return the routes of releases and comparisons. pages: of the current release."""
    routes = APIRouter()
    compared = lru_cache(maxsize=_REMEMBERED)(lambda a, b: Difference.of(_served(past, a), _served(past, b)))

    @routes.get("/releases", **DOCUMENT)
    async def releases(request: Request) -> Response:
        """Answer with the list of the releases that are served."""
        return await every(request, None)

    @routes.get("/releases.{extension}", **DOCUMENT)
    async def releases_as(request: Request, extension: str) -> Response:
        """Answer with the list of releases in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return await every(request, extension)

    @routes.get("/releases/{version}", **DOCUMENT)
    async def release(request: Request, version: str) -> Response:
        """Answer with what is to be said of one release, and what it changed."""
        version, extension = _split(version, EXTENSIONS)
        site = _served(past, version)
        resource = Resource(f"/releases/{version}", about=_iri(site, version))

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                return Body(serialize(site.vocabulary, _one(past, site), form))
            return Body(_release_page(past, pages, site, reader, resource.links()))

        return await apart.respond(request, resource, extension, make)

    @routes.get("/releases/{a}/diff/{b}", **_COMPARISON)
    async def diff(request: Request, a: str, b: str, page: str = "1") -> Response:
        """Answer with what makes release b of release a, entity by entity and statement by statement."""
        b, extension = _split(b, (*EXTENSIONS, "nq"))
        _served(past, a), _served(past, b)
        path = f"/releases/{a}/diff/{b}"
        if extension == "nq":

            def nquads() -> Body:
                return Body(as_quads(compared(a, b), _NQUADS))

            return await apart.conditional(request, [path, extension], _NQUADS.media_type, {}, nquads)
        resource = Resource(path, query=urlencode({"page": page}) if page != "1" else "")
        whole = Resource(path)

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                difference = compared(a, b)
                if form.extension == "trig":
                    return Body(as_quads(difference, form))
                return Body(serialize(past.sites[0].vocabulary, described(difference), form))
            links = [*whole.links(), Link("N-Quads", whole.variant("nq"))]
            return Body(_diff_page(compared(a, b), pages, reader, path, page, links))

        return await apart.respond(request, resource, extension, make)

    async def every(request: Request, extension: str | None) -> Response:
        site = past.sites[0]
        resource = Resource("/releases")

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                return Body(serialize(site.vocabulary, _all(past), form))
            rows = [
                (served, date_text(served.release.published, reader.language), _numbers(past, served))
                for served in past.sites
            ]
            body = pages.html("releases.html", reader, formats=resource.links(), rows=rows, before=past.before)
            return Body(body)

        return await apart.respond(request, resource, extension, make)

    return routes


def _served(past: Past, version: str) -> Site:
    """Return the site of a release; NotFoundError if it is not served."""
    if (site := past.find(version)) is None:
        known = ", ".join(each.release.version for each in past.sites)
        raise NotFoundError(say("web-no-release", version=version, known=known))
    return site


def _split(name: str, extensions: Sequence[str]) -> tuple[str, str | None]:
    stem, _, extension = name.rpartition(".")
    return (stem, extension) if extension in extensions else (name, None)


def _iri(site: Site, version: str) -> str:
    return f"{site.base.iri}releases/{version}"


def _numbers(past: Past, site: Site) -> list[int]:
    """Return how many entities a release created, updated and deleted."""
    turn = past.turn(site)
    return [len(getattr(turn, kind)) for kind in KINDS]


def _all(past: Past) -> Document:
    """Return the list of releases as RDF: a series of datasets (DCAT 3)."""
    newest, oldest = past.sites[0], past.sites[-1]
    series = newest.base.iri + "releases"
    said: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "DatasetSeries")),
        *((DCT + "title", text) for text in texts("web-releases")),
        *((DCT + "description", text) for text in texts("web-releases-about")),
        (_DCAT + "first", ox.NamedNode(_iri(oldest, oldest.release.version))),
        (_DCAT + "last", ox.NamedNode(_iri(newest, newest.release.version))),
        (_DCAT + "hasCurrentVersion", ox.NamedNode(_iri(newest, newest.release.version))),
    ]
    return document((series, said), *(group for site in past.sites for group in _described(past, site)))


def _one(past: Past, site: Site) -> Document:
    return document(*_described(past, site))


def _described(past: Past, site: Site) -> list[tuple[str, Said]]:
    """Return what is said of a release, and of its dataset as a file."""
    release = site.release
    this, previous = _iri(site, release.version), release.previous
    names = {"version": release.version}
    said: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "Dataset")),
        *((DCT + "title", text) for text in texts("web-release-title", **names)),
        (DCT + "identifier", ox.Literal(release.version)),
        (DCT + "issued", instant(release.published)),
        (_DCAT + "version", ox.Literal(release.version)),
        (_PAV + "version", ox.Literal(release.version)),
        (_PROV + "generatedAtTime", instant(release.published)),
        (_DCAT + "inSeries", ox.NamedNode(site.base.iri + "releases")),
        (_VOID + "entities", count(len(past.moments(site)))),
        (_DCAT + "distribution", ox.NamedNode(this + "#dataset")),
    ]
    if previous:
        before = ox.NamedNode(_iri(site, previous))
        said += [
            (name, before) for name in (_DCAT + "previousVersion", _PAV + "previousVersion", _PROV + "wasRevisionOf")
        ]
    file: Said = [
        (RDF + "type", ox.NamedNode(_DCAT + "Distribution")),
        (_DCAT + "accessURL", ox.NamedNode(this)),
        (_DCAT + "mediaType", ox.NamedNode("https://www.iana.org/assignments/media-types/" + _NQUADS.media_type)),
        (_DCAT + "byteSize", _typed(release.manifest["files"][DATASET]["bytes"], "nonNegativeInteger")),
        (_SPDX + "checksum", ox.NamedNode(this + "#hash")),
    ]
    checksum: Said = [
        (RDF + "type", ox.NamedNode(_SPDX + "Checksum")),
        (_SPDX + "algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256")),
        (_SPDX + "checksumValue", _typed(release.manifest["dataset_hash"]["sha256"], "hexBinary")),
    ]
    return [(this, said), (this + "#dataset", file), (this + "#hash", checksum)]


def _typed(value: object, name: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + name))


def _release_page(past: Past, pages: Pages, site: Site, reader: Reader, links: list[Link]) -> bytes:
    turn, before = past.turn(site), past.before(site)
    return pages.html(
        "release.html",
        reader,
        formats=links,
        served=site,
        current=site is past.sites[0],
        published=date_text(site.release.published, reader.language),
        entities=len(past.moments(site)),
        bytes=site.release.manifest["files"][DATASET]["bytes"],
        hash=site.release.manifest["dataset_hash"]["sha256"],
        before=before,
        others=[other for other in past.sites if other is not site],
        counted=Telling(before, site, reader.language).by_class(turn.created, turn.updated, turn.deleted),
    )


def _diff_page(difference: Difference, pages: Pages, reader: Reader, path: str, page: str, links: list[Link]) -> bytes:
    every = difference.every()
    paging = Paging.of(path, page, PAGE_SIZE, len(every))
    telling = Telling(difference.old, difference.new, reader.language)
    told = [telling.change(kind, change) for kind, change in paging.part(every)]
    changed = [[change.iri for change in difference.of_kind(kind)] for kind in KINDS]
    return pages.html(
        "diff.html",
        reader,
        formats=links,
        old=difference.old,
        new=difference.new,
        dates=[date_text(site.release.published, reader.language) for site in (difference.old, difference.new)],
        numbers=dict(zip(KINDS, map(len, changed), strict=True)),
        counted=telling.by_class(*changed),
        groups=[(kind, [each for each in told if each.kind == kind]) for kind in KINDS],
        paging=paging,
    )
