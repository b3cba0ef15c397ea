"""RDF in files and as statements: formats, reading what people wrote, a thing's description, the canonical form.

One table of formats serves documents, dumps and the endpoint. Errors in a file say where they are. The canonical form
of a dataset is that of RDF Dataset Canonicalization (RDFC-1.0).
"""

import codecs
import hashlib
import io
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import control_character, read
from interurban.iris import RDF, XSD, shortened
from interurban.messages import say


@dataclass(frozen=True)
class Format:
    """An RDF syntax.

    name: what people call it; extension: without dot; media_type: as registered; syntax: the engine's own value.
    synonyms: media types by which it is asked for as well. loose: those of which it is one kind of many.
    """

    name: str
    extension: str
    media_type: str
    syntax: ox.RdfFormat
    synonyms: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()

    @property
    def holds_graphs(self) -> bool:
        """Whether the syntax can hold named graphs."""
        return self.syntax.supports_datasets


# In the order of the server's preference. JSON-LD documents are framed by the web room; the syntax is for dumps.
FORMATS = (
    Format("Turtle", "ttl", "text/turtle", ox.RdfFormat.TURTLE, ("text/n3", "application/x-turtle", "text/rdf+n3")),
    Format("JSON-LD", "jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, ("application/json",)),
    Format("N-Triples", "nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, loose=("text/plain",)),
    Format("RDF/XML", "rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, loose=("application/xml", "text/xml")),
    Format("TriG", "trig", "application/trig", ox.RdfFormat.TRIG, ("application/x-trig",)),
    Format("N-Quads", "nq", "application/n-quads", ox.RdfFormat.N_QUADS, ("text/x-nquads",)),
)

# Other names, and the media types that they mean; loose names most likely mean them.
SYNONYMS = tuple((name, form.media_type) for form in FORMATS for name in form.synonyms)
LOOSE = tuple((name, form.media_type) for form in FORMATS for name in form.loose)
BY_EXTENSION = {f.extension: f for f in FORMATS}
BY_MEDIA_TYPE = {f.media_type: f for f in FORMATS}


# Datatypes whose values are written in digits; pyshacl also takes those of other scripts, an engine takes none of them.
_DIGITS = {
    XSD + name
    for name in (
        *("decimal", "integer", "double", "float", "nonNegativeInteger", "positiveInteger", "int", "long"),
        *("date", "gYear", "gYearMonth", "dateTime", "duration"),
    )
}
_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(RDF + "type")
_ANY = ox.NamedNode("urn:any")
_TEXTS = {ox.NamedNode(XSD + "string"), ox.NamedNode(RDF + "langString")}


def read_rdf(path: Path, base: str) -> Iterator[ox.Triple]:
    """Yield the triples of an RDF file, as `read_placed` does."""
    return (triple for triple, _ in read_placed(path, base))


def read_placed(path: Path, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield the triples of an RDF file, each with the line on which it ends where its syntax goes by lines.

    Relative IRIs are resolved against `base`. Blank nodes get names that no other file has. Raises InputError with line
    and column if the file is not what its extension says, for a file that puts statements in named graphs (here the
    folder is the graph), and for a text with a character that not every format can hold.
    """
    form = BY_EXTENSION[path.suffix.lstrip(".")]
    by_lines = form.extension not in ("rdf", "jsonld")
    lines = _Lines(read(path).removeprefix(codecs.BOM_UTF8))  # which editors of Windows put there
    try:
        for quad in ox.parse(
            lines, format=form.syntax, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        ):
            place = Place(relative(path), lines.line if by_lines else None)
            _refuse_unusable(quad.triple, place)
            yield quad.triple, place
    except (SyntaxError, UnicodeDecodeError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        place = Place(relative(path), line, column)
        reason = getattr(error, "msg", None) or str(error)
        raise InputError([Problem(say("rdf-syntax", format=form.name, reason=reason), place)]) from error


class _Lines(io.BytesIO):
    """A file that is read by no more than a line at a time. line: the one that was read last, from 1."""

    line, _at_start = 0, True

    def read(self, size: int | None = -1, /) -> bytes:
        part = self.readline(size)
        self.line += bool(part) and self._at_start
        self._at_start = part.endswith(b"\n")
        return part


def not_in_rdf_xml(triple: ox.Triple) -> str | None:
    """Return the IRI in a statement that would be an element's name in RDF/XML but can be none, None if all can.

    A property or class is an element there, named by the end of its IRI from a letter on: `http://e.example/1` has no
    such end. The terms of the syntax itself, as `rdf:li`, are no properties (RDF 1.1 XML Syntax, 5.1).
    """
    is_type = triple.predicate == _TYPE
    named = triple.object if is_type and isinstance(triple.object, ox.NamedNode) else _ANY
    if not _element_name(triple.predicate, named):
        return (triple.predicate if named == _ANY else named).value
    return not_in_rdf_xml(triple.object) if isinstance(triple.object, ox.Triple) else None


@lru_cache(maxsize=4096)  # a query can make as many as it likes
def _element_name(predicate: ox.NamedNode, node: ox.NamedNode) -> bool:
    """Tell whether a statement with these comes back from RDF/XML. The judge is a strict parser of XML: pyoxigraph's
    serializer also writes names that are none, and its own parser reads them."""
    statement = ox.Triple(_ANY, predicate, node)
    try:
        written = ox.serialize([statement], format=ox.RdfFormat.RDF_XML) or b""
        expat.ParserCreate(namespace_separator=" ").Parse(written, True)
        return [quad.triple for quad in ox.parse(written, format=ox.RdfFormat.RDF_XML)] == [statement]
    except (OSError, SyntaxError, expat.ExpatError):
        return False


def refuse_control(triple: ox.Triple, place: Place) -> None:
    """Raise InputError if a statement has a text with a character that not every format can hold."""
    code = control_character(triple.object.value) if isinstance(triple.object, ox.Literal) else None
    if code:
        subject = str(triple.subject).strip("<>")
        message = say("rdf-control", subject=subject, property=shortened(triple.predicate.value), code=code)
        raise InputError([Problem(message, place)])


def _refuse_unusable(triple: ox.Triple, place: Place) -> None:
    said = triple.object
    if isinstance(said, ox.Literal) and not said.value.isascii() and said.datatype.value in _DIGITS:
        raise InputError([Problem(say("rdf-digits", value=said.value), place)])
    refuse_control(triple, place)


def quads_of(triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> Iterator[ox.Quad]:
    """Yield triples as the quads of a graph."""
    return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def description(
    triples: Iterable[ox.Triple], start: ox.NamedNode, stops: Collection[ox.NamedNode] = ()
) -> list[ox.Triple]:
    """Return the statements about `start` and about whatever they lead to, in a fixed order.

    stops: things that are mentioned, but of which nothing is said: they have a description of their own.
    """
    said: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        said[triple.subject].append(triple)
    found: list[ox.Triple] = []
    seen, waiting = {start, *stops}, [start]
    for node in waiting:  # grows as it is read
        about = sorted(said[node], key=str)
        found += about
        new = {t.object for t in about if isinstance(t.object, ox.NamedNode)} - seen
        seen |= new
        waiting += sorted(new, key=str)
    return found


def is_text(literal: ox.Literal) -> bool:
    """Tell whether a literal is a text, in a language or none."""
    return literal.datatype in _TEXTS


def canonical(literal: ox.Literal) -> ox.Literal:
    """Return a literal in the canonical form of its value: 44.64 for 44.640, as the engine keeps it; of a text NFC.

    In NFC, "é" is one character and not "e" with an accent after it, so what looks the same is the same (UAX #15).
    """
    if not is_text(literal):
        return _canonical(literal)
    if unicodedata.is_normalized("NFC", literal.value):
        return literal
    composed = unicodedata.normalize("NFC", literal.value)
    return ox.Literal(composed, language=literal.language) if literal.language else ox.Literal(composed)


@cache
def _canonical(literal: ox.Literal) -> ox.Literal:
    store = ox.Store()
    store.add(ox.Quad(_ANY, _ANY, literal))
    return next(value for value in (quad.object for quad in store) if isinstance(value, ox.Literal))


def canonical_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return the canonical N-Quads of a dataset: blank nodes named by RDFC-1.0, lines in code point order."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def dataset_hash(canonical: bytes) -> str:
    """Return the RDFC-1.0 hash (SHA-256, hexadecimal) of a dataset given as canonical N-Quads."""
    return hashlib.sha256(canonical).hexdigest()
