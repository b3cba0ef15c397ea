"""/id/ points to /doc/, where things have their documents; sources at /graph/ and terms at /def/ are documents."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import IU, OWL, PREFIXES, RDF, XSD, percent_encoded
from interurban.messages import LANGUAGES, Bilingual, say
from interurban.rdf.dates import dated
from interurban.rdf.formats import Format
from interurban.web.http import signposting
from interurban.web.http.conditional import REVALIDATE, respond
from interurban.web.http.errors import GoneError, NotFoundError, WebError
from interurban.web.http.operations import DOCUMENT, MOVED, ON_A_DAY, SEE_OTHER, routed
from interurban.web.http.pagination import Pagination, page_number, page_query
from interurban.web.http.parameters import requested_day
from interurban.web.http.reader import Reader
from interurban.web.http.redirection import redirection
from interurban.web.http.representation import EXTENSIONS, Resource
from interurban.web.model.cache import Representation
from interurban.web.model.document import PAGE_SIZE, Cut, is_small, of_graph, of_statements, of_thing
from interurban.web.model.identities import annotations
from interurban.web.model.json_schema import address_of
from interurban.web.model.phases import OnDay
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site, document_path
from interurban.web.model.vocabulary import DEFAULT
from interurban.web.pages.comparison import address_to_compare
from interurban.web.pages.glossary import glossary
from interurban.web.pages.identities import identities
from interurban.web.pages.literals import date_text
from interurban.web.pages.markup import Markup
from interurban.web.pages.pictures import picture
from interurban.web.pages.related import counts, related, sentence
from interurban.web.pages.sections import Sections
from interurban.web.pages.templates import Templates
from interurban.web.pages.views import DocumentView, ShownDay

_VERSION = NamedNode(OWL + "versionIRI")
_AS = PREFIXES["as"]
_REMEMBERED = 4096  # documents of which the links are


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of things, sources and terms."""
    endpoints = _Endpoints(site, templates, Markup(site))
    return routed(
        ("/id/{kind}/{slug:path}", endpoints.thing, SEE_OTHER),
        ("/doc/{kind}/{slug:path}", endpoints.document_of_thing, ON_A_DAY),
        ("/graph/{slug:path}", endpoints.document_of_source, ON_A_DAY),
        ("/def/{name:path}", endpoints.document_of_term, ON_A_DAY),
        ("/def.{extension}", endpoints.ontology, DOCUMENT),
        ("/def", endpoints.ontology_address, MOVED),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates
    markup: Markup

    @cached_property
    def _signposts(self) -> Callable[[NamedNode, str], signposting.Signposts]:
        def told(root: NamedNode, place: str) -> signposting.Signposts:
            return signposting.of_thing(self.markup.schema_org, root, _collection(self.site, place))

        return lru_cache(_REMEMBERED)(told)

    async def thing(self, request: Request) -> Response:
        """Point from a thing in the world to the document about it."""
        site = self.site
        path = _path(site, site.local(request.scope["path"]), request)
        if path is None:
            raise _missing(site, site.local(request.scope["path"]))
        if (node := site.find(path)) and (now := site.moved.get(node)):
            return redirection(site, request, site.mount + percent_encoded(now))
        address = site.mount + percent_encoded(document_path(path))
        answer = redirection(site, request, address, 303)
        answer.headers.update({"link": f'<{address}>; rel="describedby"', "cache-control": REVALIDATE})
        return answer

    async def document_of_thing(self, request: Request, page: str = "1") -> Response:
        """Answer with a page of the document of a thing, in the format asked for."""
        path = "/id/" + self.site.local(request.scope["path"]).removeprefix("/doc/")
        return await self._document(request, path, page)

    async def document_of_source(self, request: Request, page: str = "1") -> Response:
        """Answer with a page of the document of a source."""
        return await self._document(request, self.site.local(request.scope["path"]), page)

    async def document_of_term(self, request: Request, page: str = "1") -> Response:
        """Answer with the document of a term or concept; /def/ is the ontology, and so is its current version."""
        site, path = self.site, self.site.local(request.scope["path"])
        version = site.named(path)
        versions = site.store.quads_for_pattern(None, _VERSION, version, DEFAULT) if version else ()
        if any(quad.subject.value == IU for quad in versions if isinstance(quad.subject, NamedNode)):
            return redirection(site, request, site.mount + "/def/", 307)
        return await self._document(request, path, page)

    async def ontology(self, request: Request, extension: str) -> Response:
        """Answer with the whole ontology in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-thing"))
        return await self._answer(request, "/def/", "1", extension)

    async def ontology_address(self, request: Request) -> Response:
        """Point to the ontology's own address."""
        return redirection(self.site, request, self.site.mount + "/def/")

    async def _document(self, request: Request, path: str, page: str) -> Response:
        """Answer about the thing at `path`; it may end with an extension, but the exact thing comes first."""
        if (found := _path(self.site, path, request)) is not None:
            return await self._answer(request, found, page, None)
        stem, _, extension = path.rpartition(".")
        if extension not in EXTENSIONS or (found := _path(self.site, stem, request)) is None:
            raise _missing(self.site, path)
        return await self._answer(request, found, page, extension)

    async def _answer(self, request: Request, path: str, page: str, extension: str | None) -> Response:
        site, terms = self.site, self.site.vocabulary
        root = site.find(path)
        if root is None:
            raise NotFoundError(say("web-no-thing"))
        if now := site.moved.get(root):
            address = site.mount + percent_encoded(document_path(now))
            return redirection(site, request, f"{address}.{extension}" if extension else address)
        day = requested_day(request)
        on = OnDay(terms, day, root) if day else None
        number, place = page_number(page), site.mount + document_path(path)
        signposts = self._signposts(root, place)
        query = page_query(number, day)
        resource = Resource(place, query, about=root.value, day=day, signposts=signposts, schema=address_of(site, root))

        def render(form: Format | None, reader: Reader) -> Representation:
            whole, module = root.value == IU, site.modules.get(root) if form else None
            if module:
                document = of_statements(terms, module, root)
            else:
                document = of_graph(terms, terms.graph, root) if whole else of_thing(terms, root, on, number)
            paging = Pagination.of(place, page, PAGE_SIZE, document.longest)
            headers = paging.headers(resource, form)
            headers |= {"interurban-truncated": _truncated(document.cuts)} if document.cuts else {}
            if form is None:
                view = DocumentView(site, document, reader.language, on)
                if whole:
                    made = _ontology_page(self.templates, root, view, reader, resource, self.markup)
                else:
                    made = _thing_page(self.templates, root, view, reader, resource, self.markup, paging)
                return Representation(made, headers)
            if not whole and not module:
                document.groups.update(annotations(site, root))
            return Representation(serialize(terms, document, form), headers)

        def small() -> bool:
            return on is None and root.value != IU and root not in site.modules and is_small(terms, root)

        return await respond(site, request, resource, extension, render, small=small)


def _path(site: Site, path: str, request: Request) -> str | None:
    """Return the path of the thing that is asked for, None if there is none.

    The IRI may have been written with percent-escapes that the server has undone.
    """
    if site.find(path) is not None:
        return path
    raw = site.local(request.scope.get("raw_path", b"").decode("latin-1"))
    written = "/id/" + raw.removeprefix("/doc/") if raw.startswith("/doc/") else raw
    return written if "%" in raw and written.rpartition(".")[0] != path and site.find(written) is not None else None


def _missing(site: Site, path: str) -> WebError:
    """Return what is to be said of a path at which there is nothing: it may be no more, or never have been."""
    stem, _, extension = path.rpartition(".")
    for node in filter(None, map(site.named, (path, *([stem] if extension in EXTENSIONS else ())))):
        if day := site.erased.get(node):
            return GoneError(
                say("web-erased", day=_day(day)), _buried(node, IU + "Tombstone", IU + "erasedOn", dated(day))
            )
        if since := site.gone.get(node.value):
            instant = Literal(since, datatype=NamedNode(XSD + "dateTime"))
            said = _buried(node, _AS + "Tombstone", _AS + "deleted", instant)
            return GoneError(say("web-deleted", day=_day(since[:10])), said)
    return NotFoundError(say("web-no-thing"))


def _buried(node: NamedNode, kind: str, since: str, day: Literal) -> list[Triple]:
    return [Triple(node, NamedNode(RDF + "type"), NamedNode(kind)), Triple(node, NamedNode(since), day)]


def _day(day: str) -> Bilingual:
    return Bilingual({language: date_text(day, language).text for language in LANGUAGES})


def _truncated(cuts: list[Cut]) -> str:
    """Return the header that says which lists were cut (an RFC 9651 list of strings with parameters)."""
    return ", ".join(f'"{percent_encoded(c.predicate)}";shown={c.shown};total={c.total}' for c in cuts)


def _collection(site: Site, place: str) -> str | None:
    """Return the address of the list that the document at `place` stands in, None if there is none."""
    folder = site.local(place).rpartition("/")[0] + "/"
    is_list = folder == "/def/" or folder in site.vocabulary.lists
    return site.mount + folder if is_list and site.mount + folder != place else None


def _thing_page(
    templates: Templates,
    root: NamedNode,
    view: DocumentView,
    reader: Reader,
    resource: Resource,
    markup: Markup,
    paging: Pagination,
) -> bytes:
    facts = view.facts(root)  # first, so that their sources have the first numbers
    site, lists = view.site, list(related(view, root, view.on))
    sections = Sections(view, {each.kind for each in lists}).sections(root)
    kinds = site.presentation.pictures(site.vocabulary.classes_of(root.value))
    drawn = {kind: picture(site, kind, root, reader) for kind in {*kinds, *(each.picture for each in sections)} if kind}
    return templates.html(
        "thing.html",
        reader,
        formats=resource.links(),
        markup=None if view.on else markup.of(root, reader.language),  # search engines read what is said for all times
        iri=root.value,
        title=view.label(root),
        classes=view.classes(root),
        description=view.description(root),
        remark=view.remark(root),
        sentence=None if view.on else sentence(view, root),
        facts=facts,
        counts=counts(view, root),
        identities=identities(view.site, view, root),
        data=view.facts(root, as_data=True),
        lists=lists,
        sections=sections,
        compared=address_to_compare(site, root),
        pictures=[drawn[kind] for kind in kinds],
        drawn=drawn,
        moment=ShownDay.of(view, view.on, view.document.groups),
        instances=[kind for kind in view.site.vocabulary.kinds.values() if kind.shared == root.value],
        sources=view.sources.values(),
        paging=paging,
    )


def _ontology_page(
    templates: Templates, root: NamedNode, view: DocumentView, reader: Reader, resource: Resource, markup: Markup
) -> bytes:
    return templates.html(
        "ontology.html",
        reader,
        formats=resource.links(),
        markup=markup.of(root, reader.language),
        iri=root.value,
        title=view.label(root),
        description=view.description(root),
        groups=glossary(view),
    )
