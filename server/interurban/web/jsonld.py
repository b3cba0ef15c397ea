"""Documents as JSON-LD 1.1: framed on the thing, compact, with only the terms it uses in an inlined context.

Every node stands once, under the node from which the root reaches it in the fewest steps: as the value of a
property, or under `@reverse` where it is the one that points. What the root does not reach stands beside it
in `@graph`. Properties with a term in the context are written by it; a value the term's definition has no
room for is written under the property's full name, where JSON-LD applies no definition.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from interurban.iris import PREFIXES, XSD
from interurban.web.context import Term
from interurban.web.document import Document, Node
from interurban.web.vocabulary import TYPE

_SAFE_INTEGER = 2**53  # beyond it, JSON numbers lose digits in many readers (RFC 8259, section 6)


def write_jsonld(document: Document, known: Mapping[str, Term]) -> bytes:
    """Return the document as UTF-8 JSON; the same document always gives the same bytes."""
    return json.dumps(_Writer(document, known).tree(), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class _Writer:
    """One document on its way to JSON. `context` fills up as names are used."""

    document: Document
    known: Mapping[str, Term]
    context: dict[str, Any] = field(default_factory=dict)

    def tree(self) -> dict[str, Any]:
        groups = self.document.groups
        # A scheme that is also one of our short names would be read as ours, so that name is not used here.
        self.taken = {iri.partition(":")[0] for iri in self._iris()}
        self.inbound: dict[Node, list[ox.Triple]] = defaultdict(list)
        for t in self.document.triples():
            if t.predicate != TYPE and not isinstance(t.object, ox.Literal) and t.object in groups:
                self.inbound[t.object].append(t)
        self.nested: dict[ox.Triple, Node] = {}
        tops = self._assign_places()
        nodes = [self._node(node) for node in tops]
        context = {"@context": dict(sorted(self.context.items()))}
        return context | nodes[0] if len(nodes) == 1 else context | {"@graph": nodes}

    def _iris(self) -> set[str]:
        found: set[str] = set()
        for t in self.document.triples():
            kind = t.object.datatype if isinstance(t.object, ox.Literal) else t.object
            found.update(x.value for x in (t.subject, t.predicate, kind) if isinstance(x, ox.NamedNode))
        return found

    def _assign_places(self) -> list[Node]:
        """Decide under which statement each node stands, breadth first; return those that stand on top."""
        placed: set[Node] = set()
        tops: list[Node] = []
        groups = self.document.groups
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

    def _node(self, node: Node) -> dict[str, Any]:
        out: dict[str, Any] = {"@id": _id(node)}
        for t in self.document.groups[node]:
            if self.nested.get(t) == node:
                continue  # said by the @reverse under which this node stands
            if t.predicate == TYPE and isinstance(t.object, ox.NamedNode):
                _add(out, "@type", self._name(t.object.value))
            else:
                self._say(out, t)
        for t in self.inbound[node]:
            if self.nested.get(t) == t.subject and t.subject != node:
                term = self._term(t.predicate.value)
                key = term.name if term and not term.languages else self._name(t.predicate.value, whole=True)
                _add(out.setdefault("@reverse", {}), key, self._node(t.subject))
        return out

    def _say(self, out: dict[str, Any], t: ox.Triple) -> None:
        term = self._term(t.predicate.value)
        value = t.object
        if term and term.languages:
            if isinstance(value, ox.Literal) and (value.language or value.datatype.value == XSD + "string"):
                _add(out.setdefault(term.name, {}), value.language or "@none", value.value)
                return
            term = None
        key = term.name if term else self._name(t.predicate.value, whole=True)
        if isinstance(value, ox.Literal):
            _add(out, key, self._literal(value, plain=not (term and term.links)))
        elif self.nested.get(t) == value:
            _add(out, key, self._node(value))
        else:
            _add(out, key, _id(value) if term and term.links else {"@id": _id(value)})

    def _literal(self, literal: ox.Literal, plain: bool) -> object:
        """Return a literal's JSON; `plain`: strings and numbers may stand for themselves."""
        text, kind = literal.value, literal.datatype.value
        if literal.language:
            return {"@value": text, "@language": literal.language}
        if kind == XSD + "string":
            return text if plain else {"@value": text}
        if plain and kind == XSD + "integer" and re.fullmatch(r"0|-?[1-9]\d{0,15}", text):
            number = int(text)
            if abs(number) < _SAFE_INTEGER:
                return number
        if plain and kind == XSD + "boolean" and text in ("true", "false"):
            return text == "true"
        return {"@value": text, "@type": self._name(kind)}

    def _term(self, iri: str) -> Term | None:
        term = self.known.get(iri)
        if term is None or term.name in self.taken:
            return None
        self.context[term.name] = term.definition()
        return term

    def _name(self, iri: str, whole: bool = False) -> str:
        """Return how `iri` is written as a key or type; `whole`: not by its term, which does not fit."""
        if not whole and (term := self._term(iri)):
            return term.name
        for prefix, namespace in PREFIXES.items():
            rest = iri[len(namespace) :]
            if iri.startswith(namespace) and prefix not in self.taken and not rest.startswith("//"):
                self.context[prefix] = namespace
                return f"{prefix}:{rest}"
        return iri


def _id(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _add(out: dict[str, Any], key: str, value: object) -> None:
    """Put `value` under `key`: alone, or as one of a list."""
    if key not in out:
        out[key] = value
    elif isinstance(out[key], list):
        out[key].append(value)
    else:
        out[key] = [out[key], value]
