"""Graphs for network analysis as files: GraphML (http://graphml.graphdrawing.org/), and Gephi's edge list in CSV.

They are made of what saved questions answer: one for the edges, with the columns `EDGES`, and `NODES` for the nodes.
A node is named after the IRI of what it stands for, so that files of several graphs or days fit together: in CSV by the
IRI itself, in GraphML, whose schema allows no slash in a name, by what `_name` makes of it; the IRI stands beside it.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

import pyoxigraph as ox

from interurban.files import NOT_IN_XML

EDGES = ("source", "target", "weight", "certain_weight")
NODES = "nodes"
# Column of that question -> what it says of a node.
_FIELDS = {"node": "iri", "name": "label"} | {name: name for name in ("kind", "country", "latitude", "longitude")}

GRAPHML = "application/graphml+xml"
CSV = "text/csv"

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True)
class Node:
    """A node. latitude, longitude: in degrees (WGS 84); "" for what is not known."""

    iri: str
    label: str = ""
    kind: str = ""
    country: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True)
class Edge:
    """An edge without direction between the nodes of these IRIs; certain: how much of its weight is certain."""

    source: str
    target: str
    weight: int
    certain: int


_NODE_KEYS = {name: "double" if name.endswith("itude") else "string" for name in Node.__dataclass_fields__}
_EDGE_KEYS = {"weight": "int", "certain": "int"}


Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Answer:
    """What a question answered: its columns, and the rows with a term or None under each."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Term | None]]


def graph_of(edges: Answer, nodes: Answer) -> tuple[list[Node], list[Edge]]:
    """Return the graph that the answers of two questions make: the edges, and those of the nodes that they connect."""
    places = [edges.columns.index(column) for column in EDGES]
    connected = []
    for row in edges.rows:
        source, target, weight, certain = (text_of(row[place]) for place in places)
        connected.append(Edge(source, target, int(weight), int(certain)))
    described: dict[str, Node] = {}
    for row in nodes.rows:
        node = Node(**{_FIELDS[column]: text_of(term) for column, term in zip(nodes.columns, row, strict=True)})
        described.setdefault(node.iri, node)  # of a thing with two places the first counts
    ends = sorted({end for edge in connected for end in (edge.source, edge.target)})
    return [described.get(end) or Node(end) for end in ends], connected


def write_graphml(name: str, base: str, nodes: Sequence[Node], edges: Sequence[Edge]) -> bytes:
    """Return an undirected graph as GraphML; attributes that are not known are left out.

    base: what IRIs begin with and names need not.
    """
    root = Element("graphml", xmlns=_NAMESPACE)
    for domain, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key, kind in keys.items():
            SubElement(root, "key", {"id": key, "for": domain, "attr.name": key, "attr.type": kind})
    graph = SubElement(root, "graph", id=name, edgedefault="undirected")
    for node in nodes:
        _attributes(SubElement(graph, "node", id=_name(node.iri, base)), node, _NODE_KEYS)
    for edge in edges:
        ends = {"source": _name(edge.source, base), "target": _name(edge.target, base)}
        _attributes(SubElement(graph, "edge", ends), edge, _EDGE_KEYS)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def write_edges(nodes: Sequence[Node], edges: Sequence[Edge]) -> bytes:
    """Return the edges as Gephi imports them; an edge is labelled with what its ends are called."""
    labels = {node.iri: node.label or node.iri for node in nodes}
    out = io.StringIO(newline="")
    table = csv.writer(out)  # lines end as RFC 4180 says
    table.writerow(["Source", "Target", "Type", "Weight", "Label"])
    for edge in edges:
        label = f"{labels[edge.source]} – {labels[edge.target]}"
        table.writerow([edge.source, edge.target, "Undirected", edge.weight, label])
    return out.getvalue().encode()


def _name(iri: str, base: str) -> str:
    """Return the name of a node (XML Schema: an NMTOKEN), which differs for every IRI: `id:city:it-modena`."""
    return _NOT_IN_NAMES.sub(lambda c: ":" if c[0] == "/" else f"_{ord(c[0]):X}_", iri.removeprefix(base))


def _attributes(element: Element, of: Node | Edge, keys: dict[str, str]) -> None:
    for key in keys:
        value = str(getattr(of, key))
        if value:
            SubElement(element, "data", key=key).text = NOT_IN_XML.sub("\ufffd", value)


def text_of(term: Term | None) -> str:
    """Return a term as a cell of a table has it: what it says, "" for none."""
    return "" if term is None else str(term) if isinstance(term, ox.Triple) else term.value
