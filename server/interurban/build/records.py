"""What a name can mean: the things of the dataset with what tells namesakes apart, to link and reconcile by."""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from interurban.build.asking import Asked, select
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import read_source, there
from interurban.iris import Base
from interurban.matching.names import Kinds, compared, once
from interurban.matching.records import BETWEEN, COUNTRIES, KINDS, MODEL, NAMESAKES, RECORDS, Countries, of_rows
from interurban.messages import say

LINKING = "linking"
_QUERY, COUNTRIES_TABLE, _ELSEWHERE, _NAMESAKES = "records.rq", "import/countries.csv", "names.tsv", "namesakes.tsv"
_LISTS = ("classes", "identifiers", "places", "websites", "networks", "of", "held")
_NAMES = ("names", "aliases", "offices")
_NUMBERS = ("latitude", "longitude")
# What the query calls a fact -> what the file calls it, where that differs.
_CALLED = {
    "class": "classes",
    "name": "names",
    "alias": "aliases",
    "identifier": "identifiers",
    "place": "places",
    "website": "websites",
    "network": "networks",
    "office": "offices",
}


def records(store: ox.Store, data: Path, base: Base) -> dict[str, bytes]:
    """Return path in the release -> content, of what there is to rank by; nothing if the data have no such query.

    Raises InputError as `facts` does, and with every row of the table of namesakes that cannot be read.
    """
    path = data / LINKING / _QUERY
    if not there(path):
        return {}
    things = facts(store, path, data, base)
    table, kinds = read_source(data / COUNTRIES_TABLE), read_source(data / LINKING / "kinds.csv")
    namesakes = _namesakes(data / LINKING / _NAMESAKES, Kinds(kinds), Countries(table))
    _share(things)
    _call(things, data / LINKING / _ELSEWHERE)
    lines = (
        json.dumps({"id": name} | said, ensure_ascii=False, sort_keys=True)
        for name, said in sorted(things.items())
        if said.get("classes") and said.get("names")
    )
    return {
        RECORDS: "".join(f"{line}\n" for line in lines).encode(),
        NAMESAKES: namesakes.encode(),
        MODEL: read_source(data / LINKING / "model.json").encode(),
        KINDS: kinds.encode(),
        COUNTRIES: table.encode(),
    }


def _namesakes(path: Path, kinds: Kinds, countries: Countries) -> str:
    """Return the table of places that are called as some of these, every row of which can be read."""
    text = read_source(path) if there(path) else ""
    rows = enumerate(csv.DictReader(text.split("\n"), delimiter="\t"), 2)
    of_rows(rows, relative(path), kinds, countries, needed=("id", "name"))
    return text


def facts(store: ox.Store, path: Path, data: Path, base: Base) -> dict[str, dict[str, Any]]:
    """Return what the query of a file tells of things, by their names below the base.

    Raises InputError if it asks for anything but `?thing ?fact ?value`.
    """
    query = Asked(read_source(path), Place(relative(path)))
    found = select(store, query, base)
    if found is None or list(found.columns) != ["thing", "fact", "value"]:
        raise InputError([Problem(say("records-columns"), query.place)])
    things: dict[str, dict[str, Any]] = {}
    countries = Countries(read_source(data / COUNTRIES_TABLE))
    for thing, fact, value in found.rows:
        if isinstance(thing, ox.NamedNode) and isinstance(fact, ox.Literal) and value is not None:
            _put(things.setdefault(thing.value.removeprefix(base.iri), {}), fact.value, value, base, countries)
    return things


def _put(said: dict[str, Any], fact: str, value: Any, base: Base, countries: Countries) -> None:
    """Let a thing have a fact."""
    text: str = value.value
    name = _CALLED.get(fact, fact)
    if fact == "country":
        said[name] = countries.of(text.rpartition("/")[2])
    elif fact == "population":  # the day of counting, and the number
        said[name] = max(said.get(name, ""), text)
    elif fact in _NUMBERS:
        said[name] = float(text)
    elif name in _NAMES:
        _insert(said.setdefault(name, []), [text, value.language or ""], lambda pair: pair[::-1])
    elif name in _LISTS:
        _insert(said.setdefault(name, []), text if name == "classes" else text.removeprefix(base.iri))
    else:
        said[name] = text


def _insert(values: list[Any], value: Any, order: Callable[[Any], Any] | None = None) -> None:
    if value not in values:
        values.append(value)
        values.sort(key=order)


def _share(things: dict[str, dict[str, Any]]) -> None:
    """Let a government and the one place that it alone governs share what is known of either."""
    governing: dict[str, list[str]] = {}
    for name, said in things.items():
        if "population" in said:
            said["population"] = round(float(said["population"].rpartition(" ")[2]))
        for place in said.get("places", ()):
            governing.setdefault(place, []).append(name)
    for place, governments in governing.items():
        (government, *others) = _living(governments, things)
        if others or place not in things or len(things[government]["places"]) > 1:
            continue
        both = things[government], things[place]
        for fact in ("country", "population", *_NUMBERS):
            known = next((said[fact] for said in reversed(both) if fact in said), None)
            if known is not None:
                both[0].setdefault(fact, known)
                both[1].setdefault(fact, known)
        if "end" in both[0]:
            both[1].setdefault("end", both[0]["end"])
        for one, other in (both, both[::-1]):
            if shared := other.get("identifiers"):
                one["shared"] = shared


def _call(things: dict[str, dict[str, Any]], path: Path) -> None:
    """Let things have the names by which they go elsewhere, besides their own."""
    rows = csv.DictReader(read_source(path).split("\n"), delimiter="\t") if there(path) else ()
    names = {row["thing"]: row["names"].split(BETWEEN) for row in rows}
    for said in things.values():
        known = {compared(text) for fact in _NAMES for text, _ in said.get(fact, ())}
        every = once(name for one in said.get("identifiers", ()) for name in names.get(one, ()))
        if elsewhere := sorted(name for name in every if compared(name) not in known):
            said["elsewhere"] = elsewhere


def _living(governments: Iterable[str], things: dict[str, dict[str, Any]]) -> list[str]:
    """Return the governments that have not ended, or all if none is left."""
    every = list(governments)
    return [name for name in every if "end" not in things[name]] or every
