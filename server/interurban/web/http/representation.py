"""One resource, many representations: selects one, and says where the others and what belongs to it are.

The links in the head follow FAIR Signposting (https://signposting.org/FAIR/).
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote

from starlette.requests import Request

from interurban.iris import percent_encoded
from interurban.rdf.formats import FORMATS, LOOSE, SYNONYMS, Format
from interurban.web.http import negotiation
from interurban.web.http.errors import NotAcceptableError
from interurban.web.http.reader import Link, Reader

HTML = "text/html"
SCHEMA = "application/schema+json"
# N-Quads is for dumps: TriG says the same of one document, and is read more easily.
_RDF = {form.extension: form for form in FORMATS if form.extension != "nq"}
MEDIA_TYPES = {"html": HTML} | {extension: form.media_type for extension, form in _RDF.items()}
_NAMES = {"html": "HTML"} | {extension: form.name for extension, form in _RDF.items()}
EXTENSIONS = tuple(MEDIA_TYPES)
_OFFERS = tuple(MEDIA_TYPES.values())
_SYNONYMS = tuple((name, media_type) for name, media_type in SYNONYMS if media_type in _OFFERS)
_LOOSE = tuple((name, media_type) for name, media_type in LOOSE if media_type in _OFFERS)
_DATA = tuple(form.media_type for form in _RDF.values())
IN_LINKS = "/:@!$&'()*+,;=~%?#[]"


@dataclass(frozen=True)
class Resource:
    """A document.

    path: of its negotiated address; query: what of the query is part of its name; about: IRI of its subject.
    day: the one it shows, which then is part of the query as well. page: whether it is HTML as well as RDF.
    signposts: relations, addresses and maybe media types of what else is worth a link in the head of an answer.
    schema: the address of the JSON Schema that its JSON-LD follows, "" if there is none.
    """

    path: str
    query: str = ""
    about: str | None = None
    day: str | None = None
    page: bool = True
    signposts: tuple[tuple[str, ...], ...] = ()
    schema: str = ""

    @cached_property
    def _stem(self) -> str:
        return percent_encoded(self.path.rstrip("/"))

    @property
    def address(self) -> str:
        """The address at which the representation is negotiated."""
        return percent_encoded(self.path) + (f"?{self.query}" if self.query else "")

    def variant(self, extension: str) -> str:
        """Return the address of one representation."""
        return f"{self._stem}.{extension}" + (f"?{self.query}" if self.query else "")

    def variants(self) -> list[tuple[str, str]]:
        """Return media type and address of each representation."""
        offers = MEDIA_TYPES if self.page else _RDF
        return [(MEDIA_TYPES[extension], self.variant(extension)) for extension in offers]

    def reader(self, request: Request) -> Reader:
        """Return who asks for it, with the parameters that it has."""
        return Reader.of(request, self.day, more=[name for name, _ in parse_qsl(self.query)])

    def links(self) -> list[Link]:
        """Return the representations that are data, for people to follow."""
        return [Link(_NAMES[extension], self.variant(extension)) for extension in _RDF]


@dataclass(frozen=True)
class SelectedRepresentation:
    """The representation that answers a request: its media type, headers without the tag, what it depends on.

    extension: of the representation's own address; form: its RDF format, None for HTML.
    """

    extension: str
    media_type: str
    headers: dict[str, str]
    key: list[str]

    @property
    def form(self) -> Format | None:
        """The RDF format, None for HTML."""
        return _RDF.get(self.extension)


def select(request: Request, resource: Resource, extension: str | None) -> SelectedRepresentation:
    """Return the representation that `extension` or the Accept header asks for, else NotAcceptableError."""
    media_type = MEDIA_TYPES[extension] if extension else _negotiated(request, resource)
    chosen = extension or next(e for e, m in MEDIA_TYPES.items() if m == media_type)
    headers = {"content-location": resource.variant(chosen), "link": ", ".join(_links(resource, media_type))}
    key = [resource.path, resource.query, media_type]
    if media_type == HTML:
        reader = resource.reader(request)
        headers["content-language"] = reader.language
        key += [reader.language, str(reader.explicit), reader.path, reader.query]
    varies = ["Accept"] if not extension else []
    if (resource.page and not extension) or media_type == HTML:
        varies.append("Accept-Language")
    if varies:
        headers["vary"] = ", ".join(varies)
    return SelectedRepresentation(chosen, media_type, headers, key)


def link(relation: str, address: str, media_type: str | None = None) -> str:
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
        links += [link("about", resource.about), link("cite-as", resource.about)]
    # of which class something is, and which files belong to it, is said of the page: the data say it themselves
    told = (each for each in resource.signposts if media_type == HTML or each[0] not in ("type", "item"))
    if resource.schema and media_type == MEDIA_TYPES["jsonld"]:
        links.append(link("describedby", resource.schema, SCHEMA))
    return links + [link(*each) for each in told]


def _negotiated(request: Request, resource: Resource) -> str:
    offers = _OFFERS if resource.page else _DATA
    media_type = negotiation.media_type(request.headers.get("accept"), offers, _SYNONYMS, _LOOSE)
    if media_type is None:
        raise NotAcceptableError(resource.variants())
    return media_type
