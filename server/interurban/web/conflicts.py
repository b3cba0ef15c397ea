"""/conflicts: every disagreement of the sources that the build settled, with who says what and why one is believed.

The rule is the build's (docs/decisions/004-consolidation.md): rank, then date, then name. Here it is only told.
"""

from dataclasses import dataclass

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.iris import DCT, IU
from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.document import of_graph
from interurban.web.openapi import DOCUMENT
from interurban.web.pages import Pages, Reader
from interurban.web.problems import NotFoundError
from interurban.web.reading import Paging
from interurban.web.representation import EXTENSIONS, Body, Resource, respond
from interurban.web.serialization import serialize
from interurban.web.site import Site
from interurban.web.vocabulary import Term, name_of
from interurban.web.words import Names, Text, Value, grouped, literal_text

PAGE_SIZE = 200
UNRANKED = 1_000  # the rank of a source that states none


@dataclass(frozen=True)
class Claim:
    """What one source says. rank, date: of the source, as they count; believed: its value is the one believed."""

    value: Value
    source: Value
    rank: str
    date: Text | None
    believed: bool


@dataclass(frozen=True)
class Disagreement:
    """A conflict on the page, its claims from the most believable on. rule: what decided it: rank, date or name."""

    address: str | None
    subject: Value
    property: Value
    claims: list[Claim]
    rule: str


@dataclass(frozen=True)
class _Said:
    """A claim as the release has it."""

    rank: int
    date: ox.Literal | None
    source: Term
    value: Term

    @property
    def order(self) -> tuple[int, list[int], str, str]:
        """What the build sorts claims by, the most believable first."""
        parts = [int(part) for part in self.date.value.split("-")] if self.date else []
        return self.rank, [-part for part in (*parts, 0, 0, 0)[:3]], name_of(self.source), str(self.value)


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the disagreements."""
    routes = APIRouter()

    @routes.get("/conflicts", **DOCUMENT)
    async def conflicts(request: Request, page: str = "1") -> Response:
        """Answer with every settled disagreement, as a page or as RDF."""
        return listing(request, page, None)

    @routes.get("/conflicts.{extension}", **DOCUMENT)
    async def conflicts_as(request: Request, extension: str, page: str = "1") -> Response:
        """Answer with the disagreements in one format."""
        if extension not in EXTENSIONS:
            raise NotFoundError(say("web-no-page"))
        return listing(request, page, extension)

    def listing(request: Request, page: str, extension: str | None) -> Response:
        every = sorted(site.settled.values(), key=lambda node: node.value)
        paging = Paging.of("/conflicts", page, PAGE_SIZE, len(every))
        query = "&".join(f"{name}={value}" for name, value in paging.query.items())
        resource = Resource("/conflicts", query=query)

        def make(form: Format | None, reader: Reader) -> Body:
            if form:
                document = of_graph(site.vocabulary, ox.NamedNode(site.base.graph("conflicts")), None)
                return Body(serialize(site.vocabulary, document, form))
            names = Names(site, reader.language)
            told = [_told(site, names, conflict) for conflict in paging.part(every)]
            told.sort(key=lambda d: (d.subject.text.text.casefold(), d.property.text.text.casefold(), d.address))
            body = pages.html("conflicts.html", reader, formats=resource.links(), conflicts=told, paging=paging)
            return Body(body)

        return respond(site, request, resource, extension, make)

    return routes


def _told(site: Site, names: Names, conflict: ox.NamedNode) -> Disagreement:
    def of(node: Term, name: str) -> Term:
        return next(iter(site.vocabulary.values(node, IU + name)))

    believed = of(conflict, "believed")
    claims = site.vocabulary.values(conflict, IU + "claim")
    said = sorted((_said(site, of(c, "claimedBy"), of(c, "value")) for c in claims), key=lambda s: s.order)
    return Disagreement(
        site.address(conflict.value),
        names.value(of(conflict, "conflictSubject")),
        names.value(of(conflict, "conflictProperty")),
        [
            Claim(
                names.value(s.value),
                names.value(s.source),
                grouped(s.rank),
                literal_text(s.date, names.language) if s.date else None,
                s.value == believed,
            )
            for s in said
        ],
        _rule(said, believed),
    )


def _said(site: Site, source: Term, value: Term) -> _Said:
    ranks = [int(name_of(rank)) for rank in site.vocabulary.values(source, IU + "rank")]
    dates = [*site.vocabulary.values(source, DCT + "issued"), *site.vocabulary.values(source, IU + "notBefore")]
    date = next((date for date in dates if isinstance(date, ox.Literal)), None)
    return _Said(min(ranks, default=UNRANKED), date, source, value)


def _rule(said: list[_Said], believed: Term) -> str:
    """Return what decided between the believed claim and the best of the others: `rank`, `date` or `name`.

    A date that only lacks precision (2019 beside 2019-09-25) is no rival.
    """
    best = next(s for s in said if s.value == believed)
    rivals = (s for s in said if s.value != believed and not name_of(believed).startswith(name_of(s.value) + "-"))
    rival = next(rivals, best)
    if best.rank != rival.rank:
        return "rank"
    return "date" if best.order[1] != rival.order[1] else "name"
