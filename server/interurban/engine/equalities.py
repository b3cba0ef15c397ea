"""Filters that name the values of a variable, told to the engine as VALUES besides, so that it begins with them.

The engine looks at all that a pattern matches and filters then: for five codes at every code that there is. The filter
stays where it is, so the values need only be all that it lets through. When: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interurban.engine.syntax import Edit, descendants, edited, everything, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_FILTER = re.compile(r"\bfilter\b", re.IGNORECASE)
_CONSTANTS = frozenset(("iri_reference", "prefixed_name", "rdf_literal"))
_TERMS = frozenset(("string", "lang_tag"))  # of a literal that equals no other term
# What else may stand in a group: nothing that the engine would join with it in an order of its own.
_BESIDE = frozenset(("triples_block", "filter", "comment", "optional_graph_pattern", "minus_graph_pattern", "bind"))
# Patterns that are asked for each solution of what they belong to, which is few of the values already.
_FOR_EACH = frozenset(("exists_func", "not_exists_func", "optional_graph_pattern"))
_CLASS = re.compile(r"a|(?:\w*:|<http://www\.w3\.org/1999/02/22-rdf-syntax-ns#)type>?")


def with_values(text: str) -> str:
    """Return the query, or one that says the same with VALUES in groups whose filters name values.

    text: a query that was parsed.
    """
    root = tree(text) if _FILTER.search(text) else None
    if root is None:
        return text
    groups = (node for node in everything(root, without=_FOR_EACH) if node.type == "group_graph_pattern")
    found = ((group.start_byte + 1, values) for group in groups if (values := _values(group)))
    edits: list[Edit] = [(start, start, values) for start, values in found]
    return edited(text, edits)


def _values(group: Node) -> str:
    """Return the VALUES of a group of triple patterns that have no thing or text but by its filters; "" for others."""
    said = [child for child in group.named_children if child.type not in ("comment", "filter")]
    filters = [child for child in group.named_children if child.type == "filter"]
    if not (filters and said and said[0].type == "triples_block" and {child.type for child in said} <= _BESIDE):
        return ""
    if any(_is_found_otherwise(child) for child in said if child.type == "triples_block"):
        return ""
    bound = {words(node) for node in descendants(said[0], "var")}
    named = (each for child in filters for each in _equal(child))
    return "".join(f" VALUES {name} {{ {' '.join(values)} }} " for name, values in named if name in bound)


def _is_found_otherwise(block: Node) -> bool:
    """Tell whether triple patterns have a constant to begin with, but for a class, or more than plain properties."""
    for triples in descendants(block, "triples_same_subject"):
        subject, *lists = triples.named_children
        if subject.type != "var":
            return True
        for listed in (each for found in lists for each in found.named_children if each.type == "property"):
            path, things = listed.named_children[0], listed.named_children[-1].named_children
            if path.type == "binary_path" or any(node.type == "path_mod" for node in everything(listed)):
                return True
            if any(thing.type != "var" for thing in things) and not _CLASS.fullmatch(words(path)):
                return True
    return False


def _equal(node: Node) -> Iterator[tuple[str, list[str]]]:
    """Yield the variables of which a filter names the values, and those."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        parts, operators = found.named_children, [child.type for child in found.children if not child.is_named]
        if found.type in ("filter", "bracketted_expression"):
            waiting += [part for part in parts if part.type in ("bracketted_expression", "binary_expression")]
        elif operators == ["&&"]:
            if not any(inner.type == "||" for inner in everything(node)):  # which the grammar may bind otherwise
                waiting += parts
        elif len(parts) == 2 and parts[0].type == "var" and operators == ["IN"]:
            values = parts[1].named_children
            if parts[1].type == "expression_list" and values and all(map(_is_term, values)):
                yield words(parts[0]), [words(value) for value in values]
        elif len(parts) == 2 and operators == ["="]:
            one, other = parts if parts[0].type == "var" else parts[::-1]
            if one.type == "var" and _is_term(other):
                yield words(one), [words(other)]


def _is_term(node: Node) -> bool:
    """Tell whether something is a constant that equals nothing but itself: no number or date, which equal others."""
    return node.type in _CONSTANTS and (
        node.type != "rdf_literal" or {child.type for child in node.named_children} <= _TERMS
    )
