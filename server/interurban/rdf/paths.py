"""Ways from one thing to another, as the vocabulary writes them: paths of SPARQL with `/` and `^` only."""

import re
from dataclasses import dataclass

import pyoxigraph as ox

from interurban.errors import ReleaseError
from interurban.iris import IU, PREFIXES
from interurban.messages import say

SHORT_FOR = ox.NamedNode(IU + "shortFor")  # property -> a way that it is short for
_STEP = re.compile(r"(\^?)([\w-]+):([\w-]+)")


@dataclass(frozen=True)
class Step:
    """One step of a path: along a property, or against it."""

    predicate: ox.NamedNode
    inverse: bool


def read_path(text: str) -> tuple[Step, ...]:
    """Return the steps of a path; ReleaseError if it is not understood, as a step that is no prefixed name."""
    steps = []
    for part in text.split("/"):
        found = _STEP.fullmatch(part.strip())
        if not found or found[2] not in PREFIXES:
            raise ReleaseError(say("web-path", path=text, part=part.strip()))
        steps.append(Step(ox.NamedNode(PREFIXES[found[2]] + found[3]), bool(found[1])))
    return tuple(steps)
