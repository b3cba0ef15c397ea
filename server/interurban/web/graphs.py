"""Whole graphs, at /graph?default and /graph?graph=IRI, and what the service says of itself and of its graphs.

The first is the SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads. A query worker writes the graphs, not this
process: a graph may be large, and what is sent to many is kept in memory anyway. The second is the SPARQL 1.1 Service
Description, which the endpoint answers with.
"""

from functools import cache

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interurban.engine.model import Query
from interurban.iris import PREFIXES, XSD
from interurban.messages import say
from interurban.rdf.formats import FORMATS, Format
from interurban.web.answering import reply
from interurban.web.openapi import route
from interurban.web.problems import BadRequestError, NotFoundError
from interurban.web.reading import GRAPHS, graph_format, parameters
from interurban.web.site import Site
from interurban.web.vocabulary import DEFAULT, TYPE

_EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
_PARAMETERS = [
    {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}
    for name, description in (
        ("default", "Takes no value: the default graph, which is what is believed"),
        ("graph", "IRI of a named graph: what one source says"),
        ("format", "One of " + ", ".join(GRAPHS)),
    )
]

_SD = PREFIXES["sd"]
_TRIPLES = ox.NamedNode(PREFIXES["void"] + "triples")
_FORMATS = "http://www.w3.org/ns/formats/"  # the names that the W3C has given to formats
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = tuple(form.name.replace("/", "_") for form in FORMATS)
_NO_INFERENCE = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")
_GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
# The functions of GeoSPARQL 1.1 that an engine may have; which of them this one has, it is asked.
_GEOMETRY = """asGML asGeoJSON asKML asSVG asWKT area boundary boundingCircle buffer centroid concaveHull convexHull
    coordinateDimension difference dimension distance envelope geometryN geometryType getSRID intersection is3D isEmpty
    isMeasured isSimple length maxX maxY maxZ metricArea metricBuffer metricDistance metricLength metricPerimeter minX
    minY minZ numGeometries perimeter relate spatialDimension symDifference transform union
    sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin
    ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap
    rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi""".split()  # noqa: SIM905 - a list of them would fill a screen


def router(site: Site) -> APIRouter:
    """Return the route of the graph store."""
    routes = APIRouter()

    @routes.get("/graph", **route("The graph", *GRAPHS.values(), parameters=_PARAMETERS))
    async def graph(request: Request) -> Response:
        """Answer with the whole default graph or a whole named graph; without either, point to the list of sources."""
        given = parameters(request.scope["query_string"])
        names = [name for name, _ in given]
        if not {"default", "graph"}.intersection(names):
            return RedirectResponse("/graph/", status_code=308)
        if names.count("default") + names.count("graph") != 1:
            raise BadRequestError(say("web-graph-twice"))
        values = dict(given)
        media_type = graph_format(request, values.get("format", ""))
        graphs = (_named(site, values["graph"]),) if "graph" in values else None
        query = Query(_EVERYTHING, site.base.iri, default_graphs=graphs, graph_format=media_type)
        return await reply(site, request, query, {})

    return routes


def _named(site: Site, iri: str) -> str:
    """Return the IRI of a named graph of this release; BadRequestError if it is no IRI, NotFoundError if unknown."""
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise BadRequestError(say("web-graph-iri", iri=iri)) from error
    # a graph that nobody has said anything in is known only by name
    counted = site.release.manifest["counts"].get("named_graphs", {})
    if iri not in counted and not site.store.contains_named_graph(node):
        raise NotFoundError(say("web-no-graph", iri=iri))
    return iri


def describe_service(site: Site, form: Format) -> bytes:
    """Return the description of the endpoint: its language, functions and formats, its graphs and their sizes."""
    endpoint = site.base.iri + "sparql"
    service, dataset, default = (ox.NamedNode(endpoint + part) for part in ("", "#dataset", "#default-graph"))
    triples = [
        ox.Triple(service, TYPE, _sd("Service")),
        ox.Triple(service, _sd("endpoint"), service),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        ox.Triple(service, _sd("defaultEntailmentRegime"), _NO_INFERENCE),
        *(ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + name)) for name in (*_RESULTS, *_GRAPHS)),
        *(ox.Triple(service, _sd("extensionFunction"), function) for function in _functions()),
        *(ox.Triple(function, TYPE, _sd("Function")) for function in _functions()),
        ox.Triple(service, _sd("defaultDataset"), dataset),
        ox.Triple(dataset, TYPE, _sd("Dataset")),
        ox.Triple(dataset, _sd("defaultGraph"), default),
        ox.Triple(default, TYPE, _sd("Graph")),
        ox.Triple(default, _TRIPLES, _size(site, DEFAULT)),
    ]
    for graph in sorted(site.store.named_graphs(), key=str):
        triples += [
            ox.Triple(dataset, _sd("namedGraph"), graph),
            ox.Triple(graph, TYPE, _sd("NamedGraph")),
            ox.Triple(graph, _sd("name"), graph),
            ox.Triple(graph, _sd("graph"), graph),
            ox.Triple(graph, TYPE, _sd("Graph")),
            ox.Triple(graph, _TRIPLES, _size(site, graph)),
        ]
    prefixes = (
        {"sd": _SD, "void": PREFIXES["void"], "formats": _FORMATS} if form.extension not in ("nt", "nq") else None
    )
    return ox.serialize(triples, format=form.syntax, prefixes=prefixes) or b""


def _size(site: Site, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> ox.Literal:
    """Return how many statements a graph has."""
    solutions = site.store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=[graph])
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError(graph)
    return ox.Literal(next(solutions)["n"].value, datatype=ox.NamedNode(XSD + "integer"))


@cache
def _functions() -> tuple[ox.NamedNode, ...]:
    """Return the functions beyond SPARQL's own that the engine has."""
    return tuple(ox.NamedNode(_GEOSPARQL + name) for name in _GEOMETRY if _has(_GEOSPARQL + name))


def _has(function: str) -> bool:
    try:
        ox.Store().query(f"ASK {{ FILTER (<{function}>(1)) }}")
    except RuntimeError:  # it is not known
        return False
    return True


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
