"""How often `/reconcile` is right, and how long a thousand names take: places whose items are known, asked over HTTP.

The names are those of the gold that `linking.py` uses, each with its country and again without. One is in the graph if
a city of it is linked to the item or id that the gold has; one is not if none is, and no city of its country is called
so.

    PYTHONPATH=server:tests:benchmarks .venv/bin/python benchmarks/reconcile.py releases/
"""

import argparse
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from gold import Row, gold_rows
from interurban.matching.names import keys
from interurban.matching.records import RECORDS
from interurban.release.folder import Release, current
from measuring import machine, say, table
from serving import serving

THERE, NOT_THERE, BATCH = 700, 300, 50
GAZETTEERS = {"wikidata_qid": "http://www.wikidata.org/entity/{}", "geonames_id": "https://sws.geonames.org/{}/"}

Asked = tuple[Row, set[str]]  # a row of the gold, and the things that it means
Answer = list[dict[str, Any]]


def main() -> None:
    """Print what was right, with the country and without, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    release = current(parser.parse_args().releases)
    there, missing = chosen(release)
    rows, wrong = [], []
    with (
        serving(release.folder.parent, "--web-processes", 1) as server,
        httpx.Client(base_url=server.address, timeout=600) as client,
    ):
        for country in (True, False):
            begun = time.perf_counter()
            answers = list(answered(client, [row for row, _ in (*there, *missing)], country=country))
            seconds = time.perf_counter() - begun
            found = list(zip((*there, *missing), answers, strict=True))
            first = sum(bool(got) and got[0]["id"] in means for (_, means), got in found[: len(there)])
            matched = [(row, got[0], means) for (row, means), got in found if got and got[0]["match"]]
            right = sum(one["id"] in means for _, one, means in matched)
            silent = sum(not got or not got[0]["match"] for _, got in found[len(there) :])
            rows.append(
                (
                    "with" if country else "without",
                    f"{100 * first / len(there):.1f}",
                    f"{100 * silent / len(missing):.1f}",
                    f"{100 * right / len(matched):.1f}",
                    f"{100 * right / len(there):.1f}",
                    f"{seconds:.2f}",
                )
            )
            wrong += [
                (f"{row['name']} ({row['country']})", "yes" if country else "no", ", ".join(sorted(means)), one["id"])
                for row, one, means in matched
                if one["id"] not in means
            ]
    say(machine())
    say(f"{len(there)} names of the graph and {len(missing)} that it has not, {BATCH} at once\n")
    say(table(("country", "first, %", "no match, %", "matches right, %", "matched, %", "seconds"), rows))
    say("\n" + table(("asked", "country told", "means", "matched"), wrong[:20]))


def chosen(release: Release) -> tuple[list[Asked], list[Asked]]:
    """Return rows of which the graph has the place, and rows of which it has not, in the order of their hashes."""
    identified: dict[str, set[str]] = defaultdict(set)
    named: set[tuple[str, str]] = set()
    for said in map(json.loads, release.read(RECORDS).splitlines()):
        named |= {(said.get("country", ""), name) for name in keys(_names(said))}
        for identifier in (*said.get("identifiers", ()), *said.get("shared", ())):
            identified[identifier].add(said["id"].removeprefix("id/"))
    there: list[Asked] = []
    missing: list[Asked] = []
    for row in sorted(gold_rows(), key=lambda row: hashlib.sha256(row["other_id"].encode()).digest()):
        items = [address.format(row[name]) for name, address in GAZETTEERS.items() if row[name]]
        if means := set().union(*(identified.get(item, set()) for item in items)):
            there.append((row, means))
        elif not any((row["country"], name) in named for name in keys([row["name"]])):
            missing.append((row, set()))
    return there[:THERE], missing[:NOT_THERE]


def _names(said: dict[str, Any]) -> list[str]:
    return [*(text for text, _ in (*said["names"], *said.get("aliases", ()))), *said.get("elsewhere", ())]


def answered(client: httpx.Client, rows: list[Row], *, country: bool) -> Iterator[Answer]:
    """Yield the candidates of each row."""
    for place in range(0, len(rows), BATCH):
        queries = {f"q{n}": _query(row, country=country) for n, row in enumerate(rows[place : place + BATCH])}
        answer = client.post("/reconcile", data={"queries": json.dumps(queries)}).raise_for_status().json()
        yield from (answer[name]["result"] for name in queries)


def _query(row: Row, *, country: bool) -> dict[str, Any]:
    properties: Iterable[dict[str, str]] = [{"pid": "country", "v": row["country"]}] if country else []
    return {"query": row["name"], "limit": 3, "properties": properties}


if __name__ == "__main__":
    main()
