"""The constants of a query: what the engine reads there, and which numbers these terms have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from interurban.engine.columns.relations import UnsupportedError
from interurban.engine.columns.terms import worth_of
from interurban.engine.rewriting.syntax import everything, prologue, words
from interurban.iris import RDF, XSD

if TYPE_CHECKING:
    from tree_sitter import Node

    from interurban.engine.columns.tables import Columns

KINDS = frozenset("iri_reference prefixed_name rdf_literal integer decimal double boolean_literal a".split())  # noqa: SIM905
_BESIDE = frozenset(("prologue", "dataset_clause", "limit_offset_clauses"))
_MOST = 500  # constants of a query
_DAY = len("2026-11-28")
_TYPE = NamedNode(RDF + "type")


@dataclass(frozen=True)
class Constant:
    """A term that a query names, and its number; a negative one if nothing has it."""

    term: NamedNode | Literal
    id: int

    @property
    def number(self) -> str | None:
        """What it is worth, in SQL, if it is an integer or a decimal number."""
        worth = worth_of(self.term)
        return None if worth is None else f"{worth:f}::DECIMAL(38, 18)"

    @property
    def is_date(self) -> bool:
        """Whether it is a day, without a time zone."""
        return (
            isinstance(self.term, Literal) and self.term.datatype.value == XSD + "date" and len(self.term.value) == _DAY
        )

    @property
    def text(self) -> str | None:
        """The text that it is, in no language."""
        if isinstance(self.term, Literal) and self.term.datatype.value == XSD + "string":
            return self.term.value
        return None


def constants(root: Node, base: str, columns: Columns) -> dict[str, Constant]:
    """Return the constants of a query as they are written there."""
    written = {words(node): None for node in everything(root, without=_BESIDE) if node.type in KINDS and node.is_named}
    written.pop("a", None)
    if len(written) > _MOST:
        raise UnsupportedError
    names = [f"?c{number}" for number in range(len(written))]
    terms: list[NamedNode | Literal] = []
    if written:
        asked = f"{prologue(root)}\nSELECT * {{ VALUES ({' '.join(names)}) {{ ({' '.join(written)}) }} }}"
        solution = next(cast(QuerySolutions, Store().query(asked, base_iri=base)))
        terms = [cast("NamedNode | Literal", solution[name[1:]]) for name in names]
    return {
        text: Constant(term, columns.terms.number(term) or -number)
        for number, (text, term) in enumerate(zip([*written, "a"], [*terms, _TYPE], strict=True), 1)
    }
