"""What pages tell search engines: the thing they are about in schema.org's words, as embedded JSON-LD.

Which words those are the release says: for its classes by the alignments of the vocabulary, for its properties by a
query of the ontology's views that is asked for one thing. Nothing here knows a class by name. The home page is about
the dataset as a whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from interurban.messages import Language
from interurban.rdf.formats import quads_of
from interurban.web.model import void
from interurban.web.model.catalog import Catalog
from interurban.web.model.context import TermDefinition
from interurban.web.model.document import Document, Node
from interurban.web.model.jsonld import Json, tree
from interurban.web.model.schema_org import SCHEMA, SchemaOrg
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import TYPE
from interurban.web.pages.literals import preferred

VIEW = "views/schema-org.rq"
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
        answer = (store or self.site.store).query(self.query.replace(_THING, str(root)), base_iri=self.site.base.iri)
        document = _document(root, answer, language)  # type: ignore[arg-type]  # a CONSTRUCT makes triples
        for node, group in document.groups.items():
            known = {t.object for t in group if t.predicate == TYPE}
            classes = {ox.NamedNode(iri) for iri in self.schema_org.classes(node, store)} - known
            group[:0] = [ox.Triple(node, TYPE, c) for c in sorted(classes, key=str)]
        return _in_short(document)

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
    """Return triples as a document with the root first, texts in one language only, and nothing but plain literals."""
    values: dict[tuple[Node, ox.NamedNode], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)
    for t in sorted(set(triples), key=str):
        if not isinstance(t.object, ox.Triple):
            values[t.subject, t.predicate].append(t.object)
    document = Document(root, {root: []})
    for (subject, predicate), objects in values.items():
        texts = {x.value for x in preferred([o for o in objects if isinstance(o, ox.Literal)], language)}
        plain = [ox.Literal(text) for text in sorted(texts)]
        things = [o for o in objects if not isinstance(o, ox.Literal)]
        group = document.groups.setdefault(subject, [])
        group += (ox.Triple(subject, predicate, value) for value in (*things, *plain))
    return document


def _in_short(document: Document) -> dict[str, Any]:
    """Return the document as JSON-LD in which every name is schema.org's, so that the context is one line.

    Links to what the document says nothing more of are plain strings, as search engines show it in their examples.
    """
    used: dict[str, list[bool]] = defaultdict(list)
    for t in document.triples():
        if t.predicate == TYPE and isinstance(t.object, ox.NamedNode):
            used[t.object.value] += [False]
        else:
            used[t.predicate.value] += [isinstance(t.object, ox.NamedNode) and t.object not in document.groups]
    terms = {
        iri: TermDefinition(iri.removeprefix(SCHEMA), iri, links=all(bare))
        for iri, bare in used.items()
        if iri.startswith(SCHEMA)
    }
    written: Json = _loose(tree(document, terms))
    links = {term.name: {"@type": "@id"} for term in terms.values() if term.links}
    return written | {"@context": {"@vocab": SCHEMA, **links}}


def _loose(value: Any) -> Any:
    """Return JSON-LD as the examples of search engines have it: one value alone, literals and mere links as strings."""
    if isinstance(value, list):
        return _loose(value[0]) if len(value) == 1 else [_loose(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() in ({"@id"}, {"@value"}):
        return next(iter(value.values()))
    return {key: _loose(item) for key, item in value.items()}
