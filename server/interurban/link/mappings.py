"""Decisions and people's verdicts as SSSOM (https://mapping-commons.github.io/sssom/), and what is left to review."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from interurban.errors import InputError, Place, relative
from interurban.files import read_source, there
from interurban.iris import CANONICAL_BASE, SKOS
from interurban.tables.mappings import NOT, SUFFIX, Mapping, head, read_cells, read_mappings, table

PREFIXES = {
    "iuid": CANONICAL_BASE + "id/",
    "wd": "http://www.wikidata.org/entity/",
    "geonames": "https://sws.geonames.org/",
}
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "author_label", "confidence", "mapping_tool", "mapping_tool_version", "comment",
)  # fmt: skip
REVIEW = (
    "subject_id",
    "subject_label",
    "country",
    "object_id",
    "object_label",
    "probability",
    "evidence",
    "verdict",
    "by",
)
_ASKED = ("subject_id", "subject_label", "object_id", "object_label", "evidence", "verdict")  # of a list to review
LINKED, VERDICTS = "linked-", f"verdicts{SUFFIX}"
BY_A_PERSON = "semapv:ManualMappingCuration"

Row = dict[str, str]


def expanded(curie: str) -> str:
    """Return the IRI of a CURIE with a known prefix, anything else as it is."""
    prefix, colon, name = curie.partition(":")
    return PREFIXES[prefix] + name if colon and prefix in PREFIXES else curie


def shortened(iri: str) -> str:
    """Return the CURIE of an IRI, which is itself if no prefix fits."""
    return next((f"{p}:{iri.removeprefix(start)}" for p, start in PREFIXES.items() if iri.startswith(start)), iri)


def gazetteer_of(name: str) -> str:
    """Return the prefix by which CURIEs name the things of a gazetteer, of the IRI or CURIE of one of them."""
    return shortened(name).partition(":")[0]


@dataclass
class Mappings:
    """What people have said. taken: thing elsewhere -> which of ours it is; refused: what is not the same."""

    taken: dict[str, str] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of_people(cls, folder: Path) -> "Mappings":
        """Return what the files of a folder say that no tool has written."""
        said = cls()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            for one in () if path.name.startswith(LINKED) else read_mappings(path, CANONICAL_BASE).mappings:
                ours, theirs = ends(one)
                if one.negated:
                    said.refused.add((ours, theirs))
                else:
                    said.taken[theirs] = ours
        return said


def ends(mapping: Mapping) -> tuple[str, str]:
    """Return the IRIs of what a mapping says to be the same: ours, and the thing elsewhere."""
    ours, theirs = mapping.triple.subject, mapping.triple.object
    assert isinstance(ours, ox.NamedNode)  # noqa: S101 - a mapping has nothing else
    assert isinstance(theirs, ox.NamedNode)  # noqa: S101
    return ours.value, theirs.value


def to_review(path: Path) -> list[tuple[int, Row]]:
    """Return the rows of the list to review, each with its line; none if it is not there.

    Raises InputError with every line that has not as many cells as there are columns, or if a column is missing.
    """
    if not there(path):
        return []
    lines = read_source(path).split("\n")
    if not any(lines[1:]):
        return []
    rows, problems = read_cells(lines, Place(relative(path), 0), _ASKED)
    if problems:
        raise InputError(problems)
    return [(place.line or 0, row) for place, row in rows]


def written(rows: Iterable[Row], name: str, title: str, description: str) -> str:
    """Return the text of a file of mappings, in order of their subjects."""
    used = sorted(rows, key=lambda row: (row["subject_id"], row["object_id"]))
    metadata = {
        "sssom_version": "1.0",
        "mapping_set_id": f"{CANONICAL_BASE}links/{name}",
        "mapping_set_title": title,
        "mapping_set_description": description,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "curie_map": PREFIXES | {"semapv": "https://w3id.org/semapv/vocab/", "skos": SKOS},
    }
    return head(metadata) + table(COLUMNS, used)


def verdicts(review: Path, known: Path) -> tuple[list[Row], list[tuple[int, str]]]:
    """Return the verdicts that people have given, those of the list to review besides those known, each once.

    Returned too are lines of the list with a verdict that is neither yes nor no.
    """
    given = read_mappings(known, CANONICAL_BASE).mappings if there(known) else []
    found = {(one.cells["subject_id"], one.cells["object_id"]): one.cells for one in given}
    odd = []
    for number, row in to_review(review):
        said = row["verdict"].strip().lower()
        if said not in ("", "yes", "no", "sì", "si"):
            odd.append((number, row["verdict"]))
        elif said:
            found[row["subject_id"], row["object_id"]] = {
                "subject_id": row["subject_id"],
                "subject_label": row["subject_label"],
                "predicate_id": "skos:exactMatch",
                "predicate_modifier": NOT if said == "no" else "",
                "object_id": row["object_id"],
                "object_label": row["object_label"],
                "mapping_justification": BY_A_PERSON,
                "author_label": row.get("by", ""),
                "confidence": "1.0",
                "comment": row["evidence"],
            }
    return list(found.values()), odd
