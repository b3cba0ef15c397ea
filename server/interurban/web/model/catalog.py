"""The catalogue of the served release, read back: its datasets, and what is said of each and of its files."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property

import pyoxigraph as ox

from interurban.iris import DCT, PREFIXES
from interurban.rdf.formats import description
from interurban.rdf.jsonld import Node
from interurban.rdf.terms import TYPE
from interurban.web.model.document import Document
from interurban.web.model.site import Site
from interurban.web.model.vocabulary import Term

CATALOG, CATALOGO = "catalog.ttl", "catalogo.ttl"  # in a release that has them; the second in Italian
PACKED = "application/gzip"
ANYTHING = "application/octet-stream"
_DCAT = PREFIXES["dcat"]
_TYPES = "https://www.iana.org/assignments/media-types/"


class Catalog:
    """The catalogue of a site's release (DCAT); without one there is nothing in it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.root = ox.NamedNode(site.base.iri + CATALOG.partition(".")[0])

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """What the catalogue says, as it was written."""
        return [quad.triple for quad in ox.parse(self._read(CATALOG), format=ox.RdfFormat.TURTLE)]

    @cached_property
    def store(self) -> ox.Store:
        """The same, to ask, with what it says in Italian only (keywords)."""
        store = ox.Store()
        for name in (CATALOG, CATALOGO):
            store.load(self._read(name), format=ox.RdfFormat.TURTLE)
        return store

    def _read(self, name: str) -> bytes:
        return self.site.release.read(name) if name in self.site.release.manifest["files"] else b""

    @cached_property
    def _said(self) -> dict[tuple[Node, str], list[Term]]:
        said: dict[tuple[Node, str], list[Term]] = defaultdict(list)
        for t in self.triples:
            said[t.subject, t.predicate.value].append(t.object)
        return dict(said)

    def values(self, node: Node, iri: str) -> list[Term]:
        """Return the values that a thing has of a property, in the order of the catalogue: what comes first matters."""
        return self._said.get((node, iri), [])

    def links(self, node: Node, iri: str) -> list[ox.NamedNode]:
        """Return the things that a property connects a thing with, in order."""
        return [value for value in self.values(node, iri) if isinstance(value, ox.NamedNode)]

    def word(self, node: Node, iri: str) -> str:
        """Return the one value of a property as it is written, "" if there is none."""
        return next((v.value for v in self.values(node, iri) if not isinstance(v, ox.Triple)), "")

    @cached_property
    def datasets(self) -> list[ox.NamedNode]:
        """The datasets, in order of their names."""
        return self.links(self.root, _DCAT + "dataset")

    def about(self, node: ox.NamedNode) -> Document:
        """Return what the catalogue says of one thing on it; things on it have documents of their own."""
        others = {self.root, *self.datasets, *self.links(self.root, _DCAT + "service")} - {node}
        return self._document(node, description(self.triples, node, others))

    @cached_property
    def whole(self) -> Document:
        """All of the catalogue."""
        return self._document(self.root, description(self.triples, self.root))

    def _document(self, root: ox.NamedNode, triples: Iterable[ox.Triple]) -> Document:
        groups: dict[Node, list[ox.Triple]] = {root: []}
        for triple in triples:
            groups.setdefault(triple.subject, []).append(triple)
        for group in groups.values():
            group.sort(key=lambda t: (t.predicate != TYPE, self._order[t]))
        return Document(root, groups)

    @cached_property
    def _order(self) -> dict[ox.Triple, int]:
        return {triple: place for place, triple in enumerate(self.triples)}

    @cached_property
    def media_types(self) -> dict[str, str]:
        """Address of each file -> the media type in which it is stored."""
        found = {}
        for t in self.triples:
            if t.predicate.value == _DCAT + "downloadURL" and isinstance(t.object, ox.NamedNode):
                stored = self.word(t.subject, _DCAT + "compressFormat") or self.word(t.subject, _DCAT + "mediaType")
                found[t.object.value] = stored.removeprefix(_TYPES) or ANYTHING
        return found

    def files(self, node: ox.NamedNode) -> list[tuple[str, str]]:
        """Return addresses and media types of a dataset's files; what is packed is one of the others."""
        named = (self.word(file, _DCAT + "downloadURL") for file in self.links(node, _DCAT + "distribution"))
        return [(url, self.media_types[url]) for url in named if url and not url.endswith(".gz")]

    def licence(self, dataset: ox.NamedNode) -> str:
        """Return the address of the licence of a dataset: of its own page where that is known, as pages tell it too."""
        stated = self.links(dataset, DCT + "license")
        pages = [page.value for licence in stated for page in self.links(licence, PREFIXES["foaf"] + "homepage")]
        return next(iter([*pages, *(licence.value for licence in stated)]), "")

    def dataset(self, slug: str) -> ox.NamedNode:
        """Return the dataset of that short name, whether there is one or not."""
        return ox.NamedNode(f"{self.site.base.iri}dataset/{slug}")

    def changed(self, slug: str, name: str) -> str:
        """Return when a file last changed, as HTTP writes it; a packed one did when what is in it did."""
        told = [self.word(ox.NamedNode(f"{self.dataset(slug).value}#{n}"), DCT + "modified") for n in _unpacked(name)]
        return http_date(next(filter(None, told), self.site.release.published))


def http_date(instant: str) -> str:
    """Return an instant (ISO 8601) as HTTP writes it (RFC 9110, 5.6.7)."""
    return format_datetime(datetime.fromisoformat(instant).astimezone(UTC), usegmt=True)


def _unpacked(name: str) -> tuple[str, ...]:
    return name, name.removesuffix(".gz")
