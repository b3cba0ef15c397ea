"""The W3C's SPARQL test suites as their manifests list them, and their data as a release.

Each file of data is a named graph with the address at which the W3C publishes it, so the protocol's dataset, or FROM in
a query, chooses among them.
"""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF

from interurban.rdf.formats import quads_of, read_rdf
from serving import publish_quads

FOLDER = Path(__file__).parents[3] / "shared/conformance/sparql-evaluation"  # beside the checkout
PUBLISHED = "https://w3c.github.io/rdf-tests/sparql/"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
MANIFESTS = (
    "sparql10/manifest-evaluation.ttl",
    "sparql10/manifest-syntax.ttl",
    "sparql11/manifest-sparql11-query.ttl",
    "sparql11/manifest-sparql11-results.ttl",
)


@dataclass(frozen=True)
class Case:
    """One entry of a manifest. name: its folder and its own; kind: its class without namespace; others as there."""

    name: str
    kind: str
    query: Path
    data: tuple[str, ...] = ()
    graph_data: tuple[str, ...] = ()
    result: Path | None = None
    lax: bool = False

    @property
    def suite(self) -> str:
        """The suite that it is counted with."""
        version, folder, _ = self.name.split("/")
        results = {"csv-tsv-res": "CSV and TSV results", "json-res": "JSON results"}
        number = {"sparql10": "1.0", "sparql11": "1.1"}[version]
        return results.get(folder) or f"SPARQL {number}, {'syntax' if 'Syntax' in self.kind else 'evaluation'}"

    @property
    def text(self) -> str:
        return self.query.read_text(encoding="utf-8")


def cases() -> list[Case]:
    """Return every test of the suites, none where the suites are absent."""
    return [case for manifest in MANIFESTS if FOLDER.exists() for case in _cases(manifest)]


def _cases(manifest: str) -> list[Case]:
    graph = rdflib.Graph().parse(FOLDER / manifest, publicID=PUBLISHED + manifest)
    root = rdflib.URIRef(PUBLISHED + manifest)
    found = [case for part in _members(graph, root, MF.include) for case in _cases(str(part).removeprefix(PUBLISHED))]
    for entry in _members(graph, root, MF.entries):
        action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
        query = graph.value(action, QT.query)
        found.append(
            Case(
                f"{manifest.removesuffix('manifest.ttl')}{str(entry).partition('#')[2]}",
                str(graph.value(entry, RDF.type)).partition("#")[2],
                _path(query or action),
                tuple(sorted(map(str, graph.objects(action, QT.data)))),
                tuple(sorted(map(str, graph.objects(action, QT.graphData)))),
                _path(result) if result else None,
                (entry, MF.resultCardinality, MF.LaxCardinality) in graph,
            )
        )
    return found


def _members(graph: rdflib.Graph, subject: rdflib.URIRef, predicate: rdflib.URIRef) -> list[rdflib.term.Node]:
    return [member for head in graph.objects(subject, predicate) for member in graph.items(head)]


def _path(iri: object) -> Path:
    return FOLDER / str(iri).removeprefix(PUBLISHED)


def address(path: Path) -> str:
    """Return where the W3C publishes a file."""
    return PUBLISHED + path.relative_to(FOLDER).as_posix()


def make_release(folder: Path, port: int) -> None:
    """Write a release with whatever the suites' folders have of data."""
    quads = []
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in (".ttl", ".rdf", ".nt") and "manifest" not in path.name:
            quads += list(quads_of(read_rdf(path, address(path)), ox.NamedNode(address(path))))
    publish_quads(folder, port, quads)
