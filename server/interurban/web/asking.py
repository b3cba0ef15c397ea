"""The saved questions over HTTP: their list, a page with a form and the answer for each, the answer as data, and RDF.

Everything comes from the questions' heads, which the release holds beside the dataset.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interurban.engine.model import Query
from interurban.errors import InputError
from interurban.messages import LANGUAGES, Bilingual, Language, say
from interurban.questions import Parameter, Question
from interurban.rdf.formats import Format
from interurban.web.answering import RESULTS, Rows, first_rows, stream
from interurban.web.document import of_graph, of_thing
from interurban.web.openapi import DOCUMENT, route
from interurban.web.pages import Link, Pages, Reader
from interurban.web.problems import BadRequestError, NotFoundError
from interurban.web.reading import parameters
from interurban.web.representation import (
    EXTENSIONS,
    HTML,
    MEDIA_TYPES,
    REVALIDATE,
    Body,
    Resource,
    choose,
    finished,
    respond,
    tagged,
    unchanged,
)
from interurban.web.serialization import serialize
from interurban.web.site import Site
from interurban.web.words import Names, Text, Value

ROWS = 1000  # of an answer that a page shows
OPTIONS = 200  # things of a kind that a form offers by name
LANGUAGE = "lang"  # the parameter that every page has for itself; a question's own is the same one

_INPUTS = {"date": "date", "integer": "number", "decimal": "number"}


@dataclass(frozen=True)
class Field:
    """A field of a question's form. options: short names and labels of what to choose from; empty: write it."""

    name: str
    label: str
    input: str
    step: str | None
    value: str
    options: list[tuple[str, Text]]


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the saved questions."""
    routes = APIRouter()

    @routes.get("/queries", **DOCUMENT)
    async def list_of_questions(request: Request) -> Response:
        """Answer with the list of the saved questions; as RDF, with all that is said of them."""
        return listing(request, None)

    @routes.get("/queries/", status_code=308, response_class=RedirectResponse)
    async def questions_address() -> Response:
        """Point to the list of questions."""
        return RedirectResponse("/queries", status_code=308)

    @routes.get("/queries.{extension}", **DOCUMENT)
    async def list_of_questions_as(request: Request, extension: str) -> Response:
        """Answer with the list of the saved questions in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-question"))
        return listing(request, extension)

    @routes.get("/queries/{name}", **route("The answer, or the question", *MEDIA_TYPES.values(), *RESULTS.values()))
    async def question(request: Request, name: str) -> Response:
        """Answer a saved question: as a page, as data (.csv, .json, .xml, .tsv); or describe it as RDF."""
        stem, _, extension = (name, "", "") if name in site.questions else name.rpartition(".")
        if stem not in site.questions or (extension and extension not in (*EXTENSIONS, *RESULTS)):
            raise NotFoundError(say("web-no-question"))
        asked = site.questions[stem]
        given = single_values(request)
        if extension in RESULTS:
            return await _data(site, request, asked, given, RESULTS[extension])
        return await _page(site, pages, request, asked, given, extension or None)

    def listing(request: Request, extension: str | None) -> Response:
        resource = Resource("/queries")

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                document = of_graph(site.vocabulary, NamedNode(site.base.graph("queries")), None)
                return Body(serialize(site.vocabulary, document, form))
            themes = _by_theme(site.questions.values(), reader.language)
            return Body(pages.html("questions.html", reader, formats=resource.links(), themes=themes))

        return respond(site, request, resource, extension, make)

    return routes


def single_values(request: Request) -> dict[str, str]:
    """Return the parameters of a request, each given once; BadRequestError for one that is given twice."""
    given = parameters(request.scope["query_string"])
    values = dict(given)
    twice = sorted({name for name in values if [n for n, _ in given].count(name) > 1})
    if twice:
        raise BadRequestError(say("web-parameter-twice", names=", ".join(twice)))
    return values


def bound(site: Site, question: Question, values: Mapping[str, str]) -> str:
    """Return the query with the values in place; BadRequestError with everything that is wrong with them."""
    try:
        return question.bind(values, site.base)
    except InputError as error:
        told = Bilingual({code: "\n".join(p.text(code) for p in error.problems) for code in LANGUAGES})
        raise BadRequestError(say("web-values", told=told)) from error


async def _data(
    site: Site, request: Request, question: Question, values: Mapping[str, str], media_type: str
) -> Response:
    """Return the answer as a stream of data."""
    text = bound(site, question, values)
    headers = {"cache-control": REVALIDATE, "link": f'</queries/{question.name}>; rel="describedby"'}
    if site.repeatable(text):
        headers = tagged(site, ["/queries/" + question.name, media_type, text], headers)
        if kept := unchanged(request, headers):
            return kept
    query = Query(text, site.base.iri, results_format=media_type)
    return await stream(site, request, query, headers, headers.get("etag"))


async def _page(
    site: Site, pages: Pages, request: Request, question: Question, given: Mapping[str, str], extension: str | None
) -> Response:
    """Return the question's page with its answer, or its description as RDF."""
    reader = Reader.of(request)
    values = {name: value for name, value in given.items() if name != LANGUAGE}
    path = "/queries/" + question.name
    resource = Resource(path, query=urlencode(values), about=site.base.iri + path[1:])
    if any(p.name == LANGUAGE for p in question.parameters):
        values[LANGUAGE] = reader.language
    text = bound(site, question, values)
    choice = choose(request, resource, extension)
    headers = {"cache-control": REVALIDATE, **choice.headers}
    if choice.form or site.repeatable(text):
        headers = tagged(site, choice.seen, headers)
        if kept := unchanged(request, headers):
            return kept
    if choice.form:
        document = of_thing(site.vocabulary, NamedNode(site.base.iri + path[1:]))
        return finished(Body(serialize(site.vocabulary, document, choice.form)), choice.media_type, headers)
    rows = await first_rows(site, request, text, ROWS)
    names = Names(site, reader.language)
    parts = urlencode({p.name: values[p.name] for p in question.parameters if p.name in values})
    body = pages.html(
        "question.html",
        reader,
        formats=resource.links(),
        iri=resource.about,
        question=question,
        language=reader.language,
        fields=[_field(site, p, values, names) for p in question.parameters if p.name != LANGUAGE],
        table=_table(question, rows, names),
        more=rows.more,
        data=[Link(name.upper(), f"{path}.{name}" + (f"?{parts}" if parts else "")) for name in RESULTS],
        text=text,
        edit="/sparql?show=" + quote(text, safe=""),
    )
    truncated = {"interurban-truncated": f'"rows";shown={ROWS}'} if rows.more else {}
    return finished(Body(body, truncated), HTML, headers)


def _table(question: Question, rows: Rows, names: Names) -> tuple[list[str], list[list[Value | None]]]:
    """Return headings and cells; without a column that only repeats what a link beside it is called."""
    cells = [[names.value(term) if term is not None else None for term in row] for row in rows.values]
    links = [{cell.text.text for cell in row if cell and cell.href} for row in cells]

    def tells(column: int) -> bool:
        beside = zip((row[column] for row in cells), links, strict=True)
        return not cells or any(cell and (cell.href or cell.text.text not in called) for cell, called in beside)

    kept = [column for column in range(len(rows.columns)) if tells(column)]
    headings = [question.columns[rows.columns[column]].text(names.language) for column in kept]
    return headings, [[row[column] for column in kept] for row in cells]


def _field(site: Site, parameter: Parameter, values: Mapping[str, str], names: Names) -> Field:
    """Return the field for a parameter, filled with its value or default."""
    value = values.get(parameter.name) or parameter.default
    options: list[tuple[str, Text]] = []
    kind = site.vocabulary.kinds.get(parameter.kind or "")
    if kind and len(kind.things) <= OPTIONS:
        stem = site.base.thing(parameter.kind or "", "")
        value = value.removeprefix(stem)
        options = [(thing.value.removeprefix(stem), names.label(thing)) for thing in kind.things]
        options.sort(key=lambda option: (option[1].text.casefold(), option[0]))
        if value not in dict(options):  # somebody else's thing, or one that the release does not know
            options.insert(0, (value, Text(value)))
    step = {"integer": "1", "decimal": "any"}.get(parameter.type)
    label = parameter.label.text(names.language)
    return Field(parameter.name, label, _INPUTS.get(parameter.type, "text"), step, value, options)


def _by_theme(questions: Iterable[Question], language: Language) -> dict[str, list[Question]]:
    """Return theme -> questions, both in order of name; a question's theme is the first of its keywords."""
    themes: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda q: q.summary.text(language).casefold()):
        themes.setdefault(question.keywords[language][0], []).append(question)
    return dict(sorted(themes.items(), key=lambda theme: theme[0].casefold()))
