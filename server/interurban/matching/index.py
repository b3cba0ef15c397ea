"""All that could be meant, found by name and by place, and ranked by how sure it is that it is meant."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from operator import itemgetter

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from interurban.matching.model import Evidence, Model, distance
from interurban.matching.names import LEAST, Kinds, compared, foreign, key, qualified, slip
from interurban.matching.records import Countries, Record

_CELL = 5.0  # cells of the grid in a degree: a side is some 22 km
_OF_A_NAME = 400  # things of one name that are looked at; in one country there are never as many
_SIMILAR = 20  # names that are looked at where no name is the same
_UNTOLD = 500  # inhabitants that are taken where nobody says how many there are: the gazetteer's least
_SHORT = 6  # letters of a short name: one slip of the pen may change how it begins and how it ends
_CITY = "local"  # a place with a government of its own, whatever it is called there
_SAME, _ANOTHER, _PART = "same", "another", "part"

Possible = Callable[[int], bool]  # whether the thing of a number is to be looked at


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that may be meant. probability: that it is, of all that were looked at, or none of them."""

    record: Record
    probability: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The keys of what is looked for.

    itself: its name; bare: the same without a country, or whatever else stands behind it (country: of which one that
    is a name or code, if of any); others: its other names; pieces: what may be names within these.
    """

    itself: list[str]
    bare: list[str]
    country: str
    others: list[str]
    pieces: list[str]

    @property
    def every(self) -> list[str]:
        return [*self.itself, *self.bare, *self.others, *self.pieces]

    @property
    def main(self) -> list[str]:
        """Those that may be written with a slip."""
        return [*self.itself[:2], *self.bare[:1], *self.others[:1]]


class Index:
    """Things by name and place.

    model: how they are compared; kinds: which words tell what kind of thing a name is of; countries: their names and
    codes; equal: whether all of a thing's own names are as good as its first.
    """

    def __init__(
        self, things: Iterable[Record], model: Model, kinds: Kinds, countries: Countries, *, equal: bool = False
    ) -> None:
        self.things = list(things)
        self.model, self.kinds, self._countries = model, kinds, countries
        self._keys: list[list[str]] = []
        self._good: list[int] = []  # how many of them are as good as the first
        self._own: list[int] = []  # how many are not from elsewhere
        self._pieces: dict[int, list[str]] = {}
        self._bare: dict[int, list[str]] = {}  # without the words for the kind that they are of
        for number, thing in enumerate(self.things):
            first = kinds.whole([thing.name])
            own = kinds.whole(thing.own) if thing.others else first
            every = [*first, *own, *map(compared, thing.elsewhere)]
            self._keys.append([name for name in dict.fromkeys(every) if name])
            self._good.append(len(own if equal else first))
            self._own.append(len({*first, *own}))
            told = [(kind, name) for kind, name in map(kinds.told, thing.own) if kind]
            if bare := kinds.whole(name for kind, name in told if kinds.same(kind, thing.kind, thing.country)):
                self._bare[number] = bare
            if pieces := {*kinds.pieces(thing.own), *kinds.whole(name for _, name in told)}.difference(every):
                self._pieces[number] = sorted(pieces)
        self._named: dict[str, list[int]] = defaultdict(list)
        self._near: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._written: dict[str, list[str]] = defaultdict(list)  # by how they begin, and how they end
        self._called: dict[str, list[int]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            for name in (*self._keys[number], *self._pieces.get(number, ())):
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
        self._counted = frozenset(thing.kind for thing in self.things if thing.population)

    def ranked(self, record: Record, of: Callable[[Record], bool] = lambda _: True) -> list[Match]:
        """Return what may be meant, the likeliest first, each once. Things of another country or kind are not.

        of: what else is to be looked at.
        """
        country, kind = record.country, record.kind

        def possible(number: int) -> bool:
            thing = self.things[number]
            here = not country or not thing.country or country == thing.country
            return here and self._may_be(kind, number) and of(thing)

        wanted = self._wanted(record)
        found = self._of_names(wanted.every, possible)
        if told := self._without_kind(record):
            # a town may be called Land O' Lakes; one that is also called Provincia di Macerata is not the province
            found = {n for n in found if self._may_be(told.kind, n) or self._keys[n][0] in wanted.itself}
            if all(set(wanted.itself).isdisjoint(self._keys[n]) for n in found):
                record, wanted, kind = told, self._wanted(told), told.kind
                found = self._of_names(wanted.every, possible)
        found |= self._around(record, possible)
        if not found:
            found = self._sounding(record, wanted, possible)
        shares = dict[str, float]()
        called = () if kind or told else self._of_names(wanted.itself, possible)
        rather = any(self.things[n].kind == _CITY and set(wanted.itself).intersection(self._keys[n]) for n in called)
        looked_at = ((number, *self._compared(record, wanted, number, possible, shares, rather)) for number in found)
        best: dict[str, tuple[float, int, tuple[Evidence, ...]]] = {}
        for number, evidence, odds in filter(itemgetter(1), looked_at):
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

    def _wanted(self, record: Record) -> _Wanted:
        name, behind = qualified(record.name) or ("", "")
        told = map(self.kinds.told, record.names[1:] if record.kind else ())
        return _Wanted(
            [*self.kinds.whole([record.name]), *filter(None, [foreign(record.name)])],
            [*self.kinds.whole([name]), *filter(None, [foreign(name)])],
            self._countries.of(behind),
            [
                *self.kinds.whole(record.names[1:]),
                *filter(None, map(foreign, record.names[1:])),
                *self.kinds.whole(bare for kind, bare in told if kind == record.kind),
            ],
            self.kinds.pieces(record.names),
        )

    def _without_kind(self, record: Record) -> Record | None:
        """Return a record without the words in its name that tell its kind, which it has then; None without any."""
        kind, name = self.kinds.told(record.name)
        return replace(record, name=name, kind=record.kind or kind) if kind else None

    def _may_be(self, kind: str, number: int) -> bool:
        """Tell whether a thing may be of a kind; "" says nothing."""
        thing = self.things[number]
        return not kind or not thing.kind or kind == thing.kind or self.kinds.same(kind, thing.kind, thing.country)

    def _of_names(self, wanted: Iterable[str], possible: Possible) -> set[int]:
        return {n for name in wanted for n in islice(filter(possible, self._named.get(name, ())), _OF_A_NAME)}

    def _around(self, record: Record, possible: Possible) -> set[int]:
        if record.latitude is None or record.longitude is None:
            return set()
        x, y = _cell(record.latitude, record.longitude)
        cells = ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        return {n for cell in cells for n in self._near.get(cell, ()) if possible(n)}

    def _alike(self, number: int, record: Record) -> list[str]:
        """Return the names of a thing that may be written with a slip: of all countries' only its own."""
        return self._keys[number] if record.country else self._keys[number][: self._own[number]]

    def _sounding(self, record: Record, wanted: _Wanted, possible: Possible) -> set[int]:
        """Return what has a name that is a slip of the pen away from one of these, or else nearly is one."""
        least = min(self.model.similar.values())
        near = [
            (name, self._written.get(part, ()))
            for name in wanted.main
            for part in {part for longer in (-1, 0, 1) for part in _ends(name, len(name) + longer)}
        ]
        alike: list[str] = []
        for name, there in near:
            if len(name) >= LEAST:
                alike += (other for other, *_ in extract(name, there, scorer=OSA.distance, score_cutoff=1, limit=None))
        if found := {n for x in alike for n in self._named[x] if possible(n) and x in self._alike(n, record)}:
            return found
        for name, there in near:
            nearest = extract(name, there, scorer=JaroWinkler.similarity, score_cutoff=least, limit=_SIMILAR)
            alike += (other for other, *_ in nearest)
        return {n for name in alike for n in self._named[name] if possible(n)}

    def _compared(
        self, record: Record, wanted: _Wanted, number: int, possible: Possible, shares: dict[str, float], rather: bool
    ) -> tuple[tuple[Evidence, ...], float]:
        """Return what speaks for a thing, nothing if its name is another one, and the odds that it is meant.

        shares: of names, how many things have them; those that are not known yet are put there. rather: whether a city
        is called so, which a name without a kind rather means.
        """
        thing = self.things[number]
        if not self._may_be(record.kind, number):  # a province is not the city of its name
            return (), 0.0
        level, name = self._level(record, wanted, number)
        if not level:
            return (), 0.0
        among = self._sizes[record.country] + self._sizes[""] if record.country else len(self.things)
        if name:  # the more have it, the less it tells
            if name not in shares:
                shares[name] = sum(map(possible, self._named[name])) / among
            weight = math.log(self.model.m("name", level) / shares[name])
            if not record.country and name in self._keys[number][self._own[number] :]:
                weight += math.log(self.model.elsewhere)
            evidence = [Evidence("name", level, weight)]
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
        usual = self.model.sizes.get(thing.kind, 0) if name or record.kind else 0  # a slip alone tells too little
        if rather and thing.kind not in ("", _CITY):
            evidence.append(self.model.weigh("kind", "beside"))
        elif size := thing.population or (_UNTOLD if thing.kind in self._counted else usual):
            evidence.append(self.model.prominence(size))
        weight = sum(one.weight for one in evidence) + math.log(self.model.found / max(among, 1))
        return tuple(evidence), math.exp(min(weight, 500.0))

    def _level(self, record: Record, wanted: _Wanted, number: int) -> tuple[str, str]:
        """Return how alike names are, with the name they have in common; "" if they are not."""
        thing, theirs, good = self.things[number], self._keys[number], self._keys[number][: self._good[number]]
        if record.kind and self._may_be(record.kind, number) and number in self._bare:
            theirs, good = [*theirs, *self._bare[number]], [*good, *self._bare[number]]
        bare = _SAME  # a country that both name, or that is known otherwise, is no part of the name
        if not (record.country or wanted.country == thing.country) or any(
            name in self._named for name in wanted.itself
        ):
            bare = _PART if wanted.country else _ANOTHER
        for names, level in ((wanted.itself, _SAME), (wanted.bare, bare)):
            for name in names:
                if name in theirs:
                    return level if name in good or level != _SAME else _ANOTHER, name
        pieces = self._pieces.get(number, ())
        for names, level in ((wanted.others, _ANOTHER), (wanted.pieces, _PART)):
            for name in names:
                if name in theirs:
                    return level, name
        for name in (*wanted.itself, *wanted.bare):
            if name in pieces:
                return _PART, name
        theirs = self._alike(number, record)
        if not theirs or not wanted.itself:
            return "", ""
        if slips := {slip(a, b) for a in wanted.main for b in theirs} - {""}:
            return next(level for level in self.model.levels["name"] if level in slips), ""
        closest = max(JaroWinkler.similarity(a, b) for a in wanted.every for b in theirs)
        return next((level for level, least in self.model.similar.items() if closest >= least), ""), ""


def _ends(name: str, length: int) -> tuple[str, str]:
    """Return how a name of so many letters begins and how it ends, one of which a slip leaves as it is."""
    return (name[:1] if length <= _SHORT else name[:2] + "-"), "-" + name[-3:]


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude * _CELL), math.floor(longitude * _CELL)
