"""The quality score that data.europa.eu gives a catalogue (Metadata Quality Assessment), found out before it does.

Dimensions, metrics and points stand in `data/catalog/quality.toml`, each metric as the SPARQL pattern that it asks for.
"""

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, select
from interurban.build.catalog.composer import DUMPS
from interurban.build.catalog.editions import CATALOG, Catalogue
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, there, usable
from interurban.iris import PREFIXES
from interurban.messages import Message, catalogue, say
from interurban.rdf.formats import quads_of

_METRICS = "quality.toml"
_TOML_PLACE = re.compile(r"at line (\d+), column (\d+)")


@dataclass(frozen=True)
class Metric:
    """What a metric found: its points at most, and the things that do not have what it asks for, out of how many."""

    dimension: str
    name: str
    most: int
    missing: tuple[str, ...]
    asked: int

    @property
    def points(self) -> Fraction:
        """The points for the share of things that have it; none if there is nothing to ask."""
        return Fraction(self.most * (self.asked - len(self.missing)), self.asked or 1)


@dataclass(frozen=True)
class Score:
    """What all metrics found."""

    metrics: list[Metric]

    def told(self) -> Iterator[Message]:
        """Yield what a person is told: the points of each dimension, and of all."""
        for dimension in dict.fromkeys(metric.dimension for metric in self.metrics):
            part = [metric for metric in self.metrics if metric.dimension == dimension]
            yield say("quality-part", part=say(f"quality-{dimension}"), points=_points(part), most=_most(part))
        yield say("quality", points=_points(self.metrics), most=_most(self.metrics))

    def problems(self) -> list[Problem]:
        """Return where points are lost: worth a look, each."""
        return [
            Problem(say("quality-missing", metric=metric.name, points=metric.most), node=thing, warning=True)
            for metric in self.metrics
            for thing in metric.missing
        ]


@dataclass(frozen=True)
class _Asked:
    """A metric as it stands in the file: for each thing of a class of DCAT, whether the pattern holds of it."""

    dimension: str
    name: str
    line: int
    of: str
    points: int
    pattern: str


def read_metrics(data: Path) -> tuple[str, list[_Asked]]:
    """Return the prefixes, as SPARQL, and the metrics that `data/catalog/quality.toml` asks; none if there is no file.

    Raises InputError if it is not TOML, or a metric is not what this module can ask.
    """
    path = data / CATALOG / _METRICS
    if not there(path):
        return "", []
    text = read_source(path)
    with usable(path):
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line, column = map(int, _TOML_PLACE.findall(str(error))[0]) if _TOML_PLACE.search(str(error)) else (1, 1)
            raise InputError(
                [Problem(say("quality-toml", reason=error), Place(relative(path), line, column))]
            ) from error
    prefixes = given.pop("prefixes", {})
    asked: list[_Asked] = []
    problems: list[Problem] = []
    for dimension, metrics in given.items():
        for name, metric in metrics.items() if isinstance(metrics, dict) else [(dimension, {})]:
            line = _line_of(name, text)
            match metric:
                case {"of": str(of), "points": int(points), "pattern": str(pattern)} if (
                    points > 0 and len(metric) == 3 and of.isidentifier() and f"quality-{dimension}" in catalogue()
                ):
                    asked.append(_Asked(dimension, name, line, of, points, pattern))
                case _:
                    problems.append(Problem(say("quality-metric"), Place(relative(path), line, name=name)))
    if not isinstance(prefixes, dict) or not all(isinstance(iri, str) for iri in prefixes.values()):
        problems.append(Problem(say("quality-metric"), Place(relative(path), _line_of("[prefixes]", text))))
    elif not asked and not problems:
        problems.append(Problem(say("quality-metric"), Place(relative(path), 1)))
    if problems:
        raise InputError(problems)
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items()), asked


def _line_of(name: str, text: str) -> int:
    """Return the first line that begins with a name, 1 if none does."""
    return next((number for number, line in enumerate(text.split("\n"), 1) if line.startswith(name)), 1)


def assess(catalogue: Catalogue, data: Path, published: str) -> Score:
    """Return what each metric finds in the catalogue of a release from the instant `published`, in order.

    An address counts as answering if the release has the file. Raises InputError for a pattern that is not SPARQL.
    """
    path, store = data / CATALOG / _METRICS, ox.Store()
    store.extend(quads_of(catalogue.dated(published, None)))
    here = ox.NamedNode(f"{catalogue.base.iri}{DUMPS}/")
    files = (ox.NamedNode(catalogue.base.iri + file) for file in catalogue.files)
    store.extend(ox.Quad(file, ox.NamedNode(PREFIXES["dct"] + "isPartOf"), here, here) for file in files)
    prologue, asked = read_metrics(data)

    def found(pattern: str, place: Place) -> set[str]:
        # a comment at a pattern's end ends with its line
        query = Asked(f"{prologue}SELECT DISTINCT ?this WHERE {{ {pattern}\n}}", place)
        answer = select(store, query, catalogue.base)
        if answer is None:
            raise InputError([Problem(say("quality-pattern"), place)])
        return {row[0].value for row in answer.rows if isinstance(row[0], ox.NamedNode)}

    metrics = []
    for question in asked:
        place = Place(relative(path), question.line, name=question.name)
        things = found(f"?this a dcat:{question.of}", place)
        missing = tuple(sorted(things - found(question.pattern, place)))
        metrics.append(Metric(question.dimension, question.name, question.points, missing, len(things)))
    return Score(metrics)


def _points(metrics: list[Metric]) -> str:
    """Return the points in all, rounded down to a tenth, so that the most is told only where nothing is missing."""
    return f"{math.floor(sum(metric.points for metric in metrics) * 10) / 10:g}"


def _most(metrics: list[Metric]) -> int:
    return sum(metric.most for metric in metrics)
