"""The chart of a saved question's answer, where its head says that one tells more than the rows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

import pyoxigraph as ox

from interurban.locales import number
from interurban.messages import say
from interurban.pictures.facts import Bars, Facts, Growth, Map, Place, Thing, Year
from interurban.questions import Question
from interurban.web.http.query_answers import Rows
from interurban.web.http.reader import Reader
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term, name_of
from interurban.web.pages.names import Names
from interurban.web.pages.picture import Cell, Chart, Table

SVG = "svg"  # the extension of a question's address


def chart(site: Site, question: Question, rows: Rows, values: Mapping[str, str], reader: Reader) -> Chart | None:
    """Return the chart of an answer; None for a question that has none, or if nothing is to be seen in it.

    values: with which the question was asked. What lacks one of the columns is not in the chart.
    """
    if not question.chart:
        return None
    drawn = _Drawn(site, question, rows, reader)
    made = _KINDS[question.chart[0]](drawn) if len(drawn.rows) > 1 else None
    if made is None:
        return None
    facts, about = made
    table = Table(dict(labels_of(drawn)), [thing.iri for thing in drawn.things], drawn.cells)
    if rows.more:
        about += " " + say("picture-chart-part").text(reader.language)
    title = question.summary.text(reader.language)
    kind = question.chart[0]
    return Chart(kind, question.name, title, about, facts, table, reader, site.mount, values)


def labels_of(drawn: "_Drawn") -> Sequence[tuple[str, str]]:
    """Return the columns that a chart is made of, with what they are called."""
    return [(name, drawn.question.columns[name].text(drawn.reader.language)) for name in drawn.columns]


class _Drawn:
    """The rows of an answer as far as a chart is made of them."""

    def __init__(self, site: Site, question: Question, rows: Rows, reader: Reader) -> None:
        self.site, self.question, self.reader = site, question, reader
        self.columns = question.chart[1:]
        at = [rows.columns.index(name) for name in self.columns]
        iris = [place for place, name in enumerate(rows.columns) if question.types.get(name) == "iri"][:1]
        names = Names(site, reader.language)
        self.rows: list[list[str]] = []
        self.things: list[Thing] = []
        for row in rows.values:
            told = [name_of(value) for value in (row[place] for place in at) if value is not None]
            if len(told) == len(at):
                self.rows.append(told)
                self.things.append(self._thing(names, told[0], [row[place] for place in iris]))

    def _thing(self, names: Names, name: str, about: Sequence[Term | None]) -> Thing:
        node = next((term for term in about if isinstance(term, ox.NamedNode)), None)
        if node is None:
            return Thing("", name)
        shown = names.value(node)
        return Thing(node.value, name, self.reader.href(shown.href) if shown.href and not shown.outside else "")

    def cells(self, at: int) -> list[Cell]:
        """Return a row as a table has it."""
        first, *others = self.rows[at]
        return [Cell(first, first, self.things[at].href), *(Cell(self.number(text), text) for text in others)]

    def number(self, text: str) -> str:
        """Return a number as the reader writes it."""
        return number(Decimal(text), self.reader.language)

    def bars(self) -> tuple[Facts, str] | None:
        """Return a bar for each row."""
        counted = labels_of(self)[1][1]
        bars = [(t, float(value), self.number(value)) for t, (_, value) in zip(self.things, self.rows, strict=True)]
        about = say("picture-bars-about", counted=counted, count=len(bars)).text(self.reader.language)
        return Bars(bars, counted), about

    def growth(self) -> tuple[Facts, str] | None:
        """Return the numbers of the years, and added up; a year that is left out has none."""
        told = {int(year[:4]): int(count) for year, count in self.rows}
        every = range(min(told), max(told) + 1)
        sums = accumulate(told.get(year, 0) for year in every)
        years = [Year(year, told.get(year, 0), total) for year, total in zip(every, sums, strict=True)]
        counted = labels_of(self)[1][1]
        total = say("picture-added-up", counted=counted).text(self.reader.language)
        span = {"first": min(told), "last": max(told), "count": sum(told.values())}
        return Growth(years, counted, total), say("picture-years-about", **span).text(self.reader.language)

    def map(self) -> tuple[Facts, str] | None:
        """Return a mark for each row."""
        rows = zip(self.things, self.rows, strict=True)
        places = [Place(thing, float(latitude), float(longitude)) for thing, (_, latitude, longitude) in rows]
        return Map(places), say("picture-map-about", count=len(places)).text(self.reader.language)


_KINDS = {"bars": _Drawn.bars, "growth": _Drawn.growth, "map": _Drawn.map}
