"""Request ids, and a line of JSON for each request, named as OpenTelemetry's conventions name things.

Of who asked it has a name that is made of the address and a key of the day, which nobody keeps: within a day one client
can be told from another, and afterwards nobody can tell who it was. Of the address that was asked for it has no query.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

_LONGEST_PATH = 500
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# W3C Trace Context, 3.2.2: a version, the trace's id, the parent's, flags; neither id may be all zeros.
_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str]:
    """Return the id of a request and that of its trace, "" for none.

    The id is what X-Request-Id says, if that is at most 64 plain characters; else the trace's, else a new one.
    """
    given: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in (b"x-request-id", b"traceparent"):
            given[name] = b"" if name in given else value  # two are none
    trace = _TRACEPARENT.fullmatch(given.get(b"traceparent", b""))
    told = trace[1].decode() if trace else ""
    own = given.get(b"x-request-id", b"")
    return (own.decode() if _ID.fullmatch(own) else told or secrets.token_hex(16)), told


def pseudonym(address: str, key: bytes) -> str:
    """Return a name for an address, which changes with the key."""
    return hashlib.blake2s(address.encode(), key=key, digest_size=6).hexdigest()


def line(
    method: str, path: str, status: int, seconds: float, size: int, route: str, client: str, ids: tuple[str, str]
) -> str:
    """Return the line that tells of a request; client: by its name of the day; ids: of the request and its trace."""
    told = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "info",
        "message": "request",
        "request_id": ids[0],
        **({"trace_id": ids[1]} if ids[1] else {}),
        "http.request.method": method,
        "url.path": path[:_LONGEST_PATH],
        "http.route": route,
        "http.response.status_code": status,
        "http.response.body.size": size,
        "http.server.request.duration": round(seconds, 6),
        "client": client,
    }
    return json.dumps(told, ensure_ascii=True)
