"""What pages with many things on them read: tables of the release, each made by a query of `data/pages/` asked once.

A query's file is called as the kind of thing that it lists (`city.rq`). Its head says what the columns are, as that of
a saved question does; by which of them a reader may choose (`facets`); maybe that things have no names that would tell
more than those (`named: false`); which numbers the page of a thing tells (`counts`); and what it says of a thing in a
sentence (`sentences`, the most telling first), with `{columns}` in it and forms for the number in the column that is
`counted`.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, select
from interurban.build.comparing import put_compared
from interurban.build.pictures import put_pictures
from interurban.collation import sort_key
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.heads import Head
from interurban.iris import Base
from interurban.messages import LANGUAGES, say
from interurban.questions import COLUMN_TYPES
from interurban.rdf.languages import preferred
from interurban.rdf.terms import NAMES
from interurban.release.folder import PAGES
from interurban.release.pages import Cell, Columns, placeholders, quoted

FOLDER = "pages"
_DEFAULT = ox.DefaultGraph()


def pages(store: ox.Store, data: Path, base: Base) -> dict[str, bytes]:
    """Return path in the release -> content, of the file with a table for each query; nothing if there is no query.

    Of several rows for one thing the first counts. Raises InputError for a query whose head does not fit it.
    """
    queries = sorted((data / FOLDER).glob("*.rq"))
    if not queries:
        return {}
    with sqlite3.connect(":memory:") as file:
        file.execute("CREATE TABLE listed (kind TEXT PRIMARY KEY, head TEXT) WITHOUT ROWID")
        things = {thing for path in queries for thing in _put(file, path, store, base)}
        things |= put_compared(file, data / FOLDER, store, base)
        _put_names(file, things, store, base)
        put_pictures(file, store, base)
    return {PAGES: file.serialize()}


def _put(file: sqlite3.Connection, path: Path, store: ox.Store, base: Base) -> set[str]:
    """Make the table of a query; return the things in it, and those that it says of them."""
    text = read_source(path)
    head = Head(path, text)
    columns, place = _columns(head), head.place("types")
    found = select(store, Asked(text, Place(relative(path))), base)
    names = ["thing", *columns.types]
    if found is None or list(found.columns) != names:
        raise InputError([Problem(say("pages-columns", names=" ".join(f"?{name}" for name in names)), place)])
    first: dict[str, Sequence[Cell]] = {}
    for row in found.rows:
        if isinstance(row[0], ox.NamedNode):
            first.setdefault(base.short(row[0].value), [_cell(term, base) for term in row])
    rows = [row for _, row in sorted(first.items())]
    table, said = quoted(path.stem), ", ".join(map(quoted, names[1:]))
    file.execute(f"CREATE TABLE {table} (thing TEXT PRIMARY KEY, {said}) WITHOUT ROWID")
    file.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608 - quoted
    for facet in columns.facets:
        file.execute(f"CREATE INDEX {quoted(f'{path.stem} by {facet}')} ON {table} ({quoted(facet)})")
    file.execute("INSERT INTO listed VALUES (?, ?)", (path.stem, columns.written()))
    named = [0, *(at for at, kind in enumerate(columns.types.values(), 1) if kind == "iri")]
    return {str(row[at]) for row in rows for at in named if row[at]}


def _columns(head: Head) -> Columns:
    """Return what a head says; InputError for what is wrong in it."""
    types = {name: head.text("types", name) for name in head.mapping("types")}
    for name, kind in types.items():
        if kind not in COLUMN_TYPES:
            head.wrong("types", name)
    facets = head.texts("facets") if head.get("facets") is not None else []
    labels = {name: head.both(("columns", name), ("columns", name)) for name in head.mapping("columns")}
    if not set(facets) | set(labels) <= set(types):
        head.wrong("columns" if set(facets) <= set(types) else "facets")
    counted = head.text("counted") if head.get("counted") is not None else ""
    counts = {name: head.both(("counts", name), ("counts", name)) for name in head.mapping("counts")}
    if not all(types.get(name) == "integer" for name in counts):
        head.wrong("counts")
    said = {"en": _sentences(head, types, "sentences"), "it": _sentences(head, types, "it", "sentences")}
    return Columns(types, labels, facets, head.get("named") is not False, counted, said, counts)


def _sentences(head: Head, columns: Mapping[str, str], *keys: str) -> list[dict[str, str]]:
    """Return the sentences at a place of a head; InputError for one that names another column."""
    found = head.get(*keys) or []
    for forms in found if isinstance(found, list) else [None]:
        if not isinstance(forms, dict) or "other" not in forms or not all(isinstance(x, str) for x in forms.values()):
            head.wrong(*keys)
        if not set[str]().union(*map(placeholders, forms.values())) <= columns.keys():
            head.wrong(*keys)
    return list(found)


def _put_names(file: sqlite3.Connection, things: set[str], store: ox.Store, base: Base) -> None:
    """Make the table of what things are called in each language, and which place each has in the order of names."""
    columns = ", ".join(f"name_{language} TEXT, place_{language} INTEGER" for language in LANGUAGES)
    file.execute(f"CREATE TABLE name (thing TEXT PRIMARY KEY, {columns}) WITHOUT ROWID")
    called: dict[str, list[list[ox.Literal]]] = defaultdict(lambda: [[] for _ in NAMES])
    for place, iri in enumerate(NAMES):
        for quad in store.quads_for_pattern(None, ox.NamedNode(iri), None, _DEFAULT):
            if isinstance(quad.object, ox.Literal) and (thing := base.short(str(quad.subject)[1:-1])) in things:
                called[thing][place].append(quad.object)
    best = {thing: next(filter(None, names)) for thing, names in sorted(called.items())}
    found: list[list[str | int]] = [[thing] for thing in best]
    for language in LANGUAGES:
        names = [preferred(literals, language)[-1].value for literals in best.values()]
        order = sorted(range(len(names)), key=lambda at: (sort_key(names[at]), names[at]))
        for place, at in enumerate(order):
            found[at] += [names[at], place]
    file.executemany(f"INSERT INTO name VALUES ({', '.join('?' * (1 + 2 * len(LANGUAGES)))})", found)  # noqa: S608


def _cell(term: object, base: Base) -> Cell:
    if isinstance(term, ox.NamedNode):
        return base.short(term.value)
    if not isinstance(term, ox.Literal):
        return None
    kind = term.datatype.value.rpartition("#")[2]
    return int(term.value) if kind == "integer" else float(term.value) if kind == "decimal" else term.value
