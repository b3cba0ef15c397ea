"""/cite: how to cite a page, a dataset or a release, for people, BibTeX and programs that read CSL-JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from fastapi import APIRouter
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
from interurban.web.pages.citation import Citation
from interurban.web.pages.names import Names
from interurban.web.pages.templates import Templates
from interurban.web.pages.titles import IN_EACH_RELEASE, OF_CURRENT, title

PATH = "/cite"
FORMATS = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}
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
        site, written = self._release(of)
        # As it stands in links, or as it is once that is undone: a name may have percent signs of its own.
        found = ((path, *self._named(site, path, language)) for path in (written, unquote(written)))
        path, name, address = next((each for each in found if each[1]), (written, None, ""))
        if name is None and path.startswith((*IN_EACH_RELEASE, *OF_CURRENT)):
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
        found = title(Names(site, language), path, self.told if site is self.mementos[0] else None)
        mount = site.mount if path.startswith(IN_EACH_RELEASE) else ""
        return (found.text, mount + path) if found else (None, "")


def _path(request: Request) -> str:
    """Return the path that ?of= names, without what only chooses a representation."""
    path = single_values(request).get("of", "/").partition("?")[0].partition("#")[0]
    return path.removesuffix(".html")
