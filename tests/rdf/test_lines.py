"""A dataset as lines is the one that its quads are, blank nodes and all, and so is its JSON-LD."""

import json
from collections import defaultdict

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from interurban.iris import RDFS, SKOS, XSD
from interurban.rdf.formats import canonical_nquads
from interurban.rdf.lines import DEFAULT, Gathering, Graph, Lines
from interurban.rdf.nodes import write_nodes
from interurban.rdf.terms import TYPE, TermDefinition

NAMES = [ox.NamedNode(f"http://e.org/{name}") for name in ("a", "a/b", "a-b", "ab", "è", "_:x")]
THINGS = st.sampled_from([*NAMES, *map(ox.BlankNode, ("x", "y", "z"))])
TEXTS = st.text(st.sampled_from('a"\\ .<>\n\r\t\x01\x7f\u0085\u2028é𝄞@^_:'), max_size=4)
NUMBERS = st.sampled_from(["1", "-7", "9007199254740993"])
INTEGER, BOOLEAN, DAY = (ox.NamedNode(XSD + name) for name in ("integer", "boolean", "date"))
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda text, code: ox.Literal(text, language=code), TEXTS, st.sampled_from(["en", "it"])),
    NUMBERS.map(lambda text: ox.Literal(text, datatype=INTEGER)),
    st.sampled_from(["true", "false"]).map(lambda text: ox.Literal(text, datatype=BOOLEAN)),
    st.just(ox.Literal("2024-05-29", datatype=DAY)),
)
LABEL, NOTE, LINK, COUNT, OPEN = (
    ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "note", "http://e.org/link", "http://e.org/count", "http://p")
)
KNOWN = {
    term.iri: term
    for term in (
        TermDefinition("label", LABEL.value, languages=True),
        TermDefinition("note", NOTE.value, languages=True),
        TermDefinition("link", LINK.value, links=True),
        TermDefinition("Kind", NAMES[0].value, kind=True),
        TermDefinition("count", COUNT.value, datatypes=((INTEGER.value, "count"), (BOOLEAN.value, "countBoolean"))),
        TermDefinition("http", OPEN.value),  # a scheme of IRIs: no name then
    )
}
TRIPLES = st.builds(
    ox.Triple, THINGS, st.sampled_from([TYPE, LABEL, NOTE, LINK, COUNT, OPEN]), st.one_of(THINGS, LITERALS)
)
GRAPHS = st.one_of(st.just(ox.DefaultGraph()), st.sampled_from(NAMES))
QUADS = st.lists(st.tuples(GRAPHS, TRIPLES), max_size=14)


def gathered(said: list[tuple[Graph, ox.Triple]]) -> tuple[Lines, ox.Store]:
    graphs: dict[Graph, list[ox.Triple]] = defaultdict(list)
    for graph, triple in said:
        graphs[graph].append(triple)
    gathering = Gathering()
    for graph, triples in graphs.items():
        gathering.put(graph, triples)
    return gathering.lines(), gathering.store


@given(QUADS)
def test_lines_are_canonical_n_quads(said: list[tuple[Graph, ox.Triple]]) -> None:
    lines, store = gathered(said)
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for graph, t in said]
    assert b"".join(lines.quads()) == canonical_nquads(quads)
    assert canonical_nquads(store) == canonical_nquads(quads)
    for graph in {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode | ox.DefaultGraph)}:
        part = [quad for quad in quads if quad.graph_name == graph]
        assert b"".join(lines.of(graph).quads()) == canonical_nquads(part)


@given(QUADS)
def test_a_store_names_blank_nodes_as_lines_do(said: list[tuple[Graph, ox.Triple]]) -> None:
    lines, store = gathered(said)
    assert {f"{quad} .\n".encode() for quad in store} == {line + end for line, ends in lines.items() for end in ends}


@given(QUADS)
def test_json_ld_is_the_same_triples(said: list[tuple[Graph, ox.Triple]]) -> None:
    lines, _ = gathered(said)
    triples = lines.of(ox.DefaultGraph())
    written = b"".join(write_nodes(triples, KNOWN))
    document = json.loads(written)
    assert "http" not in document["@context"]
    assert len({node["@id"] for node in document["@graph"]}) == len(document["@graph"])
    read = ox.Dataset(ox.parse(written, format=ox.RdfFormat.JSON_LD))
    assert canonical_nquads(read) == b"".join(line + DEFAULT for line in triples)
