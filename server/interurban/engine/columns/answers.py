"""Queries in which what columns have found stands as VALUES, so that the engine does the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from interurban.engine.columns.aggregates import aggregate
from interurban.engine.columns.constants import KINDS, Constant, constants
from interurban.engine.columns.groups import Groups
from interurban.engine.columns.relations import Column, Relation, UnsupportedError
from interurban.engine.columns.selects import Select, read
from interurban.engine.rewriting.alternatives import with_unions
from interurban.engine.rewriting.patterns import FUNCTIONS, OTHER_GRAPHS, parts, variables
from interurban.engine.rewriting.syntax import Edit, descendants, edited, everything, tree, words

if TYPE_CHECKING:
    from tree_sitter import Node

    from interurban.engine.columns.tables import Columns

_MOST_ROWS = 3000  # that stand in a query
_BESIDE = frozenset(("dataset_clause", "values_clause"))  # what chooses graphs, or solutions, for all of a query
_LEAVE_OUT = frozenset(("filter", "minus_graph_pattern", "sub_select"))
_GROUPS = frozenset(("group_graph_pattern",))


def in_columns(text: str, base: str, columns: Columns) -> str:
    """Return the query with what columns have found in it; as it is where they find nothing, or are not sure.

    text: a query that was parsed, without SERVICE, which asks the whole dataset.
    """
    unions = with_unions(text)
    root = tree(unions)
    if root is None or any(node.type in _BESIDE for node in everything(root, without=_GROUPS)):
        return text
    known: dict[str, Constant] = {}
    unused = next(f"n{number}_" for number in count() if f"n{number}_" not in unions)
    waiting, edits = [node for node in root.named_children if node.type.endswith("_query")], list[Edit]()
    while waiting:
        node = waiting.pop()
        try:
            if node.type == "ask_query":
                known = known or constants(root, base, columns)
                edits.append(_Answers(columns, known, "").asked(node))
                continue
            select = read(node)
            if not select.groups and not _leaves_out(select):
                raise UnsupportedError  # the engine is as quick
            known = known or constants(root, base, columns)
            edits += _Answers(columns, known, f"?{unused}{len(edits)}_").instead(select)
        except (UnsupportedError, columns.error, MemoryError):
            within = everything(node, without=OTHER_GRAPHS | FUNCTIONS | {"sub_select"})
            waiting += [each for each in within if each.type == "sub_select" and each != node]
    return edited(unions, edits) if edits else text


@dataclass(frozen=True)
class _Found:
    """The solutions of a SELECT, grouped if it groups. instead: what stands for the words of each aggregate."""

    relation: Relation
    instead: Mapping[str, str]

    def column(self, expression: Node | None, variable: str) -> Column:
        """Return what is shown as a variable; UnsupportedError if it is neither one of these nor an aggregate alone."""
        return self.relation.column(variable if expression is None else self.instead.get(words(expression), ""))

    @property
    def counted(self) -> dict[str, Column]:
        """The aggregates by their words."""
        columns = self.relation.columns
        return {written: columns[name] for written, name in self.instead.items() if name in columns}


class _Answers:
    """What columns answer to a SELECT, and to those within it. unused: what no variable begins with."""

    def __init__(self, columns: Columns, known: Mapping[str, Constant], unused: str) -> None:
        self._columns, self._unused = columns, unused
        self._groups = Groups(columns, known, lambda node, depth: self._within(read(node), depth))

    def instead(self, select: Select) -> list[Edit]:
        """Return what is to stand in a query in place of what this SELECT asks."""
        found, left = self._found(select, 0), ""
        if not select.groups and self._groups.anchored:
            raise UnsupportedError  # the engine begins with that
        if select.having:
            try:
                found = self._having(select.having, found)
            except UnsupportedError:
                left = _filters(select.having, found)
        relation, as_shown = found.relation, not select.distinct
        if select.shown is not None and not select.groups:
            relation = relation.only(select.used)
            names = {variable for expression, variable in select.shown if expression is None}
            if select.distinct and select.used == names:
                relation = self._groups.table(relation.only(names), distinct=True)
                as_shown = True
        shown = [each for each in relation.columns.items() if each[0].startswith("?")]
        end = f" LIMIT {_MOST_ROWS + 1}"
        if as_shown and not left and select.limit is not None and select.limit + select.offset <= _MOST_ROWS:
            with suppress(UnsupportedError):  # it is as well to sort too many
                end = f"{self._order(select, found, relation)} LIMIT {select.limit + select.offset}"
        sql = relation.select(f"{column.sql} AS v{n}" for n, (_, column) in enumerate(shown)) + end
        counted = [node for node in select.aggregates if not _is_in(node, select.having)]
        return [
            *(_edit(node, found.instead[words(node)]) for node in counted),
            *(_edit(node, "") for node in (select.grouping, select.having) if node),
            _edit(select.group, f"{{ {self._values(shown, sql)}{left} }}"),
        ]

    def asked(self, node: Node) -> Edit:
        """Return what is to stand in place of the group of an ASK."""
        group = parts(parts(node)[-1])[-1]
        if not any(each.type in _LEAVE_OUT for each in everything(group)):
            raise UnsupportedError  # the engine ends with the first that it finds
        found = self._groups.group(group)
        if self._groups.anchored:
            raise UnsupportedError
        return _edit(group, "{}" if self._columns.rows(f"{found.select(['1'])} LIMIT 1") else "{ FILTER(false) }")

    def _within(self, select: Select, depth: int) -> Relation:
        """Return what a SELECT within a group finds, as a relation."""
        found = self._found(select, depth)
        if select.having:
            found = self._having(select.having, found)
        whole = found.relation
        shown = {variable: found.column(expression, variable) for expression, variable in select.shown or ()}
        shown = shown or {name: column for name, column in whole.columns.items() if name.startswith("?")}
        relation, end = Relation(whole.tables, whole.conditions, shown, whole.linked), ""
        if select.distinct:
            relation = whole = self._groups.table(relation, distinct=True)
        if any(column.kind == "written" for column in shown.values()):
            raise UnsupportedError  # which can be shown, but not compared
        if select.limit is not None:
            end = f"{self._order(select, found, whole)} LIMIT {select.limit} OFFSET {select.offset}"
        elif select.offset:
            raise UnsupportedError
        return self._groups.table(relation, end=end)

    def _found(self, select: Select, depth: int) -> _Found:
        """Return the solutions of a SELECT, or its groups with what is counted in each."""
        found = self._groups.group(select.group, depth)
        if not select.groups:
            return _Found(found, {})
        keys = {key: found.column(key) for key in select.keys or ()}
        made, instead = dict(keys), dict[str, str]()
        for written in dict.fromkeys(map(words, select.aggregates)):
            own = aggregate(written, found, self._columns)
            names = [f"{self._unused}{len(made) + number}" for number in range(len(own))]
            made |= zip(names, own, strict=True)
            instead[written] = names[0] if len(own) == 1 else f"({' / '.join(names)})"
        sql = found.select(f"{column.sql} AS v{number}" for number, column in enumerate(made.values()))
        by = f" GROUP BY {', '.join(column.sql for column in keys.values())}" if keys else ""
        return _Found(self._groups.named(sql + by, made), instead)

    def _having(self, clause: Node, found: _Found) -> _Found:
        """Return the groups of which HAVING is true."""
        conditions = self._groups.conditions(found.relation.columns, counted=found.counted)
        relation = found.relation.where(conditions.condition(each) for each in parts(clause))
        return _Found(relation, found.instead)

    def _order(self, select: Select, found: _Found, relation: Relation) -> str:
        """Return ORDER BY in SQL; UnsupportedError for what is not sorted as the engine does."""
        if not select.order:
            return ""
        scope = dict(relation.columns)
        for expression, variable in select.shown or ():
            if expression is not None and words(expression) in found.counted:
                scope[variable] = found.counted[words(expression)]
        conditions = self._groups.conditions(scope, counted=found.counted)
        return " ORDER BY " + ", ".join(
            conditions.key(by) + (" DESC NULLS LAST" if descending else " NULLS FIRST")
            for by, descending in select.order
        )

    def _values(self, shown: Sequence[tuple[str, Column]], sql: str) -> str:
        """Return what a query finds as VALUES; UnsupportedError if that is too much, or cannot be written there."""
        rows = self._columns.rows(sql)
        if len(rows) > _MOST_ROWS or not shown:
            raise UnsupportedError
        places = {place: column.kind for place, (_, column) in enumerate(shown) if column.kind in ("term", "address")}
        numbers = {row[place] for place in places for row in rows} - {None}
        first = self._columns.terms.kinds.iris.first
        if any(number < first for number in numbers):  # a blank node, or what nobody has
            raise UnsupportedError
        terms = {number: self._columns.terms[number] for number in numbers}
        written = [[*map(str, row)] for row in rows]
        for row, texts in zip(rows, written, strict=True):
            for place, value in enumerate(row):
                if value is None:
                    texts[place] = "UNDEF"
                elif place in places:
                    texts[place] = terms[value] if places[place] == "term" else f'"{terms[value][1:-1]}"'
        listed = " ".join(f"({' '.join(texts)})" for texts in written)
        return f"VALUES ({' '.join(variable for variable, _ in shown)}) {{ {listed} }}"


def _leaves_out(select: Select) -> bool:
    """Tell whether a SELECT looks at more than it shows, and not only for the first that it finds."""
    if select.distinct or (select.limit is not None and select.order):
        return True
    within = [*everything(select.group)]
    equal = [node.next_sibling for node in within if node.type.upper() in ("=", "IN")]  # which the engine begins with
    if select.limit is not None or any(node and node.type in {*KINDS, "expression_list"} for node in equal):
        return False
    return any(node.type in _LEAVE_OUT for node in within)


def _filters(having: Node, found: _Found) -> str:
    """Return HAVING as filters on what is counted; UnsupportedError if it names what is shown by another name."""
    filters = ""
    for condition in parts(having):
        outside = {name for node in everything(condition, without=frozenset(("aggregate",))) for name in _own(node)}
        if not outside <= found.relation.columns.keys():
            raise UnsupportedError
        start = condition.start_byte
        edits = [
            (node.start_byte - start, node.end_byte - start, found.instead[words(node)])
            for node in descendants(condition, "aggregate")
        ]
        filters += f" FILTER({edited(words(condition), edits)})"
    return filters


def _own(node: Node) -> set[str]:
    return variables(node) if node.type == "var" else set()


def _edit(node: Node, new: str) -> Edit:
    return node.start_byte, node.end_byte, new


def _is_in(node: Node, other: Node | None) -> bool:
    return other is not None and other.start_byte <= node.start_byte < other.end_byte
