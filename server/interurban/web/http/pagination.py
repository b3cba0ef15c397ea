"""One page of a long list, and the way to the pages before and after."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlencode

from interurban.messages import say
from interurban.rdf.formats import Format
from interurban.web.http.errors import NotFoundError
from interurban.web.http.reader import Link
from interurban.web.http.representation import Resource, link

T = TypeVar("T")
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def page_number(page: str) -> int:
    """Return the page that ?page= asks for, of which it is not known how many there are; NotFoundError if it is none.

    `Pagination.of` tells whether there is such a page.
    """
    if not _NUMBER.fullmatch(page):
        raise NotFoundError(say("web-no-page"))
    return int(page)


def page_query(number: int, day: str | None, chosen: Mapping[str, str] | None = None) -> str:
    """Return what of a query names a page and the day it shows; the first has the document's own address.

    chosen: what else has been, of which it is a page.
    """
    page = {"page": str(number)} if number > 1 else {}
    return urlencode({**(chosen or {}), **page, **({"at": day} if day else {})})


@dataclass(frozen=True)
class Pagination:
    """One page of a list at `path`. number: of the page, from 1; size: of a full page; total: of the list.

    chosen: by which parameters, and their values, the list is what it is.
    """

    path: str
    number: int
    size: int
    total: int
    chosen: Mapping[str, str]

    @classmethod
    def of(
        cls, path: str, page: str, size: int, total: int, chosen: Mapping[str, str] = MappingProxyType({})
    ) -> "Pagination":
        """Return the page that ?page= asks for; NotFoundError if the list has none such."""
        last = max(1, -(-total // size))
        if page not in map(str, range(1, last + 1)):
            raise NotFoundError(say("web-no-list-page", pages=last))
        return cls(path, int(page), size, total, chosen)

    @property
    def first(self) -> int:
        """The place of the page's first thing in the list, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of its last."""
        return min(self.number * self.size, self.total)

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // self.size))

    @property
    def neighbours(self) -> list[Link]:
        """The pages before and after."""
        near = ((name, page_query(n, None, self.chosen)) for name, n in self._near)
        return [Link(name, f"{self.path}?{query}" if query else self.path) for name, query in near]

    @property
    def _near(self) -> list[tuple[str, int]]:
        near = [("prev", self.number - 1), ("next", self.number + 1)]
        return [(name, n) for name, n in near if 1 <= n <= self.pages]

    def headers(self, resource: Resource, form: Format | None) -> dict[str, str]:
        """Return the header that leads from one page of a resource to those before and after it in the same format."""
        links = []
        for name, number in self._near:
            other = replace(resource, query=page_query(number, resource.day, self.chosen))
            links.append(link(name, other.variant(form.extension) if form else other.address))
        return {"link": ", ".join(links)} if links else {}

    def part(self, things: Sequence[T]) -> Sequence[T]:
        """Return what of the list stands on this page."""
        return things[self.first - 1 : self.last]
