"""What a name can mean, as a file of SQLite in the release: the things of the records, found by name and by place."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from interurban.matching.names import Kinds, exchanged
from interurban.matching.records import Record, code, grouped, normal, of_graph, website
from interurban.matching.things import HeldThings, Thing
from interurban.release.meanings import BETWEEN, ROOM, SCHEMA, Head

_PERSON = "person"


def meanings(content: bytes, kinds: Kinds, namesakes: Iterable[Record] = ()) -> bytes:
    """Return the file.

    content: the records of a dataset; kinds: which words tell what kind of thing a name is of; namesakes: places that
    are not in the dataset.
    """
    lines, classes, countries = dict[str, str](), dict[str, list[str]](), dict[str, str]()
    things: list[tuple[Record, list[str]]] = []
    for line, (record, said) in zip(content.splitlines(), of_graph(content, kinds), strict=True):
        name = record.id.removeprefix(ROOM)
        lines[name], classes[name] = line.decode(), said["classes"]
        identifiers = [*map(normal, record.identifiers), *map(website, said.get("websites", ()))]
        others = (*record.others, *exchanged(record.name)) if record.kind == _PERSON else record.others
        if record.country and "://" in name:
            countries[record.country] = name
        places = [place.removeprefix(ROOM) for place in said.get("places", ())]
        things.append((replace(record, id=name, others=others, identifiers=frozenset(identifiers)), places))
    records, members = grouped(things)
    held = HeldThings(Thing.of(record, kinds, equal=True) for record in (*records.values(), *namesakes))
    sets = sorted({tuple(each) for each in classes.values()})
    number_of = {of: number for number, of in enumerate(sets)}
    head = Head(
        dict(held.sizes),
        sorted(held.containers),
        sorted(held.counted),
        sorted({code(one)[0] for record in records.values() for one in record.identifiers} - {""}),
        sets,
        countries,
    )
    every = (
        (name, number, place, number_of[tuple(classes[name])], lines[name])
        for number, thing in enumerate(records)
        for place, name in enumerate(members.get(thing, (thing,)))
    )
    return _written(
        {
            "head": [(head.written(),)],
            "thing": ((number, thing.written()) for number, thing in enumerate(held)),
            "member": every,
            "key": _pairs(held.keys),
            "cell": ((*cell, number) for cell, number in _pairs(held.cells)),
            "identifier": _pairs(held.identifiers),
            "part": ((part, BETWEEN.join(keys)) for part, keys in held.parts.items()),
        }
    )


def _pairs(found: Mapping[Any, Iterable[int]]) -> Iterable[tuple[Any, int]]:
    return sorted((key, number) for key, numbers in found.items() for number in set(numbers))


def _written(tables: Mapping[str, Iterable[tuple[Any, ...]]]) -> bytes:
    """Return a file of tables with these rows."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(SCHEMA)
    database.execute("BEGIN")
    for name, rows in tables.items():
        columns = len(database.execute(f"PRAGMA table_info({name})").fetchall())
        database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608 - ours
    database.execute("COMMIT")
    database.execute("VACUUM")
    return database.serialize()
