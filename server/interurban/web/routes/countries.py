"""/country/: the countries in which anything is that is described here, and what that is."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.messages import say
from interurban.web.http.conditional import respond_page
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import PAGE, routed
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.site import COUNTRY, Site
from interurban.web.pages.names import Names
from interurban.web.pages.pictures import picture_of_list
from interurban.web.pages.related import related
from interurban.web.pages.templates import Templates


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the countries."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (f"/{COUNTRY}/", endpoints.countries, PAGE),
        (f"/{COUNTRY}/{{code}}", endpoints.country, PAGE),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def countries(self, request: Request) -> Response:
        """Answer with the countries, and how much of each kind there is in them."""
        reader = Reader.of(request)

        def render() -> Representation:
            names = Names(self.site, reader.language)
            kinds = [kind for kind, columns in self.site.pages.tables.items() if COUNTRY in columns.facets]
            counts = {kind: self.site.pages.counts(kind, COUNTRY) for kind in kinds}
            rows = [
                (names.label(node), f"/{COUNTRY}/{code}", [counts[kind].get(node.value, 0) for kind in kinds])
                for code, node in self.site.countries.items()
            ]
            rows.sort(key=lambda row: sort_key(row[0].text))
            columns = [names.plural(self.site.vocabulary.kinds[kind]) for kind in kinds]
            return Representation(self.templates.html("countries.html", reader, countries=rows, columns=columns))

        return await respond_page(self.site, request, reader, f"/{COUNTRY}/", render)

    async def country(self, request: Request, code: str) -> Response:
        """Answer with what there is in a country."""
        reader, node = Reader.of(request), self.site.countries.get(code)
        if node is None:
            raise NotFoundError(say("web-no-country", code=code))

        def render() -> Representation:
            names = Names(self.site, reader.language)
            lists = list(related(names, node))
            maps = (picture_of_list(self.site, "map", each.kind, {COUNTRY: code}, reader) for each in lists)
            page = self.templates.html(
                "country.html",
                reader,
                title=names.label(node),
                iri=node.value,
                map=next(filter(None, maps), None),
                lists=lists,
            )
            return Representation(page)

        return await respond_page(self.site, request, reader, f"/{COUNTRY}/{code}", render)
