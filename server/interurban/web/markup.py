"""What pages tell search engines and other machines: what they are about in schema.org's words, and where it lies.

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

from interurban.iris import DCT, PREFIXES, SKOS
from interurban.messages import Language
from interurban.rdf.formats import quads_of
from interurban.web import context, void
from interurban.web.document import Document, Node
from interurban.web.representation import MEDIA_TYPES, Resource, signpost
from interurban.web.serialization import write_jsonld
from interurban.web.shelf import Shelf
from interurban.web.site import Site
from interurban.web.vocabulary import DEFAULT, TYPE, Term, name_of
from interurban.web.words import preferred

SCHEMA = PREFIXES["schema"]
VIEW = "views/schema-org.rq"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # of what states no other
_THING = "?_thing_iri"  # what stands in the query for the thing, written as in saved questions
_MATCH = ox.NamedNode(SKOS + "closeMatch")


class Markup:
    """The words of schema.org for the things of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.query = site.release.read(VIEW).decode() if VIEW in site.release.manifest["files"] else None
        self.matches: dict[Term, str] = {
            quad.subject: quad.object.value
            for quad in site.store.quads_for_pattern(None, _MATCH, None, DEFAULT)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(SCHEMA)
        }

    def classes(self, node: Node, store: ox.Store | None = None) -> list[str]:
        """Return the classes of schema.org that a thing is in; where it is in none, those that come close.

        store: what tells of the thing; None: the release.
        """
        types = [quad.object for quad in (store or self.site.store).quads_for_pattern(node, TYPE, None, DEFAULT)]
        theirs = [t.value for t in types if isinstance(t, ox.NamedNode) and t.value.startswith(SCHEMA)]
        close = sorted({self.matches[t] for t in types if t in self.matches})
        return self.site.vocabulary.most_specific(theirs) or close

    def signposts(self, root: ox.NamedNode, collection: str | None) -> tuple[tuple[str, str], ...]:
        """Return the links by which a machine that has a page about a thing finds its way (FAIR Signposting).

        collection: the address of the list that the thing stands in.
        """
        licences = [name_of(licence) for licence in self.site.vocabulary.values(root, DCT + "license")]
        listed = [("collection", collection)] if collection else []
        return (*types("AboutPage", *self.classes(root)[:1]), ("license", (*licences, LICENCE)[0]), *listed)

    def of(self, root: ox.NamedNode, language: Language, store: ox.Store | None = None) -> dict[str, Any] | None:
        """Return what search engines should know of a thing, for a page in a language; None if it is nothing to them.

        Nor is a past release, whose things have a page of today. Texts are those of the language, as plain strings;
        what has no word in schema.org is left out.
        """
        if self.query is None or self.site.mount or not self.classes(root, store):
            return None
        answer = (store or self.site.store).query(self.query.replace(_THING, str(root)), base_iri=self.site.base.iri)
        document = _document(root, answer, language)  # type: ignore[arg-type]  # a CONSTRUCT makes triples
        for node, group in document.groups.items():
            known = {t.object for t in group if t.predicate == TYPE}
            classes = {ox.NamedNode(iri) for iri in self.classes(node, store)} - known
            group[:0] = [ox.Triple(node, TYPE, c) for c in sorted(classes, key=str)]
        return _in_short(document)


def list_signposts() -> tuple[tuple[str, str], ...]:
    """Return those of a page that lists things."""
    return (*types("CollectionPage"), ("license", LICENCE))


def types(*classes: str) -> list[tuple[str, str]]:
    """Return links to classes of schema.org, by the addresses that the profile has for them: those with https."""
    return [("type", "https://schema.org/" + name.removeprefix(SCHEMA)) for name in classes]


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
        iri: context.Term(iri.removeprefix(SCHEMA), iri, links=all(bare))
        for iri, bare in used.items()
        if iri.startswith(SCHEMA)
    }
    written: dict[str, Any] = json.loads(write_jsonld(document, terms))
    links = {term.name: {"@type": "@id"} for term in terms.values() if term.links}
    return written | {"@context": {"@vocab": SCHEMA, **links}}


class Whole:
    """The dataset that a release is. A release that does not say what it holds, or is past, has little to tell."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.described = void.there(site) and not site.mount

    @cached_property
    def dataset(self) -> ox.NamedNode:
        """The dataset, if it is described."""
        return void.topic(void.describe(self.site))

    @cached_property
    def links(self) -> str:
        """The Link header of the home page (FAIR Signposting)."""
        names = ("AboutPage", "Dataset") if self.described else ("AboutPage",)
        links = [signpost(*pair) for pair in (*types(*names), ("license", LICENCE), ("cite-as", self.site.base.iri))]
        if self.described:
            files = [path for path in self.site.release.manifest["files"] if path.partition(".")[0] == "catalog"]
            catalogue = [(MEDIA_TYPES[path.partition(".")[2]], "/" + path) for path in files]
            told = [*Resource(void.PATH, page=False).variants(), *catalogue]
            links += [signpost("describedby", address, media_type) for media_type, address in told]
            dumps = void.dumps(self.site, self.dataset)
            plain = [(dump, form) for dump, form in dumps.items() if not dump.endswith(".gz")]
            links += [signpost("item", dump, form.media_type) for dump, form in plain]
        return ", ".join(links)

    @cached_property
    def _told(self) -> ox.Store:
        """What the release tells portals of the dataset; without that, what it has counted."""
        store = Shelf(self.site).store
        if not store:
            store.extend(quads_of(void.describe(self.site).triples()))
        return store

    def markup(self, language: Language) -> dict[str, Any] | None:
        """Return what search engines should know of the dataset, None if it is not described."""
        return Markup(self.site).of(self.dataset, language, self._told) if self.described else None
