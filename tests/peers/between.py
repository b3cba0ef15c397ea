"""A proxy before another server, which lets a test do to the way between what networks and servers do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True)
class Asked:
    """A request on its way."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Between:
    """The proxy: its address, what went through it, and what it does instead.

    refuse: returns a status, fields and words to be answered in place of the server; None lets the request through.
    cut: after how many bytes of its answer the connection breaks, None for never. held: no request goes on while it is
    not set.
    """

    address: str = ""
    seen: list[Asked] = field(default_factory=list)
    refuse: Callable[[Asked], tuple[int, dict[str, str], str] | None] = lambda _: None
    cut: Callable[[Asked], int | None] = lambda _: None
    held: threading.Event = field(default_factory=threading.Event)

    def at(self, address: str) -> str:
        """Return an address of the server as it is reached through the proxy."""
        return self.address + urlsplit(address).path if address else ""


@contextmanager
def between(target: str) -> Iterator[Between]:
    """Stand before the server at an address."""
    proxy, parts = Between(), urlsplit(target)
    proxy.held.set()
    client = httpx.Client(base_url=f"{parts.scheme}://{parts.netloc}", timeout=60)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            proxy.held.wait(60)
            proxy.seen.append(asked)
            if refused := proxy.refuse(asked):
                status, fields, words = refused
                self._answer(status, fields, words.encode(), None)
                return
            passed = {k: v for k, v in asked.headers.items() if k in ("content-type", "accept")}
            came = client.request(self.command, self.path, content=body, headers=passed)
            self._answer(
                came.status_code, {"content-type": came.headers.get("content-type", "")}, came.content, proxy.cut(asked)
            )

        do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815  # as http.server wants it

        def _answer(self, status: int, fields: dict[str, str], body: bytes, cut: int | None) -> None:
            self.send_response(status)
            for name, value in (fields | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[:cut])
            self.close_connection = cut is not None

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # whoever asked has gone
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.held.set()
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
