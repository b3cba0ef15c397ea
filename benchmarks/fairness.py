"""What others notice while some ask too much: long queries from one to sixty addresses, floods of pages from one.

A bystander asks short queries, pages and /health from an address of its own; another does so from the first address of
those who ask too much. `python benchmarks/fairness.py [--seconds 8]`; loopback only.
"""

import argparse
import multiprocessing as mp
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from measuring import machine, percentile, served, table

RUNAWAY = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER (STR(?a) < STR(?f)) }} LIMIT {n}"
SHORT = "SELECT ?s {{ ?s a <https://w3id.org/interurban/def/City> }} LIMIT {n}"
HTML = {"Accept": "text/html"}
# name -> addresses, connections of each, the path that each asks with a number of its own
ATTACKS: dict[str, tuple[int, int, str]] = {
    "nobody": (0, 0, ""),
    "1 address, 2 runaways": (1, 2, RUNAWAY),
    "1 address, 12 runaways": (1, 12, RUNAWAY),
    "8 addresses, 1 runaway": (8, 1, RUNAWAY),
    "20 addresses, 2 runaways": (20, 2, RUNAWAY),
    "60 addresses, 2 runaways": (60, 2, RUNAWAY),
    "60 addresses, 2 runaways, as they come": (60, 2, RUNAWAY),
    "40 × a page, unknown parameter": (1, 40, "/doc/network/eurocities?x={n}"),
    "40 × a page, other days": (1, 40, "/doc/network/eurocities?at={d}"),
    "40 × /catalog": (1, 40, "/catalog?lang=it&x={n}"),
}
_WARMING = 4.0  # seconds before anybody measures, and in which those who will ask too much make their connections


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=8.0)
    options.add_argument("--attack", default="", help="only those whose name has this in it")
    given = options.parse_args()
    seconds = given.seconds
    rows = []
    with served() as server:
        for name, (addresses, each, asked) in ATTACKS.items():
            if given.attack not in name and name != "nobody":
                continue
            with attack(server.address, addresses, each, asked, sudden="as they come" in name) as endings:
                elsewhere, same = bystanders(server.address, seconds)
            rows.append([name, *elsewhere, *same, told(endings())])
            time.sleep(2)
    what = [f"{place}: {of} p50/p99 ms" for place in ("elsewhere", "same") for of in ("query", "page", "health")]
    heads = ["attack", *what[:3], "refused", *what[3:], "refused ", "endings of the attack"]
    print(f"{machine()}; {seconds:.0f} s each\n\n{table(heads, rows)}")


@contextmanager
def attack(
    address: str, addresses: int, each: int, asked: str, *, sudden: bool = False
) -> Iterator[Callable[[], Counter[str]]]:
    """Let others ask too much meanwhile; yields what tells how their requests ended.

    sudden: they all begin a second after it is yielded, and not some seconds before.
    """
    begin, stop, results = mp.Event(), mp.Event(), mp.Queue()
    attackers = [
        mp.Process(target=_ask_on, args=(address, f"127.0.1.{number + 1}", each, asked, begin, stop, results))
        for number in range(addresses)
    ]
    for process in attackers:
        process.start()
    time.sleep(_WARMING if attackers else 0)
    if sudden:
        threading.Timer(1.0, begin.set).start()
    elif attackers:
        begin.set()
        time.sleep(_WARMING)
    found: Counter[str] = Counter()
    try:
        yield lambda: found
    finally:
        stop.set()
        for _ in attackers:
            found.update(results.get(timeout=60))
        for process in attackers:
            process.join(30)


def _ask_on(
    address: str,
    own: str,
    each: int,
    asked: str,
    begin: "mp.synchronize.Event",
    stop: "mp.synchronize.Event",
    results: "mp.Queue",
) -> None:
    endings: Counter[str] = Counter()

    def one() -> None:
        with httpx.Client(base_url=address, transport=httpx.HTTPTransport(local_address=own), timeout=30) as client:
            begin.wait()
            while not stop.is_set():
                number = random.randint(1, 10**9)
                day = f"{1900 + number % 200}-01-{1 + number % 28:02}"
                text = asked.format(n=number, d=day)
                try:
                    query = {} if text.startswith("/") else {"query": text}
                    answer = client.get(
                        text if text.startswith("/") else "/sparql",
                        params=query or None,
                        headers=HTML if not query else {},
                    )
                    endings[str(answer.status_code)] += 1
                    if answer.status_code in (429, 503):
                        time.sleep(0.1)
                except httpx.HTTPError as error:
                    endings[type(error).__name__] += 1

    threads = [threading.Thread(target=one, daemon=True) for _ in range(each)]
    for thread in threads:
        thread.start()
    stop.wait()
    results.put(endings)


def bystanders(address: str, seconds: float) -> tuple[list[str], list[str]]:
    """Return what two who ask little see: from elsewhere, and from an address that asks too much."""
    with mp.Pool(2) as pool:
        seen = pool.starmap(stand_by, [(address, own, seconds) for own in ("127.0.2.1", "127.0.1.1")])
    return seen[0], seen[1]


def stand_by(address: str, own: str, seconds: float) -> list[str]:
    """Return what one who asks little sees: p50 and p99 of a query, a page and /health, and how many were refused."""
    taken: dict[str, list[float]] = {"query": [], "page": [], "health": []}
    refused = 0
    with httpx.Client(base_url=address, transport=httpx.HTTPTransport(local_address=own), timeout=60) as client:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            query = {"query": SHORT.format(n=random.randint(1, 10**9))}
            for kind, path, parameters in (
                ("query", "/sparql", query),
                ("page", "/doc/city/it-milan", None),
                ("health", "/health", None),
            ):
                begun = time.monotonic()
                answer = client.get(path, params=parameters, headers=HTML if kind == "page" else {})
                taken[kind].append(time.monotonic() - begun)
                refused += answer.status_code != 200
            time.sleep(0.01)
    ms = {kind: [1000 * value for value in values] for kind, values in taken.items()}
    return [
        *(f"{percentile(v, 0.5):.1f} / {percentile(v, 0.99):.1f}" for v in ms.values()),
        f"{refused} of {3 * len(ms['query'])}",
    ]


def told(endings: Counter[str]) -> str:
    """Return how many requests ended how."""
    return ", ".join(f"{count} × {ending}" for ending, count in sorted(endings.items())) or "–"


if __name__ == "__main__":
    main()
