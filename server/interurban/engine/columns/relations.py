"""What a part of a query finds, as SQL: a relation whose columns are its variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

_TABLE = re.compile(r"\bt\d+(?=\.)")  # as they are called in SQL


class UnsupportedError(Exception):
    """A query, or a part of one, that is not put into SQL; the engine answers it as it is written."""


@dataclass(frozen=True)
class Column:
    """A variable's value in SQL, of a kind.

    term: its number; address: the number of an IRI whose text it is; integer: what was counted, or a year; written: a
    number as a query writes it.

    bound: it has a value in every solution.
    """

    sql: str
    bound: bool = True
    kind: Literal["term", "address", "integer", "written"] = "term"


@dataclass(frozen=True)
class Relation:
    """Tables that are joined, conditions, and what each variable is there; it has its `?`, a blank node its `_:`.

    linked: the variables of each table.
    """

    tables: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    linked: tuple[frozenset[str], ...] = ()

    @property
    def hangs_together(self) -> bool:
        """Whether each table is joined with another, and so with all."""
        rest = [names for names in self.linked if names]
        reached = rest.pop() if rest else frozenset()
        while further := [names for names in rest if names & reached]:
            reached = reached.union(*further)
            rest = [names for names in rest if names not in further]
        return not rest

    def joined(self, other: Relation) -> Relation:
        """Return the solutions of both that agree."""
        equal = same(self.columns, other.columns)
        return Relation(
            self.tables + other.tables,
            self.conditions + other.conditions + equal,
            {**self.columns, **_new(other, self)},
            self.linked + other.linked,
        )

    def column(self, name: str) -> Column:
        """Return what a variable is; UnsupportedError if it is none of these."""
        if name not in self.columns:
            raise UnsupportedError(name)
        return self.columns[name]

    def spread(self, names: Collection[str]) -> set[str]:
        """Return the tables that some of the variables are of."""
        return {table for name in names if name in self.columns for table in _TABLE.findall(self.columns[name].sql)}

    def only(self, names: Collection[str]) -> Relation:
        """Return the solutions with some of the variables."""
        return Relation(
            self.tables, self.conditions, {n: c for n, c in self.columns.items() if n in names}, self.linked
        )

    def where(self, conditions: Iterable[str]) -> Relation:
        """Return the solutions of which these are true."""
        return Relation(self.tables, self.conditions + tuple(conditions), self.columns, self.linked)

    def select(self, what: Iterable[str], distinct: bool = False) -> str:
        """Return a SELECT of some expressions."""
        listed = ", ".join(what) or "1"
        conditions = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        tables = f" FROM {', '.join(self.tables)}" if self.tables else ""
        return f"SELECT {'DISTINCT ' if distinct else ''}{listed}{tables}{conditions}"


def same(one: Mapping[str, Column], other: Mapping[str, Column]) -> tuple[str, ...]:
    """Return conditions that what two relations both have is the same; UnsupportedError if one may have no value."""
    shared = [name for name in one if name in other]
    for name in shared:
        if not (one[name].bound and other[name].bound) or one[name].kind != other[name].kind:
            raise UnsupportedError(name)
    return tuple(f"{one[name].sql} = {other[name].sql}" for name in shared)


def _new(other: Relation, than: Relation) -> dict[str, Column]:
    return {name: column for name, column in other.columns.items() if name not in than.columns}
