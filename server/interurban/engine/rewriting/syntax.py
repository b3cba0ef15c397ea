"""Syntax trees of queries, by tree-sitter and its grammar of SPARQL; positions are in bytes of the text."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

try:
    from tree_sitter import Language, Node, Parser
    from tree_sitter_sparql import language
except ImportError:  # no wheel of the grammar for this Python: there are no trees
    _PARSER: Parser | None = None
else:  # here, as a worker can open no file
    with warnings.catch_warnings():  # the grammar gives its address as the binding of two years ago wanted it
        warnings.simplefilter("ignore", DeprecationWarning)
        _PARSER = Parser(Language(language()))

Edit = tuple[int, int, str]  # from byte, to byte, what is to stand there


def tree(text: str) -> Node | None:
    """Return the root of a query's tree; None if it is not wholly understood, so that nothing may be changed in it."""
    if _PARSER is None or "\\u" in text.lower():  # an escape may stand for any character
        return None
    root = _PARSER.parse(text.encode()).root_node
    return None if root.has_error else root


def edited(text: str, edits: list[Edit]) -> str:
    """Return a text with something else in some places, none of which lies in another; in order where they touch."""
    source = text.encode()
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        source = source[:start] + new.encode() + source[end:]
    return source.decode()


def prologue(root: Node) -> str:
    """Return the prefixes and base of a query."""
    return next((words(node) for node in root.named_children if node.type == "prologue"), "")


def everything(node: Node, without: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield what is within a node, at any depth, but not what is within these kinds."""
    waiting = node.children[::-1]  # not by recursion: a query may be nested as deeply as it likes
    while waiting:
        found = waiting.pop()
        yield found
        if found.type not in without:
            waiting += found.children[::-1]


def descendants(node: Node, kind: str) -> Iterator[Node]:
    """Yield the nodes of a kind within a node, at any depth."""
    return (found for found in everything(node) if found.type == kind)


def words(node: Node) -> str:
    """Return the text of a node."""
    return (node.text or b"").decode()
