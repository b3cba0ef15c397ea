"""The mappings of a release, as its file of SSSOM has them: why a thing is the same as one elsewhere, and how surely.

The file's rows are in order of bytes, so those of one thing are found where they lie, by halving.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from mmap import ACCESS_READ, mmap

import yaml

from interurban.release.folder import Release

MAPPINGS = "views/links.sssom.tsv"
_NOT = "Not"


@dataclass(frozen=True)
class Mapping:
    """A mapping that holds: what is thought to be the same or near, by which property, and what speaks for it.

    justification: the local name of a term of SEMAPV; confidence: from 0 to 1; evidence: in words; tool: which program
    has found it, and its version, "" if it was none; person: who has decided it, "" if nobody is named.
    """

    predicate: str
    item: str
    justification: str
    confidence: float
    evidence: str
    tool: str
    person: str


class MappingsFile:
    """The mappings of a release; it may have none."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def of(self, thing: str) -> list[Mapping]:
        """Return those of a thing by its IRI, as the file has them; ReleaseFileError if that is not there now."""
        return [self._mapping(row) for row in self._rows(thing) if row.get("predicate_modifier") != _NOT]

    @property
    def there(self) -> bool:
        """Whether the release has such a file; old ones do not."""
        return MAPPINGS in self._release.manifest["files"]

    def _rows(self, thing: str) -> Iterator[dict[str, str]]:
        if self.there and (name := self._short(thing)):
            start = f"{name}\t".encode()
            with self._release.open(MAPPINGS) as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
                content.seek(_first(content, start, self._table))
                found = list(takewhile(lambda line: line.startswith(start), iter(content.readline, b"")))
            yield from csv.DictReader([line.decode() for line in found], self._columns, delimiter="\t")

    def _mapping(self, row: dict[str, str]) -> Mapping:
        tool = " ".join(filter(None, (row.get("mapping_tool"), row.get("mapping_tool_version"))))
        return Mapping(
            self._whole(row["predicate_id"]),
            self._whole(row["object_id"]),
            row["mapping_justification"].partition(":")[2],
            float(row["confidence"]),
            row.get("comment", ""),
            tool,
            row.get("author_label") or row.get("author_id") or "",
        )

    def _short(self, iri: str) -> str | None:
        fitting = [(start, prefix) for prefix, start in self._prefixes.items() if iri.startswith(start)]
        start, prefix = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
        return f"{prefix}:{iri.removeprefix(start)}" if prefix else None

    def _whole(self, curie: str) -> str:
        prefix, _, name = curie.partition(":")
        return self._prefixes[prefix] + name

    @property
    def _prefixes(self) -> dict[str, str]:
        return self._head[0]

    @property
    def _columns(self) -> list[str]:
        return self._head[1]

    @property
    def _table(self) -> int:
        return self._head[2]

    @cached_property
    def _head(self) -> tuple[dict[str, str], list[str], int]:
        """The prefixes, the columns, and where the rows begin."""
        with self._release.open(MAPPINGS) as file:
            comments = []
            while (line := file.readline()).startswith(b"#"):
                comments.append(line[1:].decode())
            prefixes: dict[str, str] = yaml.safe_load("".join(comments))["curie_map"]
            return prefixes, line.decode().rstrip("\n").split("\t"), file.tell()


def _first(content: mmap, start: bytes, low: int) -> int:
    """Return where the first line is that does not come before `start`. low: where the lines begin."""
    high = len(content)
    while low < high:
        line = content.rfind(b"\n", low, (low + high) // 2) + 1 or low  # the one that has the middle
        end = content.find(b"\n", line) + 1
        low, high = (end, high) if content[line : line + len(start)] < start else (low, line)
    return low
