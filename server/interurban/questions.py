"""Saved questions: a SPARQL query in a file whose head says what it asks, what it takes and what it returns.

The head is YAML behind `#+`, in the words of grlc (https://grlc.io/) as far as they reach: `summary`, `description`,
`tags`, and parameters as variables `?_name_iri`, `?_name_xsd_date`, `?_name_integer`, `?_name`. What grlc has no word
for stands beside it: `parameters` (label, kind of thing, default, the values if few), `columns` (label), their `types`,
and `it` with the Italian texts.

A value is put into the query as a term that the engine's own serializer writes, in place of the variable as a token:
it is one term whatever it contains, so it can never change the query.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from interurban.errors import InputError, Place, Problem, relative
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


# What a column may hold; `any` is any term.
COLUMN_TYPES = ("iri", "text", "date", "integer", "decimal", "boolean", "duration", "any")


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
    text: the query without its head; source: the whole file.
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


def read_questions(folder: Path) -> dict[str, Question]:
    """Return name -> question for every `.rq` file of a folder; InputError with all that is wrong in any head."""
    questions, problems = {}, []
    for path in sorted(folder.glob("*.rq")):
        try:
            questions[path.stem] = _read(path)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return questions


def _read(path: Path) -> Question:
    """Return the question in a file."""
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines(keepends=True)
    head = "".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    body = "".join(line for line in lines if not line.startswith("#+")).lstrip()
    try:
        given: dict[str, Any] = yaml.safe_load(head)
        italian: dict[str, Any] = given["it"]
        types = dict(filter(None, map(_parameter_of, _TOKEN.finditer(body))))
        return Question(
            name=path.stem,
            summary=Bilingual(en=given["summary"], it=italian["summary"]),
            description=Bilingual(en=given["description"], it=italian["description"]),
            keywords={"en": list(given["tags"]), "it": list(italian["tags"])},
            parameters=tuple(
                Parameter(
                    name,
                    types[name],
                    of.get("kind"),
                    str(of["default"]),
                    Bilingual(en=of["label"], it=italian["parameters"][name]),
                    tuple(of.get("values", ())),
                )
                for name, of in given.get("parameters", {}).items()
            ),
            columns={
                name: Bilingual(en=label, it=italian["columns"][name]) for name, label in given["columns"].items()
            },
            types=_types(given),
            text=body,
            source=text,
            place=Place(relative(path)),
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(relative(path), mark.line + 1 if mark else None, mark.column + 4 if mark else None)
        raise InputError([Problem(say("question-yaml", reason=error.problem), place)]) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError([Problem(say("question-head", what=error), Place(relative(path)))]) from error


def _types(given: dict[str, Any]) -> dict[str, str]:
    """Return what the columns hold; KeyError for another column or type."""
    types: dict[str, str] = given.get("types", {})
    wrong = [
        f"types: {name}" for name, kind in types.items() if name not in given["columns"] or kind not in COLUMN_TYPES
    ]
    if wrong:
        raise KeyError(", ".join(wrong))
    return types


def _parameter_of(token: re.Match[str]) -> tuple[str, str] | None:
    """Return name and type of the parameter that a token is, None if it is anything else."""
    found = _VARIABLE.fullmatch(token["variable"] or "")
    return (found["name"], _TYPES[found["type"]]) if found else None
