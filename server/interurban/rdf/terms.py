"""The short names of JSON-LD: which term stands for which IRI, and how its values are written.

The names depend on the dataset's vocabulary alone, so the same word means the same thing in every document and dump,
and its values have the same form there, whether there is one or many.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pyoxigraph as ox

from interurban.iris import DCT, IU, OWL, PREFIXES, RDF, RDFS, SKOS, XSD

PLAIN_NAME = re.compile(r"[A-Za-z][\w-]*")

# What names a thing; of these there is one in each language.
NAMES = (RDFS + "label", SKOS + "prefLabel", DCT + "title")
# Other people's properties whose values are texts in a language, whatever our ontology says of them.
TEXTS = frozenset(
    [
        *NAMES,
        RDFS + "comment",
        *(SKOS + name for name in ("altLabel", "hiddenLabel", "definition", "scopeNote", "note", "example")),
        *(DCT + name for name in ("description", "abstract")),
    ]
)
_TEXT = RDF + "langString"
TYPE = ox.NamedNode(RDF + "type")
_CLASSES = (ox.NamedNode(OWL + "Class"), ox.NamedNode(RDFS + "Class"))
_LINK = ox.NamedNode(OWL + "ObjectProperty")
_INVERSE_LABEL = ox.NamedNode(IU + "inverseLabel")  # what has one leads to things
_RANGES = (ox.NamedNode(RDFS + "range"), ox.NamedNode(PREFIXES["schema"] + "rangeIncludes"))
_DATATYPE = ox.NamedNode(RDFS + "Datatype")
_NOT_TERMS = [ox.NamedNode(iri) for iri in (OWL + "Ontology", SKOS + "ConceptScheme", SKOS + "Concept")]
# A property whose dates are more or less precise has a term for each kind, so that every value is plain.
_PRECISIONS = {XSD + "gYear": "Year", XSD + "gYearMonth": "Month", XSD + "dateTime": "Time"}


@dataclass(frozen=True)
class TermDefinition:
    """A short name in the context (JSON-LD 1.1: an expanded term definition).

    links: values are things; languages: the value is a map from language to texts, or to one where it is a name;
    datatypes: datatype of a literal -> the term under which it is a plain value. If it is none of these, values say
    for themselves what they are. kind: it is a class.
    """

    name: str
    iri: str
    links: bool = False
    languages: bool = False
    datatypes: tuple[tuple[str, str], ...] = ()
    kind: bool = False

    @property
    def single(self) -> bool:
        """Whether there is one text in each language."""
        return self.iri in NAMES

    @cached_property
    def in_context(self) -> dict[str, dict[str, object]]:
        """The term as it stands in a context, and those of its values that have one of their own."""
        if self.kind:
            return {self.name: {"@id": self.iri}}
        if self.languages:
            container = "@language" if self.single else ["@language", "@set"]
            return {self.name: {"@id": self.iri, "@container": container}}
        if self.links:
            return {self.name: {"@id": self.iri, "@type": "@id", "@container": "@set"}}
        found: dict[str, dict[str, object]] = {}
        for datatype, name in self.datatypes or (("", self.name),):
            typed = {} if datatype in ("", XSD + "string") else {"@type": datatype}
            found[name] = {"@id": self.iri, **typed, "@container": "@set"}
        return found


Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Term = Subject | ox.Literal
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class Statements(Protocol):
    """What can be asked for statements: a store, or what takes the place of one."""

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Term | None,  # noqa: A002 - as the store has it
        graph_name: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit a pattern; None fits everything."""
        ...

    def contains_named_graph(self, graph_name: ox.NamedNode) -> bool:
        """Return whether there is such a graph."""
        ...


def terms_of(store: Statements, vocabulary: ox.NamedNode, classes: set[str] | None = None) -> dict[str, TermDefinition]:
    """Return IRI -> term for what a dataset's vocabulary, which is one of its named graphs, says anything of.

    classes: those that anything believed is in, if they are known.
    """

    def subjects(predicate: ox.NamedNode, value: ox.NamedNode) -> set[str]:
        quads = store.quads_for_pattern(None, predicate, value, vocabulary)
        return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}

    used = classes or {
        quad.object.value
        for quad in store.quads_for_pattern(None, TYPE, None, ox.DefaultGraph())
        if isinstance(quad.object, ox.NamedNode)
    }
    told = store.quads_for_pattern(None, None, None, vocabulary)
    described = {q.subject.value for q in told if q.predicate != TYPE and isinstance(q.subject, ox.NamedNode)}
    inverse = store.quads_for_pattern(None, _INVERSE_LABEL, None, vocabulary)
    datatypes = subjects(TYPE, _DATATYPE) | {_TEXT}
    ranges: dict[str, set[str]] = defaultdict(set)
    for predicate in _RANGES:
        for quad in store.quads_for_pattern(None, predicate, None, vocabulary):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                datatype = quad.object.value
                if datatype.startswith(XSD) or datatype in datatypes:
                    ranges[quad.subject.value].add(datatype)
    return terms(
        names=described.difference(*(subjects(TYPE, kind) for kind in _NOT_TERMS)) | used,
        classes=used.union(*(subjects(TYPE, kind) for kind in _CLASSES)),
        links=subjects(TYPE, _LINK) | {q.subject.value for q in inverse if isinstance(q.subject, ox.NamedNode)},
        ranges=ranges,
    )


def terms(
    names: Iterable[str], classes: Iterable[str], links: Iterable[str], ranges: Mapping[str, Iterable[str]]
) -> dict[str, TermDefinition]:
    """Return IRI -> term for those of `names` that get a short one.

    The first namespace that has a name wins it; in others the prefix goes before it (`org_Membership`). classes, links:
    which of them are classes, and properties whose values are things; ranges: property -> datatypes of its values.
    """
    short: dict[str, str] = {}
    every = sorted({*names, *TEXTS})
    for prefix, namespace in PREFIXES.items():
        for iri in every:
            name = iri[len(namespace) :]
            if iri.startswith(namespace) and PLAIN_NAME.fullmatch(name):
                short.setdefault(name if name not in short else prefixed(prefix, name), iri)
    kinds, things = frozenset(classes), frozenset(links)
    found = {}
    for name, iri in short.items():
        typed = frozenset(ranges.get(iri, ()))
        if iri in TEXTS or _TEXT in typed:
            found[iri] = TermDefinition(name, iri, languages=True)
        else:
            datatypes = () if iri in things else tuple(_datatypes(name, typed, short))
            found[iri] = TermDefinition(name, iri, iri in things, datatypes=datatypes, kind=iri in kinds)
    return found


def prefixed(prefix: str, name: str) -> str:
    """Return the short name of what another namespace has by that name, or of what the vocabulary does not know."""
    return f"{prefix.replace('-', '_')}_{name}"


def _datatypes(name: str, ranges: frozenset[str], taken: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each datatype and the term for it: the name itself for one, and more for other precisions of dates."""
    plain = min(ranges - _PRECISIONS.keys() or ranges, default=None)
    if plain:
        yield plain, name
    for datatype, more in _PRECISIONS.items():
        if datatype in ranges and datatype != plain and name + more not in taken:
            yield datatype, name + more
