"""/search: what there is of a name, as a page and as JSON; /suggest while it is written; /opensearch.xml for browsers.

The page is canonical at one address, with its parameters in order, and no search engine is to have it.
"""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import LANGUAGES, say
from interurban.release.search import MOST_CHARACTERS, Found
from interurban.web.http import negotiation
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import BadRequestError, NotAcceptableError, NotFoundError
from interurban.web.http.operations import LANGUAGE, Operation, operation, routed
from interurban.web.http.pagination import Pagination, page_number
from interurban.web.http.parameters import single_values
from interurban.web.http.reader import Link, Reader
from interurban.web.http.redirection import root
from interurban.web.http.representation import HTML
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.pages.search import PAGE_SIZE, PATH, Results, Wanted, suggestions
from interurban.web.pages.templates import Templates

SUGGEST, DESCRIPTION = "/suggest", "/opensearch.xml"
_JSON, _SUGGESTIONS = "application/json", "application/x-suggestions+json"
_OPENSEARCH = "application/opensearchdescription+xml"
_SUGGESTED = 8
_FORMATS = {"html": HTML, "json": _JSON}
_GIVEN = ("q", "kind", "country")
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def _parameter(name: str, description: str) -> dict[str, object]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


_TEXT = {**_parameter("q", "A name, or part of one"), "schema": {"type": "string", "maxLength": MOST_CHARACTERS}}
_CHOICES = [
    _TEXT,
    _parameter("kind", "Only things of a kind, by its id in `kinds`"),
    _parameter("country", "Only things of a country, by its code of three letters (ISO 3166-1)"),
]
_STRING, _NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}
_IRI = {"type": "string", "format": "iri"}


def _object(required: str, **properties: object) -> dict[str, object]:
    return {"type": "object", "required": required.split(), "properties": properties, "additionalProperties": False}


def _list(of: object) -> dict[str, object]:
    return {"type": "array", "items": of}


_COUNTED = _list(_object("id label count", id=_STRING, label=_STRING, count=_NUMBER))
_RESULT = _object(
    "id url name kind description agreement",
    id=_IRI,
    url=_IRI,
    name=_STRING,
    kind=_STRING,
    country=_STRING,
    description=_STRING,
    agreement={"enum": ["exact", "beginning", "words", "slip", "none"]},
    matched=_STRING,
    networks=_NUMBER,
    population=_NUMBER,
    ended={"const": True},
    governments=_list(_object("id name", id=_IRI, name=_STRING)),
)
_ANSWER = _object(
    "query kind country total page pages kinds countries results",
    query=_STRING,
    kind={"type": ["string", "null"]},
    country={"type": ["string", "null"]},
    total=_NUMBER,
    page=_NUMBER,
    pages=_NUMBER,
    prev=_IRI,
    next=_IRI,
    kinds=_COUNTED,
    countries=_COUNTED,
    results=_list(_RESULT),
)


def _described(*media_types: str) -> Operation:
    described = operation("What was found", *media_types, parameters=_CHOICES)
    if HTML not in media_types:
        described["openapi_extra"]["parameters"].append(LANGUAGE)
    described["responses"][200]["content"][_JSON] = {"schema": _ANSWER}
    return described


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the search."""
    endpoints = _Endpoints(site, templates)
    suggested = operation("Suggestions", _SUGGESTIONS, parameters=[*_CHOICES[:2], LANGUAGE])
    return routed(
        (PATH, endpoints.search, _described(HTML, _JSON)),
        (PATH + ".json", endpoints.search_json, _described(_JSON)),
        (SUGGEST, endpoints.suggest, suggested),
        (DESCRIPTION, endpoints.description, operation("The search, for browsers", _OPENSEARCH, parameters=[LANGUAGE])),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def search(self, request: Request, page: str = "1") -> Response:
        """Find things by any of their names, as a page or as JSON."""
        media_type = negotiation.media_type(request.headers.get("accept"), tuple(_FORMATS.values()))
        if media_type is None:
            raise NotAcceptableError([(HTML, request.url.path), (_JSON, PATH + ".json")])
        return await self._found(request, page, media_type, {"vary": "Accept, Accept-Language"})

    async def search_json(self, request: Request, page: str = "1") -> Response:
        """Find things by any of their names, as JSON."""
        return await self._found(request, page, _JSON, {"vary": "Accept-Language"})

    async def suggest(self, request: Request) -> Response:
        """Suggest things while a name is written (OpenSearch Suggestions 1.0)."""
        self._must_be_there()
        given, here = single_values(request), root(self.site, request)
        wanted = Wanted(_text(given), given.get("kind", ""))
        language = Reader.of(request).language

        def render() -> Representation:
            self._must_be_known(wanted)
            found = self._find(wanted, _SUGGESTED)
            paging = Pagination.of(SUGGEST, "1", _SUGGESTED, found.total)
            return _written(suggestions(Results(self.site, language, wanted, found, paging), here))

        headers = {"vary": "Accept-Language", "content-language": language}
        key = [SUGGEST, wanted.text, wanted.kind, language, here]
        return await conditional(self.site, request, key, _SUGGESTIONS, headers, render)

    async def description(self, request: Request) -> Response:
        """Describe the search for browsers (OpenSearch 1.1)."""
        self._must_be_there()
        reader, here = Reader.of(request), root(self.site, request)
        headers = {"vary": "Accept-Language", "content-language": reader.language}

        def render() -> Representation:
            return Representation(_opensearch(self.templates, reader, here).encode())

        return await conditional(self.site, request, [DESCRIPTION, reader.language, here], _OPENSEARCH, headers, render)

    async def _found(self, request: Request, page: str, media_type: str, headers: dict[str, str]) -> Response:
        self._must_be_there()
        given, reader, here = single_values(request), Reader.of(request, more=_GIVEN), root(self.site, request)
        wanted, number = Wanted(_text(given), given.get("kind", ""), given.get("country", "")), page_number(page)
        path = PATH if media_type == HTML else PATH + ".json"

        def render() -> Representation:
            self._must_be_known(wanted)
            found = self._find(wanted, PAGE_SIZE, (number - 1) * PAGE_SIZE)
            paging = Pagination.of(path, page, PAGE_SIZE, found.total, wanted.given)
            results = Results(self.site, reader.language, wanted, found, paging)
            if media_type == _JSON:
                return _written(results.data(here))
            return Representation(self._page(reader, results))

        own = wanted.address(**_page(number))
        headers = {**headers, "content-language": reader.language, "link": f'<{own}>; rel="canonical"'}
        key = [media_type, own, reader.language, str(reader.explicit), reader.query, here]
        return await conditional(self.site, request, key, media_type, headers, render)

    def _page(self, reader: Reader, results: Results) -> bytes:
        wanted, page = results.wanted, _page(results.paging.number)
        own, base = {"lang": reader.language} if reader.explicit else {}, self.site.base.iri
        return self.templates.html(
            "search.html",
            reader,
            formats=[Link("JSON", wanted.address(".json", **page))] if wanted.given else [],
            results=results,
            wanted=wanted,
            paging=results.paging,
            known={Wanted(kind=name).address(): kind for name, kind in self.site.search.kinds.items()},
            wider=Wanted(wanted.text).address(),
            own=base + wanted.address(**page, **own).lstrip("/"),
            other={each: base + wanted.address(**page, lang=each).lstrip("/") for each in LANGUAGES},
        )

    def _find(self, wanted: Wanted, most: int, first: int = 0) -> Found:
        if not wanted.given:
            return Found(0, {}, {}, [])
        return self.site.search.find(wanted.text, wanted.kind, wanted.country, first, most)

    def _must_be_there(self) -> None:
        """Raise NotFoundError if the release was built before there was anything to find things by."""
        if not self.site.search.there:
            raise NotFoundError(say("web-search-none"))

    def _must_be_known(self, wanted: Wanted) -> None:
        """Raise BadRequestError for a kind or a country that there is not."""
        search = self.site.search
        for name, given, known in (("kind", wanted.kind, search.kinds), ("country", wanted.country, search.countries)):
            if given and given not in known:
                raise BadRequestError(say("web-search-choice", name=name, given=given[:50], known=", ".join(known)))


def _page(number: int) -> dict[str, str]:
    return {"page": str(number)} if number > 1 else {}


def _text(given: dict[str, str]) -> str:
    """Return what is looked for; BadRequestError if that is too long for a name."""
    text = given.get("q", "")
    if len(text) > MOST_CHARACTERS:
        raise BadRequestError(say("web-search-long", most=MOST_CHARACTERS))
    return text


def _written(content: object) -> Representation:
    return Representation(json.dumps(content, ensure_ascii=False).encode())


def _opensearch(templates: Templates, reader: Reader, here: str) -> str:
    """Return the description of the search (OpenSearch 1.1, draft 6)."""
    language = f"&lang={reader.language}"

    def url(media_type: str, path: str, more: str = "") -> str:
        template = quoteattr(f"{here}{path}?q={{searchTerms}}{language}")
        return f'  <Url type="{media_type}" {more}template={template}/>\n'

    icon = escape(here + templates.asset("icon.svg").lstrip("/"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OpenSearchDescription xmlns="{_NAMESPACE}">\n'
        "  <ShortName>Interurban</ShortName>\n"
        f"  <Description>{escape(say('web-search-about').text(reader.language))}</Description>\n"
        f'  <Image type="image/svg+xml">{icon}</Image>\n'
        + url(HTML, "search")
        + url(_JSON, "search.json", 'rel="results" ')
        + url(_SUGGESTIONS, "suggest", 'rel="suggestions" ')
        + "  <Language>en</Language>\n  <Language>it</Language>\n"
        "  <InputEncoding>UTF-8</InputEncoding>\n  <OutputEncoding>UTF-8</OutputEncoding>\n"
        "</OpenSearchDescription>\n"
    )
