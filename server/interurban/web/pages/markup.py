"""What pages tell search engines: the thing they are about in schema.org's words, as embedded JSON-LD.

Which words those are the release says: for its classes by the alignments of the vocabulary, for its properties by a
query of the ontology's views that is asked for one thing. Nothing here knows a class by name. The home page is about
the dataset as a whole.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.messages import Language
from interurban.rdf.formats import quads_of
from interurban.rdf.jsonld import Node
from interurban.rdf.languages import preferred
from interurban.rdf.terms import TYPE
from interurban.web.model import void
from interurban.web.model.catalog import Catalog
from interurban.web.model.document import Document, around
from interurban.web.model.schema_org import SCHEMA, SchemaOrg
from interurban.web.model.site import Site

VIEW = "views/schema-org.rq"
_JSON = (ox.NamedNode(XSD + "boolean"), ox.NamedNode(XSD + "integer"))  # datatypes that JSON writes in the same way
_THING = "?_thing_iri"  # what stands in the query for the thing, written as in saved questions


class Markup:
    """The embedded JSON-LD of one site's pages."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.schema_org = SchemaOrg(site)
        self.query = site.release.read(VIEW).decode() if VIEW in site.release.manifest["files"] else None

    def of(self, root: ox.NamedNode, language: Language, store: ox.Store | None = None) -> dict[str, Any] | None:
        """Return what search engines should know of a thing, for a page in a language; None if it is nothing to them.

        Nor is a past release, whose things have a page of today. Texts are those of the language, as plain strings;
        what has no word in schema.org is left out.
        """
        if self.query is None or self.site.mount or not self.schema_org.classes(root, store):
            return None
        told = store or around(self.site.vocabulary, root)
        answer = told.query(self.query.replace(_THING, str(root)), base_iri=self.site.base.iri)
        document = _document(root, answer, language)  # type: ignore[arg-type]  # a CONSTRUCT makes triples
        for node, group in document.groups.items():
            known = {t.object for t in group if t.predicate == TYPE}
            classes = {ox.NamedNode(iri) for iri in self.schema_org.classes(node, store)} - known
            group[:0] = [ox.Triple(node, TYPE, c) for c in sorted(classes, key=str)]
        return _in_short(root, document)

    @cached_property
    def _dataset(self) -> tuple[ox.NamedNode, ox.Store] | None:
        """The dataset that the release is, and what it tells portals of it; without that, what it has counted."""
        dataset = void.dataset(self.site)
        if dataset is None:
            return None
        store = Catalog(self.site).store
        if not store:
            store.extend(quads_of(void.describe(self.site).triples()))
        return dataset, store

    def of_dataset(self, language: Language) -> dict[str, Any] | None:
        """Return what search engines should know of the dataset, None if it is not described."""
        return self.of(self._dataset[0], language, self._dataset[1]) if self._dataset else None


def _document(root: ox.NamedNode, triples: Iterable[ox.Triple], language: Language) -> Document:
    """Return triples as a document with the root first, and texts in one language only, as plain literals."""
    values: dict[tuple[Node, ox.NamedNode], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)
    for t in sorted(set(triples), key=str):
        if not isinstance(t.object, ox.Triple):
            values[t.subject, t.predicate].append(t.object)
    document = Document(root, {root: []})
    for (subject, predicate), objects in values.items():
        texts = {x.value: x for x in preferred([o for o in objects if isinstance(o, ox.Literal)], language)}
        plain = [x if x.datatype in _JSON else ox.Literal(text) for text, x in sorted(texts.items())]
        things = [o for o in objects if not isinstance(o, ox.Literal)]
        group = document.groups.setdefault(subject, [])
        group += (ox.Triple(subject, predicate, value) for value in (*things, *plain))
    return document


def _in_short(root: ox.NamedNode, document: Document) -> dict[str, Any]:
    """Return the document as JSON-LD in which every name is schema.org's, so that the context is one line.

    Things stand in full wherever they are mentioned, as search engines follow no references in a page. Links to what
    the document says nothing more of are plain strings, as search engines show it in their examples.
    """
    told: dict[ox.NamedNode, list[bool]] = defaultdict(list)
    for t in document.triples():
        told[t.predicate].append(isinstance(t.object, ox.NamedNode) and not _in_full(document, t))
    links = {predicate for predicate, bare in told.items() if all(bare) and predicate != TYPE}

    def node(thing: Node, above: tuple[Node, ...] = ()) -> dict[str, Any]:
        members: dict[str, list[Any]] = defaultdict(list)
        for t in document.groups[thing]:
            if t.predicate == TYPE and isinstance(t.object, ox.NamedNode):
                members["@type"].append(_name(t.object))
            else:
                members[_name(t.predicate)].append(member(t, (*above, thing)))
        named = {"@id": thing.value} if isinstance(thing, ox.NamedNode) else {}
        return named | {name: found[0] if len(found) == 1 else found for name, found in members.items()}

    def member(t: ox.Triple, above: tuple[Node, ...]) -> object:
        value = t.object
        if isinstance(value, ox.Literal):
            return json.loads(value.value) if value.datatype in _JSON else value.value
        if not isinstance(value, ox.NamedNode) or (_in_full(document, t) and value not in above):
            return node(value, above)
        return value.value if t.predicate in links else {"@id": value.value}

    context = {"@vocab": SCHEMA} | {_name(p): {"@type": "@id"} for p in sorted(links, key=str)}
    return {"@context": context, **node(root)}


def _in_full(document: Document, t: ox.Triple) -> bool:
    return t.object in document.groups and t.object != t.subject


def _name(term: ox.NamedNode) -> str:
    return term.value.removeprefix(SCHEMA)
