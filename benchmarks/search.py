"""How long it takes to find things by name in a release: 200 of its names, written in many ways, each asked once.

They are written as they are, as one begins to write them, without accents, by one word, and with two letters
exchanged; some with a kind or a country. Nothing is asked twice, so nothing comes from the answer cache. The processor
time is that of all processes of the server, and tells on a busy machine how long it takes on a quiet one.

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

from addresses import processor_seconds
from interurban.matching.records import RECORDS
from interurban.release.folder import SEARCH, current
from measuring import machine, percentile, say, table
from serving import serving

QUERIES = 200
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
    chance = random.Random(13)  # noqa: S311 - no secret
    names = [chance.choice(said["names"])[0] for said in chance.sample(lines, min(QUERIES, len(lines)))]
    rows = []
    with (
        serving(release.folder.parent, "--web-processes", 1) as server,
        httpx.Client(base_url=server.address, timeout=60) as client,
    ):
        for path in PATHS:
            client.get(path, params={"q": "first"}).raise_for_status()
            every = []
            for place, (way, written) in enumerate(WRITTEN.items()):
                taken, used = [], processor_seconds(server.process.pid)
                asked = {
                    written(name): CHOICES[n % len(CHOICES)] for n, name in enumerate(names[place :: len(WRITTEN)])
                }
                for text, choice in asked.items():
                    begun = time.perf_counter()
                    client.get(path, params={"q": text, **choice}).raise_for_status()
                    taken.append(1000 * (time.perf_counter() - begun))
                spent = 1000 * (processor_seconds(server.process.pid) - used)
                every.append((taken, spent))
                rows.append(row(path, way, taken, spent))
            rows.append(row(path, "all", [t for taken, _ in every for t in taken], sum(spent for _, spent in every)))
    say(machine())
    say(f"{len(lines)} records; {SEARCH}: {release.manifest['files'][SEARCH]['bytes'] / 2**20:.1f} MiB\n")
    say(table(("address", "name", "queries", "p50 ms", "p99 ms", "most ms", "processors, ms each"), rows))


def row(path: str, way: str, taken: list[float], spent: float) -> tuple[str, ...]:
    """Return the figures of a line."""
    figures = (percentile(taken, 0.5), percentile(taken, 0.99), max(taken), spent / len(taken))
    return path, way, str(len(taken)), *(f"{figure:.1f}" for figure in figures)


if __name__ == "__main__":
    main()
