"""/analysis: graphs for network analysis, made of saved questions that answer with edges.

Which graphs there are the questions say: one whose columns are source, target and weight (and how much of that is
certain), and that asks for a day, is a graph. What a node is called and where it lies the question `nodes` answers.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from interurban.errors import QueryLimitError
from interurban.messages import say
from interurban.questions import Question
from interurban.rdf.dates import dated
from interurban.rdf.graphml import CSV, EDGES, GRAPHML, NODES, Answer, graph_of, write_edges, write_graphml
from interurban.web.http.conditional import complete, not_modified, respond_page, with_etag
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import AT, PAGE, operation, routed
from interurban.web.http.parameters import requested_day, single_values
from interurban.web.http.query_answers import Rows, first_rows
from interurban.web.http.reader import Reader
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.pages.literals import Text, literal_text
from interurban.web.pages.templates import Templates
from interurban.web.routes.queries import LANGUAGE, bound

PATH = "/analysis"
MOST = 100_000  # edges that are written, or nodes
FORMATS = {"graphml": GRAPHML, "csv": CSV}
DAY = "date"  # what a question calls the day that is `at` everywhere else


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the graphs."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (PATH, endpoints.analysis, PAGE),
        (PATH + "/{name}.{extension}", endpoints.graph, operation("The graph", GRAPHML, CSV, parameters=[AT])),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    @cached_property
    def graphs(self) -> dict[str, Question]:
        """The questions that answer with edges, by name."""
        return {
            name: question
            for name, question in self.site.questions.items()
            if set(EDGES) <= question.columns.keys() and DAY in {p.name for p in question.parameters}
        }

    async def analysis(self, request: Request) -> Response:
        """Answer with the page that explains the graphs and leads to their files."""
        reader = Reader.of(request, requested_day(request))

        def render() -> Representation:
            day = {"at": reader.day} if reader.day else {}
            page = self.templates.html(
                "analysis.html",
                reader,
                graphs=[(question, _day(question, reader)) for question in self.graphs.values()],
                query=urlencode(day | {LANGUAGE: reader.language}),
                asked=urlencode({DAY: reader.day} if reader.day else {}),
            )
            return Representation(page)

        return await respond_page(self.site, request, reader, PATH, render)

    async def graph(self, request: Request, name: str, extension: str) -> Response:
        """Answer with a graph on a day, as GraphML or as an edge list."""
        site = self.site
        if name not in self.graphs or extension not in FORMATS:
            raise NotFoundError(say("web-no-graph-file"))
        values = single_values(request)
        if day := requested_day(request):
            values[DAY] = day
        values.pop("at", None)
        edges_text = bound(site, self.graphs[name], values)
        language = {LANGUAGE: values[LANGUAGE]} if values.get(LANGUAGE) else {}
        nodes_text = bound(site, site.questions[NODES], language) if NODES in site.questions else ""
        headers = {"content-disposition": f'attachment; filename="{name}.{extension}"'}
        if site.repeatable(edges_text + nodes_text):
            headers = with_etag(site, [PATH, extension, name, edges_text, nodes_text], headers)
            if same := not_modified(request, headers):
                return same
        edges = await _all_rows(site, request, edges_text)
        nodes = await _all_rows(site, request, nodes_text) if nodes_text else Rows([], [], False)
        content = await run_in_threadpool(_written, name, site.base.iri, extension, edges, nodes)
        return complete(Representation(content), FORMATS[extension], headers)


def _day(question: Question, reader: Reader) -> Text:
    """Return the day that a graph shows, in words: the one asked for, else the question's own."""
    day = reader.day or next(p.default for p in question.parameters if p.name == DAY)
    return literal_text(dated(day), reader.language)


async def _all_rows(site: Site, request: Request, text: str) -> Rows:
    """Return all rows of an answer; QueryLimitError if there are more than can be written."""
    rows = await first_rows(site, request, text, MOST)
    if rows.more:
        raise QueryLimitError(say("web-graph-too-large", most=MOST))
    return rows


def _written(name: str, base: str, extension: str, found: Rows, known: Rows) -> bytes:
    nodes, edges = graph_of(Answer(found.columns, found.values), Answer(known.columns, known.values))
    return write_graphml(name, base, nodes, edges) if extension == "graphml" else write_edges(nodes, edges)
