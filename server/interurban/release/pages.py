"""The tables of a release that pages with many things on them read: what there is of a kind, in which order, how many.

They are one file of SQLite, opened as it was verified and only to be read.
"""

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from interurban.messages import Language
from interurban.release.comparing import Had, Part
from interurban.release.database import opened
from interurban.release.folder import PAGES, Release

Cell = str | int | float | None
PICTURE = "picture"  # the table of what has been counted for pictures of thousands
NAME = "name"  # what things can be ordered by besides their columns
_PLACEHOLDER = re.compile(r"\{(.*?)\}")
ALL = -1  # no limit, as SQLite has it
_REMEMBERED = 4  # lists, maybe of thousands: the pictures of a page are of the same


@dataclass(frozen=True)
class Columns:
    """The columns of a table besides `thing`: what they hold (`questions.COLUMN_TYPES`), and what they are called.

    facets: those by whose values a reader may choose. named: whether things have names that no column gives.
    sentences: language -> what a page says of a thing, the most telling first, each with its forms (`one`, `other`) for
    the number in the column `counted`. counts: columns whose numbers the page of a thing tells, and what they count.
    """

    types: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    facets: Sequence[str]
    named: bool = True
    counted: str = ""
    sentences: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, head: str) -> "Columns":
        """Return the columns that a table says it has."""
        return cls(**json.loads(head))

    def written(self) -> str:
        """Return them as a table says them."""
        return json.dumps(asdict(self), ensure_ascii=False)


class PagesFile:
    """The tables of a release; an old one may have none. Things are named by their IRIs without the base.

    connected: opens the file for who asks, None if there is none.
    """

    def __init__(self, connected: Callable[[], sqlite3.Connection | None]) -> None:
        self._connected = connected
        self._having = lru_cache(_REMEMBERED)(self._those)
        self.kinds_of = lru_cache(maxsize=None)(self._kinds_of)
        self._has = lru_cache(maxsize=None)(self._has_table)

    @classmethod
    def of(cls, release: Release) -> "PagesFile":
        """Return the tables of a release, which raise ReleaseFileError if the file is not as it was made."""
        if PAGES not in release.manifest["files"]:
            return cls(lambda: None)
        own = threading.local()

        def connected() -> sqlite3.Connection:
            release.open(PAGES).close()  # it has its sum
            if not hasattr(own, "connection"):
                own.connection = opened(release, PAGES)
            connection: sqlite3.Connection = own.connection
            return connection

        return cls(connected)

    @cached_property
    def tables(self) -> dict[str, Columns]:
        """Kind of thing -> the columns of its table; empty if there are none."""
        return {kind: Columns.read(head) for kind, head in self._ask("SELECT kind, head FROM listed ORDER BY kind")}

    def having(self, kind: str, chosen: Mapping[str, Cell]) -> list[str]:
        """Return the things of a kind that have the chosen values, in the order of their addresses."""
        return self._having(kind, tuple(chosen.items()))

    def _those(self, kind: str, chosen: tuple[tuple[str, Cell], ...]) -> list[str]:
        asked = f"SELECT thing FROM {quoted(kind)} WHERE {_where(chosen)} ORDER BY thing"  # noqa: S608 - quoted
        return [thing for (thing,) in self._ask(asked, [value for _, value in chosen])]

    def listed(
        self, kind: str, chosen: Mapping[str, Cell], order: str, down: bool, language: Language, most: int = ALL
    ) -> list[tuple[str, ...]]:
        """Return the things of a kind that have the chosen values, each with its values of all facets.

        order: `NAME` or a column: a thing's or text's place is that of what it is called in `language`; what has no
        value comes last, whichever way. most: how many of them.
        """
        columns = self.tables[kind]
        wanted = ", ".join(["t.thing", *(f"t.{quoted(name)}" for name in columns.facets)])
        by, joined = "NULL", ""
        if columns.named:  # else nothing is looked for among the names
            by, joined = f"n.place_{language}", "LEFT JOIN name n ON n.thing = t.thing "
        first, side = by if order == NAME else f"t.{quoted(order)}", "DESC" if down else "ASC"
        if columns.types.get(order) == "iri":
            first, joined = f"o.place_{language}", f"{joined}LEFT JOIN name o ON o.thing = t.{quoted(order)} "
        return self._ask(
            f"SELECT {wanted} FROM {quoted(kind)} t {joined}WHERE {_where(chosen.items(), 't.')} "  # noqa: S608
            f"ORDER BY {first} IS NULL, {first} {side}, {by} IS NULL, {by}, t.thing LIMIT ?",
            [*chosen.values(), most],
        )

    def count(self, kind: str, column: str, value: Cell) -> int:
        """Return how many things of a kind have a value in a column."""
        ((count,),) = self._ask(f"SELECT COUNT(*) FROM {quoted(kind)} WHERE {quoted(column)} = ?", [value])  # noqa: S608
        return int(count)

    def counts(self, kind: str, column: str) -> dict[str, int]:
        """Return how many things of a kind have which value in a column."""
        name = quoted(column)
        found = self._ask(f"SELECT {name}, COUNT(*) FROM {quoted(kind)} GROUP BY 1 HAVING {name} NOT NULL")  # noqa: S608
        return {str(value): int(count) for value, count in found}

    def values(self, kind: str, column: str) -> list[str]:
        """Return which values the things of a kind have in a column, each once, in order."""
        name = quoted(column)
        found = self._ask(f"SELECT DISTINCT {name} FROM {quoted(kind)} WHERE {name} IS NOT NULL ORDER BY 1")  # noqa: S608
        return [str(value) for (value,) in found]

    def rows(self, kind: str, things: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """Return what the table of a kind says of things: thing -> column -> value."""
        names = list(self.tables[kind].types)
        return {thing: dict(zip(names, row, strict=True)) for thing, *row in self.cells(kind, names, things)}

    def cells(self, kind: str, columns: Sequence[str], things: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        """Yield things that a table of a kind has, each with its values in some columns."""
        said = ", ".join(map(quoted, ["thing", *columns]))
        return self._of(f"SELECT {said} FROM wanted JOIN {quoted(kind)} USING (thing)", things)  # noqa: S608 - quoted

    def _kinds_of(self, kind: str, column: str) -> list[str]:
        """Return of which kinds that have tables the things are that a column names, in order."""
        name = quoted(column)
        found = self._ask(
            f"SELECT DISTINCT substr({name}, 4, instr(substr({name}, 4), '/') - 1) FROM {quoted(kind)} "  # noqa: S608
            f"WHERE substr({name}, 1, 3) = 'id/' ORDER BY 1"
        )
        return [each for (each,) in found if each in self.tables]

    def ends(
        self,
        kind: str,
        way: Sequence[tuple[str, str]],
        columns: Sequence[str],
        things: Iterable[str],
        language: Language,
    ) -> list[tuple[Any, ...]]:
        """Return things of a kind, each with what a way leads to, its name, and what its table has in some columns.

        They are in the order of these names. way: columns, each with the kind of what it names, from table to table.
        """
        steps = (
            f"JOIN {quoted(named)} t{at} ON t{at}.thing = t{at - 1}.{quoted(column)} "
            for at, (column, named) in enumerate(way, 1)
        )
        end = f"t{len(way)}"
        said = ", ".join([f"{end}.thing, n.name_{language}", *(f"{end}.{quoted(name)}" for name in columns)])
        return self._of(
            f"SELECT t0.thing, {said} FROM wanted JOIN {quoted(kind)} t0 USING (thing) {''.join(steps)}"  # noqa: S608
            f"JOIN name n ON n.thing = {end}.thing ORDER BY n.place_{language}, {end}.thing",
            things,
        )

    def names(self, things: Iterable[str], language: Language) -> dict[str, tuple[str, str]]:
        """Return what things are called, and their place in an order of names: thing -> both."""
        wanted = f"SELECT thing, name_{language}, place_{language} FROM wanted JOIN name USING (thing)"  # noqa: S608
        found = self._of(wanted, things)
        return {thing: (name, place) for thing, name, place in found}

    @cached_property
    def parts(self) -> list[Part]:
        """By what two things can be compared, in order; nothing in an old release."""
        told = self._ask("SELECT head FROM part ORDER BY number") if self._has("part") else []
        return [Part.read(head) for (head,) in told]

    def had(self, thing: str) -> list[list[Had]]:
        """Return what a thing has or had of each part."""
        found: list[list[Had]] = [[] for _ in self.parts]
        for part, *said in self._ask("SELECT part, what, through, since, until FROM compared WHERE thing = ?", [thing]):
            found[int(part)].append(Had(*said))
        return found

    def told(self, picture: str, kind: str, chosen: Mapping[str, Cell]) -> Any:
        """Return what the release has counted for a picture of those things of a kind that have the chosen values.

        None if it has not: of few, or by several values, it does not, and an old release has nothing of it.
        """
        if len(chosen) > 1 or not self._has(PICTURE):
            return None
        column, value = next(iter(chosen.items()), ("", ""))
        asked = f"SELECT told FROM {PICTURE} WHERE (picture, kind, column, value) = (?, ?, ?, ?)"  # noqa: S608 - ours
        found = self._ask(asked, [picture, kind, column, value])
        return json.loads(found[0][0]) if found else None

    def _has_table(self, name: str) -> bool:
        return bool(self._ask("SELECT 1 FROM sqlite_schema WHERE name = ?", [name]))

    def _of(self, question: str, things: Iterable[str]) -> list[tuple[Any, ...]]:
        """Ask of things, which the question finds in the table `wanted`."""
        wanted = "WITH wanted(thing) AS (SELECT value FROM json_each(?))"
        return self._ask(f"{wanted} {question}", [json.dumps([*things])])

    def _ask(self, question: str, values: Sequence[Cell] = ()) -> list[tuple[str, ...]]:
        connection = self._connected()
        return connection.execute(question, values).fetchall() if connection else []


def placeholders(sentence: str) -> set[str]:
    """Return the columns that a sentence wants the values of."""
    return set(_PLACEHOLDER.findall(sentence))


def _where(chosen: Iterable[tuple[str, Cell]], of: str = "") -> str:
    return " AND ".join(f"{of}{quoted(name)} = ?" for name, _ in chosen) or "TRUE"


def quoted(name: str) -> str:
    """Return a name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
