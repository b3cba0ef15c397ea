"""Groups of a query as relations: triple patterns, OPTIONAL, UNION, MINUS, EXISTS, GRAPH, VALUES, BIND, and SELECTs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from interurban.engine.columns.expressions import Conditions
from interurban.engine.columns.relations import Column, Relation, UnsupportedError, same
from interurban.engine.rewriting.patterns import FUNCTIONS, UNION, Step, is_name, parts, steps, variable, variables
from interurban.engine.rewriting.syntax import everything, words

if TYPE_CHECKING:
    from tree_sitter import Node

    from interurban.engine.columns.constants import Constant
    from interurban.engine.columns.tables import Columns

_NOTHING: Mapping[str, Column] = {}
_DEEPEST = 20  # groups within others
_MOST_STEPS = 40  # triple patterns of a query
_MOST_VALUES = 1000
_NOT_IN_EXISTS = frozenset(("minus_graph_pattern", "bind", "sub_select"))  # what does not see the solution outside


class Groups:
    """Turns the groups of one query into relations; raises UnsupportedError for what is not understood.

    select: returns the relation of a SELECT within a group.
    """

    def __init__(
        self, columns: Columns, constants: Mapping[str, Constant], select: Callable[[Node, int], Relation]
    ) -> None:
        self._columns, self._constants, self._select = columns, constants, select
        self._numbers, self._steps = count(), 0
        self.anchored = False  # whether something is asked about one thing, with which the engine begins

    def group(
        self, node: Node, depth: int = 0, graph: str | None = None, outer: Mapping[str, Column] = _NOTHING
    ) -> Relation:
        """Return the solutions of a group. graph: the number of the one asked. outer: what an EXISTS stands in."""
        found, filters = self._unfiltered(node, depth, graph, outer)
        return self._filtered(found, filters, depth, graph, outer)

    def table(self, relation: Relation, distinct: bool = False, end: str = "", aside: bool = False) -> Relation:
        """Return a relation as one table, with its columns by other names.

        end: what is to be behind its SELECT. aside: it is found before anything else is done with it.
        """
        if not relation.hangs_together:  # all of one with all of the other
            raise UnsupportedError
        listed = [f"{column.sql} AS v{number}" for number, column in enumerate(relation.columns.values())]
        sql = relation.select(listed, distinct) + end
        return self.named(f"WITH m AS MATERIALIZED ({sql}) FROM m" if aside else sql, relation.columns)

    def named(self, sql: str, columns: Mapping[str, Column]) -> Relation:
        """Return what a SELECT finds as a table. columns: what its v0, v1, ... are."""
        name = self._name()
        own = {
            each: Column(f"{name}.v{number}", column.bound, column.kind)
            for number, (each, column) in enumerate(columns.items())
        }
        return Relation((f"({sql}) AS {name}",), (), own, (frozenset(own),))

    def conditions(
        self,
        scope: Mapping[str, Column],
        depth: int = 0,
        graph: str | None = None,
        counted: Mapping[str, Column] | None = None,
    ) -> Conditions:
        """Return what turns conditions on these variables into SQL."""
        return Conditions(
            self._columns, self._constants, scope, lambda node: self._exists(node, depth, graph, scope), counted
        )

    @contextmanager
    def _beside(self) -> Iterator[None]:
        """What is within does not say where the engine begins."""
        anchored = self.anchored
        yield
        self.anchored = anchored

    def _name(self) -> str:
        return f"t{next(self._numbers)}"

    def _unfiltered(
        self, node: Node, depth: int, graph: str | None, outer: Mapping[str, Column]
    ) -> tuple[Relation, list[Node]]:
        """Return a group without its filters, and these."""
        if depth > _DEEPEST or node.type != "group_graph_pattern":
            raise UnsupportedError(node.type)
        found, filters = Relation(), []
        for child in parts(node):
            if child.type == "filter":
                filters.append(child)
            else:
                found = self._with(found, child, depth, graph, outer)
        return found, filters

    def _with(
        self, found: Relation, child: Node, depth: int, graph: str | None, outer: Mapping[str, Column]
    ) -> Relation:
        """Return what a group has found up to one of its parts, and with it."""
        match child.type:
            case "triples_block":
                return found.joined(self._triples(child, graph))
            case "optional_graph_pattern":
                return self._optional(found, parts(child)[-1], depth, graph)
            case "minus_graph_pattern":
                return self._minus(found, parts(child)[-1], depth, graph)
            case "graph_graph_pattern":
                return found.joined(self._graph(child, depth, outer))
            case "bind":
                return self._bound(found, child)
            case "inline_data":
                return found.joined(self._values(child))
            case "sub_select" if not graph and not outer:
                return found.joined(self._select(child, depth + 1))
            case kind if kind == UNION:
                return found.joined(self._union(child, depth, graph, outer))
            case kind:
                raise UnsupportedError(kind)

    def _filtered(
        self, found: Relation, filters: Sequence[Node], depth: int, graph: str | None, outer: Mapping[str, Column]
    ) -> Relation:
        if not found.hangs_together:  # all of one with all of the other
            raise UnsupportedError
        if not filters:
            return found
        across = [each for each in filters if len(found.spread(variables(each))) > 1]
        conditions = self.conditions({**outer, **found.columns}, depth, graph)
        found = found.where(conditions.condition(each) for each in filters if each not in across)
        if across:  # after all is joined: DuckDB would join by them
            found = self.table(found, aside=True)
            conditions = self.conditions({**outer, **found.columns}, depth, graph)
            found = found.where(conditions.condition(each) for each in across)
        return found

    def _triples(self, block: Node, graph: str | None) -> Relation:
        listed = steps(block)
        self._steps += len(listed or ())
        if listed is None or self._steps > _MOST_STEPS:
            raise UnsupportedError(block.type)
        found = Relation()
        for step in listed:
            found = found.joined(self._step(step, graph))
        return found

    def _step(self, step: Step, graph: str | None, named: bool = False) -> Relation:
        """Return what a triple pattern finds. named: in any named graph, if `graph` is None."""
        ends = {"p": step.predicate, "o": step.object, "s": step.subject}
        if not step.plain and not is_variable(step.predicate):
            raise UnsupportedError(step.predicate)  # a path
        ids = {part: self._id(end) for part, end in ends.items() if not is_name(end) and not is_variable(end)}
        table, without_p, without_o = self._columns.table(named or graph is not None, ids.get("p"), ids.get("o"))
        left_out = {part for part, without in (("p", without_p), ("o", without_o)) if without}
        self.anchored |= "s" in ids or ("o" in ids and ids.get("p") != self._columns.type)
        name = self._name()
        conditions = [f"{name}.{part} = {number}" for part, number in ids.items() if part not in left_out]
        columns: dict[str, Column] = {}
        for part in (part for part in ends if part not in ids):
            end = ends[part] if ends[part].startswith("_:") else f"?{ends[part][1:]}"
            if end in columns:
                conditions.append(f"{name}.{part} = {columns[end].sql}")
            columns.setdefault(end, Column(f"{name}.{part}"))
        if graph:
            conditions.append(f"{name}.g = {graph}")
        return Relation((f"{table} AS {name}",), tuple(conditions), columns, (frozenset(columns),))

    def _id(self, written: str) -> int:
        if written not in self._constants:
            raise UnsupportedError(written)
        return self._constants[written].id

    def _graph(self, node: Node, depth: int, outer: Mapping[str, Column]) -> Relation:
        """Return the solutions of GRAPH; with a variable only of triple patterns, as it is none for what is within."""
        name, group = parts(node)
        blocks = [steps(child) for child in parts(group) if child.type == "triples_block"]
        if not blocks:  # whether there is such a graph
            raise UnsupportedError(node.type)
        if name.type != "var":
            return self.group(group, depth + 1, str(self._id(words(name))), outer)
        graph, found = variable(name), Relation()
        if len(blocks) < len(parts(group)) or None in blocks:
            raise UnsupportedError(node.type)
        for step in (step for block in blocks for step in block or ()):
            one = self._step(step, None, named=True)
            if graph in one.columns:
                raise UnsupportedError(graph)
            columns = {**one.columns, graph: Column(f"{one.tables[0].rpartition(' ')[2]}.g")}
            found = found.joined(Relation(one.tables, one.conditions, columns, (frozenset(columns),)))
        return found

    def _optional(self, left: Relation, node: Node, depth: int, graph: str | None) -> Relation:
        if not left.tables:
            raise UnsupportedError
        with self._beside():
            right, filters = self._unfiltered(node, depth + 1, graph, _NOTHING)
        asked = {name for each in filters for name in variables(each)}
        if asked & left.columns.keys() - right.columns.keys():
            raise UnsupportedError  # a filter of what is outside
        right = self._filtered(right, filters, depth + 1, graph, _NOTHING)
        left, right = self.table(left), self.table(right)
        equal = same(left.columns, right.columns)
        if not equal:
            raise UnsupportedError
        joined = f"{left.tables[0]} LEFT JOIN {right.tables[0]} ON {' AND '.join(equal)}"
        new = {name: Column(c.sql, False, c.kind) for name, c in right.columns.items() if name not in left.columns}
        return self.table(Relation((joined,), (), {**left.columns, **new}, left.linked))

    def _minus(self, left: Relation, node: Node, depth: int, graph: str | None) -> Relation:
        with self._beside():
            right = self.group(node, depth + 1, graph)
        conditions = same(left.columns, right.columns)
        if not conditions:  # they agree on nothing, and nothing is taken away
            return left
        return left.where([f"NOT EXISTS ({right.where(conditions).select(['1'])})"])

    def _exists(self, node: Node, depth: int, graph: str | None, scope: Mapping[str, Column]) -> str:
        within = [*everything(node)]
        options = [inner for each in within if each.type == "optional_graph_pattern" for inner in everything(each)]
        if any(each.type in _NOT_IN_EXISTS for each in within) or any(each.type in FUNCTIONS for each in options):
            raise UnsupportedError
        with self._beside():
            inner = self.group(node, depth + 1, graph, scope)
        return f"EXISTS ({inner.where(same(scope, inner.columns)).select(['1'])})"

    def _union(self, node: Node, depth: int, graph: str | None, outer: Mapping[str, Column]) -> Relation:
        branches = [self.group(child, depth + 1, graph, outer) for child in parts(node)]
        if len(branches) == 1:
            return self._apart(branches[0])
        names = list(dict.fromkeys(name for branch in branches for name in branch.columns))
        columns: dict[str, Column] = {}
        for name in names:
            found = [branch.columns[name] for branch in branches if name in branch.columns]
            if len({column.kind for column in found}) > 1:
                raise UnsupportedError(name)
            bound = len(found) == len(branches) and all(column.bound for column in found)
            columns[name] = Column("", bound, found[0].kind)
        none = Column("NULL::INTEGER")
        sql = " UNION ALL ".join(
            branch.select([f"{branch.columns.get(name, none).sql} AS v{n}" for n, name in enumerate(names)] or ["1"])
            for branch in branches
        )
        return self.named(sql, columns)

    def _apart(self, group: Relation) -> Relation:
        """Return a group without its blank nodes, which others may call alike."""
        return group.only({name for name in group.columns if name.startswith("?")})

    def _bound(self, found: Relation, node: Node) -> Relation:
        expression, bound = parts(node)
        name = variable(bound)
        if name in found.columns:
            raise UnsupportedError(name)
        value = self.conditions(found.columns).value(expression)
        return Relation(found.tables, found.conditions, {**found.columns, name: value}, found.linked)

    def _values(self, node: Node) -> Relation:
        block = parts(node)[0]
        self.anchored = True
        if any(each.type.upper() == "UNDEF" for each in everything(block)):
            raise UnsupportedError
        listed = parts(block)
        names = [variable(each) for each in listed if each.type == "var"]
        terms = [self._constants.get(words(each)) for each in listed if each.type != "var"]
        if not names or len(set(names)) < len(names) or not 0 < len(terms) <= _MOST_VALUES or len(terms) % len(names):
            raise UnsupportedError
        ids = [str(term.id) for term in terms if term and (term.id > 0 or str(term.term).startswith("<"))]
        if len(ids) < len(terms):
            raise UnsupportedError
        rows = ", ".join(f"({', '.join(ids[n : n + len(names)])})" for n in range(0, len(ids), len(names)))
        name = self._name()
        own = {each: Column(f"{name}.v{number}") for number, each in enumerate(names)}
        columns = ", ".join(f"v{number}" for number in range(len(names)))
        return Relation((f"(VALUES {rows}) AS {name}({columns})",), (), own, (frozenset(own),))


def is_variable(end: str) -> bool:
    """Tell whether an end of a pattern is a variable."""
    return end.startswith(("?", "$"))
