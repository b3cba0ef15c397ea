"""What pages that compare two things read: what each of a kind has, part by part, as a table beside those of the lists.

Each query in `data/pages/compare/` is a part; the files' names give the order. Its head says things of which kind it
tells (`of`), the part's heading, how many both have in words (`common`), and whether a thing has what it has for a time
(`lasting`). It answers with `?thing`, `?what` the thing has, `?through` which fact, and `?since` and `?until` when at
most; the last three may be empty.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from interurban.build.asking import Asked, select
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source
from interurban.heads import Head
from interurban.iris import Base
from interurban.messages import say
from interurban.release.comparing import COLUMNS, Part
from interurban.release.pages import placeholders

FOLDER = "compare"


def put_compared(file: sqlite3.Connection, folder: Path, store: ox.Store, base: Base) -> set[str]:
    """Make the tables of what is compared; return the things in them. InputError for a query that is no such one."""
    file.execute("CREATE TABLE part (number INTEGER PRIMARY KEY, head TEXT)")
    file.execute(
        "CREATE TABLE compared (thing TEXT, part INTEGER, what TEXT, through TEXT, since TEXT, until TEXT, "
        "PRIMARY KEY (thing, part, what, through)) WITHOUT ROWID"
    )
    named: set[str] = set()
    for number, path in enumerate(sorted((folder / FOLDER).glob("*.rq"))):
        text = read_source(path)
        head, place = Head(path, text), Place(relative(path))
        found = select(store, Asked(text, place), base)
        if found is None or tuple(found.columns) != COLUMNS:
            raise InputError([Problem(say("pages-columns", names=" ".join(f"?{name}" for name in COLUMNS)), place)])
        labels: Mapping[str, str] = head.both(("heading",), ("heading",))
        common = {"en": _forms(head, "common"), "it": _forms(head, "it", "common")}
        part = Part(head.text("of"), labels, common, head.get("lasting") is True)
        file.execute("INSERT INTO part VALUES (?, ?)", (number, part.written()))
        rows = {tuple(_name(term, base) for term in row) for row in found.rows}
        ours = sorted(row for row in rows if row[0].startswith(f"id/{part.of}/"))
        file.executemany(f"INSERT OR IGNORE INTO compared VALUES (?, {number}, ?, ?, ?, ?)", ours)  # noqa: S608 - a number
        named.update(name for row in ours for name in row[:2])
    return named


def _forms(head: Head, *keys: str) -> dict[str, str]:
    """Return the forms of a text that `{count}` stands in; InputError if they are none."""
    forms = {form: head.text(*keys, form) for form in head.mapping(*keys)}
    if "other" not in forms or any(placeholders(text) - {"count"} for text in forms.values()):
        head.wrong(*keys)
    return forms


def _name(term: object, base: Base) -> str:
    if isinstance(term, ox.NamedNode):
        return base.short(term.value)
    return term.value if isinstance(term, ox.Literal) else ""
