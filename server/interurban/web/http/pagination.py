"""One page of a long list, and the way to the pages before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from interurban.messages import say
from interurban.web.http.errors import NotFoundError
from interurban.web.http.reader import Link

T = TypeVar("T")


@dataclass(frozen=True)
class Pagination:
    """One page of a list at `path`. number: of the page, from 1; size: of a full page; total: of the list."""

    path: str
    number: int
    size: int
    total: int

    @classmethod
    def of(cls, path: str, page: str, size: int, total: int) -> "Pagination":
        """Return the page that ?page= asks for; NotFoundError if the list has none such."""
        last = max(1, -(-total // size))
        if page not in map(str, range(1, last + 1)):
            raise NotFoundError(say("web-no-list-page", pages=last))
        return cls(path, int(page), size, total)

    @property
    def first(self) -> int:
        """The place of the page's first thing in the list, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of its last."""
        return min(self.number * self.size, self.total)

    @property
    def query(self) -> dict[str, str]:
        """What of the query names this page; the first has the list's own address."""
        return {"page": str(self.number)} if self.number > 1 else {}

    @property
    def neighbours(self) -> list[Link]:
        """The pages before and after."""
        near = [("prev", self.number - 1), ("next", self.number + 1)]
        return [
            Link(name, self.path if n == 1 else f"{self.path}?page={n}")
            for name, n in near
            if 1 <= n <= -(-self.total // self.size)
        ]

    def part(self, things: Sequence[T]) -> Sequence[T]:
        """Return what of the list stands on this page."""
        return things[self.first - 1 : self.last]
