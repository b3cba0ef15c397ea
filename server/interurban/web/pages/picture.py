"""A picture with what stands around it: its caption, the same facts as a table and as CSV, and its addresses."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from interurban.iris import percent_encoded
from interurban.locales import number
from interurban.pictures.drawing import Caption, draw, layout
from interurban.pictures.facts import Facts, Map
from interurban.release.pictures import SHOWN
from interurban.web.http.reader import Reader

PATH = "/picture"
FRAME, WORLD = "frame", "world"  # how an address says that a map is to show the whole world
DOTS, EACH = "dots", "each"  # … and that each place is to have a mark


@dataclass(frozen=True)
class Cell:
    """A cell of a table: as a person reads it, as a program does, and where it leads."""

    text: str
    value: str
    href: str = ""


@dataclass(frozen=True)
class Table:
    """Facts. columns: name -> heading; things: the IRI of what each row is about; row: makes the cells of one of them.

    A page has few of the rows, so they are made when they are asked for. more: how many there are besides.
    """

    columns: dict[str, str]
    things: Sequence[str]
    row: Callable[[int], Sequence[Cell]]
    more: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.things) + self.more

    @property
    def shown(self) -> list[Sequence[Cell]]:
        """The rows that a page has."""
        return [self.row(at) for at in range(min(len(self.things), SHOWN))]

    def csv(self) -> bytes:
        """Return the rows as CSV (RFC 4180), each after the IRI of what it is about."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(["thing", *self.columns])
        writer.writerows([iri, *(cell.value for cell in self.row(at))] for at, iri in enumerate(self.things))
        return file.getvalue().encode()


@dataclass(frozen=True)
class Picture:
    """A picture for a reader. kind: bars, map, timeline, growth or ego.

    of: the end of the thing's path, or the kind of things that a list has; chosen: facet -> value, of a list. at: where
    the marks stand, if that is known.
    """

    kind: str
    of: str
    title: str
    description: str
    facts: Facts
    table: Table
    reader: Reader
    mount: str
    chosen: Mapping[str, str]
    at: Any = None

    @property
    def key(self) -> str:
        """What its parts are named after on a page."""
        return "-".join([self.kind, *self.of.split("/"), *self.chosen.values()])

    @cached_property
    def svg(self) -> Markup:
        """The picture, for a page that has its style sheet."""
        return self._drawn("")

    def alone(self, style: str) -> bytes:
        """Return the picture with a style sheet, by itself."""
        return self._drawn(style).encode()

    @cached_property
    def layout(self) -> Any:
        """Where its marks stand."""
        return self.at or layout(self.facts)

    @property
    def outside(self) -> int:
        """How many places lie beyond the part of the world that a map shows."""
        return self.layout.outside if isinstance(self.facts, Map) else 0

    @property
    def whole(self) -> str:
        """Where the whole world is to be seen."""
        return self._at("svg", {FRAME: WORLD})

    @property
    def each(self) -> str:
        """Where a map has a mark for each place, "" if the page's own has."""
        gathered = isinstance(self.facts, Map) and self.layout.gathered and not self.facts.each
        return self._at("svg", {DOTS: EACH}) if gathered else ""

    @property
    def address(self) -> str:
        """Where the picture is by itself, in the reader's language."""
        return self._at("svg")

    @property
    def data(self) -> str:
        """Where its facts are as CSV."""
        return self._at("csv")

    @property
    def _place(self) -> str:
        return f"{self.mount}{PATH}/{self.kind}/{self.of}"

    def _at(self, extension: str, more: Mapping[str, str] | None = None) -> str:
        day = {"at": self.reader.day} if self.reader.day else {}
        path = percent_encoded(f"{self._place}.{extension}")
        return f"{path}?{urlencode({**self.chosen, **day, **(more or {}), 'lang': self.reader.language})}"

    def _drawn(self, style: str) -> Markup:
        caption = Caption(self.key, self.title, self.description, self.reader.language)
        return draw(self.facts, caption, partial(number, language=self.reader.language), style, self.layout)


class Chart(Picture):
    """A picture of the answer to a saved question: `of` is the question, `chosen` the values that it was asked with."""

    @property
    def data(self) -> str:
        """Where the whole answer is as CSV, in the reader's language if the question takes one."""
        return f"{self._place}.csv" + (f"?{urlencode(self.chosen)}" if self.chosen else "")

    @property
    def _place(self) -> str:
        return f"/queries/{self.of}"
