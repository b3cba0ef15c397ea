"""What pictures show of thousands, counted when a release is made, so that a page with all of them takes no longer."""

import json
import sqlite3
from collections.abc import Iterator
from functools import partial

import pyoxigraph as ox

from interurban.iris import Base
from interurban.rdf.standing import Pairs, read_phases
from interurban.release.pages import PICTURE, PagesFile
from interurban.release.pictures import GROWTH, MAP, PICTURE_PATH, Changes, Mapped, are_places

_MANY = 1000  # things; a picture of fewer takes no time to speak of
_DEFAULT = ox.DefaultGraph()


def put_pictures(file: sqlite3.Connection, store: ox.Store, base: Base) -> None:
    """Make the table of what has been counted for the pictures that classes say to be of a table (`iu:picturePath`)."""
    file.execute(
        f"CREATE TABLE {PICTURE} (picture TEXT, kind TEXT, column TEXT, value TEXT, told TEXT, "
        "PRIMARY KEY (picture, kind, column, value)) WITHOUT ROWID"
    )
    pages = PagesFile(lambda: file)
    phases = read_phases(partial(_pairs, store))
    for picture, kind in sorted(_drawn(store, pages)):
        for column, value in _many(pages, kind):
            things = pages.having(kind, {column: value} if column else {})
            told = Mapped.of(pages, kind, things) if picture == MAP else Changes.of(phases, base, things)
            if told:
                row = (picture, kind, column, value, json.dumps(told.written(), ensure_ascii=False))
                file.execute(f"INSERT INTO {PICTURE} VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608 - ours


def _drawn(store: ox.Store, pages: PagesFile) -> set[tuple[str, str]]:
    """Return of which tables there are pictures, by kind: those that classes say, and maps of all that has places."""
    said = store.quads_for_pattern(None, ox.NamedNode(PICTURE_PATH), None)
    words = (quad.object.value.split() for quad in said if isinstance(quad.object, ox.Literal))
    of_tables = {(kind, table) for kind, table, *_ in words if kind in (MAP, GROWTH) and table in pages.tables}
    return of_tables | {(MAP, table) for table in pages.tables if are_places(pages.tables, table)}


def _many(pages: PagesFile, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the values by which a reader may choose many of the things of a table, with their columns; "" for all."""
    if len(pages.having(kind, {})) > _MANY:
        yield "", ""
    for column in pages.tables[kind].facets:
        yield from ((column, value) for value, count in sorted(pages.counts(kind, column).items()) if count > _MANY)


def _pairs(store: ox.Store, name: str) -> Pairs:
    """Yield the subjects and values of a property, as IRIs and texts."""
    for quad in store.quads_for_pattern(None, ox.NamedNode(name), None, _DEFAULT):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            yield quad.subject.value, quad.object.value
