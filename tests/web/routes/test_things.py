"""The document of a thing: what belongs to it, and that every format says the same."""

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from rdflib.compare import isomorphic

from interurban.iris import IU, PREFIXES, RDF, RDFS, XSD
from interurban.web.model.document import of_thing
from web.world import World

MEMBER, ORGANIZATION = PREFIXES["org"] + "member", PREFIXES["org"] + "organization"
EVERYTHING = [
    "doc/city/it-fonte",
    "doc/network/rivers",
    "doc/government/it-fonte-comune",
    "doc/person/anna-prova",
    "doc/pledge/fonte-water",
    "doc/city/fr-%C3%A9cole",
    "graph/rivers-2019",
    "def/City",
    "def/role",
    "def/role/member",
    "def",
    "doc/city",
    "graph",
]


def triples(world: World, name: str) -> set[tuple[str, str, str]]:
    """Return a document's statements as strings, things of the world without their base."""

    def short(term: object) -> str:
        return str(term).replace(world.base, "").strip("<>")

    document = of_thing(world.vocabulary, world.thing(name))
    return {(short(t.subject), short(t.predicate), short(t.object)) for t in document.triples()}


def graph_of(answer: httpx.Response, syntax: str) -> rdflib.Graph:
    assert answer.status_code == 200, answer.text
    return rdflib.Graph().parse(data=answer.content, format=syntax)


def test_a_document_holds_what_the_paths_reach_and_the_names_of_the_rest(world: World) -> None:
    document = triples(world, "city/it-fonte")
    membership, government = "id/membership/rivers-it-fonte", "id/government/it-fonte-comune"
    assert (government, IU + "governs", "id/city/it-fonte") in document
    assert (membership, MEMBER, government) in document
    assert (membership, IU + "start", f'"2019-03-12"^^<{XSD}date') in document
    assert ("id/network/rivers", RDFS + "label", '"Città dei fiumi"@it') in document
    # the network is only mentioned, so nothing but its types and labels is here
    said = {predicate for subject, predicate, _ in document if subject == "id/network/rivers"}
    assert said == {RDF + "type", RDFS + "label"}
    assert not any(subject == "id/membership/rivers-de-monach" for subject, _, _ in document)


def test_a_path_holds_for_subclasses(world: World) -> None:
    document = triples(world, "government/it-fonte-comune")  # a municipality; the path is on local governments
    assert ("id/holding/anna-prova-mayor", IU + "attestedOn", f'"2019-03-12"^^<{XSD}date') in document


def test_a_class_does_not_drag_in_its_instances(world: World) -> None:
    for name, inside in (("LocalGovernment", "Municipality"), ("Municipality", "LocalGovernment")):
        document = of_thing(world.vocabulary, ox.NamedNode(IU + name))
        subjects = {str(t.subject) for t in document.triples()}
        assert f"<{IU}{inside}>" in subjects
        assert not any("/id/" in subject for subject in subjects)


# rdflib's JSON-LD parser makes one itself
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("path", EVERYTHING)
def test_every_format_says_the_same(client: httpx.Client, path: str) -> None:
    turtle = graph_of(client.get(f"/{path}.ttl"), "turtle")
    assert len(turtle) > 0
    for extension, syntax in (("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        other = graph_of(client.get(f"/{path}.{extension}"), syntax)
        assert isomorphic(turtle, other), extension
    expanded = jsonld.to_rdf(client.get(f"/{path}.jsonld").json(), {"format": "application/n-quads"})
    assert isomorphic(turtle, rdflib.Graph().parse(data=expanded, format="nt"))


@pytest.mark.parametrize("path", EVERYTHING)
def test_trig_tells_who_says_each_statement(client: httpx.Client, world: World, path: str) -> None:
    trig = list(ox.parse(client.get(f"/{path}.trig").content, format=ox.RdfFormat.TRIG))
    believed = {q.triple for q in trig if isinstance(q.graph_name, ox.DefaultGraph)}
    turtle = client.get(f"/{path}.ttl").content
    assert believed == {q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    said = {q for q in trig if not isinstance(q.graph_name, ox.DefaultGraph)}
    every = {
        q
        for t in believed
        for q in world.store.quads_for_pattern(t.subject, t.predicate, t.object, None)
        if not isinstance(q.graph_name, ox.DefaultGraph)
    }
    assert said == every
    assert {q.triple for q in said} == believed  # nothing here is believed without a source


def test_a_statement_of_two_sources_stands_in_both(client: httpx.Client, world: World) -> None:
    trig = ox.parse(client.get("/doc/city/it-fonte.trig").content, format=ox.RdfFormat.TRIG)
    membership = world.thing("membership/rivers-it-fonte")
    graphs = {str(q.graph_name) for q in trig if q.subject == membership and q.predicate.value == IU + "start"}
    assert graphs == {"DEFAULT", f"<{world.base}graph/rivers-2019>", f"<{world.base}graph/fonte-web>"}


def test_long_lists_are_cut_and_say_so(world: World) -> None:
    store = ox.Store()
    store.extend(world.store)
    network = world.thing("network/rivers")
    for number in range(1500):
        node = world.thing(f"membership/m{number:04}")
        store.add(ox.Quad(node, ox.NamedNode(ORGANIZATION), network))
    vocabulary = type(world.vocabulary)(store, world.vocabulary.base)
    document = of_thing(vocabulary, network)
    (cut,) = document.cuts
    assert (cut.predicate, cut.shown, cut.total) == (ORGANIZATION, 100, 1502)
    shown = [node.value for node in document.inbound[ox.NamedNode(ORGANIZATION)]]
    assert shown == sorted(shown)
    assert len(shown) == 100
    assert shown[0].endswith("membership/m0000")
