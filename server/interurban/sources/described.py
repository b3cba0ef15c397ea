"""What `source.ttl` says of the publisher's files: each is a distribution of the source (DCAT 3).

<graph/x> dcat:distribution <graph/x#signatories> .
<graph/x#signatories> a dcat:Distribution ;
    dct:identifier "signatories" ;                     # the table it becomes in import.sql
    dcat:downloadURL <https://…/signatories.xlsx> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/…> ;
    dcat:byteSize 1978726 ; spdx:checksum <graph/x#sum> ;
    csvw:dialect <graph/x#dialect> ; iu:sheet "1" .    # only where they are not the usual
<graph/x#sum> spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "…"^^xsd:hexBinary .
<graph/x#dialect> csvw:encoding "iso-8859-1" ; csvw:delimiter ";" ; csvw:skipRows 2 ; csvw:header false .
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import LARGEST, there
from interurban.iris import CANONICAL_BASE
from interurban.messages import Message, say
from interurban.rdf.formats import read_placed

SOURCE = "source.ttl"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TSV = "text/csv", "text/tab-separated-values"
MEDIA_TYPES = {XLSX: ".xlsx", CSV: ".csv", TSV: ".tsv"}  # and the ends of their names

_FILES = """
PREFIX csvw: <http://www.w3.org/ns/csvw#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX iu: <https://w3id.org/interurban/def/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
SELECT ?file ?name ?address ?media_type ?size ?checksum ?encoding ?delimiter ?skip_rows ?header ?sheet {
  ?source a iu:Source ; dcat:distribution ?file .
  OPTIONAL { ?file dct:identifier ?name }
  OPTIONAL { ?file dcat:downloadURL ?address }
  OPTIONAL { ?file dcat:mediaType ?type BIND(STRAFTER(STR(?type), "/media-types/") AS ?media_type) }
  OPTIONAL { ?file dcat:byteSize ?size }
  OPTIONAL {
    ?file spdx:checksum ?sum . ?sum spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?checksum
  }
  OPTIONAL { ?file csvw:dialect/csvw:encoding ?encoding }
  OPTIONAL { ?file csvw:dialect/csvw:delimiter ?delimiter }
  OPTIONAL { ?file csvw:dialect/csvw:skipRows ?skip_rows }
  OPTIONAL { ?file csvw:dialect/csvw:header ?header }
  OPTIONAL { ?file iu:sheet ?sheet }
} ORDER BY ?name ?file
"""
_NAME = re.compile("[a-z][a-z0-9_]*")
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class PublishedFile:
    """A file of a publisher: where and what it is, and how it is to be read. address, size, checksum: None if unknown.

    place: where source.ttl speaks of it. skip_rows: how many rows stand above the one that names the columns.
    header: whether there is one that does; else they are _col.1, _col.2 and so on (CSVW metadata, 5.6).
    """

    place: Place
    name: str
    address: str | None
    media_type: str
    size: int | None
    checksum: str | None
    encoding: str
    delimiter: str
    skip_rows: int
    sheet: str | None
    header: bool = True


def published_files(folder: Path) -> list[PublishedFile]:
    """Return the publisher's files that a source's folder describes, by name.

    Raises InputError if it describes none, or with everything that is wrong with what it says of them.
    """
    path = folder / SOURCE
    if not there(path):
        raise InputError([Problem(say("fetch-source", sources=_sources(folder.parent)), Place(relative(folder)))])
    store, places = ox.Store(), dict[object, Place]()
    for triple, place in read_placed(path, CANONICAL_BASE):
        store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        places.setdefault(triple.subject, place)
    found = store.query(_FILES)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101  # it is a SELECT
    names = [variable.value for variable in found.variables]
    described: dict[object, dict[str, str]] = {}
    problems: list[Problem] = []
    for row in found:
        said = {name: row[name].value for name in names if row[name] is not None}
        file = row["file"]
        place = places.get(file, Place(relative(path)))  # of a file nothing may be said but that there is one
        if file in described:
            problems.append(Problem(say("file-said-twice"), place))
        described[file] = said
        problems += (Problem(message, place) for message in _wrong(said))
    if not described:
        problems.append(Problem(say("fetch-no-file"), Place(relative(path))))
    files = [_file(said, places[file]) for file, said in described.items()] if not problems else []
    for earlier, later in pairwise(files):
        if earlier.name == later.name:
            problems.append(Problem(say("file-name-twice", name=later.name), later.place))
    if problems:
        raise InputError(problems)
    return files


def _sources(folder: Path) -> str:
    return ", ".join(sorted(path.parent.name for path in folder.glob(f"*/{SOURCE}"))) or "–"


def _file(said: dict[str, str], place: Place) -> PublishedFile:
    """Return what is said of a file, the rest as usual."""
    return PublishedFile(
        place,
        said["name"],
        said.get("address"),
        said["media_type"],
        int(said["size"]) if "size" in said else None,
        said.get("checksum"),
        said.get("encoding", "utf-8"),
        said.get("delimiter", "\t" if said["media_type"] == TSV else ","),
        int(said.get("skip_rows", "0")),
        said.get("sheet"),
        said.get("header") != "false",
    )


def _wrong(said: dict[str, str]) -> Iterator[Message]:
    """Yield what is wrong with what is said of a file."""
    if not _NAME.fullmatch(said.get("name", "")):
        yield say("file-name", value=said.get("name", ""))
    if "address" in said and urlsplit(said["address"]).scheme not in ("http", "https"):
        yield say("file-address", value=said["address"])
    if (media_type := said.get("media_type", "")) not in MEDIA_TYPES:
        yield say("file-media-type", value=media_type, known=", ".join(MEDIA_TYPES))
    if "size" in said and not (said["size"].isdecimal() and 0 < int(said["size"]) <= LARGEST):
        yield say("file-size", value=said["size"], megabytes=LARGEST // 2**20)
    if "checksum" in said and not _SHA256.fullmatch(said["checksum"]):
        yield say("file-checksum", value=said["checksum"])
    if "encoding" in said and not _is_encoding(said["encoding"]):
        yield say("file-charset", value=said["encoding"])
    if len(said.get("delimiter", ",")) != 1:
        yield say("file-delimiter", value=said["delimiter"])
    if not said.get("skip_rows", "0").isdecimal():
        yield say("file-skip-rows", value=said["skip_rows"])


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:  # unknown, or none of text (hex)
        return False
    return True
