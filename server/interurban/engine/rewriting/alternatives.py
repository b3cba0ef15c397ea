"""Paths with alternatives as unions: what `p|q` reaches both ways the engine counts once, and SPARQL 1.1 twice (18.4).

A triple pattern whose predicate has alternatives becomes a UNION of patterns that have none: `(p|q)/r` is `p/r` or
`q/r`, `^(p|q)` is `^p` or `^q`. Under `*`, `+` and `?`, and in a negated set, SPARQL counts once too: there they stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from interurban.engine.rewriting.patterns import ENDS, LONGEST_PATH
from interurban.engine.rewriting.syntax import Edit, descendants, edited, everything, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_BAR = re.compile(r"(?<!\|)\|(?!\|)")
_MOST = 16  # patterns that one may become
_PLAIN_ENDS = ENDS - {"blank_node_label"}  # which could not be in two patterns that do not stand together


def with_unions(text: str) -> str:
    """Return the query, or one that says the same without alternatives. text: a query that was parsed."""
    root = tree(text) if _BAR.search(text) else None
    if root is None:
        return text
    found = ((node, _apart(node)) for node in descendants(root, "triples_same_subject"))
    edits: list[Edit] = [(node.start_byte, node.end_byte, apart) for node, apart in found if apart]
    return edited(text, edits)


def _apart(triples: Node) -> str:
    """Return triple patterns of one subject one by one, with a UNION for each that has alternatives; "" if none has."""
    subject, *lists = triples.named_children
    properties = [each for found in lists for each in found.named_children if each.type == "property"]
    paths = [_alternatives(each.named_children[0]) for each in properties]
    if all(len(path) == 1 for path in paths) or not all(paths):
        return ""
    if subject.type not in _PLAIN_ENDS or any(
        node.type == "property" for each in properties for node in everything(each)
    ):
        return ""
    plain, unions = [], []
    for each, path in zip(properties, paths, strict=True):
        for thing in each.named_children[-1].named_children:
            patterns = [f"{words(subject)} {one} {words(thing)}" for one in path]
            if len(path) == 1:
                plain += patterns
            elif thing.type in _PLAIN_ENDS:
                unions.append(" UNION ".join(f"{{ {pattern} }}" for pattern in patterns))
            else:
                return ""
    return " . ".join([*plain, *unions])


def _alternatives(path: Node) -> Sequence[str]:
    """Return the paths without alternatives that a path means, itself if it has none that count; none if too many."""
    if path.end_byte - path.start_byte > LONGEST_PATH:
        return []
    if path.type == "binary_path":
        one, operator, other = path.children
        sides = _alternatives(one), _alternatives(other)
        if not all(sides):
            return []
        if operator.type == "|":
            found = [*sides[0], *sides[1]]
        else:
            found = [f"{before}/{after}" for before, after in product(*sides)]
        return found if len(found) <= _MOST else []
    if path.type == "path_element" and path.children[-1].type == ")":
        inner = _alternatives(path.named_children[-1])
        if path.children[0].type == "(":
            return [f"({one})" for one in inner]
        if path.children[0].type == "path_inverse":
            return [f"^({one})" for one in inner]
    return [words(path)]
