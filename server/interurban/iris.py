"""The names of things: namespaces, prefixes, and the base IRI from which every address is made.

The ontology's namespace is a fixed name in the world. Things, graphs and the catalogue stand under the base IRI,
which is a setting: the build resolves every relative IRI (`id/city/it-modena`) against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

CANONICAL_BASE = "https://w3id.org/interurban/"

IU = CANONICAL_BASE + "def/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"

# In the order in which they claim short names in the JSON-LD context: the first namespace that has a term wins it.
PREFIXES: dict[str, str] = {
    "iu": IU,
    "rdfs": RDFS,
    "org": "http://www.w3.org/ns/org#",
    "schema": "http://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dct": DCT,
    "skos": SKOS,
    "rdf": RDF,
    "owl": OWL,
    "xsd": XSD,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "cv": "http://data.europa.eu/m8g/",
    "prov": "http://www.w3.org/ns/prov#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "adms": "http://www.w3.org/ns/adms#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": SH,
    "vann": "http://purl.org/vocab/vann/",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "wd": "http://www.wikidata.org/entity/",
    "eu-country": "http://publications.europa.eu/resource/authority/country/",
    "eu-role": "http://publications.europa.eu/resource/authority/role/",
    "spdx": "http://spdx.org/rdf/terms#",
    "pav": "http://purl.org/pav/",
    "as": "https://www.w3.org/ns/activitystreams#",
    "tree": "https://w3id.org/tree#",
    "ldes": "https://w3id.org/ldes#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
}
# What only the catalogue uses besides.
CATALOGUE_PREFIXES: dict[str, str] = {
    "dcatap": "http://data.europa.eu/r5r/",
    "locn": "http://www.w3.org/ns/locn#",
    "dcatapit": "http://dati.gov.it/onto/dcatapit#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}


# Characters that stand for themselves in a path; a percent sign in an IRI already begins an escape.
_IN_PATH = "/:@!$&'()*+,;=~%"


def percent_encoded(path: str) -> str:
    """Return a path as it is written in headers and links: ASCII, everything else percent-encoded (RFC 3986, 2.1)."""
    return quote(path, safe=_IN_PATH)


def shortened(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return an IRI with the prefix of its namespace (`org:member`), or as it is if no namespace of ours fits."""
    found = [(ns, prefix) for prefix, ns in prefixes.items() if iri.startswith(ns)]
    namespace, prefix = max(found, key=lambda pair: len(pair[0]), default=("", ""))
    return f"{prefix}:{iri[len(namespace) :]}" if namespace else iri


@dataclass(frozen=True)
class Base:
    """The base IRI, and every address that is made from it.

    iri: an absolute IRI that ends with a slash.
    """

    iri: str = CANONICAL_BASE

    def thing(self, kind: str, slug: str) -> str:
        """Return the IRI of a thing; a source, which is a thing of the kind `graph`, is its named graph."""
        return self.graph(slug) if kind == "graph" else f"{self.iri}id/{kind}/{slug}"

    def graph(self, slug: str) -> str:
        """Return the IRI of the named graph of a source, or of one of the build's own graphs."""
        return f"{self.iri}graph/{slug}"

    def short(self, iri: str) -> str:
        """Return how the files of a release name a thing: without the base if it is ours."""
        return iri.removeprefix(self.iri)

    def whole(self, name: str) -> str:
        """Return the IRI of what they name so."""
        return name if "://" in name else self.iri + name

    def path(self, iri: str) -> str | None:
        """Return where this server has `iri`, as a path from its root; None if it is somebody else's.

        The ontology's terms are ours whatever the base.
        """
        for ours, mount in ((IU, "/def/"), (self.iri, "/")):
            if iri.startswith(ours):
                return mount + iri[len(ours) :]
        return None
