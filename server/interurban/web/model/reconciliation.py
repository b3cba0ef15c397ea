"""What a name can mean among the things of a release: the file of its records, held by name and ranked by the model.

A place and the government that it alone has are one meaning: lists name one and mean the other. Which of the two is
told is decided by the name, or by the type that is asked for.
"""

import gc
import json
import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from sys import intern
from typing import Any

from interurban.errors import ReleaseFileError
from interurban.matching.index import Index, Match
from interurban.matching.model import BY_IDENTIFIER, SURE, Evidence, Model
from interurban.matching.names import Kinds, exchanged, key
from interurban.matching.records import COUNTRIES, KINDS, MODEL, RECORDS, Countries, Record, code, grouped, of_graph
from interurban.release.folder import Release

ROOM = "id/"  # where the things of a release have their names, below its base
_PERSON = "person"
Above = Callable[[str], frozenset[str]]
_BESIDE = 0.5  # of how sure a meaning is, what the other things have that it stands for
_LIKELY = 0.01  # how likely a candidate is at least


@dataclass(frozen=True)
class Asked:
    """What is looked for. record: its name and what is known of it; types: of which classes it is to be one.

    every: of all of them, and not of one.
    """

    record: Record
    types: tuple[str, ...] = ()
    limit: int = 10
    every: bool = False


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant. sure: it is so likely that nobody has to look."""

    id: str
    probability: float
    sure: bool
    evidence: tuple[Evidence, ...]


class Meanings:
    """The things of one release by what they are called. Nothing is read before it is asked for, or `read` is called.

    above: tells the classes above a class, and it.
    """

    def __init__(self, release: Release, above: Above) -> None:
        self._release, self._above = release, above
        self._lock = threading.Lock()

    @property
    def there(self) -> bool:
        """Whether the release has what this takes; one that was built long ago has not."""
        return {RECORDS, MODEL, KINDS, COUNTRIES} <= set(self._release.manifest["files"])

    def read(self) -> None:
        """Read all of it, if it can be: what is wrong is told who asks."""
        with suppress(ReleaseFileError):
            _ = self.there and self._held

    @property
    def _held(self) -> "_Held":
        with self._lock:
            return self._read

    @cached_property
    def _read(self) -> "_Held":
        gc.disable()  # all that is made here is kept
        try:
            return _Held(self._release, self._above)
        finally:
            gc.freeze()
            gc.enable()

    @property
    def countries(self) -> Countries:
        """The codes and names of countries."""
        return self._held.countries

    @property
    def direct(self) -> frozenset[str]:
        """The classes that something is said to be of, without those above them."""
        return self._held.direct

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that things are of, and those above them that are as well."""
        return self._held.classes

    @property
    def schemes(self) -> tuple[str, ...]:
        """Whose identifiers things have."""
        return self._held.schemes

    def said(self, name: str) -> Mapping[str, Any] | None:
        """Return what is known of a thing, as the file of records has it; None if there is no such thing."""
        held = self._held
        number = held.numbers.get(name)
        found: dict[str, Any] | None = None if number is None else json.loads(held.lines[number])
        return found

    def country(self, alpha_2: str) -> str:
        """Return the country of a code, "" if there is none."""
        return self._held.by_country.get(alpha_2, "")

    def beside(self, name: str) -> list[str]:
        """Return the things that have one meaning together with a thing, and it."""
        held = self._held
        return list(held.members.get(held.meaning.get(name, name), (name,)))

    def candidates(self, asked: Asked) -> list[Candidate]:
        """Return what may be meant, the likeliest first; none where nothing is alike."""
        held, record = self._held, asked.record
        possible = held.of_types(asked.types, asked.every)
        same = [thing for thing in held.index.identified(record) if possible(thing)] if record.identifiers else []
        matches = held.index.ranked(record, possible) if record.name else []
        if len({thing.id for thing in same}) == 1:
            shared = sorted(record.identifiers & same[0].identifiers)[0]
            evidence = (Evidence("identifier", code(shared)[0], 0.0),)
            matches = [Match(same[0], BY_IDENTIFIER, evidence), *(m for m in matches if m.record.id != same[0].id)]
        found: list[Candidate] = []
        for match in matches:
            sure = not found and match.probability >= SURE and not _denied(record, match.record)
            names = held.told(match.record.id, record, asked)
            for place, name in enumerate(names):
                probability = match.probability * (_BESIDE if place else 1)
                found.append(Candidate(name, probability, sure and not place, match.evidence))
        found = [one for one in found if one.probability >= _LIKELY] or found[:1]
        found.sort(key=lambda one: (not one.sure, -one.probability))
        return found[: asked.limit]

    def identified(self, scheme: str, name: str) -> str | None:
        """Return the thing that somebody calls so: the one that it is the identifier of, rather than one beside it."""
        wanted, held = _identifier(scheme, name), self._held
        found = held.index.identified(Record("", "", identifiers=frozenset([wanted])))
        names = [name for thing in found for name in held.members.get(thing.id, (thing.id,))]
        every = [(name, self.said(name) or {}) for name in names]
        own = [(n, said) for n, said in every if wanted in map(normal, said.get("identifiers", ()))] or every
        return next(iter(sorted(own, key=lambda one: "end" in one[1])), ("", {}))[0] or None

    def beginning(self, prefix: str, types: Collection[str], most: int) -> list[str]:
        """Return the things of which a name begins so, the largest first. most: of these, how many are looked at."""
        held = self._held
        possible, found = held.of_types(tuple(types), False), dict[str, Record]()
        for thing in held.index.beginning(prefix):
            if len(found) == most:
                break
            if possible(thing):
                found[thing.id] = thing
        wanted = key(prefix)
        ordered = sorted(
            found.values(), key=lambda thing: (wanted not in map(key, thing.names), -(thing.population or 0))
        )
        return [
            name for thing in ordered for name in held.told(thing.id, Record("", prefix), Asked(thing, tuple(types)))
        ]


class _Held:
    """All that is held of a release."""

    def __init__(self, release: Release, above: Above) -> None:
        self._above = above
        self._every = cache(lambda classes: frozenset[str]().union(*map(above, classes)))
        kinds = Kinds(release.read(KINDS).decode())
        self.countries = Countries(release.read(COUNTRIES).decode())
        content = release.read(RECORDS)
        self.lines = content.splitlines()
        self.numbers: dict[str, int] = {}
        self.by_country: dict[str, str] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        things: list[tuple[Record, list[str]]] = []
        for number, (record, said) in enumerate(of_graph(content, kinds)):
            name = record.id.removeprefix(ROOM)
            self.numbers[name] = number
            self._classes[name] = tuple(map(intern, said["classes"]))
            identifiers = [*map(normal, record.identifiers), *map(website, said.get("websites", ()))]
            others = (*record.others, *exchanged(record.name)) if record.kind == _PERSON else record.others
            record = replace(record, id=name, others=others, identifiers=frozenset(identifiers))
            if record.country and "://" in name:
                self.by_country[record.country] = name
            things.append((record, [place.removeprefix(ROOM) for place in said.get("places", ())]))
        records, self.members = grouped(things)
        self.meaning = {one: place for place, ones in self.members.items() for one in ones[1:]}
        self.index = Index(records.values(), Model(release.read(MODEL).decode()), kinds, self.countries, equal=True)
        self.schemes = tuple(sorted({code(i)[0] for r in records.values() for i in r.identifiers} - {""}))
        self.direct = frozenset(name for classes in set(self._classes.values()) for name in classes)
        self.classes = tuple(sorted(self.direct.union(*map(self._above, self.direct))))

    def of_types(self, types: tuple[str, ...], every: bool) -> "_OfTypes":
        """Return what tells whether a meaning has a thing of some types."""
        return _OfTypes(self, types, every)

    def is_of(self, name: str, types: tuple[str, ...], every: bool) -> bool:
        """Return whether a thing is of a type, or of all of them."""
        if not types:
            return True
        mine = self._every(self._classes[name])
        return mine.issuperset(types) if every else not mine.isdisjoint(types)

    def told(self, meaning: str, record: Record, asked: Asked) -> Iterable[str]:
        """Return the things of a meaning that are of the types asked for, the one first that is called as `record`."""
        names = [name for name in self.members.get(meaning, (meaning,)) if self.is_of(name, asked.types, asked.every)]
        wanted = key(record.name)
        if len(names) > 1 and wanted not in self._keys(meaning):
            names.sort(key=lambda name: wanted not in self._keys(name))
        return names

    def _keys(self, name: str) -> set[str]:
        said = json.loads(self.lines[self.numbers[name]])
        return {key(text) for text, _ in [*said["names"], *said.get("aliases", ())]}


@dataclass(frozen=True)
class _OfTypes:
    held: _Held
    types: tuple[str, ...]
    every: bool

    def __call__(self, thing: Record) -> bool:
        """Return whether one of the things that a record stands for is of the types."""
        if not self.types:
            return True
        names = self.held.members.get(thing.id, (thing.id,))
        return any(self.held.is_of(name, self.types, self.every) for name in names)


def normal(identifier: str) -> str:
    """Return an identifier as all ways of writing it have it: whose it is, and what they call the thing."""
    return _identifier(*code(identifier))


def website(address: str) -> str:
    """Return a website as all ways of writing its address have it; it counts as an identifier, of nobody."""
    return ":" + re.sub(r"^https?://(www\.)?", "", address.strip().lower()).rstrip("/")


def _identifier(scheme: str, name: str) -> str:
    return f"{scheme}:{name.strip().upper()}"


def _denied(record: Record, thing: Record) -> bool:
    """Return whether somebody, who knows both, calls them differently."""
    theirs = {identifier.partition(":")[0] for identifier in thing.identifiers} - {""}
    return any(one.partition(":")[0] in theirs and one not in thing.identifiers for one in record.identifiers)
