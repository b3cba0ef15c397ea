"""EXISTS one triple pattern after the other: a query that says the same, in which each is looked up in an index.

The engine evaluates the pattern of an EXISTS anew for every solution, and one of several triple patterns in an order
that knows nothing of what is bound then: it may begin with all members of a network for each of 18,000 cities. Where
`{ A . B }` has a solution, `{ A FILTER EXISTS { B } }` has one; so the order is ours: docs/decisions/034-semijoins.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from interurban.engine.patterns import EXISTS, FUNCTIONS, MOST_EXISTS, Step, is_name, parts, steps, variables
from interurban.engine.syntax import Edit, edited, everything, prologue, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 12  # triple patterns of one EXISTS: each is one within another
_DEEPEST = 8  # groups within groups that are looked at
_SAMPLE, _COUNTED = 20, 2000  # triples that are looked at to know how many values a property has, and of these at most
_MANY = 20.0  # values that a path is taken to have
_TYPE = re.compile(r"a|\w*:type|<http://www\.w3\.org/1999/02/22-rdf-syntax-ns#type>")
_MATCHES = "SELECT (COUNT(*) AS ?n) {{ SELECT * {{ {pattern} }} LIMIT {most} }}"


@dataclass(frozen=True)
class _Filter:
    """What is to be true: an expression, and its variables."""

    text: str
    variables: frozenset[str]


@dataclass(frozen=True)
class _Optional:
    """An OPTIONAL group, and the variables that the triple patterns before it have not."""

    group: Node
    own: frozenset[str]


def with_chains(text: str, count: Callable[[str], int]) -> str:
    """Return the query, or one that has the same answer, in which EXISTS is asked one triple pattern after the other.

    text: a query that was parsed, without SERVICE. count: what the data answer to a query that counts.
    """
    root = tree(text) if 0 < len(EXISTS.findall(text)) <= MOST_EXISTS else None
    return _Chains(text, prologue(root), count).written(root) if root else text


class _Chains:
    """Puts a query's patterns of EXISTS in other words."""

    def __init__(self, text: str, head: str, count: Callable[[str], int]) -> None:
        self._source = text.encode()
        self._mark = next(mark for n in range(len(text) + 1) if (mark := f"step{n}_") not in text)
        self._names: dict[str, str] = {}

        @cache
        def matches(pattern: str) -> int:
            return count(f"{head}\n{_MATCHES.format(pattern=pattern, most=_COUNTED)}")

        self._matches = matches

    def written(self, node: Node) -> str:
        """Return the text of a node with its patterns of EXISTS in other words."""
        edits: list[Edit] = []
        for found in everything(node, without=frozenset(FUNCTIONS)):
            if found.type in FUNCTIONS:
                pattern = parts(found)[-1]
                start, end = pattern.start_byte - node.start_byte, pattern.end_byte - node.start_byte
                edits.append((start, end, self._group(pattern, self._elsewhere(pattern))))
        return edited(words(node), edits)

    def _elsewhere(self, group: Node) -> frozenset[str]:
        """Return the variables that stand outside a group, too, so that they may have a value."""
        outside = self._source[: group.start_byte] + b" " + self._source[group.end_byte :]
        return frozenset(f"?{name}" for name in re.findall(r"[?$](\w+)", outside.decode()))

    def _group(self, group: Node, given: frozenset[str], also: Sequence[_Filter] = (), depth: int = 0) -> str:
        """Return a group that has a solution where this one has one for which `also` is true.

        given: variables that may have a value already.
        """
        chained = self._chained(group, given, also, depth) if depth < _DEEPEST else None
        said = self.written(group)
        return chained or (f"{{ {said[1:-1]}\n{_filters(also)} }}" if also else said)

    def _chained(self, group: Node, given: frozenset[str], also: Sequence[_Filter], depth: int) -> str | None:
        within = parts(group)
        if len(within) == 1 and within[0].type == "group_or_union_graph_pattern":
            branches = [self._group(branch, given, also, depth + 1) for branch in parts(within[0])]
            return f"{{ {' UNION '.join(branches)} }}"
        if len(within) == 1 and within[0].type == "graph_graph_pattern" and not also:
            name, inner = parts(within[0])
            return f"{{ GRAPH {words(name)} {self._group(inner, given, (), depth + 1)} }}"
        patterns, filters, optionals = list[Step](), list(also), list[_Optional]()
        for child in within:
            if child.type == "triples_block" and (found := steps(child)):
                patterns += [self._without_blanks(step) for step in found]
            elif child.type == "filter":
                filters.append(_Filter(self.written(child)[len("FILTER") :], frozenset(variables(child))))
            elif child.type == "optional_graph_pattern":
                inner = parts(child)[-1]
                optionals.append(_Optional(inner, frozenset(variables(inner) - _names(patterns))))
            else:
                return None
        if not 1 <= len(patterns) <= _MOST or (len(patterns) == 1 and not optionals):
            return None
        here, last = _names(patterns), list[_Filter]()
        own = [name for optional in optionals for name in optional.own]
        if len(own) > len(set(own)) or here & set(own):
            return None
        for optional in optionals:
            about = [each for each in filters if each.variables & optional.own]
            if about and (last or optional.own & given):
                return None
            if about:
                filters = [each for each in filters if each not in about]
                last = [self._optionally(optional, given | here, about, depth)]
        return _chain(self._ordered(patterns, given), filters, last)

    def _optionally(self, optional: _Optional, given: frozenset[str], about: Sequence[_Filter], depth: int) -> _Filter:
        """Return what says that filters are true of what an OPTIONAL group gives, or without it if it gives nothing."""
        true = " && ".join(f"({each.text})" for each in about)
        there = self._group(optional.group, given, about, depth + 1)
        nothing = self._group(optional.group, given, (), depth + 1)
        return _Filter(f"(EXISTS {there} || (NOT EXISTS {nothing} && {true}))", frozenset())

    def _without_blanks(self, step: Step) -> Step:
        """Return a pattern with variables for blank nodes, as one could not be in two groups."""
        ends = [
            self._names.setdefault(end, f"?{self._mark}{len(self._names)}") if end.startswith("_:") else end
            for end in (step.subject, step.object)
        ]
        return replace(step, subject=ends[0], object=ends[1])

    def _ordered(self, patterns: Sequence[Step], given: frozenset[str]) -> Iterator[Step]:
        """Yield triple patterns, next always the one that has fewest matches with what is known."""
        rest, known = list(patterns), set(given)
        while rest:
            connected = [
                step for step in rest if step.names <= known or step.names & known or _is_anchored(step)
            ] or rest
            step = min(connected, key=lambda each: self._cost(each, known)) if len(connected) > 1 else connected[0]
            yield step
            rest.remove(step)
            known |= step.names

    def _cost(self, step: Step, known: set[str]) -> float:
        """Return how many matches a triple pattern has, about, where the values of these variables are given."""
        subject, thing = (not is_name(end) or end in known for end in (step.subject, step.object))
        if subject and thing:
            return 0
        if not step.plain:
            return _MANY
        if not is_name(step.subject) or not is_name(step.object):
            ends = ("?s" if is_name(step.subject) else step.subject, "?o" if is_name(step.object) else step.object)
            return self._matches(f"{ends[0]} {step.predicate} {ends[1]}")
        if subject or thing:
            near, again = ("?s", "?s {} ?other") if subject else ("?o", "?other {} ?o")
            sample = f"{{ SELECT {near} {{ ?s {step.predicate} ?o }} LIMIT {_SAMPLE} }} {again.format(step.predicate)}"
            return self._matches(sample) / _SAMPLE
        return _COUNTED


def _is_anchored(step: Step) -> bool:
    """Tell whether a triple pattern has a constant to begin with, that is not a class."""
    return not is_name(step.subject) or (not is_name(step.object) and not _TYPE.fullmatch(step.predicate))


def _chain(patterns: Iterator[Step], filters: Sequence[_Filter], last: Sequence[_Filter]) -> str:
    """Return a group of one triple pattern in which the next has to exist; each filter where it has its variables."""
    ordered = list(patterns)
    groups, waiting = list[str](), list(filters)
    for number, step in enumerate(ordered):
        later = _names(ordered[number + 1 :]) - _names(ordered[: number + 1])
        here = [each for each in waiting if not each.variables & later]
        waiting = [each for each in waiting if each not in here]
        groups.append(f"{step.subject} {step.predicate} {step.object} {_filters(here)}")
    inside = _filters(last)
    for group in reversed(groups):
        inside = f"FILTER EXISTS {{ {group}{inside} }} "
    return inside.removeprefix("FILTER EXISTS ").rstrip()


def _filters(filters: Sequence[_Filter]) -> str:
    return "".join(f"FILTER({each.text}) " for each in filters)


def _names(patterns: Sequence[Step]) -> frozenset[str]:
    """Return the variables and blank nodes of triple patterns, those of predicates too."""
    ends = (name for step in patterns for name in (step.subject, step.predicate, step.object))
    return frozenset(name for name in ends if is_name(name))
