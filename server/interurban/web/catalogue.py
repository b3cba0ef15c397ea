"""/catalog and /dataset/{slug}: what portals harvest, as data and for people.

The catalogue is as the build wrote it, the same bytes for everybody; a dataset's address answers with that part of it
which is about the dataset.
"""

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT, PREFIXES
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.markup import Markup, types
from interurban.web.openapi import DOCUMENT
from interurban.web.pages import Pages, Reader
from interurban.web.problems import NotFoundError
from interurban.web.representation import EXTENSIONS, Body, Resource, respond
from interurban.web.serialization import serialize
from interurban.web.shelf import Shelf
from interurban.web.site import Site
from interurban.web.words import Names, Text

PATH = "/catalog"


def router(site: Site, pages: Pages, shelf: Shelf) -> APIRouter:
    """Return the routes of the catalogue and its datasets."""
    routes = APIRouter()
    markup = Markup(site)

    @routes.get(PATH, **DOCUMENT)
    async def catalog(request: Request) -> Response:
        """Answer with the catalogue of the datasets (DCAT-AP)."""
        return whole(request, None)

    @routes.get(PATH + ".{extension}", **DOCUMENT)
    async def catalog_as(request: Request, extension: str) -> Response:
        """Answer with the catalogue in one format."""
        return whole(request, extension)

    @routes.get("/dataset/{slug}", **DOCUMENT)
    async def dataset(request: Request, slug: str) -> Response:
        """Answer with what the catalogue says of a dataset; an extension chooses the format."""
        stem, dot, extension = slug.rpartition(".")
        if dot and extension in EXTENSIONS:
            return part(request, stem, extension)
        return part(request, slug, None)

    def whole(request: Request, extension: str | None) -> Response:
        if not shelf.triples or (extension and extension not in EXTENSIONS):
            raise NotFoundError(say("web-no-page"))
        resource = Resource(PATH, about=shelf.root.value, signposts=tuple(types("DataCatalog")))

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                written = f"{PATH[1:]}.{form.extension}"
                if written in site.release.manifest["files"]:
                    return Body(site.release.read(written))
                return Body(serialize(site.vocabulary, shelf.whole, form))
            names = Names(site, reader.language)
            kinds = [
                (kind, _entries(shelf, names, shelf.links(shelf.root, PREFIXES["dcat"] + kind))) for kind in _KINDS
            ]
            facts = {"title": shelf.text(names, shelf.root, DCT + "title"), "kinds": kinds}
            facts["about"] = shelf.text(names, shelf.root, DCT + "description")
            told = markup.of(shelf.root, reader.language, shelf.store)
            return Body(pages.html("catalog.html", reader, formats=resource.links(), markup=told, **facts))

        return respond(site, request, resource, extension, make)

    def part(request: Request, slug: str, extension: str | None) -> Response:
        node = next((node for node in shelf.datasets if node.value == f"{site.base.iri}dataset/{slug}"), None)
        if node is None:
            raise NotFoundError(say("web-no-dataset"))
        licence = (("license", shelf.word(node, DCT + "license")),) if shelf.word(node, DCT + "license") else ()
        signposts = (*types("AboutPage", "Dataset"), *licence, ("collection", shelf.root.value))
        resource = Resource(f"/dataset/{slug}", about=node.value, signposts=signposts)

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                return Body(serialize(site.vocabulary, shelf.about(node), form))
            names = Names(site, reader.language)
            return Body(
                pages.html(
                    "dataset.html",
                    reader,
                    formats=resource.links(),
                    markup=markup.of(node, reader.language, shelf.store),
                    title=shelf.text(names, node, DCT + "title"),
                    about=shelf.text(names, node, DCT + "description"),
                    files=shelf.files(names, node),
                    facts=shelf.facts(names, node),
                )
            )

        return respond(site, request, resource, extension, make)

    return routes


_KINDS = ("dataset", "service")


def _entries(shelf: Shelf, names: Names, nodes: list[ox.NamedNode]) -> list[tuple[Text, Text, str]]:
    """Return title, description and address of each thing on the catalogue."""
    found = []
    for node in nodes:
        title, about = (shelf.text(names, node, DCT + part) for part in ("title", "description"))
        found.append((title, about, (shelf.site.address(node.value) or node.value).partition("#")[0]))
    return found
