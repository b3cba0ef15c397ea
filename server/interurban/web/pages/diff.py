"""The comparison of two releases in words: counted by class, and entity by entity; as a page's parts and as text.

Words are those of the release that has the statement: what is gone is named as it was called.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.engine.model import Answer, Query
from interurban.errors import QueryRefusedError
from interurban.locales import number
from interurban.messages import LANGUAGES, Language, say
from interurban.rdf.formats import BY_EXTENSION
from interurban.release.changes import Change, ChangeKind
from interurban.release.folder import Release
from interurban.settings import Settings
from interurban.web.model.cache import AnswerCache
from interurban.web.model.diff import KINDS, Diff, as_quads, parsed
from interurban.web.model.loaded import LoadedRelease
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, date_text
from interurban.web.pages.names import Names, Value

DIFF_FORMATS = ("words", "nq", "trig")
_NAMED = 40  # statements of one entity that a page shows; the data have all


@dataclass(frozen=True)
class ClassCount:
    """How many entities of a class are new, changed and gone."""

    name: Text
    numbers: tuple[int, ...]  # in the order of KINDS


@dataclass(frozen=True)
class EntityChange:
    """A changed entity in words. removed, added: properties and values, up to a bound; more: how many were left out."""

    kind: ChangeKind
    iri: str
    name: Value
    removed: list[tuple[Value, Value]]
    added: list[tuple[Value, Value]]
    more: int


class DiffView:
    """A comparison for readers of one language."""

    def __init__(self, old: Site | None, new: Site, language: Language) -> None:
        self.language = language
        self.new = Names(new, language)
        self.old = Names(old, language) if old else None

    def by_class(self, created: Iterable[str], updated: Iterable[str], deleted: Iterable[str]) -> list[ClassCount]:
        """Return the numbers of changed entities by class, the classes by name; what has no class comes last."""
        counters = [
            _counted(names, iris) for iris, names in ((created, self.new), (updated, self.new), (deleted, self.old))
        ]
        labelled = {name: self._label(name) for counter in counters for name in counter}
        order = sorted(labelled, key=lambda name: (name is None, sort_key(labelled[name].text), name or ""))
        return [ClassCount(labelled[name], tuple(counter[name] for counter in counters)) for name in order]

    def change(self, kind: ChangeKind, change: Change) -> EntityChange:
        """Return a change in words."""
        now = self.old if kind == "deleted" and self.old else self.new
        removed, added = _statements(self.old or now, change.removed), _statements(self.new, change.added)
        more = max(0, len(removed) - _NAMED) + max(0, len(added) - _NAMED)
        name = now.value(ox.NamedNode(change.iri))
        return EntityChange(kind, change.iri, name, removed[:_NAMED], added[:_NAMED], more)

    def _label(self, name: str | None) -> Text:
        if name is None:
            return Text(say("web-diff-unclassed").text(self.language))
        return self.new.label(ox.NamedNode(name))


def in_words(diff: Diff, language: Language) -> Iterable[str]:
    """Yield the comparison as lines of text."""
    view = DiffView(diff.old, diff.new, language)
    yield from _heading(diff, language)
    for kind in KINDS:
        found = diff.of_kind(kind)
        if found:
            yield ""
            yield say(f"web-diff-{kind}", count=len(found)).text(language)
        for change in found:
            told = view.change(kind, change)
            yield f"  {told.name.text.text} <{told.iri}>"
            for sign, statements in (("-", told.removed), ("+", told.added)):
                yield from (f"    {sign} {what.text.text}: {value.text.text}" for what, value in statements)
            if told.more:
                yield "    " + say("web-diff-more", count=told.more).text(language)


def diff(old: Release, new: Release, form: str, settings: Settings) -> Iterable[bytes]:
    """Yield what makes one release of another in one of DIFF_FORMATS; words are in the language of the settings."""
    after = LoadedRelease.of(new)
    served = [LoadedRelease.before(old, after), after]
    sites = (Site.of(served, _NoEngine(), settings, AnswerCache(1), which) for which in (0, 1))
    compared = Diff.of(*sites)
    if form in BY_EXTENSION:
        yield as_quads(compared, BY_EXTENSION[form])
        return
    language = next(known for known in LANGUAGES if known == settings.language)
    yield from (f"{line}\n".encode() for line in in_words(compared, language))


def _heading(diff: Diff, language: Language) -> Iterable[str]:
    """Yield what is compared, and the numbers by class."""
    old, new = diff.old.release, diff.new.release
    names = {"a": old.version, "b": new.version}
    yield say("web-diff-title", **names).text(language)
    dates = {"a": date_text(old.published, language).text, "b": date_text(new.published, language).text}
    yield say("web-diff-dates", **dates).text(language)
    changed = ([change.iri for change in diff.of_kind(kind)] for kind in KINDS)
    counted = DiffView(diff.old, diff.new, language).by_class(*changed)
    yield "" if counted else say("web-diff-same").text(language)
    columns = [say(f"web-diff-{kind}-short").text(language) for kind in KINDS]
    for row in counted:
        numbers = (f"{column} {number(n, language)}" for n, column in zip(row.numbers, columns, strict=True) if n)
        yield f"{row.name.text}: {', '.join(numbers)}"


def _counted(names: Names | None, iris: Iterable[str]) -> Counter[str | None]:
    """Return how many entities are counted under each class: the first of their most specific ones, None for none."""
    counted: Counter[str | None] = Counter()
    if names is None:
        counted[None] = len(list(iris))
        return +counted
    for classes, count in Counter(names.site.vocabulary.classes_of(iri) for iri in iris).items():
        counted[next(iter(names.specific(map(ox.NamedNode, sorted(classes)))), None)] += count
    return counted


def _statements(names: Names, lines: Iterable[str]) -> list[tuple[Value, Value]]:
    """Return statements as properties and values in words, in the order of the vocabulary."""
    quads = parsed(lines)
    place = {p: number for number, p in enumerate(names.ordered({quad.predicate for quad in quads}))}
    told = [(place[q.predicate], names.value(q.predicate), names.value(q.object)) for q in quads]
    told.sort(key=lambda row: (row[0], sort_key(row[2].text.text), row[2].text.language or ""))
    return [(what, value) for _, what, value in told]


class _NoEngine:
    """An engine for those who only read."""

    def ready(self) -> bool:
        """Tell that it is not, ever."""
        return False

    async def answer(self, query: Query, client: str = "") -> Answer:
        """Refuse."""
        raise QueryRefusedError(say("web-ending"))
