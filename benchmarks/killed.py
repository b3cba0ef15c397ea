"""Ten thousand queries that are killed, and what is left of them: nothing.

PYTHONPATH=tests .venv/bin/python benchmarks/killed.py [--count 10000]
"""

import argparse
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from hostile.attacks import CARTESIAN, Ending
from measuring import children, descriptors, lasting, machine, megabytes, say, served, table

LIMITS = ("--query-seconds", 0.02, "--queue-seconds", 20, "--client-queries", 64, "--client-workers", 12)
TOGETHER = 12  # a query that costs a worker keeps its place for a while, so many are under way
ROUNDS = 5


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    endless = CARTESIAN[1]
    rows: list[list[object]] = []
    with served(*LIMITS) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        for path in ("/health", "/sparql", "/doc/city/it-modena") * 20:  # what is made once is made
            client.get(path)
        with ThreadPoolExecutor(TOGETHER) as pool:

            def kill(_: int) -> Ending:
                return endless.run(client)

            list(pool.map(kill, range(TOGETHER)))
            pids, begun = lasting(server), time.monotonic()
            rows.append([0, "", *_left(server.process.pid, pids), "0"])
            for done in range(ROUNDS):
                endings = Counter(pool.map(kill, range(count // ROUNDS)))
                told = ", ".join(f"{number} × {ending}" for ending, number in endings.items())
                left = _left(server.process.pid, pids)
                rows.append([(done + 1) * (count // ROUNDS), told, *left, f"{time.monotonic() - begun:.0f}"])
        if lasting(server) != pids:
            say("a process that should last was replaced")
    say(f"{machine()}; limits {' '.join(map(str, LIMITS))}; {TOGETHER} at a time\n")
    say(table(["killed", "endings", "MiB", "descriptors", "processes", "zombies", "seconds"], rows))


def _left(supervisor: int, pids: list[int]) -> list[object]:
    """Return memory and descriptors of the processes that last, how many processes there are, and zombies."""
    time.sleep(0.5)  # what has just died is being replaced
    states = [state for _, state in children(supervisor).values()]
    return [f"{megabytes(pids):.0f}", descriptors(pids), len(states), states.count("Z")]


if __name__ == "__main__":
    main()
