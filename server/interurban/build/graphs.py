"""Named graphs on their way to a release: statements that still know where a person wrote them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import Place, Problem
from interurban.iris import RDF, shortened
from interurban.messages import say
from interurban.rdf.formats import canonical, is_text, quads_of

TYPE = ox.NamedNode(RDF + "type")


@dataclass
class NamedGraph:
    """A named graph: its IRI, the folder it was read from if any, its statements and where each stands.

    warnings: of what was read otherwise than it was written. skolem: the IRIs that blank nodes were given.
    """

    name: ox.NamedNode
    folder: Path | None = None
    statements: dict[ox.Triple, Place | None] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    skolem: set[str] = field(default_factory=set)

    def add(self, triple: ox.Triple, place: Place | None = None) -> None:
        """Add a statement, its value in canonical form; the first place that says it is the one remembered."""
        if isinstance(triple.object, ox.Literal):
            value = canonical(triple.object)
            if value.value != triple.object.value and is_text(value):
                message = say("text-not-composed", property=shortened(triple.predicate.value))
                self.warnings.append(Problem(message, place, subject_of(triple), warning=True))
            triple = ox.Triple(triple.subject, triple.predicate, value)
        self.statements.setdefault(triple, place)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the statements as quads of this graph."""
        return quads_of(self.statements, self.name)


def subject_of(triple: ox.Triple) -> str | None:
    """Return the IRI of what a statement is about, None if it has none."""
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None
