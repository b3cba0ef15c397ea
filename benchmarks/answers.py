"""Whether two servers' answers to one query say the same."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

import pyoxigraph as ox

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}
_DIGITS = 9  # of a number that has a fraction: engines divide differently


@dataclass(frozen=True)
class Said:
    """An answer as it came."""

    media_type: str
    content: bytes

    @cached_property
    def rows(self) -> int:
        """How many solutions or triples it has; -1 of a boolean."""
        return sum(self.solutions.values())

    @cached_property
    def solutions(self) -> Counter[object]:
        """What it says, in no order: numbers by value, blank nodes alike."""
        if "json" not in self.media_type:
            return Counter(str(quad.triple) for quad in ox.parse(self.content, ox.RdfFormat.N_TRIPLES))
        found = json.loads(self.content)
        if "boolean" in found:
            return Counter([found["boolean"]])
        rows = found["results"]["bindings"]
        return Counter(tuple(sorted((name, _term(term)) for name, term in row.items())) for row in rows)


def same(query: str, one: Said, other: Said) -> bool:
    """Tell whether two answers are alike; of DESCRIBE, which each server takes otherwise, whether there is one."""
    if re.search(r"^\s*DESCRIBE\b", query, re.MULTILINE):
        return bool(one.solutions) == bool(other.solutions)
    return one.solutions == other.solutions


def _term(term: dict[str, str]) -> tuple[str, ...]:
    kind, value = term["type"], term["value"]
    if kind == "bnode":
        return (kind,)
    if kind == "uri":
        return (kind, value)
    datatype = term.get("datatype", "")
    if datatype in _NUMBERS:
        try:
            return ("number", str(Decimal(f"{Decimal(value):.{_DIGITS}g}").normalize()))
        except (InvalidOperation, ValueError):
            pass
    return ("literal", value, term.get("xml:lang", "").lower(), datatype.replace(_XSD + "string", ""))
