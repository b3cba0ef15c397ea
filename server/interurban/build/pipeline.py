"""The build from end to end: every step sees only what the one before it made, and only the last one writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox

from interurban import resources
from interurban.build.asked import described
from interurban.build.consolidate import consolidate
from interurban.build.derive import derive
from interurban.build.graphs import TYPE, NamedGraph, read_sources, read_turtle
from interurban.build.resolve import resolve
from interurban.build.validate import Statements, Validator
from interurban.errors import InputError, Place, Problem, ReleaseError, SettingError, in_order, relative
from interurban.iris import DCT, Base
from interurban.messages import say
from interurban.questions import Question, read_questions
from interurban.rdf.canonical import canonical_nquads, dataset_hash
from interurban.rdf.reading import read_rdf
from interurban.release.changes import as_json, next_moments
from interurban.release.folder import DATASET, ENTITIES, QUERIES, Release, current, publish, version_of

MODIFIED = ox.NamedNode(DCT + "modified")


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
    published: str  # the day that the catalogue states

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
    return Assembled(base, [*graphs, derived], believed, questions, warnings, _stated(inputs.data, base))


def export(assembled: Assembled, releases: Path, published: str = "") -> Release:
    """Write the release of a dataset under `releases`, make it the current one and return it.

    published: the instant from which it counts; "": the day that the catalogue states. It is moved on by a second where
    it would not be after the release before. What is current already is not written again.
    """
    dataset = canonical_nquads(assembled.quads())
    facts: dict[str, object] = {
        "base": assembled.base.iri,
        "dataset_hash": {"algorithm": "RDFC-1.0", "sha256": dataset_hash(dataset)},
        "counts": _counts(assembled),
    }
    queries = {f"{QUERIES}/{name}.rq": question.source.encode() for name, question in assembled.questions.items()}
    content = {DATASET: dataset, **queries}
    last = _last(releases, assembled.base)
    if last:
        same = {name: last.manifest[name] for name in ("published", "previous", "deleted")}
        if version_of(content | {ENTITIES: last.read(ENTITIES)}, facts | same) == last.version:
            return last
    instant = _instant(published or assembled.published, last)
    moments, deleted = next_moments(dataset, instant, last)
    facts |= {"published": instant, "previous": last.version if last else None, "deleted": deleted}
    return publish(releases, content | {ENTITIES: as_json(moments)}, facts)


def _last(releases: Path, base: Base) -> Release | None:
    """Return the release that the next one follows: the current one, if it names things in the same way."""
    try:
        last = current(releases)
    except ReleaseError:
        return None
    return last if last.base == base.iri and last.manifest.get("published") else None


def _instant(stated: str, last: Release | None) -> str:
    """Return the instant that is stated, as a day or with the time, in UTC; but never one before the last release's.

    Raises SettingError if it is none.
    """
    try:
        instant = datetime.fromisoformat(stated)
    except ValueError as error:
        raise SettingError(say("setting-published", value=stated)) from error
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    if last:
        instant = max(instant, datetime.fromisoformat(last.published) + timedelta(seconds=1))
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _stated(data: Path, base: Base) -> str:
    """Return the day on which the data were last changed, as the catalogue states it by hand."""
    path = data / "catalog" / "catalog.ttl"
    days = [t.object.value for t in read_rdf(path, base.iri) if t.predicate == MODIFIED] if path.is_file() else []
    if not days:
        raise InputError([Problem(say("catalog-modified"), Place(relative(path)))])
    return max(days)


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
