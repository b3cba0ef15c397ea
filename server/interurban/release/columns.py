"""A dataset as columns of numbers: what `interurban.engine.columns` counts, groups and joins (columns.sql)."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from interurban.release.folder import QUADS, TERMS

_SQL = Path(__file__).with_suffix(".sql")
_THEN = "-- then\n"  # between what is done before the engine has said how it writes terms, and after
_IN_ORDER = {
    TERMS: "id",
    QUADS: "g NULLS FIRST, p, o, s",
}  # quads as they are looked for: what is believed, by property
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,  # so that the same statements make the same bytes
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
}
# A line is one cell: no line has that character.
_LINES = """CREATE VIEW lines AS SELECT line FROM read_csv('{}', columns = {{line: 'VARCHAR'}}, delim = '\\x01',
  quote = '', escape = '', header = false, auto_detect = false, max_line_size = 10000000)"""
_COPY = "COPY (FROM {table} ORDER BY {order}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"


def columns_files(dataset: BinaryIO) -> dict[str, bytes]:
    """Return the columns of a dataset, a file of canonical N-Quads, as they stand in a release: path -> content.

    The same statements make the same bytes, as long as DuckDB is the same.
    """
    import duckdb  # 70 MB that others do not need

    first, then = _SQL.read_text(encoding="utf-8").split(_THEN)
    with duckdb.connect(":memory:", config=_CONFIG) as database:
        database.execute(_LINES.format(_path(dataset)))
        database.execute(first)
        rows = [*_written_otherwise(database.execute("SELECT term FROM spelled").fetchall())]
        if rows:
            database.executemany("INSERT INTO canonical VALUES (?, ?)", rows)
        database.execute(then)
        made = {}
        for path, order in _IN_ORDER.items():
            with in_memory() as file:
                database.execute(_COPY.format(table=Path(path).stem, order=order, path=_path(file)))
                made[path] = Path(_path(file)).read_bytes()
    return made


def _written_otherwise(terms: list[tuple[Any, ...]]) -> Iterator[tuple[str, str]]:
    """Yield the literals that the engine writes otherwise than they are written, and how: "01" as "1"."""
    nquads = "".join(f"<urn:{number}> <urn:p> {term} .\n" for number, (term,) in enumerate(terms))
    store = ox.Store()
    store.load(nquads.encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    for quad in store:
        term = terms[int(quad.subject.value.removeprefix("urn:"))][0]
        if str(quad.object) != term:
            yield term, str(quad.object)


def in_memory(content: bytes = b"") -> BinaryIO:
    """Return a file that is only in memory (memfd_create(2))."""
    file = os.fdopen(os.memfd_create("columns"), "w+b")
    file.write(content)
    file.flush()
    return file


def _path(file: BinaryIO) -> str:
    return f"/proc/self/fd/{file.fileno()}"
