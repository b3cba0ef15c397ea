"""Many hours of use in a few minutes: clients that ask all the while, while everything happens that may.

    PYTHONPATH=tests .venv/bin/python benchmarks/soak.py [--seconds 600] [--clients 6]     (make soak DURATION=30m)

One request in a hundred is an attack. Beside the clients, in turn: a query worker that waits is killed, readers go away
in the midst of an answer, the server goes over to another release (`interurban switch`), and a steward builds. Prints a
line for each tenth of the time: requests, attacks, failures outside the attacks, answers that are not what the same tag
said before, how long answers took, and the memory and descriptors of the processes that last. The memory should be flat
once every answer that is kept is kept. Ends with status 1 if anything ended otherwise than it may.
"""

import argparse
import hashlib
import multiprocessing as mp
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from excerpt import data_without_lists, excerpt
from hostile.attacks import ATTACKS
from interurban.release import current
from measuring import PAGES, QUERIES, busy, children, descriptors, lasting, machine, megabytes, percentile, say, table
from serving import Served, free_port, interurban, serving

LIMITS = ("--query-megabytes", 512, "--answer-megabytes", 50, "--queue-seconds", 20)
ONE_IN = 100
ROUNDS = 10
HEADS = (
    *("second", "requests", "attacks", "ended wrongly", "failures of others", "wrong answers"),
    *("p50 ms", "p99 ms", "MiB", "descriptors"),
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
    unlike: list[str] = field(default_factory=list)  # answers that are not what they were under the same tag
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=seconds, default=600.0, help="a number, or 30m, or 2h")
    parser.add_argument("--clients", type=int, default=6)
    given = parser.parse_args()
    rows: list[list[object]] = []
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        releases = folder / "releases"
        for data in (data_without_lists(folder / "few"), excerpt(folder / "more")):
            built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
            if built.returncode:
                raise SystemExit(built.stderr)
        with serving(releases, *LIMITS, port=port) as server:
            clients = [_client(server.address, number) for number in range(given.clients)]
            trouble = Trouble(server, releases, folder / "few")
            trouble.start()
            for part in range(1, ROUNDS + 1):
                time.sleep(given.seconds / ROUNDS)
                tally = _sum(clients)
                rows.append([
                    f"{part * given.seconds / ROUNDS:.0f}",
                    tally.requests,
                    tally.attacks,
                    len(tally.wrong),
                    len(tally.failures),
                    len(tally.unlike),
                    f"{percentile(tally.seconds, 0.5) * 1000:.1f}",
                    f"{percentile(tally.seconds, 0.99) * 1000:.1f}",
                    *of_processes(server),
                ])  # fmt: skip
                bad += len(tally.wrong) + len(tally.failures) + len(tally.unlike)
                for complaint in (*tally.unlike, *tally.wrong, *tally.failures)[:3]:
                    say(complaint[:300])
            trouble.over.set()
            trouble.join()
            for process, _ in clients:
                process.terminate()
                process.join()
    limits = " ".join(map(str, LIMITS))
    say(f"{machine()}; limits {limits}; {given.clients} clients, one request in {ONE_IN} an attack\n")
    say(table(HEADS, rows))
    done = ", ".join(f"{kind} {count}" for kind, count in sorted(trouble.done.items()))
    say(f"\nMeanwhile: {done}; failed: {trouble.failed or 'nothing'}.")
    sys.exit(1 if bad or trouble.failed else 0)


def seconds(text: str) -> float:
    """Return the seconds of `90`, `30m` or `2h`."""
    match = re.fullmatch(r"([\d.]+)([smh]?)", text)
    if not match:
        raise ValueError(text)
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


def of_processes(server: Served) -> tuple[str, int, int]:
    """Return the memory in MiB and the descriptors of the processes that last, and how many have died unburied."""
    while True:
        with suppress(OSError):  # it is going over to another release
            pids = lasting(server)
            zombies = sum(state == "Z" for _, state in children(server.process.pid).values())
            return f"{megabytes(pids):.0f}", descriptors(pids), zombies


class Trouble(threading.Thread):
    """What happens beside the clients, one after the other until it is over."""

    def __init__(self, server: Served, releases: Path, data: Path) -> None:
        super().__init__()
        self.over, self.done, self.failed = threading.Event(), Counter[str](), list[str]()
        self._server, self._releases, self._data = server, releases, data

    def run(self) -> None:
        """Make trouble, and say why if it cannot be made any more."""
        try:
            self._make()
        except BaseException as error:
            self.failed.append(repr(error))
            raise

    def _make(self) -> None:
        dice = random.Random(0)
        several: tuple[tuple[str, Callable[[random.Random], None]], ...] = (
            ("workers killed", self._kill),
            ("readers gone", self._leave),
            ("workers killed", self._kill),
            ("changes of release", self._switch),
            ("builds", self._build),
        )
        for name, make in cycle(several):
            if self.over.wait(2.0):
                return
            make(dice)
            self.done[name] += 1

    def _kill(self, dice: random.Random) -> None:
        found = children(self._server.process.pid)
        with suppress(OSError, LookupError, ValueError):
            workers = [pid for pid, (name, _) in found.items() if name == "query-worker"]
            least = min(descriptors([pid]) for pid in workers)
            worker = dice.choice([pid for pid in workers if not busy(pid)])
            os.kill(worker, signal.SIGSTOP)  # or it could begin a query between our look and its death
            while children(self._server.process.pid)[worker][1] != "T":
                pass
            waits = not busy(worker) and descriptors([worker]) == least
            os.kill(worker, signal.SIGKILL if waits else signal.SIGCONT)

    def _leave(self, _dice: random.Random) -> None:
        for path in ("/sparql?query=SELECT * { ?a ?b ?c . ?d ?e ?f }", "/graph?default", "/doc/network/eurocities"):
            with (
                suppress(httpx.HTTPError),
                httpx.stream("GET", f"{self._server.address}{path[1:]}", timeout=5) as answer,
            ):
                next(answer.iter_raw(1024), b"")

    def _switch(self, _dice: random.Random) -> None:
        before = current(self._releases).previous
        self._run("switch", str(before), "--releases", self._releases)

    def _build(self, _dice: random.Random) -> None:
        with tempfile.TemporaryDirectory() as elsewhere:
            self._run("build", "--data", self._data, "--releases", Path(elsewhere) / "releases")

    def _run(self, *command: object) -> None:
        ended = interurban(*command)
        if ended.returncode:
            self.failed.append(f"{command[0]}: {ended.stderr[:200]}")


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
        whole.unlike += part.unlike
        whole.seconds += part.seconds
    return whole


def _got(client: httpx.Client, path: str, asked: dict[str, str]) -> httpx.Response:
    """Return the answer; a connection that was closed while nobody used it is opened once more, as clients do."""
    try:
        return client.get(path, params=asked, follow_redirects=True)
    except httpx.RemoteProtocolError:
        return client.get(path, params=asked, follow_redirects=True)


def _ask(address: str, number: int, connection: Connection) -> None:
    """Ask without end: documents, and queries that are new or have been asked before; now and then, attack."""
    dice = random.Random(number)
    attacks = [attack for group in ATTACKS.values() for attack in group if b"PORT" not in attack.body]
    tally, known = Tally(), dict[tuple[str, str], str]()
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
                tally.attacks += 1
                try:
                    ending = attack.run(client)
                except httpx.HTTPError as error:
                    tally.wrong.append(f"{attack.name}: {error!r}")
                    continue
                if not attack.may_end(ending):
                    tally.wrong.append(f"{attack.name}: {ending}")
                continue
            begun = time.perf_counter()
            if dice.random() < 0.5:
                path, asked = dice.choice(PAGES), {}
            else:
                path = "/sparql"
                asked = {"query": dice.choice(QUERIES).format(n=dice.randrange(ANSWERS_TO_KEEP))}
            try:
                answer = _got(client, path, asked)
            except httpx.HTTPError as error:
                tally.failures.append(f"{error!r} {path} {asked}")
                continue
            tally.seconds.append(time.perf_counter() - begun)
            what = (str(answer.url), answer.headers.get("etag", ""))
            if what[1] and known.setdefault(what, hashlib.sha256(answer.content).hexdigest()) != (
                hashlib.sha256(answer.content).hexdigest()
            ):
                tally.unlike.append(f"{what}: another answer than before")
            if answer.status_code != 200:
                tally.failures.append(f"{answer.status_code} {answer.url} {answer.text}")


if __name__ == "__main__":
    main()
