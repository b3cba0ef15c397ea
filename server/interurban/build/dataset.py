"""What the steps up to `validate` make, and `export` writes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import NamedGraph
from interurban.errors import Problem
from interurban.iris import Base
from interurban.questions import Question
from interurban.rdf.formats import quads_of
from interurban.rdf.lines import Lines


@dataclass(frozen=True)
class Dataset:
    """An RDF dataset that conforms: named graphs, the statements of the default graph, and what is worth a look."""

    base: Base
    graphs: list[NamedGraph]
    believed: set[ox.Triple]
    questions: dict[str, Question]
    warnings: list[Problem]
    published: str  # the day that the catalogue states
    data: Path  # the folder they were read from, which also describes the catalogue
    views: dict[str, bytes] = field(default_factory=dict)  # files of the release, by path

    @property
    def vocabulary(self) -> NamedGraph:
        """What the ontology's files say."""
        name = ox.NamedNode(self.base.graph("vocabulary"))
        return next((graph for graph in self.graphs if graph.name == name), NamedGraph(name))

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the whole dataset."""
        yield from quads_of(self.believed)
        for graph in self.graphs:
            yield from graph.quads()

    @cached_property
    def lines(self) -> Lines:
        """The whole dataset as canonical N-Quads."""
        graphs = ((graph.name, graph.statements) for graph in self.graphs)
        return Lines.written([(ox.DefaultGraph(), self.believed), *graphs])

    @cached_property
    def store(self) -> ox.Store:
        """The whole dataset, to be asked."""
        return self.lines.store()
