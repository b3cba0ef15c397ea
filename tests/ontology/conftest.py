"""The files of the ontology room as graphs, and what tests do with them: run a rule, close under OWL RL."""

import os
from collections.abc import Callable
from pathlib import Path

import owlrl
import pytest
from pyoxigraph import QueryTriples, RdfFormat, Store
from rdflib import Graph, Namespace
from rdflib.namespace import RDF

from interurban.resources import room

ONTOLOGY = room("ontology")
HERE = Path(__file__).parent
ERR = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")  # the vocabulary in which owlrl reports

Triples = set[tuple[str, str, str]]
Derive = Callable[[str, str], Triples]


def parse(*paths: Path) -> Graph:
    """Return one graph with the Turtle of all `paths`."""
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """Return everything in the room as one graph."""
    return parse(*sorted(ONTOLOGY.rglob("*.ttl")))


@pytest.fixture(scope="session")
def terms() -> Graph:
    return parse(ONTOLOGY / "interurban.ttl")


@pytest.fixture(scope="session")
def concepts() -> Graph:
    return parse(*sorted((ONTOLOGY / "concepts").glob("*.ttl")))


@pytest.fixture(scope="session")
def presentation() -> Graph:
    return parse(ONTOLOGY / "presentation.ttl")


@pytest.fixture(scope="session")
def alignments() -> Graph:
    return parse(ONTOLOGY / "alignments.ttl")


@pytest.fixture(scope="session")
def documents() -> Graph:
    """Return a small instance graph: what the founding documents say."""
    return parse(HERE / "documents.ttl")


@pytest.fixture(scope="session")
def reused() -> Graph:
    """Return the axioms of the reused vocabularies that could contradict data."""
    return parse(HERE / "reused.ttl")


@pytest.fixture(scope="session")
def derive() -> Derive:
    """Return a function that runs the rule of a name over Turtle and returns what it derives."""

    def run(rule: str, turtle: str) -> Triples:
        store = Store()
        store.load(turtle.encode(), RdfFormat.TURTLE, base_iri="https://example.org/")
        result = store.query((ONTOLOGY / "rules" / f"{rule}.rq").read_text(encoding="utf-8"))
        assert isinstance(result, QueryTriples)
        return {(str(t.subject), str(t.predicate), str(t.object)) for t in result}

    return run


def close(*graphs: Graph) -> tuple[Graph, list[str]]:
    """Return the OWL RL closure of the graphs' union, and the inconsistencies that owlrl found in it."""
    closure = Graph()
    for graph in graphs:
        closure += graph
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    messages = list(closure.subjects(RDF.type, ERR.ErrorMessage))
    return closure, sorted(str(text) for node in messages for text in closure.objects(node, ERR.error))


@pytest.fixture(scope="session")
def closure_of() -> Callable[..., tuple[Graph, list[str]]]:
    """Return `close`."""
    return close


@pytest.fixture(scope="session")
def standards() -> Callable[[str], Path]:
    """Return a function from a name to a file of the standards, which lie beside the project."""

    def find(name: str) -> Path:
        path = ONTOLOGY.parents[1] / "shared" / "conformance" / name
        if not path.exists():
            reason = f"needs {name} of the standards' own files, which lie beside a developer's checkout"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
        return path

    return find
