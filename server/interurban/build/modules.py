"""Modules: the ontology in the documents in which it is written, for tools that read one from each (OWL 2, 3.2).

A file that describes an `owl:Ontology` is a module, and so is what stands in the folder of the same name beside it.
Each document also declares what sort of term each term is that it uses, since it is read before those that it imports.
"""

from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph
from interurban.iris import DCT, IU, OWL, PREFIXES, RDFS
from interurban.rdf.formats import canonical_nquads, quads_of
from interurban.release.folder import MODULES
from interurban.settings import Settings

_IS_ONTOLOGY = (TYPE, ox.NamedNode(OWL + "Ontology"))
_ROOT = ox.NamedNode(IU)
_SORTS = {
    *(ox.NamedNode(f"{OWL}{name}") for name in ("Class", "AnnotationProperty", "DatatypeProperty", "ObjectProperty")),
    ox.NamedNode(RDFS + "Datatype"),
}


def modules(vocabulary: NamedGraph, settings: Settings) -> dict[str, bytes]:
    """Return path in the release -> content for each document of the ontology; the settings say who publishes it."""
    files: dict[str, set[ox.Triple]] = defaultdict(set)
    sorts: dict[object, set[ox.Triple]] = defaultdict(set)
    for triple, place in vocabulary.statements.items():
        files[place.file if place else ""].add(triple)
        if triple.predicate == TYPE and triple.object in _SORTS:
            sorts[triple.subject].add(triple)
    documents: dict[object, set[ox.Triple]] = defaultdict(set)
    headers = {file: t.subject for file, said in files.items() for t in said if (t.predicate, t.object) == _IS_ONTOLOGY}
    for file, said in files.items():
        beside = str(Path(file).parent.with_suffix(".ttl"))
        documents[headers.get(file) or headers.get(beside, _ROOT)] |= said
    publisher = ox.NamedNode(settings.publisher_iri)
    documents[_ROOT] |= {
        ox.Triple(_ROOT, ox.NamedNode(DCT + "publisher"), publisher),
        ox.Triple(publisher, ox.NamedNode(PREFIXES["foaf"] + "name"), ox.Literal(settings.publisher_name)),
    }
    written = {}
    for header, said in documents.items():
        used = {term for triple in said for term in (triple.subject, triple.predicate, triple.object)}
        used |= {term.datatype for term in used if isinstance(term, ox.Literal)}
        declared = set().union(*(sorts[term] for term in used if term in sorts))
        name = quote(str(header)[1:-1].removeprefix(IU), safe="") or "root"
        written[f"{MODULES}/{name}.nt"] = canonical_nquads(quads_of(said | declared))
    return written
