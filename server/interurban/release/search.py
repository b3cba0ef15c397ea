"""What a name can find in a release: its file of names and words, asked where it lies.

The file is SQLite (https://www.sqlite.org/fts5.html), opened read-only, by each process for itself. What is looked for
is a stranger's text: of it only letters and digits reach a query, quoted, and no more words than a name has. An exact
name counts before one that begins so, and that before a word of one; slips of the pen are looked for where there is
nothing else. Things are numbered by how much they matter, so that is the order within each of these.
"""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from interurban.errors import ReleaseFileError
from interurban.matching.names import key, words
from interurban.messages import Bilingual
from interurban.release.database import opened
from interurban.release.folder import SEARCH, Release

MOST_CHARACTERS = 200  # that anybody has to look for
_AFTER_Z = "{"
_MOST_WORDS = 12
LEAST = 4  # letters of a word in which slips are looked for
_LONG = 8  # letters of a word in which there may be two
_ALIKE = 50  # names or words that are so near, or fewer
_MOST_SLIPS = 6  # words in which slips are looked for


class Agreement(IntEnum):
    """How what is looked for agrees with a name."""

    EXACT = 0
    BEGINNING = 1
    WORDS = 2
    SLIP = 3
    NONE = 4  # nothing was looked for


@dataclass(frozen=True)
class Kind:
    """What a thing of a kind is called, and what several are."""

    one: Bilingual
    several: Bilingual


@dataclass(frozen=True)
class Hit:
    """A thing that was found. path: what it is called below the base; country: three letters, or "".

    told: its names, each with its language, what it is called elsewhere, governments, offices, how many networks and
    inhabitants; as far as known.
    """

    path: str
    kind: str
    country: str
    ended: bool
    agreement: Agreement
    told: Mapping[str, Any]

    @property
    def names(self) -> list[list[str]]:
        """What it is called, each name with its language."""
        found: list[list[str]] = self.told["names"]
        return found


@dataclass(frozen=True)
class Found:
    """What was found. total: how many things; kinds, countries: how many of each, as far as the other choice goes."""

    total: int
    kinds: Mapping[str, int]
    countries: Mapping[str, int]
    hits: Sequence[Hit]


class SearchFile:
    """The names of a release; nothing is opened before it is asked."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._lock = threading.Lock()

    @property
    def there(self) -> bool:
        """Whether the release has such a file; one that was built long ago has none."""
        return SEARCH in self._release.manifest["files"]

    def read(self) -> None:
        """Read what every answer needs, if it can be: what is wrong is told who asks."""
        with suppress(ReleaseFileError):
            if self.there:
                _ = self.kinds, self.countries
                with self._lock:
                    _ = self._spelled, self._keys

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of things that can be found by name, what matters most first."""
        with self._lock:
            rows = self._database.execute("SELECT name, one_en, one_it, en, it FROM kind ORDER BY number").fetchall()
        return {name: Kind(Bilingual(en=a, it=b), Bilingual(en=c, it=d)) for name, a, b, c, d in rows}

    @cached_property
    def countries(self) -> dict[str, Hit]:
        """The countries by their codes."""
        with self._lock:
            found = self._database.execute(f"{_THING} WHERE kind.name = 'country'").fetchall()
        return {hit.country: hit for hit in (_hit(row, Agreement.NONE) for row in found)}

    def find(self, text: str, kind: str = "", country: str = "", first: int = 0, most: int = 20) -> Found:
        """Return what a text finds, and of that the things from a place on; all there is for a text without letters.

        kind, country: only these. Raises ReleaseFileError if the file is no longer as it was published.
        """
        self._release.open(SEARCH).close()  # it has its sum
        names = list(self.kinds)
        with self._lock:
            every = [(*row, agreement) for agreement, rows in self._matching(text) for row in rows]
            chosen = [row for row in every if kind in ("", names[row[1]]) and country in ("", row[2])]
            kinds = Counter(names[row[1]] for row in every if country in ("", row[2]))
            countries = Counter(row[2] for row in every if row[2] and kind in ("", names[row[1]]))
            hits = [self._read(row[0], row[3]) for row in chosen[first : first + most]]
        ordered = {name: kinds[name] for name in names if kinds[name]}
        return Found(len(chosen), ordered, dict(sorted(countries.items(), key=lambda one: (-one[1], one[0]))), hits)

    def _matching(self, text: str) -> Iterator[tuple[Agreement, list[tuple[int, int, str]]]]:
        """Yield the things that agree with a text, in order, each once."""
        asked = words(text[:MOST_CHARACTERS])[:_MOST_WORDS]
        if not asked:  # what has no letters at all is not everything
            yield Agreement.NONE, [] if text.strip() else self._rows("1")
            return
        seen: set[int] = set()

        def new(rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
            fresh = [row for row in rows if row[0] not in seen]
            seen.update(row[0] for row in fresh)
            return fresh

        name = key(text[:MOST_CHARACTERS])
        of_name = "number IN (SELECT thing FROM name WHERE key "
        for part in range(4):  # a whole name before a part of one (in brackets), others' name for it, a government's
            yield Agreement.EXACT, new(self._rows(of_name + f"= ? AND part = {part})", name))
        begun = of_name + "BETWEEN ? AND ? AND part "
        yield Agreement.BEGINNING, new(self._rows(begun + "< 2)", name, name + _AFTER_Z))
        if len(name) >= LEAST:  # of what is called elsewhere a few letters begin too much
            yield Agreement.BEGINNING, new(self._rows(begun + "= 2)", name, name + _AFTER_Z))
        of_words = "number IN (SELECT rowid FROM words WHERE words MATCH ?)"
        yield Agreement.WORDS, new(self._rows(of_words, _match([_last(asked, place) for place in range(len(asked))])))
        if seen:
            return
        names = _alike(name, self._keys)
        alike = [_alike(word, self._spelled) if place < _MOST_SLIPS else [] for place, word in enumerate(asked)]
        for slips in (1, 2):
            others = [other for far, other in names if far == slips]
            among = of_name + f"IN ({', '.join('?' * len(others))}) AND part < 2)"
            yield Agreement.SLIP, new(self._rows(among, *others))
            groups = [
                [*_last(asked, place), *(f'"{other}"' for far, other in near if far <= slips)]
                for place, near in enumerate(alike)
            ]
            yield Agreement.SLIP, new(self._rows(of_words, _match(groups)))
            if seen:
                return

    @cached_property
    def _spelled(self) -> list[str]:
        """All words in which slips are known: they are few, and looking at each takes a millisecond or two."""
        return [word for (word,) in self._database.execute("SELECT word FROM spelling")]

    @cached_property
    def _keys(self) -> list[str]:
        """All names, as they are compared."""
        query = "SELECT DISTINCT key FROM name WHERE part < 2 AND LENGTH(key) >= ?"
        return [name for (name,) in self._database.execute(query, (LEAST,))]

    def _rows(self, condition: str, *values: str) -> list[tuple[int, int, str]]:
        query = f"SELECT number, kind, country FROM thing WHERE {condition} ORDER BY number"  # noqa: S608 - ours
        return self._database.execute(query, values).fetchall()

    def _read(self, number: int, agreement: Agreement) -> Hit:
        return _hit(self._database.execute(f"{_THING} WHERE thing.number = ?", (number,)).fetchone(), agreement)

    @cached_property
    def _database(self) -> sqlite3.Connection:
        return opened(self._release, SEARCH)


_THING = """SELECT path, kind.name, country, ended, told FROM thing
JOIN kind ON kind.number = thing.kind JOIN description ON description.number = thing.number"""


def _hit(row: tuple[str, str, str, int, str], agreement: Agreement) -> Hit:
    path, kind, country, ended, told = row
    return Hit(path, kind, country, bool(ended), agreement, json.loads(told))


def _alike(text: str, known: Sequence[str]) -> list[tuple[int, str]]:
    """Return what a slip of the pen or two make of a name or word, with how many, fewer first."""
    if len(text) < LEAST:
        return []
    most = 1 if len(text) < _LONG else 2
    near = extract(text, known, scorer=OSA.distance, score_cutoff=most, limit=_ALIKE)
    return sorted((int(far), other) for other, far, _ in near)


def _last(asked: Sequence[str], place: int) -> list[str]:
    """Return a word as it is asked for; the last one may go on."""
    return [f'"{asked[place]}"' + ("*" if place == len(asked) - 1 else "")]


def _match(groups: Sequence[Sequence[str]]) -> str:
    """Return what FTS5 is asked: of each group one word, and one of all of them in a name."""
    every = " OR ".join(word for group in groups for word in group)
    return " AND ".join([f"names : ({every})", *(f"({' OR '.join(group)})" for group in groups)])
