"""The attacks of tests/hostile/, class by class, and what somebody else notices of them.

    PYTHONPATH=tests .venv/bin/python benchmarks/bystander.py [--seconds 15]

Prints a table: class, attacks, how they ended, how fast a dead worker was replaced, and how long the bystander's
queries and /health took meanwhile, against what they take when nobody attacks.
"""

import argparse
import os
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx

from hostile.attacks import ATTACKS, Attack, Ending
from measuring import Bystander, Replacements, Seen, machine, percentile, say, served, table

LIMITS = ("--query-seconds", 2, "--query-megabytes", 512, "--answer-megabytes", 50, "--queue-seconds", 20)
HEADS = (
    "class", "attacks", "endings", "worker replaced in (workers)", "p50", "p99", "p99 / quiet", "failures",
    "/health p99, most",
)  # fmt: skip
TOGETHER = 4  # attacks at a time, from one address
PAUSE = 0.1  # seconds before each: this is about what a request does, not about how many there are


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each class goes on, at least")
    parser.add_argument("classes", nargs="*", default=list(ATTACKS), help="which ones; all if none is named")
    given = parser.parse_args()
    seconds = given.seconds
    rows: list[list[object]] = []
    with served(*LIMITS) as server, socket.create_server(("127.0.0.1", 0)) as elsewhere:
        bystander, replacements = Bystander(server.address), Replacements(server.process.pid)
        os.nice(19)  # an attacker's own work is done elsewhere; here it has to share the cores
        time.sleep(seconds)
        bystander.look()
        time.sleep(seconds)
        quiet = bystander.look()
        rows.append(["(nobody attacks)", 0, "", "", *_figures(quiet, quiet)])
        for kind in given.classes:
            bystander.look()
            replacements.look()
            endings = _attack(server.address, kind, elsewhere.getsockname()[1], seconds)
            seen = bystander.look()
            told = ", ".join(f"{count} × {ending}" for ending, count in sorted(endings.items(), key=str))
            times = replacements.look()
            replaced = f"{percentile(times, 0.5) * 1000:.0f} ms ({len(times)})" if times else "–"
            rows.append([kind, len(ATTACKS[kind]), told, replaced, *_figures(seen, quiet)])
        bystander.leave()
        replacements.leave()
        elsewhere.setblocking(False)
        try:
            elsewhere.accept()
            reached = "somebody was reached"
        except BlockingIOError:
            reached = "nobody was reached"
    limits = " ".join(map(str, LIMITS))
    say(f"{machine()}; limits {limits}; {TOGETHER} attacks at a time, each after {PAUSE} s; {reached} elsewhere\n")
    say(table(HEADS, rows))


def _attack(address: str, kind: str, port: int, seconds: float) -> Counter[str]:
    """Run the attacks of a class, again and again for `seconds`, and return how many ended how."""
    attacks = [replace(a, body=a.body.replace(b"PORT", str(port).encode())) for a in ATTACKS[kind]]
    endings: Counter[str] = Counter()
    deadline = time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=60) as client, ThreadPoolExecutor(TOGETHER) as pool:

        def run(attack: Attack) -> Ending:
            time.sleep(PAUSE)
            return attack.run(client)

        while True:
            for attack, ending in zip(attacks, pool.map(run, attacks), strict=True):
                endings[str(ending) + ("" if ending in attack.endings else " (!)")] += 1
            if time.monotonic() > deadline:
                return endings


def _figures(seen: Seen, quiet: Seen) -> list[object]:
    p99 = percentile(seen.queries, 0.99)
    return [
        f"{percentile(seen.queries, 0.5) * 1000:.1f} ms",
        f"{p99 * 1000:.1f} ms",
        f"{p99 / percentile(quiet.queries, 0.99):.1f}",
        f"{len(seen.failures)} of {len(seen.queries)}",
        f"{percentile(seen.health, 0.99) * 1000:.1f}, {max(seen.health) * 1000:.1f} ms",
    ]


if __name__ == "__main__":
    main()
