"""Queries that say the same and are answered sooner: EXISTS as a join, NOT EXISTS as MINUS.

The engine evaluates the pattern of an EXISTS anew for every solution of its group, and one of several triple patterns
as if nothing were bound: half a minute for 18,000 governments. As a join it is evaluated once. Both say the same only
under conditions, which are looked up in a syntax tree; where one is not met, or is not understood, the query stays as
it is: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from interurban.engine.rewriting.patterns import (
    EXISTS,
    FUNCTIONS,
    MOST_EXISTS,
    OTHER_GRAPHS,
    Step,
    connected,
    elsewhere,
    is_name,
    parts,
    steps,
    variables,
)
from interurban.engine.rewriting.syntax import Edit, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_ADD_ONLY = frozenset(("optional_graph_pattern", "bind", "filter"))  # what makes no solution more
_NO_FILTER = "FILTER(true)"  # the full stop that a filter makes up for is not missed
# How many values of a property one subject may have where one step follows on another: with more, all the pairs of a
# hub's neighbours would be looked at, where a row at a time asks for few of them.
_MOST_VALUES = 20
_HUB = "{prologue}\nASK {{ {{ SELECT ?s {{ ?s {predicate} ?o }} GROUP BY ?s HAVING(COUNT(*) > {most}) }} }}"


def with_joins(text: str, ask: Callable[[str], bool]) -> str:
    """Return the query, or one that has the same answer, in which patterns of EXISTS are evaluated once.

    text: a query that was parsed, without SERVICE. ask: what the data answer to an ASK query.
    """
    root = tree(text) if 0 < len(EXISTS.findall(text)) <= MOST_EXISTS else None
    if root is None:
        return text
    source = text.encode()
    head = prologue(root)
    edits: list[Edit] = []
    for group in everything(root, without=OTHER_GRAPHS):
        if group.type != "group_graph_pattern":
            continue
        for child in group.named_children:
            exists = _exists(child)
            joined = exists and _joined(group, exists, source, lambda p: ask(_hub(head, p)))
            if joined:
                place = _place(group)
                edits += [(child.start_byte, child.end_byte, _NO_FILTER), (place, place, joined)]
    return edited(text, edits)


def _place(group: Node) -> int:
    """Return where in a group what is joined with it stands: before all OPTIONALs, if nothing but such follows."""
    others = [child for child in parts(group) if child.type not in ("triples_block", "filter")]
    if others and all(child.type in _ADD_ONLY for child in parts(group) if child.start_byte >= others[0].start_byte):
        return others[0].start_byte
    return group.end_byte - 1


def _joined(group: Node, exists: Node, source: bytes, is_hub: Callable[[str], bool]) -> str | None:
    """Return what says the same as this EXISTS, joined with the group that it filters; None if nothing surely does."""
    pattern = exists.named_children[-1]
    triples = _triples(pattern)
    if triples is None:
        return None
    inside = {name for triple in triples for name in triple.names if name.startswith("?")}
    filtered = {name for child in parts(pattern) if child.type == "filter" for name in variables(child)}
    certain = {name for child in parts(group) if child.type == "triples_block" for name in variables(child)}
    shared = sorted(inside & elsewhere(source, pattern))
    if not shared or not certain.issuperset(shared) or not inside.issuperset(filtered):
        return None
    if not _bounded(triples) or any(is_hub(predicate) for predicate in _second_steps(triples)):
        return None
    if exists.type == "not_exists_func":
        return f" MINUS {words(pattern)} "
    return f" {{ SELECT DISTINCT {' '.join(shared)} WHERE {words(pattern)} }} "


def _exists(node: Node) -> Node | None:
    """Return the EXISTS or NOT EXISTS that is all a filter says; None of everything else."""
    if node.type != "filter" or len(node.named_children) != 1:
        return None
    only = node.named_children[0]
    if only.type == "bracketted_expression" and len(only.named_children) == 1:
        only = only.named_children[0]
    return only if only.type in FUNCTIONS else None


def _triples(pattern: Node) -> list[Step] | None:
    """Return the triple patterns of a group that has nothing but these, with plain predicates, and filters on them."""
    found: list[Step] = []
    for child in parts(pattern):
        more = steps(child) if child.type == "triples_block" else None
        if more and all(step.plain for step in more):
            found += more
        elif child.type != "filter" or any(node.type == "group_graph_pattern" for node in everything(child)):
            return None
    return found


def _bounded(triples: Sequence[Step]) -> bool:
    """Tell whether all of these, evaluated by themselves, surely have not many more solutions than there are triples.

    They hang together, at no thing as the object of two of them, nor as the subject of two with one predicate.
    """
    objects = Counter(triple.object for triple in triples if is_name(triple.object))
    stars = Counter((triple.subject, triple.predicate) for triple in triples)
    if len(triples) < 2 or max([*objects.values(), *stars.values()]) > 1:  # one alone is found in an index
        return False
    reached = connected(triples[0].names, triples)
    return all(triple.names & reached for triple in triples)


def _second_steps(triples: Sequence[Step]) -> set[str]:
    """Return the predicates of the triple patterns that go on from the object of another, to anything."""
    objects = {triple.object for triple in triples if is_name(triple.object)}
    return {triple.predicate for triple in triples if triple.subject in objects and is_name(triple.object)}


def _hub(prologue: str, predicate: str) -> str:
    return _HUB.format(prologue=prologue, predicate=predicate, most=_MOST_VALUES)
