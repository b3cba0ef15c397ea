"""/catalog, /catalogo and /dataset/{slug}: what portals harvest, as data and for people.

The catalogue is as the build wrote it, the same bytes for everybody, for portals in Italian in that language alone; a
dataset's address answers with that part of it which is about the dataset.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.http.conditional import conditional, respond
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import DOCUMENT, operation, routed
from interurban.web.http.reader import Reader
from interurban.web.http.representation import EXTENSIONS, MEDIA_TYPES, Resource
from interurban.web.http.signposting import types
from interurban.web.model.cache import Representation
from interurban.web.model.catalog import Catalog
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.pages.catalog import CatalogView
from interurban.web.pages.markup import Markup
from interurban.web.pages.names import Names
from interurban.web.pages.templates import Templates

PATH, ITALIAN = "/catalog", "/catalogo"
_HARVESTED = {extension: MEDIA_TYPES[extension] for extension in ("ttl", "jsonld", "rdf")}  # as which it was written
_KINDS = ("dataset", "service")


def router(site: Site, templates: Templates, catalog: Catalog) -> APIRouter:
    """Return the routes of the catalogue and its datasets."""
    endpoints = _Endpoints(site, templates, catalog, Markup(site))
    return routed(
        (PATH, endpoints.catalog, DOCUMENT),
        (PATH + ".{extension}", endpoints.catalog_as, DOCUMENT),
        (ITALIAN + ".{extension}", endpoints.catalogo, operation("The catalogue in Italian", *_HARVESTED.values())),
        ("/dataset/{slug}", endpoints.dataset, DOCUMENT),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates
    told: Catalog
    markup: Markup

    async def catalog(self, request: Request) -> Response:
        """Answer with the catalogue of the datasets (DCAT-AP)."""
        return await self._whole(request, None)

    async def catalog_as(self, request: Request, extension: str) -> Response:
        """Answer with the catalogue in one format."""
        return await self._whole(request, extension)

    async def catalogo(self, request: Request, extension: str) -> Response:
        """Answer with the catalogue in Italian, in a format in which portals harvest."""
        name = f"{ITALIAN[1:]}.{extension}"
        if extension not in _HARVESTED or name not in self.site.release.manifest["files"]:
            raise NotFoundError(say("web-no-page"))
        made = Representation(self.site.release.read(name))
        return await conditional(
            self.site, request, [name], _HARVESTED[extension], {"content-language": "it"}, lambda: made
        )

    async def dataset(self, request: Request, slug: str) -> Response:
        """Answer with what the catalogue says of a dataset; an extension chooses the format."""
        stem, dot, extension = slug.rpartition(".")
        if dot and extension in EXTENSIONS:
            return await self._part(request, stem, extension)
        return await self._part(request, slug, None)

    async def _whole(self, request: Request, extension: str | None) -> Response:
        site, catalog = self.site, self.told
        if not catalog.triples or (extension and extension not in EXTENSIONS):
            raise NotFoundError(say("web-no-page"))
        resource = Resource(PATH, about=catalog.root.value, signposts=tuple(types("DataCatalog")))

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                written = f"{PATH[1:]}.{form.extension}"
                if written in site.release.manifest["files"]:
                    return Representation(site.release.read(written))
                return Representation(serialize(site.vocabulary, catalog.whole, form))
            view = self._view(reader)
            page = self.templates.html(
                "catalog.html",
                reader,
                formats=resource.links(),
                markup=self.markup.of(catalog.root, reader.language, catalog.store),
                title=view.text(catalog.root, DCT + "title"),
                about=view.text(catalog.root, DCT + "description"),
                kinds=[(kind, view.entries(kind)) for kind in _KINDS],
            )
            return Representation(page)

        return await respond(site, request, resource, extension, render)

    async def _part(self, request: Request, slug: str, extension: str | None) -> Response:
        site, catalog = self.site, self.told
        node = next((node for node in catalog.datasets if node.value == f"{site.base.iri}dataset/{slug}"), None)
        if node is None:
            raise NotFoundError(say("web-no-dataset"))
        licences = [("license", licence) for licence in [catalog.licence(node)] if licence]
        items = [("item", *file) for file in catalog.files(node)]
        signposts = (*types("AboutPage", "Dataset"), *licences, ("collection", catalog.root.value), *items)
        resource = Resource(f"/dataset/{slug}", about=node.value, signposts=signposts)

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                return Representation(serialize(site.vocabulary, catalog.about(node), form))
            view = self._view(reader)
            page = self.templates.html(
                "dataset.html",
                reader,
                formats=resource.links(),
                markup=self.markup.of(node, reader.language, catalog.store),
                title=view.text(node, DCT + "title"),
                about=view.text(node, DCT + "description"),
                files=view.files(node),
                facts=view.facts(node),
            )
            return Representation(page)

        return await respond(site, request, resource, extension, render)

    def _view(self, reader: Reader) -> CatalogView:
        return CatalogView(self.told, Names(self.site, reader.language))
