"""Named graphs on their way to a release: statements that still know where a person wrote them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import Place
from interurban.iris import RDF
from interurban.rdf.formats import canonical, quads_of

TYPE = ox.NamedNode(RDF + "type")


@dataclass
class NamedGraph:
    """A named graph: its IRI, the folder it was read from if any, its statements and where each stands."""

    name: ox.NamedNode
    folder: Path | None = None
    statements: dict[ox.Triple, Place | None] = field(default_factory=dict)

    def add(self, triple: ox.Triple, place: Place | None = None) -> None:
        """Add a statement, its value as XML Schema writes it; the first place that says it is the one remembered."""
        if isinstance(triple.object, ox.Literal):
            triple = ox.Triple(triple.subject, triple.predicate, canonical(triple.object))
        self.statements.setdefault(triple, place)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the statements as quads of this graph."""
        return quads_of(self.statements, self.name)


def subject_of(triple: ox.Triple) -> str | None:
    """Return the IRI of what a statement is about, None if it has none."""
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None
