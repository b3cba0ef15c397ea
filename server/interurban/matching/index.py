"""All that could be meant, found by name and by place, and ranked by how sure it is that it is meant."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from interurban.matching.model import Evidence, Model, distance
from interurban.matching.names import Kinds, key, keys
from interurban.matching.records import Record

_CELL = 5.0  # cells of the grid in a degree: a side is some 22 km
_OF_A_NAME = 400  # things of one name that are looked at; in one country there are never as many
_SIMILAR = 20  # names that are looked at where no name is the same
_UNTOLD = 500  # inhabitants that are taken where nobody says how many there are: the gazetteer's least
_SHORT = 6  # letters of a short name: one slip of the pen may change how it begins and how it ends
_SLIP = "slip"
_LEAST = 4  # letters that a name has, or a slip makes another one of it
_SAME = "same"

Possible = Callable[[int], bool]  # whether the thing of a number is to be looked at


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that may be meant. probability: that it is, of all that were looked at, or none of them."""

    record: Record
    probability: float
    evidence: tuple[Evidence, ...]


class Index:
    """Things by name and place.

    model: how they are compared; kinds: which words tell what kind of thing a name is of; equal: whether all names of
    a thing are as good as its first.
    """

    def __init__(self, things: Iterable[Record], model: Model, kinds: Kinds, *, equal: bool = False) -> None:
        self.things = list(things)
        self.model, self.kinds, self._equal = model, kinds, equal
        self._keys = [[found for name in thing.names if (found := key(name))] for thing in self.things]
        self._named: dict[str, list[int]] = defaultdict(list)
        self._near: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._written: dict[str, list[str]] = defaultdict(list)  # by how they begin, and how they end
        self._called: dict[str, list[int]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            for name in dict.fromkeys(self._keys[number]):
                self._named[name].append(number)
            if thing.latitude is not None and thing.longitude is not None:
                self._near[_cell(thing.latitude, thing.longitude)].append(number)
            for identifier in (thing.id, *thing.identifiers):
                self._called[identifier].append(number)
        for name in self._named:
            for part in _ends(name, len(name)):
                self._written[part].append(name)
        self._containers = frozenset(code for thing in self.things for code in thing.within)
        self._sizes = Counter(thing.country for thing in self.things)

    def ranked(self, record: Record, of: Callable[[Record], bool] = lambda _: True) -> list[Match]:
        """Return what may be meant, the likeliest first, each once. Things of another country or kind are not.

        of: what else is to be looked at.
        """
        country, kind = record.country, record.kind

        def possible(number: int) -> bool:
            thing = self.things[number]
            here = not country or not thing.country or country == thing.country
            return here and (not kind or not thing.kind or kind == thing.kind) and of(thing)

        wanted = keys(record.names)
        found = self._of_names(wanted, possible)
        if stripped := self._without_kind(record):
            told, bare = stripped
            # a town may be called Land O' Lakes; one that is also called Provincia di Macerata is not the province
            found = {n for n in found if self.things[n].kind in ("", told.kind) or self._keys[n][:1] == wanted[:1]}
            if not found:
                record, wanted, kind = told, bare, told.kind
                found = self._of_names(wanted, possible)
        found |= self._around(record, possible)
        if not found:
            found = self._sounding(wanted, possible)
        shares: dict[str, float] = {}
        likely = [(number, *self._compared(record, wanted, number, possible, shares)) for number in found]
        likely = [one for one in likely if one[1]]
        best: dict[str, tuple[float, int, tuple[Evidence, ...]]] = {}
        for number, evidence, odds in likely:
            name = self.things[number].id
            if name not in best or best[name][0] < odds:
                best[name] = odds, number, evidence
        every = 1 + sum(odds for odds, *_ in best.values())
        matches = [Match(self.things[number], odds / every, evidence) for odds, number, evidence in best.values()]
        return sorted(matches, key=lambda match: (-match.probability, -(match.record.population or 0), match.record.id))

    def beginning(self, prefix: str) -> Iterator[Record]:
        """Yield the things of which a name begins so, in the order of those names, each maybe more than once."""
        wanted = key(prefix)
        for name in islice(self._alphabet, bisect_left(self._alphabet, wanted), None):
            if not name.startswith(wanted):
                return
            yield from (self.things[number] for number in self._named[name])

    @cached_property
    def _alphabet(self) -> list[str]:
        return sorted(self._named)

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

    def _of_names(self, wanted: list[str], possible: Possible) -> set[int]:
        return {n for name in wanted for n in islice(filter(possible, self._named.get(name, ())), _OF_A_NAME)}

    def _around(self, record: Record, possible: Possible) -> set[int]:
        if record.latitude is None or record.longitude is None:
            return set()
        x, y = _cell(record.latitude, record.longitude)
        cells = ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        return {n for cell in cells for n in self._near.get(cell, ()) if possible(n)}

    def _sounding(self, wanted: list[str], possible: Possible) -> set[int]:
        """Return what has a name that is a slip of the pen away from one of these, or else nearly is one."""
        least = min(self.model.similar.values())
        near = [
            (name, self._written.get(part, ()))
            for name in wanted[:2]
            for part in {part for longer in (-1, 0, 1) for part in _ends(name, len(name) + longer)}
        ]
        alike: list[str] = []
        for name, there in near:
            if len(name) >= _LEAST:
                alike += (other for other, *_ in extract(name, there, scorer=OSA.distance, score_cutoff=1, limit=None))
        if found := {n for name in alike for n in self._named[name] if possible(n)}:
            return found
        for name, there in near:
            nearest = extract(name, there, scorer=JaroWinkler.similarity, score_cutoff=least, limit=_SIMILAR)
            alike += (other for other, *_ in nearest)
        return {n for name in alike for n in self._named[name] if possible(n)}

    def _compared(
        self, record: Record, wanted: list[str], number: int, possible: Possible, shares: dict[str, float]
    ) -> tuple[tuple[Evidence, ...], float]:
        """Return what speaks for a thing, nothing if its name is another one, and the odds that it is meant.

        shares: of names, how many things have them; those that are not known yet are put there.
        """
        thing = self.things[number]
        if record.kind and thing.kind and record.kind != thing.kind:  # a province is not the city of its name
            return (), 0.0
        level, name = self._level(wanted, self._keys[number])
        if not level:
            return (), 0.0
        among = self._sizes[record.country] + self._sizes[""] if record.country else len(self.things)
        if name:  # the more have it, the less it tells
            if name not in shares:
                shares[name] = sum(map(possible, self._named[name])) / among
            evidence = [Evidence("name", level, math.log(self.model.m("name", level) / shares[name]))]
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
        if wanted[0] == theirs[0] or (self._equal and wanted[0] in theirs):
            return _SAME, wanted[0]
        if wanted[0] in theirs:
            return "another", wanted[0]
        for name in wanted[1:]:
            if name in theirs:
                return "another" if name == wanted[1] else "part", name
        slips = [a[0] == b[0] for a in wanted[:2] for b in theirs if _is_slip(a, b)]
        if slips:  # few are made in the first letter
            return _SLIP if any(slips) else next(iter(self.model.similar)), ""
        closest = max(JaroWinkler.similarity(a, b) for a in wanted for b in theirs)
        return next((level for level, least in self.model.similar.items() if closest >= least), ""), ""


def _is_slip(name: str, other: str) -> bool:
    """Return whether a name becomes another by one letter more, less or changed, or by two exchanged."""
    return len(name) >= _LEAST and OSA.distance(name, other, score_cutoff=1) <= 1


def _ends(name: str, length: int) -> tuple[str, str]:
    """Return how a name of so many letters begins and how it ends, one of which a slip leaves as it is."""
    return (name[:1] if length <= _SHORT else name[:2] + "-"), "-" + name[-3:]


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude * _CELL), math.floor(longitude * _CELL)
