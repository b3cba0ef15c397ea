"""What others call the things that ours are linked to, so that ours are found by those names too."""

import csv
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from interurban.files import read_source, there
from interurban.link.mappings import gazetteer_of
from interurban.matching.names import once
from interurban.matching.records import BETWEEN, Record
from interurban.tables.mappings import table

_COLUMNS = ("thing", "names")
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
