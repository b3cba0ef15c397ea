"""What the steps up to `validate` make, and `export` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import NamedGraph
from interurban.confined import Beside
from interurban.errors import InputError, Problem, in_order
from interurban.iris import Base
from interurban.questions import Question
from interurban.rdf.lines import Lines


@dataclass(frozen=True)
class Dataset:
    """An RDF dataset: its statements as lines, the named graphs that they came from, and what the shapes say of them.

    store: the same, to be asked. graphs: with their statements, where those are still asked for with their places.
    """

    base: Base
    lines: Lines
    store: ox.Store
    graphs: list[NamedGraph]
    questions: dict[str, Question]
    verdicts: list[Beside[list[Problem]]]  # what the shapes find, on its way: in the graphs, then in all of it together
    published: str  # the day that the catalogue states
    data: Path  # the folder they were read from, which also describes the catalogue
    views: dict[str, bytes] = field(default_factory=dict)  # files of the release, by path

    @property
    def warnings(self) -> list[Problem]:
        """What is worth a look, as soon as all has been held against the shapes; InputError with all violations."""
        problems = [warning for graph in self.graphs for warning in graph.warnings]
        for verdict in self.verdicts:
            problems += verdict.result()
            # a wrong source makes the consolidated graph wrong in the same way
            if violations := [p for p in problems if not p.warning]:
                raise InputError(violations)
        return in_order(problems)

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
