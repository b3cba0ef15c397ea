"""All that could be meant, found by name and by place, and ranked by how sure it is that it is meant."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import Self

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from interurban.matching.model import Evidence, Model, distance
from interurban.matching.names import LEAST, Kinds, foreign, qualified, slip
from interurban.matching.records import NAMESAKE, Countries, Record
from interurban.matching.things import HeldThings, Thing, Things, cell, ends

_OF_A_NAME = 400  # things of one name that are looked at; in one country there are never as many
_SIMILAR = 20  # names that are looked at where no name is the same
_UNTOLD = 500  # inhabitants that are taken where nobody says how many there are: the gazetteer's least
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
    """Things, each ranked by how sure it is that it is meant.

    things: by name and place; model: how they are compared; kinds: which words tell what kind of thing a name is of;
    countries: their names and codes.
    """

    def __init__(self, things: Things, model: Model, kinds: Kinds, countries: Countries) -> None:
        self.things, self.model, self.kinds, self._countries = things, model, kinds, countries

    @classmethod
    def held(
        cls, records: Iterable[Record], model: Model, kinds: Kinds, countries: Countries, *, equal: bool = False
    ) -> Self:
        """Return an index of records in memory. equal: whether all of a thing's own names are as good as its first."""
        things = HeldThings(Thing.of(record, kinds, equal=equal) for record in records)
        return cls(things, model, kinds, countries)

    def ranked(self, record: Record, of: Callable[[Record], bool] = lambda _: True, *, asked: int = 0) -> list[Match]:
        """Return what may be meant, the likeliest first, each once. Things of another country or kind are not.

        Nor are namesakes that are not in the graph; but one of them may be meant, and none of these. of: what else is
        to be looked at; asked: of how many of its country this is one, where each is another thing: if they are more
        than the things, an agreement tells less.
        """
        country, kind = record.country, record.kind

        def possible(number: int) -> bool:
            thing = self.things[number].record
            here = not country or not thing.country or country == thing.country
            return here and self._may_be(kind, thing) and of(thing)

        wanted = self._wanted(record)
        found = self._of_names(wanted.every, possible)
        if told := self._without_kind(record):
            # a town may be called Land O' Lakes; one that is also called Provincia di Macerata is not the province
            things = {n: self.things[n] for n in found}
            found = {n for n, t in things.items() if self._may_be(told.kind, t.record) or t.keys[0] in wanted.itself}
            if all(set(wanted.itself).isdisjoint(things[n].keys) for n in found):
                record, wanted, kind = told, self._wanted(told), told.kind
                found = self._of_names(wanted.every, possible)
        found |= self._around(record, possible)
        if not found:
            found = self._sounding(record, wanted, possible)
        sizes, shares = self.things.sizes, dict[str, float]()
        among = max(sizes.get(country, 0) + sizes.get("", 0) if country else len(self.things), asked)
        called = () if kind or told else self._of_names(wanted.itself, possible)
        namesakes = (self.things[number] for number in called)
        rather = any(t.record.kind == _CITY and set(wanted.itself).intersection(t.keys) for t in namesakes)
        every = (self.things[number] for number in found)
        looked_at = ((t.record, *self._compared(record, wanted, t, possible, among, shares, rather)) for t in every)
        best: dict[str, tuple[float, Record, tuple[Evidence, ...]]] = {}
        for thing, evidence, odds in filter(itemgetter(1), looked_at):
            if thing.id not in best or best[thing.id][0] < odds:
                best[thing.id] = odds, thing, evidence
        all_odds = 1 + sum(odds for odds, *_ in best.values())
        ours = (found for found in best.values() if not found[1].id.startswith(NAMESAKE))
        matches = [Match(thing, odds / all_odds, evidence) for odds, thing, evidence in ours]
        return sorted(matches, key=lambda match: (-match.probability, -(match.record.population or 0), match.record.id))

    def identified(self, record: Record) -> list[Record]:
        """Return the things that have an identifier which the record has as well."""
        numbers = {n for identifier in (record.id, *record.identifiers) for n in self.things.called(identifier)}
        return [self.things[number].record for number in sorted(numbers)]

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

    def _may_be(self, kind: str, thing: Record) -> bool:
        """Tell whether a thing may be of a kind; "" says nothing."""
        return not kind or not thing.kind or kind == thing.kind or self.kinds.same(kind, thing.kind, thing.country)

    def _of_names(self, wanted: Iterable[str], possible: Possible) -> set[int]:
        return {n for name in wanted for n in islice(filter(possible, self.things.named(name)), _OF_A_NAME)}

    def _around(self, record: Record, possible: Possible) -> set[int]:
        if record.latitude is None or record.longitude is None:
            return set()
        x, y = cell(record.latitude, record.longitude)
        cells = ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        return {n for near in cells for n in self.things.within(near) if possible(n)}

    def _sounding(self, record: Record, wanted: _Wanted, possible: Possible) -> set[int]:
        """Return what has a name that is a slip of the pen away from one of these, or else nearly is one."""
        least = min(self.model.similar.values())
        near = [
            (name, self.things.written(part))
            for name in wanted.main
            for part in {part for longer in (-1, 0, 1) for part in ends(name, len(name) + longer)}
        ]
        alike: list[str] = []
        for name, there in near:
            if len(name) >= LEAST:
                alike += (other for other, *_ in extract(name, there, scorer=OSA.distance, score_cutoff=1, limit=None))
        if found := {
            n for x in alike for n in self.things.named(x) if possible(n) and x in _alike(self.things[n], record)
        }:
            return found
        for name, there in near:
            nearest = extract(name, there, scorer=JaroWinkler.similarity, score_cutoff=least, limit=_SIMILAR)
            alike += (other for other, *_ in nearest)
        return {n for name in alike for n in self.things.named(name) if possible(n)}

    def _compared(
        self,
        record: Record,
        wanted: _Wanted,
        found: Thing,
        possible: Possible,
        among: int,
        shares: dict[str, float],
        rather: bool,
    ) -> tuple[tuple[Evidence, ...], float]:
        """Return what speaks for a thing, nothing if its name is another one, and the odds that it is meant.

        among: of how many things it is one; shares: of names, how many things have them; those that are not known yet
        are put there. rather: whether a city is called so, which a name without a kind rather means.
        """
        thing = found.record
        if not self._may_be(record.kind, thing):  # a province is not the city of its name
            return (), 0.0
        level, name = self._level(record, wanted, found)
        if not level:
            return (), 0.0
        if name:  # the more have it, the less it tells
            if name not in shares:
                shares[name] = sum(map(possible, self.things.named(name))) / among
            weight = math.log(self.model.m("name", level) / shares[name])
            if not record.country and name in found.keys[found.own :]:
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
        if thing.within and (within := record.within & self.things.containers):
            evidence.append(self.model.weigh("within", _SAME if within & thing.within else "other"))
        usual = self.model.sizes.get(thing.kind, 0) if name or record.kind else 0  # a slip alone tells too little
        if rather and thing.kind not in ("", _CITY):
            evidence.append(self.model.weigh("kind", "beside"))
        elif size := thing.population or (_UNTOLD if thing.kind in self.things.counted else usual):
            evidence.append(self.model.prominence(size))
        weight = sum(one.weight for one in evidence) + math.log(self.model.found / max(among, 1))
        return tuple(evidence), math.exp(min(weight, 500.0))

    def _level(self, record: Record, wanted: _Wanted, found: Thing) -> tuple[str, str]:
        """Return how alike names are, with the name they have in common; "" if they are not."""
        thing, theirs, good = found.record, found.keys, found.keys[: found.good]
        if record.kind and self._may_be(record.kind, thing):
            theirs, good = theirs + found.bare, good + found.bare
        bare = _SAME  # a country that both name, or that is known otherwise, is no part of the name
        if not (record.country or wanted.country == thing.country) or any(
            self.things.named(name) for name in wanted.itself
        ):
            bare = _PART if wanted.country else _ANOTHER
        for names, level in ((wanted.itself, _SAME), (wanted.bare, bare)):
            for name in names:
                if name in theirs:
                    return level if name in good or level != _SAME else _ANOTHER, name
        for names, level in ((wanted.others, _ANOTHER), (wanted.pieces, _PART)):
            for name in names:
                if name in theirs:
                    return level, name
        for name in (*wanted.itself, *wanted.bare):
            if name in found.pieces:
                return _PART, name
        theirs = _alike(found, record)
        if not theirs or not wanted.itself:
            return "", ""
        if slips := {slip(a, b) for a in wanted.main for b in theirs} - {""}:
            return next(level for level in self.model.levels["name"] if level in slips), ""
        closest = max(JaroWinkler.similarity(a, b) for a in wanted.every for b in theirs)
        return next((level for level, least in self.model.similar.items() if closest >= least), ""), ""


def _alike(thing: Thing, record: Record) -> tuple[str, ...]:
    """Return the names of a thing that may be written with a slip: of all countries' only its own."""
    return thing.keys if record.country else thing.keys[: thing.own]
