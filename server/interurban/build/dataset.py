"""What the steps up to `validate` make, and `export` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import NamedGraph
from interurban.confined import Beside
from interurban.errors import InputError, Problem
from interurban.iris import Base
from interurban.questions import Question
from interurban.rdf.formats import quads_of
from interurban.rdf.lines import Lines


@dataclass(frozen=True)
class Dataset:
    """An RDF dataset: named graphs, the statements of the default graph, and what the shapes say of them."""

    base: Base
    graphs: list[NamedGraph]
    believed: set[ox.Triple]
    questions: dict[str, Question]
    verdict: Beside[list[Problem]]  # what the shapes find, on its way
    published: str  # the day that the catalogue states
    data: Path  # the folder they were read from, which also describes the catalogue
    views: dict[str, bytes] = field(default_factory=dict)  # files of the release, by path

    @property
    def warnings(self) -> list[Problem]:
        """What the shapes find worth a look, as soon as it is known; InputError with all violations."""
        return self.verdict.result()

    def must_conform(self) -> None:
        """Raise InputError with all that is wrong with the dataset, if anything is."""
        len(self.warnings)

    @contextmanager
    def judged_first(self) -> Iterator[None]:
        """Say what is wrong with the dataset itself, rather than what comes of that."""
        try:
            yield
        except InputError:
            self.must_conform()
            raise

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
