"""/analysis: graphs for network analysis, made of saved questions that answer with edges.

Which graphs there are the questions say: one whose columns are source, target and weight (and how much of that is
certain), and that asks for a day, is a graph. What a node is called and where it lies the question `nodes` answers.
"""

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
from interurban.web.answering import Rows, first_rows
from interurban.web.asking import LANGUAGE, bound, single_values
from interurban.web.openapi import PAGE, route
from interurban.web.pages import Pages, Reader
from interurban.web.problems import NotFoundError
from interurban.web.reading import AT, on_day
from interurban.web.representation import HTML, Body, conditional, finished, tagged, unchanged
from interurban.web.site import Site
from interurban.web.words import Text, literal_text

MOST = 100_000  # edges that are written, or nodes
FORMATS = {"graphml": GRAPHML, "csv": CSV}
DAY = "date"  # what a question calls the day that is `at` everywhere else


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the graphs."""
    routes = APIRouter()
    graphs = {
        name: question
        for name, question in site.questions.items()
        if set(EDGES) <= question.columns.keys() and DAY in {p.name for p in question.parameters}
    }

    @routes.get("/analysis", **PAGE)
    async def analysis(request: Request) -> Response:
        """Answer with the page that explains the graphs and leads to their files."""
        on = on_day(site.vocabulary, request)
        reader = Reader.of(request, on.day if on else None)
        headers = {"vary": "Accept-Language", "content-language": reader.language}
        seen = ["/analysis", reader.language, str(reader.explicit), reader.query]

        def make() -> Body:
            day = {"at": reader.day} if reader.day else {}
            return Body(
                pages.html(
                    "analysis.html",
                    reader,
                    graphs=[(question, _day(question, reader)) for question in graphs.values()],
                    query=urlencode(day | {LANGUAGE: reader.language}),
                    asked=urlencode({DAY: reader.day} if reader.day else {}),
                )
            )

        return conditional(site, request, seen, HTML, headers, make)

    @routes.get("/analysis/{name}.{extension}", **route("The graph", GRAPHML, CSV, parameters=[AT]))
    async def graph(request: Request, name: str, extension: str) -> Response:
        """Answer with a graph on a day, as GraphML or as an edge list."""
        if name not in graphs or extension not in FORMATS:
            raise NotFoundError(say("web-no-graph-file"))
        values = single_values(request)
        if on := on_day(site.vocabulary, request):
            values[DAY] = on.day
        values.pop("at", None)
        edges_text = bound(site, graphs[name], values)
        language = {LANGUAGE: values[LANGUAGE]} if values.get(LANGUAGE) else {}
        nodes_text = bound(site, site.questions[NODES], language) if NODES in site.questions else ""
        headers = {"content-disposition": f'attachment; filename="{name}.{extension}"'}
        if site.repeatable(edges_text + nodes_text):
            headers = tagged(site, ["/analysis", extension, name, edges_text, nodes_text], headers)
            if kept := unchanged(request, headers):
                return kept
        found = await _all_rows(site, request, edges_text)
        known = await _all_rows(site, request, nodes_text) if nodes_text else Rows([], [], False)
        return finished(
            Body(await run_in_threadpool(_written, name, extension, found, known)), FORMATS[extension], headers
        )

    return routes


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


def _written(name: str, extension: str, found: Rows, known: Rows) -> bytes:
    nodes, edges = graph_of(Answer(found.columns, found.values), Answer(known.columns, known.values))
    return write_graphml(name, nodes, edges) if extension == "graphml" else write_edges(nodes, edges)
