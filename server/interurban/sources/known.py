"""What SQL may ask of what we have: each table of ours, over the register and all other sources, and the links.

`known__cities` has every column that `cities.csv` can have, and before them `source`, the folder that says it: so SQL
need not know which folders there are. `known__links` has the rows of all SSSOM files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from interurban.errors import Place, relative
from interurban.files import read_source, usable
from interurban.sources.described import CSV, TSV, PublishedFile
from interurban.sources.spreadsheet import Cells, Sheet, read_sheet
from interurban.tables.columns import Table

_MAPPINGS = ".sssom.tsv"
_OF_MAPPINGS = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")


def known(data: Path, tables: Mapping[str, Table], besides: Path) -> Iterator[tuple[str, Sheet]]:
    """Yield the tables of `data` with the name that SQL has for them.

    besides: the folder of the source that is imported. What it held before is no input, or one import would differ from
    the next.
    """
    with usable(data):
        folders = [data / "register", data / "links", *sorted((data / "sources").glob("[!.~]*/"))]
        files = [path for folder in folders if folder != besides for path in sorted(folder.glob("[!.~]*.[ct]sv"))]
    for table in tables.values():
        of_table = [path for path in files if path.name == table.name]
        yield f"known__{table.name.removesuffix('.csv')}", _together(of_table, list(table.columns))
    yield "known__links", _together([path for path in files if path.name.endswith(_MAPPINGS)], list(_OF_MAPPINGS))


def _together(paths: list[Path], columns: list[str]) -> Sheet:
    """Return the rows of several files, each with all columns and the folder that it comes from."""
    rows: list[tuple[int, Cells]] = []
    for path in paths:
        sheet = of_ours(path)
        places = [sheet.columns.index(column) if column in sheet.columns else None for column in columns]
        for number, cells in sheet.rows:
            rows.append((number, [path.parent.name, *(None if place is None else cells[place] for place in places)]))
    return Sheet(["source", *columns], rows)


def of_ours(path: Path) -> Sheet:
    """Return the rows of a file of ours: CSV, or SSSOM, which has its metadata above the table, as comments."""
    mappings = path.name.endswith(_MAPPINGS)
    comments = sum(line.startswith("#") for line in read_source(path).split("\n")) if mappings else 0
    kind, delimiter = (TSV, "\t") if mappings else (CSV, ",")
    place = Place(relative(path))
    return read_sheet(path, PublishedFile(place, path.name, None, kind, None, None, "utf-8", delimiter, comments, None))
