"""A release's statements as tables of numbers, in DuckDB and in memory (`release/columns.sql` makes them)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import NamedNode

from interurban.engine.columns.terms import Kinds, Range, Terms
from interurban.iris import RDF

if TYPE_CHECKING:
    import duckdb

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,  # a process that is forked has no other
    "async_threads": 0,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",  # a query worker can open no file
    "preserve_insertion_order": False,
}
_LOAD = """
CREATE VIEW terms AS FROM read_parquet('{terms}');
CREATE VIEW quads AS FROM read_parquet('{quads}');
CREATE TABLE numbers AS SELECT id, number, kind = 4 AS whole FROM terms WHERE number IS NOT NULL ORDER BY id;
CREATE TABLE dates AS SELECT id, term[2:5]::INTEGER AS year FROM terms WHERE kind = 6 ORDER BY id;
CREATE TABLE believed AS SELECT s, p, o FROM quads WHERE g IS NULL ORDER BY p, o, s;
CREATE TABLE named AS SELECT s, p, o, g FROM quads WHERE g IS NOT NULL ORDER BY p, o, s;
"""
_KINDS = "SELECT CASE kind WHEN 4 THEN 5 ELSE kind END, min(id), max(id) FROM terms GROUP BY 1"
_LANGUAGES = "SELECT language, min(id), max(id) FROM terms WHERE kind = 3 GROUP BY language"
_TYPE = NamedNode(RDF + "type")
_AT_ONCE = 10_000
_LARGE = 1000  # statements of a property, or things of a class, that have a table of their own
_COUNTS = "SELECT p FROM {table} GROUP BY p HAVING count(*) >= {least} ORDER BY p"
_CLASSES = "SELECT o FROM believed WHERE p = {type} GROUP BY o HAVING count(*) >= {least} ORDER BY o"


class Columns:
    """A release's statements, to be asked in SQL; `terms` has what numbers mean.

    believed(s, p, o), named(s, p, o, g), numbers(id, number, whole), dates(id, year). What is said by a property that
    many have is in a table of its own besides, as are the things of a class: else DuckDB takes all properties for
    equally frequent, and joins in an order that never ends.
    """

    def __init__(self, terms: BinaryIO, quads: BinaryIO) -> None:
        """Read two files of a release; ValueError if they are not what they should be."""
        import duckdb  # 70 MB that others do not need

        self.error: type[Exception] = duckdb.Error
        self._database: duckdb.DuckDBPyConnection = duckdb.connect(":memory:", config=_CONFIG)
        try:
            files = {"terms": f"/proc/self/fd/{terms.fileno()}", "quads": f"/proc/self/fd/{quads.fileno()}"}
            self._database.execute(_LOAD.format(**files))
            self.terms = self._read()
            self.type = self.terms.number(_TYPE) or 0
            self._own = {**self._apart("believed", "s, o"), **self._apart("named", "s, o, g")}
            self._classes = self._apart_by_class()
            self._database.execute("DROP VIEW terms; DROP VIEW quads")
        except duckdb.Error as error:
            raise ValueError(str(error)) from error
        self._database.execute("SET enable_external_access = false; SET lock_configuration = true")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a query finds; raises `error`."""
        return self._database.execute(sql).fetchall()

    def table(self, named: bool, predicate: int | None = None, kind: int | None = None) -> tuple[str, bool, bool]:
        """Return the table of what is said, by a property and with an object, and whether it has only these.

        named: in a named graph. kind: the object, if it is a class.
        """
        base = "named" if named else "believed"
        if not named and kind in self._classes and predicate == self.type:
            return self._classes[kind], True, True
        own = self._own.get((base, predicate or 0))
        return (own, True, False) if own else (base, False, False)

    def _apart(self, table: str, columns: str) -> dict[tuple[str, int], str]:
        found = {}
        for (predicate,) in self.rows(_COUNTS.format(table=table, least=_LARGE)):
            name = found[table, predicate] = f"{table}_{predicate}"
            self._database.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM {table} WHERE p = {predicate}")
        return found

    def _apart_by_class(self) -> dict[int, str]:
        found = {}
        for (kind,) in self.rows(_CLASSES.format(type=self.type, least=_LARGE)):
            name = found[kind] = f"class_{kind}"
            self._database.execute(
                f"CREATE TABLE {name} AS SELECT s FROM believed WHERE p = {self.type} AND o = {kind}"
            )
        return found

    def _read(self) -> Terms:
        of, none = {kind: Range(first, last) for kind, first, last in self.rows(_KINDS)}, Range()
        languages = {language: Range(first, last) for language, first, last in self.rows(_LANGUAGES)}
        iris, texts, in_language, numbers, dates, others = (of.get(kind, none) for kind in (1, 2, 3, 5, 6, 7))
        kinds = Kinds(iris, texts, in_language, numbers, dates, others, languages)
        worth = [number for (number,) in self.rows("SELECT number FROM numbers ORDER BY id")]
        return Terms(self._texts(), worth, kinds)

    def _texts(self) -> Iterator[str]:
        found = self._database.execute("SELECT term FROM terms ORDER BY id")
        while rows := found.fetchmany(_AT_ONCE):
            yield from (term for (term,) in rows)
