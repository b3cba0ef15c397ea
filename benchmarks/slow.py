"""What others notice while somebody is slow, what becomes of who is, and what memory that takes.

Silent connections, heads and bodies that trickle in, thousands of connections, and readers of large answers who read
slowly or never. `python benchmarks/slow.py [--only WORD] [--seconds 8]`; loopback only.
"""

import argparse
import asyncio
import multiprocessing as mp
import random
import resource
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from fairness import attack, stand_by
from measuring import PAGE_BYTES, children, lasting, machine, megabytes, say, served, table
from serving import Served

_HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\n"
_BODY = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 10000\r\n\r\n"
_SELECT = "SELECT * {{ ?s ?p ?o BIND ({n} AS ?n) }} LIMIT 8000"  # 4 MB, which the cache would take
_CONSTRUCT = "CONSTRUCT {{ ?s ?p ?o . ?s <urn:n{n}> ?o }} WHERE {{ ?s ?p ?o }}"
_DUMP = "/dumps/interurban/interurban.nq"
_PAGE = "/doc/network/eurocities?at={d}"
_BUFFER = 4096  # bytes that a reader's system takes in for it
_LONGEST = 80.0  # seconds after which a class is over, whatever is left of it
_GIVING_BACK = 8.0  # seconds after which memory is looked at once more


@dataclass(frozen=True)
class Slow:
    """How many connections from how many addresses do what.

    said: at once; trickled: a byte of it each second after that. asked: a path or query; of its answer they read
    `at_first` bytes, and then `read` bytes a second. flood: who asks too much at the same time.
    """

    connections: int
    addresses: int = 1
    said: bytes = b""
    trickled: bytes = b""
    asked: str = ""
    at_first: int = 0
    read: int = 0
    version: str = "1.1"
    flood: tuple[int, int, str] = (0, 0, "")


CLASSES = {
    "nobody": Slow(0),
    "silent": Slow(200),
    "a part of a head": Slow(200, said=_HEAD),
    "a head, byte by byte": Slow(200, trickled=_HEAD * 10),
    "a body, byte by byte": Slow(200, said=_BODY, trickled=b"#" * 100),
    "2,400 of one address": Slow(2400),
    "2,400 of 240 addresses": Slow(2400, 240),
    "a dump, never read": Slow(400, 4, asked=_DUMP),
    "a dump, 2 KiB/s": Slow(400, 4, asked=_DUMP, read=2048),
    "/catalog.rdf, never read": Slow(400, 4, asked="/catalog.rdf"),
    "pages of many days, never read": Slow(400, 4, asked=_PAGE),
    "SELECT, never read": Slow(400, 40, asked=_SELECT),
    "CONSTRUCT, 2 KiB/s": Slow(400, 40, asked=_CONSTRUCT, read=2048),
    "SELECT, 2 MB read, then no more": Slow(200, 40, asked=_SELECT, at_first=2_000_000),
    "SELECT, HTTP/1.0, never read": Slow(200, 40, asked=_SELECT, version="1.0"),
    "a dump, never read, and a flood of pages": Slow(400, 4, asked=_DUMP, flood=(1, 40, _PAGE + "&x={n}")),
}
_HEADS = (
    "class",
    "tried",
    "how they ended",
    "page",
    "query",
    "/health",
    "refused",
    "MiB before",
    "most",
    "after",
    "system",
)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="only the classes in whose names this is")
    options.add_argument("--seconds", type=float, default=8.0)
    given = options.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rows = []
    with served() as server:
        lasting(server)
        with httpx.Client(base_url=server.address, timeout=30) as client:
            for _ in range(50):  # so that what everybody makes a process keep is there before
                for asked in (_DUMP, "/catalog.rdf", _PAGE, "/sparql?query=ASK{{}}"):
                    client.get(_path(asked))
        for name, slow in CLASSES.items():
            if given.only in name or name == "nobody":
                rows.append([name, *measured(server, slow, given.seconds)])
                say(f"{name}: {rows[-1][1:]}")
    say(f"\n{machine()}; p50 / p99 in ms\n\n{table(_HEADS, rows)}")


def measured(server: Served, slow: Slow, seconds: float) -> list[object]:
    """Return the cells of one class, after its name."""
    before, peaks = memory(server), [(0.0, 0.0)]
    with ExitStack() as stack:
        if slow.flood[0]:
            stack.enter_context(attack(server.address, *slow.flood))
        ended = stack.enter_context(slow_ones(server.address, slow))
        with mp.Pool(1) as pool:
            seen = pool.apply_async(stand_by, (server.address, "127.0.2.1", seconds))
            while not (seen.ready() and ended.poll()):
                peaks.append((memory(server), in_system()))
                time.sleep(0.2)
            query, page, health, refused = seen.get()
        endings = ended.recv()
    time.sleep(_GIVING_BACK)
    most, system = (max(column) for column in zip(*peaks, strict=True))
    sizes = map(round, (before, most, memory(server), system))
    return [slow.connections, told(endings), page, query, health, refused, *sizes]


def in_system() -> float:
    """Return the MiB that the system holds for all of its TCP connections (proc(5), sockstat)."""
    line = next(line for line in Path("/proc/net/sockstat").read_text().splitlines() if line.startswith("TCP:"))
    return int(line.split()[-1]) * PAGE_BYTES / 2**20


def memory(server: Served) -> float:
    """Return the MiB of the web processes."""
    return megabytes([pid for pid, (name, _) in children(server.process.pid).items() if name == "web-process"])


def told(endings: Counter[tuple[str, int]]) -> str:
    """Return how many ended how, and after how many seconds."""
    lines = []
    for how in sorted({how for how, _ in endings}):
        times = [second for (other, second), count in endings.items() if other == how for _ in range(count)]
        first, last = min(times), max(times)
        lines.append(f"{len(times)} × {how} after {first if first == last else f'{first}–{last}'} s")
    return ", ".join(lines) or "–"


@contextmanager
def slow_ones(address: str, slow: Slow) -> Iterator["mp.connection.Connection"]:
    """Let them be slow in a process of their own; yields what they send the endings to when all have ended."""
    ours, theirs = mp.Pipe()
    process = mp.Process(target=lambda: theirs.send(asyncio.run(_all(address, slow))), daemon=True)
    process.start()
    time.sleep(2)
    try:
        yield ours
    finally:
        process.join(_LONGEST)
        process.terminate()


async def _all(address: str, slow: Slow) -> Counter[tuple[str, int]]:
    each = [_one(address, slow, f"127.0.1.{1 + number % slow.addresses}") for number in range(slow.connections)]
    return Counter(await asyncio.gather(*each))


async def _one(address: str, slow: Slow, own: str) -> tuple[str, int]:
    """Be slow once; return how that ended, and after how many seconds."""
    begun = time.monotonic()
    try:
        async with asyncio.timeout(_LONGEST):
            how = await _talk(address, slow, own)
    except TimeoutError:
        how = "still open"
    except OSError:
        how = "closed"
    return how, round(time.monotonic() - begun)


async def _talk(address: str, slow: Slow, own: str) -> str:
    loop, url = asyncio.get_running_loop(), urlsplit(address)
    with socket.socket() as connection:
        connection.setblocking(False)
        if slow.asked:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        connection.bind((own, 0))
        await loop.sock_connect(connection, (url.hostname, url.port))
        await loop.sock_sendall(connection, slow.said + (_request(slow) if slow.asked else b""))
        if slow.asked:
            status = (await loop.sock_recv(connection, 64))[9:12].decode()
            return f"{status}, {await _read(connection, slow)}"
        trickling = asyncio.ensure_future(_trickle(connection, slow.trickled))
        try:
            return (await loop.sock_recv(connection, 65536))[9:12].decode() or "closed"
        finally:
            trickling.cancel()


def _path(asked: str) -> str:
    """Return the path that a text for everybody stands for, or a query: one that nobody has asked for."""
    number = random.randint(1, 10**9)
    text = asked.format(n=number, d=f"{1900 + number % 200}-01-{1 + number % 28:02}")
    return text if text.startswith("/") else "/sparql?query=" + quote(text)


def _request(slow: Slow) -> bytes:
    return f"GET {_path(slow.asked)} HTTP/{slow.version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


async def _trickle(connection: socket.socket, text: bytes) -> None:
    with suppress(OSError):
        for byte in text:
            await asyncio.get_running_loop().sock_sendall(connection, bytes([byte]))
            await asyncio.sleep(1)


async def _read(connection: socket.socket, slow: Slow) -> str:
    """Read as slowly as that; return how it ended."""
    loop, left = asyncio.get_running_loop(), slow.at_first
    while left > 0 or slow.read:
        part = await loop.sock_recv(connection, max(left, slow.read))
        if not part:
            return "closed"
        left -= len(part)
        await asyncio.sleep(0 if left > 0 else 1)
    while not _over(connection):
        await asyncio.sleep(1)
    return "closed"


def _over(connection: socket.socket) -> bool:
    """Tell whether the server has ended a connection. Who does not read cannot see it, but the system tells."""
    host, port = connection.getsockname()
    return f"{socket.inet_aton(host)[::-1].hex().upper()}:{port:04X}" not in _held(int(time.monotonic()))


@lru_cache(maxsize=1)
def _held(_second: int) -> frozenset[str]:
    """Return the other ends of the connections that a process has here (proc(5), net/tcp: 9 is the inode)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return frozenset(row[2] for row in rows if row[9] != "0")


if __name__ == "__main__":
    main()
