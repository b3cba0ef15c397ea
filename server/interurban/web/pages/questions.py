"""What the pages of the saved questions show: the list by theme, a question's form, and its answer as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interurban.collation import sort_key
from interurban.messages import Language, say
from interurban.questions import Parameter, Question
from interurban.web.http.query_answers import Rows
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, is_number
from interurban.web.pages.names import Names, Value

OPTIONS = 200  # things of a kind that a form offers by name
_CHOICES = {"yes": "web-true", "no": "web-false"}
_INPUTS = {"date": "date", "integer": "number", "decimal": "number"}


@dataclass(frozen=True)
class Field:
    """A field of a question's form. options: short names and labels of what to choose from; empty: write it."""

    name: str
    label: str
    input: str
    step: str | None
    value: str
    options: list[tuple[str, Text]]


@dataclass(frozen=True)
class Heading:
    """The heading of a column. number: are its values numbers, which stand under each other by their last digits."""

    label: str
    number: bool


def table(question: Question, rows: Rows, names: Names) -> tuple[list[Heading], list[list[Value | None]]]:
    """Return headings and cells; without a column that only repeats what a link beside it is called."""
    cells = [[names.value(term) if term is not None else None for term in row] for row in rows.values]
    links = [{cell.text.text for cell in row if cell and cell.href} for row in cells]

    def tells(column: int) -> bool:
        beside = zip((row[column] for row in cells), links, strict=True)
        return not cells or any(cell and (cell.href or cell.text.text not in called) for cell, called in beside)

    kept = [column for column in range(len(rows.columns)) if tells(column)]
    headings = [
        Heading(
            question.columns[rows.columns[column]].text(names.language),
            all(is_number(row[column]) for row in rows.values if row[column] is not None),
        )
        for column in kept
    ]
    return headings, [[row[column] for column in kept] for row in cells]


def field(site: Site, parameter: Parameter, values: Mapping[str, str], names: Names) -> Field:
    """Return the field for a parameter, filled with its value or default."""
    value = values.get(parameter.name) or parameter.default
    options: list[tuple[str, Text]] = []
    kind = site.vocabulary.kinds.get(parameter.kind or "")
    if kind and len(kind.things) <= OPTIONS:
        stem = site.base.thing(parameter.kind or "", "")
        value = value.removeprefix(stem)
        options = [(thing.value.removeprefix(stem), names.label(thing)) for thing in kind.things]
        options.sort(key=lambda option: (sort_key(option[1].text), option[0]))
        if value not in dict(options):  # somebody else's thing, or one that the release does not know
            options.insert(0, (value, Text(value)))
    options += ((choice, _choice(choice, names.language)) for choice in parameter.values)
    step = {"integer": "1", "decimal": "any"}.get(parameter.type)
    label = parameter.label.text(names.language)
    return Field(parameter.name, label, _INPUTS.get(parameter.type, "text"), step, value, options)


def _choice(value: str, language: Language) -> Text:
    """Return what one of a few values is called."""
    return Text(say(_CHOICES[value]).text(language) if value in _CHOICES else value)


def by_theme(questions: Iterable[Question], language: Language) -> dict[str, list[Question]]:
    """Return theme -> questions, both in order of name; a question's theme is the first of its keywords.

    An older release may have a question without any: these come last.
    """
    others = say("web-questions-other").text(language)
    themes: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda q: sort_key(q.summary.text(language))):
        themes.setdefault(next(iter(question.keywords[language]), others), []).append(question)
    return dict(sorted(themes.items(), key=lambda theme: (theme[0] == others, sort_key(theme[0]))))
