"""The triple patterns of a query's syntax tree, a sequence of predicates as one pattern for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interurban.engine.rewriting.syntax import everything, words

if TYPE_CHECKING:
    from tree_sitter import Node

EXISTS = re.compile(r"\bexists\b", re.IGNORECASE)
MOST_EXISTS = 20  # of a query: each costs looking at all of it
FUNCTIONS = ("exists_func", "not_exists_func")
_LONGEST = 1000  # bytes of a path that is taken apart, which bounds how deeply it is nested
_ENDS = frozenset(
    "var blank_node_label iri_reference prefixed_name rdf_literal integer decimal double boolean_literal".split()  # noqa: SIM905
)
_IRIS = frozenset(("iri_reference", "prefixed_name", "a"))


@dataclass(frozen=True)
class Step:
    """A triple pattern: what it goes from and to, with a variable's `?` or a blank node's `_:`, and by what predicate.

    plain: the predicate is an IRI, and neither a variable nor a path.
    """

    subject: str
    predicate: str
    object: str
    plain: bool

    @property
    def names(self) -> set[str]:
        """Its variables and blank nodes, but for a predicate's."""
        return {end for end in (self.subject, self.object) if is_name(end)}


def steps(block: Node) -> list[Step] | None:
    """Return the triple patterns of a block of them; None if it has others: collections, brackets, quoted triples."""
    found: list[Step] = []
    for triples in parts(block):
        subject, *lists = parts(triples)
        if triples.type != "triples_same_subject" or subject.type not in _ENDS:
            return None
        for listed in (each for properties in lists for each in parts(properties)):
            path, *things = parts(listed)
            if listed.type != "property" or [each.type for each in things] != ["object_list"]:
                return None
            for thing in parts(things[0]):
                if thing.type not in _ENDS:
                    return None
                found += _sequence(_end(subject), _predicates(path), _end(thing), f"{block.start_byte}/{len(found)}")
    return found


def is_name(end: str) -> bool:
    """Tell whether an end of a pattern is a variable or a blank node."""
    return end.startswith(("?", "_:"))


def parts(node: Node) -> list[Node]:
    """Return what a node consists of, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def variables(node: Node) -> set[str]:
    """Return the variables within a node, each with `?`."""
    return {_end(found) for found in everything(node) if found.type == "var"}


def _sequence(start: str, predicates: Sequence[tuple[str, bool]], end: str, name: str) -> Iterator[Step]:
    between = [f"_:{name}/{number}" for number in range(1, len(predicates))]
    for before, (predicate, plain), after in zip([start, *between], predicates, [*between, end], strict=True):
        if plain and predicate.startswith("^"):
            yield Step(after, predicate[1:], before, plain)
        else:
            yield Step(before, predicate, after, plain)


def _predicates(path: Node) -> list[tuple[str, bool]]:
    """Return the paths of which one is a sequence, and of each whether it is an IRI, be it the other way round."""
    if path.end_byte - path.start_byte <= _LONGEST:
        if path.type == "binary_path" and path.children[1].type == "/":
            return [*_predicates(path.children[0]), *_predicates(path.children[-1])]
        if path.type == "path_element" and (path.children[0].type, path.children[-1].type) == ("(", ")"):
            return _predicates(parts(path)[-1])
    if path.type == "binary_path":
        return [(f"({words(path)})", False)]
    if path.type == "path_element" and path.children[-1].type in _IRIS and len(path.children) <= 2:
        inverse = "^" if path.children[0].type == "path_inverse" else ""
        return [(inverse + words(path.children[-1]), True)]
    return [(words(path), False)]


def _end(node: Node) -> str:
    return f"?{words(node)[1:]}" if node.type == "var" else words(node)
