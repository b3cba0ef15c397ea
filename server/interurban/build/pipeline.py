"""The build from end to end: every step sees only what the one before it made, and only the last one writes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from interurban import resources
from interurban.build.catalogue import Catalogue
from interurban.build.composer import compose
from interurban.build.consolidate import consolidate, resolve
from interurban.build.derive import VIEWS, derive, described, views
from interurban.build.graphs import TYPE, NamedGraph, read_sources, read_turtle
from interurban.build.validate import Statements, Validator
from interurban.errors import InputError, Place, Problem, ReleaseError, in_order, relative
from interurban.iris import DCT, Base
from interurban.messages import say
from interurban.questions import Question, read_questions
from interurban.rdf.formats import canonical_nquads, dataset_hash, quads_of, read_rdf
from interurban.release.changes import as_json, next_instant, next_moments
from interurban.release.erasure import erase_from_older, erased, mentions, names_in_releases
from interurban.release.folder import DATASET, ENTITIES, QUERIES, Release, counts, current, publish, version_of
from interurban.settings import Settings

MODIFIED = ox.NamedNode(DCT + "modified")
_DEFAULTS = Settings()


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
    data: Path  # the folder they were read from, which also describes the catalogue
    views: dict[str, bytes] = field(default_factory=dict)  # files of the release, by path

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the whole dataset."""
        yield from quads_of(self.believed)
        for graph in self.graphs:
            yield from graph.quads()

    def catalogue(self, settings: Settings) -> Catalogue:
        """Return the catalogue of the dataset; InputError or SettingError with what it cannot be made of."""
        return compose(self.graphs, self.quads(), self.questions, self.data, self.base, settings)


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
    stated = _stated(inputs.data, base)
    assembled = Assembled(base, [*graphs, derived], believed, questions, warnings, stated, inputs.data)
    return replace(assembled, views=views(assembled.quads(), inputs.ontology / VIEWS, base))


def export(assembled: Assembled, releases: Path, settings: Settings = _DEFAULTS) -> Release:
    """Write the release of a dataset under `releases`, make it the current one and return it.

    It counts from the instant that the settings give, else from the day that the catalogue states, moved on by a second
    where that would not be after the release before. What is current already is not written again.
    """
    gone = erased(assembled.quads())
    if gone:
        _refuse_names(assembled, names_in_releases(releases, gone))
    release = _released(assembled, releases, settings)
    if gone:  # even if the release was there: the build that made it may have come no further
        erase_from_older(releases, release, gone, {quad.subject for quad in assembled.quads()})
    return release


def _released(assembled: Assembled, releases: Path, settings: Settings) -> Release:
    """Return the release of a dataset as the current one: as it is there already, or as it is written now."""
    dataset = canonical_nquads(assembled.quads())
    facts: dict[str, object] = {
        "base": assembled.base.iri,
        "dataset_hash": {"algorithm": "RDFC-1.0", "sha256": dataset_hash(dataset)},
        "counts": counts(assembled.quads(), (graph.name.value for graph in assembled.graphs)),
    }
    queries = {f"{QUERIES}/{name}.rq": question.source.encode() for name, question in assembled.questions.items()}
    content = {DATASET: dataset, **queries, **assembled.views}
    catalogue = assembled.catalogue(settings)
    last = _last(releases, assembled.base)
    if last:
        same = {name: last.manifest[name] for name in ("published", "previous", "deleted")}
        unchanged = catalogue.written(last.published, last) | {ENTITIES: last.read(ENTITIES)}
        if version_of(content | unchanged, facts | same) == last.version:
            return last
    instant = next_instant(settings.published or assembled.published, last)
    moments, deleted = next_moments(dataset, instant, last)
    facts |= {"published": instant, "previous": last.version if last else None, "deleted": deleted}
    content |= catalogue.written(instant, last) | {ENTITIES: as_json(moments)}
    return publish(releases, content, facts)


def _links_to_erased(graphs: list[NamedGraph]) -> list[Problem]:
    """Return every statement that points to something that has a tombstone."""
    gone: dict[object, str] = {n: n.value for n in erased(quad for graph in graphs for quad in graph.quads())}
    return [
        Problem(say("erased-linked", thing=gone[triple.object]), place, _node(triple))
        for graph in graphs
        for triple, place in graph.statements.items()
        if triple.object in gone
    ]


def _refuse_names(assembled: Assembled, called: set[str]) -> None:
    """Raise InputError with every text that has one of these names, which are of what has a tombstone."""
    problems = [
        Problem(say("erased-named"), place, _node(triple))
        for graph in assembled.graphs
        for triple, place in graph.statements.items()
        if isinstance(triple.object, ox.Literal) and mentions(triple.object.value, called)
    ]
    if problems:
        raise InputError(problems)


def _last(releases: Path, base: Base) -> Release | None:
    """Return the release that the next one follows: the current one, if it names things in the same way."""
    try:
        last = current(releases)
    except ReleaseError:
        return None
    return last if last.base == base.iri and last.manifest.get("published") else None


def _stated(data: Path, base: Base) -> str:
    """Return the day on which the data were last changed, as the catalogue states it by hand."""
    path = data / "catalog" / "catalog.ttl"
    stated = [t.object for t in read_rdf(path, base.iri) if t.predicate == MODIFIED] if path.is_file() else []
    days = [day.value for day in stated if isinstance(day, ox.Literal)]
    if not days:
        raise InputError([Problem(say("catalog-modified"), Place(relative(path)))])
    return max(days)


def _validate(validator: Validator, graphs: list[NamedGraph], believed: set[ox.Triple]) -> list[Problem]:
    """Hold the shapes against every named graph and the consolidated graph; return the warnings.

    What the rules derived describes nothing by itself; it is judged where it stands, in the consolidated graph.
    Raises InputError with all violations.
    """
    types = [t for graph in graphs for t in graph.statements if t.predicate == TYPE]
    problems = _links_to_erased(graphs)
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


def _node(triple: ox.Triple) -> str | None:
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None
