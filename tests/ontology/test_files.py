"""Every Turtle file of the room: it loads everywhere, silently, and reads well."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import parse as oxigraph_parse
from rdflib import BNode, Graph, Literal
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from interurban.iris import PREFIXES
from interurban.resources import room

FILES = sorted(room("ontology").rglob("*.ttl"))
PREFIX = re.compile(r"^@prefix ([\w-]+): <([^>]+)> \.$", re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(room("ontology")).as_posix()


def test_all_files_are_there() -> None:
    top = {"alignments.ttl", "graphs.ttl", "interurban.ttl", "presentation.ttl"}
    named = "bound creative-field document-kind event-kind link-status measure member-kind role theme"
    assert {name(path) for path in FILES} >= top | {f"concepts/{scheme}.ttl" for scheme in named.split()}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_loads_in_rdflib_without_a_word(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    graph = Graph().parse(path, format="turtle")
    assert len(graph) > 0
    assert [record.getMessage() for record in caplog.records] == []


def test_rdflib_would_say_something(caplog: pytest.LogCaptureFixture) -> None:
    """The test above rests on this: what rdflib cannot read it only logs."""
    Graph().parse(data='<a:a> <a:b> "no day"^^<http://www.w3.org/2001/XMLSchema#date> .', format="turtle")
    assert caplog.records


@pytest.mark.parametrize("path", FILES, ids=name)
def test_oxigraph_reads_the_same_statements(path: Path) -> None:
    base = "http://e/"  # what the build makes is named under the base
    lines = {f"{q.triple} ." for q in oxigraph_parse(path=path, format=RdfFormat.TURTLE, base_iri=base)}
    again = Graph().parse(data="\n".join(lines), format="nt")
    assert set(again) == set(Graph().parse(path, format="turtle", publicID=base))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_has_no_blank_nodes(path: Path) -> None:
    graph = Graph().parse(path, format="turtle")
    assert [t for t in graph if any(isinstance(term, BNode) for term in t)] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_says_what_it_is_in_both_languages(path: Path) -> None:
    graph = Graph().parse(path, format="turtle")
    kinds = (OWL.Ontology, SKOS.ConceptScheme)
    (document,) = (s for kind in kinds for s in graph.subjects(RDF.type, kind))
    for about in (DCTERMS.title, DCTERMS.description):
        texts = [o for o in graph.objects(document, about) if isinstance(o, Literal)]
        assert sorted(text.language or "" for text in texts) == ["en", "it"]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_prefixes_are_sorted_used_and_those_of_the_project(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared = PREFIX.findall(text)
    assert declared == sorted(declared)
    body = PREFIX.sub("", text)
    assert [prefix for prefix, _ in declared if not re.search(rf"(?<![\w-]){prefix}:\w", body)] == []
    assert [p for p, iri in declared if PREFIXES.get(p, iri) != iri] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_statements_are_sorted_within_each_section(path: Path) -> None:
    subjects: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            subjects = []  # a heading begins a section
        elif line and not line.startswith(("@", " ")):
            subjects.append(line.split()[0].casefold())
            assert all(a <= b for a, b in pairwise(subjects)), f"{subjects[-1]} stands after {subjects[-2]}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_is_indented_by_four(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if (len(line) - len(line.lstrip())) % 4 or line != line.rstrip()]
    assert wrong == []
    assert not any("\t" in line for line in lines)
