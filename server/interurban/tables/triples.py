"""From tables to triples: rows as CSVW says.

CSVW (https://www.w3.org/TR/csv2rdf/, minimal mode): one description drives it. What a column means in RDF stands in its
`aboutUrl`, `propertyUrl`, `valueUrl`, `datatype` and `lang`. Beyond the standard: a dated column (see
`interurban.rdf.dates`) gives literals with their precision, and a template whose variable is empty in a row says
nothing for that row.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox
import uritemplate
from csvw.metadata import NAMESPACES

from interurban.errors import Place
from interurban.iris import XSD
from interurban.rdf.dates import dated
from interurban.tables.columns import Table, variables
from interurban.tables.rows import Cell, Row

# XSD names of the CSVW datatypes that are not called the same.
_XSD_NAMES = {"number": "double", "binary": "base64Binary", "datetime": "dateTime", "any": "anyAtomicType"}

# A variable of a template, how a template begins that is easily resolved, and a value that stands in it as it is.
_PART = re.compile(r"\{([+/]?)(\w+)\}")
_BEGINNING = re.compile(r"(?:[a-z][a-z0-9-]*/|https?://[a-z0-9.-]+/)")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def row_triples(table: Table, row: Row, base: str) -> Iterator[tuple[ox.Triple, Place]]:
    """Yield what a row says and where it says it. Relative templates are resolved against `base`."""
    values = {name: cell.value for name, cell in row.cells.items()}
    # Most columns are about the same thing: its name is made once a row. A list is looked at value by value.
    subjects: dict[str | None, ox.NamedNode | None] = {}
    for name, cell in row.cells.items():
        about, predicate, target = cell.column.templates
        for value in cell.value if isinstance(cell.value, list) else [cell.value]:
            here = values if value is cell.value else values | {name: value}
            named = _expand(predicate, here, base)
            if named is None:
                continue
            if here is values and about not in subjects:
                subjects[about] = _expand(about, here, base)
            subject = subjects[about] if here is values else _expand(about, here, base)
            said: ox.NamedNode | ox.Literal | None = _expand(target, here, base) if target else _literal(cell, value)
            if subject and said:
                yield ox.Triple(subject, named, said), cell.place
    for about, predicate, target in table.virtual:
        if about not in subjects:
            subjects[about] = _expand(about, values, base)
        subject, named, said = subjects[about], _expand(predicate, values, base), _expand(target, values, base)
        if subject and named and said:
            yield ox.Triple(subject, named, said), row.place


def subjects(table: Table, row: Row, base: str) -> Iterator[ox.NamedNode]:
    """Yield what a row is about, which takes a fraction of the time of all that it says."""
    values = {name: cell.value for name, cell in row.cells.items()}
    lists = {name: value for name, value in values.items() if isinstance(value, list)}
    for about in table.about:
        name = next((name for name in variables(about) if name in lists), None)
        for value in lists[name] if name else [None]:  # a list is looked at value by value
            subject = _expand(about, values | {name: value} if name else values, base)
            if subject:
                yield subject


def _expand(template: str | None, values: dict[str, Any], base: str) -> ox.NamedNode | None:
    """Return the IRI that a template makes of a row; None if there is no template or a variable is empty."""
    return None if template is None else _expander(template, base)(values)


@cache
def _expander(text: str, base: str) -> Callable[[dict[str, Any]], ox.NamedNode | None]:
    """Return what makes the IRI of a row from a template, made once for all rows."""
    template = uritemplate.URITemplate(text)
    needed = [name for name in template.variable_names if f"{{/{name}}}" not in text]  # such a segment may be absent
    prefix, colon, local = text.partition(":")
    if colon and prefix in NAMESPACES:
        text = NAMESPACES[prefix] + local
        template = uritemplate.URITemplate(text)
    if not template.variable_names:
        constant = ox.NamedNode(urljoin(base, text))
        return lambda values: constant
    plain = _plain(text, base)

    def expand(values: dict[str, Any]) -> ox.NamedNode | None:
        if any(values.get(name) in (None, []) for name in needed):
            return None
        iri = plain and plain(values)
        if iri:
            return ox.NamedNode(iri)
        return ox.NamedNode(urljoin(base, template.expand(**values)))

    return expand


def _plain(text: str, base: str) -> Callable[[dict[str, Any]], str | None] | None:
    """Return what puts values into a template that stand in an address as they are: None for other values.

    It makes the same as URI Templates and the resolution of relative addresses do, in a twentieth of the time.
    None for a template for which it might not.
    """
    literals, parts = _PART.split(text)[::3], _PART.findall(text)
    if not _BEGINNING.match(literals[0]) or "{" in "".join(literals):
        return None
    first = literals[0] if ":" in literals[0] else urljoin(base, ".") + literals[0]
    following = list(zip(parts, literals[1:], strict=True))

    def expand(values: dict[str, Any]) -> str | None:
        written = [first]
        for (operator, name), literal in following:
            value = values.get(name)
            if value is None and operator == "/":
                written.append(literal)
            elif isinstance(value, str) and _PLAIN.fullmatch(value) and (operator == "+" or "/" not in value):
                written += ["/", value, literal] if operator == "/" else [value, literal]
            else:
                return None
        return "".join(written)

    return expand


def _literal(cell: Cell, value: object) -> ox.Literal:
    """Return a cell's value as a literal of its column's datatype or language."""
    column = cell.column
    if column.is_dated:
        return dated(str(value))
    datatype = column.datatype
    if datatype is None or datatype.base == "string":
        return ox.Literal(str(value), language=column.language)
    return ox.Literal(
        datatype.formatted(value), datatype=ox.NamedNode(XSD + _XSD_NAMES.get(datatype.base, datatype.base))
    )
