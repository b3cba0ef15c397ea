"""/conflicts: every disagreement of the sources that the build settled, as a page and as RDF."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.collation import sort_key
from interurban.iris import IU
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.http.conditional import respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import DOCUMENT, routed
from interurban.web.http.pagination import Pagination, page_query
from interurban.web.http.reader import Reader
from interurban.web.http.representation import EXTENSIONS, Resource
from interurban.web.model.cache import Representation
from interurban.web.model.document import of_statements
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.pages.conflicts import conflict_view
from interurban.web.pages.names import Names
from interurban.web.pages.templates import Templates

PATH = "/conflicts"
_SHOWN = 25  # on a page, each of which is a table


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the disagreements."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (PATH, endpoints.conflicts, DOCUMENT),
        (PATH + ".{extension}", endpoints.conflicts_as, DOCUMENT),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def conflicts(self, request: Request, page: str = "1") -> Response:
        """Answer with one page of the settled disagreements, as a page or as RDF."""
        return await self._list(request, page, None)

    async def conflicts_as(self, request: Request, extension: str, page: str = "1") -> Response:
        """Answer with the disagreements in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return await self._list(request, page, extension)

    async def _list(self, request: Request, page: str, extension: str | None) -> Response:
        site = self.site
        every = sorted(site.conflicts.values(), key=lambda node: node.value)
        pagination = Pagination.of(PATH, page, _SHOWN, len(every))
        resource = Resource(PATH, query=page_query(pagination.number, None))

        def render(form: Format | None, reader: Reader) -> Representation:
            headers = pagination.headers(resource, form)
            if form:
                said = (triple for conflict in pagination.part(every) for triple in _said(site, conflict))
                document = of_statements(site.vocabulary, said, None)
                return Representation(serialize(site.vocabulary, document, form), headers)
            names = Names(site, reader.language)
            shown = [conflict_view(site, names, conflict) for conflict in pagination.part(every)]
            shown.sort(key=lambda c: (sort_key(c.subject.text.text), sort_key(c.property.text.text), c.address))
            page = self.templates.html(
                "conflicts.html", reader, formats=resource.links(), conflicts=shown, paging=pagination
            )
            return Representation(page, headers)

        return await respond(site, request, resource, extension, render)


def _said(site: Site, conflict: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what is said of a disagreement and of its claims."""
    for node in (conflict, *site.vocabulary.values(conflict, IU + "claim")):
        if isinstance(node, ox.NamedNode):
            graph = ox.NamedNode(site.base.graph("conflicts"))
            yield from (quad.triple for quad in site.store.quads_for_pattern(node, None, None, graph))
