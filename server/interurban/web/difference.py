"""What makes one release of another: counted by class, entity by entity in words, and as RDF.

Words are those of the release that has the statement: what is gone is named as it was called.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import pyoxigraph as ox

from interurban.engine.model import Answer, Query, load
from interurban.errors import QueryRefusedError
from interurban.iris import DCT, PREFIXES, RDF
from interurban.messages import LANGUAGES, Language, say
from interurban.rdf.formats import BY_EXTENSION, Format, quads_of
from interurban.release.changes import Change, Changes, compared
from interurban.release.folder import Release
from interurban.settings import Settings
from interurban.web.document import Document, count, document, instant, texts
from interurban.web.site import Edition, Kept, Site
from interurban.web.vocabulary import DEFAULT, TYPE
from interurban.web.words import Names, Text, Value, date_text, grouped

Kind = Literal["created", "updated", "deleted"]
KINDS: tuple[Kind, ...] = ("created", "updated", "deleted")
ACTIVITIES = {"created": "Create", "updated": "Update", "deleted": "Delete"}  # in Activity Streams 2.0
_AS, _PROV, _VOID = (PREFIXES[prefix] for prefix in ("as", "prov", "void"))
DIFF_FORMATS = ("words", "nq", "trig")
_NAMED = 40  # statements of one entity that a page shows; the data have all


@dataclass(frozen=True)
class Difference:
    """Two releases and what makes the second of the first."""

    old: Site
    new: Site
    changes: Changes

    @classmethod
    def of(cls, old: Site, new: Site) -> "Difference":
        """Return what makes `new` of `old`; reads both datasets, which takes a while."""
        return cls(old, new, compared(old.release.dataset, new.release.dataset))

    @property
    def iri(self) -> str:
        """The IRI of the comparison."""
        return f"{self.new.base.iri}releases/{self.old.release.version}/diff/{self.new.release.version}"

    def every(self) -> list[tuple[Kind, Change]]:
        """Return all changes, by kind and then in order of IRI."""
        return [(kind, change) for kind in KINDS for change in self.of_kind(kind)]

    def of_kind(self, kind: Kind) -> list[Change]:
        """Return the changes of one kind."""
        found: list[Change] = getattr(self.changes, kind)
        return found


@dataclass(frozen=True)
class Counted:
    """How many entities of a class are new, changed and gone."""

    name: Text
    numbers: tuple[int, ...]  # in the order of KINDS


@dataclass(frozen=True)
class Told:
    """A changed entity in words. removed, added: properties and values, up to a bound; more: how many were left out."""

    kind: Kind
    iri: str
    name: Value
    removed: list[tuple[Value, Value]]
    added: list[tuple[Value, Value]]
    more: int


class Telling:
    """A comparison for readers of one language."""

    def __init__(self, old: Site | None, new: Site, language: Language) -> None:
        self.language = language
        self.new = Names(new, language)
        self.old = Names(old, language) if old else None

    def by_class(self, created: Iterable[str], updated: Iterable[str], deleted: Iterable[str]) -> list[Counted]:
        """Return the numbers of changed entities by class, the classes by name; what has no class comes last."""
        counters = [
            Counter(_class(names, iri) for iri in iris)
            for iris, names in ((created, self.new), (updated, self.new), (deleted, self.old))
        ]
        labelled = {name: self._label(name) for counter in counters for name in counter}
        order = sorted(labelled, key=lambda name: (name is None, labelled[name].text.casefold(), name or ""))
        return [Counted(labelled[name], tuple(counter[name] for counter in counters)) for name in order]

    def change(self, kind: Kind, change: Change) -> Told:
        """Return a change in words."""
        now = self.old if kind == "deleted" and self.old else self.new
        removed, added = _statements(self.old or now, change.removed), _statements(self.new, change.added)
        more = max(0, len(removed) - _NAMED) + max(0, len(added) - _NAMED)
        name = now.value(ox.NamedNode(change.iri))
        return Told(kind, change.iri, name, removed[:_NAMED], added[:_NAMED], more)

    def _label(self, name: str | None) -> Text:
        if name is None:
            return Text(say("web-diff-unclassed").text(self.language))
        return self.new.label(ox.NamedNode(name))


def described(difference: Difference) -> Document:
    """Return the comparison as RDF: which entities were created, updated and deleted, with Activity Streams' terms."""
    old, new = difference.old.release, difference.new.release
    this, base = difference.iri, difference.new.base.iri
    then, now = (f"{base}releases/{release.version}" for release in (old, new))
    totals = {part: sum(len(getattr(c, part)) for _, c in difference.every()) for part in ("removed", "added")}
    about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF + "type", ox.NamedNode(_AS + "Collection")),
        *((DCT + "title", text) for text in texts("web-diff-title", a=old.version, b=new.version)),
        (_AS + "origin", ox.NamedNode(then)),
        (_AS + "target", ox.NamedNode(now)),
        (_AS + "totalItems", count(len(difference.every()))),
        *((DCT + "hasPart", ox.NamedNode(f"{this}#{part}")) for part in totals),
    ]
    releases = [(iri, [(_PROV + "generatedAtTime", instant(r.published))]) for iri, r in ((then, old), (now, new))]
    if old.published < new.published:
        releases[1][1].append((_PROV + "wasDerivedFrom", ox.NamedNode(then)))  # type: ignore[arg-type]
    graphs = [
        (f"{this}#{part}", [*((DCT + "title", t) for t in texts(f"web-diff-{part}")), (_VOID + "triples", count(n))])
        for part, n in totals.items()
    ]
    events = [(f"{this}#{quote(c.iri, safe='/:')}", _event(kind, c, this)) for kind, c in difference.every()]
    about += [(_AS + "items", ox.NamedNode(iri)) for iri, _ in events]
    return document((this, about), *releases, *graphs, *events)


def graphs(difference: Difference) -> list[ox.Quad]:
    """Return the statements that are gone and new, each in a graph of its own."""
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"{difference.iri}#{part}"))
        for part in ("removed", "added")
        for _, change in difference.every()
        for quad in _parsed(getattr(change, part))
    ]


def as_quads(difference: Difference, form: Format) -> bytes:
    """Return a comparison with its statements, in a format that holds graphs of triples."""
    quads = quads_of(described(difference).triples())
    prefixes = {p: PREFIXES[p] for p in ("as", "dct", "prov", "void", "xsd")} if form.extension == "trig" else None
    return ox.serialize([*quads, *graphs(difference)], format=form.syntax, prefixes=prefixes) or b""


def in_words(difference: Difference, language: Language) -> Iterable[str]:
    """Yield the comparison as lines of text."""
    telling = Telling(difference.old, difference.new, language)
    yield from _heading(difference, language)
    for kind in KINDS:
        found = difference.of_kind(kind)
        if found:
            yield ""
            yield say(f"web-diff-{kind}", count=grouped(len(found))).text(language)
        for change in found:
            told = telling.change(kind, change)
            yield f"  {told.name.text.text} <{told.iri}>"
            for sign, statements in (("-", told.removed), ("+", told.added)):
                yield from (f"    {sign} {what.text.text}: {value.text.text}" for what, value in statements)
            if told.more:
                yield "    " + say("web-diff-more", count=grouped(told.more)).text(language)


def diff(old: Release, new: Release, form: str, settings: Settings) -> Iterable[bytes]:
    """Yield what makes one release of another in one of DIFF_FORMATS; words are in the language of the settings."""
    editions = [Edition(release, load(release.dataset)) for release in (old, new)]
    before, after = (Site.of(editions, _Nobody(), settings, Kept(1), which) for which in (0, 1))
    difference = Difference.of(before, after)
    if form in BY_EXTENSION:
        yield as_quads(difference, BY_EXTENSION[form])
        return
    language = next(known for known in LANGUAGES if known == settings.language)
    yield from (f"{line}\n".encode() for line in in_words(difference, language))


def _heading(difference: Difference, language: Language) -> Iterable[str]:
    """Yield what is compared, and the numbers by class."""
    old, new = difference.old.release, difference.new.release
    names = {"a": old.version, "b": new.version}
    yield say("web-diff-title", **names).text(language)
    dates = {"a": date_text(old.published, language).text, "b": date_text(new.published, language).text}
    yield say("web-diff-dates", **dates).text(language)
    changed = ([change.iri for change in difference.of_kind(kind)] for kind in KINDS)
    counted = Telling(difference.old, difference.new, language).by_class(*changed)
    yield "" if counted else say("web-diff-same").text(language)
    columns = [say(f"web-diff-{kind}-short").text(language) for kind in KINDS]
    for row in counted:
        numbers = (f"{column} {grouped(n)}" for n, column in zip(row.numbers, columns, strict=True) if n)
        yield f"{row.name.text}: {', '.join(numbers)}"


def _event(kind: Kind, change: Change, whole: str) -> Sequence[tuple[str, ox.NamedNode | ox.Literal]]:
    return [
        (RDF + "type", ox.NamedNode(_AS + ACTIVITIES[kind])),
        (_AS + "object", ox.NamedNode(change.iri)),
        (DCT + "isPartOf", ox.NamedNode(whole)),
    ]


def _class(names: Names | None, iri: str) -> str | None:
    """Return the class that an entity is counted under: the first of its most specific ones, None if it has none."""
    if names is None:
        return None
    quads = names.site.store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, DEFAULT)
    return next(iter(names.specific(quad.object for quad in quads)), None)


def _statements(names: Names, lines: Iterable[str]) -> list[tuple[Value, Value]]:
    """Return statements as properties and values in words, in the order of the vocabulary."""
    quads = _parsed(lines)
    place = {p: number for number, p in enumerate(names.ordered({quad.predicate for quad in quads}))}
    told = [(place[q.predicate], names.value(q.predicate), names.value(q.object)) for q in quads]
    told.sort(key=lambda row: (row[0], row[2].text.text, row[2].text.language or ""))
    return [(what, value) for _, what, value in told]


def _parsed(lines: Iterable[str]) -> list[ox.Quad]:
    return list(ox.parse("\n".join(sorted(lines)), format=ox.RdfFormat.N_QUADS))


class _Nobody:
    """An engine for those who only read."""

    async def answer(self, query: Query, asker: str = "") -> Answer:
        """Refuse."""
        raise QueryRefusedError(say("web-ending"))
