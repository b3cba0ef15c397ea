"""What a page shows of a document: facts, lists and tables in the reader's language, each with its sources.

Nothing here writes HTML; every text goes through the templates, which escape it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import DCT, RDFS, SKOS, XSD
from interurban.messages import Language, say
from interurban.rdf.languages import preferred
from interurban.rdf.standing import Standing
from interurban.rdf.terms import TYPE
from interurban.web.model.document import Document
from interurban.web.model.phases import OnDay, attestations
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import LABELS, Term
from interurban.web.pages.literals import Text, in_a_row, label_text, literal_text
from interurban.web.pages.names import Names, Source, Value

NAMING = (*LABELS, ox.NamedNode(SKOS + "altLabel"))
_COMMENT = ox.NamedNode(RDFS + "comment")
_DESCRIPTIONS = (ox.NamedNode(DCT + "description"), _COMMENT, ox.NamedNode(SKOS + "definition"))
NOT_FACTS = {TYPE, *NAMING, *_DESCRIPTIONS}  # what a page tells otherwise


@dataclass(frozen=True)
class Fact:
    """A property in words, and its values."""

    label: Text
    values: list[Value]


class DocumentView(Names):
    """One document for readers of one language. `sources` grows while the other parts are made.

    on: the day that is shown, None for all times; what did not certainly hold on it is marked.
    """

    def __init__(self, site: Site, document: Document, language: Language, on: OnDay | None = None) -> None:
        super().__init__(site, language)
        self.document, self.on = document, on
        self.sources: dict[str, Source] = {}

    def classes(self, node: ox.NamedNode) -> list[Value]:
        """Return the most specific classes of a thing that have a name in words."""
        return [self.value(ox.NamedNode(iri)) for iri in self.specific(t.object for t in self.said(node, TYPE))]

    def description(self, node: ox.NamedNode) -> Text | None:
        """Return the sentence that describes a thing, if there is one."""
        return next(filter(None, (self._text_of(node, predicate) for predicate in _DESCRIPTIONS)), None)

    def remark(self, node: ox.NamedNode) -> Text | None:
        """Return what is to be borne in mind of a thing: its comment, where something else describes it."""
        comment = self._text_of(node, _COMMENT)
        return comment if comment != self.description(node) else None

    def facts(self, root: ox.NamedNode, *, as_data: bool = False) -> list[Fact]:
        """Return what the document says of `root` itself, in the order of the vocabulary.

        as_data: what tells programs more than readers, instead of the rest.
        """
        by_property = defaultdict(list)
        for t in self.document.groups.get(root, ()):
            if t.predicate not in NOT_FACTS and (t.predicate.value in self.site.presentation.as_data) == as_data:
                by_property[t.predicate].append(t)
        facts = [Fact(self.label(p), self.values_of(by_property[p])) for p in self.ordered(by_property)]
        names = [] if as_data else self._other_names(root)
        return [Fact(Text(say("web-other-names").text(self.language)), names), *facts] if names else facts

    def derived(self, t: ox.Triple) -> bool:
        """Return whether nobody says a statement but the rules."""
        return self._graphs(t) == [ox.NamedNode(self.site.base.graph("derived"))]

    def values_of(self, triples: Sequence[ox.Triple]) -> list[Value]:
        """Return the values of one property: things by name, texts in the reader's language."""
        literals = [t.object for t in triples if isinstance(t.object, ox.Literal)]
        shown = set(preferred(literals, self.language))
        kept = [t for t in triples if not isinstance(t.object, ox.Literal) or t.object in shown]
        return in_order(
            # the subject's own standing is told where the subject is
            replace(
                self.on_day(self.part(t) or self.value(t.object, self.sources_of(t)), t, besides=t.subject),
                disputed=self._disputed(t),
            )
            for t in kept
        )

    def part(self, t: ox.Triple) -> Value | None:
        """Return a part of the thing, which has no document of its own (`#geometry`), as what is said of it."""
        if not (isinstance(t.object, ox.NamedNode) and isinstance(t.subject, ox.NamedNode)):
            return None
        whole, _, fragment = t.object.value.partition("#")
        if not fragment or whole != t.subject.value:
            return None
        about = [s for s in self.document.groups.get(t.object, ()) if not self.derived(s)]  # bounds say dates again
        about = about or self.document.groups.get(t.object, [])
        said = preferred([s.object for s in about if isinstance(s.object, ox.Literal)], self.language)
        told = "; ".join(literal_text(literal, self.language).text for literal in said)
        return Value(Text(told or fragment), sources=self.sources_of(t), anchor=fragment)

    def _disputed(self, t: ox.Triple) -> str | None:
        conflict = self.site.conflicts.get((t.subject, t.predicate, t.object))
        return self.site.address(conflict.value) if conflict else None

    def on_day(self, value: Value, t: ox.Triple, besides: Term | None = None) -> Value:
        """Return a value with how a statement held on the day that is shown; as it is if it certainly did."""
        held = self.on.of(t, besides) if self.on else Standing.CERTAIN
        return marked(self, value, held, t.subject, t.object)

    def _other_names(self, root: ox.NamedNode) -> list[Value]:
        title = self.label(root)
        names: dict[str, tuple[ox.Literal, list[ox.Triple]]] = {}
        for predicate in NAMING:
            for t in self.said(root, predicate):
                if isinstance(t.object, ox.Literal) and t.object.value != title.text:
                    names.setdefault(t.object.value, (t.object, []))[1].append(t)
        return in_order(
            Value(
                literal_text(literal, self.language),
                sources=tuple(dict.fromkeys(source for t in triples for source in self.sources_of(t))),
            )
            for literal, triples in names.values()
        )

    def _graphs(self, t: ox.Triple) -> list[ox.NamedNode]:
        quads = self.site.store.quads_for_pattern(t.subject, t.predicate, t.object, None)
        return sorted((q.graph_name for q in quads if isinstance(q.graph_name, ox.NamedNode)), key=str)

    def sources_of(self, t: ox.Triple) -> tuple[Source, ...]:
        """Return who says a statement, by their numbers on the page."""
        return tuple(sorted((self._source(graph.value) for graph in self._graphs(t)), key=lambda s: s.number))

    def _source(self, graph: str) -> Source:
        if graph not in self.sources:
            href = self.site.address(graph) or graph
            self.sources[graph] = Source(len(self.sources) + 1, self.label(ox.NamedNode(graph)), href)
        return self.sources[graph]

    def _text_of(self, node: ox.NamedNode, predicate: ox.NamedNode) -> Text | None:
        literals = [t.object for t in self.said(node, predicate) if isinstance(t.object, ox.Literal)]
        return label_text(literals, self.language)

    def said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Triple]:
        """Return what the document says of a thing with a property."""
        return [t for t in self.document.groups.get(node, ()) if t.predicate == predicate]


@dataclass(frozen=True)
class ShownDay:
    """What a page says of the day it shows.

    offered: whether anything on it began or ended, so that one may want another day; day: in words, None for all
    times; standing: of the thing that the page is about.
    """

    offered: bool
    day: Text | None
    standing: str

    @classmethod
    def of(cls, names: Names, on: OnDay | None, things: Iterable[Term]) -> "ShownDay":
        """Return what is to be said of a page that shows the day `on`; things: what would be on it at all times."""
        if on is None:
            phases = names.site.vocabulary.phases
            return cls(any(thing.value in phases for thing in things if isinstance(thing, ox.NamedNode)), None, "")
        day = literal_text(ox.Literal(on.day, datatype=ox.NamedNode(XSD + "date")), names.language)
        standing = on.standing(on.about) if on.about else Standing.CERTAIN
        return cls(True, day, standing.name.lower())


def marked(names: Names, value: Value, held: Standing, *things: Term) -> Value:
    """Return a value with how `things` held on the day that is shown; as it is if they certainly did."""
    if held == Standing.CERTAIN:
        return value
    return replace(value, standing=held.name.lower(), attested=attested(names, held, *things))


def attested(names: Names, held: Standing, *things: Term) -> str:
    """Return when things are attested, in words, if that is all that is known of them for the day that is shown.

    "" if more is known, or if no source gives a time.
    """
    if held != Standing.UNKNOWN:
        return ""
    dates = [date for thing in things for date in attestations(names.site.store, thing)]
    return in_a_row(dict.fromkeys(dates), names.language)


def in_order(values: Iterable[Value]) -> list[Value]:
    """Return values in order of time, else of names."""
    return sorted(
        values, key=lambda v: (v.text.datetime or "", sort_key(v.text.text), v.text.language or "", v.href or "")
    )
