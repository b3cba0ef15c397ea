"""What the pages of the catalogue and of a dataset show: titles, files and facts in the reader's language."""

from dataclasses import dataclass

import pyoxigraph as ox

from interurban.collation import sort_key
from interurban.iris import CATALOGUE_PREFIXES, DCT, PREFIXES, RDFS
from interurban.rdf.jsonld import Node
from interurban.web.model.catalog import Catalog
from interurban.web.pages.literals import Text, date_text, label_text
from interurban.web.pages.names import Names, Value

_DCAT, _FOAF, _VCARD = PREFIXES["dcat"], PREFIXES["foaf"], CATALOGUE_PREFIXES["vcard"]
_LABEL = RDFS + "label"


@dataclass(frozen=True)
class File:
    """A file of a dataset. address: its path here; size: in bytes; about: what is in it."""

    title: Text
    about: Text
    address: str
    name: str
    size: int


@dataclass(frozen=True)
class CatalogView:
    """The catalogue for readers of one language."""

    catalog: Catalog
    names: Names

    def text(self, node: Node, iri: str) -> Text:
        """Return a text in the words of the reader, "" if there is none."""
        literals = [value for value in self.catalog.values(node, iri) if isinstance(value, ox.Literal)]
        return label_text(literals, self.names.language) or Text("")

    def entries(self, kind: str) -> list[tuple[Text, Text, str]]:
        """Return title, description and address of each thing of a kind (`dataset`, `service`) in the catalogue."""
        found = []
        for node in self.catalog.links(self.catalog.root, _DCAT + kind):
            title, about = (self.text(node, DCT + part) for part in ("title", "description"))
            address = self.catalog.site.address(node.value) or node.value
            found.append((title, about, address.partition("#")[0]))
        return found

    def files(self, dataset: ox.NamedNode) -> list[File]:
        """Return the files of a dataset."""
        found = []
        for node in self.catalog.links(dataset, _DCAT + "distribution"):
            address = self.catalog.site.address(self.catalog.word(node, _DCAT + "downloadURL")) or ""
            title, about = (self.text(node, DCT + part) for part in ("title", "description"))
            size = int(self.catalog.word(node, _DCAT + "byteSize"))
            found.append(File(title, about, address, address.rpartition("/")[2], size))
        return found

    def facts(self, dataset: ox.NamedNode) -> list[tuple[str, list[Value]]]:
        """Return what else there is to say of a dataset: key of the heading in the messages, and the values."""

        def called(part: str, name: str) -> list[Value]:
            nodes = self.catalog.links(dataset, part)
            return [Value(self.text(node, name), node.value, outside=True) for node in nodes]

        def day(iri: str) -> list[Value]:
            return [Value(date_text(text, self.names.language)) for text in [self.catalog.word(dataset, iri)] if text]

        contact = self.catalog.links(dataset, _DCAT + "contactPoint")
        mails = [link for node in contact for link in self.catalog.links(node, _VCARD + "hasEmail")]
        pages = [link for node in contact for link in self.catalog.links(node, _VCARD + "hasURL")]
        facts = [
            ("provenance", [Value(self.text(n, _LABEL)) for n in self.catalog.links(dataset, DCT + "provenance")]),
            (
                "source",
                [self.names.value(node) for node in self.catalog.links(dataset, PREFIXES["prov"] + "hadPrimarySource")],
            ),
            ("period", self._period(dataset)),
            ("places", self._places(dataset)),
            ("publisher", called(DCT + "publisher", _FOAF + "name")),
            ("rights-holder", called(DCT + "rightsHolder", _FOAF + "name")),
            ("contact", [Value(Text(mail.value.partition(":")[2]), mail.value, outside=True) for mail in mails]),
            ("contact-page", [Value(Text(page.value), page.value, outside=True) for page in pages]),
            ("licence", called(DCT + "license", _FOAF + "name")),
            ("issued", day(DCT + "issued")),
            ("modified", day(DCT + "modified")),
            ("version", [Value(Text(self.catalog.word(dataset, _DCAT + "version")))]),
        ]
        return [(key, values) for key, values in facts if values and values[0].text.text]

    def _places(self, dataset: ox.NamedNode) -> list[Value]:
        wholes = self.catalog.links(dataset, DCT + "spatial")
        parts = (part for whole in wholes for part in self.catalog.links(whole, DCT + "hasPart"))
        return sorted((self.names.value(part) for part in parts), key=lambda place: sort_key(place.text.text))

    def _period(self, dataset: ox.NamedNode) -> list[Value]:
        periods = self.catalog.links(dataset, DCT + "temporal")
        days = [self.catalog.word(period, _DCAT + part) for period in periods for part in ("startDate", "endDate")]
        return [Value(Text(" – ".join(date_text(day, self.names.language).text for day in days if day)))]
