"""Documents as bytes in every RDF format; the same document is always the same bytes."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO

import pyoxigraph as ox

from interurban.engine.xml_results import XmlOutput, nameable
from interurban.iris import PREFIXES, RDF, XSD
from interurban.rdf.formats import Format
from interurban.rdf.jsonld import write_jsonld
from interurban.rdf.terms import TYPE
from interurban.web.model.document import Document
from interurban.web.model.vocabulary import DEFAULT, Term, Vocabulary

# Datatypes that a literal has without their being written out.
_UNWRITTEN = {ox.NamedNode(iri) for iri in (RDF + "langString", XSD + "string")}


def serialize(vocabulary: Vocabulary, document: Document, form: Format) -> bytes:
    """Return the document in `form`; a format that holds graphs also says which source says what.

    Raises QueryFormatError if RDF/XML cannot hold the document.
    """
    if form.extension == "jsonld":
        return write_jsonld(document.root, document.groups, vocabulary.terms)
    triples = list(document.triples())
    if form.holds_graphs:
        quads = with_sources(vocabulary, triples)
        return ox.serialize(quads, format=form.syntax, prefixes=_prefixes(triples)) or b""
    if form.extension == "rdf":
        body = ox.serialize(nameable(triples), format=form.syntax, prefixes=_prefixes(triples)) or b""
        checked = BytesIO()
        XmlOutput(checked, "graph").write(body)
        return checked.getvalue()
    prefixes = _prefixes(triples) if form.extension != "nt" else None
    return ox.serialize(triples, format=form.syntax, prefixes=prefixes) or b""


def with_sources(vocabulary: Vocabulary, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    """Yield each statement in the default graph, then again in each named graph that says it, graph by graph.

    As in the release's dataset, the default graph is what is believed and the others are who said so.
    """
    said: dict[ox.NamedNode, list[ox.Quad]] = {}
    find, about, known = vocabulary.store.quads_for_pattern, None, False
    for t in triples:
        yield ox.Quad(t.subject, t.predicate, t.object, DEFAULT)
        if t.subject != about:  # of what stands in the catalogue alone, no source says anything
            about, known = t.subject, any(True for _ in find(t.subject, None, None, None))
        for quad in find(t.subject, t.predicate, t.object, None) if known else ():
            if isinstance(quad.graph_name, ox.NamedNode):
                said.setdefault(quad.graph_name, []).append(quad)
    for graph in sorted(said, key=lambda name: name.value):
        yield from said[graph]


def _prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes that the triples make use of, in the order of the one table."""
    written: set[Term] = set()
    for t in triples:
        written.add(t.subject)
        if t.predicate != TYPE:  # written `a`
            written.add(t.predicate)
        written.add(t.object.datatype if isinstance(t.object, ox.Literal) else t.object)
    used = {_prefix(term) for term in written}
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix in used}


@lru_cache(maxsize=16_384)
def _prefix(term: Term) -> str | None:
    if not isinstance(term, ox.NamedNode) or term in _UNWRITTEN:
        return None
    return next((prefix for prefix, namespace in PREFIXES.items() if term.value.startswith(namespace)), None)
