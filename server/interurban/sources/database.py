"""DuckDB in a cage: `import.sql` is an untrusted program. It sees the tables that are put in, and nothing else.

It reads no file, opens no connection, loads no extension and changes no setting; the process in which it runs has no
descriptor left to do so with, and so much time and memory (`interurban.confined`). It may only define: each of its
statements is a CREATE of a table, a view or a macro.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interurban.confined import without_files
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.messages import say
from interurban.sources.spreadsheet import Sheet

ORIGIN = "origin"  # the column that says from which rows of the publisher's something comes
_CONFINED: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": False,
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",  # nothing is put aside on disk; DuckDB takes this only after the others
}
_LINE = re.compile(r"\s*LINE (\d+):(.*)", re.DOTALL)
_COMMENTS = re.compile(r"\s*(--[^\n]*\n\s*)*")
_AT_ONCE = 5_000  # rows that are put in together


class Database:
    """A database in memory, for one import."""

    def __init__(self, megabytes: int) -> None:
        import duckdb  # 70 MB that only an import needs

        self._engine = duckdb
        self._connection = duckdb.connect(":memory:", config={"memory_limit": f"{megabytes}MiB"} | _CONFINED)
        self._connection.execute("SET lock_configuration = true")

    def put(self, table: str, sheet: Sheet, source: str | None = None) -> None:
        """Make a table of text. source: the input whose rows these are; then each says where it comes from."""
        columns = [*map(quoted, sheet.columns)]
        origin = [f"{ORIGIN} STRUCT(input VARCHAR, row INTEGER)"] if source else []
        defined = ", ".join([*origin, *(f"{column} VARCHAR" for column in columns)])
        self._connection.execute(f"CREATE TABLE {quoted(table)} ({defined})")
        values = [f"cells[{number}]" for number in range(2, len(columns) + 2)]
        if source:
            values.insert(0, "{'input': $source, 'row': cells[1]::INTEGER}")
        insert = (
            f"INSERT INTO {quoted(table)} SELECT {', '.join(values)} FROM (SELECT unnest($rows::VARCHAR[][]) cells)"  # noqa: S608
        )
        for start in range(0, len(sheet.rows), _AT_ONCE):
            rows = [[str(number), *cells] for number, cells in sheet.rows[start : start + _AT_ONCE]]
            self._connection.execute(insert, {"rows": rows} | ({"source": source} if source else {}))

    def define(self, path: Path) -> None:
        """Run a file of definitions; InputError with its line for what is none, or cannot be defined."""
        text, start = read_source(path), 0
        try:
            statements = self._connection.extract_statements(text)
        except self._engine.Error as error:
            raise _wrong(path, error) from error
        for statement in statements:
            comments = _COMMENTS.match(statement.query)
            line = text.count("\n", 0, start + (comments.end() if comments else 0)) + 1
            if statement.type != self._engine.StatementType.CREATE:
                raise InputError([Problem(say("sql-not-create"), Place(relative(path), line))])
            try:
                with without_files():
                    self._connection.execute(statement)
            except self._engine.Error as error:
                raise _wrong(path, error, text.count("\n", 0, start), line) from error
            start += len(statement.query)

    def columns(self, table: str) -> dict[str, str]:
        """Return column -> type of a table or view; nothing if there is none of that name."""
        asked = "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $name"
        return dict(self._connection.execute(asked, {"name": table}).fetchall())

    def rows(self, table: str, values: Sequence[str], path: Path) -> list[tuple[Any, ...]]:
        """Return these values of each row of a table or view of `path`; InputError if one cannot be computed."""
        try:
            with without_files():
                return self._connection.execute(f"SELECT {', '.join(values)} FROM {quoted(table)}").fetchall()  # noqa: S608
        except self._engine.Error as error:
            raise InputError([Problem(say("sql", reason=_reason(error)), Place(relative(path), name=table))]) from error


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _wrong(path: Path, error: Exception, before: int = 0, line: int = 1) -> InputError:
    """Return the error at its line: `before` lines above the text in which DuckDB counts, else at `line`."""
    found = _LINE.search(str(error))
    place = Place(relative(path), before + int(found.group(1)) if found else line)
    return InputError([Problem(say("sql", reason=_reason(error)), place)])


def _reason(error: Exception) -> str:
    """Return what DuckDB says, without the picture of the line."""
    return " ".join(_LINE.sub("", str(error)).split())
