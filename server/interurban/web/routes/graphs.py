"""/graph?default and /graph?graph=IRI: whole graphs (SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads).

A query worker writes the graphs, not this process: a graph may be large, and what is sent to many is cached anyway.
"""

from dataclasses import dataclass

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.engine.model import Query
from interurban.messages import say
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import operation, routed
from interurban.web.http.parameters import parameters
from interurban.web.http.query_answers import query_response
from interurban.web.http.redirection import redirection
from interurban.web.http.result_formats import FORMAT, GRAPHS, check_name, graph_format
from interurban.web.model.site import Site

_EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
_PARAMETERS = [
    {"name": name, "in": "query", "description": description, "schema": schema}
    for name, description, schema in (
        ("default", "Takes no value: the default graph, which is what is believed", {"type": "string"}),
        ("graph", "IRI of a named graph: what one source says", {"type": "string", "format": "iri", "minLength": 1}),
    )
] + [{"name": "format", "in": "query", "schema": FORMAT}]


def router(site: Site) -> APIRouter:
    """Return the route of the graph store."""
    described = operation("The graph", *GRAPHS.values(), parameters=_PARAMETERS)
    described["responses"][308] = {"description": "With neither, the list of sources"}
    return routed(("/graph", _Endpoints(site).graph, described))


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def graph(self, request: Request) -> Response:
        """Answer with the whole default graph or a whole named graph; without either, point to the list of sources."""
        given = parameters(request.scope["query_string"])
        names = [name for name, _ in given]
        values = dict(given)
        check_name(values.get("format", ""))
        if not {"default", "graph"}.intersection(names):
            return redirection(self.site, request, "/graph/")
        if names.count("default") + names.count("graph") != 1:
            raise BadRequestError(say("web-graph-twice"))
        media_type = graph_format(request, values.get("format", ""))
        graphs = (_named(self.site, values["graph"]),) if "graph" in values else None
        query = Query(_EVERYTHING, self.site.base.iri, default_graphs=graphs, graph_format=media_type)
        return await query_response(self.site, request, query, {})


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
