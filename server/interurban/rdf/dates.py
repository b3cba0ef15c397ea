"""Dates that keep the precision of their source.

A table writes them as EDTF level 0 (Library of Congress, Extended Date/Time Format): `2019`, `2019-05`, `2019-05-01`.
In RDF they become xsd:gYear, xsd:gYearMonth and xsd:date.
"""

import datetime
import re

import pyoxigraph as ox

from interurban.iris import XSD

# The datatype that marks such a column in the tables' metadata.
EDTF = "http://id.loc.gov/datatypes/edtf"

# As people write days, in Europe with the day first.
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4})")
_LEVEL_0 = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")


def dated(text: str) -> ox.Literal:
    """Return `text` as a literal of the datatype of its precision.

    Raises ValueError if it is not EDTF level 0 or no day of the calendar.
    """
    found = _LEVEL_0.fullmatch(text)
    if not found:
        raise ValueError(f"not an EDTF level 0 date: {text!r}")
    year, month, day = (int(part) if part else 1 for part in found.group("year", "month", "day"))
    datetime.date(year, month, day)  # raises ValueError for a month or day that does not exist
    precision = "date" if found["day"] else "gYearMonth" if found["month"] else "gYear"
    return ox.Literal(text, datatype=ox.NamedNode(XSD + precision))


def from_day_first(text: str) -> str | None:
    """Return a day that is written as 15/12/2015 as it is to be written, None if it is no such day."""
    found = _DAY_FIRST.fullmatch(text)
    iso = found and f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    try:
        return dated(iso).value if iso else None
    except ValueError:
        return None
