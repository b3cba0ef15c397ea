"""The files in which a dataset is handed out: statements in every syntax, tables, graphs; same data, same bytes.

Of statements, the triples are what is believed; the quads say besides who said so, and what was said and not believed.
Tables are answers of saved questions, and what people curated, as CSV that describes its columns: in CSV on the Web
metadata (https://www.w3.org/TR/tabular-metadata/), in the file `csv-metadata.json` beside the tables, where its readers
look for it.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from interurban.build.asking import Asked, select
from interurban.files import read
from interurban.iris import PREFIXES, RDF, XSD, Base
from interurban.messages import Bilingual
from interurban.questions import Question
from interurban.rdf.formats import BY_EXTENSION, canonical_nquads, quads_of
from interurban.rdf.graphml import EDGES, NODES, Answer, graph_of, text_of, write_graphml
from interurban.rdf.jsonld import write_nodes
from interurban.rdf.terms import TermDefinition

METADATA = "csv-metadata.json"

_TYPE = RDF + "type"
_PACKED = "nq.gz"
_CSVW = "http://www.w3.org/ns/csvw"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SIMPLE = ("boolean", "date", "decimal", "integer")  # datatypes that XSD and CSVW write in the same way


@dataclass(frozen=True)
class Dump:
    """A file about a dataset: its name, what is in it, and its own title and description if it has them."""

    name: str
    content: bytes
    title: Bilingual = field(default_factory=Bilingual)
    about: Bilingual = field(default_factory=Bilingual)

    @property
    def extension(self) -> str:
        """What its name ends with, as the table of formats has it."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Selection:
    """The statements of a dataset: the quads, and which triples of them are handed out as such."""

    quads: frozenset[ox.Quad]
    triples: frozenset[ox.Triple]


@dataclass(frozen=True)
class Sheet:
    """A table as a file, and what CSVW says of it."""

    dump: Dump
    described: dict[str, Any]


def statements(slug: str, selection: Selection, known: Mapping[str, TermDefinition]) -> list[Dump]:
    """Return the dumps of a dataset's statements, each named after the dataset. known: the short names of JSON-LD."""
    quads = canonical_nquads(selection.quads)
    triples = _canonical(selection.triples)
    return [
        Dump(f"{slug}.ttl", turtle(triples)),
        Dump(f"{slug}.jsonld", write_nodes(triples, known)),
        Dump(f"{slug}.nq", quads),
        Dump(f"{slug}.{_PACKED}", packed(quads)),
        Dump(f"{slug}.trig", _trig(quads)),
    ]


def packed(content: bytes) -> bytes:
    """Return `content` as gzip that names neither file nor time."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    """Return triples as Turtle, in the order given."""
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def asked(address: str, questions: Mapping[str, Question], base: Base) -> tuple[Question, str]:
    """Return the question at an address under the base (`…/queries/networks?lang=en`), and its query with these values.

    Raises KeyError if there is no such question, InputError if the values do not fit.
    """
    parts = urlsplit(address)
    question = questions[parts.path.rpartition("/")[2]]
    return question, question.bind(dict(parse_qsl(parts.query)), base)


def answered(name: str, store: ox.Store, question: Question, query: str, base: Base) -> Sheet:
    """Return what a question answers over `store` as a table with that file name."""
    found = _ask(store, question, query, base)
    columns, rows = found.columns, found.rows
    out = io.StringIO(newline="")
    table = csv.writer(out)  # lines end as RFC 4180 says
    table.writerow(columns)
    table.writerows([text_of(term) for term in row] for row in rows)
    described = []
    for place, column in enumerate(columns):
        terms = [row[place] for row in rows if row[place] is not None]
        entry: dict[str, Any] = {"name": column, "titles": column, "dc:title": _texts(question.columns[column])}
        if datatype := _datatype(terms):
            entry["datatype"] = datatype
        described.append(entry)
    text = {"url": name, "dc:title": _texts(question.summary), "dc:description": _texts(question.description)}
    dump = Dump(name, out.getvalue().encode(), question.summary, question.description)
    return Sheet(dump, text | {"tableSchema": {"columns": described}})


def graph_file(
    name: str, store: ox.Store, question: Question, query: str, questions: Mapping[str, Question], base: Base
) -> Dump:
    """Return the graph whose edges a question answers, as GraphML, with what the question `nodes` knows of them.

    Raises KeyError if the question does not answer with edges, or there is none for the nodes.
    """
    if missing := [column for column in EDGES if column not in question.columns]:
        raise KeyError(missing[0])
    things = questions[NODES]
    edges, nodes = _ask(store, question, query, base), _ask(store, things, things.bind({}, base), base)
    content = write_graphml(question.name, base.iri, *graph_of(edges, nodes))
    return Dump(name, content, question.summary, question.description)


def curated(folder: Path, tables: list[dict[str, Any]], base: Base) -> list[Sheet]:
    """Return the curated tables of a source's folder, with that part of the tables' description which is about them.

    tables: what `data/tables.json` says of each; cut down to the columns that a file has, and with absolute addresses.
    """
    sheets = []
    for table in tables:
        path = folder / table["url"]
        if not path.is_file():
            continue
        content = read(path)
        (header, *_) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        schema = table["tableSchema"]
        given = {column["name"]: _whole(column, base) for column in schema["columns"]}
        # as `titles` the labels in two languages would be what the first line has to say
        real = [{**given[name], "titles": name, **_titled(given[name])} for name in header]
        cut = _whole(schema, base) | {"columns": real + [c for c in given.values() if c.get("virtual")]}
        if not set(schema.get("primaryKey", ())) <= set(header):
            del cut["primaryKey"]
        described = {**table, "tableSchema": cut}
        title = Bilingual({text["@language"]: text["@value"] for text in table.get("dc:title", ())})
        sheets.append(Sheet(Dump(path.name, content, title), described))
    return sheets


def metadata(sheets: Iterable[Sheet]) -> Dump:
    """Return the file that describes tables."""
    group = {"@context": [_CSVW, {"@language": "en"}], "tables": [sheet.described for sheet in sheets]}
    return Dump(METADATA, (json.dumps(group, ensure_ascii=False) + "\n").encode())


def _canonical(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return triples in order, with the names of RDFC-1.0 for blank nodes."""
    quads = canonical_nquads(quads_of(triples))
    return [quad.triple for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS)]


def _trig(quads: bytes) -> bytes:
    """Return canonical N-Quads as TriG: the default graph first, then the others, in order of name."""

    def place(quad: ox.Quad) -> tuple[bool, str]:
        return quad.graph_name != ox.DefaultGraph(), str(quad.graph_name)

    found = sorted(ox.parse(quads, format=ox.RdfFormat.N_QUADS), key=place)  # within a graph they stay in order
    return ox.serialize(found, format=BY_EXTENSION["trig"].syntax, prefixes=PREFIXES) or b""


def _ask(store: ox.Store, question: Question, query: str, base: Base) -> Answer:
    found = select(store, Asked(query, question.place), base)
    if found is None:  # the build lets nothing else in
        raise TypeError(query)
    return found


def _datatype(terms: list[Any]) -> str | None:
    """Return the CSVW datatype that all terms of a column have, None if that is text or not the same."""
    if terms and all(isinstance(term, ox.NamedNode) for term in terms):
        return "anyURI"
    kinds = {term.datatype.value if isinstance(term, ox.Literal) else "" for term in terms}
    return next((name for name in _SIMPLE if kinds == {XSD + name}), None)


def _whole(described: Mapping[str, Any], base: Base) -> dict[str, Any]:
    """Return a description with absolute templates; ours are relative to the base, the standard's to the table."""
    given = dict(described)
    for name in ("aboutUrl", "propertyUrl", "valueUrl"):
        if name in given and not _ABSOLUTE.match(given[name]):
            given[name] = base.iri + given[name]
    return given


def _titled(column: Mapping[str, Any]) -> dict[str, Any]:
    """Return the title of a column as its description has it, nothing if it has none in its languages."""
    titles = column.get("titles")
    return {"dc:title": _texts(titles)} if isinstance(titles, dict) else {}


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in texts.items()]
