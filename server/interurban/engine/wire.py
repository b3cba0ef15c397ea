"""How a web process and a query worker write to each other, each pair on a socket of its own.

The web process writes one request. The worker writes frames: ACCEPTED at once, then either ERROR, or HEAD and
any number of BODY, and after those END, or ERROR where it fails midway. A conversation that stops without END
or ERROR was ended by the death of the worker: so a part of an answer can never be taken for the whole.
"""

import json
import struct
from dataclasses import asdict
from typing import Any

from interurban.engine.model import Query
from interurban.errors import (
    QueryError,
    QueryFormatError,
    QueryLimitError,
    QueryRemoteError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from interurban.messages import Message

ACCEPTED = (
    b"a"  # when the query began, in seconds of time.monotonic(), which all processes share, and its worker's slot
)
HEAD = b"h"  # form and media type, as JSON
BODY = b"b"  # a part of the answer
END = b"z"  # the answer is complete
ERROR = b"e"  # why there is no answer, or no more of it, as JSON

FRAME = struct.Struct("!cI")  # kind, bytes that follow
LENGTH = struct.Struct("!I")  # bytes of the request that follow
BEGUN = struct.Struct("!dI")
CLIENT = struct.Struct("!Q")  # whose query it is: what goes through the channel with the descriptors


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """Return one frame."""
    return FRAME.pack(kind, len(payload)) + payload


def pack_request(query: Query) -> bytes:
    """Return the query with its length before it."""
    request = json.dumps(asdict(query)).encode()
    return LENGTH.pack(len(request)) + request


def unpack_request(request: bytes) -> Query:
    """Return the query of a request (without its length)."""
    values: dict[str, Any] = json.loads(request)
    for name in ("default_graphs", "named_graphs"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Query(**values)


def pack_error(error: QueryError) -> bytes:
    """Return the payload of an ERROR frame."""
    told: dict[str, Any] = {"key": error.message.key, "values": error.message.values}
    if isinstance(error, QueryFormatError):
        told["form"] = error.form
    if isinstance(error, QuerySyntaxError):
        told["place"] = (error.line, error.column)
    if isinstance(error, QueryRemoteError):
        told["retry_after"] = error.retry_after
    if isinstance(error, QueryTimeoutError):
        told["late"] = True
    return json.dumps(told).encode()


def unpack_error(payload: bytes) -> QueryError:
    """Return the error of an ERROR frame."""
    values: dict[str, Any] = json.loads(payload)
    message = Message(values["key"], values["values"])
    if "form" in values:
        return QueryFormatError(values["form"], message)
    if "retry_after" in values:
        return QueryRemoteError(message, values["retry_after"])
    if "late" in values:
        return QueryTimeoutError(message)
    return QuerySyntaxError(message, *values["place"]) if "place" in values else QueryLimitError(message)
