"""What a SELECT says besides its group: what it shows, counts, sorts and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interurban.engine.columns.relations import UnsupportedError
from interurban.engine.rewriting.patterns import parts, variable, variables
from interurban.engine.rewriting.syntax import descendants, words

if TYPE_CHECKING:
    from tree_sitter import Node

_CLAUSES = {"select_clause", "where_clause", "solution_modifier"}

Shown = tuple["Node | None", str]  # an expression, None if it is the variable itself, and the variable's name with `?`


@dataclass
class Select:
    """A SELECT by its parts, as nodes of the query's tree.

    shown: None for `*`. keys: the variables of GROUP BY; None if there is none.
    """

    node: Node
    group: Node
    distinct: bool = False
    shown: list[Shown] | None = None
    keys: list[str] | None = None
    grouping: Node | None = None
    having: Node | None = None
    order: list[tuple[Node, bool]] = field(default_factory=list)  # by what, and whether the greatest is first
    limit: int | None = None
    offset: int = 0

    @property
    def groups(self) -> bool:
        """Whether its solutions are grouped."""
        return self.keys is not None or bool(self.aggregates)

    @property
    def used(self) -> set[str]:
        """The variables that stand anywhere but in its group."""
        return {name for clause in self._clauses for name in variables(clause)}

    @property
    def aggregates(self) -> list[Node]:
        """Its aggregates, but for those of a SELECT within."""
        return [found for clause in self._clauses for found in descendants(clause, "aggregate")]

    @property
    def _clauses(self) -> list[Node]:
        return [child for child in self.node.children if child.type in ("select_clause", "solution_modifier")]


def read(node: Node) -> Select:
    """Return the parts of a SELECT; UnsupportedError if it has others."""
    clauses = {child.type: child for child in parts(node)}
    if not {"select_clause", "where_clause"} <= clauses.keys() <= _CLAUSES or len(clauses) != len(parts(node)):
        raise UnsupportedError
    groups = parts(clauses["where_clause"])
    found = Select(node, groups[-1])
    _read_shown(found, clauses["select_clause"])
    for clause in parts(clauses["solution_modifier"]) if "solution_modifier" in clauses else []:
        match clause.type:
            case "group_clause":
                found.grouping, found.keys = clause, [_key(condition) for condition in parts(clause)]
            case "having_clause":
                found.having = clause
            case "order_clause":
                found.order = [_order(condition) for condition in parts(clause)]
            case "limit_offset_clauses":
                for each in parts(clause):
                    number = int(words(parts(each)[0]))
                    if each.type == "limit_clause":
                        found.limit = number
                    else:
                        found.offset = number
            case kind:
                raise UnsupportedError(kind)
    return found


def _read_shown(found: Select, clause: Node) -> None:
    shown: list[Shown] = []
    expression: Node | None = None
    for child in clause.children[1:]:
        match child.type.upper():
            case "DISTINCT":
                found.distinct = True
            case "*":
                return
            case "(" | ")" | "AS" | "COMMENT":
                pass
            case "VAR" if expression is not None or not _opened(child):
                shown.append((expression, variable(child)))
                expression = None
            case _ if child.is_named:
                expression = child
            case _:
                raise UnsupportedError(child.type)
    found.shown = shown


def _opened(node: Node) -> bool:
    """Tell whether a variable stands behind an open parenthesis, and is what is shown by another name."""
    before = node.prev_sibling
    return before is not None and before.type == "("


def _key(condition: Node) -> str:
    only = parts(condition)
    if len(only) != 1 or only[0].type != "var" or words(condition)[0] == "(":
        raise UnsupportedError
    return variable(only[0])


def _order(condition: Node) -> tuple[Node, bool]:
    return parts(condition)[0], condition.children[0].type.upper() == "DESC"
