"""The fixtures of the shapes, and the report of each in the form in which it is pinned.

A fixture is what one named graph says; `elsewhere.ttl` has the classes that other graphs give.
In `pass-*.ttl` the shapes find nothing; `fail-*.ttl` has one defect, named by its file, with the whole report
beside it in `fail-*.txt`. To see the report of a fixture:

    PYTHONPATH=server:tests python -m shapes.reports tests/shapes/city/fail-no-country.ttl

A pinned report is read before it is kept: does it say what is wrong with this file, and nothing else?
"""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from interurban import resources
from interurban.build.read import read_turtle
from interurban.build.validate import Validator
from interurban.build.validate import classes as types
from interurban.errors import Problem
from interurban.iris import PREFIXES, Base
from interurban.messages import Bilingual
from interurban.rdf.formats import read_rdf

HERE = Path(__file__).parent

SHAPE = "https://w3id.org/interurban/shapes/"


@cache
def shapes() -> rdflib.Graph:
    """Return all the shapes as one graph."""
    graph = rdflib.Graph()
    for path in sorted(resources.room("shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


def vocabulary() -> Iterable[ox.Triple]:
    """Return what the ontology says."""
    return read_turtle(resources.room("ontology"), "vocabulary", Base()).statements


def base(fixture: Path) -> str:
    """Return the base IRI of a fixture: each has its own, so that one run can judge them all."""
    return f"https://example.org/{fixture.parent.name}/{fixture.stem}/"


def statements(fixtures: Iterable[Path]) -> list[ox.Triple]:
    """Return what fixtures say."""
    return [triple for fixture in fixtures for triple in read_rdf(fixture, base(fixture))]


def classes(fixtures: Iterable[Path]) -> list[ox.Triple]:
    """Return what other graphs say about the classes of things that fixtures mention."""
    return [triple for fixture in fixtures for triple in read_rdf(HERE / "elsewhere.ttl", base(fixture))]


def reports(fixtures: Iterable[Path]) -> dict[Path, str]:
    """Return the whole report of the build's own validator on each fixture, as it is pinned."""
    fixtures = list(fixtures)
    validator = Validator(read_turtle(resources.room("shapes"), "shapes", Base()).statements, vocabulary())
    problems = validator.problems(dict.fromkeys(statements(fixtures)), types(classes(fixtures)))
    found: dict[Path, set[str]] = {fixture: set() for fixture in fixtures}
    by_base = {base(fixture): fixture for fixture in fixtures}
    for problem in problems:
        under = "/".join((problem.node or "").split("/")[:5]) + "/"
        found[by_base[under]].add(_block(problem, under))
    return {fixture: "\n".join(sorted(blocks)) for fixture, blocks in found.items()}


def _block(problem: Problem, under: str) -> str:
    """Return one result as lines: severity, shape, node, path and value if any, both messages."""
    message = problem.message.values
    texts = message["text"]
    assert isinstance(texts, Bilingual)
    (shape,) = shapes().subjects(SH.message, rdflib.Literal(texts["en"], "en"))
    lines = {"node": _short(problem.node or "", under)}
    if path := message.get("path"):
        lines["path"] = _short(str(path), under)
    value = str(message.get("value", ""))
    if value not in ("", problem.node):  # of a node shape the value is the node itself
        lines["value"] = f"«{_short(value, under)}»"
    head = f"{'Warning' if problem.warning else 'Violation'} of {_short(str(shape), under)}"
    return "\n".join([head, *(f"  {name}: {line}" for name, line in (lines | texts).items())]) + "\n"


def _short(text: str, under: str) -> str:
    """Return a text with IRIs as Turtle writes them with our prefixes and the fixture's base."""
    text = text.replace(under, "")
    for prefix, namespace in {"shape": SHAPE, **PREFIXES}.items():
        text = text.replace(namespace, f"{prefix}:")
    return text


def main() -> None:
    """Print the reports of the fixtures that the command line names."""
    for report in reports(Path(name).absolute() for name in sys.argv[1:]).values():
        sys.stdout.write(report)


if __name__ == "__main__":
    main()
