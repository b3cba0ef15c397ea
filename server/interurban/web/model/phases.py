"""What held on a day, and how far that is known, by the phases that the release has of what has a beginning or an end.

How phases come about stands in ontology/rules/phases.rq; docs/decisions/006-time.md tells why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

import pyoxigraph as ox

from interurban.iris import IU, XSD
from interurban.web.model.vocabulary import DEFAULT, Step, Term, Vocabulary

_PHASE, _STANDING, _FIRST, _LAST, _ATTESTED = (
    ox.NamedNode(IU + name) for name in ("phase", "standing", "firstDay", "lastDay", "attestedOn")
)
_REMEMBERED = 4096  # phases; things share them


class Standing(IntEnum):
    """How far it is known that something held on a day; of two things that both have to hold the lesser counts.

    NO: it certainly did not. The others are the concepts of iu:standings.
    """

    NO = 0
    UNKNOWN = 1
    POSSIBLE = 2
    PRESUMED = 3
    CERTAIN = 4


@dataclass(frozen=True)
class Phase:
    """Days in which something has one standing. first, last: as YYYY-MM-DD, both included."""

    standing: Standing
    first: str
    last: str


@dataclass
class OnDay:
    """What a release says of one day. about: the thing that is asked about, which is shown whether it held or not."""

    vocabulary: Vocabulary
    day: str
    about: ox.NamedNode | None = None
    known: dict[Term, Standing] = field(default_factory=dict)

    def standing(self, thing: Term) -> Standing:
        """Return how far it is known that a thing held on the day; what has no phases does at all times."""
        if thing not in self.known:
            phases = phases_of(self.vocabulary.store, thing)
            found = (phase.standing for phase in phases if phase.first <= self.day <= phase.last)
            self.known[thing] = next(found, Standing.NO) if phases else Standing.CERTAIN
        return self.known[thing]

    def of(self, statement: ox.Triple, besides: Term | None = None) -> Standing:
        """Return whether a statement held: as its ends did (but `besides`), and as a way did that it is short for."""
        subject, value = statement.subject, statement.object
        paths = self.vocabulary.shortcuts.get(statement.predicate.value, ())
        ways = (self.reach(subject, path).get(value, Standing.NO) for path in paths)
        way = max(ways, default=Standing.CERTAIN)
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
        """Return SPARQL that keeps of a variable's values those that did not certainly not hold on the day."""
        day = f'"{self.day}"^^<{XSD}date>'
        held = (
            f"?{variable} {_PHASE} ?phase . ?phase {_FIRST} ?first ; {_LAST} ?last "
            f"FILTER(?first <= {day} && {day} <= ?last)"
        )
        return f"FILTER(NOT EXISTS {{ ?{variable} {_PHASE} ?any }} || EXISTS {{ {held} }})"

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


def phases_of(store: ox.Store, thing: Term) -> list[Phase]:
    """Return the phases of a thing, in order of their days; none if it has nothing to do with time."""
    if not isinstance(thing, ox.NamedNode):
        return []
    found = (quad.object for quad in store.quads_for_pattern(thing, _PHASE, None, DEFAULT))
    return sorted((_read(store, node) for node in found if isinstance(node, ox.NamedNode)), key=lambda p: p.first)


def attestations(store: ox.Store, thing: Term) -> list[ox.Literal]:
    """Return the times at which sources show a thing to hold, in order."""
    if not isinstance(thing, ox.NamedNode):
        return []
    found = (quad.object for quad in store.quads_for_pattern(thing, _ATTESTED, None, DEFAULT))
    return sorted((date for date in found if isinstance(date, ox.Literal)), key=lambda date: date.value)


@lru_cache(maxsize=_REMEMBERED)
def _read(store: ox.Store, phase: ox.NamedNode) -> Phase:
    standing, first, last = (
        next(store.quads_for_pattern(phase, name, None, DEFAULT)).object for name in (_STANDING, _FIRST, _LAST)
    )
    name = str(standing).strip("<>").rpartition("/")[2].upper()
    return Phase(Standing[name], _text(first), _text(last))


def _text(day: Term) -> str:
    return day.value if isinstance(day, ox.Literal) else ""
