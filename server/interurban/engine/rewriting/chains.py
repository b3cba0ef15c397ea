"""EXISTS one triple pattern after the other: a query that says the same, in which each is looked up in an index.

The engine evaluates the pattern of an EXISTS anew for every solution, and one of several triple patterns in an order
that knows nothing of what is bound then: it may begin with all members of a network for each of 18,000 cities. Where
`{ A . B }` has a solution, `{ A FILTER EXISTS { B } }` has one; so the order is ours: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from interurban.engine.rewriting.ordering import Link, Order
from interurban.engine.rewriting.patterns import (
    AFTER,
    EXISTS,
    FUNCTIONS,
    MOST_EXISTS,
    UNION,
    Step,
    elsewhere,
    is_name,
    parts,
    steps,
    variable,
    variables,
)
from interurban.engine.rewriting.syntax import Edit, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 12  # links of one EXISTS: each is one within another
_DEEPEST = 8  # groups within groups that are looked at
_LONGEST = 4000  # characters of filters that are said twice, in each of which may be such filters
_UNDEF = re.compile("UNDEF", re.IGNORECASE)
_GRAPH = "graph_graph_pattern"


@dataclass(frozen=True)
class _Clause:
    """A FILTER or a BIND, the variables that it looks at, and the one that it gives a value."""

    text: str
    variables: frozenset[str]
    target: str = ""


@dataclass(frozen=True)
class _Optional:
    """An OPTIONAL group, and the variables that what stands before it has not."""

    group: Node
    own: frozenset[str]


class _NotUnderstoodError(Exception):
    """A pattern is left as it is written."""


def with_chains(text: str, count: Callable[[str], int]) -> str:
    """Return the query, or one that has the same answer, in which EXISTS is asked one triple pattern after the other.

    text: a query that was parsed, without SERVICE. count: what the data answer to a query that counts.
    """
    root = tree(text) if 0 < len(EXISTS.findall(text)) <= MOST_EXISTS else None
    return _Chains(text, Order(prologue(root), count)).written(root) if root else text


class _Chains:
    """Puts a query's patterns of EXISTS in other words."""

    def __init__(self, text: str, order: Order) -> None:
        self._source, self._order = text.encode(), order
        self._mark = next(mark for n in range(len(text) + 1) if (mark := f"step{n}_") not in text)
        self._names: dict[str, str] = {}
        self._patterns: dict[int, str] = {}  # by where they begin

    def written(self, node: Node) -> str:
        """Return the text of a node with its patterns of EXISTS in other words."""
        edits: list[Edit] = []
        for found in everything(node, without=FUNCTIONS):
            if found.type in FUNCTIONS:
                pattern = parts(found)[-1]
                start, end = pattern.start_byte - node.start_byte, pattern.end_byte - node.start_byte
                if pattern.start_byte not in self._patterns:  # what is not understood is written again as it is
                    self._patterns[pattern.start_byte] = self._group(pattern, elsewhere(self._source, pattern))
                edits.append((start, end, self._patterns[pattern.start_byte]))
        return edited(words(node), edits)

    def _group(self, group: Node, given: frozenset[str], also: Sequence[_Clause] = (), depth: int = 0) -> str:
        """Return a group that has a solution where this one has one for which `also` is true.

        given: variables that may have a value already.
        """
        within = parts(group)
        if depth < _DEEPEST and [child.type for child in within] == [UNION]:
            branches = [self._group(branch, given, also, depth + 1) for branch in parts(within[0])]
            return f"{{ {' UNION '.join(branches)} }}"
        if depth < _DEEPEST and [child.type for child in within] == [_GRAPH] and not also:
            name, inner = parts(within[0])
            return f"{{ GRAPH {words(name)} {self._group(inner, given, (), depth + 1)} }}"
        try:
            return self._chained(within, given, also, depth)
        except _NotUnderstoodError:
            said = self.written(group)
            return f"{{ {said[1:-1]}\n{_texts(also)} }}" if also else said

    def _chained(self, within: Sequence[Node], given: frozenset[str], also: Sequence[_Clause], depth: int) -> str:
        links, clauses, optionals = list[Link](), list(also), list[_Optional]()
        names, free = frozenset[str](), frozenset[str]()  # free: what something looks at that nothing before it binds
        for child in within:
            if child.type == "optional_graph_pattern" and depth < _DEEPEST:
                inner = parts(child)[-1]
                optionals.append(_Optional(inner, frozenset(variables(inner) - names)))
            elif child.type == "bind":
                clauses.append(bind := self._bind(child))
                free |= bind.variables - names
            elif child.type == "minus_graph_pattern":
                clauses.append(self._minus(parts(child)[-1], names, given, depth))
                free |= variables(child) - names
            elif child.type == "filter":
                clauses.append(self._filter(child))
            else:
                links += self._links(child)
            names = frozenset(chain(*(link.names for link in links)))
        if not links or len(links) > _MOST or (len(links) == 1 and AFTER.isdisjoint(child.type for child in within)):
            raise _NotUnderstoodError
        targets = [clause.target for clause in clauses if clause.target]
        own = [*targets, *(name for optional in optionals for name in optional.own)]
        if len(own) > len(set(own)) or names & set(own) or free & {*names, *own} or given & set(targets):
            raise _NotUnderstoodError
        last: list[_Clause] = []
        for optional in optionals:
            about = [each for each in clauses if each.variables & optional.own]
            if about and (last or optional.own & given or any(each.target for each in about)):
                raise _NotUnderstoodError
            if about:
                clauses = [each for each in clauses if each not in about]
                last = [self._optionally(optional, given | names, about, depth)]
        return _chain(list(self._order.ordered(links, given)), clauses, last)

    def _links(self, node: Node, graph: str = "") -> list[Link]:
        """Return what a part of a group consists of; graph: the name of the graph that it looks at."""
        if node.type == "triples_block" and (found := steps(node)):
            return [_link(self._without_blanks(step), graph) for step in found]
        if node.type == "inline_data" and not _UNDEF.search(words(node)):
            return [Link(words(node), frozenset(variables(node)))]
        if node.type not in (UNION, _GRAPH) or graph or len(parts(node)) > 1 + (node.type == _GRAPH):
            raise _NotUnderstoodError
        *name, group = parts(node)
        if any(child.type != "triples_block" for child in parts(group)):
            raise _NotUnderstoodError
        return [link for child in parts(group) for link in self._links(child, words(name[0]) if name else "")]

    def _filter(self, node: Node) -> _Clause:
        return _Clause(f"FILTER({self.written(node)[len('FILTER') :]}) ", frozenset(variables(node)))

    def _bind(self, node: Node) -> _Clause:
        target = variable(parts(node)[-1])
        return _Clause(f"{self.written(node)} ", frozenset(variables(node) - {target}), target)

    def _minus(self, group: Node, names: frozenset[str], given: frozenset[str], depth: int) -> _Clause:
        """Return what says the same as MINUS: where it shares variables that have a value, NOT EXISTS does."""
        bound = frozenset[str]()
        for child in parts(group):
            found = steps(child) if child.type == "triples_block" else None
            if found is None and child.type != "filter":
                raise _NotUnderstoodError
            bound |= frozenset(name for step in found or () for name in step.names)
        inside = variables(group)
        if not bound & names or inside - bound or (inside - names) & given:
            raise _NotUnderstoodError
        return _Clause(
            f"FILTER NOT EXISTS {self._group(group, given | names, (), depth + 1)} ", frozenset(inside & names)
        )

    def _optionally(self, optional: _Optional, given: frozenset[str], about: Sequence[_Clause], depth: int) -> _Clause:
        """Return what says that filters are true of what an OPTIONAL group gives, or without it if it gives nothing."""
        true = " && ".join(each.text.strip().removeprefix("FILTER") for each in about)
        if len(true) > _LONGEST:
            raise _NotUnderstoodError
        there = self._group(optional.group, given, about, depth + 1)
        nothing = self._group(optional.group, given, (), depth + 1)
        return _Clause(f"FILTER(EXISTS {there} || (NOT EXISTS {nothing} && {true})) ", frozenset())

    def _without_blanks(self, step: Step) -> Step:
        """Return a pattern with variables for blank nodes, as one could not be in two groups."""
        ends = [
            self._names.setdefault(end, f"?{self._mark}{len(self._names)}") if end.startswith("_:") else end
            for end in (step.subject, step.object)
        ]
        return replace(step, subject=ends[0], object=ends[1])


def _link(step: Step, graph: str) -> Link:
    text = f"{step.subject} {step.predicate} {step.object}"
    names = frozenset(name for name in (step.subject, step.predicate, step.object, graph) if is_name(name))
    return Link(f"GRAPH {graph} {{ {text} }}", names) if graph else Link(text, names, step)


def _chain(links: Sequence[Link], clauses: Sequence[_Clause], last: Sequence[_Clause]) -> str:
    """Return a group of one link in which the next has to exist; each clause where its variables have a value."""
    unknown = {name for link in links for name in link.names} | {each.target for each in clauses if each.target}
    groups, waiting = list[str](), list(clauses)
    for link in links:
        unknown -= link.names
        text = f"{link.text} "
        while ready := next((each for each in waiting if not each.variables & unknown), None):
            waiting.remove(ready)
            unknown.discard(ready.target)
            text += ready.text
        groups.append(text)
    inside = _texts(last)
    for group in reversed(groups):
        inside = f"FILTER EXISTS {{ {group}{inside}}} "
    return inside.removeprefix("FILTER EXISTS ").rstrip()


def _texts(clauses: Sequence[_Clause]) -> str:
    return "".join(each.text for each in clauses)
