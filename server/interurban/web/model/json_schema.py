"""JSON Schemas (draft 2020-12) of documents in JSON-LD, one for each kind of thing, and of the values in answers.

What a kind has is said by the SHACL shapes that the release was held against; which form a property has in JSON by the
terms of the context. Nothing here knows a class or a property by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from interurban.iris import RDFS, SH, XSD
from interurban.rdf.jsonld import Json
from interurban.rdf.terms import TYPE, TermDefinition
from interurban.release.folder import SHAPES
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import DEFAULT, Kind, Term, name_of

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_LOOKED_AT = 50  # things of a kind, here and there, for what they have besides
_IRI: Json = {"type": "string", "format": "iri"}
_THINGS: Json = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Thing"}}
_TEXT_MAP: Json = {"type": "object", "minProperties": 1}
_PATTERNS = {"gYear": "^[0-9]{4}$", "gYearMonth": "^[0-9]{4}-[0-9]{2}$", "decimal": r"^-?[0-9]+(\.[0-9]+)?$"}
_FORMATS = {"date": "date", "dateTime": "date-time", "duration": "duration", "anyURI": "iri"}

# What any document is made of.
DEFINITIONS: dict[str, Json] = {
    "Thing": {
        "description": "A thing by its address, with its classes and names where they are known",
        "type": "object",
        "required": ["@id"],
        "properties": {
            "@id": _IRI,
            "@type": {"type": "array", "items": {"type": "string"}},
            **{name: {"$ref": "#/$defs/Names"} for name in ("label", "prefLabel", "title")},
        },
    },
    "Names": {
        "description": "Language tag -> the name; @none: in no language in particular",
        **_TEXT_MAP,
        "additionalProperties": {"type": "string"},
    },
    "Texts": {
        "description": "Language tag -> texts; @none: in no language in particular",
        **_TEXT_MAP,
        "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string"}},
    },
    "Value": {
        "description": "A thing, or a value that says for itself what it is",
        "type": "object",
        "anyOf": [{"required": ["@id"]}, {"required": ["@value"]}],
    },
    "List": {
        "description": "A list of things",
        "type": "object",
        "required": ["@context", "@graph"],
        "properties": {"@context": {"type": "object"}, "@graph": {**_THINGS, "minItems": 0}},
    },
}


@dataclass
class _Constraints:
    """What the shapes say of a property: how many values at least and at most, and what their texts look like."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None


def address_of(site: Site, node: ox.NamedNode) -> str:
    """Return where the schema of a thing's document is, "" if it has none; those of older releases have none."""
    room, _, rest = node.value.removeprefix(site.base.iri).partition("/")
    kind = rest.partition("/")[0] if room == "id" else room
    known = site.vocabulary.kinds.get(kind)
    there = known and known.shared and not site.mount and SHAPES in site.release.manifest["files"]
    return f"/schema/{kind}.json" if there else ""


class JsonSchemas:
    """The schemas of one release; none if it has no shapes, as releases had none before."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def by_kind(self) -> dict[str, Json]:
        """Kind of thing -> the schema of its documents, of which references lead to `DEFINITIONS`."""
        if SHAPES not in self.site.release.manifest["files"]:
            return {}
        self._shapes = ox.Store()
        self._shapes.load(self.site.release.read(SHAPES), format=ox.RdfFormat.N_TRIPLES)
        return {name: self._schema(name, kind) for name, kind in self.site.vocabulary.kinds.items() if kind.shared}

    def whole(self, kind: str) -> Json:
        """Return the schema of a kind as a document of its own."""
        used = {name: told for name, told in DEFINITIONS.items() if name != "List"}
        address = f"{self.site.base.iri}schema/{kind}.json"
        return {"$schema": _DRAFT, "$id": address, **self.by_kind[kind], "$defs": used}

    def _schema(self, name: str, kind: Kind) -> Json:
        vocabulary, shared = self.site.vocabulary, ox.NamedNode(kind.shared or "")
        classes = vocabulary.superclasses(shared.value)
        told = self._properties(classes, kind.things)
        properties: Json = {
            "@context": {"type": "object"},
            "@id": {**_IRI, **self._address(classes)},
            "@type": {"type": "array", "items": {"type": "string"}, "contains": {"const": self._name(shared.value)}},
            "@reverse": {"type": "object", "additionalProperties": _THINGS},
        }
        required, either = ["@context", "@id", "@type"], []
        for iri, constraints in sorted(told.items()):
            term = vocabulary.terms.get(iri)
            if term is None or iri == TYPE.value:  # which is written @type
                continue
            forms = dict(_forms(term, constraints))
            for form in forms.values():
                form["title"] = self._label(iri)
            properties |= forms
            if constraints.least and len(forms) == 1:
                required += forms
            elif constraints.least:
                either.append({"anyOf": [{"required": [one]} for one in forms]})
        schema: Json = {"title": self._label(shared.value) or name, "type": "object", "required": required}
        other = {"description": "Any other property", "anyOf": [{"type": "array", "items": {}}, {"type": "object"}]}
        schema |= {"properties": properties, "additionalProperties": other}
        return schema | ({"allOf": either} if either else {})

    def _properties(self, classes: Iterable[str], things: Sequence[ox.NamedNode]) -> dict[str, _Constraints]:
        """Return what the shapes say of the properties that instances must have, have, and may have.

        What shapes say of whatever has a property is no reason to have it.
        """
        found: dict[str, _Constraints] = defaultdict(_Constraints)
        for shape in self._targeting("targetClass", classes):
            for part in self._objects(shape, "property"):
                self._add(found, part, always=True)
        properties = {*found, *self._in_domain(classes), *self._held(things)}
        for shape in self._targeting("targetSubjectsOf", properties):
            for part in self._objects(shape, "property"):
                self._add(found, part, always=False)
        for iri in properties:
            found.setdefault(iri, _Constraints())
        return found

    def _add(self, found: dict[str, _Constraints], shape: Term, always: bool) -> None:
        """Add what one property shape demands; a warning demands nothing."""
        for path in self._objects(shape, "path"):
            if not isinstance(path, ox.NamedNode):
                continue
            constraints = found[path.value]
            if self._objects(shape, "severity"):
                continue
            if always:
                constraints.least = max([constraints.least, *map(_number, self._objects(shape, "minCount"))])
                constraints.least = max([constraints.least, *map(_number, self._objects(shape, "qualifiedMinCount"))])
            most = [_number(value) for value in self._objects(shape, "maxCount")]
            constraints.most = min([*most, *([constraints.most] if constraints.most else [])], default=None)
            for pattern in self._objects(shape, "pattern"):
                constraints.pattern = name_of(pattern)

    def _in_domain(self, classes: Iterable[str]) -> Iterator[str]:
        """Yield the properties that things of these classes have by the vocabulary."""
        vocabulary = self.site.vocabulary
        for iri, term in vocabulary.terms.items():
            if not term.kind and any(name_of(c) in classes for c in vocabulary.domains(iri)):
                yield iri

    def _held(self, things: Sequence[ox.NamedNode]) -> set[str]:
        """Return the properties that some of these things have, from the first to the last of them."""
        some = things[:: -(-len(things) // _LOOKED_AT)]
        quads = (self.site.store.quads_for_pattern(thing, None, None, DEFAULT) for thing in some)
        return {quad.predicate.value for found in quads for quad in found}

    def _address(self, classes: Iterable[str]) -> Json:
        patterns = [p for shape in self._targeting("targetClass", classes) for p in self._objects(shape, "pattern")]
        return {"pattern": name_of(patterns[0])} if patterns else {}

    def _targeting(self, target: str, names: Iterable[str]) -> list[Term]:
        predicate = ox.NamedNode(SH + target)
        shapes = {
            quad.subject
            for name in names
            for quad in self._shapes.quads_for_pattern(None, predicate, ox.NamedNode(name), None)
        }
        return sorted(shapes, key=str)

    def _objects(self, node: Term, name: str) -> list[Term]:
        if isinstance(node, ox.Literal):
            return []
        return sorted(
            (q.object for q in self._shapes.quads_for_pattern(node, ox.NamedNode(SH + name), None, None)), key=str
        )

    def _label(self, iri: str) -> str:
        """Return what a term is called in English."""
        labels = self.site.vocabulary.values(ox.NamedNode(iri), RDFS + "label")
        return next((x.value for x in labels if isinstance(x, ox.Literal) and x.language == "en"), "")

    def _name(self, iri: str) -> str:
        term = self.site.vocabulary.terms.get(iri)
        return term.name if term else iri


def _forms(term: TermDefinition, constraints: _Constraints) -> Iterator[tuple[str, Json]]:
    """Yield the members of a document that hold a property's values, and what they look like."""
    most = {"maxItems": constraints.most} if constraints.most else {}
    if term.languages:
        yield term.name, {"$ref": "#/$defs/" + ("Names" if term.single else "Texts")}
    elif term.links:
        yield term.name, {**_THINGS, **most}
    elif not term.datatypes:
        yield term.name, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Value"}, **most}
    for datatype, name in term.datatypes:
        items = literal(datatype)
        if constraints.pattern and items == {"type": "string"}:
            items = {**items, "pattern": constraints.pattern}
        yield name, {"type": "array", "minItems": 1, "items": items, **most}


def literal(datatype: str) -> Json:
    """Return what a plain value of a datatype looks like."""
    name = datatype.removeprefix(XSD)
    if name in ("integer", "boolean"):
        return {"type": name}
    text: Json = {"type": "string"}
    if name in _PATTERNS:
        return text | {"pattern": _PATTERNS[name]}
    return text | ({"format": _FORMATS[name]} if name in _FORMATS else {})


def _number(term: Term) -> int:
    return int(name_of(term))
