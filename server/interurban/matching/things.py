"""Things that may be meant, by name, place and identifier: in memory, or in a file of a release, which has the same."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from interurban.matching.names import Kinds, compared
from interurban.matching.records import Record

_CELL = 5.0  # cells of the grid in a degree: a side is some 22 km
_SHORT = 6  # letters of a short name: one slip of the pen may change how it begins and how it ends

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with the keys by which it is found.

    keys: of its names, those first that are its own, and of these its first; good: how many are as good as the first;
    own: how many are its own; pieces: of what may be names within its names; bare: of its names without the words for
    the kind that it is of.
    """

    record: Record
    keys: tuple[str, ...]
    good: int
    own: int
    pieces: tuple[str, ...]
    bare: tuple[str, ...]

    @classmethod
    def of(cls, record: Record, kinds: Kinds, *, equal: bool = False) -> "Thing":
        """Return a thing with its keys. equal: whether all of its own names are as good as its first."""
        first = kinds.whole([record.name])
        own = kinds.whole(record.own) if record.others else first
        every = [*first, *own, *map(compared, record.elsewhere)]
        told = [(kind, name) for kind, name in map(kinds.told, record.own) if kind]
        pieces = {*kinds.pieces(record.own), *kinds.whole(name for _, name in told)}.difference(every)
        return cls(
            record,
            tuple(name for name in dict.fromkeys(every) if name),
            len(own if equal else first),
            len({*first, *own}),
            tuple(sorted(pieces)),
            tuple(kinds.whole(name for kind, name in told if kinds.same(kind, record.kind, record.country))),
        )

    def written(self) -> str:
        """Return it with what it is ranked by, as JSON."""
        record = self.record
        told = [record.id, record.name, record.country, record.kind, sorted(record.within), record.latitude]
        told += [record.longitude, record.population, sorted(record.identifiers)]
        return json.dumps([told, self.keys, self.good, self.own, self.pieces, self.bare], ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Thing":
        """Return a thing that was written, without its other names and what else it is not ranked by."""
        told, keys, good, own, pieces, bare = json.loads(text)
        name, called, country, kind, within, latitude, longitude, population, identifiers = told
        place = (frozenset(within), latitude, longitude, population)
        record = Record(name, called, (), country, kind, *place, frozenset(identifiers))
        return cls(record, tuple(keys), good, own, tuple(pieces), tuple(bare))


class Things(Protocol):
    """What can be asked for things, which have numbers."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Country -> how many are there."""
        ...

    @property
    def containers(self) -> Set[str]:
        """The codes of what contains any."""
        ...

    @property
    def counted(self) -> Collection[str]:
        """The kinds of which the inhabitants of one at least are known."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Thing: ...

    def named(self, key: str) -> Sequence[int]:
        """Return the things that have a key, in order."""
        ...

    def within(self, cell: Cell) -> Sequence[int]:
        """Return the things in a cell of the grid."""
        ...

    def called(self, identifier: str) -> Sequence[int]:
        """Return the things that have an identifier."""
        ...

    def written(self, part: str) -> Sequence[str]:
        """Return the keys that begin or end in a way (`ends`)."""
        ...


class HeldThings:
    """Things in memory (`Things`). keys, cells, identifiers: which things have them; parts: which keys do."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._things = list(things)
        self.keys: dict[str, list[int]] = defaultdict(list)
        self.cells: dict[Cell, list[int]] = defaultdict(list)
        self.identifiers: dict[str, list[int]] = defaultdict(list)
        self.parts: dict[str, list[str]] = defaultdict(list)
        for number, thing in enumerate(self._things):
            record = thing.record
            for name in (*thing.keys, *thing.pieces):
                self.keys[name].append(number)
            if record.latitude is not None and record.longitude is not None:
                self.cells[cell(record.latitude, record.longitude)].append(number)
            for identifier in (record.id, *record.identifiers):
                self.identifiers[identifier].append(number)
        for name in self.keys:
            for part in ends(name, len(name)):
                self.parts[part].append(name)
        records = [thing.record for thing in self._things]
        self.containers = frozenset(code for record in records for code in record.within)
        self.sizes = Counter(record.country for record in records)
        self.counted = frozenset(record.kind for record in records if record.population)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._things)

    def __getitem__(self, number: int) -> Thing:
        """Return the thing of a number."""
        return self._things[number]

    def __iter__(self) -> Iterator[Thing]:
        """Yield all of them, in order of their numbers."""
        return iter(self._things)

    def named(self, key: str) -> Sequence[int]:
        """Return the things that have a key, in order."""
        return self.keys.get(key, ())

    def within(self, cell: Cell) -> Sequence[int]:
        """Return the things in a cell of the grid."""
        return self.cells.get(cell, ())

    def called(self, identifier: str) -> Sequence[int]:
        """Return the things that have an identifier."""
        return self.identifiers.get(identifier, ())

    def written(self, part: str) -> Sequence[str]:
        """Return the keys that begin or end in a way (`ends`)."""
        return self.parts.get(part, ())


def ends(name: str, length: int) -> tuple[str, str]:
    """Return how a name of so many letters begins and how it ends, one of which a slip leaves as it is."""
    return (name[:1] if length <= _SHORT else name[:2] + "-"), "-" + name[-3:]


def cell(latitude: float, longitude: float) -> Cell:
    """Return in which cell of the grid a point is."""
    return math.floor(latitude * _CELL), math.floor(longitude * _CELL)
