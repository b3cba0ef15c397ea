"""/releases: the releases that are served, what each changed, and what makes any one of them of any other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.rdf.formats import BY_EXTENSION, Format
from interurban.release.folder import DATASET
from interurban.web.http.conditional import conditional, respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import DOCUMENT, operation, routed
from interurban.web.http.pagination import Pagination
from interurban.web.http.reader import Link, Reader
from interurban.web.http.representation import EXTENSIONS, MEDIA_TYPES, Resource
from interurban.web.model.cache import Representation
from interurban.web.model.diff import KINDS, Diff, as_quads, described
from interurban.web.model.history import History, described_release, described_series, release_iri
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.pages.diff import DiffView
from interurban.web.pages.literals import date_text
from interurban.web.pages.templates import Templates

PATH = "/releases"
PAGE_SIZE = 50  # changed entities
_NQUADS = BY_EXTENSION["nq"]
_COMPARISON = operation("The comparison, in the format asked for", *MEDIA_TYPES.values(), _NQUADS.media_type)
_REMEMBERED = 2  # comparisons whose pages are being read


def router(site: Site, history: History, templates: Templates) -> APIRouter:
    """Return the routes of releases and comparisons. templates: of the current release."""
    endpoints = _Endpoints(site, history, templates)
    return routed(
        (PATH, endpoints.releases, DOCUMENT),
        (PATH + ".{extension}", endpoints.releases_as, DOCUMENT),
        (PATH + "/{version}", endpoints.release, DOCUMENT),
        (PATH + "/{a}/diff/{b}", endpoints.diff, _COMPARISON),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    history: History
    templates: Templates

    async def releases(self, request: Request) -> Response:
        """Answer with the list of the releases that are served."""
        return await self._list(request, None)

    async def releases_as(self, request: Request, extension: str) -> Response:
        """Answer with the list of releases in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return await self._list(request, extension)

    async def release(self, request: Request, version: str) -> Response:
        """Answer with what is to be said of one release, and what it changed."""
        version, extension = _split(version, EXTENSIONS)
        site = _served(self.history, version)
        resource = Resource(f"{PATH}/{version}", about=release_iri(site, version))

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                return Representation(serialize(site.vocabulary, described_release(self.history, site), form))
            return Representation(_release_page(self.history, self.templates, site, reader, resource.links()))

        return await respond(self.site, request, resource, extension, render)

    async def diff(self, request: Request, a: str, b: str, page: str = "1") -> Response:
        """Answer with what makes release b of release a, entity by entity and statement by statement."""
        b, extension = _split(b, (*EXTENSIONS, "nq"))
        _served(self.history, a), _served(self.history, b)
        path = f"{PATH}/{a}/diff/{b}"
        if extension == "nq":

            def nquads() -> Representation:
                return Representation(as_quads(self._compared(a, b), _NQUADS))

            return await conditional(self.site, request, [path, extension], _NQUADS.media_type, {}, nquads)
        resource = Resource(path, query=urlencode({"page": page}) if page != "1" else "")
        whole = Resource(path)

        def render(form: Format | None, reader: Reader) -> Representation:
            diff = self._compared(a, b)
            if form and form.extension == "trig":
                return Representation(as_quads(diff, form))
            if form:
                return Representation(serialize(self.history.sites[0].vocabulary, described(diff), form))
            links = [*whole.links(), Link("N-Quads", whole.variant("nq"))]
            return Representation(_diff_page(diff, self.templates, reader, path, page, links))

        return await respond(self.site, request, resource, extension, render)

    async def _list(self, request: Request, extension: str | None) -> Response:
        history, resource = self.history, Resource(PATH)

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                return Representation(serialize(history.sites[0].vocabulary, described_series(history), form))
            rows = [
                (site, date_text(site.release.published, reader.language), _numbers(history, site))
                for site in history.sites
            ]
            page = self.templates.html(
                "releases.html", reader, formats=resource.links(), rows=rows, before=history.before
            )
            return Representation(page)

        return await respond(self.site, request, resource, extension, render)

    @cached_property
    def _compared(self) -> Callable[[str, str], Diff]:
        history = self.history
        return lru_cache(maxsize=_REMEMBERED)(lambda a, b: Diff.of(_served(history, a), _served(history, b)))


def _served(history: History, version: str) -> Site:
    """Return the site of a release; NotFoundError if it is not served."""
    if (site := history.find(version)) is None:
        known = ", ".join(each.release.version for each in history.sites)
        raise NotFoundError(say("web-no-release", version=version, known=known))
    return site


def _split(name: str, extensions: Sequence[str]) -> tuple[str, str | None]:
    stem, _, extension = name.rpartition(".")
    return (stem, extension) if extension in extensions else (name, None)


def _numbers(history: History, site: Site) -> list[int]:
    """Return how many entities a release created, updated and deleted."""
    changed = history.changed(site)
    return [len(getattr(changed, kind)) for kind in KINDS]


def _release_page(history: History, templates: Templates, site: Site, reader: Reader, links: list[Link]) -> bytes:
    changed, before = history.changed(site), history.before(site)
    return templates.html(
        "release.html",
        reader,
        formats=links,
        served=site,
        current=site is history.sites[0],
        published=date_text(site.release.published, reader.language),
        entities=len(history.moments(site)),
        bytes=site.release.manifest["files"][DATASET]["bytes"],
        hash=site.release.manifest["dataset_hash"]["sha256"],
        before=before,
        others=[other for other in history.sites if other is not site],
        counted=DiffView(before, site, reader.language).by_class(changed.created, changed.updated, changed.deleted),
    )


def _diff_page(diff: Diff, templates: Templates, reader: Reader, path: str, page: str, links: list[Link]) -> bytes:
    every = diff.every()
    pagination = Pagination.of(path, page, PAGE_SIZE, len(every))
    view = DiffView(diff.old, diff.new, reader.language)
    changes = [view.change(kind, change) for kind, change in pagination.part(every)]
    changed = [[change.iri for change in diff.of_kind(kind)] for kind in KINDS]
    return templates.html(
        "diff.html",
        reader,
        formats=links,
        old=diff.old,
        new=diff.new,
        dates=[date_text(site.release.published, reader.language) for site in (diff.old, diff.new)],
        numbers=dict(zip(KINDS, map(len, changed), strict=True)),
        counted=view.by_class(*changed),
        groups=[(kind, [each for each in changes if each.kind == kind]) for kind in KINDS],
        paging=pagination,
    )
