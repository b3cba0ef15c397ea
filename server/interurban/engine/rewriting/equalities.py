"""Filters that name the values of a variable, told to the engine as VALUES besides, so that it begins with them.

The engine looks at all that a pattern matches and filters then: for five codes at every code that there is. The filter
stays where it is, so the values need only be all that it lets through. When: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from interurban.engine.rewriting.patterns import AFTER, FUNCTIONS, TYPE, conjuncts, operators
from interurban.engine.rewriting.syntax import Edit, descendants, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_FILTER = re.compile(r"\bfilter\b", re.IGNORECASE)
_CONSTANTS = frozenset(("iri_reference", "prefixed_name", "rdf_literal"))
_TERMS = frozenset(("string", "lang_tag"))  # of a literal that equals no other term
# What else may stand in a group: nothing that the engine would join with it in an order of its own.
_BESIDE = AFTER | {"triples_block", "filter", "comment"}
# Patterns that are asked for each solution of what they belong to, which is few of the values already.
_FOR_EACH = FUNCTIONS | {"optional_graph_pattern"}


def with_values(text: str, terms: Callable[[str], Iterable[object]]) -> str:
    """Return the query, or one that says the same with VALUES in groups whose filters name values.

    text: a query that was parsed. terms: what a SELECT query of one column answers.
    """
    root = tree(text) if _FILTER.search(text) else None
    if root is None:
        return text
    head = prologue(root)

    def each_once(written: list[str]) -> str:
        """Return constants each once, be they written in several ways: VALUES counts them."""
        if len(written) == 1:
            return written[0]
        return " ".join(map(str, terms(f"{head}\nSELECT DISTINCT ?x {{ VALUES ?x {{ {' '.join(written)} }} }}")))

    groups = (node for node in everything(root, without=_FOR_EACH) if node.type == "group_graph_pattern")
    found = ((group.start_byte + 1, *named) for group in groups for named in _named(group))
    edits: list[Edit] = [(at, at, f" VALUES {name} {{ {each_once(values)} }} ") for at, name, values in found]
    return edited(text, edits)


def _named(group: Node) -> Iterator[tuple[str, list[str]]]:
    """Yield variables with the values that filters name, of a group that has no other thing or text to begin with."""
    said = [child for child in group.named_children if child.type not in ("comment", "filter")]
    filters = [child for child in group.named_children if child.type == "filter"]
    if not (filters and said and said[0].type == "triples_block" and {child.type for child in said} <= _BESIDE):
        return
    if any(_is_found_otherwise(child) for child in said if child.type == "triples_block"):
        return
    bound = {words(node) for node in descendants(said[0], "var")}
    yield from (each for child in filters for each in _equal(child) if each[0] in bound)


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
            if any(thing.type != "var" for thing in things) and not TYPE.fullmatch(words(path)):
                return True
    return False


def _equal(node: Node) -> Iterator[tuple[str, list[str]]]:
    """Yield the variables of which a filter names the values, and those."""
    for found in conjuncts(node):
        operands, between = found.named_children, operators(found)
        if len(operands) != 2:
            continue
        if operands[0].type == "var" and between == ["IN"]:
            values = operands[1].named_children
            if operands[1].type == "expression_list" and values and all(map(_is_term, values)):
                yield words(operands[0]), [words(value) for value in values]
        elif between == ["="]:
            one, other = operands if operands[0].type == "var" else operands[::-1]
            if one.type == "var" and _is_term(other):
                yield words(one), [words(other)]


def _is_term(node: Node) -> bool:
    """Tell whether something is a constant that equals nothing but itself: no number or date, which equal others."""
    return node.type in _CONSTANTS and (
        node.type != "rdf_literal" or {child.type for child in node.named_children} <= _TERMS
    )
