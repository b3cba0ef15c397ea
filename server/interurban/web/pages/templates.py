"""HTML pages: the templates, which escape everything that is put into them, and the static files they load."""

from collections.abc import Sequence
from functools import cache, cached_property, partial
from hashlib import sha256
from importlib.resources import as_file, files
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, PackageLoader, StrictUndefined

from interurban.locales import number
from interurban.messages import LANGUAGES, Language, say
from interurban.web.http.reader import Link, Reader
from interurban.web.model.catalog import CATALOG
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import exists
from interurban.web.pages.head import Addresses
from interurban.web.pages.literals import Text, date_text
from interurban.web.pages.names import Names

_PACKAGE = "interurban.web.pages"
# How the pages stand below each other: the beginning of an address -> the words for what is above it, and addresses.
_DATA = ("data", "/data")
_WAYS = {
    "/country/": [("countries", "/country/")],
    "/queries/": [("questions", "/queries")],
    "/explore": [("questions", "/queries")],
    "/def/": [_DATA, ("ontology", "/def/")],
    "/catalog/": [_DATA, ("catalog", "/catalog")],
    "/releases/": [_DATA, ("releases", "/releases")],
    "/unresolved/": [_DATA, ("unresolved", "/unresolved")],
} | {
    page: [_DATA] for page in ("/analysis", "/catalog", "/changes", "/conflicts", "/releases", "/sparql", "/unresolved")
}


@cache
def _environment() -> Environment:
    """Return where the templates come from: each is made ready once, whichever site it is for."""
    return Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def prepare() -> None:
    """Make all templates ready, so that nobody waits for one."""
    for name in _environment().list_templates():
        _environment().get_template(name)


class Templates:
    """The templates of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._navigations: dict[Language, list[tuple[Text, str]]] = {}
        self.environment = _environment()
        self.environment.globals["asset"] = self.asset  # for macros, too; all sites have the same files

    @cached_property
    def assets(self) -> dict[str, bytes]:
        """The files in and below static/ by name."""
        with as_file(files(_PACKAGE).joinpath("static")) as folder:
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

        memento, names = self._memento(reader), Names(self.site, reader.language)
        return (
            self.environment.get_template(template)
            .render(
                facts,
                t=text,
                reader=reader,
                languages=LANGUAGES,
                formats=formats,
                markup=markup,
                number=partial(number, language=reader.language),
                release=self.site.release.version,
                released=date_text(self.site.release.published, reader.language).text,
                trail=self._trail(names, reader),
                navigation=self._navigation(reader.language),
                canonical=self.site.base.iri,
                mount=self.site.mount,
                memento=memento,
                addresses=Addresses.of(reader, self.site, memento["now"] if memento else None),
                searched=self.site.search.there,
                catalogued=CATALOG in self.site.release.manifest["files"],
            )
            .encode()
        )

    def part(self, template: str, **facts: object) -> str:
        """Return a piece of a page, which others put into theirs."""
        return self.environment.get_template(template).render(facts)

    def _navigation(self, language: Language) -> list[tuple[Text, str]]:
        """Return the lists to which every page leads, with what they are called: the same for a release as it is."""
        if language not in self._navigations:
            names, kinds = Names(self.site, language), self.site.presentation.navigated()
            self._navigations[language] = [(names.plural(kind), kind.path) for kind in kinds]
        return self._navigations[language]

    def _trail(self, names: Names, reader: Reader) -> list[tuple[str, str]]:
        """Return the way from the first page to this one: what is on it is called, and its address."""
        path, lists = self.site.local(reader.path), self.site.vocabulary.lists
        if kind := next((kind for start, kind in lists.items() if path.startswith(start) and path != start), None):
            return [(names.plural(kind).text, self.site.mount + kind.path)]
        way = next((way for start, way in _WAYS.items() if path.startswith(start)), ())
        return [(say(f"web-{key}").text(reader.language), place) for key, place in way if place != path]

    def _memento(self, reader: Reader) -> dict[str, Any] | None:
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
        gone = thing is not None and not exists(site.served[0].store, thing)
        return {
            "version": site.release.version,
            "date": date_text(site.release.published, reader.language),
            "now": None if gone else path + (f"?{reader.query}" if reader.query else ""),
        }
