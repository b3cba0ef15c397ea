"""/ and /doc/{kind}/: where one starts, and for every kind of thing the list of all of them."""

from dataclasses import dataclass
from functools import cached_property

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.rdf.standing import Standing
from interurban.web.http import signposting
from interurban.web.http.conditional import conditional, respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import ON_A_DAY, PAGE, routed
from interurban.web.http.pagination import Pagination, page_query
from interurban.web.http.parameters import requested_day
from interurban.web.http.reader import Reader
from interurban.web.http.redirection import redirection
from interurban.web.http.representation import EXTENSIONS, HTML, Resource
from interurban.web.model import void
from interurban.web.model.cache import Representation
from interurban.web.model.document import of_list
from interurban.web.model.phases import OnDay
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Kind
from interurban.web.pages.literals import Text
from interurban.web.pages.markup import Markup
from interurban.web.pages.templates import Templates
from interurban.web.pages.views import DocumentView, ShownDay, marked

PAGE_SIZE = 500


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the home page and of the lists."""
    endpoints = _Endpoints(site, templates, Markup(site))
    return routed(
        ("/", endpoints.home, PAGE),
        ("/doc/{kind}/", endpoints.list_of_kind, ON_A_DAY),
        ("/graph/", endpoints.list_of_sources, ON_A_DAY),
        ("/graph.{extension}", endpoints.list_of_sources_as, ON_A_DAY),
        ("/doc/{name}", endpoints.list_of_kind_as, ON_A_DAY),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates
    markup: Markup

    async def home(self, request: Request) -> Response:
        """Answer with the page that says what this is, and what there is."""
        reader = Reader.of(request)
        headers = {"vary": "Accept-Language", "content-language": reader.language, "link": self._home_links}
        key = ["/", reader.language, str(reader.explicit), reader.query]
        return await conditional(
            self.site, request, key, HTML, headers, lambda: Representation(self._home_page(reader))
        )

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
        if extension in EXTENSIONS and f"/doc/{kind}/" in lists:
            return await self._list(request, f"/doc/{kind}/", page, extension)
        if f"/doc/{name}/" in lists:
            return redirection(self.site, request, f"{self.site.mount}/doc/{name}/")
        raise NotFoundError(say("web-no-list"))

    async def _list(self, request: Request, path: str, page: str, extension: str | None) -> Response:
        site, lists = self.site, self.site.vocabulary.lists
        if path not in lists or (extension and extension not in EXTENSIONS):
            raise NotFoundError(say("web-no-list"))
        kind = lists[path]
        day = requested_day(request)
        on = OnDay(site.vocabulary, day) if day else None
        held = {thing: on.standing(thing) if on else Standing.CERTAIN for thing in kind.things}
        known = [thing for thing, standing in held.items() if standing > Standing.UNKNOWN]
        every = known + [thing for thing, standing in held.items() if standing == Standing.UNKNOWN]
        pagination = Pagination.of(site.mount + path, page, PAGE_SIZE, len(every))
        query = page_query(pagination.number, day)
        resource = Resource(site.mount + path, query=query, day=day, signposts=signposting.of_list())
        things = pagination.part(every)

        def render(form: Format | None, reader: Reader) -> Representation:
            document = of_list(site.vocabulary, things)
            headers = pagination.headers(resource, form)
            if form:
                return Representation(serialize(site.vocabulary, document, form), headers)
            view = DocumentView(site, document, reader.language)
            page = self.templates.html(
                "list.html",
                reader,
                formats=resource.links(),
                title=_title(view, kind),
                count=len(known),
                entries=[marked(view, view.value(node), held[node], node) for node in things],
                paging=pagination,
                moment=ShownDay.of(view, on, kind.things),
            )
            return Representation(page, headers)

        return await respond(site, request, resource, extension, render)

    @cached_property
    def _home_links(self) -> str:
        return signposting.home_links(self.site)

    def _home_page(self, reader: Reader) -> bytes:
        view = DocumentView(self.site, of_list(self.site.vocabulary, ()), reader.language)
        kinds = [(_title(view, kind), kind.path, len(kind.things)) for kind in self.site.vocabulary.kinds.values()]
        kinds.sort(key=lambda row: (-row[2], sort_key(row[0].text)))
        markup = self.markup.of_dataset(reader.language)
        described = not self.site.mount and void.is_described(self.site)
        linked = [(view.label(each.kind), each.title, each.linked, each.things) for each in void.linked(self.site)]
        return self.templates.html("home.html", reader, kinds=kinds, linked=linked, markup=markup, described=described)


def _title(view: DocumentView, kind: Kind) -> Text:
    """Return what the things of a kind are called: the name of the class they share, else the kind itself."""
    return view.label(NamedNode(kind.shared)) if kind.shared else Text(kind.path.strip("/").rpartition("/")[2])
