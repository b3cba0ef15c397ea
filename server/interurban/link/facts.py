"""What Wikidata says of items, as the queries in `data/linking/wikidata/` ask for it."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

import pyoxigraph as ox

from interurban.files import read_source, read_text
from interurban.link.mappings import PREFIXES
from interurban.link.wikidata import ENTITY, Wikidata
from interurban.matching.records import Record
from interurban.progress import Advance

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)  # longitude first
COLUMNS = (
    "id", "name", "others", "country", "kind", "latitude", "longitude", "population", "identifiers",
)  # fmt: skip
_LANGUAGES = ("en", "it", "mul")  # that our names are in
_DIRECT = "http://www.wikidata.org/prop/direct/"

Facts = dict[str, list[str]]


@dataclass(frozen=True)
class Questions:
    """The queries and tables of `data/linking/wikidata/`."""

    facts: str
    by_code: str
    by_name: str
    kinds: dict[str, str]  # class of Wikidata -> a word for its kind
    properties: dict[str, str]  # scheme of identifiers -> property of Wikidata

    @classmethod
    def read(cls, folder: Path) -> "Questions":
        """Return what is in a folder."""
        facts, by_code, by_name = (read_source(folder / name) for name in ("facts.rq", "by-code.rq", "by-name.rq"))
        classes, properties = (
            list(csv.DictReader(StringIO(read_text(folder / name)))) for name in ("classes.csv", "properties.csv")
        )
        kinds = {ENTITY + row["item"]: row["kind"] for row in classes}
        return cls(facts, by_code, by_name, kinds, {row["scheme"]: _DIRECT + row["property"] for row in properties})


def facts_of(items: Iterable[str], wikidata: Wikidata, questions: Questions, advance: Advance) -> dict[str, Facts]:
    """Return item -> fact -> values; an item of which nothing is said has no facts."""
    wanted = sorted(set(items))
    classes = _iris(questions.kinds)

    def query(some: Sequence[str]) -> str:
        text = questions.facts.replace("?_classes", classes)
        return text.replace("?_items", _iris(some))

    found: dict[str, Facts] = {item: {} for item in wanted}
    for count, rows in wikidata.some(query, wanted):
        for row in rows:
            found[row["item"]].setdefault(row["fact"], []).append(row["value"])
        advance(count)
    return found


def point(facts: Facts) -> tuple[float, float] | None:
    """Return the latitude and longitude that an item has (well-known text, longitude first)."""
    places = sorted(facts.get("point", ()))
    found = _POINT.search(places[0]) if places else None
    return (float(found[2]), float(found[1])) if found else None


def population(facts: Facts) -> int | None:
    """Return the largest number of inhabitants that is preferred there."""
    return max((round(float(number)) for number in facts.get("population", ())), default=None)


def candidates(
    records: Sequence[Record], wikidata: Wikidata, questions: Questions, advance: Advance
) -> Iterator[dict[str, str]]:
    """Yield the items that records may be, as rows of a gazetteer: those with their codes or names."""
    codes = sorted({pair for record in records for pair in _codes(record, questions)})
    names = sorted({name for record in records for name in record.own})
    items: set[str] = set()
    asked = (
        (questions.by_code, "?_codes", [f"({ox.NamedNode(prop)} {ox.Literal(code)})" for prop, code in codes]),
        (questions.by_name, "?_names", [str(ox.Literal(n, language=lang)) for n in names for lang in _LANGUAGES]),
    )
    for text, variable, values in asked:
        for _, rows in wikidata.some(partial(_filled, text, variable), values):
            items |= {row["item"] for row in rows}
    for item, facts in facts_of(items, wikidata, questions, advance).items():
        labels = sorted(facts.get("label", ()))
        if not labels:
            continue
        place, kinds = point(facts), sorted({questions.kinds[name] for name in facts.get("class", ())})
        yield {
            "id": "wd:" + item.removeprefix(ENTITY),
            "name": max(labels, key=lambda label: (labels.count(label), label)),
            "others": "|".join(n for n in dict.fromkeys([*labels, *sorted(facts.get("alias", ()))]) if "|" not in n),
            "country": min(facts.get("country", ()), default=""),
            "kind": kinds[0] if len(kinds) == 1 else "",
            "latitude": str(place[0]) if place else "",
            "longitude": str(place[1]) if place else "",
            "population": str(population(facts) or ""),
            "identifiers": "|".join(f"geonames:{number}/" for number in sorted(facts.get("geonames", ()))),
        }


def _filled(text: str, variable: str, values: Sequence[str]) -> str:
    return text.replace(variable, " ".join(values))


def _iris(names: Iterable[str]) -> str:
    return " ".join(str(ox.NamedNode(name)) for name in names)


def _codes(record: Record, questions: Questions) -> Iterator[tuple[str, str]]:
    for identifier in record.identifiers:
        if identifier.startswith(PREFIXES["geonames"]):
            yield questions.properties["geonames"], identifier.removeprefix(PREFIXES["geonames"]).strip("/")
        else:
            scheme, _, code = identifier.partition(":")
            if scheme in questions.properties:
                yield questions.properties[scheme], code
