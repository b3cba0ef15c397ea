"""What the benchmarks share: a served release, somebody who asks all the while, what the kernel tells of processes."""

import json
import math
import multiprocessing as mp
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from excerpt import data_without_lists
from interurban.settings import Settings
from serving import Served, free_port, interurban, serving

QUERIES = (
    "SELECT ?p (COUNT(*) + {n} AS ?count) {{ ?s ?p ?o }} GROUP BY ?p ORDER BY DESC(?count)",
    "SELECT * {{ ?m a <https://w3id.org/interurban/def/Membership> ; ?p ?o }} LIMIT 50 OFFSET {n}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s a <https://w3id.org/interurban/def/City> ; ?p ?o FILTER ({n} >= 0) }}",
    "ASK {{ ?a ?b ?c FILTER (STRLEN(STR(?c)) > {n} + 100000) }}",
)
PAGES = ("/doc/city/it-modena.ttl", "/doc/city/it-modena", "/queries", "/doc/network/eurocities.jsonld", "/health")
LOAD_BEFORE = os.getloadavg()[0]  # above 0 somebody else was at work
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def served(*options: object) -> Iterator[Served]:
    """Build the release of what people have read in documents, without publishers' lists, and serve it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        releases = Path(folder, "releases")
        data = data_without_lists(Path(folder, "data"))
        built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
        if built.returncode:
            raise SystemExit(built.stderr)
        with serving(releases, *options, port=port) as server:
            yield server


def machine() -> str:
    """Return what this was measured on, and when."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE_BYTES / 2**30
    cores = f"{os.cpu_count()} × {names[0] if names else platform.machine()}, {memory:.0f} GiB"
    software = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{datetime.now(tz=UTC).date()}, {cores}, {software}, load before: {LOAD_BEFORE:.1f}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed (nearest rank); NaN of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def children(pid: int) -> dict[int, tuple[str, str]]:
    """Return the children of a process, and theirs: id -> name and state."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):
            before, _, after = Path(f"/proc/{child}/stat").read_text().rpartition(")")
            found |= {int(child): (before.partition("(")[2], after.split()[0]), **children(int(child))}
    return found


def lasting(server: Served) -> list[int]:
    """Return the processes that no query may end, as soon as they are there: all but the query workers."""
    while True:
        names = {pid: name for pid, (name, _) in children(server.process.pid).items()}
        if list(names.values()).count("web-process") == Settings().web_processes:
            return [server.process.pid, *sorted(pid for pid, name in names.items() if name != "query-worker")]
        time.sleep(0.01)


def processor_seconds(pid: int) -> float:
    """Return what a process and those below it have used, those that have ended too."""
    ticks = 0
    for process in (pid, *children(pid)):
        with suppress(OSError):
            stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, stat[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def cities(releases: Path, base: str) -> list[str]:
    """Return the slugs of the cities of the current release, which was built for the address `base`."""
    things = json.loads((releases / "current/entities.json").read_bytes())
    return sorted(match[1] for iri in things if (match := re.fullmatch(f"{re.escape(base)}id/city/([^#]+)", iri)))


def megabytes(pids: Sequence[int]) -> float:
    """Return the memory that processes have, in MiB: their proportional share of what they share (proc(5), smaps)."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def descriptors(pids: Sequence[int]) -> int:
    """Return how many files processes have open."""
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)  # noqa: PTH208 - it is not about the names


@dataclass
class Seen:
    """What the bystander has seen since the last look: seconds that answers took, and failures."""

    queries: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Bystander:
    """Somebody in a process of their own, at an address of their own, who asks one thing after the other."""

    def __init__(self, address: str) -> None:
        self._ours, theirs = mp.Pipe()
        self._process = mp.get_context("spawn").Process(target=_stand_by, args=(address, theirs), daemon=True)
        self._process.start()
        self._ours.recv()

    def look(self) -> Seen:
        """Return what was seen since the last look."""
        self._ours.send("look")
        seen = self._ours.recv()
        if not isinstance(seen, Seen):
            raise TypeError(seen)
        return seen

    def leave(self) -> None:
        """End."""
        self._process.terminate()
        self._process.join()


def _stand_by(address: str, look: Connection) -> None:
    number, seen = 0, Seen()
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=address, transport=transport, timeout=60) as client:
        client.get("/health")
        look.send("ready")
        while True:
            if look.poll():
                look.recv()
                look.send(seen)
                seen = Seen()
            number += 1
            text = QUERIES[number % len(QUERIES)].format(n=number)
            for times, path, parameters in ((seen.queries, "/sparql", {"query": text}), (seen.health, "/health", {})):
                begun = time.perf_counter()
                answer = client.get(path, params=parameters)
                times.append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    seen.failures.append(f"{answer.status_code} {path} {text}")
            time.sleep(0.005)  # a person, not a flood


class Replacements:
    """Watches the query workers from a process of its own, a thousand times a second."""

    def __init__(self, supervisor: int) -> None:
        self._ours, theirs = mp.Pipe()
        self._process = mp.get_context("spawn").Process(target=_watch, args=(supervisor, theirs), daemon=True)
        self._process.start()
        self._ours.recv()

    def look(self) -> list[float]:
        """Return the seconds from the death of each worker until another was ready, of those since the last look."""
        self._ours.send("look")
        return [float(seconds) for seconds in self._ours.recv()]

    def leave(self) -> None:
        """End."""
        self._process.terminate()
        self._process.join()


def _watch(supervisor: int, look: Connection) -> None:
    known: set[int] = set()
    deaths: list[float] = []
    times: list[float] = []
    look.send("ready")
    while True:
        if look.poll():
            look.recv()
            look.send(times)
            times = []
        with suppress(OSError):
            states = {pid: state for pid, (name, state) in children(supervisor).items() if name == "query-worker"}
            now = time.perf_counter()
            dead = {pid for pid in known if states.get(pid, "Z") == "Z"}
            deaths += [now] * len(dead)
            ready = {pid for pid, state in states.items() if pid not in known and (state == "S" or busy(pid))}
            known = (known - dead) | ready
            times += [now - deaths.pop(0) for _ in ready if deaths]
        time.sleep(0.001)


def busy(pid: int) -> bool:
    """Tell whether a worker runs a query: it can open nothing."""
    return "Max open files            0 " in Path(f"/proc/{pid}/limits").read_text()


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)
