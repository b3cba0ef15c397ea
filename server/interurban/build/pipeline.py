"""The build up to the last step: each sees only what the one before it made, and nothing is written."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from interurban import resources
from interurban.build.catalog.quality import read_metrics
from interurban.build.consolidate import consolidate
from interurban.build.dataset import Dataset
from interurban.build.derive import BELIEVED, INFERENCES, RULES, derive, infer
from interurban.build.graphs import TYPE, NamedGraph
from interurban.build.mappings import mappings
from interurban.build.pages import pages
from interurban.build.questions import described, must_end
from interurban.build.read import read_about, read_alone, read_sources, read_turtle
from interurban.build.records import records
from interurban.build.resolve import resolve
from interurban.build.search import search
from interurban.build.validate import consolidated, graph_by_graph
from interurban.build.views import VIEWS, views
from interurban.confined import Beside, Handed, at, sized, together
from interurban.errors import InputError, Place, Problem, in_order, relative
from interurban.files import there
from interurban.iris import DCT, OWL, SH, Base, shortened
from interurban.matching.records import RECORDS
from interurban.messages import say
from interurban.questions import Question, read_questions
from interurban.rdf.formats import canonical_nquads, quads_of, read_rdf
from interurban.rdf.lines import DEFAULT, Gathering, joined
from interurban.release.erasure import TOMBSTONE, erased
from interurban.release.folder import SHAPES

# What each room has at least one of: files, and in those of Turtle things of a class.
_EXPECTED = {"data": "tables.json", "ontology": "**/*.ttl", "shapes": "**/*.ttl", "queries": "*.rq"}
_CLASSES = {"ontology": OWL + "Class", "shapes": SH + "NodeShape"}
_SHORTEST = 80  # bytes that there are for a statement on a line, or more
_MODIFIED = ox.NamedNode(DCT + "modified")


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


def check(inputs: Inputs, base: Base) -> Dataset:
    """Return the dataset that the inputs make, or raise InputError with everything that is wrong with them."""
    dataset = prepare(inputs, base)
    dataset.must_conform()
    return dataset


def check_alone(inputs: Inputs, base: Base, names: Collection[str]) -> tuple[list[NamedGraph], list[Problem]]:
    """Return what some sources say, and what is worth a look in it; InputError with everything that is wrong in them.

    names: of their folders. It takes seconds, whatever else there is: what is wrong only together with what other
    sources say, with what follows from it, or with a reference to what is not described any more, `check` finds.
    """
    _refuse_empty(inputs)
    vocabulary = _room("ontology", "vocabulary", inputs, base)
    shapes = _room("shapes", "shapes", inputs, base)
    graphs, others = read_alone(inputs.data, base, names)
    at(Place(relative(inputs.data)), together())
    resolve(graphs, base, [*others, vocabulary])
    at(Place(relative(inputs.shapes)), together())
    found = graph_by_graph(shapes, vocabulary, graphs, [*others, vocabulary])
    found += (warning for graph in graphs for warning in graph.warnings)
    if violations := [problem for problem in found if not problem.warning]:
        raise InputError(violations)
    return graphs, in_order(found)


def prepare(inputs: Inputs, base: Base) -> Dataset:
    """Return the dataset that the inputs make, while a process beside this one holds the shapes against it.

    Raises InputError with what is wrong with the inputs, but for what the shapes find, which the dataset will tell.
    """
    _refuse_empty(inputs)
    vocabulary = _room("ontology", "vocabulary", inputs, base)
    shapes = _room("shapes", "shapes", inputs, base)

    def judge(found: Callable[[], list[Problem]]) -> Beside[list[Problem]]:
        def judged() -> list[Problem]:
            at(Place(relative(inputs.shapes)), together())
            return found()

        return Beside("shapes", judged)

    def written_about(nodes: set[ox.NamedNode]) -> list[NamedGraph]:
        return [*read_about(inputs.data, base, nodes), vocabulary]

    with Handed() as handed:

        def in_all() -> list[Problem]:
            lines = handed.taken()
            sized(os.fstat(lines.fileno()).st_size // _SHORTEST)
            at(Place(relative(inputs.shapes)), together())
            said = (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True))
            return consolidated(shapes, vocabulary, said, written_about)

        last = judge(in_all)  # begun before anything is read, so that it takes no more memory than its own
        sources = read_sources(inputs.data, base)
        sized(2 * sum(len(graph.statements) for graph in sources))  # as much again follows from them
        questions, asked = _questions(inputs, base)
        at(Place(relative(inputs.data)), together())
        read_metrics(inputs.data)
        written = [*sources, vocabulary, asked]
        resolve(written, base)
        verdicts = [judge(lambda: graph_by_graph(shapes, vocabulary, written))]
        believed, conflicts = consolidate(written, base)
        said = Gathering()
        said.put(BELIEVED, believed)
        said.put(BELIEVED, conflicts.statements)
        del believed
        inferred = infer(said.store, inputs.ontology / INFERENCES, base)
        at(Place(relative(inputs.data)), together())
        for graph in inferred:
            said.put(BELIEVED, graph.statements)
        made = [conflicts, *inferred]
        verdicts += [judge(lambda: graph_by_graph(shapes, vocabulary, made, written)), last]
        for graph in (*sources, *inferred):
            said.put(graph.name, graph.statements)
        gone = erased(said.store.quads_for_pattern(None, TYPE, TOMBSTONE))
        if not gone:  # else it is still to be asked where people wrote their names
            for graph in sources:
                graph.statements.clear()
        derived = derive(said, inputs.ontology / RULES, base)
        at(Place(relative(inputs.data)), together())
        for graph in (vocabulary, asked, conflicts):
            said.put(graph.name, graph.statements)
        lines, store = said.lines(), said.store
        handed.put(joined(line + DEFAULT for line in lines.believed))
    every = [*written, *made, derived]
    dataset = Dataset(base, lines, store, every, questions, verdicts, _stated(inputs.data, base), inputs.data)
    with dataset.judged_first():
        told = {SHAPES: canonical_nquads(quads_of(shapes.statements))} | records(dataset.store, inputs.data, base)
        told |= search(dataset.store, inputs.data, base, told.get(RECORDS, b"")) | pages(
            dataset.store, inputs.data, base
        )
        told |= mappings([folder for graph in sources if (folder := graph.folder)], base, gone)
        dataset.views.update(views(dataset.store, inputs.ontology / VIEWS, base) | told)
        must_end(questions.values(), dataset.store, base)  # not beside, where all of this would be there twice
    return dataset


def _questions(inputs: Inputs, base: Base) -> tuple[dict[str, Question], NamedGraph]:
    """Return the saved questions, by name, and the graph that describes them."""
    at(Place(relative(inputs.queries)))
    questions = read_questions(inputs.queries)
    return questions, described(questions.values(), base)


def _refuse_empty(inputs: Inputs) -> None:
    """Raise InputError for every room that is no folder, or has no file of what belongs there at all."""
    problems = []
    for room, expected in _EXPECTED.items():
        folder: Path = getattr(inputs, room)
        at(Place(relative(folder)))
        if not folder.is_dir():
            problems.append(Problem(say("room-missing", room=room), Place(relative(folder))))
        elif not there(folder / expected) and not any(folder.glob(expected)):
            problems.append(
                Problem(say("room-empty", room=room, expected=expected.rpartition("/")[2]), Place(relative(folder)))
            )
    if problems:
        raise InputError(problems)


def _room(name: Literal["ontology", "shapes"], slug: str, inputs: Inputs, base: Base) -> NamedGraph:
    """Return what the Turtle of a room says; InputError if it is that of some other folder."""
    folder: Path = getattr(inputs, name)
    graph, expected = read_turtle(folder, slug, base), ox.NamedNode(_CLASSES[name])
    if not any(t.predicate == TYPE and t.object == expected for t in graph.statements):
        message = say("room-empty", room=name, expected=shortened(expected.value))
        raise InputError([Problem(message, Place(relative(folder)))])
    return graph


def _stated(data: Path, base: Base) -> str:
    """Return the day on which the data were last changed, as the catalogue states it by hand."""
    path = data / "catalog" / "catalog.ttl"
    stated = [t.object for t in read_rdf(path, base.iri) if t.predicate == _MODIFIED] if there(path) else []
    days = [day.value for day in stated if isinstance(day, ox.Literal)]
    if not days:
        raise InputError([Problem(say("catalog-modified"), Place(relative(path)))])
    return max(days)
