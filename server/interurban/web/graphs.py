"""/graph?default and /graph?graph=IRI: whole graphs, by the SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads.

A query worker writes them, not this process: a graph may be large, and what is sent to many is kept in memory anyway.
"""

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interurban.engine.model import Query
from interurban.messages import say
from interurban.web.answering import reply
from interurban.web.formats import GRAPHS, graph_format
from interurban.web.openapi import route
from interurban.web.problems import BadRequestError, NotFoundError
from interurban.web.reading import parameters
from interurban.web.site import Site

_EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
_PARAMETERS = [
    {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}
    for name, description in (
        ("default", "Takes no value: the default graph, which is what is believed"),
        ("graph", "IRI of a named graph: what one source says"),
        ("format", "One of " + ", ".join(GRAPHS)),
    )
]


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
        node = NamedNode(iri)
    except ValueError as error:
        raise BadRequestError(say("web-graph-iri", iri=iri)) from error
    # a graph that nobody has said anything in is known only by name
    counted = site.release.manifest["counts"].get("named_graphs", {})
    if iri not in counted and not site.store.contains_named_graph(node):
        raise NotFoundError(say("web-no-graph", iri=iri))
    return iri
