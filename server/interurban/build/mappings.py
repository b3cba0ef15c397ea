"""All mappings of the data as one file of SSSOM (https://mapping-commons.github.io/sssom/), for the release.

Each row keeps the set that it comes from (`mapping_source`) and what that set says of all its mappings.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from interurban.iris import CANONICAL_BASE, IU, Base
from interurban.messages import say
from interurban.release.making import PACKED, gzipped
from interurban.release.mappings import MAPPINGS
from interurban.tables.mappings import SUFFIX, Mapping, head, read_mappings, table

# What a set may say of all its mappings (SSSOM, "propagatable slots"), as far as a set of ours has a use for it.
_OF_ALL = ("mapping_provider", "mapping_tool", "mapping_tool_id", "mapping_tool_version", "mapping_date")
# In the order of the standard; what else a set has goes behind.
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "author_id", "author_label", "mapping_source", "license", *_OF_ALL, "confidence",
    "comment",
)  # fmt: skip

_UNSPECIFIED = "https://w3id.org/sssom/license/unspecified"  # what the standard says of a set that states none

Metadata = dict[str, Any]
Row = dict[str, str]


def mappings(folders: Iterable[Path], base: Base, gone: Collection[object]) -> dict[str, bytes]:
    """Return path in the release -> content, of the file of all mappings, and packed; nothing without any.

    gone: what has been erased, of which nothing is told. Raises InputError with what is wrong in a file.
    """
    sets = [read_mappings(path, base.iri) for folder in folders for path in sorted(folder.glob(f"*{SUFFIX}"))]
    if not sets:
        return {}
    prefixes: dict[str, str] = {}
    for metadata in (each.metadata for each in sets):
        for prefix, start in metadata["curie_map"].items():
            ours = start.startswith(CANONICAL_BASE) and not start.startswith(IU)
            prefixes.setdefault(prefix, base.iri + start.removeprefix(CANONICAL_BASE) if ours else start)
    licence = _licence(sets[0].metadata)
    rows = [
        _row(mapping, each.metadata, prefixes, licence)
        for each in sets
        for mapping in each.mappings
        if mapping.triple.subject not in gone
    ]
    used = {column for row in rows for column in row}
    columns = [column for column in (*_COLUMNS, *sorted(used - {*_COLUMNS})) if column in used]
    metadata = {
        "sssom_version": "1.1",
        "mapping_set_id": base.iri + "links.sssom.tsv",
        "mapping_set_title": say("mappings-title").text("en"),
        "mapping_set_description": say("mappings-description").text("en"),
        "mapping_set_source": sorted({_name(each.metadata) for each in sets} - {""}),
        "license": licence,
        "curie_map": prefixes,
    }
    lines = table(columns, rows).splitlines(keepends=True)
    # in order of bytes, so that what is said of a thing is found without reading all of it
    lines = [lines[0], *sorted(lines[1:], key=str.encode)]
    content = "".join([head(metadata), *lines]).encode()
    return {MAPPINGS: content, MAPPINGS + PACKED: b"".join(gzipped([content]))}


def _row(mapping: Mapping, metadata: Metadata, prefixes: dict[str, str], licence: str) -> Row:
    triple, own = mapping.triple, _licence(metadata)
    said = {name: str(metadata[name]) for name in _OF_ALL if name in metadata}
    cells = said | {name: cell for name, cell in mapping.cells.items() if cell}
    cells |= {"mapping_source": _name(metadata), "license": own if own != licence else ""}
    terms = zip(
        ("subject_id", "predicate_id", "object_id"), (triple.subject, triple.predicate, triple.object), strict=True
    )
    cells |= {name: _shortened(term, prefixes) for name, term in terms}
    return {name: plain for name, cell in cells.items() if (plain := " ".join(cell.split()))}  # one line a row


def _name(metadata: Metadata) -> str:
    return str(metadata.get("mapping_set_id", ""))


def _licence(metadata: Metadata) -> str:
    return str(metadata.get("license", _UNSPECIFIED))


def _shortened(term: object, prefixes: dict[str, str]) -> str:
    assert isinstance(term, ox.NamedNode)  # noqa: S101 - a mapping has nothing else
    fitting = ((prefix, start) for prefix, start in prefixes.items() if term.value.startswith(start))
    prefix, start = max(fitting, key=lambda pair: len(pair[1]))
    return f"{prefix}:{term.value.removeprefix(start)}"
