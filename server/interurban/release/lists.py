"""Long lists: what points to one thing with one property, where that is so much that it is shown in pages.

For each of them a release says where the lines begin that are in it, in order of their subjects, and on which days a
statement of it does not certainly not hold: as its subject's phases have it, and for a property that is short for a way
also those of what lies on the way. So a page can be read without the others, on any day. What is a long list depends on
how many there are alone; classes have none, since their instances have lists of their own.
"""

import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Self

import pyoxigraph as ox

from interurban.rdf.paths import SHORT_FOR, Step, read_path
from interurban.rdf.standing import FIRST_DAY, LAST_DAY, read_phases
from interurban.rdf.terms import TYPE

LONG = 256  # things; where no more point to another with the same property, all of them are read
LITERALS = {
    str(node).encode(): node.value for node in (FIRST_DAY, LAST_DAY, SHORT_FOR)
}  # what has to be known besides links

Spans = tuple[tuple[int, int], ...]  # first and last days, as numbers, in order and apart
_TYPE = f"{TYPE} ".encode()
_ALWAYS: Spans = ((1, date.max.toordinal()),)
_Read = Callable[[Sequence[int]], list[ox.NamedNode]]


@dataclass(frozen=True)
class LongList(Sequence[ox.NamedNode]):
    """Things in order, read as they are looked at. places: where their lines begin; read: what reads those.

    spans: for those that do not hold on all days the place in the list, a first and a last day, one after the other;
    nothing if all hold on all days.
    """

    read: _Read
    places: Sequence[int]
    spans: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, which):  # type: ignore[no-untyped-def]
        if isinstance(which, slice):
            return self.read(self.places[which])
        return self.read([self.places[which]])[0]

    def on(self, day: str) -> "LongList":
        """Return those of them that did not certainly not hold on a day (YYYY-MM-DD)."""
        if not self.spans:
            return self
        number, spans = date.fromisoformat(day).toordinal(), self.spans
        held = zip(spans[::3], spans[1::3], spans[2::3], strict=True)
        places = dict.fromkeys(at for at, first, last in held if first <= number <= last)
        return LongList(self.read, [self.places[at] for at in places], ())


@dataclass(frozen=True)
class Lists:
    """The long lists of a dataset. known: thing -> property -> places and spans."""

    known: Mapping[str, Mapping[str, tuple[Sequence[int], Sequence[int]]]]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return the lists that a release has in a file."""
        head, _, rest = content.partition(b"\n")
        found: dict[str, dict[str, tuple[Sequence[int], Sequence[int]]]] = defaultdict(dict)
        start = 0
        for thing, predicate, places, spans in json.loads(head):
            middle, end = start + 8 * places, start + 8 * places + 4 * spans
            numbers = little_endian(array("Q", rest[start:middle])), little_endian(array("I", rest[middle:end]))
            found[thing][predicate] = (memoryview(numbers[0]), memoryview(numbers[1]))
            start = end
        return cls(found)

    def written(self) -> bytes:
        """Return the lists as they stand in a release."""
        every = sorted((thing, name, *told) for thing, lists in self.known.items() for name, told in lists.items())
        head = json.dumps([(thing, name, len(places), len(spans)) for thing, name, places, spans in every])
        arrays = chain.from_iterable((array("Q", places), array("I", spans)) for *_, places, spans in every)
        return head.encode() + b"\n" + b"".join(little_endian(numbers).tobytes() for numbers in arrays)

    def of(self, thing: ox.NamedNode, read: _Read) -> dict[ox.NamedNode, LongList]:
        """Return property -> the long list of what points to a thing with it. read: returns subjects of lines."""
        found = self.known.get(thing.value, {})
        return {ox.NamedNode(name): LongList(read, *told) for name, told in found.items()}

    def count(self, thing: str) -> int:
        """Return how many there are in the lists of a thing."""
        return sum(len(places) for places, _ in self.known.get(thing, {}).values())

    def places(self, thing: str, predicate: str | None) -> Iterator[int]:
        """Yield where the lines begin in the lists of a thing, of one property or of all."""
        for name, (places, _) in self.known.get(thing, {}).items():
            if predicate in (None, name):
                yield from places

    def __contains__(self, said: bytes) -> bool:
        """Return whether what points to a thing with a property, as a line has them, is a long list."""
        predicate, thing = _names(said)
        return predicate in self.known.get(thing, ())


class Said:
    """What a dataset says, as far as days depend on it.

    links: property and thing -> where the lines begin that connect anything with it; about: the subject of such a line;
    literals: property -> subjects and texts.
    """

    def __init__(
        self,
        links: Mapping[bytes, Sequence[int]],
        about: Callable[[int], str],
        literals: Mapping[str, Iterable[tuple[str, str]]],
    ) -> None:
        self._links, self._about, self._literals = links, about, literals
        self._phases = read_phases(lambda name: literals.get(name) or self._pairs(name))
        self._ways: dict[str, list[tuple[Step, ...]]] = defaultdict(list)
        for predicate, text in literals.get(SHORT_FOR.value, ()):
            self._ways[predicate].append(read_path(text))
        self._steps: dict[Step, dict[str, list[str]]] = {}

    def lists(self) -> Lists:
        """Return the long lists."""
        found: dict[str, dict[str, tuple[Sequence[int], Sequence[int]]]] = defaultdict(dict)
        for said, places in self._links.items():
            # blank nodes, which come last, have no documents
            if len(places) > LONG and not said.startswith(_TYPE) and not self._about(places[-1]).startswith("_:"):
                predicate, thing = _names(said)
                found[thing][predicate] = (places, self._spans(predicate, thing, places))
        return Lists(found)

    def _spans(self, predicate: str, thing: str, places: Sequence[int]) -> Sequence[int]:
        ways = [self._way(path, thing) for path in self._ways.get(predicate, ())]
        told = []
        for at, place in enumerate(places):
            subject = self._about(place)
            held = self._held(subject)
            if ways:
                held = _both(held, _merged(chain.from_iterable(way.get(subject, ()) for way in ways)))
            told.append((at, held))
        if all(held == _ALWAYS for _, held in told):
            return ()
        return array("I", (number for at, held in told for first, last in held for number in (at, first, last)))

    def _held(self, thing: str) -> Spans:
        """Return on which days a thing did not certainly not hold."""
        phases = self._phases.get(thing)
        if not phases:
            return _ALWAYS
        return _merged((_number(p.first), _number(p.last)) for p in phases)

    def _way(self, path: tuple[Step, ...], thing: str) -> dict[str, Spans]:
        """Return from where a way leads to a thing, and on which days."""
        here = {thing: self._held(thing)}
        for place, step in enumerate(reversed(path), 1):
            there: dict[str, list[tuple[int, int]]] = defaultdict(list)
            back = self._step(Step(step.predicate, not step.inverse))
            for node, so_far in here.items():
                for end in back.get(node, ()):
                    there[end] += so_far if place == len(path) else _both(so_far, self._held(end))
            here = {end: _merged(spans) for end, spans in there.items()}
        return here

    def _step(self, step: Step) -> dict[str, list[str]]:
        """Return where one step leads from each thing."""
        if step not in self._steps:
            found: dict[str, list[str]] = defaultdict(list)
            for subject, value in self._pairs(step.predicate.value):
                start, end = (value, subject) if step.inverse else (subject, value)
                found[start].append(end)
            self._steps[step] = found
        return self._steps[step]

    def _pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        begins = f"<{predicate}> ".encode()
        for said, places in self._links.items():
            if said.startswith(begins):
                value = _names(said)[1]
                yield from ((self._about(place), value) for place in places)


def _names(said: bytes) -> tuple[str, str]:
    predicate, _, value = said.decode().partition(" ")
    return predicate[1:-1], value.strip("<>")


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _both(one: Spans, other: Spans) -> Spans:
    if one == _ALWAYS or other == _ALWAYS:
        return other if one == _ALWAYS else one
    return _merged((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))


def little_endian(numbers: "array[int]") -> "array[int]":
    """Return numbers as they are in a file, of those in memory; and the other way round."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
