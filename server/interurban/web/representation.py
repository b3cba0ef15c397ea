"""One address, many representations: chooses one, and says about it what clients and caches want to know.

Every answer is a function of the release, the program and the request, so its tag is made from them and never
from the body: a client that has it already is told so before anything is computed. What takes a while to make is
made apart: in a thread, one at a time, so that this process goes on answering others.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from interurban.rdf.formats import FORMATS, Format
from interurban.web import negotiation
from interurban.web.pages import Link, Reader
from interurban.web.problems import NotAcceptableError
from interurban.web.site import Content, Site, encoded

HTML = "text/html"
# N-Quads is for dumps: TriG says the same of one document, and is read more easily.
_RDF = {form.extension: form for form in FORMATS if form.extension != "nq"}
MEDIA_TYPES = {"html": HTML} | {extension: form.media_type for extension, form in _RDF.items()}
_NAMES = {"html": "HTML"} | {extension: form.name for extension, form in _RDF.items()}
EXTENSIONS = tuple(MEDIA_TYPES)
_OFFERS = tuple(MEDIA_TYPES.values())
_DATA = tuple(form.media_type for form in _RDF.values())
IN_LINKS = "/:@!$&'()*+,;=~%?#[]"
REVALIDATE = "public, no-cache"  # may be kept, must be asked after: a release can be replaced at any time


@dataclass(frozen=True)
class Resource:
    """A document.

    path: of its negotiated address; query: what of the query is part of its name; about: IRI of its subject.
    day: the one it shows, which then is part of the query as well. page: whether it is HTML as well as RDF.
    signposts: relations and addresses of what else is worth a link in the head of an answer.
    """

    path: str
    query: str = ""
    about: str | None = None
    day: str | None = None
    page: bool = True
    signposts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _stem(self) -> str:
        return encoded(self.path.rstrip("/"))

    def variant(self, extension: str) -> str:
        """Return the address of one representation."""
        return f"{self._stem}.{extension}" + (f"?{self.query}" if self.query else "")

    def variants(self) -> list[tuple[str, str]]:
        """Return media type and address of each representation."""
        offers = MEDIA_TYPES if self.page else _RDF
        return [(MEDIA_TYPES[extension], self.variant(extension)) for extension in offers]

    def links(self) -> list[Link]:
        """Return the representations that are data, for people to follow."""
        return [Link(_NAMES[extension], self.variant(extension)) for extension in _RDF]


@dataclass
class Body:
    """A representation's bytes, and headers that only it has."""

    content: bytes
    headers: dict[str, str] = field(default_factory=dict)


Make = Callable[[Format | None, Reader], Body]  # a body in an RDF format, or as HTML for None


@dataclass(frozen=True)
class Choice:
    """The representation that answers a request: its media type, headers without the tag, what it depends on.

    extension: of the representation's own address; form: its RDF format, None for HTML.
    """

    extension: str
    media_type: str
    headers: dict[str, str]
    seen: list[str]

    @property
    def form(self) -> Format | None:
        """The RDF format, None for HTML."""
        return _RDF.get(self.extension)


def choose(request: Request, resource: Resource, extension: str | None) -> Choice:
    """Return the representation that `extension` or the Accept header asks for, else NotAcceptableError."""
    media_type = MEDIA_TYPES[extension] if extension else _negotiated(request, resource)
    chosen = extension or next(e for e, m in MEDIA_TYPES.items() if m == media_type)
    headers = {"content-location": resource.variant(chosen), "link": ", ".join(_links(resource, media_type))}
    seen = [resource.path, resource.query, media_type]
    if media_type == HTML:
        reader = Reader.of(request, resource.day)
        headers["content-language"] = reader.language
        seen += [reader.language, str(reader.explicit), reader.path, reader.query]
    varies = ["Accept"] if not extension else []
    if (resource.page and not extension) or media_type == HTML:
        varies.append("Accept-Language")
    if varies:
        headers["vary"] = ", ".join(varies)
    return Choice(chosen, media_type, headers, seen)


def signpost(relation: str, address: str, media_type: str | None = None) -> str:
    """Return a link as the Link header has it (RFC 8288)."""
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{quote(address, safe=IN_LINKS)}>; rel="{relation}"{kind}'


def _links(resource: Resource, media_type: str) -> list[str]:
    """Return the links in the head of one representation: to the others, to the thing, and where the signposts point.

    They follow FAIR Signposting (https://signposting.org/FAIR/): a page is described by the data, which describe it.
    """
    links = []
    for other, address in resource.variants():
        role = " describedby" if media_type == HTML else " describes" if other == HTML else ""
        if other != media_type:
            links.append(f'<{address}>; rel="alternate{role}"; type="{other}"')
    if resource.about:
        links += [signpost("about", resource.about), signpost("cite-as", resource.about)]
    # of which class something is, is said of the page: the data say it themselves
    told = (pair for pair in resource.signposts if media_type == HTML or pair[0] != "type")
    return links + [signpost(relation, address) for relation, address in told]


def respond(site: Site, request: Request, resource: Resource, extension: str | None, make: Make) -> Response:
    """Return the representation that `extension` or the Accept header asks for, else NotAcceptableError."""
    choice = choose(request, resource, extension)
    reader = Reader.of(request, resource.day)
    return conditional(site, request, choice.seen, choice.media_type, choice.headers, lambda: make(choice.form, reader))


def conditional(
    site: Site,
    request: Request,
    seen: list[str],
    media_type: str,
    headers: dict[str, str],
    make: Callable[[], Body],
) -> Response:
    """Return 304 if the client has the answer, else make it. seen: what the answer depends on."""
    headers = tagged(site, seen, headers)
    return unchanged(request, headers) or finished(_once(site, headers["etag"], make), media_type, headers)


def tagged(site: Site, seen: list[str], headers: dict[str, str]) -> dict[str, str]:
    """Return `headers` with what caches want to know. seen: what the answer depends on besides release and program."""
    identity = "\n".join([site.edition, *seen])
    tag = f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'
    return {"etag": tag, "cache-control": REVALIDATE, **headers}


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """Return 304 if the client has the answer that these headers belong to."""
    if _has(request.headers.get("if-none-match"), headers["etag"]):
        return Response(status_code=304, headers=headers)
    return None


def finished(body: Body, media_type: str, headers: dict[str, str]) -> Response:
    """Return the answer with a body that has been made."""
    return Response(body.content, headers={"content-type": typed(media_type), **headers, **body.headers})


def typed(media_type: str) -> str:
    """Return what Content-Type says of it."""
    return media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")


def _once(site: Site, tag: str, make: Callable[[], Body]) -> Body:
    """Return the body that belongs to a tag: the one that is kept, or a new one, which then is."""
    if kept := site.kept.get(tag):
        return Body(kept.content, dict(kept.headers))
    body = make()
    site.kept.put(tag, Content(body.content, body.headers))
    return body


def _negotiated(request: Request, resource: Resource) -> str:
    offers = _OFFERS if resource.page else _DATA
    media_type = negotiation.media_type(request.headers.get("accept"), offers)
    if media_type is None:
        raise NotAcceptableError(resource.variants())
    return media_type


def _has(if_none_match: str | None, tag: str) -> bool:
    """Return whether the header names `tag`, by the weak comparison it asks for (RFC 9110, 13.1.2)."""
    tags = [t.strip().removeprefix("W/") for t in (if_none_match or "").split(",")]
    return tag in tags or tags == ["*"]


class Apart:
    """Where the answers of one application are made that others must not wait for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.turn = asyncio.Lock()

    async def respond(
        self,
        request: Request,
        resource: Resource,
        extension: str | None,
        make: Make,
        more: Mapping[str, str] | None = None,
    ) -> Response:
        """Do as `respond` does, with the body made in a thread.

        more: headers that only the representations in RDF have.
        """
        choice = choose(request, resource, extension)
        told = choice.headers | dict(more or {}) if choice.form else choice.headers
        reader = Reader.of(request, resource.day)
        return await self.conditional(request, choice.seen, choice.media_type, told, lambda: make(choice.form, reader))

    async def conditional(
        self, request: Request, seen: list[str], media_type: str, headers: dict[str, str], make: Callable[[], Body]
    ) -> Response:
        """Do as `conditional` does, with the body made in a thread."""
        headers = tagged(self.site, seen, headers)
        if same := unchanged(request, headers):
            return same
        key = headers["etag"]
        kept = self.site.kept.get(key)
        if not kept:
            async with self.turn:
                kept = self.site.kept.get(key)  # somebody may have made it in the meantime
                if not kept:
                    body = await asyncio.to_thread(make)
                    kept = Content(body.content, body.headers)
                    self.site.kept.put(key, kept)
        return finished(Body(kept.content, dict(kept.headers)), media_type, headers)
