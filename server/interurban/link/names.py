"""What others call the things that ours are linked to, so that ours are found by those names too."""

import csv
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from interurban.files import read_source, there
from interurban.link.mappings import gazetteer_of
from interurban.matching.names import keys, once
from interurban.matching.records import BETWEEN, Record
from interurban.tables.mappings import table

_COLUMNS = ("thing", "names")
_NAMESAKE = ("id", "name", "country", "kind", "latitude", "longitude", "population")
_LARGE = 15_000  # inhabitants of a place that somebody may mean, though it is not in the graph
_CODE = re.compile("[A-Z]{3}")  # of an airport, which gazetteers have among the names


def called(listed: Path, things: Iterable[Record], linked: Collection[str]) -> str:
    """Return the table of the names that things elsewhere have, those of other gazetteers as they are listed there.

    listed: the table as it is; things: of a gazetteer; linked: the IRIs of those that are ours.
    """
    things = [thing for thing in things if thing.id in linked]
    gazetteers = {gazetteer_of(thing.id) for thing in things}
    known = list(csv.DictReader(read_source(listed).split("\n"), delimiter="\t")) if there(listed) else []
    rows = {row["thing"]: row["names"] for row in known if gazetteer_of(row["thing"]) not in gazetteers}
    for thing in things:
        told = (name for name in thing.names if BETWEEN not in name and name.isprintable())
        if names := once(name for name in told if not _CODE.fullmatch(name)):
            rows[thing.id] = BETWEEN.join(names)
    return table(_COLUMNS, ({"thing": thing, "names": names} for thing, names in sorted(rows.items())))


def namesakes(things: Iterable[Record], linked: Collection[str], records: Iterable[Record]) -> str:
    """Return the table of large places that are called as some of ours, in countries where none of ours is.

    things: of a gazetteer; linked: the IRIs of those that are ours; records: ours.
    """
    things = list(things)
    ours = [*records, *(thing for thing in things if thing.id in linked)]
    called_so = {(record.country, name) for record in ours for name in keys(record.names)}
    names = {name for _, name in called_so}
    rows = [
        {"id": t.id, "name": t.name, "country": t.country, "kind": "City", "population": str(t.population)}
        | {"latitude": f"{t.latitude}", "longitude": f"{t.longitude}"}
        for t in things
        if (t.population or 0) >= _LARGE
        and not names.isdisjoint(own := keys([t.name]))
        and not any((t.country, name) in called_so for name in own)
    ]
    return table(_NAMESAKE, sorted(rows, key=lambda row: row["id"]))
