"""What the endpoint says of itself and of its graphs (SPARQL 1.1 Service Description)."""

from collections import Counter, defaultdict
from functools import cache

import pyoxigraph as ox

from interurban.iris import PREFIXES
from interurban.rdf.formats import FORMATS, Format
from interurban.rdf.jsonld import Node, write_jsonld
from interurban.rdf.terms import TYPE
from interurban.web.model.document import count
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import DEFAULT

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


def describe_service(site: Site, form: Format) -> bytes:
    """Return the description of the endpoint: its language, functions and formats, its graphs and their sizes."""
    endpoint = site.base.iri + "sparql"
    believed, named = _sizes(site)
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
        ox.Triple(default, _TRIPLES, count(believed)),
    ]
    for graph, size in named:
        triples += [
            ox.Triple(dataset, _sd("namedGraph"), graph),
            ox.Triple(graph, TYPE, _sd("NamedGraph")),
            ox.Triple(graph, _sd("name"), graph),
            ox.Triple(graph, _sd("graph"), graph),
            ox.Triple(graph, TYPE, _sd("Graph")),
            ox.Triple(graph, _TRIPLES, count(size)),
        ]
    if form.extension == "jsonld":
        groups: dict[Node, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            groups[triple.subject].append(triple)
        return write_jsonld(service, groups, site.vocabulary.terms)
    prefixes = (
        {"sd": _SD, "void": PREFIXES["void"], "formats": _FORMATS} if form.extension not in ("nt", "nq") else None
    )
    return ox.serialize(triples, format=form.syntax, prefixes=prefixes) or b""


def _sizes(site: Site) -> tuple[int, list[tuple[ox.NamedNode, int]]]:
    """Return how many statements the default graph has, and each named one: as the release was counted, else now."""
    counts = site.release.manifest["counts"]
    if "named_graphs" in counts:
        return counts["default_graph"], [(ox.NamedNode(iri), n) for iri, n in sorted(counts["named_graphs"].items())]
    found = Counter(quad.graph_name for quad in site.store.quads_for_pattern(None, None, None, None))
    named = ((graph, n) for graph, n in found.items() if isinstance(graph, ox.NamedNode))
    return found[DEFAULT], sorted(named, key=str)


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
