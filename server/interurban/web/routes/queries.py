"""/queries: the saved questions, their list, a page with a form and the answer for each, the answer as data, and RDF.

Everything comes from the questions' heads, which the release holds beside the dataset.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from interurban.errors import InputError, Problem
from interurban.messages import LANGUAGES, Bilingual, say
from interurban.questions import Question
from interurban.rdf.formats import Format
from interurban.web.http.conditional import REVALIDATE, complete, in_turn, not_modified, respond, with_etag
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import DOCUMENT, MOVED, operation, routed
from interurban.web.http.pagination import page_number
from interurban.web.http.parameters import single_values
from interurban.web.http.query_answers import Rows, first_rows, written
from interurban.web.http.reader import Link, Reader
from interurban.web.http.redirection import redirection
from interurban.web.http.representation import EXTENSIONS, HTML, MEDIA_TYPES, Resource, link, select
from interurban.web.http.result_formats import RESULTS
from interurban.web.model.cache import Representation
from interurban.web.model.document import of_graph, of_thing
from interurban.web.model.serialization import serialize
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import exists
from interurban.web.pages.charts import SVG, chart
from interurban.web.pages.names import Names
from interurban.web.pages.picture import Chart
from interurban.web.pages.questions import by_theme, field, table
from interurban.web.pages.templates import Templates
from interurban.web.routes.pictures import Alone

PATH = "/queries"
ROWS = 1000  # of an answer, on one page of it in any format
_PAGE = "page"
_SVG = "image/svg+xml"
LANGUAGE = "lang"  # the parameter that every page has for itself; a question's own is the same one
_ANSWER = operation("The answer, or the question", *MEDIA_TYPES.values(), *RESULTS.values(), _SVG)


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of the saved questions."""
    endpoints = _Endpoints(site, templates)
    return routed(
        (PATH, endpoints.list_of_questions, DOCUMENT),
        (PATH + "/", endpoints.questions_address, MOVED),
        (PATH + ".{extension}", endpoints.list_of_questions_as, DOCUMENT),
        (PATH + "/{name}", endpoints.question, _ANSWER),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def list_of_questions(self, request: Request) -> Response:
        """Answer with the list of the saved questions; as RDF, with all that is said of them."""
        return await self._list(request, None)

    async def questions_address(self, request: Request) -> Response:
        """Point to the list of questions."""
        return redirection(self.site, request, PATH)

    async def list_of_questions_as(self, request: Request, extension: str) -> Response:
        """Answer with the list of the saved questions in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-question"))
        return await self._list(request, extension)

    async def question(self, request: Request, name: str, page: str = "1") -> Response:
        """Answer a saved question: a page of rows, also as data (.csv …) or chart (.svg); or describe it as RDF."""
        questions = self.site.questions
        stem, _, extension = (name, "", "") if name in questions else name.rpartition(".")
        if stem not in questions or (extension and extension not in (*EXTENSIONS, *RESULTS, *self._charts(stem))):
            raise NotFoundError(say("web-no-question"))
        given, number = single_values(request), page_number(page)
        given.pop(_PAGE, None)
        if extension == SVG:
            return await self._chart(request, questions[stem], given, number)
        if extension in RESULTS:
            return await self._data(request, questions[stem], given, number, extension)
        return await self._document(request, questions[stem], given, number, extension or None)

    async def _list(self, request: Request, extension: str | None) -> Response:
        resource, site = Resource(PATH), self.site

        def render(form: Format | None, reader: Reader) -> Representation:
            if form:
                document = of_graph(site.vocabulary, NamedNode(site.base.graph("queries")), None)
                return Representation(serialize(site.vocabulary, document, form))
            themes = by_theme(site.questions.values(), reader.language)
            page = self.templates.html("questions.html", reader, formats=resource.links(), themes=themes)
            return Representation(page)

        return await respond(site, request, resource, extension, render)

    def _charts(self, name: str) -> tuple[str, ...]:
        """Return the extension of the chart of a question, if it has one."""
        return (SVG,) if self.site.questions[name].chart else ()

    async def _chart(self, request: Request, question: Question, given: Mapping[str, str], number: int) -> Response:
        """Return the chart of the answer by itself; NotFoundError if there is nothing to be seen in it."""
        site, reader, alone = self.site, Reader.of(request), Alone(self.templates)
        values = {name: value for name, value in given.items() if name != LANGUAGE}
        text = bound(site, question, self._spoken(question, values, reader))
        headers = {"cache-control": REVALIDATE, "vary": "Accept-Language", "content-security-policy": alone.policy}
        if site.repeatable(text):
            headers = with_etag(site, [question.name, SVG, str(number), text, reader.language], headers)
            if same := not_modified(request, headers):
                return same
        rows = await _rows(site, request, text, number)
        drawn = await in_turn(request, lambda: _drawn(chart(site, question, rows, values, reader), alone.style))
        return complete(Representation(drawn), _SVG, headers | {"content-language": reader.language})

    def _spoken(self, question: Question, values: Mapping[str, str], reader: Reader) -> dict[str, str]:
        """Return the values with which a question is asked for a reader, whose language may be one of them."""
        own = {LANGUAGE: reader.language} if any(p.name == LANGUAGE for p in question.parameters) else {}
        return {**values, **own}

    async def _data(
        self, request: Request, question: Question, values: Mapping[str, str], number: int, extension: str
    ) -> Response:
        """Return a page of the answer as data."""
        site, path, media_type = self.site, f"{PATH}/{question.name}", RESULTS[extension]
        text = bound(site, question, values)
        headers = {"cache-control": REVALIDATE, "link": f'<{path}>; rel="describedby"'}
        tag = None
        if site.repeatable(text):
            headers = with_etag(site, [path, media_type, str(number), text], headers)
            tag = headers["etag"]
            if same := not_modified(request, headers):
                return same
        found = site.cache.get(tag) if tag else None
        if found is None:
            rows = await _rows(site, request, text, number)
            content = written(rows, media_type)  # not in a thread: solutions are of the one that made them
            near = _near(f"{path}.{extension}", values, number, rows)
            found = Representation(content, _truncated(rows, number, near))
            if tag:
                site.cache.put(tag, found)
        return complete(found, media_type, headers)

    async def _document(
        self, request: Request, question: Question, given: Mapping[str, str], number: int, extension: str | None
    ) -> Response:
        """Return the question's page with a page of its answer, or its description as RDF."""
        site, reader = self.site, Reader.of(request)
        asked = {name: value for name, value in given.items() if name != LANGUAGE}
        path = f"{PATH}/{question.name}"
        query = urlencode(asked | ({_PAGE: str(number)} if number > 1 else {}))
        resource = Resource(path, query=query, about=site.base.iri + path[1:])
        values = self._spoken(question, asked, reader)
        text = bound(site, question, values)
        selected = select(request, resource, extension)
        headers = {"cache-control": REVALIDATE, **selected.headers}
        if selected.form or site.repeatable(text):
            headers = with_etag(site, selected.key, headers)
            if same := not_modified(request, headers):
                return same
        if selected.form:
            document = of_thing(site.vocabulary, NamedNode(site.base.iri + path[1:]))
            content = serialize(site.vocabulary, document, selected.form)
            return complete(Representation(content), selected.media_type, headers)
        rows = await _rows(site, request, text, number)
        names = Names(site, reader.language)
        parts = urlencode({p.name: values[p.name] for p in question.parameters if p.name in values})
        near = _near(path, given, number, rows)
        page = await in_turn(
            request,
            lambda: self.templates.html(
                "question.html",
                reader,
                formats=resource.links(),
                iri=resource.about,
                question=question,
                language=reader.language,
                fields=[field(site, p, values, names) for p in question.parameters if p.name != LANGUAGE],
                chart=chart(site, question, rows, values, reader),
                table=table(question, rows, names),
                first=(number - 1) * ROWS + 1,
                neighbours=near,
                data=[Link(name.upper(), f"{path}.{name}" + (f"?{parts}" if parts else "")) for name in RESULTS],
                text=text,
                edit="/sparql?show=" + quote(text, safe=""),
            ),
        )
        return complete(Representation(page, _truncated(rows, number, near)), HTML, headers)


def _drawn(found: Chart | None, style: str) -> bytes:
    if found is None:
        raise NotFoundError(say("web-no-picture"))
    return found.alone(style)


async def _rows(site: Site, request: Request, text: str, number: int) -> Rows:
    """Return the rows on a page of an answer; NotFoundError if it has none there."""
    rows = await first_rows(site, request, text, ROWS, (number - 1) * ROWS)
    if number > 1 and not rows.values:
        raise NotFoundError(say("web-no-page"))
    return rows


def _near(path: str, values: Mapping[str, str], number: int, rows: Rows) -> list[Link]:
    """Return the addresses of the pages before and after one of an answer, as it was asked for."""

    def address(page: int) -> str:
        query = urlencode({**values, **({_PAGE: str(page)} if page > 1 else {})})
        return f"{path}?{query}" if query else path

    before = [Link("prev", address(number - 1))] if number > 1 else []
    return [*before, *([Link("next", address(number + 1))] if rows.more else [])]


def _truncated(rows: Rows, number: int, near: Sequence[Link]) -> dict[str, str]:
    """Return the headers that tell that an answer has more rows, and where they are."""
    if not near:
        return {}
    shown = f'"rows";first={(number - 1) * ROWS + 1};shown={len(rows.values)}'
    return {"interurban-truncated": shown, "link": ", ".join(link(each.name, each.href) for each in near)}


def bound(site: Site, question: Question, values: Mapping[str, str]) -> str:
    """Return the query with the values in place.

    Raises BadRequestError with everything that is wrong with them; NotFoundError if they are well written but name
    things that this release does not have.
    """
    unknown = _unknown(site, question, values)
    try:
        text = question.bind(values, site.base)
    except InputError as error:
        raise BadRequestError(say("web-values", told=_told([*error.problems, *unknown]))) from error
    if unknown:
        raise NotFoundError(say("web-values", told=_told(unknown)))
    return text


def _unknown(site: Site, question: Question, values: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the IRIs among the values: there is no such thing, or it is of another kind."""
    problems = []
    for parameter in question.parameters:
        given = values.get(parameter.name)
        if not given or parameter.type != "iri":
            continue
        try:
            term = parameter.term(given, site.base)
        except ValueError:  # that it is no IRI is told by who binds it
            continue
        stem = site.base.thing(parameter.kind, "") if parameter.kind else ""
        if not (isinstance(term, NamedNode) and term.value.startswith(stem) and exists(site.store, term)):
            kind = site.vocabulary.kinds.get(parameter.kind or "")
            where = kind.path if kind else "/def/"
            problems.append(Problem(say("question-thing", name=parameter.name, value=given, list=where)))
    return problems


def _told(problems: Sequence[Problem]) -> Bilingual:
    return Bilingual({code: "\n".join(p.text(code) for p in problems) for code in LANGUAGES})
