"""What a reader reads: values in words, with dates at their precision, and what things are called.

Texts are in the reader's language where there are any; a value has a link where there is one. Nothing here writes HTML;
every text goes through the templates, which escape it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.messages import Language, say
from interurban.web.site import Site
from interurban.web.vocabulary import DEFAULT, LABELS, TYPE, Term, prefixed

_NUMBERS = {XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger")}
_DATES = {XSD + name for name in ("gYear", "gYearMonth", "date")}
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")
_THIN_SPACE = "\u202f"  # between groups of digits in every language (ISO 80000-1), and it does not break

_LAST = 1_000_000  # the place of properties for which the vocabulary gives none
_NAMED = 2  # how many things a composed name mentions


@dataclass(frozen=True)
class Text:
    """Something to read.

    language: of the text, where it is not the page's; datetime: the machine's form of a date.
    """

    text: str
    language: str | None = None
    datetime: str | None = None


def literal_text(literal: ox.Literal, language: Language) -> Text:
    """Return a literal as a reader of `language` reads it; what is not understood stands as it is."""
    value, kind = literal.value, literal.datatype.value
    if literal.language:
        return Text(value, literal.language if literal.language != language else None)
    if kind in _DATES and (found := _DATE.fullmatch(value)):
        return Text(_date(found, language), datetime=value)
    if kind == XSD + "duration" and (found := _DURATION.fullmatch(value)):
        return Text(_duration(found, language) or value)
    if kind in _NUMBERS and (found := _NUMBER.fullmatch(value)):
        return Text(_number(found, language))
    if kind == XSD + "boolean" and value in ("true", "false"):
        return Text(say(f"web-{value}").text(language))
    return Text(value)


def date_text(instant: str, language: Language) -> Text:
    """Return the day of an instant (ISO 8601) as a reader of `language` reads it."""
    return literal_text(ox.Literal(instant[:10], datatype=ox.NamedNode(XSD + "date")), language)


def preferred(literals: Iterable[ox.Literal], language: Language) -> list[ox.Literal]:
    """Return those of `literals` that a reader of `language` should see.

    The ones in that language and those in none; without any in it, the ones in one other language: English
    before the rest.
    """
    every = sorted(literals, key=lambda x: (x.language or "", x.value))
    tongues = [x.language for x in every if x.language]
    best = min(tongues, key=lambda t: (t != language, t != "en", t), default=None)
    return [x for x in every if x.language in (None, best)]


def label_text(labels: Sequence[ox.Literal], language: Language) -> Text | None:
    """Return the best of a thing's names for a reader of `language`, None if it has none."""
    best = preferred(labels, language)
    return literal_text(best[-1], language) if best else None  # texts without a language come first


def _date(found: re.Match[str], language: Language) -> str:
    year, month, day = found.groups()
    if month is None:
        return str(int(year))
    name = say("web-months").text(language).split()[int(month) - 1]
    if day is None:
        return f"{name} {int(year)}"
    number = say("web-first").text(language) if day == "01" else str(int(day))
    return f"{number} {name} {int(year)}"


def _duration(found: re.Match[str], language: Language) -> str:
    parts = []
    for unit, count in zip(("year", "month", "day"), found.groups(), strict=True):
        if count:
            form = "one" if int(count) == 1 else "many"
            parts.append(say(f"web-{unit}-{form}", count=int(count)).text(language))
    return ", ".join(parts)


def _number(found: re.Match[str], language: Language) -> str:
    sign, digits, fraction = found.groups(default="")
    point = "," if language == "it" else "."
    return sign.replace("-", "−") + grouped(int(digits)) + (point + fraction if fraction else "")


def grouped(number: int) -> str:
    """Return a whole number with its digits in groups; four digits stay together, as a year does."""
    return f"{number:,}".replace(",", _THIN_SPACE) if number > 9999 else str(number)


@dataclass(frozen=True)
class Source:
    """A named graph that says something on the page, with its number on it."""

    number: int
    title: Text
    href: str


@dataclass(frozen=True)
class Value:
    """Something a property has as its value.

    href: where to read on; outside: at somebody else's; possible: on the day that is shown it held possibly only;
    disputed: where to read that sources disagree about it.
    """

    text: Text
    href: str | None = None
    outside: bool = False
    sources: tuple[Source, ...] = ()
    possible: bool = False
    disputed: str | None = None


class Names:
    """The names of a site's things for readers of one language."""

    def __init__(self, site: Site, language: Language) -> None:
        self.site, self.language = site, language
        self._named: dict[ox.NamedNode, Text | None] = {}

    def label(self, node: ox.NamedNode | ox.BlankNode, besides: ox.NamedNode | None = None) -> Text:
        """Return what a thing is called: its label, else what it connects (but `besides`), else its name."""
        if isinstance(node, ox.BlankNode):
            return Text("…")
        if found := self._own_label(node):
            return found
        if short := prefixed(node.value):
            return Text(short)
        ours = self.site.base.path(node.value)
        if ours and (composed := self._composed_label(node, besides)):
            return Text(composed)
        name = ours.removeprefix("/id") if ours else node.value.partition("://")[2] or node.value
        return Text(name.strip("/") or node.value)

    def _own_label(self, node: ox.NamedNode) -> Text | None:
        if node not in self._named:
            self._named[node] = self._find_label(node)
        return self._named[node]

    def _find_label(self, node: ox.NamedNode) -> Text | None:
        said = self.site.vocabulary.mention(node)
        for name in LABELS:
            literals = [t.object for t in said if t.predicate == name and isinstance(t.object, ox.Literal)]
            if found := label_text(literals, self.language):
                return found
        return None

    def _composed_label(self, node: ox.NamedNode, besides: ox.NamedNode | None) -> str | None:
        """Return a name for a thing that has none: its class, and the first things it names."""
        links: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
        for quad in self.site.store.quads_for_pattern(node, None, None, DEFAULT):
            if isinstance(quad.object, ox.NamedNode) and quad.object != besides:
                links[quad.predicate].append(quad.object)
        types = links.pop(TYPE, [])
        ends = [end for p in self.ordered(links) for end in sorted(links[p], key=str)]
        names = [text.text for end in ends if (text := self._own_label(end))][:_NAMED]
        classes = [self._own_label(ox.NamedNode(iri)) for iri in self.specific(types)]
        kind = next((text.text for text in classes if text), None)
        if besides and names:
            return ", ".join(names)
        return f"{kind}: {', '.join(names)}" if kind and names else kind

    def specific(self, types: Iterable[Term]) -> list[str]:
        """Return the most specific of `types` that have a name in words."""
        named = [t.value for t in types if isinstance(t, ox.NamedNode) and self._own_label(t)]
        return self.site.vocabulary.most_specific(named)

    def value(self, value: Term, sources: tuple[Source, ...] = (), besides: ox.NamedNode | None = None) -> Value:
        """Return a term as a page shows it: a thing by name with a link, a literal in the reader's words."""
        if isinstance(value, ox.Literal):
            return Value(literal_text(value, self.language), sources=sources)
        if not isinstance(value, ox.NamedNode):
            return Value(Text("…"), sources=sources)
        if (address := self.site.address(value.value)) is not None:
            return Value(self.label(value, besides), address, sources=sources)
        # only what a browser may safely follow becomes a link: never javascript: or data:
        link = value.value if value.value.startswith(("http://", "https://")) else None
        return Value(self.label(value), link, outside=True, sources=sources)

    def ordered(self, properties: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
        """Return properties in the order of the vocabulary, those without a place by name after the others."""

        def place(p: ox.NamedNode) -> tuple[int, str, str]:
            return self.site.vocabulary.order.get(p.value, _LAST), self.label(p).text.casefold(), p.value

        return sorted(properties, key=place)
