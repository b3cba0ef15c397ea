"""What held on a day, and how far that is known, by the phases of what has a beginning or an end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from interurban.iris import IU, XSD
from interurban.rdf.paths import Step
from interurban.rdf.standing import FIRST_DAY, LAST_DAY, PHASE, Standing
from interurban.rdf.terms import GraphName, Statements, Subject
from interurban.web.model.vocabulary import DEFAULT, Term, Vocabulary

_MANY = 500  # things; from more, what is said of all is read at once
_ATTESTED = ox.NamedNode(IU + "attestedOn")


@dataclass
class OnDay:
    """What a release says of one day. about: the thing that is asked about, which is shown whether it held or not.

    of_all: whether all that leads there will be asked for, so that it is looked for from there, and once.
    """

    vocabulary: Vocabulary
    day: str
    about: ox.NamedNode | None = None
    of_all: bool = False
    _ways: dict[tuple[Step, ...], dict[Term, Standing]] = field(default_factory=dict)

    def standing(self, thing: Term) -> Standing:
        """Return how far it is known that a thing held on the day; what has no phases does at all times."""
        if not isinstance(thing, ox.NamedNode) or not (phases := self.vocabulary.phases.get(thing.value)):
            return Standing.CERTAIN
        return next((p.standing for p in phases if p.first <= self.day <= p.last), Standing.NO)

    def of(self, statement: ox.Triple, besides: Term | None = None) -> Standing:
        """Return whether a statement held: as its ends did (but `besides`), and as a way did that it is short for."""
        subject, value = statement.subject, statement.object
        paths = self.vocabulary.shortcuts.get(statement.predicate.value, ())
        held = Standing.CERTAIN
        for end in (subject, value):
            if end not in (self.about, besides):
                held = min(held, self.standing(end))
        if not paths or held == Standing.NO:
            return held
        return min(held, max(self._way(subject, path, value) for path in paths))

    def _way(self, subject: Term, path: tuple[Step, ...], value: Term) -> Standing:
        """Return the standing of the best way from a thing to another."""
        if value != self.about or not self.of_all:
            return self.reach(subject, path).get(value, Standing.NO)
        if path not in self._ways:
            here = {value: self.standing(value)}
            for place, step in enumerate(reversed(path), 1):
                back, there = Step(step.predicate, not step.inverse), dict[Term, Standing]()
                ends = self.vocabulary.step_of_all(back).get if len(here) > _MANY else self._from(back)
                for node, so_far in here.items():
                    for end in ends(node, ()):
                        held = so_far if place == len(path) else min(so_far, self.standing(end))
                        if held != Standing.NO:
                            there[end] = max(there.get(end, held), held)
                here = there
            self._ways[path] = here
        return self._ways[path].get(subject, Standing.NO)

    def _from(self, step: Step) -> Callable[[Term, Iterable[Term]], Iterable[Term]]:
        return lambda node, _: self.vocabulary.step(node, step)

    def find(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
        graph: GraphName | None,
    ) -> Iterator[ox.Quad]:
        """Yield what a pattern finds in the store, without what certainly did not hold on the day."""
        found = self.vocabulary.store.quads_for_pattern(subject, predicate, value, graph)
        return (quad for quad in found if self.of(quad.triple) != Standing.NO)

    def filter(self, variable: str) -> str:
        """Return SPARQL that keeps of a variable's values those that did not certainly not hold on the day."""
        day = f'"{self.day}"^^<{XSD}date>'
        held = (
            f"?{variable} {PHASE} ?phase . ?phase {FIRST_DAY} ?first ; {LAST_DAY} ?last "
            f"FILTER(?first <= {day} && {day} <= ?last)"
        )
        return f"FILTER(NOT EXISTS {{ ?{variable} {PHASE} ?any }} || EXISTS {{ {held} }})"

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


def attestations(store: Statements, thing: Term) -> list[ox.Literal]:
    """Return the times at which sources show a thing to hold, in order."""
    if not isinstance(thing, ox.NamedNode):
        return []
    found = (quad.object for quad in store.quads_for_pattern(thing, _ATTESTED, None, DEFAULT))
    return sorted((date for date in found if isinstance(date, ox.Literal)), key=lambda date: date.value)
