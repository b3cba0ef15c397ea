"""How far it is known that something holds, and the days for which it is: the phases that a release has of its things.

How phases come about stands in ontology/rules/phases.rq; docs/decisions/006-time.md tells why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import pyoxigraph as ox

from interurban.iris import IU

PHASES = tuple(IU + name for name in ("phase", "standing", "firstDay", "lastDay"))
PHASE, _STANDING, FIRST_DAY, LAST_DAY = map(ox.NamedNode, PHASES)
FIRST, LAST = "0001-01-01", "9999-12-31"  # open ends, as ontology/rules/phases.rq writes them

Pairs = Iterable[tuple[str, str]]  # subjects and values
Said = Callable[[str], Pairs]  # property -> those that it connects


class Standing(IntEnum):
    """How far it is known that something held on a day; of two things that both have to hold the lesser counts.

    NO: it certainly did not. The others are the concepts of iu:standings.
    """

    NO = 0
    UNKNOWN = 1
    POSSIBLE = 2
    PRESUMED = 3
    CERTAIN = 4


@dataclass(frozen=True, slots=True)
class Phase:
    """Days in which something has one standing. first, last: as YYYY-MM-DD, both included."""

    standing: Standing
    first: str
    last: str


Phases = Mapping[str, tuple[Phase, ...]]  # IRI of a thing -> its phases, in order of their days


def read_phases(said: Said) -> dict[str, tuple[Phase, ...]]:
    """Return the phases of each thing that has any; what has none has nothing to do with time."""
    standing, first, last = (dict(said(node.value)) for node in (_STANDING, FIRST_DAY, LAST_DAY))
    known = {}
    for iri, day in first.items():
        name = standing.get(iri, "").rpartition("/")[2].upper()
        if name in Standing.__members__ and iri in last:
            known[iri] = Phase(Standing[name], day, last[iri])
    found: dict[str, tuple[Phase, ...]] = defaultdict(tuple)
    for thing, phase in said(PHASE.value):
        if phase in known:
            found[thing] = (*found[thing], known[phase])
    return {thing: tuple(sorted(phases, key=lambda p: p.first)) for thing, phases in found.items()}
