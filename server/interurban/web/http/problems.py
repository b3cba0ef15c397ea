"""What goes wrong, as an answer: one table of statuses, and one shape (problem documents, RFC 9457)."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from interurban.errors import (
    InterurbanError,
    QueryError,
    QueryFormatError,
    QueryLimitError,
    QueryRefusedError,
    QueryShareError,
    QuerySyntaxError,
    QueryTimeoutError,
    ReleaseFileError,
)
from interurban.messages import Message, say
from interurban.rdf.formats import BY_MEDIA_TYPE
from interurban.web.http import negotiation
from interurban.web.http.errors import (
    BadRequestError,
    ContentCodingError,
    GoneError,
    MediaTypeError,
    NotAcceptableError,
    NotFoundError,
    PreconditionError,
    RangeError,
    ReadOnlyError,
    TooLongError,
)
from interurban.web.http.reader import Link, Reader

PROBLEM = "application/problem+json"
_OFFERS = (PROBLEM, "application/json", "text/html")

ProblemPage = Callable[[Reader, Mapping[str, Any]], bytes]  # the page for people, from the facts of a problem

# The most specific class that an error belongs to counts.
STATUSES: dict[type[Exception], HTTPStatus] = {
    BadRequestError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    PreconditionError: HTTPStatus.PRECONDITION_FAILED,
    RangeError: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ReadOnlyError: HTTPStatus.FORBIDDEN,
    TooLongError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ReleaseFileError: HTTPStatus.SERVICE_UNAVAILABLE,
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryFormatError: HTTPStatus.NOT_ACCEPTABLE,
    QueryTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    QueryLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryRefusedError: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryShareError: HTTPStatus.TOO_MANY_REQUESTS,
    QueryError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem_response(request: Request, error: Exception, page: ProblemPage) -> Response:
    """Return the answer that tells the client what is wrong, in their language: JSON, or `page` of the facts.

    An error that is not in the table is ours: 500, and nothing of its inside.
    """
    reader = Reader.of(request, strict=False)
    status, message = _status(error), _message(error)
    variants = error.variants if isinstance(error, NotAcceptableError) else []
    title, detail = _title(status).text(reader.language), message.text(reader.language)
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    headers = {
        "vary": "Accept, Accept-Language",
        "content-language": reader.language,
        "cache-control": "no-cache",
        **_extra_headers(error),
    }
    if variants:
        headers["link"] = ", ".join(f'<{address}>; rel="alternate"; type="{m}"' for m, address in variants)
    offers = (*_OFFERS, *BY_MEDIA_TYPE) if isinstance(error, GoneError) else _OFFERS
    wanted = negotiation.media_type(request.headers.get("accept"), offers)
    if isinstance(error, GoneError) and wanted in BY_MEDIA_TYPE:
        written = ox.serialize(error.said, format=BY_MEDIA_TYPE[wanted].syntax)
        return Response(written, status, headers | {"content-type": wanted})
    if wanted == "text/html":
        links = [Link(media_type, address) for media_type, address in variants]
        facts = {
            "status": int(status),
            "title": title,
            "detail": detail,
            "line": line,
            "column": column,
            "links": links,
        }
        return Response(page(reader, facts), status, headers, media_type="text/html")
    members = {"type": "about:blank", "title": title, "status": int(status), "detail": detail}
    members |= {name: value for name, value in (("line", line), ("column", column)) if value is not None}
    if variants:
        members["available"] = [{"type": media_type, "href": address} for media_type, address in variants]
    content = json.dumps(members, ensure_ascii=False, indent=1) + "\n"
    return Response(content.encode(), status, headers | {"content-type": PROBLEM})


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    found = (STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def _title(status: HTTPStatus) -> Message:
    return say(f"web-status-{int(status)}")


def _message(error: Exception) -> Message:
    if isinstance(error, InterurbanError) and _status(error) != HTTPStatus.INTERNAL_SERVER_ERROR:
        return error.message
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND:
        return say("web-no-page")
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return say("web-method", allowed=(error.headers or {}).get("Allow", "GET, HEAD"))
    return say("web-unexpected")


def _extra_headers(error: Exception) -> dict[str, str]:
    if isinstance(error, HTTPException):
        return {name.lower(): value for name, value in (error.headers or {}).items()}
    if isinstance(error, RangeError):
        return {"content-range": f"bytes */{error.size}"}
    if isinstance(error, ContentCodingError):
        return {"accept-encoding": "identity"}  # RFC 9110, 15.5.16
    if isinstance(error, QueryRefusedError):
        return {"retry-after": str(error.retry_after)}
    return {}
