"""The build from end to end: every step sees only what the one before it made, and only the last one writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban import resources
from interurban.build.asked import described
from interurban.build.consolidate import consolidate
from interurban.build.derive import derive
from interurban.build.graphs import TYPE, NamedGraph, read_sources, read_turtle
from interurban.build.resolve import resolve
from interurban.build.validate import Statements, Validator
from interurban.errors import InputError, Problem, in_order
from interurban.iris import Base
from interurban.questions import Question, read_questions
from interurban.rdf.canonical import canonical_nquads, dataset_hash
from interurban.release.folder import DATASET, QUERIES, Release, publish


@dataclass(frozen=True)
class Inputs:
    """The folders that a build reads."""

    data: Path
    ontology: Path
    shapes: Path
    queries: Path

    @classmethod
    def installed(cls) -> "Inputs":
        """Return the folders of this installation."""
        return cls(*map(resources.room, resources.ROOMS))


@dataclass(frozen=True)
class Assembled:
    """A dataset that conforms: the named graphs, the statements of the default graph, and what is worth a look."""

    base: Base
    graphs: list[NamedGraph]
    believed: set[ox.Triple]
    questions: dict[str, Question]
    warnings: list[Problem]

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the whole dataset."""
        yield from (ox.Quad(t.subject, t.predicate, t.object) for t in self.believed)
        for graph in self.graphs:
            yield from graph.quads()


def check(inputs: Inputs, base: Base) -> Assembled:
    """Return the dataset that the inputs make, or raise InputError with everything that is wrong with them."""
    vocabulary = read_turtle(inputs.ontology, "vocabulary", base)
    shapes = read_turtle(inputs.shapes, "shapes", base)
    sources = read_sources(inputs.data, base)
    questions = read_questions(inputs.queries)
    asked = described(questions.values(), base)
    resolve([vocabulary, *sources, asked], base)
    believed, conflicts = consolidate([vocabulary, *sources, asked], base)
    believed |= set(conflicts.statements)
    derived = derive(believed, inputs.ontology / "rules", base)
    believed |= set(derived.statements)
    graphs = [*sources, vocabulary, asked, conflicts]
    validator = Validator(shapes.statements, vocabulary.statements)
    warnings = _validate(validator, graphs, believed)
    return Assembled(base, [*graphs, derived], believed, questions, warnings)


def export(assembled: Assembled, releases: Path) -> Release:
    """Write the release of a dataset under `releases`, make it the current one and return it."""
    dataset = canonical_nquads(assembled.quads())
    facts = {
        "base": assembled.base.iri,
        "dataset_hash": {"algorithm": "RDFC-1.0", "sha256": dataset_hash(dataset)},
        "counts": _counts(assembled),
    }
    queries = {f"{QUERIES}/{name}.rq": question.source.encode() for name, question in assembled.questions.items()}
    return publish(releases, {DATASET: dataset, **queries}, facts)


def _validate(validator: Validator, graphs: list[NamedGraph], believed: set[ox.Triple]) -> list[Problem]:
    """Hold the shapes against every named graph and the consolidated graph; return the warnings.

    What the rules derived describes nothing by itself; it is judged where it stands, in the consolidated graph.
    Raises InputError with all violations.
    """
    types = [t for graph in graphs for t in graph.statements if t.predicate == TYPE]
    problems: list[Problem] = []
    for graph in graphs:
        problems += validator.problems(graph.statements, types)
    if all(p.warning for p in problems):  # a wrong source makes the consolidated graph wrong in the same way
        places: Statements = dict.fromkeys(believed)
        for graph in graphs:
            places.update((t, place) for t, place in graph.statements.items() if place and t in places)
        problems += validator.problems(places)
    if violations := [p for p in problems if not p.warning]:
        raise InputError(violations)
    return in_order(problems)


def _counts(assembled: Assembled) -> dict[str, object]:
    """Return what the manifest says of the dataset's size."""
    classes = Counter(
        t.object.value for t in assembled.believed if t.predicate == TYPE and isinstance(t.object, ox.NamedNode)
    )
    return {
        "default_graph": len(assembled.believed),
        "named_graphs": {g.name.value: len(g.statements) for g in sorted(assembled.graphs, key=lambda g: g.name.value)},
        "classes": dict(sorted(classes.items())),
    }
