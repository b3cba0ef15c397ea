"""Queries in other words: they have the same answer, and the engine finds it sooner, or rightly.

The engine's own optimizer looks at nothing but the text. Where something else says the same is looked up in a
syntax tree; what is not understood stays as it is written (docs/decisions/034-semijoins.md). In this order:

    alternatives  a path with alternatives as a UNION, which counts what is reached in several ways as often
    flattening    triple patterns together, in which the engine can order them
    semijoins     an EXISTS as a join
    chains        any other EXISTS one triple pattern after the other, in the order of `ordering`
    renaming      variables that have to be equal as one
    equalities    filters that name values as VALUES besides

    patterns, syntax  what triple patterns and groups a text has
"""

from collections.abc import Callable, Iterator
from typing import cast

from pyoxigraph import Literal, QueryBoolean, QuerySolutions, QueryTriples

from interurban.engine.rewriting.alternatives import with_unions
from interurban.engine.rewriting.chains import with_chains
from interurban.engine.rewriting.equalities import with_values
from interurban.engine.rewriting.flattening import with_flat_groups
from interurban.engine.rewriting.renaming import with_equal_variables
from interurban.engine.rewriting.semijoins import with_joins

__all__ = ["rewritten"]


def rewritten(text: str, ask: Callable[[str], QuerySolutions | QueryBoolean | QueryTriples]) -> str:
    """Return a query in words that the engine answers sooner.

    text: a query that was parsed, without SERVICE. ask: what the data answer to another one.
    """

    def terms(question: str) -> Iterator[object]:
        return (solution[0] for solution in cast(QuerySolutions, ask(question)))

    def count(question: str) -> int:
        return int(cast(Literal, next(terms(question))).value)

    def is_so(question: str) -> bool:
        return bool(ask(question))

    flat = with_flat_groups(with_unions(text))
    return with_values(with_equal_variables(with_chains(with_joins(flat, is_so), count), is_so), terms)
