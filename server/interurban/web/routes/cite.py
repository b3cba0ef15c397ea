"""/cite: how to cite a page, a dataset or a release, for people, BibTeX and programs that read CSL-JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT, PREFIXES, percent_encoded
from interurban.messages import Language, say
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import operation, routed
from interurban.web.http.parameters import single_values
from interurban.web.http.reader import Reader
from interurban.web.http.representation import HTML
from interurban.web.model.cache import Representation
from interurban.web.model.catalog import Catalog
from interurban.web.model.site import Site
from interurban.web.pages.catalog import CatalogView
from interurban.web.pages.citation import Citation
from interurban.web.pages.names import Names
from interurban.web.pages.templates import Templates

PATH = "/cite"
FORMATS = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}
_IN_EACH_RELEASE = ("/doc/", "/graph/", "/def/")  # questions and datasets are of the current one
_OF = {"name": "of", "in": "query", "description": "Path of what is cited", "schema": {"type": "string"}}


def router(mementos: Sequence[Site], catalog: Catalog, templates: Templates) -> APIRouter:
    """Return the routes of citations. mementos: the releases that are served, newest first."""
    endpoints = _Endpoints(mementos, catalog, templates)
    return routed(
        (PATH, endpoints.page, operation("The page", HTML, parameters=[_OF])),
        (PATH + ".{extension}", endpoints.file, operation("The citation", *FORMATS.values(), parameters=[_OF])),
    )


@dataclass(frozen=True)
class _Endpoints:
    mementos: Sequence[Site]
    told: Catalog
    templates: Templates

    async def page(self, request: Request) -> Response:
        """Answer with the citation for people, and in the formats of programs."""
        reader = Reader.of(request)
        of = _path(request)
        cited = self._cited(of, reader.language)

        def render() -> Representation:
            citation = cited()
            written = json.dumps(citation.csl(), ensure_ascii=False, indent=1)
            return Representation(
                self.templates.html("cite.html", reader, citation=citation, of=of, csl=written, formats=[])
            )

        return await self._answer(request, reader, of, HTML, render)

    async def file(self, request: Request, extension: str) -> Response:
        """Answer with the citation in one format."""
        if extension not in FORMATS:
            raise NotFoundError(say("web-no-page"))
        reader = Reader.of(request)
        of = _path(request)
        cited = self._cited(of, reader.language)

        def render() -> Representation:
            citation = cited()
            text = citation.bibtex() if extension == "bib" else json.dumps(citation.csl(), ensure_ascii=False)
            return Representation(text.encode())

        return await self._answer(request, reader, of, FORMATS[extension], render)

    async def _answer(
        self, request: Request, reader: Reader, of: str, media_type: str, render: Callable[[], Representation]
    ) -> Response:
        headers = {"vary": "Accept-Language", "content-language": reader.language}
        key = [PATH, media_type, of, reader.language, str(reader.explicit)]
        return await conditional(self.mementos[0], request, key, media_type, headers, render)

    def _cited(self, of: str, language: Language) -> Callable[[], Citation]:
        """Return what makes the citation of what is at a path; NotFoundError if nothing is there.

        What has no name of its own is cited as the whole release.
        """
        site, path = self._release(of)
        name, address = self._named(site, path, language)
        if name is None and path.startswith((*_IN_EACH_RELEASE, "/dataset/", "/queries/")):
            raise NotFoundError(say("web-no-thing"))
        version = site.release.version
        publisher = next(iter(self.told.links(self.told.root, DCT + "publisher")), self.told.root)
        return partial(
            Citation,
            title=name or say("web-cite-whole").text(language),
            whole=name is None or path.startswith("/dataset/"),
            place=path if name else "",
            address=site.base.iri + percent_encoded(address or f"/releases/{version}").removeprefix("/"),
            version=version,
            published=site.release.published,
            publisher=self.told.word(publisher, PREFIXES["foaf"] + "name"),
            language=language,
        )

    def _release(self, of: str) -> tuple[Site, str]:
        """Return the release that a path is of, and the path in it; without a release in it, the current one."""
        for site in self.mementos:
            if of == site.mount or of.startswith(site.mount + "/"):
                return site, of.removeprefix(site.mount)
        return self.mementos[0], of

    def _named(self, site: Site, path: str, language: Language) -> tuple[str | None, str]:
        """Return what is called by a name at a path, None if nothing is, and the path by which it is remembered."""
        names = Names(site, language)
        if kind := site.vocabulary.lists.get(path):
            label = names.label(NamedNode(kind.shared)).text if kind.shared else path.strip("/").rpartition("/")[2]
            return label, site.mount + path
        thing = site.find(path.replace("/doc/", "/id/", 1)) if path.startswith(_IN_EACH_RELEASE) else None
        if thing:
            return names.label(thing).text, site.mount + path
        if site is not self.mementos[0]:
            return None, ""
        if question := self.told.site.questions.get(path.removeprefix("/queries/")):
            return question.summary.text(language), path
        dataset = self.told.dataset(path.removeprefix("/dataset/"))
        if dataset in self.told.datasets:
            return CatalogView(self.told, names).text(dataset, DCT + "title").text, path
        return None, ""


def _path(request: Request) -> str:
    """Return the path that ?of= names, without what only chooses a representation."""
    path = single_values(request).get("of", "/").partition("?")[0].partition("#")[0]
    return path.removesuffix(".html")
