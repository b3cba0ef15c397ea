"""Saved questions: a SPARQL query in a file whose head says what it asks, what it takes and what it returns.

The head is YAML behind `#+`, in the words of grlc (https://grlc.io/) as far as they reach: `summary`, `description`,
`tags`, and parameters as variables `?_name_iri`, `?_name_xsd_date`, `?_name_integer`, `?_name`. What grlc has no word
for stands beside it: `parameters` (label, kind of thing, default, the values if few), `columns` (label), their `types`,
a `chart` that tells more than the rows (`bars NAME NUMBER`, `growth YEAR NUMBER`, `map NAME LATITUDE LONGITUDE`,
each by the columns that have it), and `it` with the Italian texts.

A value is put into the query as a term that the engine's own serializer writes, in place of the variable as a token:
it is one term whatever it contains, so it can never change the query.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.heads import Head
from interurban.iris import XSD, Base
from interurban.messages import Bilingual, say
from interurban.rdf.dates import dated

# What a query consists of as far as parameters matter: strings, IRIs and comments are left alone.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|\#[^\n]*"
    r"|[?$](?P<variable>\w+)"
)
_VARIABLE = re.compile(r"_(?P<name>[a-z]+(?:_[a-z]+)*?)(?:_(?P<type>iri|integer|xsd_date|xsd_decimal))?")
_TYPES = {"iri": "iri", "integer": "integer", "xsd_date": "date", "xsd_decimal": "decimal", None: "string"}

SHORT_NAME = "[A-Za-z0-9][A-Za-z0-9/._~-]*"  # as the addresses of things have it behind their kind
# What a column may hold; `any` is any term.
COLUMN_TYPES = ("iri", "text", "date", "integer", "decimal", "boolean", "duration", "any")

_NUMBERS = ("integer", "decimal")
# Kind of chart -> what each of the columns that it is made of may hold.
CHARTS = {
    "bars": (("text",), _NUMBERS),
    "growth": (("date",), ("integer",)),
    "map": (("text",), _NUMBERS, _NUMBERS),
}


@dataclass(frozen=True)
class Parameter:
    """What a question takes. type: iri, date, integer, decimal or string.

    kind: what kind of thing an iri names; values: the only ones there are, if there are few.
    """

    name: str
    type: str
    kind: str | None
    default: str
    label: Bilingual
    values: tuple[str, ...] = ()

    def term(self, text: str, base: Base) -> ox.NamedNode | ox.Literal:
        """Return the RDF term that `text` stands for; ValueError if it is not of the parameter's type.

        A thing is given by its IRI or, if the parameter has a kind, by its short name.
        """
        match self.type:
            case "iri":
                absolute = re.match(r"https?://", text)
                if self.kind and not absolute and not re.fullmatch(SHORT_NAME, text):
                    raise ValueError(text)
                return ox.NamedNode(text if absolute or not self.kind else base.thing(self.kind, text))
            case "date":
                literal = dated(text)
                if literal.datatype.value != XSD + "date":
                    raise ValueError(text)
                return literal
            case "integer" | "decimal":
                if not re.fullmatch(r"[+-]?\d{1,18}" + (r"(\.\d{1,18})?" if self.type == "decimal" else ""), text):
                    raise ValueError(text)
                return ox.Literal(text, datatype=ox.NamedNode(XSD + self.type))
            case _:
                if self.values and text not in self.values:
                    raise ValueError(text)
                return ox.Literal(text)


@dataclass(frozen=True)
class Question:
    """A saved question: its name (the file's), texts in each language, parameters and columns in order.

    types: what the columns hold, by the names of `COLUMN_TYPES`; a column that has none may hold anything.
    featured: its place among those on the home page, 0 if it has none.
    chart: the kind of chart that shows the rows, and the columns it is made of; empty for none.
    text: the query without its head; source: the whole file; place: where the query begins.
    """

    name: str
    summary: Bilingual
    description: Bilingual
    keywords: dict[str, list[str]]
    parameters: tuple[Parameter, ...]
    columns: dict[str, Bilingual]
    types: dict[str, str]
    text: str
    source: str
    place: Place
    featured: int = 0
    chart: tuple[str, ...] = ()

    def bind(self, values: Mapping[str, str], base: Base) -> str:
        """Return the query with each parameter's value (its default where none is given) in its place.

        Raises InputError for names the question does not have and values that do not fit, all at once.
        """
        expected = ", ".join(p.name for p in self.parameters) or "—"
        unknown = sorted(values.keys() - {p.name for p in self.parameters})
        problems = [Problem(say("question-parameter-unknown", name=n, names=expected)) for n in unknown]
        terms: dict[str, str] = {}
        for parameter in self.parameters:
            given = values.get(parameter.name) or parameter.default
            try:
                terms[parameter.name] = str(parameter.term(given, base))
            except ValueError:
                named = say("question-values", values=", ".join(parameter.values)) if parameter.values else None
                kind = named or say(f"type-{parameter.type}")
                problems.append(Problem(say("question-value", name=parameter.name, value=given, type=kind)))
        if problems:
            raise InputError(problems)

        def replace(token: re.Match[str]) -> str:
            name = _parameter_of(token)
            return terms[name[0]] if name else token.group()

        return _TOKEN.sub(replace, self.text)


def read_questions(folder: Path, *, strict: bool = True) -> dict[str, Question]:
    """Return name -> question for every `.rq` file of a folder; InputError with all that is wrong in any head.

    Not strict: texts may be missing. So it is for a release, which may be older than what a head has to have by now.
    """
    questions, problems = {}, []
    for path in sorted(folder.glob("*.rq")):
        try:
            questions[path.stem] = _read(path, strict)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return questions


def _read(path: Path, strict: bool) -> Question:
    """Return the question in a file."""
    text = read_source(path)
    head = Head(path, text, strict)
    lines = text.splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#+")), 1)
    body = "".join(line for line in lines if not line.startswith("#+")).lstrip()
    variables = dict(filter(None, map(_parameter_of, _TOKEN.finditer(body))))
    columns = {name: head.both(("columns", name), ("columns", name)) for name in head.mapping("columns")}
    return Question(
        name=path.stem,
        summary=head.both(("summary",), ("summary",)),
        description=head.both(("description",), ("description",)),
        keywords={"en": head.texts("tags"), "it": head.texts("it", "tags")},
        parameters=tuple(_parameter(head, name, variables) for name in head.mapping("parameters")),
        columns=columns or head.wrong("columns"),
        types=_types(head),
        text=body,
        source=text,
        place=Place(relative(path), first),
        featured=_featured(head),
        chart=_chart(head),
    )


def _parameter(head: Head, name: str, variables: Mapping[str, str]) -> Parameter:
    """Return a parameter of the head, which has to be a variable of the query."""
    here = ("parameters", name)
    if name not in variables:
        head.wrong(*here)
    return Parameter(
        name,
        variables[name],
        None if head.get(*here, "kind") is None else head.text(*here, "kind"),
        head.value(*here, "default"),
        head.both((*here, "label"), here),
        () if head.get(*here, "values") is None else tuple(head.texts(*here, "values")),
    )


def _featured(head: Head) -> int:
    found = head.get("featured")
    return found if isinstance(found, int) else head.wrong("featured") if found is not None else 0


def _chart(head: Head) -> tuple[str, ...]:
    """Return the chart of a question; InputError for an unknown kind, or columns that it cannot be made of."""
    if head.get("chart") is None:
        return ()
    kind, *columns = head.text("chart").split() or [""]
    held = tuple(head.get("types", name) for name in columns)
    if (
        kind not in CHARTS
        or len(held) != len(CHARTS[kind])
        or any(have not in can for have, can in zip(held, CHARTS[kind], strict=True))
    ):
        head.wrong("chart")
    return (kind, *columns)


def _types(head: Head) -> dict[str, str]:
    """Return what the columns hold; InputError for another column or type."""
    types = head.mapping("types")
    for name, kind in types.items():
        if name not in head.mapping("columns") or kind not in COLUMN_TYPES:
            head.wrong("types", name)
    return types


def _parameter_of(token: re.Match[str]) -> tuple[str, str] | None:
    """Return name and type of the parameter that a token is, None if it is anything else."""
    found = _VARIABLE.fullmatch(token["variable"] or "")
    return (found["name"], _TYPES[found["type"]]) if found else None
