"""Variables that a filter says are equal, as one: a query that says the same, in which the engine joins by it.

The engine takes every pair of what has nothing else in common and filters then: of 12,000 members and 24,000 pledges
all 288 million. `=` says that two are the same term if one of them is an IRI, a blank node or a text, which is asked of
the data; the filter stays where it is, and the other variable gets its value at the end of the group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from interurban.engine.rewriting.patterns import (
    FUNCTIONS,
    OTHER_GRAPHS,
    Step,
    conjuncts,
    connected,
    operators,
    parts,
    steps,
    variable,
)
from interurban.engine.rewriting.syntax import Edit, descendants, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_EQUAL = re.compile(r"[?$]\w+\s*=\s*[?$]\w")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_MOST = 20  # groups of a query that are looked at
# Of other graphs nothing is asked; and in an EXISTS, whose variables may have a value from outside, a BIND replaces it.
_OTHER_SCOPES = OTHER_GRAPHS | FUNCTIONS
# Whether a property has a value that may equal another term: a number, a date, a boolean.
_OTHERS = (
    "{head}\nASK {{ ?s {predicate} ?o "
    "FILTER(ISLITERAL(?o) && LANG(?o) = '' && DATATYPE(?o) != <http://www.w3.org/2001/XMLSchema#string>) }}"
)


def with_equal_variables(text: str, ask: Callable[[str], bool]) -> str:
    """Return the query, or one that has the same answer, in which variables that have to be equal are one.

    text: a query that was parsed, without SERVICE. ask: what the data answer to an ASK query.
    """
    asked = _EQUAL.search(text) and text.count("{") <= _MOST and not _FROM.search(text)
    root = tree(text) if asked else None
    if root is None:
        return text
    head = prologue(root)

    def has_others(predicate: str) -> bool:
        return ask(_OTHERS.format(head=head, predicate=predicate))

    edits: list[Edit] = []
    for group in everything(root, without=_OTHER_SCOPES):
        if group.type != "group_graph_pattern" or {child.type for child in parts(group)} - {"triples_block", "filter"}:
            continue
        blocks = [child for child in parts(group) if child.type == "triples_block"]
        found = [steps(block) for block in blocks]
        if None in found:
            continue
        pair = _pair(group, list(chain(*(each or () for each in found))), has_others)
        if pair:
            one, other = pair
            named = (node for block in blocks for node in descendants(block, "var") if words(node)[1:] == other[1:])
            edits += [(node.start_byte, node.end_byte, one) for node in named]
            edits.append((group.end_byte - 1, group.end_byte - 1, f" BIND({one} AS {other}) "))
    return edited(text, edits)


def _pair(group: Node, found: Sequence[Step], has_others: Callable[[str], bool]) -> tuple[str, str] | None:
    """Return two variables of a group that have to be the same term, which joins what nothing else does; or None."""
    for child in parts(group):
        for one, other in _equal(child) if child.type == "filter" else ():
            joined = {one, other} <= set(chain(*(step.names for step in found))) and other not in connected(
                {one}, found
            )
            if joined and (_is_term(one, found, has_others) or _is_term(other, found, has_others)):
                return one, other
    return None


def _equal(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the variables that a filter says are equal."""
    for found in conjuncts(node):
        if operators(found) == ["="] and [part.type for part in parts(found)] == ["var", "var"]:
            one, other = map(variable, parts(found))
            if one != other:
                yield one, other


def _is_term(name: str, found: Sequence[Step], has_others: Callable[[str], bool]) -> bool:
    """Tell whether a variable is surely an IRI, a blank node or a text, each of which equals nothing but itself."""
    if any(step.subject == name for step in found):
        return True
    return any(step.object == name and step.plain and not has_others(step.predicate) for step in found)
