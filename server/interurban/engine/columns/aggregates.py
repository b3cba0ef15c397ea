"""What is counted, added up or compared in groups, in SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from interurban.engine.columns.expressions import UNSURE
from interurban.engine.columns.relations import Column, Relation, UnsupportedError

if TYPE_CHECKING:
    from interurban.engine.columns.tables import Columns

_AGGREGATE = re.compile(r"(COUNT|SUM|AVG|MIN|MAX)\s*\(\s*(DISTINCT\b)?\s*(\*|[?$]\w+)\s*\)", re.IGNORECASE)
_ALL = Column("count(*)", kind="integer")


def aggregate(written: str, found: Relation, columns: Columns) -> list[Column]:
    """Return what an aggregate of these solutions is worth: one column, of AVG two, a sum and what it is divided by.

    Raises UnsupportedError for one that is not understood.
    """
    understood = _AGGREGATE.fullmatch(written)
    if understood is None:
        raise UnsupportedError(written)
    function, distinct, of = understood[1].upper(), bool(understood[2]), understood[3]
    if of == "*" and function == "COUNT" and not distinct:
        return [_ALL]
    column = found.column(f"?{of[1:]}")
    if function == "COUNT":
        return [Column(f"count({'DISTINCT ' if distinct else ''}{column.sql})", kind="integer")]
    if distinct or not column.bound:  # without a value it would be an error
        raise UnsupportedError(written)
    if function in ("MIN", "MAX"):
        return [_extreme(function, column, columns)]
    total = _sum(column, columns)
    return [total] if function == "SUM" else [total, _ALL]


def _extreme(function: str, column: Column, columns: Columns) -> Column:
    x = column.sql
    if column.kind == "integer":
        return Column(f"{function}({x})", kind="integer")
    if column.kind != "term":
        raise UnsupportedError
    alike = " OR ".join(f"bool_and({kind.has(x)})" for kind in (columns.terms.kinds.numbers, columns.terms.kinds.dates))
    return Column(f"CASE WHEN {alike} THEN {function}({x}) ELSE {UNSURE} END")


def _sum(column: Column, columns: Columns) -> Column:
    """Return a sum as a query writes a number; of nothing there is none here."""
    x = column.sql
    if column.kind == "integer":
        return Column(f"CASE WHEN count(*) > 0 THEN sum({x})::VARCHAR ELSE {UNSURE} END", kind="written")
    if column.kind != "term":
        raise UnsupportedError
    number, whole = (f"(SELECT {what} FROM numbers WHERE id = {x})" for what in ("number", "whole"))
    return Column(
        f"CASE WHEN bool_and({columns.terms.kinds.numbers.has(x)}) IS NOT true THEN {UNSURE}"
        f" WHEN bool_and({whole}) THEN sum({number})::DECIMAL(38, 0)::VARCHAR ELSE sum({number})::VARCHAR END",
        kind="written",
    )
