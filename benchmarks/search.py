"""How long it takes to find things by name in a release: some 200 of its names, written in many ways, each asked once.

They are written as they are, as one begins to write them, without accents, by one word, and with two letters
exchanged; some with a kind or a country. Nothing is asked twice, so nothing comes from the answer cache. The time
on a processor is that of the web process; on a busy machine it tells how long it takes on a quiet one.

    PYTHONPATH=tests:benchmarks .venv/bin/python benchmarks/search.py releases/
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from anyascii import anyascii

from interurban.matching.records import RECORDS
from interurban.release.folder import SEARCH, current
from measuring import children, machine, percentile, say, table
from serving import serving

QUERIES = 240  # of which some 200 are left, each once
SHOWN = {"p50": 0.5, "p99": 0.99, "most": 1.0}
PATHS = ("/search.json", "/search", "/suggest")


def slip(name: str) -> str:
    """Return a name with two letters of its middle exchanged."""
    place = max(1, len(name) // 2)
    return name[: place - 1] + name[place : place + 1] + name[place - 1 : place] + name[place + 1 :]


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "one letter": lambda name: name[:1],
    "two letters": lambda name: name[:2],
    "four letters": lambda name: name[:4],
    "without accents": anyascii,
    "one word": lambda name: max(name.split(), key=len),
    "with a slip": slip,
}
CHOICES: tuple[dict[str, str], ...] = ({}, {}, {"kind": "city"}, {"country": "ITA"})


def main() -> None:
    """Print the times, by address and by how a name is written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    release = current(parser.parse_args().releases)
    lines = [json.loads(line) for line in release.read(RECORDS).splitlines()]
    chance = random.Random(13)
    names = [chance.choice(said["names"])[0] for said in chance.sample(lines, min(QUERIES, len(lines)))]
    rows = []
    with (
        serving(release.folder.parent, "--web-processes", 1) as server,
        httpx.Client(base_url=server.address, timeout=600) as client,
    ):
        for ready in ("/reconcile?queries=%7B%7D", "/sparql?query=ASK%7B%7D", *PATHS):  # what is read beside is read
            client.get(ready, params={"q": "first"} if ready in PATHS else None).raise_for_status()
        (web,) = (pid for pid, (name, _) in children(server.process.pid).items() if name == "web-process")
        for path in PATHS:
            every: list[tuple[float, float]] = []
            for place, (way, written) in enumerate(WRITTEN.items()):
                pairs = ((written(name), n % len(CHOICES)) for n, name in enumerate(names[place :: len(WRITTEN)]))
                times = []
                for text, choice in dict.fromkeys(pairs):
                    begun, used = time.perf_counter(), nanoseconds(web)
                    client.get(path, params={"q": text, **CHOICES[choice]}).raise_for_status()
                    times.append((1000 * (time.perf_counter() - begun), (nanoseconds(web) - used) / 1e6))
                every += times
                rows.append(row(path, way, times))
            rows.append(row(path, "all", every))
    say(machine())
    say(f"{len(lines)} records; {SEARCH}: {release.manifest['files'][SEARCH]['bytes'] / 2**20:.1f} MiB\n")
    say(table(("address", "name", "queries", *(f"{t} {s} ms" for t in ("clock", "processor") for s in SHOWN)), rows))


def nanoseconds(pid: int) -> int:
    """Return for how long the threads of a process have been on a processor."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def row(path: str, way: str, times: list[tuple[float, float]]) -> tuple[str, ...]:
    """Return the figures of a line."""
    figures = [percentile(each, share) for each in zip(*times, strict=True) for share in SHOWN.values()]
    return path, way, str(len(times)), *(f"{figure:.1f}" for figure in figures)


if __name__ == "__main__":
    main()
