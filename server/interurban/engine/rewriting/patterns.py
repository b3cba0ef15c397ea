"""What a query's syntax tree says: triple patterns, a sequence of predicates as one for each, and groups of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interurban.engine.rewriting.syntax import everything, words

if TYPE_CHECKING:
    from tree_sitter import Node

EXISTS = re.compile(r"\bexists\b", re.IGNORECASE)
MOST_EXISTS = 20  # of a query: each costs looking at all of it
FUNCTIONS = frozenset(("exists_func", "not_exists_func"))
UNION = "group_or_union_graph_pattern"  # groups in braces, one or several
AFTER = frozenset(("optional_graph_pattern", "bind", "minus_graph_pattern"))  # what looks at all that comes before it
OTHER_GRAPHS = frozenset(("graph_graph_pattern", "service_graph_pattern"))
TYPE = re.compile(r"a|\w*:type|<http://www\.w3\.org/1999/02/22-rdf-syntax-ns#type>")
LONGEST_PATH = 1000  # bytes of a path that is taken apart, which bounds how deeply it is nested
ENDS = frozenset(  # what a pattern may go from and to
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
        if triples.type != "triples_same_subject" or subject.type not in ENDS:
            return None
        for listed in (each for properties in lists for each in parts(properties)):
            path, *things = parts(listed)
            if listed.type != "property" or [each.type for each in things] != ["object_list"]:
                return None
            for thing in parts(things[0]):
                if thing.type not in ENDS:
                    return None
                found += _sequence(_end(subject), _predicates(path), _end(thing), f"{block.start_byte}/{len(found)}")
    return found


def is_name(end: str) -> bool:
    """Tell whether an end of a pattern is a variable or a blank node."""
    return end.startswith(("?", "_:"))


def parts(node: Node) -> list[Node]:
    """Return what a node consists of, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def variable(node: Node) -> str:
    """Return the name of a variable, `?x` or `$x`, with `?`."""
    return f"?{words(node)[1:]}"


def variables(node: Node) -> set[str]:
    """Return the variables within a node, each with `?`."""
    return {variable(found) for found in everything(node) if found.type == "var"}


def elsewhere(source: bytes, group: Node) -> frozenset[str]:
    """Return the variables that a query has outside a group, too, so that they may have a value there."""
    outside = source[: group.start_byte] + b" " + source[group.end_byte :]
    return frozenset(f"?{name}" for name in re.findall(r"[?$](\w+)", outside.decode()))


def connected(names: set[str], found: Iterable[Step]) -> set[str]:
    """Return the variables and blank nodes that triple patterns join with these, themselves among them."""
    reached, rest = set(names), list(found)
    while further := [step for step in rest if step.names & reached]:
        reached.update(*(step.names for step in further))
        rest = [step for step in rest if step not in further]
    return reached


def conjuncts(node: Node) -> Iterator[Node]:
    """Yield the comparisons of a filter that have to be true, each by itself, for it to be true."""
    if any(inner.type == "||" for inner in everything(node)):  # which the grammar may bind otherwise
        return
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found.type in ("filter", "bracketted_expression") or operators(found) == ["&&"]:
            waiting += parts(found)
        elif found.type == "binary_expression":
            yield found


def operators(node: Node) -> list[str]:
    """Return what stands between the operands of an expression."""
    return [child.type for child in node.children if not child.is_named]


def _sequence(start: str, predicates: Sequence[tuple[str, bool]], end: str, name: str) -> Iterator[Step]:
    between = [f"_:{name}/{number}" for number in range(1, len(predicates))]
    for before, (predicate, plain), after in zip([start, *between], predicates, [*between, end], strict=True):
        if plain and predicate.startswith("^"):
            yield Step(after, predicate[1:], before, plain)
        else:
            yield Step(before, predicate, after, plain)


def _predicates(path: Node) -> list[tuple[str, bool]]:
    """Return the paths of which one is a sequence, and of each whether it is an IRI, be it the other way round."""
    if path.end_byte - path.start_byte <= LONGEST_PATH:
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
    return variable(node) if node.type == "var" else words(node)
