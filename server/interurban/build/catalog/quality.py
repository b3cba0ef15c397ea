"""The quality score that data.europa.eu gives a catalogue (Metadata Quality Assessment), found out before it does.

Dimensions, metrics and points stand in `data/catalog/quality.toml`, each metric as the SPARQL pattern that it asks for.
"""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox

from interurban.build.catalog.composer import DUMPS
from interurban.build.catalog.editions import CATALOG, Catalogue
from interurban.errors import InputError, Place, Problem, relative
from interurban.iris import PREFIXES
from interurban.messages import Message, say
from interurban.rdf.formats import quads_of

_METRICS = "quality.toml"


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


def assess(catalogue: Catalogue, data: Path, published: str) -> Score:
    """Return what each metric finds in the catalogue of a release from the instant `published`, in order.

    An address counts as answering if the release has the file. Raises InputError for a pattern that is not SPARQL.
    """
    path = data / CATALOG / _METRICS
    if not path.is_file():
        return Score([])
    dimensions = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in dimensions.pop("prefixes").items())
    store = ox.Store()
    store.extend(quads_of(catalogue.dated(published, None)))
    here = ox.NamedNode(f"{catalogue.base.iri}{DUMPS}/")
    files = (ox.NamedNode(catalogue.base.iri + file) for file in catalogue.files)
    store.extend(ox.Quad(file, ox.NamedNode(PREFIXES["dct"] + "isPartOf"), here, here) for file in files)

    def found(pattern: str) -> set[str]:
        query = f"{prologue}SELECT DISTINCT ?this WHERE {{ {pattern} }}"
        try:
            solutions = store.query(query, base_iri=catalogue.base.iri)
        except SyntaxError as error:
            message = say("rule-syntax", reason=error.msg)
            raise InputError([Problem(message, Place(relative(path), name=pattern.strip()))]) from error
        return {row["this"].value for row in solutions} if isinstance(solutions, ox.QuerySolutions) else set()

    metrics = []
    for dimension, asked in dimensions.items():
        for name, metric in asked.items():
            things = found(f"?this a dcat:{metric['of']}")
            missing = tuple(sorted(things - found(metric["pattern"])))
            metrics.append(Metric(dimension, name, metric["points"], missing, len(things)))
    return Score(metrics)


def _points(metrics: list[Metric]) -> str:
    """Return the points in all, rounded down to a tenth, so that the most is told only where nothing is missing."""
    return f"{math.floor(sum(metric.points for metric in metrics) * 10) / 10:g}"


def _most(metrics: list[Metric]) -> int:
    return sum(metric.most for metric in metrics)
