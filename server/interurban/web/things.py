"""Things and their documents: /id/ points to /doc/; sources at /graph/ and terms at /def/ are documents.

The ontology's own page is its glossary: its terms by sort, each with its name and what it means.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interurban.iris import IU, OWL, RDF, SKOS
from interurban.messages import LANGUAGES, Bilingual, say
from interurban.rdf.formats import Format
from interurban.web.document import Cut, of_graph, of_thing
from interurban.web.markup import Markup
from interurban.web.openapi import DOCUMENT, ON_A_DAY
from interurban.web.pages import Pages, Reader
from interurban.web.problems import GoneError, NotAcceptableError, NotFoundError, WebError
from interurban.web.reading import Moment, on_day
from interurban.web.representation import EXTENSIONS, REVALIDATE, Body, Resource, respond
from interurban.web.serialization import NotInFormatError, serialize
from interurban.web.site import Site, document_path, encoded
from interurban.web.view import View
from interurban.web.vocabulary import TYPE, Vocabulary, prefixed
from interurban.web.words import Text, date_text

# Sort of term -> key of its heading among the messages. A term of several sorts stands under the first.
_SORTS = {
    OWL + "Class": "classes",
    OWL + "ObjectProperty": "object-properties",
    OWL + "DatatypeProperty": "datatype-properties",
    OWL + "AnnotationProperty": "other-properties",
    RDF + "Property": "other-properties",
    SKOS + "ConceptScheme": "schemes",
}


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of things, sources and terms."""
    routes = APIRouter()
    markup = Markup(site)

    @routes.get("/id/{kind}/{slug:path}", status_code=303, response_class=RedirectResponse)
    async def thing(request: Request) -> Response:
        """Point from a thing in the world to the document about it."""
        path = _path(site, site.local(request.scope["path"]), request)
        if path is None:
            raise _missing(site, site.local(request.scope["path"]))
        query = request.scope["query_string"].decode("latin-1")
        address = site.mount + encoded(document_path(path))
        headers = {
            "location": address + (f"?{query}" if query else ""),
            "link": f'<{address}>; rel="describedby"',
            "cache-control": REVALIDATE,
        }
        return Response(status_code=303, headers=headers)

    @routes.get("/doc/{kind}/{slug:path}", **ON_A_DAY)
    async def document_of_thing(request: Request) -> Response:
        """Answer with the document of a thing, in the format asked for."""
        return document(request, "/id/" + site.local(request.scope["path"]).removeprefix("/doc/"))

    @routes.get("/graph/{slug:path}", **ON_A_DAY)
    async def document_of_source(request: Request) -> Response:
        """Answer with the document of a source."""
        return document(request, site.local(request.scope["path"]))

    @routes.get("/def/{name:path}", **ON_A_DAY)
    async def document_of_term(request: Request) -> Response:
        """Answer with the document of a term or concept; /def/ itself is the whole ontology."""
        return document(request, site.local(request.scope["path"]))

    @routes.get("/def.{extension}", **DOCUMENT)
    async def ontology(request: Request, extension: str) -> Response:
        """Answer with the whole ontology in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-thing"))
        return answer(request, "/def/", extension)

    @routes.get("/def", status_code=308, response_class=RedirectResponse)
    async def ontology_address() -> Response:
        """Point to the ontology's own address."""
        return RedirectResponse(site.mount + "/def/", status_code=308)

    def document(request: Request, path: str) -> Response:
        """Answer about the thing at `path`; it may end with an extension, but the exact thing comes first."""
        if (found := _path(site, path, request)) is not None:
            return answer(request, found, None)
        stem, _, extension = path.rpartition(".")
        if extension not in EXTENSIONS or (found := _path(site, stem, request)) is None:
            raise _missing(site, path)
        return answer(request, found, extension)

    def answer(request: Request, path: str, extension: str | None) -> Response:
        root = site.find(path)
        if root is None:
            raise NotFoundError(say("web-no-thing"))
        on = on_day(site.vocabulary, request, about=root)
        day = on.day if on else None
        place, query = site.mount + document_path(path), f"at={day}" if day else ""
        signposts = markup.signposts(root, _collection(site, place))
        resource = Resource(place, query, about=root.value, day=day, signposts=signposts)

        def make(form: Format | None, reader: Reader) -> Body:
            whole, terms = root.value == IU, site.vocabulary
            document = of_graph(terms, terms.graph, root) if whole else of_thing(terms, root, on)
            headers = {"interurban-truncated": _truncated(document.cuts)} if document.cuts else {}
            if form is None:
                page = _ontology_page if whole else _thing_page
                view = View(site, document, reader.language, on)
                return Body(page(pages, root, view, reader, resource, markup), headers)
            try:
                return Body(serialize(site.vocabulary, document, form), headers)
            except NotInFormatError as error:
                variants = [v for v in resource.variants() if v[0] != form.media_type]
                raise NotAcceptableError(variants) from error

        return respond(site, request, resource, extension, make)

    return routes


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
    for node in map(site.named, (path, *([stem] if extension in EXTENSIONS else ()))):
        if node in site.erased:
            return GoneError(say("web-erased", day=_day(site.erased[node])))
        for release in (edition.release for edition in site.editions):
            if node and node.value in release.manifest["deleted"]:
                return GoneError(say("web-deleted", day=_day(release.published[:10])))
    return NotFoundError(say("web-no-thing"))


def _day(day: str) -> Bilingual:
    return Bilingual({language: date_text(day, language).text for language in LANGUAGES})


def _truncated(cuts: list[Cut]) -> str:
    """Return the header that says which lists were cut (an RFC 9651 list of strings with parameters)."""
    return ", ".join(f'"{encoded(c.predicate)}";shown={c.shown};total={c.total}' for c in cuts)


def _collection(site: Site, place: str) -> str | None:
    """Return the address of the list that the document at `place` stands in, None if there is none."""
    folder = site.local(place).rpartition("/")[0] + "/"
    is_list = folder == "/def/" or folder in site.vocabulary.lists
    return site.mount + folder if is_list and site.mount + folder != place else None


def _thing_page(pages: Pages, root: NamedNode, view: View, reader: Reader, resource: Resource, markup: Markup) -> bytes:
    return pages.html(
        "thing.html",
        reader,
        formats=resource.links(),
        markup=None if view.on else markup.of(root, reader.language),  # search engines read what is said for all times
        iri=root.value,
        title=view.label(root),
        classes=view.classes(root),
        description=view.description(root),
        facts=view.facts(root),
        sections=view.sections(root),
        moment=Moment.of(view, view.on, view.document.groups),
        instances=[kind for kind in view.site.vocabulary.kinds.values() if kind.shared == root.value],
        sources=view.sources.values(),
    )


def _ontology_page(
    pages: Pages, root: NamedNode, view: View, reader: Reader, resource: Resource, markup: Markup
) -> bytes:
    return pages.html(
        "ontology.html",
        reader,
        formats=resource.links(),
        markup=markup.of(root, reader.language),
        iri=root.value,
        title=view.label(root),
        description=view.description(root),
        groups=glossary(view.site.vocabulary, view),
    )


@dataclass(frozen=True)
class Entry:
    """A term: its label, its prefixed name or IRI, its page, and the sentence that says what it means."""

    label: Text
    name: str
    href: str
    description: Text | None


def glossary(vocabulary: Vocabulary, view: View) -> dict[str, list[Entry]]:
    """Return heading key -> terms, in order of label."""
    groups: dict[str, list[Entry]] = {key: [] for key in _SORTS.values()}
    seen: set[NamedNode] = set()
    for sort, key in _SORTS.items():
        for quad in vocabulary.store.quads_for_pattern(None, TYPE, NamedNode(sort), vocabulary.graph):
            term = quad.subject
            if isinstance(term, NamedNode) and term not in seen:
                seen.add(term)
                groups[key].append(_entry(view, term))
    for entries in groups.values():
        entries.sort(key=lambda e: (e.label.text.casefold(), e.name))
    return {key: entries for key, entries in groups.items() if entries}


def _entry(view: View, term: NamedNode) -> Entry:
    address = view.site.address(term.value) or term.value
    return Entry(view.label(term), prefixed(term.value) or term.value, address, view.description(term))
