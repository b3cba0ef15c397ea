"""Constraints in SPARQL that one run answers for all focus nodes, instead of one run for each with `$this` bound.

SHACL asks a constraint's query for each focus node, with `$this` bound beforehand (SHACL, 5.3.1). Without it the query
finds the same for all of them, unless it has a part whose scope `$this` would not reach.
"""

import re
from dataclasses import dataclass

import pyoxigraph as ox

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_IRI = re.compile(r"<[^<>\s]*>")
_PREFIX = re.compile(r"\bPREFIX\s+(\w*):\s*<([^<>\s]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w<?$])(\w*):(\w+)")
_COMMENT = re.compile(r"#[^\n]*")
# Parts that mean something else where `$this` is bound before, and those that this does not look into.
_SCOPED = re.compile(
    r"(?<![?$])\b(?:OPTIONAL|MINUS|VALUES|GRAPH|SERVICE|LIMIT|OFFSET|GROUP|HAVING|FROM|a)\b", re.IGNORECASE
)
_HEAD = re.compile(r"SELECT (?:DISTINCT )?\$this(?: [?$]\w+)* (?:WHERE )?\{", re.IGNORECASE)
_VARIABLE_PROPERTY = re.compile(r"[?$]\w+ [?$]\w+")
_FAR = re.compile(r"[|/*+^]|> [?$]this\b")  # a path, or what leads to the focus node
_ENDS_IN_CONDITION = re.compile(r"\b(?:FILTER|BIND)\s*\w*\s*$", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:FILTER|BIND|EXISTS)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SparqlConstraint:
    """A query for all focus nodes; the properties that it asks for; whether it looks only at what is near to each."""

    text: str
    properties: tuple[ox.NamedNode, ...]
    near: bool


def for_all(text: str) -> SparqlConstraint | None:
    """Return a constraint's query as one for all focus nodes; None if it might find something else."""
    prefixes = dict(_PREFIX.findall(text))
    bare = _TEXT.sub('""', text)
    iris = _IRI.findall(bare)
    bare = _COMMENT.sub("", _PREFIX.sub("", _IRI.sub("<>", bare)))
    names = _NAME.findall(bare)
    if any(prefix not in prefixes for prefix, _ in names):
        return None
    bare = _NAME.sub("<>", bare)
    outside = " ".join(_outside_brackets(bare).split())
    head = _HEAD.match(outside)
    if not head:
        return None
    body = outside[head.end() :]
    if _SCOPED.search(body) or _VARIABLE_PROPERTY.search(body) or "SELECT" in body.upper() or _conditions_inside(body):
        return None
    far = _FAR.search(body)
    if far and "EXISTS" in body.upper():
        return None  # what is not there nearby may be there elsewhere
    named = dict.fromkeys([iri.strip("<>") for iri in iris] + [prefixes[prefix] + name for prefix, name in names])
    return SparqlConstraint(text, tuple(map(ox.NamedNode, named)), near=not far)


def _outside_brackets(text: str) -> str:
    """Return a query without the expressions of conditions; what else is in brackets is a path, as is a star."""
    kept, depth = [], 0
    for place, character in enumerate(text):
        depth -= character == ")"
        if not depth and character != ")":
            kept.append(character if character != "(" else "" if _ENDS_IN_CONDITION.search(text[:place]) else "*")
        depth += character == "("
    return "".join(kept)


def _conditions_inside(body: str) -> bool:
    """Tell whether a group inside the outermost one has a condition, which would not see `$this`."""
    depth, start = 1, 0
    for place, character in enumerate(body):
        if character in "{}":
            if depth > 1 and _CONDITION.search(body[start:place]):
                return True
            depth += 1 if character == "{" else -1
            start = place
    return False
