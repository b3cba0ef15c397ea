"""Inputs many times as large as the real ones, of the same shape: `python benchmarks/generate.py FOLDER --times 10`.

FOLDER gets a copy of data in which what the register and publishers' lists have is there so many times: each government
with its city, codes, memberships, pledges, twinnings and office holders, and with the disagreements about it. Same
data, same bytes.
"""

import argparse
import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from interurban.files import IMPORT, REPORT
from interurban.resources import room
from interurban.sources.addresses import ADDRESSES

_APART = re.compile("([;|/])")  # what stands between names in a cell
_CALLED = {"name", "label_en", "label_it"}  # columns of what a thing is called


def main() -> None:
    """Write the folder."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--data", type=Path, default=room("data"))
    options.add_argument("--times", type=int, default=10)
    given = options.parse_args()
    generate(given.folder, given.data, given.times)


def generate(folder: Path, data: Path, times: int) -> None:
    """Copy `data` to `folder`, which must not be there, with what lists have in it `times` times."""
    shutil.copytree(data, folder)
    lists = [folder / "register", *(path.parent for path in folder.glob("sources/*/" + IMPORT))]
    tables = [path for each in sorted(lists) for path in _tables(each)]
    names = {row["slug"] for path in tables for row in _rows(path) if "slug" in row}
    for path in tables:
        rows = [row for row in _rows(path) if any(_named(cell, names) for cell in row.values())]
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for number in range(2, times + 1):
                writer.writerows([_copied(column, row[column], names, number) for column in row] for row in rows)


def _tables(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if path.name not in (ADDRESSES, REPORT))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _named(cell: str, names: set[str]) -> bool:
    """Whether a cell names something that is to be there many times."""
    return not names.isdisjoint(_APART.split(cell))


def _copied(column: str, cell: str, names: set[str], number: int) -> str:
    """Return a cell as that copy of its row has it."""
    if column in _CALLED:
        return cell and f"{cell} {number}"
    parts = _APART.split(cell)
    return "".join(f"{part}-copy-{number}" if part in names else part for part in parts)


if __name__ == "__main__":
    main()
