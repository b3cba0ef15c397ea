"""What is compared: a thing with its names and what is known of it."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

from interurban.errors import InputError, Place, Problem
from interurban.matching.names import Kinds, key
from interurban.messages import say

# Files of a release: its things with what tells them apart, one JSON object a line; and what they are ranked by.
RECORDS, MODEL, KINDS, COUNTRIES, NAMESAKES = (
    f"reconciliation/{name}" for name in ("records.jsonl", "model.json", "kinds.csv", "countries.csv", "namesakes.tsv")
)
NAMESAKE = "namesake:"  # before the identifier of a place that is called as one of the graph, and is not there
_LOCAL = re.compile("[/#]")  # what stands before the last part of an IRI
BETWEEN = "|"  # between the values of a cell
_PUBLISHER = re.compile(r"https?://(?:[^/@]*\.)?([\w-]+)\.\w+/(?:.*/)?([^/?#]+)/?")


@dataclass(frozen=True, slots=True)
class Record:
    """A thing in a table, a gazetteer or the graph.

    id: CURIE or IRI; country: two letters (ISO 3166-1); kind: as the table of kinds has it; within: codes of what
    contains it; latitude, longitude: degrees (WGS 84); identifiers: CURIEs or IRIs by which others call it; ended:
    whether it is known to be no more; elsewhere: names by which others call it.
    """

    id: str
    name: str
    others: tuple[str, ...] = ()
    country: str = ""
    kind: str = ""
    within: frozenset[str] = field(default_factory=frozenset)
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    identifiers: frozenset[str] = field(default_factory=frozenset)
    ended: bool = False
    websites: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """Its names where it is described, the one it goes by first."""
        return (self.name, *self.others)

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the one it goes by first."""
        return (*self.own, *self.elsewhere)


class Countries:
    """The codes and names of countries. table: CSV with the columns code, alpha_2, label_en and label_it."""

    def __init__(self, table: str) -> None:
        self._codes: dict[str, str] = {}
        self._long: dict[str, str] = {}
        for row in csv.DictReader(StringIO(table)):
            self._long[row["alpha_2"]] = row["code"]
            for text in row.values():
                self._codes.setdefault(key(text), row["alpha_2"])

    def of(self, text: str) -> str:
        """Return the code of two letters of a country, of that, the one of three, or its name; "" if there is none."""
        return self._codes.get(key(text), "")

    def long(self, alpha_2: str) -> str:
        """Return the code of three letters of a country, by that of two; "" if there is none."""
        return self._long.get(alpha_2, "")


def code(identifier: str) -> tuple[str, str]:
    """Return whose an identifier is and what they call the thing: the parts of a CURIE.

    Of an IRI (`http://www.wikidata.org/entity/Q279`) that is the name of its host, and its last part: wikidata, Q279.
    """
    if found := _PUBLISHER.fullmatch(identifier):
        return found[1], found[2]
    scheme, _, name = identifier.rpartition(":")
    return scheme, name


def normal(called: str) -> str:
    """Return an identifier as all ways of writing it have it: whose it is, and what they call the thing."""
    return identifier(*code(called))


def identifier(scheme: str, name: str) -> str:
    """Return the same of what somebody calls a thing. scheme: who."""
    return f"{scheme}:{name.strip().upper()}"


def website(address: str) -> str:
    """Return a website as all ways of writing its address have it; it counts as an identifier, of nobody."""
    return ":" + re.sub(r"^https?://(www\.)?", "", address.strip().lower()).rstrip("/")


def of_graph(lines: bytes, kinds: Kinds, classes: Iterable[str] = ()) -> Iterator[tuple[Record, Mapping[str, Any]]]:
    """Yield the things of a release, as its file of records has them, each with what is written there.

    classes: only things of one of these.
    """
    wanted = set(classes)
    for line in lines.splitlines():
        said = json.loads(line)
        if wanted and not wanted.intersection(said["classes"]):
            continue
        names = list(dict.fromkeys(name for name, _ in [*said["names"], *said.get("aliases", ())]))
        yield (
            Record(
                said["id"],
                names[0],
                tuple(names[1:]),
                said.get("country", ""),
                next((kind for name in said["classes"] if (kind := kinds.of(_LOCAL.split(name)[-1]))), ""),
                frozenset(said.get("within", ())),
                said.get("latitude"),
                said.get("longitude"),
                said.get("population"),
                frozenset([*said.get("identifiers", ()), *said.get("shared", ())]),
                "end" in said,
                tuple(said.get("websites", ())),
                tuple(said.get("elsewhere", ())),
            ),
            said,
        )


def of_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    file: str,
    kinds: Kinds,
    countries: Countries,
    needed: Sequence[str] = ("name",),
) -> list[tuple[int, Record]]:
    """Return the records of a file's rows, each as `of_row` has it, with their lines.

    needed: what every row has to have. Raises InputError with every row that cannot be read.
    """
    found, problems = [], []
    for line, row in rows:
        try:
            lacking = [column for column in needed if not (row.get(column) or "").strip()]
            if lacking or None in row:  # what stands behind the last column is there by no name
                raise ValueError(lacking[0] if lacking else "name")
            found.append((line, of_row(row, kinds, countries)))
        except ValueError as error:
            problems.append(Problem(say("link-row", column=error), Place(file, line)))
    if problems:
        raise InputError(problems)
    return found


def namesakes_of(table: str, kinds: Kinds, countries: Countries) -> Iterator[Record]:
    """Yield the namesakes of a table: places that are not in the graph. table: TSV, each row as `of_row` has it."""
    for row in csv.DictReader(StringIO(table), delimiter="\t"):
        yield of_row(row | {"id": NAMESAKE + row["id"]}, kinds, countries)


def grouped(things: Iterable[tuple[Record, Sequence[str]]]) -> tuple[dict[str, Record], dict[str, tuple[str, ...]]]:
    """Return things by id, a place and what of its kind governs it alone as one, and the ids of such, its own first.

    things: each with the ids of the places that it governs.
    """
    every = [(record, places[0] if len(places) == 1 else "") for record, places in things]
    records = {record.id: record for record, _ in every}
    governing: dict[str, list[Record]] = {}
    for record, name in every:
        if (place := records.get(name)) and record.kind in ("", place.kind):
            governing.setdefault(name, []).append(record)
    members: dict[str, tuple[str, ...]] = {}
    for name, governments in governing.items():
        place = records[name]
        governments.sort(key=lambda one: one.ended)
        members[name] = (name, *(records.pop(one.id).id for one in governments))
        others = dict.fromkeys([*place.others, *(name for one in governments for name in one.own)])
        identifiers = place.identifiers.union(*(one.identifiers for one in governments))
        records[name] = replace(place, others=tuple(others), identifiers=identifiers)
    return records, members


def of_row(row: Mapping[str, str], kinds: Kinds, countries: Countries) -> Record:
    """Return the record of a table's row. Raises ValueError with the column of what is no number.

    row: by columns id, name, others, country, kind, within, latitude, longitude, population, identifiers, of which only
    the name has to be there; in others, within and identifiers values stand with | between them.
    """

    def several(column: str) -> list[str]:
        return [value for value in (row.get(column) or "").split(BETWEEN) if value]

    def number(column: str) -> float | None:
        text = (row.get(column) or "").strip()
        try:
            return float(text) if text else None
        except ValueError:
            raise ValueError(column) from None

    population = number("population")
    return Record(
        (row.get("id") or "").strip(),
        row["name"].strip(),
        tuple(several("others")),
        countries.of(row.get("country") or ""),
        kinds.of(row.get("kind") or ""),
        frozenset(several("within")),
        number("latitude"),
        number("longitude"),
        int(population) if population else None,
        frozenset(several("identifiers")),
    )
