"""The RDF formats this project reads and writes: one table for documents, dumps and the endpoint."""

from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True)
class Format:
    """An RDF syntax.

    name: what people call it; extension: without dot; media_type: as registered; syntax: the engine's own value.
    """

    name: str
    extension: str
    media_type: str
    syntax: ox.RdfFormat

    @property
    def holds_graphs(self) -> bool:
        """Whether the syntax can hold named graphs."""
        return self.syntax.supports_datasets


# In the order of the server's preference. JSON-LD documents are framed by the web room; the syntax is for dumps.
FORMATS = (
    Format("Turtle", "ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Format("JSON-LD", "jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Format("N-Triples", "nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    Format("RDF/XML", "rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    Format("TriG", "trig", "application/trig", ox.RdfFormat.TRIG),
    Format("N-Quads", "nq", "application/n-quads", ox.RdfFormat.N_QUADS),
)

BY_EXTENSION = {f.extension: f for f in FORMATS}
BY_MEDIA_TYPE = {f.media_type: f for f in FORMATS}
