"""/compare: two things side by side. `?a=` and `?b=` say which: by the ends of their addresses, or by their names."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.release.search import MOST_CHARACTERS, Agreement
from interurban.web.http.conditional import conditional, in_turn, respond_page
from interurban.web.http.errors import BadRequestError, NotFoundError
from interurban.web.http.operations import LANGUAGE, PAGE, operation, routed
from interurban.web.http.parameters import single_values
from interurban.web.http.reader import Link, Reader
from interurban.web.http.redirection import redirection
from interurban.web.model.cache import Representation
from interurban.web.model.comparison import kinds
from interurban.web.model.site import Site
from interurban.web.pages.comparison import PATH, ComparisonView, address_to_compare, find, two
from interurban.web.pages.names import Names, Value
from interurban.web.pages.templates import Templates

SIDES = ("a", "b")
_CSV = "text/csv"
_OFFERED = 10  # things of a name
_ASKED = operation(
    "The page",
    "text/html",
    parameters=[
        {
            "name": side,
            "in": "query",
            "description": "One of both: the end of its address, or a name",
            "schema": {"type": "string"},
        }
        for side in SIDES
    ],
)


@dataclass(frozen=True)
class Side:
    """One of what is compared. field: its parameter; written: what was asked for; offered: things that it can mean.

    chosen: the one that it is; again: the address at which it is chosen again.
    """

    field: str
    written: str
    chosen: Value | None
    slug: str
    offered: list[tuple[Value, str]]
    again: str


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the routes of comparisons."""
    endpoints = _Endpoints(site, templates)
    table = operation("The comparison, a fact a row", _CSV, parameters=[LANGUAGE])
    return routed(
        (PATH, endpoints.asked, _ASKED),
        (PATH + "/{one}/{other}.csv", endpoints.table, table),
        (PATH + "/{one}/{other}", endpoints.comparison, PAGE),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def asked(self, request: Request) -> Response:
        """Lead to the comparison of what is asked for, or answer with the form in which one asks."""
        given, reader = single_values(request), Reader.of(request, more=SIDES)
        written = [given.get(side, "").strip() for side in SIDES]
        if any(len(text) > MOST_CHARACTERS for text in written):
            raise BadRequestError(say("web-search-long", most=MOST_CHARACTERS))
        self._kind()
        slugs = await in_turn(request, lambda: [self._meant(text) for text in written])
        if all(slugs) and slugs[0] != slugs[1]:
            path = "/".join((PATH, *(quote(slug, safe="") for slug in slugs)))
            language = f"?lang={reader.language}" if reader.explicit else ""
            return redirection(self.site, request, path + language, 303, with_query=False)

        def render() -> Representation:
            names = Names(self.site, reader.language)
            sides = [self._side(names, at, written, slugs) for at in range(len(SIDES))]
            same = bool(slugs[0]) and slugs[0] == slugs[1]
            return Representation(
                self.templates.html("compare.html", reader, sides=sides, kind=self._kind(), same=same)
            )

        return await respond_page(self.site, request, reader, PATH, render)

    async def comparison(self, request: Request, one: str, other: str) -> Response:
        """Answer with two things side by side."""
        reader, nodes = Reader.of(request), self._nodes(one, other)

        def render() -> Representation:
            view = ComparisonView(self.site, reader.language, *nodes)
            page = self.templates.html(
                "comparison.html",
                reader,
                formats=[Link("CSV", f"{reader.path}.csv?lang={reader.language}")],
                things=[view.value(node) for node in nodes],
                others=[address_to_compare(self.site, node) for node in nodes],
                sentence=view.sentence(),
                parts=view.parts(),
            )
            return Representation(page)

        return await respond_page(self.site, request, reader, f"{PATH}/{one}/{other}", render)

    async def table(self, request: Request, one: str, other: str) -> Response:
        """Answer with the same as CSV."""
        reader, nodes = Reader.of(request), self._nodes(one, other)

        def render() -> Representation:
            return Representation(ComparisonView(self.site, reader.language, *nodes).table())

        headers = {"vary": "Accept-Language", "content-language": reader.language}
        return await conditional(self.site, request, [PATH, _CSV, one, other, reader.language], _CSV, headers, render)

    def _kind(self) -> str:
        """Return of which kind what is compared is; NotFoundError if the release has nothing to compare by."""
        found = next(iter(kinds(self.site)), None)
        if found is None:
            raise NotFoundError(say("web-no-page"))
        return found

    def _nodes(self, one: str, other: str) -> tuple[ox.NamedNode, ox.NamedNode]:
        nodes = two(self.site, one, other)
        if nodes is None:
            raise NotFoundError(say("web-compare-none"))
        return nodes

    def _meant(self, written: str) -> str:
        """Return the end of the address of what somebody means: that itself, else the only thing of the name."""
        if find(self.site, written):
            return written
        hits = self._hits(written)
        exact = [slug for slug, agreement in hits if agreement == Agreement.EXACT]
        return exact[0] if len(exact) == 1 else hits[0][0] if len(hits) == 1 else ""

    def _hits(self, written: str) -> list[tuple[str, Agreement]]:
        if not written or not self.site.search.there:
            return []
        kind = self._kind()
        found = self.site.search.find(written, kind, "", 0, _OFFERED).hits
        return [(hit.path.removeprefix(f"id/{kind}/"), hit.agreement) for hit in found]

    def _side(self, names: Names, at: int, written: list[str], slugs: list[str]) -> Side:
        def address(slug: str) -> str:
            both = [slug if place == at else slugs[place] or written[place] for place in range(len(SIDES))]
            asked = {side: value for side, value in zip(SIDES, both, strict=True) if value}
            return PATH + (f"?{urlencode(asked)}" if asked else "")

        node = find(self.site, slugs[at])
        offered = [] if node else [slug for slug, _ in self._hits(written[at])]
        values = [(names.value(found), address(slug)) for slug in offered if (found := find(self.site, slug))]
        chosen = names.value(node) if node else None
        return Side(SIDES[at], written[at], chosen, slugs[at], values, address(""))
