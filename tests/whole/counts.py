"""Counts that anybody can check against the publishers' files (counts.toml)."""

import csv
import io
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from interurban.iris import PREFIXES
from interurban.resources import room

SHARED = room("data").parent.parent / "shared" / "data"
_HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


@dataclass(frozen=True)
class Count:
    """What is counted. repeated: rows of the file that say the same as another; why: how it comes that they do."""

    says: str
    source: str
    file: str
    repeated: int
    why: str
    sparql: str

    @property
    def query(self) -> str:
        """The query that counts it in the graph."""
        return _HEAD + self.sparql

    @property
    def rows(self) -> int:
        """How many rows the publisher's file has, below the names of its columns if it has any."""
        path = SHARED / self.file
        if not path.exists():
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the publishers' files are not here")
        if path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            return max(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names) - 1
        delimiter, headers = ("\t", 0) if path.suffix == ".tsv" else (",", 1)
        text = io.StringIO(path.read_bytes().decode("utf-8-sig", errors="replace"), newline="")
        return sum(any(row) for row in csv.reader(text, delimiter=delimiter)) - headers

    @property
    def left_out(self) -> int:
        """How many of them the report of the import says were left out."""
        report = room("data") / "sources" / self.source / "import-report.csv"
        with report.open(encoding="utf-8", newline="") as file:
            return sum(row["outcome"] == "left-out" for row in csv.DictReader(file))

    def line(self, found: int) -> str:
        """Return a line of a table."""
        why = f" ({self.why})" if self.why else ""
        return f"| {self.says} | {self.source} | {self.rows} | {self.left_out} | {self.repeated}{why} | {found} |\n"


COUNTS = [
    Count(**entry)
    for entry in tomllib.loads((Path(__file__).parent / "counts.toml").read_text(encoding="utf-8"))["count"]
]
