"""What was found, in the reader's words: as a page shows it, as data, and as suggestions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from interurban.matching.names import key
from interurban.messages import Language, say
from interurban.rdf.jsonld import Json
from interurban.release.search import Agreement, Found, Hit
from interurban.web.http.pagination import Pagination
from interurban.web.model.site import COUNTRY, Site
from interurban.web.pages.literals import Text

PATH = "/search"
PAGE_SIZE = 20
_EVERYWHERE = ("mul", "")  # languages of names that serve in all of them


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a name, things of a kind, of a country."""

    text: str = ""
    kind: str = ""
    country: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The parameters that say so, in the order that they have in its one address; empty if nothing is wanted."""
        every = {"q": self.text if self.text.strip() else "", "kind": self.kind, "country": self.country}
        return {name: value for name, value in every.items() if value}

    def address(self, extension: str = "", **more: str) -> str:
        """Return the one address of what is found. more: other parameters."""
        query = urlencode(self.given | more)
        return PATH + extension + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Choice:
    """A kind or a country that what was found can be narrowed to; chosen: it is already, and `href` leads back."""

    name: str
    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Results:
    """What was found of what is wanted, for a reader of a language."""

    site: Site
    language: Language
    wanted: Wanted
    found: Found
    paging: Pagination

    @property
    def kinds(self) -> list[Choice]:
        """The kinds of what was found, with how many there are of each."""
        names = self.site.search.kinds
        return [
            self._choice("kind", name, names[name].several.text(self.language), count)
            for name, count in self.found.kinds.items()
        ]

    @property
    def countries(self) -> list[Choice]:
        """Its countries, the most frequent first."""
        return [
            self._choice("country", code, self.country(code), count) for code, count in self.found.countries.items()
        ]

    def _choice(self, parameter: str, name: str, label: str, count: int) -> Choice:
        chosen = self.wanted.given.get(parameter) == name
        other = replace(self.wanted, **{parameter: "" if chosen else name})
        return Choice(name, label, count, other.address(), chosen)

    def country(self, code: str) -> str:
        """Return what a country is called."""
        found = self.site.search.countries.get(code)
        return _named(found.names, self.language).text if found else code

    @cached_property
    def rows(self) -> list["Row"]:
        """The things on this page."""
        return [Row(self, hit) for hit in self.found.hits]

    @property
    def said(self) -> str:
        """What was looked for and how much was found, in words."""
        wanted, total = self.wanted, self.found.total
        results = say("web-search-total", count=total)
        text = wanted.text.strip()
        parts = [(say("web-search-said-text", results=results, text=text) if text else results).text(self.language)]
        if wanted.kind:
            kind = self.site.search.kinds[wanted.kind].several.text(self.language)
            parts.append(say("web-search-said-kind", kind=kind).text(self.language))
        if wanted.country:
            parts.append(say("web-search-said-country", country=self.country(wanted.country)).text(self.language))
        return ", ".join(parts)

    def data(self, root: str) -> Json:
        """Return the same as data. root: the address of this server."""
        wanted, paging = self.wanted, self.paging
        return {
            "query": wanted.text,
            "kind": wanted.kind or None,
            "country": wanted.country or None,
            "total": self.found.total,
            "page": paging.number,
            "pages": paging.pages,
            **{link.name: root + link.href.lstrip("/") for link in paging.neighbours},
            "kinds": [_counted(one) for one in self.kinds],
            "countries": [_counted(one) for one in self.countries],
            "results": [row.data(root) for row in self.rows],
        }


@dataclass(frozen=True)
class Row:
    """A thing that was found."""

    results: Results
    hit: Hit

    @property
    def name(self) -> Text:
        """What it is called."""
        return _named(self.hit.names, self.results.language)

    @property
    def href(self) -> str:
        """The path of its page; a country in which nothing is described here has none but what there is of it."""
        site, code = self.results.site, self.hit.country
        found = f"/{COUNTRY}/{code}" if code in site.countries else Wanted(country=code).address()
        return site.address(site.base.whole(self.hit.path)) or found

    @property
    def also(self) -> Text | None:
        """The name that agrees, where it is another one."""
        asked = key(self.results.wanted.text)
        if self.hit.agreement > Agreement.BEGINNING or key(self.name.text).startswith(asked):
            return None
        elsewhere = [[name, ""] for name in self.hit.told.get("elsewhere", ())]
        every = [name for name in [*self.hit.names, *elsewhere] if key(name[0]).startswith(asked)]
        every.sort(key=lambda name: key(name[0]) != asked)
        return _text(every[0], self.results.language) if every else None

    @property
    def about(self) -> str:
        """What it is, in a few words."""
        language = self.results.language
        kind = self.results.site.search.kinds[self.hit.kind].one.text(language)
        office = self.hit.told.get("offices")
        parts = [_named(office, language).text if office else kind]
        if self.hit.country and self.hit.kind != COUNTRY:
            parts.append(self.results.country(self.hit.country))
        if self.hit.ended:
            parts.append(say("web-search-ended").text(language))
        return ", ".join(parts)

    @property
    def networks(self) -> int:
        """In how many networks it is, or its governments are."""
        return int(self.hit.told.get("networks", 0))

    @property
    def governments(self) -> list[tuple[Text, str]]:
        """Name and path of what governs it, if it still exists."""
        told: Iterable[Json] = self.hit.told.get("governments", ())
        site, language = self.results.site, self.results.language
        return [
            (_named(one["names"], language), site.address(site.base.whole(one["path"])) or "")
            for one in told
            if not one.get("ended") or self.hit.ended
        ]

    def data(self, root: str) -> Json:
        """Return the same as data."""
        told, hit = self.hit.told, self.hit
        also = self.also
        row: Json = {
            "id": self.results.site.base.whole(hit.path),
            "url": root + self.href.lstrip("/"),
            "name": self.name.text,
            "kind": hit.kind,
            "country": hit.country or None,
            "description": self.about,
            "agreement": hit.agreement.name.lower(),
            "matched": also.text if also else None,
            "networks": self.networks or None,
            "population": told.get("population"),
            "ended": True if hit.ended else None,
            "governments": [
                {"id": self.results.site.base.whole(g["path"]), "name": _named(g["names"], self.results.language).text}
                for g in told.get("governments", ())
            ],
        }
        return {name: value for name, value in row.items() if value not in (None, [])}


def suggestions(results: Results, root: str) -> list[Any]:
    """Return what the draft of OpenSearch Suggestions has: what was written, names, what they are, where."""
    rows = results.rows
    return [
        results.wanted.text,
        [row.name.text + (f" ({row.also.text})" if row.also else "") for row in rows],
        [row.about for row in rows],
        [root + row.href.lstrip("/") for row in rows],
    ]


def _counted(choice: Choice) -> Json:
    return {"id": choice.name, "label": choice.label, "count": choice.count}


def _named(names: Sequence[Sequence[str]], language: Language) -> Text:
    """Return the name for a reader of a language."""
    by_language = {each: name for *name, each in reversed([*map(list, names)])}
    chosen = next((each for each in (language, *_EVERYWHERE, "en") if each in by_language), names[0][1])
    return _text((by_language[chosen][0], chosen), language)


def _text(name: Sequence[str], language: Language) -> Text:
    text, own = name
    return Text(text, own if own not in (language, *_EVERYWHERE) else None)
