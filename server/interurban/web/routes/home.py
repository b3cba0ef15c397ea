"""/ and /data: where one starts, and what there is as data."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.web.http import signposting
from interurban.web.http.conditional import respond_page
from interurban.web.http.operations import PAGE, routed
from interurban.web.http.reader import Reader
from interurban.web.model import void
from interurban.web.model.cache import Representation
from interurban.web.model.listing import Choice, Listing
from interurban.web.model.site import COUNTRY, Site
from interurban.web.model.vocabulary import Kind
from interurban.web.pages.listing import ListingView
from interurban.web.pages.literals import Text, date_text
from interurban.web.pages.markup import Markup
from interurban.web.pages.names import Names, Value
from interurban.web.pages.pictures import picture_of_list
from interurban.web.pages.templates import Templates


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the home page and of the page about the data."""
    endpoints = _Endpoints(site, templates, Markup(site))
    return routed(("/", endpoints.home, PAGE), ("/data", endpoints.data, PAGE))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates
    markup: Markup

    async def home(self, request: Request) -> Response:
        """Answer with the page that says what this is, and what there is."""
        return await self._page(request, "/", self._home, {"link": self._links})

    async def data(self, request: Request) -> Response:
        """Answer with the page that says how to have the data, and what kinds of things there are."""
        return await self._page(request, "/data", self._data, {})

    async def _page(
        self, request: Request, path: str, page: Callable[[Reader], bytes], more: dict[str, str]
    ) -> Response:
        reader = Reader.of(request)
        return await respond_page(self.site, request, reader, path, lambda: Representation(page(reader)), more)

    @cached_property
    def _links(self) -> str:
        return signposting.home_links(self.site)

    def _home(self, reader: Reader) -> bytes:
        site, names = self.site, Names(self.site, reader.language)
        shown = site.presentation.navigated()
        maps = (picture_of_list(site, "map", kind.name, {}, reader) for kind in shown)
        featured = sorted((q for q in site.questions.values() if q.featured), key=lambda q: q.featured)
        return self.templates.html(
            "home.html",
            reader,
            kinds=[(names.plural(kind), kind.path, len(kind.things), self._example(names, kind)) for kind in shown],
            countries=(f"/{COUNTRY}/", len(site.countries)),
            map=next(filter(None, maps), None),
            growth=picture_of_list(site, "growth", "membership", {}, reader),
            featured=[(q.summary.text(reader.language), f"/queries/{q.name}") for q in featured],
            compared=bool(site.pages.parts),
            published=date_text(site.release.published, reader.language),
            linked=[(names.label(each.kind), each.title, each.linked, each.things) for each in void.linked(site)],
            markup=self.markup.of_dataset(reader.language),
        )

    def _data(self, reader: Reader) -> bytes:
        names = Names(self.site, reader.language)
        kinds = [(names.plural(kind), kind.path, len(kind.things)) for kind in self.site.vocabulary.kinds.values()]
        kinds.sort(key=lambda row: (-row[2], sort_key(row[0].text)))
        described = not self.site.mount and void.is_described(self.site)
        return self.templates.html("data.html", reader, kinds=kinds, described=described)

    def _example(self, names: Names, kind: Kind) -> tuple[Value, Text] | None:
        """Return the thing of a kind of which there is most to say, and the sentence that says it."""
        listing = Listing.of(self.site, kind.name)
        if not listing or not listing.columns.counted:
            return None
        choice = Choice({}, listing.columns.counted, down=True)
        first = next(iter(listing.things(choice, names.language, 1) or ()), None)
        said = ListingView(names, listing, choice, kind.path).sentence(first[0]) if first else None
        return (names.value(listing.node(first[0])), said) if first and said else None
