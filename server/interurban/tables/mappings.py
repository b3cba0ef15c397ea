"""Mappings to other datasets as SSSOM has them (https://mapping-commons.github.io/sssom/).

A file is tab-separated, with its metadata as YAML in comment lines. Only the links go into the graph; why and how
surely each holds is published as a file of all mappings. A mapping with the modifier `Not` says that two things are not
the same: that is no link.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import must_be_shallow, read_source, usable
from interurban.iris import CANONICAL_BASE, IU, SKOS
from interurban.messages import say

SUFFIX = ".sssom.tsv"
NOT = "Not"  # the modifier of what is denied

_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_PREDICATES = {SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}


@dataclass(frozen=True)
class Mapping:
    """A mapping: its triple, whether it is denied, and the cells of its row by column."""

    triple: ox.Triple
    negated: bool
    cells: dict[str, str]
    place: Place


@dataclass(frozen=True)
class MappingSet:
    """A file of mappings. metadata: what stands in its comment lines."""

    metadata: dict[str, Any]
    mappings: list[Mapping]


def read_links(path: Path, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield each mapping of a file that holds as a triple, with its place; raises as `read_mappings` does."""
    for mapping in read_mappings(path, base).mappings:
        if not mapping.negated:
            yield mapping.triple, mapping.place


def read_mappings(path: Path, base: str) -> MappingSet:
    """Return what a file says.

    Our own things stand in the file under the canonical base; they are named under `base` here.
    Raises InputError with everything that is wrong in the file.
    """
    file, lines = relative(path), read_source(path).split("\n")
    comments = [line[1:] for line in lines if line.startswith("#")]
    metadata = _metadata(path, "\n".join(comments))
    prefixes = metadata["curie_map"]
    rows, problems = read_cells(lines[len(comments) :], Place(file, len(comments)), _REQUIRED)
    found = []
    for place, row in rows:
        try:
            subject, predicate, target = (_expand_curie(row[name], prefixes) for name in _REQUIRED[:3])
            modifier = row.get("predicate_modifier", "")
            if (
                predicate not in _PREDICATES
                or not 0 <= float(row["confidence"]) <= 1
                or not row["mapping_justification"]
                or modifier not in ("", NOT)
            ):
                raise ValueError(row)
            if subject.startswith(CANONICAL_BASE) and not subject.startswith(IU):
                subject = base + subject.removeprefix(CANONICAL_BASE)
            triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))
            found.append(Mapping(triple, modifier == NOT, row, place))
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(Problem(say("sssom-row", prefixes=", ".join(prefixes)), place))
    if problems:
        raise InputError(problems)
    return MappingSet(metadata, found)


def read_cells(
    lines: Sequence[str], before: Place, required: Sequence[str]
) -> tuple[list[tuple[Place, dict[str, str]]], list[Problem]]:
    """Return the rows of a table with tabs between the cells, each with its place, and which lines have not its cells.

    before: the place of the line before its first. Raises InputError if it cannot be read, or a required column is
    missing.
    """
    rows, first = csv.DictReader(lines, delimiter="\t"), before.line or 0
    try:
        numbered = [(Place(before.file, first + rows.line_num), row) for row in rows]
    except csv.Error as error:
        place = Place(before.file, first + rows.line_num + 1)
        raise InputError([Problem(say("table-csv", reason=error), place)]) from error
    if missing := [name for name in required if name not in (rows.fieldnames or ())]:
        raise InputError([Problem(say("sssom-columns", names=", ".join(missing)), Place(before.file, first + 1))])
    whole, problems = [], []
    for place, row in numbered:
        if None in row or None in row.values():  # cells beyond the columns, columns beyond the cells
            problems.append(Problem(say("sssom-ragged", expected=len(rows.fieldnames or ())), place))
        else:
            whole.append((place, row))
    return whole, problems


def head(metadata: dict[str, Any]) -> str:
    """Return metadata as the comment lines at the top of a file."""
    text = yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True, width=1_000)
    return "".join(f"#{line}" for line in text.splitlines(keepends=True))


def table(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> str:
    """Return rows as a table with tabs between the cells, empty where a row has nothing."""
    text = StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _metadata(path: Path, text: str) -> dict[str, Any]:
    """Return the metadata of a file; InputError with the line if they have no curie_map that can be used."""
    line = 1
    try:
        with usable(path):
            line = next((n for n, text in enumerate(text.split("\n"), 1) if text.startswith("curie_map")), 1)
            must_be_shallow(text)
            metadata: dict[str, Any] = yaml.safe_load(text)
            for iri in metadata["curie_map"].values():
                ox.NamedNode(iri)
            return metadata
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            [Problem(say("sssom-metadata"), Place(relative(path), mark.line + 1 if mark else line))]
        ) from error


def _expand_curie(curie: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a CURIE; KeyError for a prefix that the file's curie_map does not have."""
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local
