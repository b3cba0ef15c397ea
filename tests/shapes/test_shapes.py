"""The shapes find what is wrong with each fixture that fails, nothing else; and no shape is left untested."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, RDFS, SH

from interurban import resources
from interurban.build.validate import to_rdflib
from interurban.iris import PREFIXES
from shapes.reports import HERE, SHAPE, classes, reports, shapes, statements, vocabulary

PASS = sorted(HERE.glob("*/pass-*.ttl"))
FAIL = sorted(HERE.glob("*/fail-*.ttl"))

# The parameters that make a constraint, with the component that each belongs to (SHACL, section 4).
COMPONENTS = {
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "class": "Class",
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "pattern": "Pattern",
    "or": "Or",
    "node": "Node",
    "in": "In",
    "languageIn": "LanguageIn",
    "uniqueLang": "UniqueLang",
    "qualifiedMinCount": "QualifiedMinCount",
    "qualifiedMaxCount": "QualifiedMaxCount",
    "minInclusive": "MinInclusive",
    "maxInclusive": "MaxInclusive",
    "minExclusive": "MinExclusive",
    "lessThanOrEquals": "LessThanOrEquals",
    "sparql": "SPARQL",
    "closed": "Closed",
}
# What a shape may have besides constraints.
OTHER = {"path", "name", "message", "severity", "property", "ignoredProperties"}
OTHER |= {"targetClass", "targetSubjectsOf", "qualifiedValueShape"}

SUBCLASS = ox.NamedNode(str(RDFS.subClassOf))
KINDS = (SH.NodeShape, SH.PropertyShape)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def found() -> dict[Path, str]:
    """What the build's validator says of each fixture; one run judges them all, for each has its own base."""
    return reports([*PASS, *FAIL])


@pytest.mark.parametrize("fixture", PASS, ids=name)
def test_nothing_is_found_in_what_is_right(found: dict[Path, str], fixture: Path) -> None:
    assert found[fixture] == ""


@pytest.mark.parametrize("fixture", FAIL, ids=name)
def test_the_report_is_the_pinned_one(found: dict[Path, str], fixture: Path) -> None:
    pinned = fixture.with_suffix(".txt")
    assert found[fixture] == pinned.read_text(encoding="utf-8"), (
        f"read the new report, and if it is right keep it:\n"
        f"PYTHONPATH=server:tests python -m shapes.reports {fixture} > {pinned}"
    )


@pytest.mark.parametrize("fixture", FAIL, ids=name)
def test_a_fixture_has_one_defect(found: dict[Path, str], fixture: Path) -> None:
    assert len(re.findall("^(Violation|Warning) of ", found[fixture], re.MULTILINE)) == 1


def test_a_fixture_is_judged_alone_as_among_others(found: dict[Path, str]) -> None:
    for fixture in (PASS[0], FAIL[0]):
        assert reports([fixture]) == {fixture: found[fixture]}


def test_every_pinned_report_has_its_fixture() -> None:
    assert sorted(HERE.glob("*/*.txt")) == [fixture.with_suffix(".txt") for fixture in FAIL]


def test_every_file_of_shapes_has_fixtures_that_pass_and_fail() -> None:
    files = {path.stem for path in resources.room("shapes").glob("*.ttl")}
    files -= {"references"}  # its shapes have no targets; others refer to them
    assert {path.parent.name for path in PASS} == {path.parent.name for path in FAIL} == files


def constraints() -> Iterator[tuple[str, str]]:
    """Yield shape and component of every constraint that can give a result of its own.

    A node shape without target is only asked whether a value conforms; the shape that asks gives the result.
    """
    graph = shapes()
    for shape in graph.subjects(RDF.type, SH.PropertyShape):
        yield from declared(graph, shape)
    for target in (SH.targetClass, SH.targetSubjectsOf):
        for shape in graph.subjects(target):
            yield from declared(graph, shape)


def declared(graph: rdflib.Graph, shape: rdflib.term.Node) -> Iterator[tuple[str, str]]:
    for parameter in graph.predicates(shape):
        local = str(parameter).removeprefix(str(SH))
        if str(parameter).startswith(str(SH)) and local not in OTHER:
            yield str(shape), f"{SH}{COMPONENTS[local]}ConstraintComponent"


def failed() -> set[tuple[str, str]]:
    """Return shape and component of every constraint that the fixtures fail."""
    said = statements(FAIL)
    mentioned = {triple.object for triple in said}
    known = [*classes(FAIL), *vocabulary()]
    context = [t for t in known if t.subject in mentioned or t.predicate == SUBCLASS]
    _, report, _ = pyshacl.validate(to_rdflib([*said, *context]), shacl_graph=shapes(), inplace=True)
    ours = {triple.subject.value for triple in said if isinstance(triple.subject, ox.NamedNode)}
    return {
        (str(report.value(result, SH.sourceShape)), str(report.value(result, SH.sourceConstraintComponent)))
        for result in report.objects(None, SH.result)
        if str(report.value(result, SH.focusNode)) in ours
    }


def test_every_constraint_is_failed_by_a_fixture() -> None:
    assert sorted(set(constraints()) - failed()) == []


def test_every_shape_says_in_both_languages_what_is_wrong() -> None:
    graph = shapes()
    lacking = [
        shape
        for kind in KINDS
        for shape in graph.subjects(RDF.type, kind)
        for property_ in (SH.message, SH.name if kind == SH.PropertyShape else RDFS.label)
        if languages(graph.objects(shape, property_)) != ["en", "it"]
    ]
    assert lacking == []


def languages(texts: Iterable[rdflib.term.Node]) -> list[str | None]:
    return sorted((text.language for text in texts if isinstance(text, rdflib.Literal)), key=str)


def test_every_shape_has_a_name_and_a_place_in_one_file() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted(resources.room("shapes").glob("*.ttl")):
        for kind in KINDS:
            for shape in rdflib.Graph().parse(path).subjects(RDF.type, kind):
                homes.setdefault(str(shape), []).append(path.name)
    assert all(shape.startswith(SHAPE) for shape in homes)
    assert {shape: files for shape, files in homes.items() if len(files) > 1} == {}


def test_every_shape_that_is_spoken_of_exists() -> None:
    graph = shapes()
    there = {shape for kind in (*KINDS, SH.SPARQLConstraint) for shape in graph.subjects(RDF.type, kind)}
    spoken_of = {o for o in graph.objects() if isinstance(o, rdflib.URIRef) and o.startswith(SHAPE)}
    assert spoken_of - there == set()


def test_every_property_shape_is_used() -> None:
    graph = shapes()
    assert set(graph.subjects(RDF.type, SH.PropertyShape)) == set(graph.objects(None, SH.property))


def classes_of_tables() -> Iterator[str]:
    """Yield every class that a row of a table can have."""
    tables = json.loads((resources.room("data") / "tables.json").read_text(encoding="utf-8"))
    for table in tables["tables"]:
        for column in table["tableSchema"]["columns"]:
            if column.get("propertyUrl") == "rdf:type":
                template = column["valueUrl"]
                prefix, _, local = template.partition(":")
                iri = PREFIXES[prefix] + local if prefix in PREFIXES else template
                choices = column["datatype"]["format"].split("|") if "{" in iri else [""]
                yield from (re.sub(r"\{.*\}", choice, iri) for choice in choices)


def test_every_class_of_the_tables_has_a_shape() -> None:
    broader = to_rdflib(triple for triple in vocabulary() if triple.predicate == SUBCLASS)
    targets = set(shapes().objects(None, SH.targetClass))
    lacking = [
        cls
        for cls in classes_of_tables()
        if not targets & set(broader.transitive_objects(rdflib.URIRef(cls), RDFS.subClassOf))
    ]
    assert lacking == []
