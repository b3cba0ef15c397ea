"""Who says nothing, says it slowly, or does not read, does not keep a connection; and nobody has all of them."""

import socket
from contextlib import ExitStack

import httpx

from serving import Served, serving
from web.world import World

GET = b"GET /health HTTP/1.1\r\nHost: x\r\n"


def connect(served: Served, source: str = "127.0.0.1") -> socket.socket:
    url = httpx.URL(served.address)
    return socket.create_connection((url.host, url.port or 80), timeout=60, source_address=(source, 0))


def closed(connection: socket.socket) -> bool:
    """Wait until the other side has hung up; False if it answers instead."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_head_that_does_not_end_is_not_waited_for(world_server: Served) -> None:
    with ExitStack() as stack:
        waiting = []
        for said in (b"", b"G", GET, GET + b"X: " + b"y" * 3000):
            waiting.append(stack.enter_context(connect(world_server)))
            waiting[-1].sendall(said)
        second = stack.enter_context(connect(world_server))
        second.sendall(GET.replace(b"GET", b"HEAD") + b"\r\n")
        assert second.recv(65536).startswith(b"HTTP/1.1 200")
        second.sendall(b"GET /he")  # the next one on the same connection
        assert all(closed(connection) for connection in (*waiting, second))


def test_one_address_has_not_all_connections(world: World) -> None:
    with serving(world.releases, "--web-processes", 1, "--client-connections", 40) as served, ExitStack() as stack:
        many = [stack.enter_context(connect(served)) for _ in range(60)]
        assert all(closed(connection) for connection in many[40:])
        another = stack.enter_context(connect(served, "127.0.0.2"))
        another.sendall(GET + b"\r\n")
        assert another.recv(65536).startswith(b"HTTP/1.1 200")
        # and who has closed some has some again
        for connection in many[:20]:
            connection.close()
        with httpx.Client(base_url=served.address, timeout=20) as client:
            assert client.get("/health").status_code == 200
