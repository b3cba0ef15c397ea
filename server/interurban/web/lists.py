"""Where one starts: the home page, and for every kind of thing the list of all of them."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.document import of_list
from interurban.web.markup import Whole, list_signposts
from interurban.web.openapi import ON_A_DAY, PAGE
from interurban.web.pages import Pages, Reader
from interurban.web.periods import Standing
from interurban.web.problems import NotFoundError
from interurban.web.reading import Moment, Paging, on_day
from interurban.web.representation import EXTENSIONS, HTML, Body, Resource, conditional, respond
from interurban.web.serialization import serialize
from interurban.web.site import Site
from interurban.web.view import View
from interurban.web.vocabulary import Kind
from interurban.web.words import Text

PAGE_SIZE = 500


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the home page and of the lists."""
    routes = APIRouter()
    kinds = site.vocabulary.lists
    whole = Whole(site)

    @routes.get("/", **PAGE)
    async def home(request: Request) -> Response:
        """Answer with the page that says what this is, and what there is."""
        reader = Reader.of(request)
        headers = {"vary": "Accept-Language", "content-language": reader.language, "link": whole.links}
        seen = ["/", reader.language, str(reader.explicit), reader.query]
        return conditional(site, request, seen, HTML, headers, lambda: Body(_home_page(site, pages, reader, whole)))

    @routes.get("/doc/{kind}/", **ON_A_DAY)
    async def list_of_kind(request: Request, kind: str, page: str = "1") -> Response:
        """Answer with one page of the list of all things of a kind."""
        return listing(request, f"/doc/{kind}/", page, None)

    @routes.get("/graph/", **ON_A_DAY)
    async def list_of_sources(request: Request, page: str = "1") -> Response:
        """Answer with one page of the list of all sources."""
        return listing(request, "/graph/", page, None)

    @routes.get("/graph.{extension}", **ON_A_DAY)
    async def list_of_sources_as(request: Request, extension: str, page: str = "1") -> Response:
        """Answer with the list of sources in one format."""
        return listing(request, "/graph/", page, extension)

    @routes.get("/doc/{name}", **ON_A_DAY)
    async def list_of_kind_as(request: Request, name: str, page: str = "1") -> Response:
        """Answer with the list of a kind in the format that its extension says."""
        kind, _, extension = name.rpartition(".")
        if extension in EXTENSIONS and f"/doc/{kind}/" in kinds:
            return listing(request, f"/doc/{kind}/", page, extension)
        if f"/doc/{name}/" in kinds:
            return RedirectResponse(f"{site.mount}/doc/{name}/", status_code=308)
        raise NotFoundError(say("web-no-list"))

    def listing(request: Request, path: str, page: str, extension: str | None) -> Response:
        if path not in kinds or (extension and extension not in EXTENSIONS):
            raise NotFoundError(say("web-no-list"))
        kind = kinds[path]
        on = on_day(site.vocabulary, request)
        every = [thing for thing in kind.things if not on or on.standing(thing) != Standing.NO]
        paging = Paging.of(site.mount + path, page, PAGE_SIZE, len(every))
        query = urlencode(paging.query | ({"at": on.day} if on else {}))
        day = on.day if on else None
        resource = Resource(site.mount + path, query=query, day=day, signposts=list_signposts())
        things = paging.part(every)

        def make(form: Format | None, reader: Reader) -> Body:
            document = of_list(site.vocabulary, things)
            if form:
                return Body(serialize(site.vocabulary, document, form))
            view = View(site, document, reader.language)
            return Body(
                pages.html(
                    "list.html",
                    reader,
                    formats=resource.links(),
                    title=_title(view, kind),
                    entries=[
                        replace(view.value(node), possible=on is not None and on.standing(node) == Standing.POSSIBLE)
                        for node in things
                    ],
                    paging=paging,
                    moment=Moment.of(view, on, kind.things),
                )
            )

        return respond(site, request, resource, extension, make)

    return routes


def _home_page(site: Site, pages: Pages, reader: Reader, whole: Whole) -> bytes:
    view = View(site, of_list(site.vocabulary, ()), reader.language)
    kinds = [(_title(view, kind), kind.path, len(kind.things)) for kind in site.vocabulary.kinds.values()]
    kinds.sort(key=lambda row: (-row[2], row[0].text))
    return pages.html("home.html", reader, kinds=kinds, markup=whole.markup(reader.language))


def _title(view: View, kind: Kind) -> Text:
    """Return what the things of a kind are called: the name of the class they share, else the kind itself."""
    return view.label(NamedNode(kind.shared)) if kind.shared else Text(kind.path.strip("/").rpartition("/")[2])
