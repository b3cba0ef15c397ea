"""Groups with their triple patterns together: a query that says the same, in which the engine can order them.

The engine orders the triple patterns that stand together, knowing which of them binds what. What stands behind a BIND
or an OPTIONAL, or in a branch of a UNION, it orders by itself, and evaluates for each solution of the rest: it may
begin with all members of a network for each of 18,000 cities. So patterns come before what does not depend on them, and
what is joined with a UNION comes into its branches: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from interurban.engine.rewriting.patterns import AFTER, UNION, parts, steps, variables
from interurban.engine.rewriting.syntax import Edit, descendants, edited, everything, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = re.compile(r"\b(?:union|bind|optional|minus)\b", re.IGNORECASE)
_JOINED = frozenset(("triples_block", "inline_data", UNION))  # what is joined with the rest, whatever the order
_MOST = 16  # branches of a UNION that others are joined with
_LONGEST = 10_000  # characters of a query that is looked at
_GROUPS = 100  # groups of it: each is looked at in each around it
_DEEPEST = 8  # groups within groups that are changed
_FICKLE = re.compile(r"(?:RAND|UUID|BNODE)[\s#(]", re.IGNORECASE)  # another value for each solution there is


@dataclass(frozen=True)
class _Dependent:
    """A part of a group that looks at what comes before it, where it stands.

    free: its variables that have no value there; fickle: whether it says something else if there are more solutions.
    """

    free: frozenset[str]
    fickle: bool

    @classmethod
    def of(cls, node: Node, certain: frozenset[str]) -> _Dependent:
        """Make one. certain: the variables that have a value there, by the triple patterns before it."""
        return cls(frozenset(variables(node) - certain), _FICKLE.search(words(node)) is not None)

    def minds(self, names: Collection[str]) -> bool:
        """Tell whether it may say something else if what has these variables comes before it."""
        return self.fickle or not self.free.isdisjoint(names)


def with_flat_groups(text: str) -> str:
    """Return the query, or one that has the same answer, with the triple patterns of groups together.

    text: a query that was parsed, without SERVICE.
    """
    for _ in range(_DEEPEST):
        small = len(text) <= _LONGEST and text.count("{") <= _GROUPS
        root = tree(text) if small and _WORDS.search(text) else None
        edits = _edits(root) if root else []
        if not edits:
            break
        text = edited(text, edits)
    return text


def _edits(root: Node) -> list[Edit]:
    """Return what changes the outermost groups that are to be changed."""
    found: list[Edit] = []
    for group in everything(root):
        if group.type == "group_graph_pattern" and not (found and group.end_byte <= found[-1][1]):
            flat = _flat(group)
            if flat:
                found.append((group.start_byte, group.end_byte, flat))
    return found


def _flat(group: Node) -> str | None:
    """Return a group with its triple patterns together; None if they are, or surely may not be."""
    first: list[Node] = []
    rest: list[Node] = []
    filters: list[Node] = []
    behind: list[_Dependent] = []
    certain, moved = frozenset[str](), False
    for child in parts(group):
        if child.type == "filter":
            filters.append(child)
            continue
        if child.type in AFTER:
            behind.append(_Dependent.of(child, certain))
        names = variables(child) if child.type in _JOINED else set[str]()
        stays = child.type not in _JOINED or any(each.minds(names) for each in behind)
        (rest if stays else first).append(child)
        if child.type == "triples_block":
            certain |= names
            moved = moved or (bool(behind) and not stays)
    together = _distributed(first)
    if not (moved or together):
        return None
    return f"{{ {' '.join([together or ' '.join(map(_said, first)), *map(_said, rest), *map(words, filters)])} }}"


def _distributed(joined: Sequence[Node]) -> str | None:
    """Return a UNION with what is joined with it in each branch; None if that is of no use, or may not be."""
    unions = [node for node in joined if node.type == UNION and len(parts(node)) > 1]
    beside = [node for node in joined if unions and node is not unions[0]]
    if not beside or all(node.type == UNION and len(parts(node)) == 1 for node in beside):
        return None
    branches, names = parts(unions[0]), frozenset[str]().union(*map(variables, beside))
    many = prod(len(parts(union)) for union in unions)
    if many > _MOST or any(next(descendants(node, "blank_node_label"), None) for node in beside):
        return None
    if not all(_takes(branch, names) for branch in branches) or not any(map(_is_join, branches)):
        return None
    said = " ".join(map(_said, beside))
    return " UNION ".join(f"{{ {said} {' '.join(map(_said, parts(branch)))} }}" for branch in branches)


def _takes(branch: Node, names: Collection[str]) -> bool:
    """Tell whether a group says of what is joined with it what it says if that stands within it, before the rest."""
    certain, behind = frozenset[str](), list[_Dependent]()
    for child in parts(branch):
        if child.type not in _JOINED | AFTER | {"filter"}:
            return False
        if child.type in AFTER:
            behind.append(_Dependent.of(child, certain))
        if child.type == "triples_block":
            certain |= variables(child)
    behind += [_Dependent.of(child, certain) for child in parts(branch) if child.type == "filter"]
    return not any(each.minds(names) for each in behind)


def _is_join(branch: Node) -> bool:
    """Tell whether a group has more than one triple pattern, so that their order counts."""
    found = [steps(block) for block in descendants(branch, "triples_block")]
    return len(found) > 1 or any(each is None or len(each) > 1 for each in found)


def _said(node: Node) -> str:
    """Return a part of a group so that another may follow it."""
    if node.type == "triples_block":
        return "".join(f"{words(each)} . " for each in parts(node))
    return words(node)
