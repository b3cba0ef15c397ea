"""What the endpoint says of itself (SPARQL 1.1 Service Description), and the query its form begins with."""

import pyoxigraph as ox

from interurban.iris import PREFIXES, RDFS
from interurban.messages import Language
from interurban.rdf.formats import Format
from interurban.web.site import Site
from interurban.web.vocabulary import TYPE

_SD = PREFIXES["sd"]
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)


def describe_service(site: Site, form: Format) -> bytes:
    """Return the description of the endpoint: its language, its formats and its graphs."""
    endpoint = site.base.iri + "sparql"
    service, dataset, default = (ox.NamedNode(endpoint + part) for part in ("", "#dataset", "#default-graph"))
    triples = [
        ox.Triple(service, TYPE, _sd("Service")),
        ox.Triple(service, _sd("endpoint"), service),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        *(ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
        ox.Triple(service, _sd("defaultDataset"), dataset),
        ox.Triple(dataset, TYPE, _sd("Dataset")),
        ox.Triple(dataset, _sd("defaultGraph"), default),
        ox.Triple(default, TYPE, _sd("Graph")),
    ]
    for graph in sorted(site.store.named_graphs(), key=lambda name: name.value):
        triples += [
            ox.Triple(dataset, _sd("namedGraph"), graph),
            ox.Triple(graph, TYPE, _sd("NamedGraph")),
            ox.Triple(graph, _sd("name"), graph),
        ]
    prefixes = {"sd": _SD, "formats": _FORMATS} if form.extension != "nt" else None
    return ox.serialize(triples, format=form.syntax, prefixes=prefixes) or b""


def example_query(language: Language) -> str:
    """Return the query that counts what there is."""
    return f"""PREFIX rdfs: <{RDFS}>

SELECT ?class ?name (COUNT(?thing) AS ?things)
WHERE {{
  ?thing a ?class .
  OPTIONAL {{ ?class rdfs:label ?name FILTER (lang(?name) = "{language}") }}
}}
GROUP BY ?class ?name
ORDER BY DESC(?things)
"""


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
