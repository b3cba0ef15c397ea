"""/unresolved: what is still to be found in other datasets, by country, and how to help."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.messages import say
from interurban.web.http.conditional import respond_page
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import PAGE, routed
from interurban.web.http.pagination import Pagination, page_number
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.document import of_list
from interurban.web.model.identities import unresolved
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text
from interurban.web.pages.templates import Templates
from interurban.web.pages.views import DocumentView

PATH = "/unresolved"
PAGE_SIZE = 200
_QUESTION = "unresolved-links"  # which answers the same as data
_NO_COUNTRY = "none"  # in the place of a country's code


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of what is still to be found."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (PATH, endpoints.unresolved, PAGE),
        (PATH + "/{country}", endpoints.unresolved_of_country, PAGE),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    @cached_property
    def _found(self) -> dict[NamedNode | None, list[NamedNode]]:
        return unresolved(self.site)

    async def unresolved(self, request: Request) -> Response:
        """Answer with how much of each country is still to be found elsewhere, and how to help."""
        reader = Reader.of(request)

        def render() -> Representation:
            found = self._found
            view = self._view(reader, [country for country in found if country])
            rows = [(_named(view, country), _address(country), len(things)) for country, things in found.items()]
            rows.sort(key=lambda row: (-row[2], sort_key(row[0].text)))
            total = sum(count for *_, count in rows)
            page = self.templates.html(
                "unresolved.html",
                reader,
                countries=rows,
                total=total,
                asked=_QUESTION if _QUESTION in self.site.questions else None,
                mapped=self.site.mappings.there,
            )
            return Representation(page)

        return await respond_page(self.site, request, reader, PATH, render)

    async def unresolved_of_country(self, request: Request, country: str, page: str = "1") -> Response:
        """Answer with one page of the things of a country that are still to be found elsewhere."""
        reader = Reader.of(request)
        page_number(page)

        def render() -> Representation:
            found = {_code(key): (key, things) for key, things in self._found.items()}
            if country not in found:
                raise NotFoundError(say("web-no-page"))
            node, every = found[country]
            paging = Pagination.of(_address(node), page, PAGE_SIZE, len(every))
            things = paging.part(every)
            view = self._view(reader, [*things, *([node] if node else [])])
            shown = self.templates.html(
                "unresolved-country.html",
                reader,
                country=_named(view, node),
                things=[(view.value(thing), view.classes(thing)) for thing in things],
                paging=paging,
            )
            return Representation(shown)

        return await respond_page(self.site, request, reader, f"{PATH}/{country}?{page}", render)

    def _view(self, reader: Reader, things: Iterable[NamedNode]) -> DocumentView:
        return DocumentView(self.site, of_list(self.site.vocabulary, things), reader.language)


def _named(view: DocumentView, country: NamedNode | None) -> Text:
    return view.label(country) if country else Text(say("web-unresolved-no-country").text(view.language))


def _address(country: NamedNode | None) -> str:
    return f"{PATH}/{quote(_code(country), safe='')}"


def _code(country: NamedNode | None) -> str:
    """Return what stands for a country in an address: its code in the EU's table of countries."""
    return country.value.rpartition("/")[2] if country else _NO_COUNTRY
