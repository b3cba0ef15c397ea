"""The catalogue of the served release, read: its datasets, and what is said of each and of its files."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property

import pyoxigraph as ox

from interurban.iris import CATALOGUE_PREFIXES, DCT, PREFIXES
from interurban.rdf.formats import BY_EXTENSION, description, quads_of
from interurban.web.document import Document, Node
from interurban.web.site import Site
from interurban.web.vocabulary import TYPE, Term
from interurban.web.void import CATALOGUE
from interurban.web.words import Names, Text, Value, date_text, label_text

_DCAT, _FOAF = PREFIXES["dcat"], PREFIXES["foaf"]
_TYPES = "https://www.iana.org/assignments/media-types/"
PACKED = "application/gzip"
ANYTHING = "application/octet-stream"


@dataclass(frozen=True)
class File:
    """A file of a dataset, for a page. address: its path here; size: in bytes; about: what is in it."""

    title: Text
    about: Text
    address: str
    name: str
    size: int


class Shelf:
    """The catalogue of a site's release; without one there is nothing on it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.root = ox.NamedNode(site.base.iri + CATALOGUE.partition(".")[0])

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """What the catalogue says, as it was written."""
        if CATALOGUE not in self.site.release.manifest["files"]:
            return []
        parsed = ox.parse(self.site.release.read(CATALOGUE), format=BY_EXTENSION["ttl"].syntax)
        return [quad.triple for quad in parsed]

    @cached_property
    def store(self) -> ox.Store:
        """The same, to ask."""
        store = ox.Store()
        store.extend(quads_of(self.triples))
        return store

    @cached_property
    def _said(self) -> dict[tuple[Node, str], list[Term]]:
        said: dict[tuple[Node, str], list[Term]] = defaultdict(list)
        for t in self.triples:
            said[t.subject, t.predicate.value].append(t.object)
        return dict(said)

    def values(self, node: Node, iri: str) -> list[Term]:
        """Return the values that a thing has of a property, in order."""
        return sorted(self._said.get((node, iri), ()), key=str)

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
        return _document(node, description(self.triples, node, others))

    @cached_property
    def whole(self) -> Document:
        """All of the catalogue."""
        return _document(self.root, description(self.triples, self.root))

    @cached_property
    def media_types(self) -> dict[str, str]:
        """Address of each file -> the media type in which it is stored."""
        found = {}
        for t in self.triples:
            if t.predicate.value == _DCAT + "downloadURL" and isinstance(t.object, ox.NamedNode):
                stored = self.word(t.subject, _DCAT + "compressFormat") or self.word(t.subject, _DCAT + "mediaType")
                found[t.object.value] = stored.removeprefix(_TYPES) or ANYTHING
        return found

    def dataset(self, slug: str) -> ox.NamedNode:
        """Return the dataset of that short name, whether there is one or not."""
        return ox.NamedNode(f"{self.site.base.iri}dataset/{slug}")

    def changed(self, slug: str, name: str) -> str:
        """Return when a file last changed, as HTTP writes it; a packed one did when what is in it did."""
        told = [self.word(ox.NamedNode(f"{self.dataset(slug).value}#{n}"), DCT + "modified") for n in _unpacked(name)]
        instant = datetime.fromisoformat(next(filter(None, told), self.site.release.published))
        return format_datetime(instant.astimezone(UTC), usegmt=True)

    def text(self, names: Names, node: Node, iri: str) -> Text:
        """Return a text in the words of the reader, "" if there is none."""
        literals = [value for value in self.values(node, iri) if isinstance(value, ox.Literal)]
        return label_text(literals, names.language) or Text("")

    def files(self, names: Names, dataset: ox.NamedNode) -> list[File]:
        """Return the files of a dataset."""
        found = []
        for node in self.links(dataset, _DCAT + "distribution"):
            address = self.site.address(self.word(node, _DCAT + "downloadURL")) or ""
            title, about = (self.text(names, node, DCT + part) for part in ("title", "description"))
            size = int(self.word(node, _DCAT + "byteSize"))
            found.append(File(title, about, address, address.rpartition("/")[2], size))
        return found

    def facts(self, names: Names, dataset: ox.NamedNode) -> list[tuple[str, list[Value]]]:
        """Return what else there is to say of a dataset: key of the heading in the messages, and the values."""

        def called(part: str, name: str) -> list[Value]:
            nodes = self.links(dataset, part)
            return [Value(self.text(names, node, name), node.value, outside=True) for node in nodes]

        def day(iri: str) -> list[Value]:
            return [Value(date_text(text, names.language)) for text in [self.word(dataset, iri)] if text]

        contact = self.links(dataset, _DCAT + "contactPoint")
        mails = [link for node in contact for link in self.links(node, _VCARD + "hasEmail")]
        pages = [link for node in contact for link in self.links(node, _VCARD + "hasURL")]
        facts = [
            ("provenance", [Value(self.text(names, n, _LABEL)) for n in self.links(dataset, DCT + "provenance")]),
            ("source", [names.value(node) for node in self.links(dataset, PREFIXES["prov"] + "hadPrimarySource")]),
            ("period", self._period(names, dataset)),
            ("places", [names.value(node) for node in self.links(dataset, DCT + "spatial")]),
            ("publisher", called(DCT + "publisher", _FOAF + "name")),
            ("rights-holder", called(DCT + "rightsHolder", _FOAF + "name")),
            ("contact", [Value(Text(mail.value.partition(":")[2]), mail.value, outside=True) for mail in mails]),
            ("contact-page", [Value(Text(page.value), page.value, outside=True) for page in pages]),
            ("licence", called(DCT + "license", _FOAF + "name")),
            ("issued", day(DCT + "issued")),
            ("modified", day(DCT + "modified")),
            ("version", [Value(Text(self.word(dataset, _DCAT + "version")))]),
        ]
        return [(key, values) for key, values in facts if values and values[0].text.text]

    def _period(self, names: Names, dataset: ox.NamedNode) -> list[Value]:
        periods = self.links(dataset, DCT + "temporal")
        days = [self.word(period, _DCAT + part) for period in periods for part in ("startDate", "endDate")]
        return [Value(Text(" – ".join(date_text(day, names.language).text for day in days if day)))]


_VCARD = CATALOGUE_PREFIXES["vcard"]
_LABEL = PREFIXES["rdfs"] + "label"


def _unpacked(name: str) -> tuple[str, ...]:
    return name, name.removesuffix(".gz")


def _document(root: ox.NamedNode, triples: Iterable[ox.Triple]) -> Document:
    groups: dict[Node, list[ox.Triple]] = {root: []}
    for triple in triples:
        groups.setdefault(triple.subject, []).append(triple)
    for group in groups.values():
        group.sort(key=lambda t: (t.predicate != TYPE, str(t)))
    return Document(root, groups)
