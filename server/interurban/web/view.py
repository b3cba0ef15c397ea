"""What a page shows of a document: facts, lists and tables in the reader's language, each with its sources.

Nothing here writes HTML; every text goes through the templates, which escape it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import pyoxigraph as ox

from interurban.iris import DCT, RDFS, SKOS
from interurban.messages import Language, say
from interurban.web.document import Cut, Document
from interurban.web.site import Site
from interurban.web.vocabulary import DEFAULT, LABELS, TYPE, Step, Term, prefixed
from interurban.web.words import Text, label_text, literal_text, preferred

_NAMES = (*LABELS, ox.NamedNode(SKOS + "altLabel"))
_DESCRIPTIONS = tuple(ox.NamedNode(iri) for iri in (DCT + "description", RDFS + "comment", SKOS + "definition"))
_NAMED = 2  # how many things a composed name mentions
_LAST = 1_000_000  # the place of properties for which the vocabulary gives none


@dataclass(frozen=True)
class Source:
    """A named graph that says something on the page, with its number on it."""

    number: int
    title: Text
    href: str


@dataclass(frozen=True)
class Value:
    """Something a property has as its value. href: where to read on; outside: at somebody else's."""

    text: Text
    href: str | None = None
    outside: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A property in words, and its values."""

    label: Text
    values: list[Value]


@dataclass(frozen=True)
class Row:
    """A thing described in full: its own link, a cell for each column, and the sources that say all of it."""

    head: Value
    cells: list[list[Value]]
    sources: tuple[Source, ...]


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


class View:
    """One document for readers of one language. `sources` grows while the other parts are made."""

    def __init__(self, site: Site, document: Document, language: Language) -> None:
        self.site, self.document, self.language = site, document, language
        self.sources: dict[str, Source] = {}
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
        ends = [end for p in self._ordered(links) for end in sorted(links[p], key=str)]
        names = [text.text for end in ends if (text := self._own_label(end))][:_NAMED]
        classes = [self._own_label(ox.NamedNode(iri)) for iri in self._specific(types)]
        kind = next((text.text for text in classes if text), None)
        if besides and names:
            return ", ".join(names)
        return f"{kind}: {', '.join(names)}" if kind and names else kind

    def _specific(self, types: Iterable[Term]) -> list[str]:
        named = [t.value for t in types if isinstance(t, ox.NamedNode) and self._own_label(t)]
        return self.site.vocabulary.most_specific(named)

    def classes(self, node: ox.NamedNode) -> list[Value]:
        """Return the most specific classes of a thing that have a name in words."""
        return [self._value(ox.NamedNode(iri)) for iri in self._specific(t.object for t in self._said(node, TYPE))]

    def description(self, node: ox.NamedNode) -> Text | None:
        """Return the sentence that describes a thing, if there is one."""
        for predicate in _DESCRIPTIONS:
            literals = [t.object for t in self._said(node, predicate) if isinstance(t.object, ox.Literal)]
            if found := label_text(literals, self.language):
                return found
        return None

    def facts(self, root: ox.NamedNode) -> list[Fact]:
        """Return what the document says of `root` itself, in the order of the vocabulary."""
        by_property = defaultdict(list)
        for t in self.document.groups.get(root, ()):
            if t.predicate not in (TYPE, *_NAMES, *_DESCRIPTIONS):
                by_property[t.predicate].append(t)
        facts = [Fact(self.label(p), self._values(by_property[p])) for p in self._ordered(by_property)]
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
        for predicate in self._ordered(self.document.inbound.keys() - told):
            pointing = [ox.Triple(node, predicate, root) for node in self.document.inbound[predicate]]
            values = [self._value(t.subject, self._sources(t), besides=root) for t in pointing]
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
        columns = [
            p
            for p in self._ordered(placed or present)
            if self._tells([t for row in cells.values() for t in row.get(p, ())], root)
        ]
        rows = [self._row(root, node, [cells[node].get(p, []) for p in columns]) for node in nodes]
        rows.sort(key=lambda row: (row.head.text.text.casefold(), row.head.href or ""))
        section = self._section(root, path[-1], rows=rows)
        section.columns = [self.label(p) for p in columns]
        names = [t for row in cells.values() for p in LABELS for t in row.get(p, ())]
        section.named = self._tells(names, root)
        return section

    def _tells(self, column: list[ox.Triple], root: ox.NamedNode) -> bool:
        """Return whether a column is worth its room: not if it repeats the page's subject, or was derived."""
        derived = ox.NamedNode(self.site.base.graph("derived"))
        return any(t.object != root for t in column) and any(self._graphs(t) != [derived] for t in column)

    def _row(self, root: ox.NamedNode, node: ox.NamedNode, cells: list[list[ox.Triple]]) -> Row:
        """Return a row; sources that say every cell stand once, at its end."""
        filled = [self._values(cell) for cell in cells]
        said = [v.sources for cell in filled for v in cell] or [self._sources(t) for t in self._said(node, TYPE)]
        common = set(said[0]).intersection(*said) if said else set()
        for cell in filled:
            cell[:] = [replace(v, sources=tuple(s for s in v.sources if s not in common)) for v in cell]
        return Row(self._value(node, besides=root), filled, tuple(sorted(common, key=lambda s: s.number)))

    def _section(
        self, root: ox.NamedNode, step: Step, values: list[Value] | None = None, rows: list[Row] | None = None
    ) -> Section:
        cut = next((c for c in self.document.cuts if c.predicate == step.predicate.value), None)
        query = f"SELECT ?thing WHERE {{ ?thing <{step.predicate.value}> <{root.value}> }}"
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
        return _sorted(self._value(t.object, self._sources(t)) for t in kept)

    def _value(self, value: Term, sources: tuple[Source, ...] = (), besides: ox.NamedNode | None = None) -> Value:
        if isinstance(value, ox.Literal):
            return Value(literal_text(value, self.language), sources=sources)
        if not isinstance(value, ox.NamedNode):
            return Value(Text("…"), sources=sources)
        if (address := self.site.address(value.value)) is not None:
            return Value(self.label(value, besides), address, sources=sources)
        # only what a browser may safely follow becomes a link: never javascript: or data:
        link = value.value if value.value.startswith(("http://", "https://")) else None
        return Value(self.label(value), link, outside=True, sources=sources)

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

    def _said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Triple]:
        return [t for t in self.document.groups.get(node, ()) if t.predicate == predicate]

    def _ordered(self, properties: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
        def place(p: ox.NamedNode) -> tuple[int, str, str]:
            return self.site.vocabulary.order.get(p.value, _LAST), self.label(p).text.casefold(), p.value

        return sorted(properties, key=place)


def _sorted(values: Iterable[Value]) -> list[Value]:
    def place(v: Value) -> tuple[str, str, str]:
        return v.text.datetime or v.text.text.casefold(), v.text.language or "", v.href or ""

    return sorted(values, key=place)
