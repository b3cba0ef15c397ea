"""An excerpt of the data that is enough for most tests: a build of all of them takes a minute and a half.

Whole in it are the register, what people have read in documents, and three publishers' lists of hundreds of rows. Of
the other lists it has what they say about the things that those know, and the rows of whom these name; of the addresses
that lead elsewhere, those that lead to such a thing.
"""

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from interurban.resources import room

_WHOLE = {"british-climate-declarations", "british-local-authorities", "unesco-creative-cities-2024"}
_ABOUT = ("slug", "government", "of", "post_in", "post", "partner_1")  # columns that tell about whom a row is
_BESIDE = "import-report.csv", "addresses.csv"  # which no build reads

Row = dict[str, str]


def data_without_lists(folder: Path) -> Path:
    """Return a copy of the data that has no publishers' lists."""
    copy = _copied(folder, [path.parent.name for path in room("data").glob("sources/*/import.sql")])
    for path in (*(copy / "links").glob("linked-*"), copy / "register/moved.csv"):  # about things that those lists name
        path.unlink()
    return copy


def excerpt(folder: Path) -> Path:
    """Return a folder with the excerpt."""
    lists = sorted({path.parent for path in room("data").glob("sources/*/import.sql")})
    lists = [path for path in lists if path.name not in _WHOLE]
    _copied(folder, [path.name for path in lists])
    tables = {path: _rows(path) for source in lists for path in _tables(source)}
    moved = folder / "register/moved.csv"
    known = {name for path in _tables(folder) if path != moved for row in _rows(path) for name in _names(row)}
    _write(moved, [row for row in _rows(moved) if re.split("/|--", row["moved_to"])[1] in known])
    kept = {path: [row for row in rows if _about(row) & known] for path, rows in tables.items()}
    posts = {row["slug"] for rows in kept.values() for row in rows if "post_in" in row}
    for path in tables:
        if path.name == "holdings.csv":
            kept[path] = [row for row in tables[path] if row["post"] in posts]
    named, before = {name for rows in kept.values() for row in rows for name in _names(row)}, -1
    while len(named) != before:
        before = len(named)
        for path, rows in tables.items():
            kept[path] = [row for row in rows if row in kept[path] or row.get("slug") in named]
            named |= {name for row in kept[path] for name in _names(row)}
    for source in lists:
        (folder / "sources" / source.name).mkdir()
        shutil.copy(source / "source.ttl", folder / "sources" / source.name)
    for path, rows in kept.items():
        if rows:
            _write(folder / path.relative_to(room("data")), rows)
    for path in (folder / "links").glob("linked-*"):  # what a program has linked; the rest has what people have
        path.write_text(_about_things(path.read_text(encoding="utf-8"), named), encoding="utf-8")
    return folder


def _about_things(mappings: str, named: set[str]) -> str:
    """Return a file of mappings with those of its rows that are about things of these names."""
    lines = mappings.splitlines(keepends=True)
    of_ours = re.compile(r"iuid:(?:city|government)/([^\t]+)\t")
    return "".join(line for line in lines if not (found := of_ours.match(line)) or found[1] in named)


def _copied(folder: Path, without: list[str]) -> Path:
    copy = shutil.copytree(room("data"), folder, ignore=shutil.ignore_patterns("sources"))
    shutil.copytree(room("data") / "sources", copy / "sources", ignore=shutil.ignore_patterns(*without))
    return copy


def _tables(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.csv") if path.name not in _BESIDE)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _about(row: Row) -> set[str]:
    return {row[column].rpartition("/")[2] for column in _ABOUT if column in row}


def _names(row: Row) -> Iterator[str]:
    """Yield what may be the names of things in a row."""
    return (name.rpartition("/")[2] for cell in row.values() for name in re.split(r"[;|]", cell or ""))
