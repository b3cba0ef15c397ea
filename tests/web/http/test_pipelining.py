"""Requests that come before the one before them has been answered (RFC 9112, 9.3.2): one after another."""

import socket
from collections.abc import Callable, Iterator
from urllib.parse import quote

import httptools
import httpx
import pytest

from engine.house import wait_until
from hostile.test_attacks import busy
from serving import Served, serving
from web.http.test_endings import SLOW
from web.http.test_server import connected
from web.world import World

UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
QUERY = b"SELECT (%d AS ?n)\r\n\r\n{}"
GET = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def counted(number: int, more: bytes = b"") -> bytes:
    query = QUERY % number
    return POST + more + UPGRADE + b"Content-Length: %d\r\n\r\n" % len(query) + query


def chunked(number: int) -> bytes:
    pieces = (QUERY % number).partition(b"\n\r")
    chunks = b"".join(b"%x;a=b\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return POST + UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nTrailer: x\r\n\r\n"


class Answers:
    """What comes over a connection, by a parser that others wrote."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.content = b""
        self.whole: list[tuple[int, bytes]] = []

    def on_message_begin(self) -> None:
        self.content = b""

    def on_body(self, body: bytes) -> None:
        self.content += body

    def on_message_complete(self) -> None:
        self.whole.append((self.parser.get_status_code(), self.content))


def answers(connection: socket.socket, most: int = 0) -> list[tuple[int, bytes]]:
    """Return status and content of so many answers, or of all until the connection is closed."""
    read = Answers()
    while (not most or len(read.whole) < most) and (data := connection.recv(65_536)):
        read.parser.feed_data(data)
    return read.whole


@pytest.fixture(scope="module")
def alone(world: World) -> Iterator[Served]:
    """One process, which so reads in the order in which it is written to; queries last until nobody waits for them."""
    limits = ("--query-workers", 4, "--query-seconds", 120, "--short-seconds", 120)
    with serving(world.releases, "--web-processes", 1, *limits) as server:
        yield server


def test_each_is_answered_in_turn_wherever_they_are_cut(
    alone: Served, record_property: Callable[[str, object], None]
) -> None:
    several = counted(1) + chunked(2) + GET + counted(3)
    record_property("tried", len(several) - 1)
    with connected(alone) as connection, httpx.Client(base_url=alone.address, timeout=20) as reader:
        for cut in range(1, len(several)):
            connection.sendall(several[:cut])
            reader.get("health")  # one process reads in turn: what came before has been read
            connection.sendall(several[cut:])
            told = answers(connection, 4)
            assert [status for status, _ in told] == [200] * 4, several[:cut]
            for sign, (_, content) in zip((b'"1"', b'"2"', b"release", b'"3"'), told, strict=True):
                assert sign in content, several[:cut]


def test_a_byte_at_a_time_is_read_as_all_at_once(alone: Served) -> None:
    for pieces in ([counted(1), chunked(2), LAST], [bytes([byte]) for byte in counted(1) + chunked(2) + LAST]):
        with connected(alone) as connection:
            for piece in pieces:
                connection.sendall(piece)
            assert [status for status, _ in answers(connection)] == [200, 200, 200]


LONG = b"GET /health HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 32_768
BAD_CHUNKS = POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (GET + LONG, [200, 431]),
        (counted(1) + LONG, [200, 431]),
        (chunked(1) + LONG, [200, 431]),
        (chunked(1) + b"\r\n\r\n" + counted(1) + b"\r\n" + LAST, [200, 200, 200]),
        (b"HELO\r\n\r\n" + LAST, [400]),
        (GET + b"HELO\r\n\r\n" + LAST, [200, 400]),
        (BAD_CHUNKS + LAST, [400]),
        (counted(1) + BAD_CHUNKS + LAST, [200, 400]),
        (counted(1) + b"more\r\n\r\n" + LAST, [200, 400]),
        (LAST + GET, [200]),
        (GET + counted(1, b"Expect: 100-continue\r\n") + LAST, [200, 100, 200, 200]),
        (POST + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nGET " + LAST, [415, 200]),
        (counted(1, b"Content-Length: 1\r\n") + LAST, [400]),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST, [400]),
        (GET + b"CONNECT /health HTTP/1.1\r\nHost: x\r\n\r\n" + GET, [200, 405]),
        (GET * 1_000 + LAST, [200] * 1_001),
        ((GET + counted(1)) * 300 + LAST, [200] * 601),
    ],
)
def test_what_follows_is_looked_at_like_what_came_first(alone: Served, sent: bytes, statuses: list[int]) -> None:
    with connected(alone) as connection:
        connection.sendall(sent)
        assert [status for status, _ in answers(connection)] == statuses


def runaway(number: int) -> bytes:
    return f"GET /sparql?query={quote(f'{SLOW} # {number}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@pytest.mark.parametrize("behind", [b"", GET * 1_000], ids=["nothing", "more than is read"])
@pytest.mark.parametrize("how", ["closed", "reset", "said no more"])
def test_nothing_is_done_for_who_has_gone(alone: Served, how: str, behind: bytes) -> None:
    with connected(alone) as connection:
        connection.sendall(b"".join(map(runaway, range(3))) + behind)
        wait_until(lambda: len(busy(alone)) == 1, "the first one runs")
        httpx.get(alone.address + "health")  # it has been read that there are more
        assert len(busy(alone)) == 1
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if how == "said no more":
            connection.shutdown(socket.SHUT_WR)
        else:
            connection.close()
        wait_until(lambda: not busy(alone), "nothing runs")
        assert httpx.post(alone.address + "sparql", data={"query": "ASK {}"}).json()["boolean"] is True
        wait_until(lambda: not busy(alone), "nothing runs that was asked behind it")


def test_only_so_much_is_read_ahead(alone: Served) -> None:
    most = 64 * 2**20  # more than the kernel holds for both sides
    with connected(alone) as connection, httpx.Client(base_url=alone.address, timeout=20) as reader:
        connection.sendall(runaway(0))
        connection.setblocking(False)
        sent, refused = 0, 0
        while sent < most and refused < 20:
            try:
                sent, refused = sent + connection.send(GET * 1_000), 0
            except BlockingIOError:
                refused += 1
                reader.get("health")  # what it was ready to read it has read
        assert sent < most
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wait_until(lambda: not busy(alone), "nothing runs")


def test_an_answer_holds_no_complaint_about_the_rest_of_its_request(alone: Served) -> None:
    flood = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    asking = f"GET /sparql?query={quote(flood)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with connected(alone) as connection:
        connection.sendall(asking)
        assert connection.recv(15).startswith(b"HTTP/1.1 200")
        connection.sendall(b"no chunk\r\n\r\n")
        rest = b""
        try:
            while data := connection.recv(65_536):
                rest = (rest + data)[-70_000:]
        except ConnectionResetError:
            pass
        assert b"HTTP/1.1 400" not in rest
        assert not rest.endswith(b"0\r\n\r\n")
