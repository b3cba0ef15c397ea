"""The formats of query results and of graphs: which one a request gets."""

from starlette.requests import Request

from interurban.messages import say
from interurban.rdf.formats import FORMATS, LOOSE, SYNONYMS
from interurban.web.http import negotiation
from interurban.web.http.errors import BadRequestError, NotAcceptableError

RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
# Turtle first; the formats for named graphs last, for those who read nothing else: a graph is their default graph.
GRAPHS = {form.extension: form.media_type for form in FORMATS}
# Other names of results' formats; XML is a name for several things.
_SYNONYMOUS_RESULTS = (("application/json", RESULTS["json"]),)
_LOOSE_RESULTS = (("application/xml", RESULTS["xml"]), ("text/xml", RESULTS["xml"]))
# What ?format= may say: extensions, and what SPARQLWrapper sends along with its Accept header.
_SYNONYMS = {"turtle": "ttl", "n3": "ttl", "rdf+xml": "rdf", "json-ld": "jsonld", "ntriples": "nt", "n-triples": "nt"}
_BY_NAME = {**RESULTS, **GRAPHS, **{name: GRAPHS[extension] for name, extension in _SYNONYMS.items()}}
# As OpenAPI says it: a name, or media types.
FORMAT = {"type": "string", "anyOf": [{"enum": [*_BY_NAME, ""]}, {"pattern": "/"}]}
_GRAPH_OF = {"json": GRAPHS["jsonld"], "xml": GRAPHS["rdf"]}  # for a query that makes a graph


def result_formats(request: Request, wanted: str) -> tuple[str | None, str | None]:
    """Return the media types for results and for a graph; None where none is acceptable, but not for both.

    wanted: the name of a format, or media types, which count before the Accept header; "" is none of them.
    Raises BadRequestError for an unknown name, NotAcceptableError if there is nothing for either.
    """
    accept = request.headers.get("accept")
    if "/" in wanted:  # media types, as SPARQLWrapper sends them
        accept, wanted = wanted, ""
    results = negotiation.media_type(accept, tuple(RESULTS.values()), _SYNONYMOUS_RESULTS, _LOOSE_RESULTS)
    graph = negotiation.media_type(accept, tuple(GRAPHS.values()), SYNONYMS, LOOSE)
    if wanted:
        check_name(wanted)
        named = _BY_NAME[wanted]
        results = named if wanted in RESULTS else results
        graph = _GRAPH_OF.get(wanted, graph if wanted in RESULTS else named)
    if results is None and graph is None:
        raise NotAcceptableError([(offer, request.url.path) for offer in (*RESULTS.values(), *GRAPHS.values())])
    return results, graph


def check_name(wanted: str) -> None:
    """Raise BadRequestError for what is neither the name of a format nor media types nor empty."""
    if wanted and "/" not in wanted and wanted not in _BY_NAME:
        raise BadRequestError(say("web-format-unknown", format=wanted, formats=", ".join((*RESULTS, *GRAPHS))))


def graph_format(request: Request, wanted: str) -> str:
    """Return the media type for a graph; raises as `result_formats` does."""
    _, graph = result_formats(request, wanted)
    if graph is None:
        raise NotAcceptableError([(offer, request.url.path) for offer in GRAPHS.values()])
    return graph
