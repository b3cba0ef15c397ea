"""From rows to triples, as CSVW says (https://www.w3.org/TR/csv2rdf/, minimal mode): one description drives it.

What a column means in RDF stands in its `aboutUrl`, `propertyUrl`, `valueUrl`, `datatype` and `lang`.
Beyond the standard: a dated column (see `interurban.rdf.dates`) gives literals with their precision, and a template
whose variable is empty in a row says nothing for that row.
"""

from collections.abc import Iterator
from urllib.parse import urljoin

import csvw
import pyoxigraph as ox
from csvw.metadata import NAMESPACES

from interurban.errors import Place
from interurban.iris import XSD
from interurban.rdf.dates import dated
from interurban.tables.rows import Cell, Row, is_dated
from interurban.tables.schema import Table

# XSD names of the CSVW datatypes that are not called the same.
_XSD_NAMES = {"number": "double", "binary": "base64Binary", "datetime": "dateTime", "any": "anyAtomicType"}


def row_triples(table: Table, row: Row, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield what a row says and where it says it. Relative templates are resolved against `base`."""
    values = {name: cell.value for name, cell in row.cells.items()}
    for name, cell in row.cells.items():
        column = cell.column.csvw
        for value in cell.value if isinstance(cell.value, list) else [cell.value]:
            here = values | {name: value}
            subject, predicate = (_expand(column, kind, here, base) for kind in ("aboutUrl", "propertyUrl"))
            target: ox.NamedNode | ox.Literal | None
            target = _expand(column, "valueUrl", here, base) if column.valueUrl else _literal(cell, value)
            if subject and predicate and target:
                yield ox.Triple(subject, predicate, target), cell.place
    for column in table.virtual:
        subject, predicate, target = (
            _expand(column, kind, values, base) for kind in ("aboutUrl", "propertyUrl", "valueUrl")
        )
        if subject and predicate and target:
            yield ox.Triple(subject, predicate, target), row.place


def _expand(column: csvw.Column, kind: str, values: dict[str, object], base: str) -> ox.NamedNode | None:
    """Return the IRI that a column's template makes of a row; None if there is no template or a variable is empty."""
    template = column.inherit(kind)
    if template is None:
        return None
    needed = (name for name in template.variable_names if f"{{/{name}}}" not in template.uri)
    if any(values.get(name) in (None, []) for name in needed):
        return None  # a path segment {/x} may be absent, anything else may not
    prefix, colon, local = template.uri.partition(":")
    if colon and prefix in NAMESPACES:
        return ox.NamedNode(NAMESPACES[prefix] + local)
    return ox.NamedNode(urljoin(base, template.expand(**values)))


def _literal(cell: Cell, value: object) -> ox.Literal:
    """Return a cell's value as a literal of its column's datatype or language."""
    column = cell.column.csvw
    if is_dated(cell.column):
        return dated(str(value))
    datatype = column.inherit("datatype")
    if datatype is None or datatype.base == "string":
        language = column.inherit("lang")
        return ox.Literal(str(value), language=None if language == "und" else language)
    return ox.Literal(
        datatype.formatted(value), datatype=ox.NamedNode(XSD + _XSD_NAMES.get(datatype.base, datatype.base))
    )
