"""The list of all things of a kind: which of them a reader has chosen, and in which order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from interurban.messages import Language
from interurban.release.pages import ALL, NAME, Cell, Columns
from interurban.web.model.site import Site


@dataclass(frozen=True)
class Choice:
    """What a reader has chosen: a value for some facets, as addresses have them, and an order.

    down: from the last to the first.
    """

    values: Mapping[str, str]
    order: str = NAME
    down: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """How an address says it; the order of names is not told."""
        sort = {"sort": f"-{self.order}" if self.down else self.order}
        return {**self.values, **(sort if self.down or self.order != NAME else {})}


class Listing:
    """The things of a kind as a table of the release has them."""

    def __init__(self, site: Site, kind: str, columns: Columns) -> None:
        self.site, self.kind, self.columns = site, kind, columns

    @classmethod
    def of(cls, site: Site, kind: str) -> "Listing | None":
        """Return the list of a kind, None if the release has no table of it."""
        columns = site.pages.tables.get(kind)
        return cls(site, kind, columns) if columns else None

    def things(self, choice: Choice, language: Language, most: int = ALL) -> list[tuple[str, ...]] | None:
        """Return the chosen things in order, each with its values of all facets; None if nothing has such a value.

        most: how many of them.
        """
        chosen = self.chosen(choice)
        if chosen is None:
            return None
        return self.site.pages.listed(self.kind, chosen, choice.order, choice.down, language, most)

    def having(self, choice: Choice) -> list[str] | None:
        """Return the chosen things in no order of a reader's; None if nothing has such a value."""
        chosen = self.chosen(choice)
        return None if chosen is None else self.site.pages.having(self.kind, chosen)

    def chosen(self, choice: Choice) -> dict[str, Cell] | None:
        """Return column -> value; None if nothing has such a value."""
        if not all(code in self.values[name] for name, code in choice.values.items()):
            return None
        return {name: self.values[name][code] for name, code in choice.values.items()}

    @cached_property
    def values(self) -> dict[str, dict[str, str]]:
        """Facet -> how an address says a value -> the value."""
        found: dict[str, dict[str, str]] = {}
        for name in self.columns.facets:
            found[name] = {}
            for value in self.site.pages.values(self.kind, name):
                short = value.rstrip("/").rpartition("/")[2]
                found[name][value if short in found[name] else short] = value
        return found

    def counts(self, things: list[tuple[str, ...]]) -> dict[str, Counter[str]]:
        """Return facet -> how many of these things have which value."""
        return {
            name: Counter(row[at] for row in things if row[at] is not None)
            for at, name in enumerate(self.columns.facets, 1)
        }

    def node(self, name: str) -> NamedNode:
        """Return the thing that a table names."""
        return NamedNode(self.site.base.whole(name))

    def cells(self, things: list[str]) -> dict[str, dict[str, Cell]]:
        """Return thing -> column -> value."""
        return self.site.pages.rows(self.kind, things)
