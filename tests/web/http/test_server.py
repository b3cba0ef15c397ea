"""serve_web on a socket that somebody else made to listen, and requests as they come over a socket."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import httpx
import pytest

from serving import Served, serving
from web.world import World

PROGRAM = """
import socket, sys
from pathlib import Path
from interurban.engine import load
from interurban.release.folder import current
from interurban.settings import Settings
from interurban.web import LoadedRelease, serve_web

release = current(Path(sys.argv[1]))
served = [LoadedRelease(release, load(release.dataset))]
serve_web(socket.socket(fileno=int(sys.argv[2])), served, None, Settings())
print("returned")
"""


def test_it_answers_until_sigterm_and_returns(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = "http://{}:{}/".format(*listening.getsockname())
        fd = listening.fileno()
        command = [sys.executable, "-c", PROGRAM, str(world.releases), str(fd)]
        process = subprocess.Popen(command, pass_fds=[fd], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            with httpx.Client(base_url=address, timeout=20) as client:
                assert client.get("/doc/city/it-fonte.ttl").status_code == 200
                # without it every answer would wait for the client's delayed acknowledgement
                assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, ("returned\n", ""))


QUERY = b"ASK { ?city a <https://w3id.org/interurban/def/City> }"
POST = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA\r\n\r\n"
) % len(QUERY)
WHOLE = POST + QUERY


@contextmanager
def connected(server: Served) -> Iterator[socket.socket]:
    url = httpx.URL(server.address)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def answered(server: Served, connection: socket.socket, *pieces: bytes) -> tuple[int, bytes]:
    """Send each piece when the one before it has been read, and return status and content of the answer."""
    for piece in pieces[:-1]:
        connection.sendall(piece)
        httpx.get(server.address + "health")  # one process reads in turn: what came before has been read
    connection.sendall(pieces[-1])
    answer = HTTPResponse(connection)
    answer.begin()
    return answer.status, answer.read()


@pytest.fixture(scope="module")
def alone(world: World) -> Iterator[Served]:
    """One process, which so reads in the order in which it is written to."""
    with serving(world.releases, "--web-processes", 1, "--query-workers", 1) as server:
        yield server


def test_a_wish_for_another_protocol_is_ignored_wherever_it_is_cut(alone: Served) -> None:
    with connected(alone) as connection:  # one after the other, on one connection
        for cut in range(POST.index(b"Connection"), len(WHOLE)):
            status, content = answered(alone, connection, WHOLE[:cut], WHOLE[cut:])
            assert (status, b"true" in content) == (200, True), WHOLE[:cut]


def test_an_empty_line_before_a_request_is_fine(alone: Served) -> None:
    """Some clients end a body with one (RFC 9112, 2.2)."""
    with connected(alone) as connection:
        for pieces in ((WHOLE + b"\r\n",), (WHOLE[:150], WHOLE[150:]), (b"\r\n", WHOLE)):
            assert answered(alone, connection, *pieces)[0] == 200


@pytest.mark.parametrize("wrong", [b"GET /health HTTP/1.1\n\n", b"HELO\r\n\r\n", b"\0\0\r\n\r\n"])
def test_what_is_no_request_is_refused(alone: Served, wrong: bytes) -> None:
    with connected(alone) as connection:
        assert answered(alone, connection, wrong)[0] == 400


def test_a_head_in_pieces_is_not_read_for_ever(alone: Served) -> None:
    with connected(alone) as connection:
        assert answered(alone, connection, b"GET / HTTP/1.1\r\n", *[b"A: %b\r\n" % (b"a" * 9_000)] * 4)[0] == 431


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"HTTP/1.1\r\nHost: x:80", 200),
        (b"HTTP/1.1\r\nHost: [::1]:8000", 200),
        (b"HTTP/1.1\r\nHost:", 200),
        (b"HTTP/1.0\r\nAccept: */*", 200),
        (b"HTTP/1.1\r\nAccept: */*", 400),
        (b"HTTP/1.1\r\nHost: x\r\nHost: x", 400),
        (b"HTTP/1.1\r\nHost: x\r\nhost: y", 400),
        (b"HTTP/1.0\r\nHost: x\r\nHost: y", 400),
        (b"HTTP/1.1\r\nHost: x, y", 400),
        (b"HTTP/1.1\r\nHost: user@x/", 400),
    ],
)
def test_a_request_names_one_host(alone: Served, fields: bytes, status: int) -> None:
    for line in (b"GET /health ", b"OPTIONS /sparql ", b"GET /nowhere "):
        with connected(alone) as connection:
            answer, content = answered(alone, connection, line + fields + b"\r\n\r\n")
            if status == 400:
                assert (answer, b"Host: example.org" in content) == (400, True)
            else:
                assert answer in (200, 204, 404)


@pytest.mark.parametrize("target", [b"x:443", b"/", b"/sparql"])
def test_nobody_gets_a_tunnel_and_the_log_says_nothing_of_it(alone: Served, target: bytes) -> None:
    """Whatever is logged would fail the fixture in its end."""
    with connected(alone) as connection:
        connection.sendall(b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % target)
        answer = HTTPResponse(connection)
        answer.begin()
        assert answer.status in (400, 405)
        answer.read()
        assert connection.recv(1) == b""  # it is closed: what follows would be for the tunnel


def test_of_websockets_the_log_says_nothing_either(alone: Served) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with connected(alone) as connection:
        assert answered(alone, connection, head + head)[0] == 200


@pytest.mark.parametrize(
    ("codings", "status"),
    [
        ((), 200),
        ((b"identity",), 200),
        ((b"gzip",), 415),
        ((b"identity", b"br"), 415),
        ((b"GZip, x",), 415),
    ],
)
def test_a_body_in_a_coding_is_not_read(alone: Served, codings: tuple[bytes, ...], status: int) -> None:
    head = POST.partition(b"Connection")[0] + b"".join(b"Content-Encoding: %b\r\n" % coding for coding in codings)
    with connected(alone) as connection:
        connection.sendall(head + b"\r\n" + QUERY)
        answer = HTTPResponse(connection)
        answer.begin()
        assert (answer.status, answer.headers["accept-encoding"]) == (status, "identity" if status == 415 else None)
