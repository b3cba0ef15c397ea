"""What a name can mean among the things of a release, ranked by the model.

A place and the government that it alone has are one meaning: lists name one and mean the other. Which of the two is
told is decided by the name, or by the type that is asked for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from interurban.matching.index import Index, Match
from interurban.matching.model import BY_IDENTIFIER, SURE, Evidence, Model
from interurban.matching.names import Kinds, key
from interurban.matching.records import (
    COUNTRIES,
    KINDS,
    MODEL,
    NAMESAKE,
    Countries,
    Record,
    code,
    identifier,
    normal,
)
from interurban.matching.things import Thing
from interurban.release.folder import Release
from interurban.release.meanings import MeaningsFile

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
    """The things of one release by what they are called. Nothing is read before it is asked for.

    above: tells the classes above a class, and it.
    """

    def __init__(self, release: Release, above: Above) -> None:
        self._release, self._above = release, above
        self._file = MeaningsFile(release)
        self._every = cache(lambda number: frozenset[str]().union(*map(above, self._file.head.classes[number])))

    @property
    def there(self) -> bool:
        """Whether the release has what this takes; one that was built long ago has not."""
        return self._file.there

    @cached_property
    def countries(self) -> Countries:
        """The codes and names of countries."""
        return Countries(self._release.read(COUNTRIES).decode())

    @cached_property
    def direct(self) -> frozenset[str]:
        """The classes that something is said to be of, without those above them."""
        return frozenset(name for classes in self._checked.head.classes for name in classes)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes that things are of, and those above them that are as well."""
        return tuple(sorted(self.direct.union(*map(self._above, self.direct))))

    @property
    def schemes(self) -> Sequence[str]:
        """Whose identifiers things have."""
        return self._checked.head.schemes

    def said(self, name: str) -> Mapping[str, Any] | None:
        """Return what is known of a thing, as the file of records has it; None if there is no such thing."""
        return self._checked.said(name)

    def country(self, alpha_2: str) -> str:
        """Return the country of a code, "" if there is none."""
        return self._checked.head.countries.get(alpha_2, "")

    def beside(self, name: str) -> list[str]:
        """Return the things that have one meaning together with a thing, and it."""
        return [one for one, _ in self._checked.members(name)] or [name]

    def candidates(self, asked: Asked) -> list[Candidate]:
        """Return what may be meant, the likeliest first; none where nothing is alike."""
        self._file.still_there()
        record, possible = asked.record, self._of_types(asked.types, asked.every)
        same = [thing for thing in self._index.identified(record) if possible(thing)] if record.identifiers else []
        matches = self._index.ranked(record, possible) if record.name else []
        if len({thing.id for thing in same}) == 1:
            shared = sorted(record.identifiers & same[0].identifiers)[0]
            evidence = (Evidence("identifier", code(shared)[0], 0.0),)
            matches = [Match(same[0], BY_IDENTIFIER, evidence), *(m for m in matches if m.record.id != same[0].id)]
        found: list[Candidate] = []
        for match in matches:
            sure = not found and match.probability >= SURE and not _denied(record, match.record)
            names = self._told(match.record.id, asked)
            for place, name in enumerate(names):
                probability = match.probability * (_BESIDE if place else 1)
                found.append(Candidate(name, probability, sure and not place, match.evidence))
        found = [one for one in found if one.probability >= _LIKELY] or found[:1]
        found.sort(key=lambda one: (not one.sure, -one.probability))
        return found[: asked.limit]

    def identified(self, scheme: str, name: str) -> str | None:
        """Return the thing that somebody calls so: the one that it is the identifier of, rather than one beside it."""
        self._file.still_there()
        wanted = identifier(scheme, name)
        found = self._index.identified(Record("", "", identifiers=frozenset([wanted])))
        names = [name for thing in found for name, _ in self._file.members(thing.id)]
        every = [(name, self.said(name) or {}) for name in names]
        own = [(n, said) for n, said in every if wanted in map(normal, said.get("identifiers", ()))] or every
        return next(iter(sorted(own, key=lambda one: "end" in one[1])), ("", {}))[0] or None

    def beginning(self, prefix: str, types: Collection[str], most: int) -> list[str]:
        """Return the things of which a name begins so, the largest first. most: of these, how many are looked at."""
        self._file.still_there()
        possible, found = self._of_types(tuple(types), False), dict[str, Thing]()
        wanted = key(prefix)
        for thing in self._file.beginning(wanted):
            if len(found) == most:
                break
            if possible(thing.record):
                found[thing.record.id] = thing
        ordered = sorted(found.values(), key=lambda one: (wanted not in one.keys, -(one.record.population or 0)))
        asked = Asked(Record("", prefix), tuple(types))
        return [name for thing in ordered for name in self._told(thing.record.id, asked)]

    @property
    def _checked(self) -> MeaningsFile:
        """The file, which is as it was published."""
        self._file.still_there()
        return self._file

    @cached_property
    def _index(self) -> Index:
        model, kinds = (self._release.read(path).decode() for path in (MODEL, KINDS))
        return Index(self._file, Model(model), Kinds(kinds), self.countries)

    def _of_types(self, types: tuple[str, ...], every: bool) -> Callable[[Record], bool]:
        """Return what tells whether one of the things that a record stands for is of some types, or of all of them."""
        if not types:
            return lambda _: True
        members = self._file.members
        return lambda thing: (
            thing.id.startswith(NAMESAKE) or any(self._is_of(of, types, every) for _, of in members(thing.id))
        )

    def _is_of(self, classes: int, types: tuple[str, ...], every: bool) -> bool:
        mine = self._every(classes)
        return not types or (mine.issuperset(types) if every else not mine.isdisjoint(types))

    def _told(self, meaning: str, asked: Asked) -> Iterable[str]:
        """Return the things of a meaning that are of the types asked for, that first which is called as asked."""
        every = self._file.members(meaning)
        names = [name for name, classes in every if self._is_of(classes, asked.types, asked.every)]
        wanted = key(asked.record.name)
        if len(names) > 1 and wanted not in self._keys(meaning):
            names.sort(key=lambda name: wanted not in self._keys(name))
        return names

    def _keys(self, name: str) -> set[str]:
        said = self._file.said(name) or {"names": []}
        return {key(text) for text, _ in [*said["names"], *said.get("aliases", ())]}


def _denied(record: Record, thing: Record) -> bool:
    """Return whether somebody, who knows both, calls them differently."""
    theirs = {identifier.partition(":")[0] for identifier in thing.identifiers} - {""}
    return any(one.partition(":")[0] in theirs and one not in thing.identifiers for one in record.identifiers)
