"""Two things side by side for a reader: what both have and since when, how long both at once, and what only one has."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from urllib.parse import urlencode

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import XSD
from interurban.locales import enumeration, number, plural
from interurban.messages import Language, say
from interurban.rdf.dates import dated
from interurban.release.comparing import Had
from interurban.web.model import comparison as model
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.names import Names, Value

_COLUMNS = ("part", "what", "what_name", "who", "since", "until", "other_since", "other_until")
_TOGETHER = ("together_days", "together_first", "together_last")
_YEAR = 365.25  # days


PATH = "/compare"


def address_to_compare(site: Site, node: ox.NamedNode) -> str | None:
    """Return where a thing is compared with another; None if it is of no kind for that."""
    _, kind, slug = [*site.base.short(node.value).split("/", 2), "", ""][:3]
    return f"{PATH}?{urlencode({'a': slug})}" if not site.mount and kind in model.kinds(site) else None


def two(site: Site, one: str, other: str) -> tuple[ox.NamedNode, ox.NamedNode] | None:
    """Return two things by the ends of their addresses; None if they are not two that can be compared."""
    first, second = find(site, one), find(site, other)
    return (first, second) if first and second and first != second else None


def find(site: Site, slug: str) -> ox.NamedNode | None:
    """Return the thing that can be compared by the end of its address; None if there is none."""
    found = (site.find(f"/id/{kind}/{slug}") for kind in model.kinds(site) if slug)
    return next((node for node in found if node and node not in site.moved), None)


@dataclass(frozen=True)
class Row:
    """Something that both have: for each of them when, with links to the facts; and for how long both at once."""

    what: Value
    one: Sequence[Value]
    other: Sequence[Value]
    together: str


@dataclass(frozen=True)
class PartView:
    """A part of a comparison. mutual: the facts that say that they have it with each other."""

    heading: str
    lasting: bool
    mutual: Sequence[Value]
    shared: Sequence[Row]
    one: Sequence[Value]
    other: Sequence[Value]


class ComparisonView(Names):
    """A comparison for readers of one language."""

    def __init__(self, site: Site, language: Language, one: ox.NamedNode, other: ox.NamedNode) -> None:
        super().__init__(site, language)
        self.found = model.compare(site, one, other)

    def parts(self) -> list[PartView]:
        """Return what there is to compare, part by part; what both have longest at once comes first."""
        made = []
        for each in self.found:
            rows = [(s.days, self._row(s)) for s in each.shared]
            rows.sort(key=lambda row: (-row[0], sort_key(row[1].what.text.text)))
            one, other = (self._things(had) for had in (each.one, each.other))
            if each.mutual or rows or one or other:
                heading, mutual = each.part.labels[self.language], self._when(each.mutual)
                made.append(PartView(heading, each.part.lasting, mutual, [row for _, row in rows], one, other))
        return made

    def _row(self, shared: model.Shared) -> Row:
        return Row(self._what(shared.what), self._when(shared.one), self._when(shared.other), self._length(shared))

    def sentence(self) -> str:
        """Return how much they have in common, and what for longest; "" if that is nothing."""
        said = []
        for each in self.found:
            forms = each.part.common[self.language]
            form = forms.get(plural(len(each.shared), self.language), forms["other"])
            if each.shared:
                said.append(form.format(count=number(len(each.shared), self.language)))
        lasting = [shared for each in self.found for shared in each.shared if shared.days]
        text = enumeration(said, self.language)
        text = text[:1].upper() + text[1:]
        if not lasting:
            return text and f"{text}."
        longest = max(lasting, key=lambda shared: shared.days)
        more = {"what": self._what(longest.what).text.text, "length": self._length(longest)}
        return say("web-compare-longest", common=text, **more).text(self.language)

    def table(self) -> bytes:
        """Return all of it as CSV: a row for each fact, or for both where both have it."""
        file = StringIO()
        writer = csv.writer(file)
        writer.writerow([*_COLUMNS, *_TOGETHER])
        for each in self.found:
            heading = each.part.labels[self.language]

            def line(what: str, who: str, one: Had | None, other: Had | None, *more: object, of: str = heading) -> None:
                name = self.label(self._node(what)).text
                dates = [date for had in (one, other) for date in ((had.since, had.until) if had else ("", ""))]
                writer.writerow([of, self._node(what).value, name, who, *dates, *more])

            for had in each.mutual:
                line(had.what, "mutual", had, had)
            for s in each.shared:
                line(s.what, "both", s.one[0], s.other[0], *((s.days, s.first, s.last) if s.days else ("", "", "")))
            for had in each.one:
                line(had.what, "first", had, None)
            for had in each.other:
                line(had.what, "second", None, had)
        return file.getvalue().encode()

    def _node(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(self.site.base.whole(name))

    def _what(self, name: str) -> Value:
        return self.value(self._node(name))

    def _things(self, had: Iterable[Had]) -> list[Value]:
        return sorted((self._what(each.what) for each in had), key=lambda value: sort_key(value.text.text))

    def _when(self, had: Iterable[Had]) -> list[Value]:
        """Return when something was had, by each fact, which is what that links to."""
        found = []
        for each in sorted(had, key=lambda fact: fact.since or "~"):
            since, until = (
                literal_text(dated(day), self.language).text if day else "" for day in (each.since, each.until)
            )
            key = "both" if since and until else "since" if since else "until" if until else "undated"
            text = say(f"web-compare-{key}", since=since, until=until).text(self.language)
            found.append(Value(Text(text), self.site.address(self._node(each.through).value) if each.through else None))
        return found

    def _length(self, shared: model.Shared) -> str:
        if not shared.days:
            return ""
        years = int(shared.days / _YEAR)
        length = ox.Literal(f"P{years}Y" if years else f"P{shared.days}D", datatype=ox.NamedNode(XSD + "duration"))
        key = "surely" if shared.surely else "presumed"
        return say(f"web-compare-{key}", length=literal_text(length, self.language).text).text(self.language)
