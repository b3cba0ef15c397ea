"""From tables to triples: rows as CSVW says, and mappings to other datasets as SSSOM does.

CSVW (https://www.w3.org/TR/csv2rdf/, minimal mode): one description drives it. What a column means in RDF stands in its
`aboutUrl`, `propertyUrl`, `valueUrl`, `datatype` and `lang`. Beyond the standard: a dated column (see
`interurban.rdf.dates`) gives literals with their precision, and a template whose variable is empty in a row says
nothing for that row.

SSSOM (https://mapping-commons.github.io/sssom/): a file is tab-separated with its metadata as YAML in comment lines.
Only the links go into the graph; why and how surely each holds stays in the file, which is published as it is.
"""

import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox
import uritemplate
import yaml
from csvw.metadata import NAMESPACES

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, usable
from interurban.iris import CANONICAL_BASE, IU, SKOS, XSD
from interurban.messages import say
from interurban.rdf.dates import dated
from interurban.tables.rows import Cell, Row, Table

# XSD names of the CSVW datatypes that are not called the same.
_XSD_NAMES = {"number": "double", "binary": "base64Binary", "datetime": "dateTime", "any": "anyAtomicType"}

SUFFIX = ".sssom.tsv"

# A variable of a template, how a template begins that is easily resolved, and a value that stands in it as it is.
_PART = re.compile(r"\{([+/]?)(\w+)\}")
_BEGINNING = re.compile(r"(?:[a-z][a-z0-9-]*/|https?://[a-z0-9.-]+/)")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")

_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_PREDICATES = {SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}


def row_triples(table: Table, row: Row, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield what a row says and where it says it. Relative templates are resolved against `base`."""
    values = {name: cell.value for name, cell in row.cells.items()}
    # Most columns are about the same thing: its name is made once a row. A list is looked at value by value.
    subjects: dict[str | None, ox.NamedNode | None] = {}
    for name, cell in row.cells.items():
        about, predicate, target = cell.column.templates
        for value in cell.value if isinstance(cell.value, list) else [cell.value]:
            here = values if value is cell.value else values | {name: value}
            named = _expand(predicate, here, base)
            if named is None:
                continue
            if here is values and about not in subjects:
                subjects[about] = _expand(about, here, base)
            subject = subjects[about] if here is values else _expand(about, here, base)
            said: ox.NamedNode | ox.Literal | None = _expand(target, here, base) if target else _literal(cell, value)
            if subject and said:
                yield ox.Triple(subject, named, said), cell.place
    for about, predicate, target in table.virtual:
        if about not in subjects:
            subjects[about] = _expand(about, values, base)
        subject, named, said = subjects[about], _expand(predicate, values, base), _expand(target, values, base)
        if subject and named and said:
            yield ox.Triple(subject, named, said), row.place


def _expand(template: str | None, values: dict[str, Any], base: str) -> ox.NamedNode | None:
    """Return the IRI that a template makes of a row; None if there is no template or a variable is empty."""
    return None if template is None else _expander(template, base)(values)


@cache
def _expander(text: str, base: str) -> Callable[[dict[str, Any]], ox.NamedNode | None]:
    """Return what makes the IRI of a row from a template, made once for all rows."""
    template = uritemplate.URITemplate(text)
    needed = [name for name in template.variable_names if f"{{/{name}}}" not in text]  # such a segment may be absent
    prefix, colon, local = text.partition(":")
    if colon and prefix in NAMESPACES:
        text = NAMESPACES[prefix] + local
        template = uritemplate.URITemplate(text)
    if not template.variable_names:
        constant = ox.NamedNode(urljoin(base, text))
        return lambda values: constant
    plain = _plain(text, base)

    def expand(values: dict[str, Any]) -> ox.NamedNode | None:
        if any(values.get(name) in (None, []) for name in needed):
            return None
        iri = plain and plain(values)
        if iri:
            return ox.NamedNode(iri)
        return ox.NamedNode(urljoin(base, template.expand(**values)))

    return expand


def _plain(text: str, base: str) -> Callable[[dict[str, Any]], str | None] | None:
    """Return what puts values into a template that stand in an address as they are: None for other values.

    It makes the same as URI Templates and the resolution of relative addresses do, in a twentieth of the time.
    None for a template for which it might not.
    """
    literals, parts = _PART.split(text)[::3], _PART.findall(text)
    if not _BEGINNING.match(literals[0]) or "{" in "".join(literals):
        return None
    first = literals[0] if ":" in literals[0] else urljoin(base, ".") + literals[0]
    following = list(zip(parts, literals[1:], strict=True))

    def expand(values: dict[str, Any]) -> str | None:
        written = [first]
        for (operator, name), literal in following:
            value = values.get(name)
            if value is None and operator == "/":
                written.append(literal)
            elif isinstance(value, str) and _PLAIN.fullmatch(value) and (operator == "+" or "/" not in value):
                written += ["/", value, literal] if operator == "/" else [value, literal]
            else:
                return None
        return "".join(written)

    return expand


def _literal(cell: Cell, value: object) -> ox.Literal:
    """Return a cell's value as a literal of its column's datatype or language."""
    column = cell.column
    if column.is_dated:
        return dated(str(value))
    datatype = column.datatype
    if datatype is None or datatype.base == "string":
        return ox.Literal(str(value), language=column.language)
    return ox.Literal(
        datatype.formatted(value), datatype=ox.NamedNode(XSD + _XSD_NAMES.get(datatype.base, datatype.base))
    )


def read_sssom(path: Path, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield each mapping of a file as a triple, with its place.

    Our own things stand in the file under the canonical base; they are named under `base` here.
    Raises InputError with everything that is wrong in the file.
    """
    file, lines = relative(path), read_source(path).split("\n")
    comments = [line[1:] for line in lines if line.startswith("#")]
    prefixes = _prefixes(path, "\n".join(comments))
    rows = csv.DictReader(lines[len(comments) :], delimiter="\t")
    if missing := [name for name in _REQUIRED if name not in (rows.fieldnames or ())]:
        raise InputError([Problem(say("sssom-columns", names=", ".join(missing)), Place(file, len(comments) + 1))])
    problems: list[Problem] = []
    for row in rows:
        place = Place(file, len(comments) + rows.line_num)
        if None in row or None in row.values():  # cells beyond the columns, columns beyond the cells
            problems.append(Problem(say("sssom-ragged", expected=len(rows.fieldnames or ())), place))
            continue
        try:
            subject, predicate, target = (_expand_curie(row[name], prefixes) for name in _REQUIRED[:3])
            if (
                predicate not in _PREDICATES
                or not 0 <= float(row["confidence"]) <= 1
                or not row["mapping_justification"]
            ):
                raise ValueError(row)
            if subject.startswith(CANONICAL_BASE) and not subject.startswith(IU):
                subject = base + subject.removeprefix(CANONICAL_BASE)
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)), place
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(Problem(say("sssom-row", prefixes=", ".join(prefixes)), place))
    if problems:
        raise InputError(problems)


def _prefixes(path: Path, metadata: str) -> dict[str, str]:
    """Return the curie_map of a file's metadata; InputError with the line if there is none that can be used."""
    line = 1
    try:
        with usable(path):
            line = next((n for n, text in enumerate(metadata.split("\n"), 1) if text.startswith("curie_map")), 1)
            prefixes: dict[str, str] = yaml.safe_load(metadata)["curie_map"]
            for iri in prefixes.values():
                ox.NamedNode(iri)
            return prefixes
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            [Problem(say("sssom-metadata"), Place(relative(path), mark.line + 1 if mark else line))]
        ) from error


def _expand_curie(curie: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a CURIE; KeyError for a prefix that the file's curie_map does not have."""
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local
