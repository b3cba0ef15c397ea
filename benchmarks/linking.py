"""How much of what `interurban link` decides is right, of places whose items are known (some 40 s).

`PYTHONPATH=tests python benchmarks/linking.py` runs the command over the gold; `--train` measures numbers of the model
on one half of it and prints `data/linking/model.json` with them. The other half tells how good they are.
"""

import argparse
import json
import math
import random
import re
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from gold import (
    DATA,
    LEAST,
    Outcome,
    Row,
    Score,
    counted_elsewhere,
    countries,
    gazetteers,
    gold_rows,
    held,
    kinds,
    linked,
    meant,
    records,
    score,
)
from interurban.matching.index import Index
from interurban.matching.model import SURE, Model, distance
from interurban.matching.names import keys
from interurban.matching.records import Record
from measuring import machine, say, table

_THRESHOLDS = (LEAST, 0.8, SURE, 0.95, 0.97, 0.99, 0.995, 0.999)
_SHOWN = 10
_COUNTRIES = 10
_NEAR = 10  # km
_BY_LOT = 100_000  # pairs of each gazetteer that do not mean the same
_KINDS, _COUNTRIES_OF = kinds(), countries()
_INNERMOST = re.compile(r"\{\s+([^{}]*?)\s+\}")  # stands on a line of its own
_NAMES = {"geonames": "GeoNames", "wd": "excerpt"}
_FIGURES = ("rows", "linked", "right", "gold errs", "precision", "without these", "recall")


def main() -> None:
    """Print the tables, or the model."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--train", action="store_true", help="measure the numbers of the model, and print it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, rows = Path(name), gold_rows()
        things = gazetteers(folder)
        if given.train:
            say(trained(things, [row for row in rows if not held(row)], folder))
            return
        begun = time.perf_counter()
        outcomes = linked(rows, things, folder)
        seconds, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime
    taken = f"{seconds:.1f} s, {processor:.1f} s of processors, {used.ru_maxrss // 1024} MiB"
    say(f"{machine()}\n\n{len(rows)} rows, both gazetteers: {taken}.\n")
    for title, text in tables(outcomes):
        say(f"**{title}**\n\n{text}\n")


def tables(outcomes: Sequence[Outcome]) -> Iterable[tuple[str, str]]:
    """Yield tables of what became of the rows, each with its title."""
    tested = [one for one in outcomes if held(one.row)]
    yield "By threshold, the half that nothing was measured on", _table("threshold", _curve(tested))
    yield "By threshold, all rows", _table("threshold", _curve(outcomes))
    largest = [name for name, _ in Counter(one.row["country"] for one in outcomes if one.truth).most_common(_COUNTRIES)]
    yield "By country, the ten with most rows", _split("country", outcomes, lambda row: row["country"], largest)
    yield "By kind", _split("kind", outcomes, lambda row: row["admin_kind"])
    yield "By homonymy", _split("homonymy", outcomes, _homonymy)
    yield "By what is known", _split("known", outcomes, lambda row: "coordinates" if row["lat"] else "no coordinates")
    yield "By whether the excerpt has it", _split("excerpt", outcomes, lambda row: row["in_excerpt"] or "no")
    yield "Rows whose item the gazetteer has not", _absent(outcomes)
    found = [one for one in outcomes if one.truth and one.right and not one.mistaken]
    hardest = sorted(found, key=lambda one: (one.probability, one.row["other_id"]))
    sure = [one for one in hardest if one.probability >= SURE]
    yield "Ten of the right ones that were hardest", _shown(sure)
    wrong = [one for one in score(outcomes).wrong if not one.mistaken]
    yield "Ten of the wrong ones that were surest", _shown(sorted(wrong, key=lambda one: -one.probability))


def _homonymy(row: Row) -> str:
    return "homonym" if row["homonym"] else "city and area of one name" if row["pair"] else "neither"


def _curve(outcomes: Sequence[Outcome]) -> Iterable[tuple[str, str, Score]]:
    for gazetteer, name in _NAMES.items():
        for sure in _THRESHOLDS:
            yield name, f"{sure}", score((one for one in outcomes if one.gazetteer == gazetteer), sure)


def _split(head: str, outcomes: Iterable[Outcome], by: Callable[[Row], str], wanted: Sequence[str] = ()) -> str:
    groups = defaultdict(list)
    for one in outcomes:
        if not wanted or by(one.row) in wanted:
            groups[one.gazetteer, by(one.row)].append(one)
    scores = [(_NAMES[gazetteer], group, score(found)) for (gazetteer, group), found in groups.items()]
    return _table(head, sorted(scores, key=lambda one: (one[0], -one[2].rows, one[1])))


def _table(head: str, scores: Iterable[tuple[str, str, Score]]) -> str:
    rows = [
        (name, group, s.rows, s.linked, s.right, s.mistaken, f"{s.precision:.4f}", f"{s.spared:.4f}", f"{s.recall:.4f}")
        for name, group, s in scores
        if s.rows
    ]
    return table(("gazetteer", head, *_FIGURES), rows)


def _absent(outcomes: Sequence[Outcome]) -> str:
    """Tell of the rows whose item is not there, of countries and identifiers that the gazetteer has."""
    covered = {(one.gazetteer, thing.country) for one in outcomes for thing in one.truth}
    column = {"geonames": "geonames_id", "wd": "wikidata_qid"}
    rows = []
    for gazetteer, name in _NAMES.items():
        here = (one for one in outcomes if one.gazetteer == gazetteer and (gazetteer, one.row["country"]) in covered)
        lacking = [one for one in here if not one.truth and one.row[column[gazetteer]]]
        found = [one for one in lacking if one.chosen and one.probability >= SURE]
        rows.append((name, len(lacking), len(found), sum(map(_there, found))))
    return table(("gazetteer", "rows", "linked", f"of the row's name, within {_NEAR} km of it"), rows)


def _there(one: Outcome) -> bool:
    """Tell whether what was chosen has the name of the row and is where the row says."""
    row, thing = one.row, one.chosen
    if not thing or not row["lat"] or thing.latitude is None or thing.longitude is None:
        return False
    far = distance(float(row["lat"]), float(row["lon"]), thing.latitude, thing.longitude)
    return far < _NEAR and bool({*keys([row["name"]])} & {*keys(thing.names)})


def _shown(outcomes: Sequence[Outcome]) -> str:
    rows = [
        (
            _NAMES[one.gazetteer],
            f"{one.row['name']} ({one.row['country']}{', coordinates' if one.row['lat'] else ''})",
            f"{one.truth[0].name} {_last(one.truth[0].id)}",
            f"{one.chosen.name} {_last(one.chosen.id)}",
            f"{one.probability:.3f}",
        )
        for one in outcomes[:_SHOWN]
        if one.chosen
    ]
    return table(("gazetteer", "row", "gold", "chosen", "probability"), rows)


def _last(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def trained(things: dict[str, list[Record]], rows: Sequence[Row], folder: Path) -> str:
    """Return the model with the numbers that can be measured: how often a level is found in pairs of one country.

    m: in pairs that mean the same, which the gold tells; u: in pairs that do not, drawn by lot. Sizes are compared of
    what is in both gazetteers, where the excerpt has its number from elsewhere.
    """
    said = json.loads((DATA / "linking" / "model.json").read_text(encoding="utf-8"))
    model, lot = Model(json.dumps(said)), random.Random(1)
    counts: Counts = defaultdict(Counter)
    for gazetteer, known in things.items():
        there = _by_country(known)
        meanings = zip(records(rows, folder), meant(rows, gazetteer, known), strict=True)
        pairs = [(record, truth) for record, truth in meanings if any(one.country == record.country for one in truth)]
        for record, truth in pairs:
            _count(counts, "m", model, record, min(truth, key=partial(_far, record)))
        for record, truth in lot.choices(pairs, k=_BY_LOT):
            if (thing := lot.choice(there[record.country])) not in truth:
                _count(counts, "u", model, record, thing)
    places = {thing.id: thing for thing in things["geonames"]}
    there = _by_country(things["geonames"])
    for thing, number in counted_elsewhere(things["wd"]):
        if (same := places.get(number)) and same.country == thing.country:
            _count_sizes(counts, "m", model, thing, same)
            for other in lot.choices(there[thing.country], k=_BY_LOT // 1000):
                _count_sizes(counts, "u", model, thing, other)
    for comparison, levels in said["comparisons"].items():
        for level, numbers in levels.items():
            for part in ("m", "u"):
                found = counts[comparison, part]
                if found:
                    share = (found[level] + 0.5) / (found.total() + 0.5 * len(levels))
                    numbers[part] = float(f"{share:.3g}")
    return _INNERMOST.sub(lambda found: f"{{{' '.join(found[1].split())}}}", json.dumps(said, indent=2))


Counts = dict[tuple[str, str], Counter[str]]


def _count(counts: Counts, part: str, model: Model, record: Record, thing: Record) -> None:
    """Count the levels of a pair. A name that is not alike has none, and counts as such."""
    found = Index.held([thing], model, _KINDS, _COUNTRIES_OF).ranked(record)
    counts["name", part][found[0].evidence[0].level if found else ""] += 1
    if (far := _far(record, thing)) < math.inf:
        counts["distance", part][model.measured("distance", far).level] += 1


def _count_sizes(counts: Counts, part: str, model: Model, a: Record, b: Record) -> None:
    if a.population and b.population:
        ratio = max(a.population, b.population) / min(a.population, b.population)
        counts["population", part][model.measured("population", ratio).level] += 1


def _by_country(things: Iterable[Record]) -> dict[str, list[Record]]:
    found = defaultdict(list)
    for thing in things:
        found[thing.country].append(thing)
    return found


def _far(record: Record, thing: Record) -> float:
    if None in (record.latitude, record.longitude, thing.latitude, thing.longitude):
        return math.inf
    return distance(record.latitude, record.longitude, thing.latitude, thing.longitude)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
