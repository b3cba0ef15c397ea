"""The build from end to end: every step sees only what the one before it made, and only the last one writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban import resources
from interurban.build.consolidate import consolidate
from interurban.build.derive import derive
from interurban.build.graphs import TYPE, NamedGraph, read_sources, read_vocabulary
from interurban.build.resolve import resolve
from interurban.build.validate import Statements, Validator
from interurban.errors import InputError, Problem
from interurban.iris import Base
from interurban.rdf.canonical import canonical_nquads, dataset_hash
from interurban.release.folder import DATASET, Release, publish


@dataclass(frozen=True)
class Inputs:
    """The folders that a build reads."""

    data: Path
    ontology: Path
    shapes: Path

    @classmethod
    def installed(cls) -> "Inputs":
        """Return the folders of this installation."""
        return cls(resources.room("data"), resources.room("ontology"), resources.room("shapes"))


@dataclass(frozen=True)
class Assembled:
    """A dataset that conforms: the named graphs, and the statements of the default graph."""

    graphs: list[NamedGraph]
    believed: set[ox.Triple]

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the whole dataset."""
        yield from (ox.Quad(t.subject, t.predicate, t.object) for t in self.believed)
        for graph in self.graphs:
            yield from graph.quads()


def check(inputs: Inputs, base: Base) -> Assembled:
    """Return the dataset that the inputs make, or raise InputError with everything that is wrong with them."""
    vocabulary = read_vocabulary(inputs.ontology, base)
    sources = read_sources(inputs.data, base)
    resolve([vocabulary, *sources], base)
    believed, conflicts = consolidate([vocabulary, *sources], base)
    believed |= set(conflicts.statements)
    derived = derive(believed, inputs.ontology / "rules", base)
    believed |= set(derived.statements)
    graphs = [*sources, vocabulary, conflicts, derived]
    _validate(inputs.shapes, graphs, vocabulary, believed)
    return Assembled(graphs, believed)


def build(inputs: Inputs, base: Base, releases: Path) -> Release:
    """Check the inputs, write the release they make under `releases`, make it the current one and return it.

    Raises InputError before anything is written if the inputs do not conform.
    """
    assembled = check(inputs, base)
    dataset = canonical_nquads(assembled.quads())
    facts = {
        "base": base.iri,
        "dataset_hash": {"algorithm": "RDFC-1.0", "sha256": dataset_hash(dataset)},
        "counts": _counts(assembled),
    }
    return publish(releases, {DATASET: dataset}, facts)


def _validate(shapes: Path, graphs: list[NamedGraph], vocabulary: NamedGraph, believed: set[ox.Triple]) -> None:
    """Hold the shapes against every named graph and the consolidated graph; InputError lists all violations."""
    validator = Validator(shapes, vocabulary.statements)
    types = [t for graph in graphs for t in graph.statements if t.predicate == TYPE]
    problems: list[Problem] = []
    for graph in graphs:
        problems += validator.problems(graph.statements, types)
    if not problems:  # a wrong source makes the consolidated graph wrong in the same way
        places: Statements = dict.fromkeys(believed)
        for graph in graphs:
            places.update((t, place) for t, place in graph.statements.items() if place and t in places)
        problems = validator.problems(places)
    if problems:
        raise InputError(problems)


def _counts(assembled: Assembled) -> dict[str, object]:
    """Return what the manifest says of the dataset's size."""
    classes = Counter(t.object.value for t in assembled.believed if t.predicate == TYPE and isinstance(t.object, ox.NamedNode))
    return {
        "default_graph": len(assembled.believed),
        "named_graphs": {g.name.value: len(g.statements) for g in sorted(assembled.graphs, key=lambda g: g.name.value)},
        "classes": dict(sorted(classes.items())),
    }
