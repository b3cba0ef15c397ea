"""/accessibility: the accessibility statement, in the form of Commission Implementing Decision (EU) 2018/1523."""

from dataclasses import dataclass

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import CATALOGUE_PREFIXES, DCT, PREFIXES
from interurban.web.http.conditional import respond_page
from interurban.web.http.operations import PAGE, routed
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.catalog import Catalog
from interurban.web.pages.literals import date_text
from interurban.web.pages.templates import Templates

PATH = "/accessibility"
# When the pages were last held against the rules; the statement says how. To be renewed with it, each year at least.
_PREPARED, _REVIEWED = "2026-11-26", "2026-11-26"


def router(catalog: Catalog, templates: Templates) -> APIRouter:
    """Return the route of the statement."""
    return routed((PATH, _Endpoints(catalog, templates).statement, PAGE))


@dataclass(frozen=True)
class _Endpoints:
    catalog: Catalog
    templates: Templates

    async def statement(self, request: Request) -> Response:
        """Answer with the statement; whom to write to stands in the catalogue."""
        reader = Reader.of(request)

        def render() -> Representation:
            said, root = self.catalog, self.catalog.root
            contact = next(iter(said.links(root, PREFIXES["dcat"] + "contactPoint")), root)
            publisher = next(iter(said.links(root, DCT + "publisher")), NamedNode("urn:none"))
            page = self.templates.html(
                "accessibility.html",
                reader,
                publisher=said.word(publisher, PREFIXES["foaf"] + "name"),
                mail=said.word(contact, CATALOGUE_PREFIXES["vcard"] + "hasEmail"),
                page=said.word(contact, CATALOGUE_PREFIXES["vcard"] + "hasURL"),
                prepared=date_text(_PREPARED, reader.language),
                reviewed=date_text(_REVIEWED, reader.language),
            )
            return Representation(page)

        return await respond_page(self.catalog.site, request, reader, PATH, render)
