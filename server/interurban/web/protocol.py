"""HTTP/1.1 as uvicorn reads it, with a bound on what a client may send before the body begins."""

import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interurban.messages import say

LONGEST_HEAD = 32_768  # bytes of request line and headers; a longer query goes into the body


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol. Left to itself it gathers a head of any length, and stands still while it does."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head, self._head = True, 0

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has become too long: then say so, and hang up."""
        if self._in_head and self._head + len(data) > LONGEST_HEAD and not self._ends_soon(data):
            self._refuse()
            return
        self._head += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Note that the body begins."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that what comes next is another head."""
        self._in_head, self._head = True, 0
        super().on_message_complete()

    def _ends_soon(self, data: bytes) -> bool:
        """Tell whether the head ends with what has come, within its bound; the rest is the body."""
        return 0 <= data.find(b"\r\n\r\n") <= LONGEST_HEAD - self._head

    def _refuse(self) -> None:
        detail = say("web-head", limit=LONGEST_HEAD).text()
        problem = {"type": "about:blank", "title": say("web-status-431").text(), "status": 431, "detail": detail}
        content = json.dumps(problem).encode()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(content), content)
        )
        self.transport.close()
