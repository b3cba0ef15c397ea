"""What a reader can find by a name, as a file of SQLite in the release: names, words, and how words are spelled.

Things are numbered by how much they matter, so what is found stands in order as it is found: what still exists first,
then by kind as `kinds.csv` has them, then whose networks and inhabitants are more. A place and the governments that it
has to itself are one thing to find.
"""

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from interurban.build.records import COUNTRIES_TABLE, facts
from interurban.files import read_source, there
from interurban.iris import PREFIXES, Base
from interurban.matching.names import key, parts, words
from interurban.matching.records import Countries
from interurban.messages import LANGUAGES
from interurban.release.folder import SEARCH
from interurban.release.search import LEAST

_FOLDER = "search"
_SCHEMA = """
PRAGMA page_size = 4096;
PRAGMA temp_store = memory;
CREATE TABLE kind (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL, one_en TEXT NOT NULL, one_it TEXT NOT NULL, en TEXT NOT NULL,
  it TEXT NOT NULL
);
CREATE TABLE thing (
  number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, country TEXT NOT NULL, ended INTEGER NOT NULL
);
CREATE TABLE description (number INTEGER PRIMARY KEY, path TEXT NOT NULL, told TEXT NOT NULL);
CREATE TABLE name (
  key TEXT NOT NULL, part INTEGER NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, part, thing)
) WITHOUT ROWID;
-- part: 0 for a whole name, 1 for a part of one, 2 for what it is called elsewhere, 3 for the name of a government
CREATE VIRTUAL TABLE words USING fts5(
  names, around, content = '', detail = column, prefix = '1 2 3', tokenize = 'ascii'
);
CREATE TABLE spelling (word TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_LABELS = [f"{number}_{language}" for number in ("one", "several") for language in LANGUAGES]
_MANY = 50  # part of the governments whose names share a word, or more, and it tells nothing by itself
_PART = 3  # letters of a part of a name that is a name as well
_COUNTRY = PREFIXES["schema"] + "Country"

Said = Mapping[str, Any]


def search(store: ox.Store, data: Path, base: Base, records: bytes) -> dict[str, bytes]:
    """Return path in the release -> content, of what can be found; nothing if the data do not say which kinds.

    records: what a name can mean. Raises InputError if the query for what else there is asks for anything but
    `?thing ?fact ?value`.
    """
    kinds, query = data / _FOLDER / "kinds.csv", data / _FOLDER / "things.rq"
    if not there(kinds):
        return {}
    things = facts(store, query, data, base) if there(query) else {}
    countries = Countries(read_source(data / COUNTRIES_TABLE))
    return {SEARCH: written(records, things, read_source(kinds), countries)}


def written(records: bytes, others: Mapping[str, Said], kinds: str, countries: Countries) -> bytes:
    """Return the file. records: a thing a line; others: what is known of these and others, by their names.

    kinds: CSV with the columns kind, classes (CURIEs), and what one and several are called, what matters most first.
    """
    rows = list(csv.DictReader(StringIO(kinds)))
    of_class = {_expanded(name): number for number, row in enumerate(rows) for name in row["classes"].split()}
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO kind VALUES (?, ?, ?, ?, ?, ?)",
        ((number, row["kind"], *(row[name] for name in _LABELS)) for number, row in enumerate(rows)),
    )
    things = _together(_every(records, others, of_class))
    named = {said.get("country"): said["names"] for said in things if said["kind"] == of_class.get(_COUNTRY)}
    common, spelled = _common(things), set[str]()
    for number, said in enumerate(sorted(things, key=_importance), 1):
        code = said.get("country", "")
        _put(database, number, said, countries.long(code), common, [text for text, _ in named.get(code, ())])
        every = (word for one in (said, *_governments(said)) for text in _texts(one) for word in words(text))
        spelled.update(word for word in every if len(word) >= LEAST)
    database.executemany("INSERT INTO spelling VALUES (?)", ((word,) for word in sorted(spelled)))
    database.execute("INSERT INTO words (words) VALUES ('optimize')")
    database.execute("COMMIT")
    database.execute("VACUUM")
    return database.serialize()


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _every(records: bytes, others: Mapping[str, Said], kinds: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Return all that have a kind and a name, by what they are called below the base, with all that is known."""
    every = {said.pop("id"): said for said in map(json.loads, records.splitlines())}
    for name, told in others.items():
        said = every.setdefault(name, {})
        said |= {fact: value for fact, value in told.items() if fact not in said}
    for name, said in every.items():
        said["path"] = name
        said["kind"] = min((kinds[iri] for iri in said.get("classes", ()) if iri in kinds), default=None)
        for of in said.get("of", ())[:1]:  # who holds an office is where that is, and matters as much as its size
            where = every.get(of, {})
            said["country"] = said.get("country") or where.get("country", "")
            said["matters"] = where.get("population", 0)
    return {name: said for name, said in every.items() if said["kind"] is not None and said.get("names")}


def _together(every: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the things with what alone governs a place put to the place, those that still exist first."""
    for name, said in sorted(every.items(), key=lambda one: ("end" in one[1], one[0])):
        places = said.get("places", ())
        if len(places) == 1 and places[0] in every:
            place = every[places[0]]
            place.setdefault("governments", []).append(said)
            place["networks"] = sorted({*place.get("networks", ()), *said.get("networks", ())})
            del every[name]
    return list(every.values())


def _importance(said: Said) -> tuple[Any, ...]:
    inhabitants, networks = said.get("population", said.get("matters", 0)), len(said.get("networks", ()))
    size = inhabitants.bit_length() + 2 * (networks + 1).bit_length()  # twice as many is one more
    return "end" in said, said["kind"], -size, -networks, -inhabitants, said["path"]


def _names(said: Said) -> list[list[str]]:
    return [*said["names"], *said.get("aliases", ())]


def _texts(said: Said) -> list[str]:
    return list(dict.fromkeys(text for text, _ in _names(said)))


def _governments(said: Said) -> list[Said]:
    found: list[Said] = said.get("governments", [])
    return found


def _common(things: Iterable[Said]) -> set[str]:
    """Return the words that many governments have in their names, which tell nothing without another."""
    governments = [one for said in things for one in _governments(said)]
    counted = Counter(word for one in governments for word in {w for text in _texts(one) for w in words(text)})
    return {word for word, count in counted.items() if count * _MANY > len(governments)}


def _put(
    database: sqlite3.Connection, number: int, said: Said, country: str, common: set[str], around: Iterable[str]
) -> None:
    texts, governing = _texts(said), [text for one in _governments(said) for text in _texts(one)]
    told = {
        "names": _names(said),
        "elsewhere": said.get("elsewhere"),
        "governments": [_government(one) for one in _governments(said)],
        "networks": len(said.get("networks", ())),
        "population": said.get("population"),
        "offices": _offices(said),
    }
    written = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False, sort_keys=True)
    row = (number, said["kind"], country, int("end" in said))
    database.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", row)
    database.execute("INSERT INTO description VALUES (?, ?, ?)", (number, said["path"], written))
    whole = {key(text) for text in texts} - {""}
    some = {found for text in texts for part in parts(text) if len(found := key(part)) >= _PART} - whole
    elsewhere = {key(text) for text in said.get("elsewhere", ())} - whole - some - {""}
    others = {key(text) for text in governing} - whole - some - elsewhere - {""}
    kinds = enumerate((whole, some, elsewhere, others))
    rows = [(found, part, number) for part, keys in kinds for found in sorted(keys)]
    database.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)
    theirs = [word for text in governing for word in words(text)]
    names = dict.fromkeys([*(w for text in texts for w in words(text)), *(w for w in theirs if w not in common)])
    beside = dict.fromkeys([*(w for text in around for w in words(text)), *(w for w in theirs if w in common)])
    columns = [" ".join(column) for column in (names, beside)]
    database.execute("INSERT INTO words (rowid, names, around) VALUES (?, ?, ?)", (number, *columns))


def _government(said: Said) -> dict[str, Any]:
    told: dict[str, Any] = {"path": said["path"], "names": _names(said)}
    return told | ({"ended": True} if "end" in said else {})


def _offices(said: Said) -> list[list[str]]:
    """Return the office that somebody was last seen in, in each language."""
    latest: dict[str, tuple[str, str]] = {}
    for text, language in said.get("offices", ()):
        day, _, office = text.partition(" ")
        latest[language] = max(latest.get(language, ("", "")), (day, office))
    return [[office, language] for language, (_, office) in sorted(latest.items())]
