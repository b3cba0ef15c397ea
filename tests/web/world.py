"""A small world of its own as a release: graphs of a TriG file, and their union as what is believed."""

import io
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from interurban.build.questions import described
from interurban.iris import IU, PREFIXES, RDF, RDFS, Base
from interurban.questions import read_questions
from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.changes import as_json, next_moments
from interurban.release.folder import DATASET, ENTITIES, QUERIES, Release, publish
from interurban.web.model.vocabulary import Vocabulary
from serving import free_port

WORLD = Path(__file__).parent / "world.trig"
HOSTILE = Path(__file__).parent / "hostile.trig"
QUESTIONS = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class World:
    """A release of the small world: where it will be served, its folder, and what it holds."""

    port: int
    releases: Path
    release: Release
    store: ox.Store

    @property
    def base(self) -> str:
        return self.release.base

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.store, Base(self.base))

    def thing(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.base}id/{name}")


def make_world(folder: Path, *files: Path, crowd: int = 0, questions: Path | None = None) -> World:
    """Return the world that `files` make: their graphs, and the union of those as the default graph.

    crowd: how many memberships the network `crowd` has besides. questions: folder of its saved questions.
    """
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    quads = [q for file in files for q in ox.parse(path=file, format=ox.RdfFormat.TRIG, base_iri=base)]
    for number in range(crowd):
        member = ox.NamedNode(f"{base}id/membership/crowd-{number:05}")
        quads.append(ox.Quad(member, ox.NamedNode(RDF + "type"), ox.NamedNode(IU + "Membership")))
        network = ox.NamedNode(base + "id/network/crowd")
        quads.append(ox.Quad(member, ox.NamedNode(PREFIXES["org"] + "organization"), network))
        quads.append(ox.Quad(network, ox.NamedNode(RDFS + "label"), ox.Literal("Crowd")))
    asked = read_questions(questions) if questions else {}
    if asked:
        quads += described(asked.values(), Base(base)).quads()
    quads = [*dict.fromkeys(quads), *(ox.Quad(q.subject, q.predicate, q.object) for q in quads)]
    store = ox.Store()
    store.extend(quads)  # which writes numbers in one way, as a build does
    dataset = canonical_nquads(store)
    published = "2026-11-22T00:00:00Z"
    facts: dict[str, object] = {
        "base": base,
        "dataset_hash": {"sha256": dataset_hash(dataset)},
        "counts": {},
        "published": published,
        "previous": None,
        "deleted": [],
    }
    entities = as_json(next_moments(io.BytesIO(dataset), published, None)[0])
    sources = {f"{QUERIES}/{name}.rq": question.source.encode() for name, question in asked.items()}
    release = publish(folder, {DATASET: dataset, ENTITIES: entities, **sources}, facts)
    return World(port, folder, release, store)
