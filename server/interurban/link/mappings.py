"""Decisions and people's verdicts as SSSOM (https://mapping-commons.github.io/sssom/), and what is left to review."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from interurban.files import read_source, there
from interurban.iris import CANONICAL_BASE

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
LINKED, VERDICTS = "linked-", "verdicts.sssom.tsv"
BY_A_PERSON = "semapv:ManualMappingCuration"
NOT = "Not"
_TABLE = {"delimiter": "\t", "lineterminator": "\n", "quoting": csv.QUOTE_MINIMAL}

Row = dict[str, str]


def expanded(curie: str) -> str:
    """Return the IRI of a CURIE with a known prefix, anything else as it is."""
    prefix, colon, name = curie.partition(":")
    return PREFIXES[prefix] + name if colon and prefix in PREFIXES else curie


def shortened(iri: str) -> str:
    """Return the CURIE of an IRI, which is itself if no prefix fits."""
    return next((f"{p}:{iri.removeprefix(start)}" for p, start in PREFIXES.items() if iri.startswith(start)), iri)


@dataclass
class Mappings:
    """What people have said. taken: thing elsewhere -> which of ours it is; refused: what is not the same."""

    taken: dict[str, str] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of_people(cls, folder: Path) -> "Mappings":
        """Return what the files of a folder say that no tool has written."""
        said = cls()
        for path in sorted(folder.glob("*.sssom.tsv")):
            for row in rows_of(path) if not path.name.startswith(LINKED) else ():
                pair = expanded(row["subject_id"]), expanded(row["object_id"])
                if row.get("predicate_modifier") == NOT:
                    said.refused.add(pair)
                else:
                    said.taken[pair[1]] = pair[0]
        return said


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a file of mappings; none if it is not there."""
    if there(path):
        lines = [line for line in read_source(path).split("\n") if not line.startswith("#")]
        yield from csv.DictReader(lines, delimiter="\t")


def written(rows: Iterable[Row], name: str, title: str, description: str) -> str:
    """Return the text of a file of mappings, in order of their subjects."""
    used = sorted(rows, key=lambda row: (row["subject_id"], row["object_id"]))
    head = [
        '#sssom_version: "1.0"',
        f"#mapping_set_id: {CANONICAL_BASE}links/{name}",
        f"#mapping_set_title: {title}",
        f"#mapping_set_description: {description}",
        "#license: https://creativecommons.org/licenses/by/4.0/",
        "#curie_map:",
        *(f"#  {prefix}: {start}" for prefix, start in PREFIXES.items()),
        "#  semapv: https://w3id.org/semapv/vocab/",
        "#  skos: http://www.w3.org/2004/02/skos/core#",
    ]
    return "\n".join(head) + "\n" + table(COLUMNS, used)


def table(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """Return rows as a table with tabs between the cells."""
    text = StringIO()
    writer = csv.DictWriter(text, columns, restval="", **_TABLE)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def verdicts(review: Path, known: Path) -> tuple[list[Row], list[tuple[int, str]]]:
    """Return the verdicts that people have given, those of the list to review besides those known, each once.

    Returned too are lines of the list with a verdict that is neither yes nor no.
    """
    found = {(row["subject_id"], row["object_id"]): row for row in rows_of(known)}
    odd = []
    for number, row in enumerate(rows_of(review), 2):
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
