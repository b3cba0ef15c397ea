"""What this server says about itself as RDF: documents made of statements that no release holds."""

from collections.abc import Iterable

import pyoxigraph as ox

from interurban.iris import XSD
from interurban.messages import LANGUAGES, say
from interurban.web.document import Document
from interurban.web.vocabulary import Term

Said = Iterable[tuple[str, Term]]  # properties and values


def document(*groups: tuple[str, Said]) -> Document:
    """Return a document that says of each IRI what stands beside it, in that order; the first is its subject."""
    made = Document(ox.NamedNode(groups[0][0]))
    for iri, said in groups:
        subject = ox.NamedNode(iri)
        made.groups.setdefault(subject, []).extend(ox.Triple(subject, ox.NamedNode(p), value) for p, value in said)
    return made


def texts(key: str, **values: object) -> list[ox.Literal]:
    """Return a sentence of the catalogue in every language."""
    return [ox.Literal(say(key, **values).text(language), language=language) for language in LANGUAGES]


def instant(text: str) -> ox.Literal:
    """Return an instant (ISO 8601) as a literal."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "dateTime"))


def count(number: int) -> ox.Literal:
    """Return a number of things as a literal."""
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))
