"""Many hours of use in a few minutes: clients that ask all the while, and one request in a hundred is an attack.

    PYTHONPATH=tests .venv/bin/python benchmarks/soak.py [--seconds 600] [--clients 6]

Prints a line for each tenth of the time: requests, attacks, failures outside the attacks, how long answers took, and
the memory and descriptors of the processes that last. The memory should be flat once every answer that is kept is kept.
"""

import argparse
import multiprocessing as mp
import random
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import httpx

from hostile.attacks import ATTACKS
from measuring import PAGES, QUERIES, children, descriptors, lasting, machine, megabytes, percentile, say, served, table

LIMITS = ("--query-seconds", 4, "--query-megabytes", 512, "--answer-megabytes", 50, "--queue-seconds", 20)
ONE_IN = 100
ROUNDS = 10
HEADS = (
    "second", "requests", "attacks", "ended wrongly", "failures of others", "p50 ms", "p99 ms", "MiB", "descriptors",
    "zombies",
)  # fmt: skip
ANSWERS_TO_KEEP = 5_000  # different queries: more than the memory for kept answers holds


@dataclass
class Tally:
    """What a client has done since it was last asked."""

    requests: int = 0
    attacks: int = 0
    wrong: list[str] = field(default_factory=list)  # attacks that ended otherwise than they may
    failures: list[str] = field(default_factory=list)  # requests of the others that were not answered with 200
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--clients", type=int, default=6)
    given = parser.parse_args()
    rows: list[list[object]] = []
    with served(*LIMITS) as server:
        clients = [_client(server.address, number) for number in range(given.clients)]
        pids = lasting(server)
        for minute in range(1, ROUNDS + 1):
            time.sleep(given.seconds / ROUNDS)
            tally = _sum(clients)
            rows.append([
                f"{minute * given.seconds / ROUNDS:.0f}",
                tally.requests,
                tally.attacks,
                len(tally.wrong),
                len(tally.failures),
                f"{percentile(tally.seconds, 0.5) * 1000:.1f}",
                f"{percentile(tally.seconds, 0.99) * 1000:.1f}",
                f"{megabytes(pids):.0f}",
                descriptors(pids),
                sum(state == "Z" for _, state in children(server.process.pid).values()),
            ])  # fmt: skip
            for complaint in (*tally.wrong, *tally.failures)[:3]:
                say(complaint[:300])
        if lasting(server) != pids:
            say("a process that should last was replaced")
        for process, _ in clients:
            process.terminate()
            process.join()
    limits = " ".join(map(str, LIMITS))
    say(f"{machine()}; limits {limits}; {given.clients} clients, one request in {ONE_IN} an attack\n")
    say(table(HEADS, rows))


def _client(address: str, number: int) -> tuple[mp.process.BaseProcess, Connection]:
    ours, theirs = mp.Pipe()
    process = mp.get_context("spawn").Process(target=_ask, args=(address, number, theirs), daemon=True)
    process.start()
    return process, ours


def _sum(clients: list[tuple[mp.process.BaseProcess, Connection]]) -> Tally:
    """Return what all clients have done since the last time."""
    whole = Tally()
    for _, connection in clients:
        connection.send("tell")
    for _, connection in clients:
        part = connection.recv()
        whole.requests += part.requests
        whole.attacks += part.attacks
        whole.wrong += part.wrong
        whole.failures += part.failures
        whole.seconds += part.seconds
    return whole


def _ask(address: str, number: int, connection: Connection) -> None:
    """Ask without end: documents, and queries that are new or have been asked before; now and then, attack."""
    dice = random.Random(number)  # noqa: S311 - so that every run does the same
    attacks = [attack for group in ATTACKS.values() for attack in group if b"PORT" not in attack.body]
    tally = Tally()
    transport = httpx.HTTPTransport(local_address=f"127.0.0.{number + 2}")
    with httpx.Client(base_url=address, transport=transport, timeout=60) as client:
        while True:
            if connection.poll():
                connection.recv()
                connection.send(tally)
                tally = Tally()
            tally.requests += 1
            if dice.randrange(ONE_IN) == 0:
                attack = dice.choice(attacks)
                ending = attack.run(client)
                tally.attacks += 1
                if ending not in attack.endings:
                    tally.wrong.append(f"{attack.name}: {ending}")
                continue
            begun = time.perf_counter()
            if dice.random() < 0.5:
                answer = client.get(dice.choice(PAGES), follow_redirects=True)
            else:
                text = dice.choice(QUERIES).format(n=dice.randrange(ANSWERS_TO_KEEP))
                answer = client.get("/sparql", params={"query": text})
            tally.seconds.append(time.perf_counter() - begun)
            if answer.status_code != 200:
                tally.failures.append(f"{answer.status_code} {answer.url} {answer.text}")


if __name__ == "__main__":
    main()
