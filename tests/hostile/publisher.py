"""A publisher that gives a file, slowly enough that who fetches it can be stopped in between."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sources.conftest import CSV

CONTENT = (CSV + "".join(f"House {number},H{number}\r\n" for number in range(50_000))).encode()


class _Publisher(BaseHTTPRequestHandler):
    """Gives the publisher's file, slowly enough that one can be cut off."""

    def do_GET(self) -> None:  # as http.server calls it
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        for place in range(0, len(CONTENT), 65_536):
            self.wfile.write(CONTENT[place : place + 65_536])
            time.sleep(0.005)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as http.server calls it
        pass


@contextmanager
def publisher() -> Iterator[str]:
    """Yield an address of a server that gives the file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Publisher)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who is killed does not read
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/houses.csv"
    finally:
        server.shutdown()
        server.server_close()
