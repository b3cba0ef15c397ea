"""The files in which a dataset is handed out: its statements in every syntax, always the same bytes for the same data.

The triples are what is believed; the quads say besides who said so, and what was said and not believed.
"""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyoxigraph as ox

from interurban.iris import PREFIXES, RDF, shortened
from interurban.messages import Bilingual
from interurban.rdf.formats import BY_EXTENSION, canonical_nquads

_TYPE = RDF + "type"
_PACKED = "nq.gz"


@dataclass(frozen=True)
class Dump:
    """A file about a dataset: its name, what is in it, and its own title and description if it has them."""

    name: str
    content: bytes
    title: Bilingual = field(default_factory=Bilingual)
    about: Bilingual = field(default_factory=Bilingual)

    @property
    def extension(self) -> str:
        """What its name ends with, as the table of formats has it."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Selection:
    """The statements of a dataset: the quads, and which triples of them are handed out as such."""

    quads: frozenset[ox.Quad]
    triples: frozenset[ox.Triple]


def statements(slug: str, selection: Selection) -> list[Dump]:
    """Return the dumps of a dataset's statements, each named after the dataset."""
    quads = canonical_nquads(selection.quads)
    triples = _canonical(selection.triples)
    return [
        Dump(f"{slug}.ttl", turtle(triples)),
        Dump(f"{slug}.jsonld", jsonld(triples)),
        Dump(f"{slug}.nq", quads),
        Dump(f"{slug}.{_PACKED}", packed(quads)),
        Dump(f"{slug}.trig", _trig(quads)),
    ]


def packed(content: bytes) -> bytes:
    """Return `content` as gzip that names neither file nor time."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    """Return triples as Turtle, in the order given."""
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def jsonld(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    """Return triples as JSON-LD: its context is inside, and every node stands once in `@graph`, on a line."""
    nodes: list[dict[str, Any]] = json.loads(ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]")

    @cache
    def short(iri: str) -> str:
        return shortened(iri, prefixes)

    graph: list[str] = []
    for node in nodes:
        members: dict[str, Any] = {"@id": node.pop("@id")}
        types = [value["@id"] for value in node.pop(_TYPE, [])] + node.pop("@type", [])
        if types:
            members["@type"] = [short(iri) for iri in types]
        for name, values in node.items():
            members[short(name)] = [v | {"@type": short(v["@type"])} if "@type" in v else v for v in values]
        graph.append(json.dumps(members, ensure_ascii=False))
    context = json.dumps(dict(prefixes), ensure_ascii=False)
    nodes_text = ",\n".join(graph)
    return f'{{"@context": {context},\n"@graph": [\n{nodes_text}\n]}}\n'.encode()


def _canonical(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return triples in order, with the names of RDFC-1.0 for blank nodes."""
    quads = canonical_nquads(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return [quad.triple for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS)]


def _trig(quads: bytes) -> bytes:
    """Return canonical N-Quads as TriG: the default graph first, then the others, in order of name."""

    def place(quad: ox.Quad) -> tuple[bool, str]:
        return quad.graph_name != ox.DefaultGraph(), str(quad.graph_name)

    found = sorted(ox.parse(quads, format=ox.RdfFormat.N_QUADS), key=place)  # within a graph they stay in order
    return ox.serialize(found, format=BY_EXTENSION["trig"].syntax, prefixes=PREFIXES) or b""
