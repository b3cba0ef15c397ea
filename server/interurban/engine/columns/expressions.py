"""Conditions of a query in SQL. An error is NULL, as both have three truths, and join them alike.

Terms of one kind are neighbours, and their numbers in their order; so most comparisons are of numbers alone. Where the
numbers do not say what the engine would, the SQL raises an error, and the engine answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from pyoxigraph import Literal

from interurban.engine.columns.relations import Column, UnsupportedError
from interurban.engine.rewriting.patterns import FUNCTIONS, parts, variable
from interurban.engine.rewriting.syntax import words

if TYPE_CHECKING:
    from tree_sitter import Node

    from interurban.engine.columns.constants import Constant
    from interurban.engine.columns.tables import Columns

UNSURE = "error('unsure')"
_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_DEEPEST = 50  # expressions within others


class Conditions:
    """Turns expressions into SQL; raises UnsupportedError for those that are not understood.

    scope: what the variables are. exists: returns the SQL of a group of which a solution is looked for.
    """

    def __init__(
        self,
        columns: Columns,
        constants: Mapping[str, Constant],
        scope: Mapping[str, Column],
        exists: Callable[[Node], str],
        counted: Mapping[str, Column] | None = None,
    ) -> None:
        self._columns, self._constants, self._scope, self._exists = columns, constants, scope, exists
        self._counted = counted or {}

    def condition(self, node: Node, depth: int = 0) -> str:
        """Return the effective boolean value of an expression."""
        if depth > _DEEPEST:
            raise UnsupportedError
        if node.type in ("filter", "bracketted_expression", "having_condition") and len(parts(node)) == 1:
            return self.condition(parts(node)[0], depth + 1)
        if node.type in FUNCTIONS:
            return f"{'NOT ' if node.type.startswith('not') else ''}{self._exists(parts(node)[-1])}"
        if (
            node.type == "unary_expression"
            and node.children[0].type == "!"
            and parts(node)[0].type != "binary_expression"
        ):
            return f"(NOT {self.condition(parts(node)[0], depth + 1)})"
        if of := _argument(node, "BOUND"):
            return f"({self._variable(of).sql} IS NOT NULL)"
        if node.type == "binary_expression":
            return self._connected(_chain(node), depth)
        raise UnsupportedError(node.type)

    def _connected(self, chain: list[Node], depth: int) -> str:
        """Return operands and what stands between them: `||` binds least, then `&&`, then a comparison."""
        for sign, word in (("||", " OR "), ("&&", " AND ")):
            if any(node.type == sign for node in chain):
                return "(" + word.join(self._connected(part, depth + 1) for part in _split(chain, sign)) + ")"
        if len(chain) == 1:
            return self.condition(chain[0], depth + 1)
        if len(chain) != 3:
            raise UnsupportedError
        left, operator, right = chain
        if operator.type.upper() == "IN" and right.type == "expression_list":
            return "(" + " OR ".join(self._compared(left, "=", each) for each in parts(right)) + ")"
        if operator.type not in _SWAPPED:
            raise UnsupportedError(operator.type)
        return self._compared(left, operator.type, right)

    def _compared(self, left: Node, operator: str, right: Node) -> str:
        left, right = _bare(left), _bare(right)
        if words(left) in self._constants:
            if words(right) in self._constants:
                raise UnsupportedError
            left, operator, right = right, _SWAPPED[operator], left
        one_text, other_text = _argument(left, "STR"), _argument(right, "STR")
        if one_text and other_text:
            return self._texts(self._term(one_text), operator, self._term(other_text))
        constant = self._constants.get(words(right))
        if left.type == "build_in_function" and operator in ("=", "!="):
            return self._language(left, operator, constant)
        one = self.value(left)
        if one.kind == "integer":
            return f"({one.sql} {operator.replace('!=', '<>')} {self._integer(right, constant)})"
        if constant:
            return self._with_constant(self._term(left), operator, constant)
        return self._terms(self._term(left), operator, self._term(right))

    def key(self, node: Node) -> str:
        """Return what solutions are sorted by: IRIs, numbers, or what is counted."""
        kinds, inner = self._columns.terms.kinds, _argument(node, "STR")
        column = self.value(inner or node)
        if column.kind == "integer" and not inner:
            return column.sql
        x = self._term(inner or node)
        alike = kinds.iris.has(x) if inner else f"{kinds.iris.has(x)} OR {kinds.numbers.has(x)}"
        return f"(CASE WHEN {x} IS NULL OR {alike} THEN {x} ELSE {UNSURE} END)"

    def value(self, node: Node) -> Column:
        """Return what a variable is, or what is counted, a year, or the text of an IRI."""
        node = _bare(node)
        if node.type == "var":
            return self._variable(node)
        if words(node) in self._counted:
            return self._counted[words(node)]
        if of := _argument(node, "YEAR"):
            return self._year(self._variable(of))
        if of := _argument(node, "STR"):
            return self._address(self._variable(of))
        raise UnsupportedError(node.type)

    def _term(self, node: Node) -> str:
        """Return the number of a term."""
        column = self.value(node)
        if column.kind != "term":
            raise UnsupportedError
        return column.sql

    def _variable(self, node: Node) -> Column:
        found = self._scope.get(variable(node))
        if node.type != "var" or found is None:
            raise UnsupportedError(words(node))
        return found

    def _integer(self, node: Node, constant: Constant | None) -> str:
        if constant and constant.number:
            return constant.number
        value = self.value(node)
        if value.kind != "integer":
            raise UnsupportedError
        return value.sql

    def _year(self, of: Column) -> Column:
        if of.kind != "term":
            raise UnsupportedError
        known, x = self._columns.terms.kinds, of.sql
        sql = (
            f"(CASE WHEN {known.dates.has(x)} THEN (SELECT year FROM dates WHERE id = {x})"
            f" WHEN {x} <= {known.in_language.last} OR {x} IS NULL THEN NULL ELSE {UNSURE} END)"
        )
        return Column(sql, bound=False, kind="integer")

    def _address(self, of: Column) -> Column:
        """Return STR(?x) of an IRI."""
        if of.kind != "term":
            raise UnsupportedError
        is_iri = self._columns.terms.kinds.iris.has(of.sql)
        sql = f"(CASE WHEN {is_iri} OR {of.sql} IS NULL THEN {of.sql} ELSE {UNSURE} END)"
        return Column(sql, of.bound, "address")

    def _language(self, function: Node, operator: str, constant: Constant | None) -> str:
        """Return LANG(?x) = "en"."""
        of = _argument(function, "LANG")
        if of is None or constant is None or not constant.text:
            raise UnsupportedError
        known, x = self._columns.terms.kinds, self._term(of)
        own = (known.languages or {}).get(constant.text)
        if own is None and constant.text.lower() != constant.text:
            raise UnsupportedError
        is_so = own.has(x) if own else "false"
        return (
            f"(CASE WHEN {x} IS NULL OR {x} <= {known.iris.last} THEN NULL"
            f" WHEN {x} <= {known.dates.last} THEN {_not(operator)}{is_so} ELSE {UNSURE} END)"
        )

    def _with_constant(self, x: str, operator: str, constant: Constant) -> str:
        known, equal = self._columns.terms.kinds, operator in ("=", "!=")
        other = "false" if operator == "=" else "true" if operator == "!=" else "NULL"  # an IRI is no literal
        if constant.number or constant.is_date:
            kind = known.numbers if constant.number else known.dates
            first, after = self._columns.terms.places(cast(Literal, constant.term))
        elif constant.text is not None and equal:
            kind, (first, after) = known.texts, (constant.id, constant.id + 1)
        elif str(constant.term).startswith("<") and equal:
            return f"({x} {operator.replace('!=', '<>')} {constant.id})"
        else:
            raise UnsupportedError
        is_so = {
            "=": f"({x} >= {first} AND {x} < {after})",
            "!=": f"NOT ({x} >= {first} AND {x} < {after})",
            "<": f"{x} < {first}",
            "<=": f"{x} < {after}",
            ">": f"{x} >= {after}",
            ">=": f"{x} >= {first}",
        }[operator]
        return (
            f"(CASE WHEN {kind.has(x)} THEN {is_so} WHEN {x} IS NULL THEN NULL"
            f" WHEN {x} <= {known.iris.last} THEN {other} ELSE {UNSURE} END)"
        )

    def _texts(self, x: str, operator: str, y: str) -> str:
        """Return a comparison of STR(?x) and STR(?y), of IRIs."""
        iris = self._columns.terms.kinds.iris
        return (
            f"(CASE WHEN {iris.has(x)} AND {iris.has(y)} THEN {x} {operator.replace('!=', '<>')} {y}"
            f" WHEN {x} IS NULL OR {y} IS NULL THEN NULL ELSE {UNSURE} END)"
        )

    def _terms(self, x: str, operator: str, y: str) -> str:
        known = self._columns.terms.kinds
        nothing = f"WHEN {x} IS NULL OR {y} IS NULL THEN NULL"
        if operator in ("=", "!="):
            kinds = (known.texts, known.dates)
            alike = " OR ".join(f"({kind.has(x)} AND {kind.has(y)})" for kind in kinds)
            return (
                f"(CASE {nothing} WHEN {x} <= {known.iris.last} OR {y} <= {known.iris.last} OR {alike}"
                f" THEN {_not(operator)}({x} = {y}) ELSE {UNSURE} END)"
            )
        return (
            f"(CASE {nothing} WHEN {known.dates.has(x)} AND {known.dates.has(y)} THEN {x} {operator} {y}"
            f" ELSE {UNSURE} END)"
        )


def _not(operator: str) -> str:
    return "NOT " if operator == "!=" else ""


def _argument(node: Node, function: str) -> Node | None:
    """Return what a function is called with; None if it is another one."""
    if node.type != "build_in_function" or node.children[0].type.upper() != function or len(parts(node)) != 1:
        return None
    return _bare(parts(node)[0])


def _bare(node: Node) -> Node:
    while node.type == "bracketted_expression" and len(parts(node)) == 1:
        node = parts(node)[0]
    return node


def _chain(node: Node) -> list[Node]:
    """Return operands and operators in the order in which they stand; the grammar may bind them otherwise."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.type == "binary_expression":
            waiting += [child for child in each.children if child.type != "comment"][::-1]
        else:
            found.append(each)
    return found


def _split(chain: list[Node], operator: str) -> list[list[Node]]:
    found: list[list[Node]] = [[]]
    for node in chain:
        if node.type == operator:
            found.append([])
        else:
            found[-1].append(node)
    return found
