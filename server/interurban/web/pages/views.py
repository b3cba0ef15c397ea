"""What a page shows of a document: facts, lists and tables in the reader's language, each with its sources.

Nothing here writes HTML; every text goes through the templates, which escape it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import DCT, RDFS, SKOS, XSD
from interurban.messages import Language, say
from interurban.rdf.paths import Step
from interurban.rdf.standing import Standing
from interurban.rdf.terms import TYPE
from interurban.web.model.document import Cut, Document
from interurban.web.model.phases import OnDay, attestations
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import LABELS, Term
from interurban.web.pages.literals import Text, in_a_row, label_text, literal_text, preferred
from interurban.web.pages.names import Names, Source, Value

_NAMES = (*LABELS, ox.NamedNode(SKOS + "altLabel"))
_COMMENT = ox.NamedNode(RDFS + "comment")
_DESCRIPTIONS = (ox.NamedNode(DCT + "description"), _COMMENT, ox.NamedNode(SKOS + "definition"))


@dataclass(frozen=True)
class Fact:
    """A property in words, and its values."""

    label: Text
    values: list[Value]


@dataclass(frozen=True)
class Row:
    """A thing described in full: its own link, a cell for each column, and the sources that say all of it.

    standing: how it held, or belonged here, on the day that is shown, "" if no day is; attested: when else it did.
    """

    head: Value
    cells: list[list[Value]]
    sources: tuple[Source, ...]
    standing: str
    attested: str


@dataclass
class Section:
    """What stands under one heading: a plain list of things, or a table of them.

    named: whether the things of the table have names that the columns do not already give.
    cut: how much was left out; more: the address of a query for all of it.
    """

    heading: Text
    values: list[Value] = field(default_factory=list)
    columns: list[Text] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    named: bool = True
    cut: Cut | None = None
    more: str | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the table has to tell which of its rows held certainly on the day that is shown."""
        return any(row.standing not in ("", "certain") for row in self.rows)


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
        return [self.value(ox.NamedNode(iri)) for iri in self.specific(t.object for t in self._said(node, TYPE))]

    def description(self, node: ox.NamedNode) -> Text | None:
        """Return the sentence that describes a thing, if there is one."""
        return next(filter(None, (self._text_of(node, predicate) for predicate in _DESCRIPTIONS)), None)

    def remark(self, node: ox.NamedNode) -> Text | None:
        """Return what is to be borne in mind of a thing: its comment, where something else describes it."""
        comment = self._text_of(node, _COMMENT)
        return comment if comment != self.description(node) else None

    def facts(self, root: ox.NamedNode) -> list[Fact]:
        """Return what the document says of `root` itself, in the order of the vocabulary."""
        by_property = defaultdict(list)
        for t in self.document.groups.get(root, ()):
            if t.predicate not in (TYPE, *_NAMES, *_DESCRIPTIONS):
                by_property[t.predicate].append(t)
        facts = [Fact(self.label(p), self._values(by_property[p])) for p in self.ordered(by_property)]
        names = self._other_names(root)
        return [Fact(Text(say("web-other-names").text(self.language)), names), *facts] if names else facts

    def sections(self, root: ox.NamedNode) -> list[Section]:
        """Return the things described in full as tables, then whatever else points here as lists."""
        facts = {t.predicate for t in self.document.groups.get(root, ())}
        inverses = self.site.vocabulary.inverses
        tables = [self._table(root, path, nodes) for path, nodes in self.document.described.items() if nodes]
        told = {path[0].predicate for path in self.document.described if len(path) == 1 and path[0].inverse}
        told |= {p for p in self.document.inbound if inverses.get(p.value) in facts}
        lists = []
        for predicate in self.ordered(self.document.inbound.keys() - told):
            pointing = [ox.Triple(node, predicate, root) for node in self.document.inbound[predicate]]
            values = [self._on_day(self.value(t.subject, self._sources(t), besides=root), t) for t in pointing]
            lists.append(self._section(root, Step(predicate, inverse=True), values=_sorted(values)))
        # a table without columns would only repeat a fact of the thing itself
        return [table for table in tables if table.columns] + lists

    def _table(self, root: ox.NamedNode, path: tuple[Step, ...], nodes: Sequence[ox.NamedNode]) -> Section:
        cells: dict[ox.NamedNode, dict[ox.NamedNode, list[ox.Triple]]] = {}
        for node in nodes:
            cells[node] = defaultdict(list)
            for t in self.document.groups.get(node, ()):
                cells[node][t.predicate].append(t)
        present = {p for row in cells.values() for p in row} - {TYPE, *_NAMES, *_DESCRIPTIONS}
        placed = {p for p in present if p.value in self.site.vocabulary.order}
        column = {p: [t for row in cells.values() for t in row.get(p, ())] for p in present}
        columns = [p for p in self.ordered(placed or present) if self._tells(column[p], root)]
        reached = self.on.reach(root, path) if self.on else {}
        rows = [
            self._row(root, node, [cells[node].get(p, []) for p in columns], reached.get(node, Standing.CERTAIN))
            for node in nodes
        ]
        rows.sort(key=lambda row: (row.standing == "unknown", sort_key(row.head.text.text), row.head.href or ""))
        section = self._section(root, path[-1], rows=rows)
        section.columns = [self.label(p) for p in columns]
        names = [t for row in cells.values() for p in LABELS for t in row.get(p, ())]
        section.named = self._tells(names, root)
        return section

    def _tells(self, column: list[ox.Triple], root: ox.NamedNode) -> bool:
        """Return whether a column is worth its room: not if it repeats the subject, is derived, or of others' parts."""
        parts = {t: self._part(t) for t in column if t.object != root}
        return any(not p or p.text.text != p.anchor for p in parts.values()) and not all(map(self._derived, column))

    def _derived(self, t: ox.Triple) -> bool:
        return self._graphs(t) == [ox.NamedNode(self.site.base.graph("derived"))]

    def _row(self, root: ox.NamedNode, node: ox.NamedNode, cells: list[list[ox.Triple]], held: Standing) -> Row:
        """Return a row; sources that say every cell stand once, at its end."""
        filled = [self._values(cell) for cell in cells]
        said = [v.sources for cell in filled for v in cell] or [self._sources(t) for t in self._said(node, TYPE)]
        common = set(said[0]).intersection(*said) if said else set()
        for cell in filled:
            cell[:] = [replace(v, sources=tuple(s for s in v.sources if s not in common)) for v in cell]
        sources = tuple(sorted(common, key=lambda s: s.number))
        standing = held.name.lower() if self.on else ""
        return Row(self.value(node, besides=root), filled, sources, standing, attested(self, held, node))

    def _section(
        self, root: ox.NamedNode, step: Step, values: list[Value] | None = None, rows: list[Row] | None = None
    ) -> Section:
        cut = next((c for c in self.document.cuts if c.predicate == step.predicate.value), None)
        on_day = self.on.filter("thing") if self.on else ""
        query = f"SELECT ?thing WHERE {{ ?thing <{step.predicate.value}> <{root.value}> {on_day}}}"
        more = "/sparql?" + urlencode({"query": query, "format": "csv"}) if cut else None
        return Section(self._heading(step), values or [], rows=rows or [], cut=cut, more=more)

    def _heading(self, step: Step) -> Text:
        if not step.inverse:
            return self.label(step.predicate)
        labels = self.site.vocabulary.inverse_labels.get(step.predicate.value, ())
        if found := label_text([x for x in labels if isinstance(x, ox.Literal)], self.language):
            return found
        if inverse := self.site.vocabulary.inverses.get(step.predicate.value):
            return self.label(inverse)
        return Text(say("web-inverse", label=self.label(step.predicate).text).text(self.language))

    def _values(self, triples: Sequence[ox.Triple]) -> list[Value]:
        """Return the values of one property: things by name, texts in the reader's language."""
        literals = [t.object for t in triples if isinstance(t.object, ox.Literal)]
        shown = set(preferred(literals, self.language))
        kept = [t for t in triples if not isinstance(t.object, ox.Literal) or t.object in shown]
        return _sorted(
            # the subject's own standing is told where the subject is
            replace(
                self._on_day(self._part(t) or self.value(t.object, self._sources(t)), t, besides=t.subject),
                disputed=self._disputed(t),
            )
            for t in kept
        )

    def _part(self, t: ox.Triple) -> Value | None:
        """Return a part of the thing, which has no document of its own (`#geometry`), as what is said of it."""
        if not (isinstance(t.object, ox.NamedNode) and isinstance(t.subject, ox.NamedNode)):
            return None
        whole, _, fragment = t.object.value.partition("#")
        if not fragment or whole != t.subject.value:
            return None
        about = [s for s in self.document.groups.get(t.object, ()) if not self._derived(s)]  # bounds say dates again
        about = about or self.document.groups.get(t.object, [])
        said = preferred([s.object for s in about if isinstance(s.object, ox.Literal)], self.language)
        told = "; ".join(literal_text(literal, self.language).text for literal in said)
        return Value(Text(told or fragment), sources=self._sources(t), anchor=fragment)

    def _disputed(self, t: ox.Triple) -> str | None:
        conflict = self.site.conflicts.get((t.subject, t.predicate, t.object))
        return self.site.address(conflict.value) if conflict else None

    def _on_day(self, value: Value, t: ox.Triple, besides: Term | None = None) -> Value:
        """Return a value with how a statement held on the day that is shown; as it is if it certainly did."""
        held = self.on.of(t, besides) if self.on else Standing.CERTAIN
        return marked(self, value, held, t.subject, t.object)

    def _other_names(self, root: ox.NamedNode) -> list[Value]:
        title = self.label(root)
        names: dict[str, tuple[ox.Literal, list[ox.Triple]]] = {}
        for predicate in _NAMES:
            for t in self._said(root, predicate):
                if isinstance(t.object, ox.Literal) and t.object.value != title.text:
                    names.setdefault(t.object.value, (t.object, []))[1].append(t)
        return _sorted(
            Value(
                literal_text(literal, self.language),
                sources=tuple(dict.fromkeys(source for t in triples for source in self._sources(t))),
            )
            for literal, triples in names.values()
        )

    def _graphs(self, t: ox.Triple) -> list[ox.NamedNode]:
        quads = self.site.store.quads_for_pattern(t.subject, t.predicate, t.object, None)
        return sorted((q.graph_name for q in quads if isinstance(q.graph_name, ox.NamedNode)), key=str)

    def _sources(self, t: ox.Triple) -> tuple[Source, ...]:
        return tuple(sorted((self._source(graph.value) for graph in self._graphs(t)), key=lambda s: s.number))

    def _source(self, graph: str) -> Source:
        if graph not in self.sources:
            href = self.site.address(graph) or graph
            self.sources[graph] = Source(len(self.sources) + 1, self.label(ox.NamedNode(graph)), href)
        return self.sources[graph]

    def _text_of(self, node: ox.NamedNode, predicate: ox.NamedNode) -> Text | None:
        literals = [t.object for t in self._said(node, predicate) if isinstance(t.object, ox.Literal)]
        return label_text(literals, self.language)

    def _said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Triple]:
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


def _sorted(values: Iterable[Value]) -> list[Value]:
    return sorted(
        values, key=lambda v: (v.text.datetime or "", sort_key(v.text.text), v.text.language or "", v.href or "")
    )
