"""What a query reads: which new statements can change its answer, as far as its text tells."""

import re
from collections.abc import Callable

import pyoxigraph as ox

from interurban.build.graphs import TYPE

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_IRI = re.compile(r"<([^<>\s]*)>")
_PREFIX = re.compile(r"\bPREFIX\s+(\w*):\s*<([^<>\s]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w?$])(\w*):(\w+)")
_COMMENT = re.compile(r"#[^\n]*")
_GRAPH = re.compile(r"\bGRAPH\s+\S+\s*\{[^{}]*\}", re.IGNORECASE)  # nothing new comes into a named graph
_CONDITION = re.compile(r"\b(?:FILTER|BIND|SELECT)\b[^{}]*", re.IGNORECASE)
_ANY_PROPERTY = re.compile(r"[?$]\w+\s+([?$]\w+)\s+(?=[?$\w<\"])")
_VARIABLE = re.compile(r"[?$]\w+")
_OF_CLASS = re.compile(r"[\s;{]a\s+([?$]\w+)")
_VALUES = re.compile(r"\bVALUES\s+(\([^()]*\)|[?$]\w+)", re.IGNORECASE)  # what it lists is named in the text


def reads(query: str) -> Callable[[ox.Triple], bool]:
    """Return what tells whether a new statement of the default graph can change the answer of a query.

    Yes where the text does not show that it cannot.
    """
    bare = _TEXT.sub('""', query)
    prefixes = dict(_PREFIX.findall(bare))
    iris = _IRI.findall(_PREFIX.sub("", bare))
    bare = _COMMENT.sub("", _IRI.sub("<>", _PREFIX.sub("", bare)))
    where = _GRAPH.sub("", bare[bare.upper().find("WHERE") :])
    names = _NAME.findall(where)
    named = {ox.NamedNode(iri) for iri in iris} | {
        ox.NamedNode(prefixes[prefix] + name) for prefix, name in names if prefix in prefixes
    }
    listed = {variable for variables in _VALUES.findall(where) for variable in _VARIABLE.findall(variables)}
    patterns = _CONDITION.sub(" ", _VALUES.sub(" ", where))
    any_property = any(variable not in listed for variable in _ANY_PROPERTY.findall(patterns))
    any_class = any(variable not in listed for variable in _OF_CLASS.findall(where))
    if any_property or any(prefix not in prefixes for prefix, _ in names):
        return lambda triple: True
    return lambda t: (any_class or t.object in named) if t.predicate == TYPE else t.predicate in named
