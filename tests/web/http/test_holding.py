"""Who reads slowly or never does not make the server hold an answer for each of them."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from serving import Served, serving
from web.world import World

READERS = 60
MEBIBYTE = 2**20
QUERY = "SELECT * {{ ?a ?b ?c . ?d ?e ?f . BIND ({n} AS ?n) }} LIMIT 6000"  # 3 MB, which could be kept


@pytest.fixture
def alone(world: World) -> Iterator[Served]:
    with serving(world.releases, "--web-processes", 1, "--client-queries", 500) as served:
        yield served


def ask(served: Served, number: int, source: str) -> socket.socket:
    """Ask for a long answer that nobody has asked for, and read nothing of it but the first byte."""
    url = httpx.URL(served.address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.bind((source, 0))
    connection.connect((url.host, url.port))
    # In HTTP/1.0 an answer is made whole before it is sent.
    connection.sendall(f"GET /sparql?query={quote(QUERY.format(n=number))} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
    assert connection.recv(1, socket.MSG_PEEK)
    return connection


def read(connection: socket.socket) -> bool:
    """Read the answer; tell whether it is whole."""
    answer = HTTPResponse(connection)
    answer.begin()
    assert answer.status == 200
    try:
        return len(answer.read()) > 2 * MEBIBYTE
    except (IncompleteRead, ConnectionResetError):
        return False


def children(pid: int) -> Iterator[int]:
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        yield child
        yield from children(child)


def megabytes(served: Served) -> float:
    """Return the memory of the web process (proc(5), smaps)."""
    web = next(p for p in children(served.process.pid) if Path(f"/proc/{p}/comm").read_text() == "web-process\n")
    lines = Path(f"/proc/{web}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def in_system(served: Served) -> float:
    """Return the MiB that the system holds of what clients have not taken of what was sent (proc(5), net/tcp)."""
    port = f":{httpx.URL(served.address).port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4].partition(":")[0], 16) for row in rows if row[1].endswith(port)) / MEBIBYTE


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


def test_slow_readers_are_held_a_bounded_amount_of_and_memory_is_given_back(alone: Served) -> None:
    with ExitStack() as stack:
        assert read(stack.enter_context(ask(alone, 0, "127.0.0.1")))
        before = megabytes(alone)
        for number in range(READERS):  # of answers of 180 MB
            stack.enter_context(ask(alone, 1 + number, "127.0.0.1"))
        # 32 that are held, 32 that are kept, and what a few make meanwhile
        assert megabytes(alone) - before < 110
        assert in_system(alone) < READERS
    assert eventually(lambda: megabytes(alone) - before < 60)  # what is kept stays


def test_the_address_with_most_loses_its_oldest_and_can_tell(alone: Served) -> None:
    with ExitStack() as stack:
        own = stack.enter_context(ask(alone, 0, "127.0.0.2"))
        others = [stack.enter_context(ask(alone, 1 + number, "127.0.0.1")) for number in range(20)]
        whole = [read(connection) for connection in others]
        assert whole == sorted(whole)  # the newest are whole
        assert 0 < sum(whole) < len(whole)
        assert read(own)


def test_what_many_read_at_once_counts_once(alone: Served) -> None:
    with ExitStack() as stack:
        assert read(stack.enter_context(ask(alone, 0, "127.0.0.1")))  # and so it is kept
        others = [stack.enter_context(ask(alone, 0, "127.0.0.1")) for _ in range(20)]
        assert all(read(connection) for connection in others)
