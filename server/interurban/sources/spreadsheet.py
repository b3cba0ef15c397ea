"""The rows of a publisher's file, each cell as text: CSV and its like in the encoding they say, sheets of a workbook.

A cell of a workbook that is no text is written as data are: 20493, not 20493.0; true; 2010-01-26. A cell without
anything in it is None, for SQL to see that there is nothing.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from interurban.errors import InputError, Problem
from interurban.files import usable
from interurban.messages import Message, say
from interurban.sources.described import XLSX, PublishedFile

Cells = list[str | None]


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the names of its columns, and each row with its number in the file (from 1)."""

    columns: list[str]
    rows: list[tuple[int, Cells]]


def read_sheet(path: Path, file: PublishedFile) -> Sheet:
    """Return the rows of a file; InputError, at the place that describes it, if they cannot be read as it says."""
    with usable(path):
        numbered = enumerate(_workbook(path, file) if file.media_type == XLSX else _delimited(path, file), 1)
        rows = [(number, cells) for number, cells in numbered if number > file.skip_rows and any(cells)]
    if not rows:
        raise _wrong(file, say("file-no-rows", name=file.name))
    if not file.header:
        rows.insert(0, (0, [f"_col.{number}" for number in range(1, len(rows[0][1]) + 1)]))
    (_, header), *rows = rows
    columns = [name or "" for name in header]
    while columns and not columns[-1]:
        columns.pop()  # beyond the table
    if "" in columns or len({name.lower() for name in columns}) < len(columns):
        raise _wrong(file, say("file-columns", name=file.name, columns=", ".join(columns)))
    if ragged := next((number for number, cells in rows if any(cells[len(columns) :])), None):
        raise _wrong(file, say("file-ragged", name=file.name, row=ragged, expected=len(columns)))
    width = len(columns)
    return Sheet(columns, [(number, (cells + [None] * width)[:width]) for number, cells in rows])


def _delimited(path: Path, file: PublishedFile) -> Iterator[Cells]:
    """Yield the rows of a file of text."""
    encoding = "utf-8-sig" if file.encoding.lower() in ("utf-8", "utf8") else file.encoding
    data = path.read_bytes()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _wrong(file, say("file-not-in", name=file.name, encoding=file.encoding, line=line)) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=file.delimiter, strict=True)
    try:
        for cells in reader:
            yield [_text(cell) for cell in cells]
    except csv.Error as error:
        raise _wrong(file, say("file-not-csv", name=file.name, line=reader.line_num, reason=error)) from error


def _workbook(path: Path, file: PublishedFile) -> Iterable[Cells]:
    """Yield the rows of a sheet of a workbook, the first if none is named."""
    from python_calamine import CalamineError, CalamineWorkbook  # only an import of a workbook waits for it

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if file.sheet not in (None, *names):
            raise _wrong(file, say("file-sheet", name=file.name, sheet=file.sheet, sheets=", ".join(names)))
        sheet = workbook.get_sheet_by_name(file.sheet if file.sheet is not None else names[0])
        # with the empty rows above, so that a row has the number that people see
        return [[_text(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise _wrong(file, say("file-no-workbook", name=file.name, reason=error)) from error


def _text(value: object) -> str | None:
    """Return a cell as text; None for an empty one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return str(value).strip() or None


def _wrong(file: PublishedFile, message: Message) -> InputError:
    return InputError([Problem(message, file.place)])
