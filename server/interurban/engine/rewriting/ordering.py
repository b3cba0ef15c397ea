"""In which order the parts of a pattern are looked for: next what has fewest matches with what is known by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from interurban.engine.rewriting.patterns import TYPE, Step, is_name

_SAMPLE, _COUNTED = 20, 2000  # triples that are looked at to know how many values a property has, and of these at most
_MANY = 20.0  # matches that a part is taken to have of which nothing is asked: a path, or one of a named graph
_MATCHES = "{head}\nSELECT (COUNT(*) AS ?n) {{ SELECT * {{ {pattern} }} LIMIT {most} }}"


@dataclass(frozen=True)
class Link:
    """A part of a pattern that can stand by itself, as text, with its variables; step: if it is a triple pattern."""

    text: str
    names: frozenset[str]
    step: Step | None = None

    @property
    def is_anchored(self) -> bool:
        """Whether it is a triple pattern that has a constant to begin with, not being a class."""
        step = self.step
        if step is None:
            return self.text.startswith("VALUES")
        return not is_name(step.subject) or (not is_name(step.object) and not TYPE.fullmatch(step.predicate))


class Order:
    """Orders links by what data answer. head: a query's prologue; count: what is answered to a query that counts."""

    def __init__(self, head: str, count: Callable[[str], int]) -> None:
        @cache
        def matches(pattern: str) -> int:
            return count(_MATCHES.format(head=head, pattern=pattern, most=_COUNTED))

        self._matches = matches

    def ordered(self, links: Sequence[Link], given: frozenset[str]) -> Iterator[Link]:
        """Yield links, next always the one with fewest matches, where variables that are given have a value."""
        rest, known = list(links), given
        while rest:
            near = [link for link in rest if link.names <= known or link.names & known or link.is_anchored] or rest
            link = near[0] if len(near) == 1 else min(near, key=lambda each: self._cost(each, known))
            yield link
            rest.remove(link)
            known |= link.names

    def _cost(self, link: Link, known: frozenset[str]) -> float:
        """Return how many matches a link has, about, where the values of these variables are known."""
        step = link.step
        if link.names <= known:
            return 0
        if step is None or not step.plain:
            return 1 if link.is_anchored else _MANY
        if not is_name(step.subject) or not is_name(step.object):
            ends = ("?s" if is_name(step.subject) else step.subject, "?o" if is_name(step.object) else step.object)
            return self._matches(f"{ends[0]} {step.predicate} {ends[1]}")
        if step.names & known:
            near, again = ("?s", "?s {} ?other") if step.subject in known else ("?o", "?other {} ?o")
            sample = f"{{ SELECT {near} {{ ?s {step.predicate} ?o }} LIMIT {_SAMPLE} }} {again.format(step.predicate)}"
            return self._matches(sample) / _SAMPLE
        return _COUNTED
