"""Queries that say the same and are answered sooner: EXISTS as a join, NOT EXISTS as MINUS.

The engine evaluates the pattern of an EXISTS anew for every solution of its group, and one of several triple patterns
as if nothing were bound: half a minute for 18,000 governments. As a join it is evaluated once. Both say the same only
under conditions, which are looked up in a syntax tree; where one is not met, or is not understood, the query stays as
it is: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interurban.engine.syntax import Edit, descendants, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_EXISTS = re.compile(r"\bexists\b", re.IGNORECASE)
# What a pattern may consist of that is evaluated by itself: triples whose predicates are IRIs or sequences of them.
_PLAIN = frozenset(
    "triples_block triples_same_subject property_list property object_list var path_element binary_path prefixed_name "  # noqa: SIM905
    "namespace pn_prefix pn_local iri_reference rdf_literal string lang_tag integer decimal double boolean_literal "
    "blank_node_label comment".split()
)
_SEQUENCE = frozenset(":/a<>")  # what else a predicate's text may have in it
_OTHER_SCOPES = frozenset(("graph_graph_pattern", "service_graph_pattern"))
_NO_FILTER = "FILTER(true)"  # the full stop that a filter makes up for is not missed
# How many values of a property one subject may have where one step follows on another: with more, all the pairs of a
# hub's neighbours would be looked at, where a row at a time asks for few of them.
_MOST_VALUES = 20
_MOST_EXISTS = 20  # of a query: each costs looking at all of it
_HUB = "{prologue}\nASK {{ {{ SELECT ?s {{ ?s {predicate} ?o }} GROUP BY ?s HAVING(COUNT(*) > {most}) }} }}"


@dataclass(frozen=True)
class _Triple:
    """A triple pattern: names of variables, of blank nodes, or None for what is constant; the predicate as written."""

    subject: str | None
    predicate: str
    object: str | None


def with_joins(text: str, ask: Callable[[str], bool]) -> str:
    """Return the query, or one that has the same answer, in which patterns of EXISTS are evaluated once.

    text: a query that was parsed, without SERVICE. ask: what the data answer to an ASK query.
    """
    root = tree(text) if 0 < len(_EXISTS.findall(text)) <= _MOST_EXISTS else None
    if root is None:
        return text
    source = text.encode()
    head = prologue(root)
    edits: list[Edit] = []
    for group in everything(root, without=_OTHER_SCOPES):
        if group.type != "group_graph_pattern":
            continue
        for child in group.named_children:
            exists = _exists(child)
            joined = exists and _joined(group, exists, source, lambda p: ask(_hub(head, p)))
            if joined:
                edits += [
                    (child.start_byte, child.end_byte, _NO_FILTER),
                    (group.end_byte - 1, group.end_byte - 1, joined),
                ]
    return edited(text, edits)


def _joined(group: Node, exists: Node, source: bytes, is_hub: Callable[[str], bool]) -> str | None:
    """Return what says the same as this EXISTS at the end of the group that it filters; None if nothing surely does."""
    pattern = exists.named_children[-1]
    triples = _triples(pattern)
    if triples is None:
        return None
    inside = {name for triple in triples for name in (triple.subject, triple.object) if name}
    variables = {name for name in inside if not name.startswith("_:")}
    filtered = {
        _name(node) for child in pattern.named_children if child.type == "filter" for node in descendants(child, "var")
    }
    certain = {
        _name(node)
        for child in group.named_children
        if child.type == "triples_block"
        for node in descendants(child, "var")
    }
    elsewhere = (source[: pattern.start_byte] + b" " + source[pattern.end_byte :]).decode()
    shared = sorted(name for name in variables if re.search(rf"[?$]{re.escape(name)}\b", elsewhere))
    if not shared or not certain.issuperset(shared) or not variables.issuperset(filtered):
        return None
    if not _bounded(triples) or any(is_hub(predicate) for predicate in _second_steps(triples)):
        return None
    if exists.type == "not_exists_func":
        return f" MINUS {words(pattern)} "
    return f" {{ SELECT DISTINCT ?{' ?'.join(shared)} WHERE {words(pattern)} }} "


def _exists(node: Node) -> Node | None:
    """Return the EXISTS or NOT EXISTS that is all a filter says; None of everything else."""
    if node.type != "filter" or len(node.named_children) != 1:
        return None
    only = node.named_children[0]
    if only.type == "bracketted_expression" and len(only.named_children) == 1:
        only = only.named_children[0]
    return only if only.type in ("exists_func", "not_exists_func") else None


def _triples(pattern: Node) -> list[_Triple] | None:
    """Return the triple patterns of a group that has nothing but these and filters on them; None of any other."""
    found: list[_Triple] = []
    for child in pattern.named_children:
        if child.type == "triples_block" and all(node.type in _PLAIN for node in everything(child) if node.is_named):
            for same_subject in descendants(child, "triples_same_subject"):
                for listed in descendants(same_subject, "property"):
                    path = listed.named_children[0]
                    if path.type == "var" or any(node.type not in _PLAIN | _SEQUENCE for node in everything(path)):
                        return None
                    for thing in listed.named_children[-1].named_children:
                        found += _steps(same_subject.named_children[0], path, thing, len(found))
        elif child.type == "filter":
            if any(node.type == "group_graph_pattern" for node in everything(child)):
                return None
        elif child.type != "comment":
            return None
    return found


def _steps(subject: Node, path: Node, thing: Node, number: int) -> Iterator[_Triple]:
    """Yield a triple pattern for each step of a sequence."""
    steps = [words(node) for node in everything(path) if node.type == "path_element"] or [words(path)]
    ends = [_name(subject), *(f"_:{number} {place}" for place in range(1, len(steps))), _name(thing)]
    for before, step, after in zip(ends, steps, ends[1:], strict=False):
        yield _Triple(before, step, after)


def _bounded(triples: Sequence[_Triple]) -> bool:
    """Tell whether all of these, evaluated by themselves, surely have not many more solutions than there are triples.

    They hang together, at no thing as the object of two of them, nor as the subject of two with one predicate.
    """
    objects = Counter(triple.object for triple in triples if triple.object)
    stars = Counter((triple.subject, triple.predicate) for triple in triples)
    if len(triples) < 2 or max([*objects.values(), *stars.values()]) > 1:  # one alone is found in an index
        return False
    reached, rest = {triples[0].subject, triples[0].object} - {None}, list(triples[1:])
    while further := [triple for triple in rest if {triple.subject, triple.object} & reached]:
        reached |= {name for triple in further for name in (triple.subject, triple.object) if name}
        rest = [triple for triple in rest if triple not in further]
    return not rest


def _second_steps(triples: Sequence[_Triple]) -> set[str]:
    """Return the predicates of the triple patterns that go on from the object of another, to anything."""
    objects = {triple.object for triple in triples if triple.object}
    return {triple.predicate for triple in triples if triple.subject in objects and triple.object}


def _hub(prologue: str, predicate: str) -> str:
    return _HUB.format(prologue=prologue, predicate=predicate, most=_MOST_VALUES)


def _name(node: Node) -> str | None:
    """Return what a variable or blank node is called (the latter with `_:`); None for what is constant."""
    if node.type == "var":
        return words(node)[1:]
    return words(node) if node.type == "blank_node_label" else None
