"""What SQL may ask of what we have: the tables of the register and of all other sources, and the links."""

from collections.abc import Iterator
from pathlib import Path

from interurban.errors import Place, relative
from interurban.files import read_source, usable
from interurban.sources.described import CSV, TSV, PublishedFile
from interurban.sources.spreadsheet import Sheet, read_sheet

_MAPPINGS = ".sssom.tsv"


def known(data: Path, besides: Path) -> Iterator[tuple[str, Sheet]]:
    """Yield the tables of `data` by the name that SQL has for them: `register__cities`, `links__wikidata`.

    besides: the folder of the source that is imported. What it held before is no input, or one import would differ from
    the next.
    """
    with usable(data):
        folders = [data / "register", data / "links", *sorted((data / "sources").glob("[!.~]*/"))]
        files = [path for folder in folders if folder != besides for path in sorted(folder.glob("[!.~]*.[ct]sv"))]
    for path in files:
        table = path.name.removesuffix(_MAPPINGS).removesuffix(".csv")
        name = f"{path.parent.name}__{table}".replace("-", "_")
        yield name, of_ours(path)


def of_ours(path: Path) -> Sheet:
    """Return the rows of a file of ours: CSV, or SSSOM, which has its metadata above the table, as comments."""
    mappings = path.name.endswith(_MAPPINGS)
    comments = sum(line.startswith("#") for line in read_source(path).split("\n")) if mappings else 0
    kind, delimiter = (TSV, "\t") if mappings else (CSV, ",")
    place = Place(relative(path))
    return read_sheet(path, PublishedFile(place, path.name, None, kind, None, None, "utf-8", delimiter, comments, None))
