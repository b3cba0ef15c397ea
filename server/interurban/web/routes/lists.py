"""/doc/{kind}/: for every kind of thing the list of all of them."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.rdf.standing import Standing
from interurban.release.pages import NAME
from interurban.release.pictures import are_places
from interurban.web.http import signposting
from interurban.web.http.conditional import conditional, respond
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import AT, ON_A_DAY, Operation, operation, routed
from interurban.web.http.pagination import Pagination, page_number, page_query
from interurban.web.http.parameters import requested_day, single_values
from interurban.web.http.reader import Reader
from interurban.web.http.redirection import redirection
from interurban.web.http.representation import EXTENSIONS, MEDIA_TYPES, Resource
from interurban.web.model.cache import Representation
from interurban.web.model.document import of_list
from interurban.web.model.listing import Choice, Listing
from interurban.web.model.phases import OnDay
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Kind
from interurban.web.pages.listing import ListingView
from interurban.web.pages.picture import PATH as PICTURES
from interurban.web.pages.templates import Templates
from interurban.web.pages.views import DocumentView, ShownDay, marked

PAGE_SIZE = 200
_CSV, CSV = "csv", "text/csv"


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the lists."""
    endpoints, listed = _Endpoints(site, templates), _listed(site)
    return routed(
        ("/doc/{kind}/", endpoints.list_of_kind, listed),
        ("/graph/", endpoints.list_of_sources, ON_A_DAY),
        ("/graph.{extension}", endpoints.list_of_sources_as, ON_A_DAY),
        ("/doc/{name}", endpoints.list_of_kind_as, listed),
    )


def _listed(site: Site) -> Operation:
    """Return how a list of things is described: what it can be sorted by and chosen by depends on the kind."""
    tables = site.pages.tables.values()
    facets = sorted({name for columns in tables for name in columns.facets})
    chosen = ((name, f"Only what has this {name}, by the end of its address, where a list has it") for name in facets)
    given = [("sort", "A column, or name; with - before it the other way round"), *chosen]
    parameters = [{"name": n, "in": "query", "description": d, "schema": {"type": "string"}} for n, d in given]
    return operation("The list, in the format asked for", *MEDIA_TYPES.values(), CSV, parameters=[AT, *parameters])


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def list_of_kind(self, request: Request, kind: str, page: str = "1") -> Response:
        """Answer with one page of the list of all things of a kind."""
        return await self._list(request, f"/doc/{kind}/", page, None)

    async def list_of_sources(self, request: Request, page: str = "1") -> Response:
        """Answer with one page of the list of all sources."""
        return await self._list(request, "/graph/", page, None)

    async def list_of_sources_as(self, request: Request, extension: str, page: str = "1") -> Response:
        """Answer with the list of sources in one format."""
        return await self._list(request, "/graph/", page, extension)

    async def list_of_kind_as(self, request: Request, name: str, page: str = "1") -> Response:
        """Answer with the list of a kind in the format that its extension says."""
        kind, _, extension = name.rpartition(".")
        lists = self.site.vocabulary.lists
        if extension in (*EXTENSIONS, _CSV) and f"/doc/{kind}/" in lists:
            return await self._list(request, f"/doc/{kind}/", page, extension)
        if f"/doc/{name}/" in lists:
            return redirection(self.site, request, f"{self.site.mount}/doc/{name}/")
        raise NotFoundError(say("web-no-list"))

    async def _list(self, request: Request, path: str, page: str, extension: str | None) -> Response:
        site, lists = self.site, self.site.vocabulary.lists
        if path not in lists or (extension and extension not in (*EXTENSIONS, _CSV)):
            raise NotFoundError(say("web-no-list"))
        day, number = requested_day(request), page_number(page)
        listing = Listing.of(site, path.strip("/").rpartition("/")[2])
        choice = _choice(request, listing)
        made = _ListOf(self.templates, lists[path], listing, choice, OnDay(site.vocabulary, day) if day else None, page)
        if extension == _CSV:
            return await self._table(request, made)
        query = page_query(number, day, choice.parameters)
        resource = Resource(site.mount + path, query=query, day=day, signposts=signposting.of_list())
        return await respond(site, request, resource, extension, partial(made.representation, resource))

    async def _table(self, request: Request, made: "_ListOf") -> Response:
        """Answer with a list as CSV, whole."""
        if made.listing is None:
            raise NotFoundError(say("web-no-list"))
        reader = Reader.of(request, more=made.choice.parameters)
        path = self.site.mount + made.kind.path.rstrip("/") + f".{_CSV}"
        headers = {"vary": "Accept-Language", "content-language": reader.language}
        key = [path, urlencode(made.choice.parameters), made.on.day if made.on else "", reader.language]
        return await conditional(self.site, request, key, CSV, headers, partial(made.table, reader))


@dataclass(frozen=True)
class _ListOf:
    """One page of a list: of a kind of things, as chosen, on a day or at all times."""

    templates: Templates
    kind: Kind
    listing: Listing | None
    choice: Choice
    on: OnDay | None
    page: str

    def representation(self, resource: Resource, form: Format | None, reader: Reader) -> Representation:
        """Return it in an RDF format, in order of addresses, or as a page."""
        site = self.templates.site
        rows = self._chosen(reader, ordered=form is None)
        things = [thing for thing, *_ in rows]
        if form:
            things.sort(key=str)
        held = {thing: self.on.standing(thing) if self.on else Standing.CERTAIN for thing in things}
        known = [thing for thing in things if held[thing] > Standing.UNKNOWN]
        every = known + [thing for thing in things if held[thing] == Standing.UNKNOWN]
        paging = Pagination.of(resource.path, self.page, PAGE_SIZE, len(every), self.choice.parameters)
        shown = paging.part(every)
        document = of_list(site.vocabulary, shown)
        headers = paging.headers(resource, form)
        if form:
            return Representation(serialize(site.vocabulary, document, form), headers)
        view = DocumentView(site, document, reader.language)
        entries = [marked(view, view.value(thing), held[thing], thing) for thing in shown]
        table = {}
        if self.listing:
            lines, names = (
                ListingView(view, self.listing, self.choice, resource.path, hidden=self.choice.values),
                [site.base.short(t.value) for t in shown],
            )
            table = {
                "headings": lines.headings(),
                "named": self.listing.columns.named,
                "facets": lines.facets([values for thing, values in rows if held[thing] > Standing.NO]),
                "rows": lines.rows(names, dict(zip(names, entries, strict=True))),
                "csv": resource.variant(_CSV),
                "map": self._map(reader),
            }
        page = self.templates.html(
            "list.html",
            reader,
            formats=resource.links(),
            title=view.plural(self.kind),
            count=len(known),
            entries=entries,
            paging=paging,
            moment=ShownDay.of(view, self.on, self.kind.things),
            table=table,
        )
        return Representation(page, headers)

    def _map(self, reader: Reader) -> str:
        """Return the address of the map of what is chosen, "" if that is nowhere."""
        site, day = self.templates.site, {"at": self.on.day} if self.on else {}
        if not self.listing or not are_places(site.pages.tables, self.listing.kind):
            return ""
        query = urlencode({**self.choice.values, **day, "lang": reader.language})
        return f"{site.mount}{PICTURES}/map/{self.listing.kind}.svg?{query}"

    def table(self, reader: Reader) -> Representation:
        """Return all of it as CSV."""
        site, listing = self.templates.site, self.listing
        assert listing  # noqa: S101 - who asks has looked
        view = DocumentView(site, of_list(site.vocabulary, ()), reader.language)
        things = [t for t, _ in self._chosen(reader) if not self.on or self.on.standing(t) > Standing.NO]
        lines = ListingView(view, listing, self.choice, self.kind.path).table(
            [site.base.short(t.value) for t in things]
        )
        return Representation("".join(lines).encode())

    def _chosen(self, reader: Reader, *, ordered: bool = True) -> list[tuple[NamedNode, tuple[str, ...]]]:
        """Return the chosen things, if ordered with their rows; NotFoundError if nothing has such a value."""
        if self.listing is None:
            return [(thing, ()) for thing in self.kind.things]
        if ordered:
            found = self.listing.things(self.choice, reader.language)
        else:
            having = self.listing.having(self.choice)
            found = None if having is None else [(thing,) for thing in having]
        if found is None:
            chosen = ", ".join(f"{name}={value}" for name, value in self.choice.values.items())
            raise NotFoundError(say("web-no-choice", chosen=chosen, path=self.kind.path))
        return [(self.listing.node(row[0]), row) for row in found]


def _choice(request: Request, listing: Listing | None) -> Choice:
    """Return what a request chooses of a list; BadRequestError for an order that it does not have, or one given twice.

    What a form leaves empty chooses nothing.
    """
    if listing is None:
        return Choice({})
    given = single_values(request)
    order = given.get("sort", "") or NAME
    down, order = order.startswith("-"), order.removeprefix("-")
    orders = [NAME, *listing.columns.labels]
    if order not in orders:
        raise BadRequestError(say("web-no-order", given=order, names=", ".join(orders)))
    return Choice({name: given[name] for name in listing.columns.facets if given.get(name)}, order, down)
