"""Tables: what their metadata say of them, and reading them row by row.

The metadata are CSV on the Web (https://www.w3.org/TR/tabular-metadata/), read by the `csvw` package: which tables
there are, which columns each has, what each column says in RDF. A table's `url` is a file name: every folder of `data/`
may hold a table of that name. Of a table every row is read with its line, every cell is checked by its column, and all
problems are told at once.
"""

import csv
import io
import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import csvw
import pyoxigraph as ox

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import control_character, control_in, read_source, read_text, usable
from interurban.messages import LANGUAGES, Bilingual, meant, say
from interurban.rdf.dates import dated
from interurban.tables.columns import Column, Table, templates

_DESCRIPTION = "dc:description"
CODES = "rdfs:seeAlso"  # of a column: the table beside that has its codes, and what else people write for them
_NUMBERS = ("decimal", "integer", "nonNegativeInteger", "double")
_NUMBER = re.compile("[+-]?[0-9]+([.][0-9]+)?")  # csvw also takes NaN, signs of percent and the digits of any script
_GROUPED = re.compile("[1-9][0-9]{0,2}([.][0-9]{3})+")
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def read_tables(path: Path) -> dict[str, Table]:
    """Return file name -> table, from the metadata at `path`.

    Raises InputError if the metadata is not JSON, is not CSVW, or leaves a column undescribed in a language.
    """
    place = Place(relative(path))
    text = read_source(path)
    try:
        with usable(path), warnings.catch_warnings():
            warnings.simplefilter("error")  # csvw warns where its standard lets it carry on; we do not
            described = json.loads(text)
            if code := control_in(described):
                raise InputError([Problem(say("cell-control", code=code), place)])
            _refuse_elsewhere(described)
            group = csvw.TableGroup.from_file(path, data=described)
    except json.JSONDecodeError as error:
        place = Place(relative(path), error.lineno, error.colno)
        raise InputError([Problem(say("tables-json", reason=error.msg), place)]) from error
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        UserWarning,
    ) as error:  # what csvw has for what is not CSVW
        raise InputError([Problem(say("tables-csvw", reason=error), place)]) from error
    if not group.tables:
        raise InputError([Problem(say("tables-csvw", reason="tables: []"), Place(relative(path), 1))])
    tables, problems = {}, []
    for table in group.tables:
        name, schema = str(table.url), table.tableSchema
        columns = {}
        for column in (c for c in schema.columns if not c.virtual):
            expected = _in_each_language(column.common_props.get(_DESCRIPTION))
            if missing := [language for language in LANGUAGES if language not in expected]:
                message = say("tables-description", table=name, column=column.name, languages=", ".join(missing))
                problems.append(Problem(message, place))
            table_of_codes = column.common_props.get(CODES)
            others = _others(path.parent / table_of_codes) if table_of_codes else {}
            columns[column.name] = Column(column, column.name, expected, templates(column), others)
        virtual = [templates(c) for c in schema.columns if c.virtual]
        tables[name] = Table(name, columns, virtual, tuple(schema.primaryKey or ()))
    if problems:
        raise InputError(problems)
    return tables


def _others(path: Path) -> dict[str, str]:
    """Return what each row of a table says otherwise, in small letters -> the code in its first cell.

    Raises InputError if it is not there, or is no table.
    """
    _, *rows = _lines(path)
    return {cell.casefold(): cells[0] for _, cells in rows for cell in cells if cell}


def _refuse_elsewhere(described: Any) -> None:
    """Raise ValueError for a part of the metadata that stands at an address, where csvw would ask for it."""
    for part in (described, *described["tables"]):
        for name in ("tableSchema", "dialect"):
            if isinstance(part.get(name), str):
                raise ValueError(f"{name}: {part[name]}")


def _in_each_language(value: object) -> Bilingual:
    """Return a JSON-LD language map or list of value objects as texts by language."""
    items = value if isinstance(value, list) else [value]
    return Bilingual({i["@language"]: i["@value"] for i in items if isinstance(i, dict) and "@language" in i})


@dataclass(frozen=True)
class Cell:
    """A cell that has a value: its column, the value (a list where the column has a separator) and its place."""

    column: Column
    value: Any
    place: Place


@dataclass(frozen=True)
class Row:
    """A row whose cells are all right: where it stands, and its non-empty cells by column name."""

    place: Place
    cells: dict[str, Cell]


def read_rows(table: Table, path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of the table at `path` that can be used, and everything that is wrong with the others.

    The file is CSV in UTF-8 (a byte order mark and Windows line ends are fine) whose first line names the columns.
    """
    file = relative(path)
    try:
        lines = list(_lines(path))
    except InputError as error:
        return [], error.problems
    if not lines:
        return [], [Problem(say("table-empty", columns=", ".join(table.columns)), Place(file, 1))]
    (_, header), *body = lines
    if problems := list(_header_problems(table, header, file)):
        return [], problems
    rows: list[Row] = []
    keys: dict[tuple[str, ...], int] = {}
    for line, cells in body:
        row, wrong = read_row(table, header, cells, Place(file, line))
        if row and table.primary_key:
            key = tuple(str(row.cells[k].value) if k in row.cells else "" for k in table.primary_key)
            if (first := keys.setdefault(key, line)) != line:
                wrong.append(Problem(say("row-repeated", key=", ".join(filter(None, key)), first=first), row.place))
        problems += wrong
        if row and not wrong:
            rows.append(row)
    return rows, problems


def read_part(part: Table, path: Path) -> Iterator[Row]:
    """Yield of each row of a table the cells of some columns; a row of which one is wrong is left out.

    Raises InputError for what is no CSV.
    """
    return (row for row, _, _ in _parts(part, path))


def read_chosen(table: Table, path: Path, chosen: Callable[[Row], bool]) -> Iterator[Row]:
    """Yield the rows of a table that are chosen by what tells what they are about (`Table.keys`).

    A row that is wrong is left out. Raises InputError for what is no CSV.
    """
    for part, header, cells in _parts(table.keys, path):
        if chosen(part) and (row := read_row(table, header, cells, part.place)[0]):
            yield row


def _parts(part: Table, path: Path) -> Iterator[tuple[Row, list[str], list[str]]]:
    """Yield of each row the cells of some columns, with the header and all cells; without those that are wrong."""
    file = relative(path)
    (_, header), *body = list(_lines(path)) or [(1, [])]
    places = [place for place, name in enumerate(header) if name in part.columns]
    names = [header[place] for place in places]
    for line, cells in body:
        if len(cells) == len(header):
            row, _ = read_row(part, names, [cells[place] for place in places], Place(file, line))
            if row:
                yield row, header, cells


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the row starts, cells), without empty lines; InputError for a row that is not CSV."""
    # whole, so that an error can be placed in the file
    reader, start = csv.reader(io.StringIO(read_text(path), newline=""), strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(say("table-csv", reason=error), Place(relative(path), start))]) from error


def _header_problems(table: Table, header: list[str], file: str) -> Iterator[Problem]:
    """Yield what is wrong with the first line."""
    if len(header) == 1 and ";" in header[0] and len(table.columns) > 1:
        yield Problem(say("table-semicolons"), Place(file, 1))
        return
    for number, name in enumerate(header, 1):
        place = Place(file, 1, number, name)
        if name not in table.columns:
            yield Problem(say("column-unknown", name=name, hint=meant(name, table.columns)), place)
        elif header.index(name) < number - 1:
            yield Problem(say("column-twice", name=name), place)
    for name, column in table.columns.items():
        if column.csvw.required and name not in header:
            yield Problem(say("column-missing", name=name, expected=column.expected), Place(file, 1))


def read_row(table: Table, header: list[str], cells: list[str], place: Place) -> tuple[Row | None, list[Problem]]:
    """Return the row of these cells, or None and what is wrong with them."""
    if len(cells) != len(header):
        return None, [Problem(say("row-ragged", found=len(cells), expected=len(header)), place)]
    found: dict[str, Cell] = {}
    problems = []
    for number, (name, text) in enumerate(zip(header, cells, strict=True), 1):
        column, where = table.columns[name], Place(place.file, place.line, number, name)
        text = text.strip()
        if code := control_character(text):
            problems.append(Problem(say("cell-control", code=code), where))
            continue
        try:
            value = _value(column, text)
        except ValueError:
            key = "cell-grouped" if _grouped(column, text) else "cell-invalid" if text else "cell-missing"
            message = say(key, value=text, expected=column.expected)
            if right := column.meant(text):
                key = "cell-day-first" if column.is_dated else "cell-otherwise"
                message = say(key, value=text, hint=right, expected=column.expected)
            problems.append(Problem(message, where))
            continue
        if value is not None and not (isinstance(value, list) and not value):
            found[name] = Cell(column, value, where)
    return (None if problems else Row(place, found)), problems


def _value(column: Column, text: str) -> Any:
    """Return the cell's value as its column's datatype has it; ValueError if it does not fit."""
    if not text and not column.csvw.required and not column.csvw.default:
        return None
    if text and column.pattern:
        if not column.pattern.fullmatch(text):
            raise ValueError(text)
        if column.is_dated:
            dated(text)
        return text
    if column.csvw.separator:
        text = column.csvw.separator.join(part.strip() for part in text.split(column.csvw.separator))
    if text and column.base in _NUMBERS and (_grouped(column, text) or not _NUMBER.fullmatch(text)):
        raise ValueError(text)
    value = column.csvw.read(text)
    if column.base == "anyURI":
        return _address(text) if text else None  # csvw makes an object of it that is no template's variable
    if column.is_dated:
        for part in value if isinstance(value, list) else [value]:
            if part is not None:
                dated(part)
    return value


def _grouped(column: Column, text: str) -> bool:
    """Tell whether a point may stand between thousands, as in Italian: 200.000. Between two bounds it is a fraction."""
    return column.base in _NUMBERS and not column.is_bounded and _GROUPED.fullmatch(text) is not None


def _address(text: str) -> str:
    """Return an address as it stands; ValueError if it is no IRI, or has a port or an escape that cannot be."""
    if _BAD_ESCAPE.search(text) or urlsplit(text).port == 0:  # `port` itself raises for what is no number up to 65535
        raise ValueError(text)
    return ox.NamedNode(text).value
