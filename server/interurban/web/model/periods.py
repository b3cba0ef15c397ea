"""What held on a day: certainly, possibly or not at all, by the days that the release derives for what has a period.

How those days come about stands in ontology/rules/periods.rq; docs/decisions tell why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import pyoxigraph as ox

from interurban.iris import IU, XSD
from interurban.web.model.vocabulary import DEFAULT, Step, Term, Vocabulary

_BOUNDS = tuple(ox.NamedNode(IU + name) for name in ("possibleFrom", "possibleUntil", "certainFrom", "certainUntil"))


class Standing(IntEnum):
    """Whether something held on a day; of two things that both have to hold the lesser counts."""

    NO = 0
    POSSIBLE = 1
    CERTAIN = 2


@dataclass(frozen=True)
class Period:
    """The days between which something possibly held and those between which it certainly did, all included.

    Days as YYYY-MM-DD. None: for `possible_…` and `certain_until` without limit; for `certain_from` certain on no day.
    """

    possible_from: str | None = None
    possible_until: str | None = None
    certain_from: str | None = None
    certain_until: str | None = None

    def on(self, day: str) -> Standing:
        """Return whether it held on `day`, given as YYYY-MM-DD."""
        if (self.possible_from and day < self.possible_from) or (self.possible_until and day > self.possible_until):
            return Standing.NO
        if self.certain_from is None or day < self.certain_from or (self.certain_until and day > self.certain_until):
            return Standing.POSSIBLE
        return Standing.CERTAIN


@dataclass
class OnDay:
    """What a release says of one day. about: the thing that is asked about, which is shown whether it held or not."""

    vocabulary: Vocabulary
    day: str
    about: ox.NamedNode | None = None
    known: dict[Term, Standing] = field(default_factory=dict)

    def standing(self, thing: Term) -> Standing:
        """Return whether a thing held on the day; what has no period, or no known date, does at all times."""
        if thing not in self.known:
            period = period_of(self.vocabulary.store, thing)
            self.known[thing] = period.on(self.day) if period else Standing.CERTAIN
        return self.known[thing]

    def of(self, statement: ox.Triple, besides: Term | None = None) -> Standing:
        """Return whether a statement held: as its ends did (but `besides`), and as a way did that it is short for."""
        subject, value = statement.subject, statement.object
        path = self.vocabulary.shortcuts.get(statement.predicate.value)
        way = self.reach(subject, path).get(value, Standing.NO) if path else Standing.CERTAIN
        ends = (self.standing(end) for end in (subject, value) if end not in (self.about, besides))
        return min((way, *ends))

    def find(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None,
    ) -> Iterator[ox.Quad]:
        """Yield what a pattern finds in the store, without what certainly did not hold on the day."""
        found = self.vocabulary.store.quads_for_pattern(subject, predicate, value, graph)
        return (quad for quad in found if self.of(quad.triple) != Standing.NO)

    def filter(self, variable: str) -> str:
        """Return SPARQL that keeps of a variable's values those that possibly held on the day."""
        day = f'"{self.day}"^^<{XSD}date>'
        ends = (("possibleFrom", ">"), ("possibleUntil", "<"))
        return " ".join(
            f"FILTER NOT EXISTS {{ ?{variable} <{IU}{name}> ?{name} FILTER(?{name} {sign} {day}) }}"
            for name, sign in ends
        )

    def reach(self, start: Term, path: tuple[Step, ...]) -> dict[Term, Standing]:
        """Return where `path` leads, each with the standing of its best way; a way is as good as its worst part."""
        here = {start: Standing.CERTAIN}
        for step in path:
            there: dict[Term, Standing] = {}
            for node, so_far in here.items():
                for end in self.vocabulary.step(node, step):
                    there[end] = max(there.get(end, Standing.NO), min(so_far, self.standing(end)))
            here = there
        return here


def period_of(store: ox.Store, thing: Term) -> Period | None:
    """Return the period of a thing, None if it has none or no date of it is known."""
    if not isinstance(thing, ox.NamedNode):
        return None
    values = (next(store.quads_for_pattern(thing, bound, None, DEFAULT), None) for bound in _BOUNDS)
    days = [quad.object.value if quad and isinstance(quad.object, ox.Literal) else None for quad in values]
    return Period(*days) if any(days) else None
