"""The context of one JSON-LD document on its way: which short names it uses, and under which a value stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from interurban.iris import PREFIXES, XSD
from interurban.rdf.terms import PLAIN_NAME, TermDefinition, prefixed

_TEXT = XSD + "string"


class Slot(NamedTuple):
    """Where the values of a property go that are of one kind.

    key: the member of the node's object. form: "text", one in each language, "texts", any number in each; "plain", the
    context has the datatype; "value", which says for itself what it is; "thing". other: the member for a second text.
    """

    key: str
    form: Literal["text", "texts", "plain", "value", "thing"]
    other: str


@dataclass
class Context:
    """A context. known: IRI -> what the vocabulary calls it; taken: schemes of IRIs, which are no names here.

    A scheme that is also one of our short names would be read as ours. `used` fills up as names are asked for.
    """

    known: Mapping[str, TermDefinition]
    taken: Collection[str]
    used: dict[str, Any] = field(default_factory=dict)
    _terms: dict[str, TermDefinition] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """Return what stands in the document."""
        return dict(sorted(self.used.items()))

    def literals(self, iri: str, datatype: str, language: str | None) -> Slot:
        """Return where the literals of a property go that have this datatype or language."""
        term = self.term(iri)
        if term.languages and (language or datatype == _TEXT):
            return Slot(self._use(term), "text" if term.single else "texts", iri)
        if name := dict(term.datatypes).get("" if language else datatype):
            return Slot(self._use(term, name), "plain", iri)
        roomy = not (term.languages or term.links or term.datatypes)
        return Slot(self._use(term) if roomy else iri, "value", iri)

    def things(self, iri: str) -> Slot:
        """Return where the things go to which a property leads: not into a map of languages or of one datatype."""
        term = self.term(iri)
        return Slot(iri if term.languages or term.datatypes else self._use(term), "thing", iri)

    def kind(self, iri: str) -> str:
        """Return how a class is called."""
        term = self.term(iri)
        if term.name != iri:
            self.used[term.name] = {"@id": iri}
        return term.name

    def term(self, iri: str) -> TermDefinition:
        """Return the term for a property or class; for one that the vocabulary does not know, one with its prefix."""
        if iri not in self._terms:
            self._terms[iri] = self._found(iri)
        return self._terms[iri]

    def _found(self, iri: str) -> TermDefinition:
        if (term := self.known.get(iri)) and term.name not in self.taken:
            return term
        for prefix, namespace in PREFIXES.items():
            rest = iri[len(namespace) :]
            if iri.startswith(namespace) and PLAIN_NAME.fullmatch(rest):
                name = prefixed(prefix, rest)
                if name not in self.taken and name not in self._names:
                    return TermDefinition(name, iri)
        return TermDefinition(iri, iri)

    @cached_property
    def _names(self) -> set[str]:
        """All names that the vocabulary has given."""
        return {name for term in self.known.values() for name in term.in_context}

    def _use(self, term: TermDefinition, name: str | None = None) -> str:
        """Return a term's name, or the one that it has for some of its values; it then stands in the context."""
        name = name or term.name
        if name != term.iri:
            self.used[name] = term.in_context[name]
        return name
