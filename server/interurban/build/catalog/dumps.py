"""The files in which a dataset is handed out: statements in every syntax, tables, graphs; same data, same bytes.

Of statements, the triples are what is believed; the quads say besides who said so, and what was said and not believed.
Tables are answers of saved questions, and what people curated, as CSV that describes its columns: in CSV on the Web
metadata (https://www.w3.org/TR/tabular-metadata/), in the file `csv-metadata.json` beside the tables, where its readers
look for it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from interurban.files import read
from interurban.iris import DCT, PREFIXES, RDF, XSD, Base
from interurban.messages import Bilingual
from interurban.questions import Question
from interurban.rdf.contents import days_and_things
from interurban.rdf.formats import BY_EXTENSION
from interurban.rdf.graphml import EDGES, Answer, graph_of, text_of, write_graphml
from interurban.rdf.lines import DEFAULT, Lines, joined
from interurban.rdf.nodes import write_nodes
from interurban.rdf.terms import TermDefinition
from interurban.release.making import PACKED, Write, gzipped, lines
from interurban.tables.rows import CODES

METADATA = "csv-metadata.json"

_TYPE = RDF + "type"
_MENTIONS, _SOURCE = f"<{PREFIXES['schema']}mentions>".encode(), f"<{DCT}source>".encode()
_CSVW = "http://www.w3.org/ns/csvw"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SIMPLE = ("boolean", "date", "decimal", "integer")  # datatypes that XSD and CSVW write in the same way


@dataclass(frozen=True)
class Dump:
    """A file about a dataset: its name, what writes it, and its own title and description if it has them.

    packed: may the release have it as gzip as well, for those who take that.
    """

    name: str
    write: Write
    title: Bilingual = field(default_factory=Bilingual)
    about: Bilingual = field(default_factory=Bilingual)
    packed: bool = True

    @property
    def extension(self) -> str:
        """What its name ends with, as the table of formats has it."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Selection:
    """The statements of a dataset: its quads, and which of their triples are handed out as such."""

    quads: Lines
    triples: Lines

    def told(self, dataset: ox.NamedNode, mentioned: Set[bytes] | None) -> bytes:
        """Return what rules can ask of a dataset, in N-Triples.

        schema:mentions, the things of which its quads tell, as far as they are among `mentioned`, if that is given;
        dct:source, the graphs that have them; and each day that they name, under its property.
        """
        said, things = days_and_things(self.quads)
        said |= {(_MENTIONS, thing) for thing in (things if mentioned is None else things & mentioned)}
        said |= {(_SOURCE, end[:-3]) for end in self.quads.graphs if end != DEFAULT}
        name = str(dataset).encode()
        return b"".join(b"%b %b %b .\n" % (name, predicate, value) for predicate, value in said)


@dataclass(frozen=True)
class Sheet:
    """A table as a file, and what CSVW says of it."""

    dump: Dump
    described: dict[str, Any]


def statements(slug: str, selection: Selection, known: Mapping[str, TermDefinition]) -> list[Dump]:
    """Return the dumps of a dataset's statements, each named after the dataset. known: the short names of JSON-LD."""
    quads, said = selection.quads, selection.triples

    def trig(file: BinaryIO) -> None:
        graphs = (line + end for end in quads.graphs for line in quads.within(end))  # the default graph first
        ox.serialize(_parsed(graphs), file, BY_EXTENSION["trig"].syntax, prefixes=PREFIXES)

    def turtle(file: BinaryIO) -> None:
        ox.serialize(_parsed(line + DEFAULT for line in said), file, BY_EXTENSION["ttl"].syntax, prefixes=PREFIXES)

    return [
        Dump(f"{slug}.ttl", turtle),
        Dump(f"{slug}.jsonld", lines(write_nodes(said, known))),
        Dump(f"{slug}.nq", lines(quads.quads()), packed=False),
        Dump(f"{slug}.nq{PACKED}", lines(gzipped(quads.quads())), packed=False),
        Dump(f"{slug}.trig", trig),
    ]


def asked(address: str, questions: Mapping[str, Question], base: Base) -> tuple[Question, str]:
    """Return the question at an address under the base (`…/queries/networks?lang=en`), and its query with these values.

    Raises KeyError if there is no such question, InputError if the values do not fit.
    """
    parts = urlsplit(address)
    question = questions[parts.path.rpartition("/")[2]]
    return question, question.bind(dict(parse_qsl(parts.query)), base)


def answered(name: str, question: Question, found: Answer) -> Sheet:
    """Return what a question answered as a table with that file name."""
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
    dump = Dump(name, lines([out.getvalue().encode()]), question.summary, question.description)
    return Sheet(dump, text | {"tableSchema": {"columns": described}})


def graph_file(name: str, question: Question, edges: Answer, nodes: Answer, base: Base) -> Dump:
    """Return the graph whose edges a question answered, as GraphML. nodes: what the question `nodes` knows of them.

    Raises KeyError if the question does not answer with edges.
    """
    if missing := [column for column in EDGES if column not in question.columns]:
        raise KeyError(missing[0])
    content = write_graphml(question.name, base.iri, *graph_of(edges, nodes))
    return Dump(name, lines([content]), question.summary, question.description)


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
        sheets.append(Sheet(Dump(path.name, lines([content]), title), described))
    return sheets


def metadata(sheets: Iterable[Sheet]) -> Dump:
    """Return the file that describes tables."""
    group = {"@context": [_CSVW, {"@language": "en"}], "tables": [sheet.described for sheet in sheets]}
    return Dump(METADATA, lines([(json.dumps(group, ensure_ascii=False) + "\n").encode()]))


def _parsed(quads: Iterable[bytes]) -> Iterator[ox.Quad]:
    """Yield the quads of lines of N-Quads."""
    return chain.from_iterable(ox.parse(part, BY_EXTENSION["nq"].syntax, lenient=True) for part in joined(quads))


def _datatype(terms: list[Any]) -> str | None:
    """Return the CSVW datatype that all terms of a column have, None if that is text or not the same."""
    if terms and all(isinstance(term, ox.NamedNode) for term in terms):
        return "anyURI"
    kinds = {term.datatype.value if isinstance(term, ox.Literal) else "" for term in terms}
    return next((name for name in _SIMPLE if kinds == {XSD + name}), None)


def _whole(described: Mapping[str, Any], base: Base) -> dict[str, Any]:
    """Return a description with absolute templates; ours are relative to the base, the standard's to the table."""
    given = {name: value for name, value in described.items() if name != CODES}  # a table that stays here
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
