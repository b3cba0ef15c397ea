"""HTML pages: the reader of a request, and the templates, which escape everything that is put into them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources import as_file, files
from urllib.parse import parse_qsl, unquote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from interurban.messages import LANGUAGES, Language, say
from interurban.web import negotiation
from interurban.web.document import exists
from interurban.web.site import Site, encoded
from interurban.web.words import date_text, grouped

STATIC = "interurban.web"
_DATED = re.compile(r"(/releases/[^/]+)?/(doc|graph|def)/")  # addresses that can show a day


@dataclass(frozen=True)
class Reader:
    """Who a page is for.

    explicit: the language was chosen by ?lang=, so links keep it. path, query: what was asked for. day: the one that
    is shown, which links to documents keep.
    """

    language: Language
    explicit: bool
    path: str
    query: str
    day: str | None = None

    @classmethod
    def of(cls, request: Request, day: str | None = None) -> "Reader":
        """Return the reader of a request: ?lang= counts, else Accept-Language, else English."""
        path, query = encoded(request.scope["path"]), request.scope["query_string"].decode("latin-1")
        chosen = dict(parse_qsl(query)).get("lang")
        for language in LANGUAGES:
            if chosen == language:
                return cls(language, True, path, query, day)
        accepted = negotiation.language(request.headers.get("accept-language"), LANGUAGES)
        return cls(accepted, False, path, query, day)

    def href(self, address: str) -> str:
        """Return a local address for this reader: on the day that is shown, and in the language that was chosen."""
        kept = [f"at={self.day}"] if self.day and _DATED.match(address) else []
        kept += [f"lang={self.language}"] if self.explicit else []
        if not kept:
            return address
        place, hash_, fragment = address.partition("#")
        return f"{place}{'&' if '?' in place else '?'}{'&'.join(kept)}{hash_}{fragment}"

    def elsewhen(self) -> str:
        """Return the address of this page for all times."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "at"]
        return self.path + (f"?{urlencode(kept)}" if kept else "")

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
        """The files in and below static/ by name."""
        with as_file(files(STATIC).joinpath("static")) as folder:
            found = sorted(path for path in folder.rglob("*") if path.is_file())
            return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    def asset(self, name: str) -> str:
        """Return the address of a static file; a changed file has another one."""
        return f"/static/{name}?v={sha256(self.assets[name]).hexdigest()[:12]}"

    def html(
        self, template: str, reader: Reader, *, formats: Sequence[Link] = (), markup: object = None, **facts: object
    ) -> bytes:
        """Return the page that `template` makes of `facts` for `reader`.

        formats: the same as data; markup: what search engines should know, as JSON-LD, None if that is nothing.
        """

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
                markup=markup,
                asset=self.asset,
                number=grouped,
                release=self.site.release.version,
                canonical=self.site.base.iri,
                mount=self.site.mount,
                memento=self._memento(reader),
                catalogued="catalog.ttl" in self.site.release.manifest["files"],
            )
            .encode()
        )

    def _memento(self, reader: Reader) -> dict[str, object] | None:
        """Return what a page of a release under its own path says of that; None for one of the current release.

        now: the path of the same document in the current release, None if that does not have it.
        """
        site = self.site
        if not site.mount:
            return None
        path = site.local(reader.path)
        names = [name for written in (path, path.rpartition(".")[0]) for name in (written, unquote(written))]
        found = (site.find(name.replace("/doc/", "/id/", 1) if name.startswith("/doc/") else name) for name in names)
        thing = next((node for node in found if node), None)
        gone = thing is not None and not exists(site.editions[0].store, thing)
        return {
            "version": site.release.version,
            "date": date_text(site.release.published, reader.language),
            "now": None if gone else path + (f"?{reader.query}" if reader.query else ""),
        }
