"""Generated data and queries of the kind that columns answer: what is counted, grouped, compared and left out."""

from collections.abc import Iterator
from random import Random

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

BASE = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
VARIABLES = ["?x", "?y", "?z", "?u"]
PREDICATES = ["<p>", "<q>", "<r>", "<n>", "<d>", "<l>", "a", "<p>", "<q>"]
CONSTANTS = [
    "1",
    f'"12345678901234567890"^^<{XSD}integer>',
    f'"1e5"^^<{XSD}decimal>',
    "2.5",
    "10",
    '"a"',
    "<a>",
    f'"2020-01-01"^^<{XSD}date>',
    '"b"',
    "<none>",
    f'"many"^^<{XSD}integer>',
]
LANGUAGES = ['"en"', '"it"', '"de"']
COMPARED = ["=", "!=", "<", ">", "<=", ">="]
LITERALS = [
    *(
        Literal(text, datatype=NamedNode(XSD + "integer"))
        for text in ("1", "01", "2", "3", "10", "-1", "many", "5.7", "12345678901234567890")
    ),
    *(Literal(text, datatype=NamedNode(XSD + "decimal")) for text in ("1.0", "2.5", "10.25", "2.50", "1e5")),
    *(Literal(text, datatype=NamedNode(XSD + "date")) for text in ("2020-01-01", "2019-12-31", "2020-01-01Z")),
    *(Literal(text, language=language) for text in ("a", "b", 'a"') for language in ("en", "it", "en-GB")),
    *map(Literal, ("a", "b", "1", 'x"y', "é", "a@B")),
    Literal("true", datatype=NamedNode(XSD + "boolean")),
    Literal("2020", datatype=NamedNode(XSD + "gYear")),
    Literal("1e0", datatype=NamedNode(XSD + "double")),
]


class Questions:
    """What follows from one number."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - which keeps nothing secret

    def store(self) -> Store:
        """Return some statements; those by one property have values of one kind, but for <r>."""
        store, one = Store(), self.random.choice
        whole = one([LITERALS[:4], LITERALS[:6], [*LITERALS[:6], *LITERALS[9:11]]])
        for _ in range(one([5, 15, 30, 60, 90])):
            subject, kind = NamedNode(BASE + one("abcd")), one(["p", "q", "r", "n", "d", "l", "type", "p", "q"])
            values: dict[str, Literal] = {"n": one(whole), "d": one(LITERALS[14:16]), "l": one(LITERALS[17:21])}
            iri = NamedNode(BASE + one("CD" if kind == "type" else "abcd"))
            other: NamedNode | Literal = one(LITERALS) if kind == "r" and self._perhaps(0.5) else iri
            value = values.get(kind, other)
            predicate = TYPE if kind == "type" else NamedNode(BASE + kind)
            graphs: list[NamedNode | DefaultGraph] = [
                DefaultGraph(),
                DefaultGraph(),
                NamedNode(BASE + "g"),
                NamedNode(BASE + "h"),
            ]
            store.add(Quad(subject, predicate, value, one(graphs)))
            if self._perhaps(0.3):
                store.add(Quad(subject, predicate, value, NamedNode(BASE + "g")))
        return store

    def select(self, depth: int = 0) -> str:
        """Return a SELECT: one that counts, one in groups, or one that shows what it finds."""
        group, keys = f"{{ {self._group(depth)}}}", self.random.sample(VARIABLES, self.random.choice([1, 1, 2]))
        names, form = " ".join(keys), self.random.random()
        if form < 0.25:
            return f"SELECT ({self._aggregate()} AS ?a{depth}) ({self._aggregate()} AS ?b{depth}) {group}"
        if form < 0.65:
            shown = f"{names} ({self._aggregate()} AS ?a{depth}) ({self._aggregate()} AS ?b{depth})"
            distinct = self._perhaps(0.3, "DISTINCT ")
            number = self.random.choice(["1", "2", "1.5"])
            having = self._perhaps(0.3, f" HAVING({self._aggregate()} {self._sign()} {number} && {keys[0]} != <a>)")
            return f"SELECT {distinct}{shown} {group} GROUP BY {names}{having}"
        if form < 0.85:
            order = self._perhaps(0.1, f" ORDER BY {self._variable()} {names} LIMIT 100")
            return f"SELECT DISTINCT {names} {group}{order}"
        if form < 0.92:
            names = " ".join(self.random.sample(VARIABLES, 4))
            return f"SELECT {names} {group} ORDER BY {names} LIMIT {self.random.choice([1, 2, 5])} OFFSET 1"
        return f"SELECT {self.random.choice(['*', names])} {group}"

    def _perhaps(self, chance: float, what: str = " ") -> str:
        return what if self.random.random() < chance else ""

    def _variable(self) -> str:
        return self.random.choice(VARIABLES)

    def _sign(self) -> str:
        return self.random.choice(COMPARED)

    def _aggregate(self) -> str:
        of = self._variable()
        return self.random.choice(
            [
                "COUNT(*)",
                f"COUNT({of})",
                f"count( DISTINCT {of} )",
                f"SUM({of})",
                f"AVG({of})",
                f"MIN({of})",
                f"MAX({of})",
            ]
        )

    def _triples(self, most: int) -> str:
        return "".join(self._triple() for _ in range(self.random.randint(1, most)))

    def _triple(self) -> str:
        def end(*others: str) -> str:
            return self.random.choice(others) if self._perhaps(0.06) else self._variable()

        step, further = self.random.choice(PREDICATES), self.random.choice(PREDICATES)
        steps = [step] * 12 + [f"{step}/{further}", f"^{step}", f"({step}|{further})", self._variable()]
        thing = end("<a>", "<b>", "<C>", "1", '"a"@en', "<none>")
        return f"{end('<a>')} {self.random.choice(steps)} {thing} . "

    def _condition(self, depth: int = 0) -> str:
        one, other = self._variable(), self._variable()
        if depth < 2 and self._perhaps(0.25):
            forms = ["{} && {}", "{} || {}", "({} || {})", "!({} && {})", "({}) && ({})", "{} || {} && BOUND(?x)"]
            return self.random.choice(forms).format(self._condition(depth + 1), self._condition(depth + 1))
        return self.random.choice(
            [
                f"{one} {self._sign()} {self.random.choice(CONSTANTS)}",
                f"{one} {self._sign()} {self.random.choice(CONSTANTS)}",
                f"{self.random.choice(CONSTANTS)} {self._sign()} {one}",
                f"{one} {self._sign()} {other}",
                f"{self._perhaps(0.5, '!')}BOUND({one})",
                f"LANG({one}) {self.random.choice(COMPARED[:2])} {self.random.choice(LANGUAGES)}",
                f"STR({one}) {self._sign()} STR({other})",
                f"YEAR({one}) {self._sign()} 2019",
                f"{one} IN (<a>, 1, {other})",
            ]
        )

    def _filter(self) -> str:
        if self._perhaps(0.3):
            inner = self._triples(2) + self._perhaps(0.3, f"FILTER({self._condition()}) ")
            inner += self._perhaps(0.2, f"OPTIONAL {{ {self._triples(2)}}} FILTER(!BOUND({self._variable()})) ")
            return f"FILTER {self._perhaps(0.5, 'NOT ')}EXISTS {{ {inner}}} "
        return f"FILTER({self._condition()}) "

    def _group(self, depth: int) -> str:
        return self._triples(3) + "".join(self._parts(depth))

    def _parts(self, depth: int) -> Iterator[str]:
        for _ in range(self.random.choice([0, 1, 1, 2])):
            pair = f"{{ {self._triples(2)}}} UNION {{ {self._triples(2)}{self._perhaps(0.3, self._filter())}}} "
            graph, value = self.random.choice(["?g", "<g>", "?x"]), self.random.choice(["1", "<none>", ""])
            parts = [
                f"OPTIONAL {{ {self._triples(2)}{self._perhaps(0.3, self._filter())}}} ",
                f"MINUS {{ {self._triples(2)}}} ",
                pair,
                f"GRAPH {graph} {{ {self._triples(2)}}} ",
                f"VALUES {self._variable()} {{ <a> <b> {value} }} ",
                f"BIND(YEAR({self._variable()}) AS ?w{depth}) ",
                f"BIND({self._variable()} AS ?w{depth}) ",
                f"BIND(STR({self._variable()}) AS ?w{depth}) ",
                *([f"{{ {self._group(depth + 1)}}} ", f"{{ {self.select(depth + 1)} }} "] if depth < 2 else []),
            ]
            yield self._filter() if self._perhaps(0.4) else self.random.choice(parts)
            yield self._perhaps(0.3, self._triple())
