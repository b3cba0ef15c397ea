"""What a name can mean in a release: its file of things, by name, place and identifier, asked where it lies.

The file is SQLite, opened read-only, by each thread for itself; of it only that is held which was asked for last. A
place and the government that it alone has are one thing there, as lists name one and mean the other: they are its
members, the place first.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any, Self

from interurban.matching.records import COUNTRIES, KINDS, MODEL
from interurban.matching.things import Cell, Thing
from interurban.release.database import opened
from interurban.release.folder import MEANINGS, Release

ROOM = "id/"  # where the things of a release have their names, below its base
SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE head (told TEXT NOT NULL);
CREATE TABLE thing (number INTEGER PRIMARY KEY, told TEXT NOT NULL);
CREATE TABLE member (name TEXT PRIMARY KEY, thing INTEGER NOT NULL, place INTEGER NOT NULL, classes INTEGER NOT NULL,
  said TEXT NOT NULL);
CREATE UNIQUE INDEX member_of ON member (thing, place);
CREATE TABLE key (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE cell (x INTEGER NOT NULL, y INTEGER NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (x, y, thing))
  WITHOUT ROWID;
CREATE TABLE identifier (identifier TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (identifier, thing))
  WITHOUT ROWID;
CREATE TABLE part (part TEXT PRIMARY KEY, keys TEXT NOT NULL) WITHOUT ROWID;
"""
BETWEEN = "\n"  # the keys of a part
_NEEDED = {MEANINGS, MODEL, KINDS, COUNTRIES}
_REMEMBERED = 4096  # of each kind of question, the answers that were asked for last
_FEW = 64  # the same, where there are thousands in one


@dataclass(frozen=True)
class Head:
    """What is known of all things of a release.

    sizes: country -> how many are there; containers: codes of what contains any; counted: kinds of which the
    inhabitants of one at least are known; schemes: whose identifiers they have; classes: the sets of classes that
    members are said to be of; countries: code of two letters -> the member that is that country.
    """

    sizes: Mapping[str, int]
    containers: Sequence[str]
    counted: Sequence[str]
    schemes: Sequence[str]
    classes: Sequence[Sequence[str]]
    countries: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what was written."""
        return cls(**json.loads(text))

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


class MeaningsFile:
    """The things of a release (`Things`), and what is known of each; nothing is opened before it is asked for."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._own = threading.local()
        self._thing = lru_cache(_REMEMBERED)(self._read_thing)
        self.named = lru_cache(_REMEMBERED)(self._read_named)
        self.written = lru_cache(_FEW)(self._read_written)
        self.members = lru_cache(_REMEMBERED)(self._read_members)

    @property
    def there(self) -> bool:
        """Whether the release has what this takes; one that was built long ago has not."""
        return set(self._release.manifest["files"]) >= _NEEDED

    def still_there(self) -> None:
        """Raise ReleaseFileError if the file is no longer as it was published."""
        self._release.open(MEANINGS).close()  # it has its sum

    @cached_property
    def head(self) -> Head:
        """What is known of all of them."""
        return Head.read(str(self._one("SELECT told FROM head")))

    @property
    def sizes(self) -> Mapping[str, int]:
        """Country -> how many things are there."""
        return self.head.sizes

    @cached_property
    def containers(self) -> frozenset[str]:
        """The codes of what contains any."""
        return frozenset(self.head.containers)

    @property
    def counted(self) -> Sequence[str]:
        """The kinds of which the inhabitants of one at least are known."""
        return self.head.counted

    @cached_property
    def _length(self) -> int:
        return int(self._one("SELECT COUNT(*) FROM thing"))

    def __len__(self) -> int:
        """Return how many things there are."""
        return self._length

    def __getitem__(self, number: int) -> Thing:
        """Return the thing of a number."""
        return self._thing(number)

    def within(self, cell: Cell) -> Sequence[int]:
        """Return the things in a cell of the grid."""
        return self._numbers("SELECT thing FROM cell WHERE x = ? AND y = ? ORDER BY thing", *cell)

    def called(self, identifier: str) -> Sequence[int]:
        """Return the things that have an identifier."""
        return self._numbers("SELECT thing FROM identifier WHERE identifier = ? ORDER BY thing", identifier)

    def said(self, name: str) -> dict[str, Any] | None:
        """Return what is known of a member, as the file of records has it; None if there is no such thing."""
        found = self._ask("SELECT said FROM member WHERE name = ?", name)
        return json.loads(found[0][0]) if found else None

    def beginning(self, key: str) -> Iterator[Thing]:
        """Yield the things of which a key begins so, in the order of those keys, each maybe more than once."""
        found = self._connection.execute("SELECT key, thing FROM key WHERE key >= ? ORDER BY key, thing", (key,))
        for name, number in found:
            if not name.startswith(key):
                return
            yield self[number]

    def _read_thing(self, number: int) -> Thing:
        ((told,),) = self._ask("SELECT told FROM thing WHERE number = ?", number)
        return Thing.read(told)

    def _read_named(self, key: str) -> Sequence[int]:
        """Return the things that have a key, in order."""
        return self._numbers("SELECT thing FROM key WHERE key = ? ORDER BY thing", key)

    def _read_written(self, part: str) -> Sequence[str]:
        """Return the keys that begin or end in a way."""
        found = self._ask("SELECT keys FROM part WHERE part = ?", part)
        return found[0][0].split(BETWEEN) if found else ()

    def _read_members(self, name: str) -> Sequence[tuple[str, int]]:
        """Return the members of the thing that has such a member, the place first, each with its set of classes."""
        among = "SELECT thing FROM member WHERE name = ?"
        found = self._ask(f"SELECT name, classes FROM member WHERE thing = ({among}) ORDER BY place", name)  # noqa: S608
        return [(str(one), int(classes)) for one, classes in found]

    def _one(self, question: str, *values: str | int) -> Any:
        ((value,),) = self._ask(question, *values)
        return value

    def _numbers(self, question: str, *values: str | int) -> Sequence[int]:
        return [number for (number,) in self._ask(question, *values)]

    def _ask(self, question: str, *values: str | int) -> list[tuple[Any, ...]]:
        return self._connection.execute(question, values).fetchall()

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            self._own.connection = opened(self._release, MEANINGS)
        connection: sqlite3.Connection = self._own.connection
        return connection
