"""Documents as JSON-LD 1.1, in one form that a program can rely on without knowing RDF.

The document is a tree that stands on its thing. Every property is an array of what it has, whether that is one value or
many; texts are a map from language to texts (to one text where they are names); numbers and dates are plain, typed in
the context; every thing is an object with its `@id`. A thing of which the document says more stands in full once, under
the node from which the root reaches it in the fewest steps (`@reverse` where it is the one that points); elsewhere it
has only its types and names. What the root does not reach is `@included`; a list of things is a `@graph`.

The inlined context has the terms that are used, and nothing has a prefix. A value that a term has no room for stands
under the property's full name, where JSON-LD applies no definition. Decimal numbers are strings: a JSON number with a
fraction would be read as xsd:double (JSON-LD 1.1 API, 8.2.2).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.rdf.context import Context
from interurban.rdf.terms import NAMES, TYPE, TermDefinition

_INTEGER = re.compile(r"0|-?[1-9]\d{0,15}")
_SAFE_INTEGER = 2**53  # beyond it, JSON numbers lose digits in many readers (RFC 8259, section 6)
_BOOLEANS = {"true": True, "false": False}

Json = dict[str, Any]
Node = ox.NamedNode | ox.BlankNode | ox.Triple  # what can be a subject
Groups = Mapping[Node, Sequence[ox.Triple]]


def write_jsonld(root: ox.NamedNode | None, groups: Groups, known: Mapping[str, TermDefinition]) -> bytes:
    """Return a document as UTF-8 JSON; the same document always gives the same bytes.

    root: what it is about, which then comes first; None for a list of things. groups: its statements, by subject.
    """
    return json.dumps(_Writer(groups, known).tree(root), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class _Writer:
    """One document on its way to JSON."""

    groups: Groups
    known: Mapping[str, TermDefinition]
    nested: dict[ox.Triple, Node] = field(default_factory=dict)
    inbound: dict[Node, list[ox.Triple]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.context = Context(self.known, {iri.partition(":")[0] for iri in self._iris()})

    def tree(self, about: ox.NamedNode | None) -> Json:
        for t in self._triples():
            if t.predicate != TYPE and not isinstance(t.object, ox.Literal) and t.object in self.groups:
                self.inbound[t.object].append(t)
        nodes = [self._node(node) for node in self._assign_places()]
        context = {"@context": self.context.written()}
        if about is None:
            return context | {"@graph": nodes}
        root = nodes[0] if nodes else {"@id": about.value}
        return context | root | ({"@included": nodes[1:]} if nodes[1:] else {})

    def _triples(self) -> Iterator[ox.Triple]:
        return chain.from_iterable(self.groups.values())

    def _iris(self) -> set[str]:
        found: set[str] = set()
        for t in self._triples():
            kind = t.object.datatype if isinstance(t.object, ox.Literal) else t.object
            found.update(x.value for x in (t.subject, t.predicate, kind) if isinstance(x, ox.NamedNode))
        return found

    def _assign_places(self) -> list[Node]:
        """Decide under which statement each node stands in full, breadth first; return those that stand on top."""
        placed: set[Node] = set()
        tops: list[Node] = []
        groups = self.groups
        for start in groups:
            if start in placed:
                continue
            tops.append(start)
            placed.add(start)
            waiting = [start]
            for node in waiting:  # grows as it is read
                edges = [(t, t.object) for t in groups[node] if t.predicate != TYPE]
                for triple, there in [*edges, *((t, t.subject) for t in self.inbound[node])]:
                    if not isinstance(there, ox.Literal) and there in groups and there not in placed:
                        placed.add(there)
                        self.nested[triple] = there
                        waiting.append(there)
        return tops

    def _node(self, node: Node) -> Json:
        """Return all that the document says of a node, and what points to it and has no other place."""
        out = self._said(node, self.groups[node])
        for t in self.inbound[node]:
            if self.nested.get(t) == t.subject and t.subject != node:
                key = self.context.things(t.predicate.value).key
                out.setdefault("@reverse", {}).setdefault(key, []).append(self._node(t.subject))
        return out

    def _mention(self, node: Node) -> Json:
        """Return what a thing is and is called, for where it does not stand in full."""

        def told(t: ox.Triple) -> bool:
            return t.predicate == TYPE or (t.predicate.value in NAMES and isinstance(t.object, ox.Literal))

        return self._said(node, filter(told, self.groups.get(node, ())))

    def _said(self, node: Node, triples: Iterable[ox.Triple]) -> Json:
        out: Json = {"@id": _id(node)}
        for t in triples:
            if t.predicate == TYPE and isinstance(t.object, ox.NamedNode):
                out.setdefault("@type", []).append(self.context.kind(t.object.value))
            else:
                self._say(out, t)
        return out

    def _say(self, out: Json, t: ox.Triple) -> None:
        """Put a statement under the term for its property, or under the property's name if the term has no room."""
        name, value = t.predicate.value, t.object
        if not isinstance(value, ox.Literal):
            told = self._node(value) if self.nested.get(t) == value else self._mention(value)
            out.setdefault(self.context.things(name).key, []).append(told)
            return
        slot = self.context.literals(name, value.datatype.value, value.language)
        language = value.language or "@none"
        if slot.form == "texts":
            out.setdefault(slot.key, {}).setdefault(language, []).append(value.value)
        elif slot.form == "text" and language not in out.setdefault(slot.key, {}):
            out[slot.key][language] = value.value
        elif slot.form == "plain":
            out.setdefault(slot.key, []).append(plain(value.value, value.datatype.value))
        else:
            out.setdefault(slot.other if slot.form == "text" else slot.key, []).append(_value(value))


def plain(text: str, datatype: str) -> object:
    """Return a literal as JSON of which the context says what datatype it has."""
    if datatype == XSD + "integer" and _INTEGER.fullmatch(text) and abs(int(text)) < _SAFE_INTEGER:
        return int(text)
    return _BOOLEANS.get(text, text) if datatype == XSD + "boolean" else text


def _value(literal: ox.Literal) -> Json:
    """Return a literal that says for itself what it is."""
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    datatype = literal.datatype.value
    return {"@value": literal.value} | ({} if datatype == XSD + "string" else {"@type": datatype})


def _id(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
