"""How much is answered where one request in a hundred is a runaway query, beside how much without any.

    PYTHONPATH=tests .venv/bin/python benchmarks/goodput.py --releases FOLDER --base ADDRESS [--seconds 60]

Four clients at addresses of their own ask documents and queries that nobody asked before, one after the other; the
runaways come from a fifth address and nobody waits for them. Loopback only. Both kinds of minutes alternate, so that
what else the machine does meets both.
"""

import argparse
import itertools
import random
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench import adhoc
from measuring import cities, machine, table
from serving import serving

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (STR(?a) < STR(?f)) }"
CLIENTS, ROUNDS = 4, 3
WARMING = 20.0  # seconds, in which the server reads what it has not read when it answers first


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--releases", type=Path, required=True)
    options.add_argument("--base", required=True)
    options.add_argument("--seconds", type=float, default=60.0)
    given = options.parse_args()
    paths = [f"/doc/city/{slug}" for slug in cities(given.releases, given.base)]
    numbers, rows = itertools.count(), []
    with serving(given.releases, port=urlsplit(given.base).port) as server:
        host = urlsplit(server.address).netloc
        Asked(host, given.base, paths, numbers, 0.0).for_seconds(WARMING)
        for _ in range(ROUNDS):
            for share in (0.0, 0.01):
                asked = Asked(host, given.base, paths, numbers, share)
                rows.append([f"{share:.0%}", *asked.for_seconds(given.seconds / ROUNDS)])
    without, with_them = (sum(row[1] for row in rows if row[0] == share) for share in ("0%", "1%"))
    print(f"{machine()}\n\n{table(['runaways', 'answered', 'not answered'], rows)}\n\nRatio: {with_them / without:.3f}")


class Asked:
    """What clients ask of one server for a while: documents and queries in turn, a share of them runaways."""

    def __init__(self, host: str, base: str, paths: list[str], numbers: Iterator[int], share: float) -> None:
        self._host, self._base, self._paths, self._numbers, self._share = host, base, paths, numbers, share
        self._good = self._bad = 0

    def for_seconds(self, seconds: float) -> tuple[int, int]:
        """Return how many requests were answered, and how many were not."""
        end = time.monotonic() + seconds
        clients = [threading.Thread(target=self._ask, args=(number, end)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        return self._good, self._bad

    def _ask(self, client: int, end: float) -> None:
        chosen, run_away = random.Random(client), []
        connection = HTTPConnection(self._host, timeout=60, source_address=(f"127.0.0.{client + 2}", 0))
        while time.monotonic() < end:
            number = next(self._numbers)
            if chosen.random() < self._share:
                lost = HTTPConnection(self._host, timeout=60, source_address=("127.0.0.9", 0))
                lost.request("GET", "/sparql?" + urlencode({"query": f"{RUNAWAY} # {number}"}))
                run_away.append(lost)
            if number % 2:
                path = f"{chosen.choice(self._paths)}.ttl?at={1990 + number % 30}-01-{1 + number % 28:02}"
            else:
                path = "/sparql?" + urlencode({"query": chosen.choice(list(adhoc(self._base)(number).values()))})
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self._good += answer.status == 200
            self._bad += answer.status != 200
        for lost in run_away:
            lost.close()
        connection.close()


if __name__ == "__main__":
    main()
