"""All that could be meant, found by name and by place, and ranked by how sure it is that it is meant."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extract

from interurban.matching.model import Evidence, Model, distance
from interurban.matching.names import Kinds, key, keys
from interurban.matching.records import Record

_CELL = 5.0  # cells of the grid in a degree: a side is some 22 km
_OF_A_NAME = 400  # things of one name that are looked at; in one country there are never as many
_SIMILAR = 20  # names that are looked at where no name is the same
_UNTOLD = 500  # inhabitants that are taken where nobody says how many there are: the gazetteer's least
_SAME = "same"


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that may be meant. probability: that it is, of all that were looked at, or none of them."""

    record: Record
    probability: float
    evidence: tuple[Evidence, ...]


class Index:
    """Things by name and place.

    model: how they are compared; kinds: which words tell what kind of thing a name is of.
    """

    def __init__(self, things: Iterable[Record], model: Model, kinds: Kinds) -> None:
        self.things = list(things)
        self.model, self.kinds = model, kinds
        self._keys = [[found for name in thing.names if (found := key(name))] for thing in self.things]
        self._named: dict[str, list[int]] = defaultdict(list)
        self._near: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        self._called: dict[str, list[int]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            for name in dict.fromkeys(self._keys[number]):
                self._named[name].append(number)
            if thing.latitude is not None and thing.longitude is not None:
                self._near[_cell(thing.latitude, thing.longitude)].append(number)
            for identifier in (thing.id, *thing.identifiers):
                self._called[identifier].append(number)
        for name in self._named:
            self._initials[name[:1]].append(name)
        self._containers = frozenset(code for thing in self.things for code in thing.within)
        self._sizes = Counter(thing.country for thing in self.things)

    def ranked(self, record: Record) -> list[Match]:
        """Return what may be meant, the likeliest first, each once. Records of another country are not looked at."""
        wanted = keys(record.names)
        found = self._of_names(wanted, record)
        if not found and (stripped := self._without_kind(record)):
            record, wanted = stripped
            found = self._of_names(wanted, record)
        found |= self._around(record)
        if not found:
            found = self._sounding(wanted, record)
        likely = [(number, *self._compared(record, wanted, number)) for number in found]
        likely = [one for one in likely if one[1]]
        best: dict[str, tuple[float, int, tuple[Evidence, ...]]] = {}
        for number, evidence, odds in likely:
            name = self.things[number].id
            if name not in best or best[name][0] < odds:
                best[name] = odds, number, evidence
        every = 1 + sum(odds for odds, *_ in best.values())
        matches = [Match(self.things[number], odds / every, evidence) for odds, number, evidence in best.values()]
        return sorted(matches, key=lambda match: (-match.probability, -(match.record.population or 0), match.record.id))

    def identified(self, record: Record) -> list[Record]:
        """Return the things that have an identifier which the record has as well."""
        numbers = {n for identifier in (record.id, *record.identifiers) for n in self._called.get(identifier, ())}
        return [self.things[number] for number in sorted(numbers)]

    def _without_kind(self, record: Record) -> tuple[Record, list[str]] | None:
        """Return a record without the words in its name that tell its kind, which it has then; None without any."""
        kind, name = self.kinds.told(record.name)
        if not kind:
            return None
        told = replace(record, name=name, kind=record.kind or kind)
        return told, keys(told.names)

    def _of_names(self, wanted: list[str], record: Record) -> set[int]:
        found = (n for name in wanted for n in self._named.get(name, ())[:_OF_A_NAME])
        return {n for n in found if self._there(n, record)}

    def _around(self, record: Record) -> set[int]:
        if record.latitude is None or record.longitude is None:
            return set()
        x, y = _cell(record.latitude, record.longitude)
        cells = ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        return {n for cell in cells for n in self._near.get(cell, ()) if self._there(n, record)}

    def _sounding(self, wanted: list[str], record: Record) -> set[int]:
        """Return what has a name that is nearly one of these."""
        least = min(self.model.similar.values())
        found: set[int] = set()
        for name in wanted[:2]:
            there = self._initials.get(name[:1], ())
            for other, *_ in extract(name, there, scorer=JaroWinkler.similarity, score_cutoff=least, limit=_SIMILAR):
                found.update(n for n in self._named[other] if self._there(n, record))
        return found

    def _there(self, number: int, record: Record) -> bool:
        country = self.things[number].country
        return not record.country or not country or country == record.country

    def _compared(self, record: Record, wanted: list[str], number: int) -> tuple[tuple[Evidence, ...], float]:
        """Return what speaks for a thing, nothing if its name is another one, and the odds that it is meant."""
        thing = self.things[number]
        if record.kind and thing.kind and record.kind != thing.kind:  # a province is not the city of its name
            return (), 0.0
        level, name = self._level(wanted, self._keys[number])
        if not level:
            return (), 0.0
        among = self._sizes[record.country] + self._sizes[""] if record.country else len(self.things)
        if name:  # the more have it, the less it tells
            share = sum(1 for n in self._named[name] if self._there(n, record)) / among
            evidence = [Evidence("name", level, math.log(self.model.m("name", level) / share))]
        else:
            evidence = [self.model.weigh("name", level)]
        if None not in (record.latitude, record.longitude, thing.latitude, thing.longitude):
            far = distance(record.latitude, record.longitude, thing.latitude, thing.longitude)  # type: ignore[arg-type]
            evidence.append(self.model.measured("distance", far))
        if record.population and thing.population:
            larger, smaller = sorted((record.population, thing.population), reverse=True)
            evidence.append(self.model.measured("population", larger / smaller))
        if record.kind and thing.kind:
            evidence.append(self.model.weigh("kind", _SAME))
        if thing.within and (within := record.within & self._containers):
            evidence.append(self.model.weigh("within", _SAME if within & thing.within else "other"))
        evidence.append(self.model.prominence(thing.population or _UNTOLD))
        weight = sum(one.weight for one in evidence) + math.log(self.model.found / max(among, 1))
        return tuple(evidence), math.exp(min(weight, 500.0))

    def _level(self, wanted: list[str], theirs: list[str]) -> tuple[str, str]:
        """Return how alike names are, with the name they have in common; "" if they are not."""
        if not wanted or not theirs:
            return "", ""
        if wanted[0] == theirs[0]:
            return _SAME, wanted[0]
        if wanted[0] in theirs:
            return "another", wanted[0]
        for name in wanted[1:]:
            if name in theirs:
                return "another" if name == wanted[1] else "part", name
        closest = max(JaroWinkler.similarity(a, b) for a in wanted for b in theirs)
        return next((level for level, least in self.model.similar.items() if closest >= least), ""), ""


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude * _CELL), math.floor(longitude * _CELL)
