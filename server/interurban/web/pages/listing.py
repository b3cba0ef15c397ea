"""The list of all things of a kind as a table to read: its columns, what each may be chosen by, and its rows."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from interurban.collation import sort_key
from interurban.iris import XSD
from interurban.locales import plural
from interurban.messages import say
from interurban.rdf.dates import dated
from interurban.release.pages import NAME, Cell, placeholders
from interurban.web.model.listing import Choice, Listing
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.names import Names, Value

_FEW = 12  # values of a facet that are shown at once


@dataclass(frozen=True)
class Heading:
    """A column's name, the address of the list in its order, and which way it is in that now: "" if it is not."""

    column: str
    label: str
    href: str
    sorted: str
    number: bool


@dataclass(frozen=True)
class Option:
    """A value to choose by: what it is called, the address of the list of those that have it, and how many those are.

    chosen: it has been, and the address is that without it.
    """

    text: Text
    href: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """By what one may choose, and by which values, the most frequent first; more: those that are not so many."""

    label: str
    options: Sequence[Option]
    more: Sequence[Option]


class ListingView:
    """A list for readers of one language. hidden: columns that are not shown, as all have the same there."""

    def __init__(self, names: Names, listing: Listing, choice: Choice, path: str, hidden: Collection[str] = ()) -> None:
        self.names, self.listing, self.choice, self.path = names, listing, choice, path
        self._shown = [name for name in listing.columns.labels if name not in hidden]

    def headings(self) -> list[Heading]:
        """Return the columns of the table, that of names first; it may be there only to lead to things."""
        key = "web-name" if self.listing.columns.named else "web-details"
        return [
            self._heading(NAME, say(key).text(self.names.language)),
            *(self._heading(column, self._label(column)) for column in self._shown),
        ]

    def facets(self, things: list[tuple[str, ...]]) -> list[Facet]:
        """Return by what one may choose among these things."""
        made = []
        for name, counts in self.listing.counts(things).items():
            codes = {value: code for code, value in self.listing.values[name].items()}
            options = [self._option(name, codes[value], value, count) for value, count in counts.items()]
            options.sort(key=lambda option: (-option.count, sort_key(option.text.text), option.href))
            if len(options) > 1 or name in self.choice.values:
                made.append(Facet(self._label(name), options[:_FEW], options[_FEW:]))
        return made

    def rows(self, things: list[str], held: Mapping[str, Value]) -> list[tuple[Value, list[Value | None]]]:
        """Return a row for each thing: its link, and a cell for each column. held: the links, as they are on a day."""
        cells = self.listing.cells(things)
        return [(held[thing], [self._value(name, cells[thing][name]) for name in self._shown]) for thing in things]

    def sentence(self, thing: str) -> Text | None:
        """Return what is to be said of a thing first; None if too little is known."""
        columns, cells = self.listing.columns, self.listing.cells([thing]).get(thing, {})
        known = {name: value.text.text for name, cell in cells.items() if (value := self._value(name, cell))}
        count = cells.get(columns.counted)
        form = plural(count, self.names.language) if isinstance(count, int) else "other"
        for forms in columns.sentences.get(self.names.language, ()):
            text = forms.get(form, forms["other"])
            if placeholders(text) <= known.keys():
                return Text(text.format_map(known))
        return None

    def table(self, things: list[str]) -> Iterable[str]:
        """Yield the lines of all of these things as CSV: addresses, and beside each what it is called."""
        types = self.listing.columns.types
        called = [self.listing.kind, *types]
        named = [self.listing.kind, *(name for name, kind in types.items() if kind == "iri")]
        cells = self.listing.cells(things)
        every = {*things, *(str(row[name]) for row in cells.values() for name in named[1:] if row[name])}
        names = self.listing.site.pages.names(sorted(every), self.names.language)
        yield _line(part for name in called for part in ([name, f"{name}_name"] if name in named else [name]))
        for thing in things:
            row: dict[str, Cell] = {self.listing.kind: thing, **cells[thing]}
            yield _line(part for name in called for part in self._parts(row[name], name in named, names))

    def _parts(self, value: Cell, named: bool, names: Mapping[str, tuple[str, str]]) -> list[Cell]:
        if not named:
            return [value]
        return (
            [None, None] if value is None else [self.listing.node(str(value)).value, names.get(str(value), [None])[0]]
        )

    def _heading(self, column: str, label: str) -> Heading:
        number = self.listing.columns.types.get(column) in ("integer", "decimal")
        ours = self.choice.order == column
        # numbers are wanted from the largest, a second time the other way round
        down = not self.choice.down if ours else number
        side = ("descending" if self.choice.down else "ascending") if ours else ""
        return Heading(column, label, self.address(replace(self.choice, order=column, down=down)), side, number)

    def _option(self, name: str, code: str, value: str, count: int) -> Option:
        chosen = name in self.choice.values
        kept = {other: said for other, said in self.choice.values.items() if other != name}
        values = kept if chosen else {**self.choice.values, name: code}
        return Option(
            self.names.label(self.listing.node(value)),
            self.address(Choice(values, self.choice.order, self.choice.down)),
            count,
            chosen,
        )

    def address(self, choice: Choice) -> str:
        """Return the address of the list of what is chosen."""
        return self._with(self.path, choice)

    def table_address(self, choice: Choice) -> str:
        """Return the address of the same as CSV."""
        return self._with(self.path.rstrip("/") + ".csv", choice)

    def _with(self, path: str, choice: Choice) -> str:
        query = urlencode(choice.parameters)
        return f"{path}?{query}" if query else path

    def _label(self, column: str) -> str:
        return self.listing.columns.labels[column][self.names.language]

    def _value(self, column: str, value: Cell) -> Value | None:
        if value is None:
            return None
        kind = self.listing.columns.types[column]
        if kind == "iri":
            return self.names.value(self.listing.node(str(value)), ())
        if kind == "date":
            return Value(literal_text(dated(str(value)), self.names.language))
        datatype = XSD + (kind if kind in ("integer", "decimal", "boolean") else "string")
        return Value(literal_text(Literal(str(value), datatype=NamedNode(datatype)), self.names.language))


def _line(cells: Iterable[Cell]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
