"""HTML pages: the reader of a request, and the templates, which escape everything that is put into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from interurban.messages import LANGUAGES, Language, say
from interurban.web import negotiation
from interurban.web.site import Site, encoded
from interurban.web.words import grouped

STATIC = "interurban.web"


@dataclass(frozen=True)
class Reader:
    """Who a page is for.

    explicit: the language was chosen by ?lang=, so links keep it. path, query: what was asked for.
    """

    language: Language
    explicit: bool
    path: str
    query: str

    @classmethod
    def of(cls, request: Request) -> "Reader":
        """Return the reader of a request: ?lang= counts, else Accept-Language, else English."""
        path, query = encoded(request.scope["path"]), request.scope["query_string"].decode("latin-1")
        chosen = dict(parse_qsl(query)).get("lang")
        for language in LANGUAGES:
            if chosen == language:
                return cls(language, True, path, query)
        accepted = negotiation.language(request.headers.get("accept-language"), LANGUAGES)
        return cls(accepted, False, path, query)

    def href(self, address: str) -> str:
        """Return a local address in this reader's language, if it was chosen."""
        if not self.explicit:
            return address
        return f"{address}{'&' if '?' in address else '?'}lang={self.language}"

    def switch(self, language: Language) -> str:
        """Return the address of this page in another language."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"


@dataclass(frozen=True)
class Link:
    """A link in a page's frame."""

    name: str
    href: str


class Pages:
    """The templates of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.environment = Environment(
            loader=PackageLoader(STATIC),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    @cached_property
    def assets(self) -> dict[str, bytes]:
        """The files of static/ by name."""
        folder = files(STATIC).joinpath("static")
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir(), key=lambda f: f.name)}

    def asset(self, name: str) -> str:
        """Return the address of a static file; a changed file has another one."""
        return f"/static/{name}?v={sha256(self.assets[name]).hexdigest()[:12]}"

    def html(self, template: str, reader: Reader, *, formats: Sequence[Link] = (), **facts: object) -> bytes:
        """Return the page that `template` makes of `facts` for `reader`; `formats`: the same as data."""

        def text(key: str, **values: object) -> str:
            return say(f"web-{key}", **values).text(reader.language)

        return (
            self.environment.get_template(template)
            .render(
                facts,
                t=text,
                reader=reader,
                languages=LANGUAGES,
                formats=formats,
                asset=self.asset,
                number=grouped,
                release=self.site.release.version,
                canonical=self.site.base.iri,
            )
            .encode()
        )
