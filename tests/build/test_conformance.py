"""What certainly conforms is not judged by pyshacl: the verdict is the same as if it judged everything."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest

from excerpt import data_without_lists
from interurban import resources
from interurban.build.conformance import Conformance
from interurban.build.graphs import TYPE
from interurban.build.pipeline import Inputs, check
from interurban.build.prebinding import for_all
from interurban.build.read import read_turtle
from interurban.build.validate import Validator, classes, to_rdflib
from interurban.errors import InputError, Problem
from interurban.iris import IU, XSD, Base
from interurban.rdf.lines import DEFAULT

BASE = Base()


@pytest.fixture(scope="module")
def believed(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Triple]:
    """Return what real data say."""
    data = data_without_lists(tmp_path_factory.mktemp("documents") / "data")
    lines = check(replace(Inputs.installed(), data=data), BASE).lines.believed
    parsed = ox.parse(b"".join(line + DEFAULT for line in lines), format=ox.RdfFormat.N_QUADS)
    return sorted((quad.triple for quad in parsed), key=str)


@pytest.fixture(scope="module")
def validators() -> tuple[Validator, Validator]:
    """Return the build's validator, and one that lets pyshacl judge everything."""
    shapes = read_turtle(resources.room("shapes"), "shapes", BASE).statements
    vocabulary = read_turtle(resources.room("ontology"), "vocabulary", BASE).statements
    return Validator(shapes, vocabulary), Validator(shapes, vocabulary, thorough=True)


def found(
    validator: Validator, statements: list[ox.Triple], others: list[ox.Triple] | None = None
) -> list[tuple[str | None, bool, str]]:
    """Return what a validator finds: about which node, whether it only warns, and what it says.

    others: what other graphs say.
    """

    def key(problem: Problem) -> tuple[str | None, bool, str]:
        return problem.node, problem.warning, problem.message.text()

    return sorted(map(key, validator.problems(dict.fromkeys(statements), classes(others or []))), key=str)


def twice(t: ox.Triple, chance: random.Random, all_of_them: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Give a second value, which another thing has."""
    yield t
    other = chance.choice([o for o in all_of_them if o.predicate == t.predicate])
    yield ox.Triple(t.subject, t.predicate, other.object)


def moved(t: ox.Triple, chance: random.Random, all_of_them: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Give it a value that some other property has."""
    yield ox.Triple(t.subject, t.predicate, chance.choice(all_of_them).object)


def written_otherwise(t: ox.Triple, chance: random.Random, _: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Give the same text in another datatype or language, or with a space before it."""
    text = t.object.value if not isinstance(t.object, ox.Triple) else ""
    kind = ox.NamedNode(XSD + chance.choice(["date", "gYear", "decimal", "string", "duration", "boolean"]))
    yield chance.choice(
        [
            ox.Triple(t.subject, t.predicate, ox.Literal(text, datatype=kind)),
            ox.Triple(t.subject, t.predicate, ox.Literal(text, language=chance.choice(["en", "it", "de-AT"]))),
            ox.Triple(t.subject, t.predicate, ox.Literal(" " + text)),
        ]
    )


def gone(*_: object) -> Iterator[ox.Triple]:
    """Say nothing."""
    yield from ()


def turned(t: ox.Triple, chance: random.Random, all_of_them: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Say it the other way round too, which makes circles."""
    yield t
    if isinstance(t.object, ox.NamedNode) and t.predicate != TYPE:
        yield ox.Triple(t.object, t.predicate, t.subject)


Mutation = Callable[[ox.Triple, random.Random, list[ox.Triple]], Iterator[ox.Triple]]
MUTATIONS: tuple[Mutation, ...] = (twice, moved, written_otherwise, gone, turned)


@pytest.mark.parametrize("seed", range(4))
def test_of_damaged_data_the_same_is_found(
    seed: int, believed: list[ox.Triple], validators: tuple[Validator, Validator]
) -> None:
    chance = random.Random(seed)  # noqa: S311
    damaged = set(chance.sample(range(len(believed)), 400))
    statements = list(
        dict.fromkeys(
            new
            for place, t in enumerate(believed)
            for new in (chance.choice(MUTATIONS)(t, chance, believed) if place in damaged else (t,))
        )
    )
    quick, thorough = (found(validator, statements) for validator in validators)
    assert quick == thorough
    assert len(quick) > 100


def test_of_a_graph_that_mentions_things_of_others_the_same_is_found(
    believed: list[ox.Triple], validators: tuple[Validator, Validator]
) -> None:
    statements, gone = believed[::2], {t.subject for t in believed[::97]}
    others = [*believed[1::2], *(ox.Triple(node, TYPE, ox.NamedNode(IU + "Tombstone")) for node in gone)]
    quick, thorough = (found(validator, statements, others) for validator in validators)
    assert quick == thorough
    assert any("erased.csv" in said for _, _, said in quick)


def test_of_real_data_almost_nothing_is_doubted(believed: list[ox.Triple], validators: tuple[Validator, ...]) -> None:
    quick, thorough = (found(validator, believed) for validator in validators)
    assert quick == thorough
    assert len({node for node, *_ in quick}) < 20


def conformance(turtle: str) -> Conformance:
    prefixes = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> ."""
    parsed = ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return Conformance(to_rdflib(quad.triple for quad in parsed))


@pytest.mark.parametrize(
    "turtle",
    [
        "e:s sh:targetNode e:n ; sh:nodeKind sh:IRI .",
        "e:s sh:targetClass e:C ; sh:property e:p . e:p sh:targetClass e:C ; sh:path [ sh:inversePath e:q ] .",
        'e:s sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this { $this ?p ?value }" ] .',
        'e:s sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this { OPTIONAL { $this <e:p> ?value } }" ] .',
    ],
)
def test_shapes_that_may_look_anywhere_are_judged_over_everything(turtle: str) -> None:
    assert not conformance(turtle).complete


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("SELECT $this ?value { $this <e:p> ?value FILTER (?value > 3) }", True),
        ("PREFIX e: <http://e.example/> SELECT $this { $this e:p ?a ; e:q ?b . FILTER (STR(?a) < STR(?b)) }", True),
        ("SELECT $this ?value { $this <e:p> ?value FILTER NOT EXISTS { ?value <e:q> ?x } }", True),
        ("SELECT $this { $this <e:p>/<e:q> ?x }", False),
        ("SELECT $this { ?x <e:p> $this }", False),
        ("SELECT $this { $this (<e:p>|<e:q>)* ?x }", False),
        ("SELECT $this { $this <e:p> ?x FILTER NOT EXISTS { ?y <e:q> $this } }", None),
        ("SELECT $this { { $this <e:p> ?x } UNION { ?z <e:q> ?x FILTER (?x != $this) } }", None),
        ("SELECT $this { $this <e:p> ?x { SELECT (COUNT(*) AS ?n) { $this <e:q> ?y } } }", None),
        ("SELECT $this { $this <e:p> ?x MINUS { $this <e:q> ?y } }", None),
        ("SELECT $this { $this e:p ?x }", None),
    ],
)
def test_a_constraint_in_sparql_is_asked_once_only_where_that_finds_the_same(query: str, near: bool | None) -> None:
    constraint = for_all(query)
    assert (constraint.near if constraint else None) == near


@pytest.mark.parametrize("wrong", ['sh:pattern "("', "sh:minCount e:many", 'sh:sparql [ sh:select "SELECT $this { " ]'])
def test_a_shape_that_cannot_be_asked_is_named_as_before(wrong: str) -> None:
    text = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> .
        e:s a sh:NodeShape ; sh:targetClass e:C ; sh:property e:p . e:p a sh:PropertyShape ; sh:path e:q ; {wrong} ."""
    shapes = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    thing = ox.NamedNode("http://e.example/n")
    said = {
        ox.Triple(thing, TYPE, ox.NamedNode("http://e.example/C")): None,
        ox.Triple(thing, ox.NamedNode("http://e.example/q"), ox.Literal("x")): None,
    }
    with pytest.raises(InputError):
        Validator(shapes, []).problems(said)  # type: ignore[arg-type]
