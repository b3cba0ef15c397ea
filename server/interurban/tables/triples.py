"""From tables to triples: rows as CSVW says, and mappings to other datasets as SSSOM does.

CSVW (https://www.w3.org/TR/csv2rdf/, minimal mode): one description drives it. What a column means in RDF stands in its
`aboutUrl`, `propertyUrl`, `valueUrl`, `datatype` and `lang`. Beyond the standard: a dated column (see
`interurban.rdf.dates`) gives literals with their precision, and a template whose variable is empty in a row says
nothing for that row.

SSSOM (https://mapping-commons.github.io/sssom/): a file is tab-separated with its metadata as YAML in comment lines.
Only the links go into the graph; why and how surely each holds stays in the file, which is published as it is.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import csvw
import pyoxigraph as ox
import yaml
from csvw.metadata import NAMESPACES

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, usable
from interurban.iris import CANONICAL_BASE, IU, SKOS, XSD
from interurban.messages import say
from interurban.rdf.dates import dated
from interurban.tables.rows import Cell, Row, Table, is_dated

# XSD names of the CSVW datatypes that are not called the same.
_XSD_NAMES = {"number": "double", "binary": "base64Binary", "datetime": "dateTime", "any": "anyAtomicType"}

SUFFIX = ".sssom.tsv"

_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_PREDICATES = {SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}


def row_triples(table: Table, row: Row, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield what a row says and where it says it. Relative templates are resolved against `base`."""
    values = {name: cell.value for name, cell in row.cells.items()}
    for name, cell in row.cells.items():
        column = cell.column.csvw
        for value in cell.value if isinstance(cell.value, list) else [cell.value]:
            here = values | {name: value}
            subject, predicate = (_expand(column, kind, here, base) for kind in ("aboutUrl", "propertyUrl"))
            target: ox.NamedNode | ox.Literal | None
            target = _expand(column, "valueUrl", here, base) if column.valueUrl else _literal(cell, value)
            if subject and predicate and target:
                yield ox.Triple(subject, predicate, target), cell.place
    for column in table.virtual:
        subject, predicate, target = (
            _expand(column, kind, values, base) for kind in ("aboutUrl", "propertyUrl", "valueUrl")
        )
        if subject and predicate and target:
            yield ox.Triple(subject, predicate, target), row.place


def _expand(column: csvw.Column, kind: str, values: dict[str, object], base: str) -> ox.NamedNode | None:
    """Return the IRI that a column's template makes of a row; None if there is no template or a variable is empty."""
    template = column.inherit(kind)
    if template is None:
        return None
    needed = (name for name in template.variable_names if f"{{/{name}}}" not in template.uri)
    if any(values.get(name) in (None, []) for name in needed):
        return None  # a path segment {/x} may be absent, anything else may not
    prefix, colon, local = template.uri.partition(":")
    if colon and prefix in NAMESPACES:
        return ox.NamedNode(NAMESPACES[prefix] + local)
    return ox.NamedNode(urljoin(base, template.expand(**values)))


def _literal(cell: Cell, value: object) -> ox.Literal:
    """Return a cell's value as a literal of its column's datatype or language."""
    column = cell.column.csvw
    if is_dated(cell.column):
        return dated(str(value))
    datatype = column.inherit("datatype")
    if datatype is None or datatype.base == "string":
        language = column.inherit("lang")
        return ox.Literal(str(value), language=None if language == "und" else language)
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
