"""Documents as bytes in every RDF format; the same document is always the same bytes.

JSON-LD 1.1 is written here: framed on the thing, compact, with only the terms it uses in an inlined context. Every node
stands once, under the node from which the root reaches it in the fewest steps: as the value of a property, or under
`@reverse` where it is the one that points. What the root does not reach stands beside it in `@graph`. Properties with a
term in the context are written by it; a value the term's definition has no room for is written under the property's
full name, where JSON-LD applies no definition.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from interurban.iris import PREFIXES, RDF, XSD
from interurban.rdf.formats import Format
from interurban.web.model.context import TermDefinition
from interurban.web.model.document import Document, Node
from interurban.web.model.vocabulary import DEFAULT, TYPE, Term, Vocabulary

# XML 1.0 has no way to write these, not even escaped (section 2.2), nor an element name for such a property.
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# Datatypes that a literal has without their being written out.
_UNWRITTEN = {ox.NamedNode(iri) for iri in (RDF + "langString", XSD + "string")}
_ELEMENT_NAME = re.compile(r"[^\W\d][\w.-]*$")

_SAFE_INTEGER = 2**53  # beyond it, JSON numbers lose digits in many readers (RFC 8259, section 6)


class NotInFormatError(Exception):
    """The document holds something that the format has no way to write."""


def serialize(vocabulary: Vocabulary, document: Document, form: Format) -> bytes:
    """Return the document in `form`; a format that holds graphs also says which source says what.

    Raises NotInFormatError if RDF/XML cannot hold the document.
    """
    if form.extension == "jsonld":
        return write_jsonld(document, vocabulary.terms)
    triples = list(document.triples())
    if form.holds_graphs:
        quads = with_sources(vocabulary, triples)
        return ox.serialize(quads, format=form.syntax, prefixes=_prefixes(triples)) or b""
    if form.extension == "rdf" and not all(_ELEMENT_NAME.search(t.predicate.value) for t in triples):
        raise NotInFormatError
    prefixes = _prefixes(triples) if form.extension != "nt" else None
    body = ox.serialize(triples, format=form.syntax, prefixes=prefixes) or b""
    if form.extension == "rdf" and _NOT_IN_XML.search(body):
        raise NotInFormatError
    return body


def with_sources(vocabulary: Vocabulary, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    """Yield each statement in the default graph, then again in each named graph that says it, graph by graph.

    As in the release's dataset, the default graph is what is believed and the others are who said so.
    """
    said: dict[ox.NamedNode, list[ox.Quad]] = {}
    for t in triples:
        yield ox.Quad(t.subject, t.predicate, t.object, DEFAULT)
        for quad in vocabulary.store.quads_for_pattern(t.subject, t.predicate, t.object, None):
            if isinstance(quad.graph_name, ox.NamedNode):
                said.setdefault(quad.graph_name, []).append(quad)
    for graph in sorted(said, key=lambda name: name.value):
        yield from said[graph]


def _prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes that the triples make use of, in the order of the one table."""
    written: set[Term] = set()
    for t in triples:
        written.add(t.subject)
        if t.predicate != TYPE:  # written `a`
            written.add(t.predicate)
        written.add(t.object.datatype if isinstance(t.object, ox.Literal) else t.object)
    used = {_prefix(term) for term in written}
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix in used}


@lru_cache(maxsize=16_384)
def _prefix(term: Term) -> str | None:
    if not isinstance(term, ox.NamedNode) or term in _UNWRITTEN:
        return None
    return next((prefix for prefix, namespace in PREFIXES.items() if term.value.startswith(namespace)), None)


def write_jsonld(document: Document, known: Mapping[str, TermDefinition]) -> bytes:
    """Return the document as UTF-8 JSON; the same document always gives the same bytes."""
    return json.dumps(_Writer(document, known).tree(), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class _Writer:
    """One document on its way to JSON. `context` fills up as names are used."""

    document: Document
    known: Mapping[str, TermDefinition]
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

    def _term(self, iri: str) -> TermDefinition | None:
        term = self.known.get(iri)
        if term is None or term.name in self.taken:
            return None
        self.context[term.name] = term.in_context()
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
