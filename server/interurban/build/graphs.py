"""Named graphs on their way to a release: statements that still know where a person wrote them."""

from array import array
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


@dataclass(frozen=True)
class PackedGraph:
    """A named graph without blank nodes as one process hands it to another.

    text: N-Triples; places: of each statement the numbers of its file and column name among `names`, its line and its
    column, all 0 where there is none.
    """

    name: str
    folder: Path | None
    text: bytes
    places: "array[int]"
    names: list[str | None]
    warnings: list[Problem]
    skolem: set[str]

    @classmethod
    def of(cls, graph: NamedGraph) -> "PackedGraph":
        """Return a graph packed."""
        names: dict[str | None, int] = {None: 0}
        places = array("I")
        for place in graph.statements.values():
            if place:
                file, name = (names.setdefault(text, len(names)) for text in (place.file, place.name))
                places.extend((file, place.line or 0, place.column or 0, name))
            else:
                places.extend((0, 0, 0, 0))
        text = ox.serialize(graph.statements, format=ox.RdfFormat.N_TRIPLES) or b""
        return cls(graph.name.value, graph.folder, text, places, list(names), graph.warnings, graph.skolem)

    def graph(self) -> NamedGraph:
        """Return the graph."""
        triples = (quad.triple for quad in ox.parse(self.text, format=ox.RdfFormat.N_TRIPLES, lenient=True))
        numbers = iter(self.places)
        places = zip(numbers, numbers, numbers, numbers, strict=True)
        statements = {triple: self._place(*place) for triple, place in zip(triples, places, strict=True)}
        return NamedGraph(ox.NamedNode(self.name), self.folder, statements, self.warnings, self.skolem)

    def _place(self, file: int, line: int, column: int, name: int) -> Place | None:
        found = self.names[file]
        return Place(found, line or None, column or None, self.names[name]) if found else None


def subject_of(triple: ox.Triple) -> str | None:
    """Return the IRI of what a statement is about, None if it has none."""
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None
