"""The sections of a page: what stands under which heading, as tables and lists, in the order that the graph gives."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import IU
from interurban.messages import say
from interurban.rdf.paths import Step
from interurban.rdf.standing import Standing
from interurban.rdf.terms import TYPE
from interurban.web.model.document import Cut
from interurban.web.model.presentation import SectionOf
from interurban.web.model.vocabulary import LABELS
from interurban.web.pages.literals import Text, label_text
from interurban.web.pages.names import Source, Value
from interurban.web.pages.views import NOT_FACTS, DocumentView, attested, in_order

_START = ox.NamedNode(IU + "start")
_LAST = 1_000_000  # the place of what has no section of its own


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
    cut: how much was left out; more: the address of a query for all of it. picture: the kind that stands in it, if any.
    """

    heading: Text
    values: list[Value] = field(default_factory=list)
    columns: list[Text] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    named: bool = True
    cut: Cut | None = None
    more: str | None = None
    picture: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether the table has to tell which of its rows held certainly on the day that is shown."""
        return any(row.standing not in ("", "certain") for row in self.rows)


class Sections:
    """What the page of a document has under its headings. listed: kinds of things that stand elsewhere on it."""

    def __init__(self, view: DocumentView, listed: Collection[str] = ()) -> None:
        self.view = view
        self._listed = tuple(f"{view.site.base.iri}id/{kind}/" for kind in listed)

    def sections(self, root: ox.NamedNode) -> list[Section]:
        """Return the things described in full as tables, then whatever else points here as lists.

        What the vocabulary has a section for comes in the order of those, the rest behind.
        """
        document, vocabulary = self.view.document, self.view.site.vocabulary
        facts = {t.predicate for t in document.groups.get(root, ())}
        defined = self.view.site.presentation.sections(vocabulary.classes_of(root.value))
        tables: list[tuple[int, Section]] = []
        for path, nodes in document.described.items():
            left = list(nodes)
            for section in (each for each in defined if each.path == path):
                ours = [node for node in left if not section.kind or section.kind in vocabulary.classes_of(node.value)]
                left = [node for node in left if node not in set(ours)]
                if ours:
                    tables.append((section.order, self._table(root, path, ours, section)))
            if left:
                tables.append((_LAST, self._table(root, path, left)))
        told = {path[0].predicate for path in document.described if len(path) == 1 and path[0].inverse}
        told |= {p for p in document.inbound if p.value in self.view.site.presentation.as_data}
        told |= {p for p in document.inbound if vocabulary.inverses.get(p.value) in facts}
        told |= {p for p, things in document.inbound.items() if all(t.value.startswith(self._listed) for t in things)}
        lists = []
        for predicate in self.view.ordered(document.inbound.keys() - told):
            pointing = [ox.Triple(node, predicate, root) for node in document.inbound[predicate]]
            values = [self._pointing(root, t) for t in pointing]
            lists.append(self._section(root, Step(predicate, inverse=True), values=in_order(values)))
        tables.sort(key=lambda pair: pair[0])
        # a table without columns would only repeat a fact of the thing itself
        return [table for _, table in tables if table.columns] + lists

    def _pointing(self, root: ox.NamedNode, t: ox.Triple) -> Value:
        return self.view.on_day(self.view.value(t.subject, self.view.sources_of(t), besides=root), t)

    def _table(
        self, root: ox.NamedNode, path: tuple[Step, ...], nodes: Sequence[ox.NamedNode], of: SectionOf | None = None
    ) -> Section:
        cells: dict[ox.NamedNode, dict[ox.NamedNode, list[ox.Triple]]] = {}
        for node in nodes:
            cells[node] = defaultdict(list)
            for t in self.view.document.groups.get(node, ()):
                cells[node][t.predicate].append(t)
        vocabulary = self.view.site.vocabulary
        present = {p for row in cells.values() for p in row} - NOT_FACTS
        present = {p for p in present if p.value not in self.view.site.presentation.as_data}
        placed = {p for p in present if p.value in vocabulary.order}
        column = {p: [t for row in cells.values() for t in row.get(p, ())] for p in present}
        way = path[-1].predicate if len(path) > 1 and path[-1].inverse else None
        if way and len({t.object for t in column.get(way, ())}) == 1:
            placed, present = placed - {way}, present - {way}  # the one thing through which all are reached
        columns = [p for p in self.view.ordered(placed or present) if self._tells(column[p], root)]
        reached = self.view.on.reach(root, path) if self.view.on else {}
        rows = [
            self._row(root, node, [cells[node].get(p, []) for p in columns], reached.get(node, Standing.CERTAIN))
            for node in nodes
        ]
        began = {row.head.href: self._began(cells[node]) for row, node in zip(rows, nodes, strict=True)}
        rows.sort(key=lambda row: (row.standing == "unknown", began[row.head.href], sort_key(row.head.text.text)))
        section = self._section(root, path[-1], rows=rows)
        if of and (heading := label_text([x for x in of.labels if isinstance(x, ox.Literal)], self.view.language)):
            section.heading, section.picture = heading, of.picture
        kinds = set[str]().union(*(vocabulary.classes_of(node.value) for node in nodes))
        section.columns = [self._column(p, kinds) for p in columns]
        names = [t for row in cells.values() for p in LABELS for t in row.get(p, ())]
        section.named = self._tells(names, root)
        return section

    def _column(self, p: ox.NamedNode, classes: Collection[str]) -> Text:
        own = self.view.site.presentation.column(p.value, classes)
        return label_text(own, self.view.language) or self.view.label(p)

    @staticmethod
    def _began(said: Mapping[ox.NamedNode, Sequence[ox.Triple]]) -> tuple[bool, str]:
        """Return the place in time of what something is said of: what has no beginning comes last."""
        days = [t.object.value for t in said.get(_START, ()) if isinstance(t.object, ox.Literal)]
        return not days, min(days, default="")

    def _tells(self, column: list[ox.Triple], root: ox.NamedNode) -> bool:
        """Return whether a column is worth its room: not if it repeats the subject, is derived, or of others' parts."""
        parts = {t: self.view.part(t) for t in column if t.object != root}
        return any(not p or p.text.text != p.anchor for p in parts.values()) and not all(map(self.view.derived, column))

    def _row(self, root: ox.NamedNode, node: ox.NamedNode, cells: list[list[ox.Triple]], held: Standing) -> Row:
        """Return a row; sources that say every cell stand once, at its end."""
        filled = [self.view.values_of(cell) for cell in cells]
        said = [v.sources for cell in filled for v in cell] or [
            self.view.sources_of(t) for t in self.view.said(node, TYPE)
        ]
        common = set(said[0]).intersection(*said) if said else set()
        for cell in filled:
            cell[:] = [replace(v, sources=tuple(s for s in v.sources if s not in common)) for v in cell]
        sources = tuple(sorted(common, key=lambda s: s.number))
        standing = held.name.lower() if self.view.on else ""
        return Row(self.view.value(node, besides=root), filled, sources, standing, attested(self.view, held, node))

    def _section(
        self, root: ox.NamedNode, step: Step, values: list[Value] | None = None, rows: list[Row] | None = None
    ) -> Section:
        cut = next((c for c in self.view.document.cuts if c.predicate == step.predicate.value), None)
        on_day = self.view.on.filter("thing") if self.view.on else ""
        query = f"SELECT ?thing WHERE {{ ?thing <{step.predicate.value}> <{root.value}> {on_day}}}"
        more = "/sparql?" + urlencode({"query": query, "format": "csv"}) if cut else None
        return Section(self._heading(step), values or [], rows=rows or [], cut=cut, more=more)

    def _heading(self, step: Step) -> Text:
        if not step.inverse:
            return self.view.label(step.predicate)
        labels = self.view.site.vocabulary.inverse_labels.get(step.predicate.value, ())
        if found := label_text([x for x in labels if isinstance(x, ox.Literal)], self.view.language):
            return found
        if inverse := self.view.site.vocabulary.inverses.get(step.predicate.value):
            return self.view.label(inverse)
        return Text(say("web-inverse", label=self.view.label(step.predicate).text).text(self.view.language))
