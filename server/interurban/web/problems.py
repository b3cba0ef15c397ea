"""What goes wrong, as an answer: one table of statuses, one shape (RFC 9457), and one page for people."""

import json
from http import HTTPStatus

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
)
from interurban.messages import Message, say
from interurban.web import negotiation
from interurban.web.pages import Link, Pages, Reader

PROBLEM = "application/problem+json"
_OFFERS = (PROBLEM, "application/json", "text/html")


class WebError(InterurbanError):
    """A request that cannot be answered as it was made."""


class BadRequestError(WebError):
    """The request does not say what it wants, or says it twice."""


class NotFoundError(WebError):
    """There is nothing at this address."""


class GoneError(WebError):
    """There was something at this address, and it will not come back by itself."""


class NotAcceptableError(WebError):
    """None of the representations is accepted; `variants` are media type and address of those there are."""

    def __init__(self, variants: list[tuple[str, str]]) -> None:
        super().__init__(say("web-not-acceptable", available=", ".join(media_type for media_type, _ in variants)))
        self.variants = variants


class RangeError(WebError):
    """The request wants a part that is not there, of something that has `size` bytes."""

    def __init__(self, message: Message, size: int) -> None:
        super().__init__(message)
        self.size = size


class MediaTypeError(WebError):
    """The request's body is of a type that is not understood here."""


class ReadOnlyError(WebError):
    """The request wants to change something."""


class TooLongError(WebError):
    """The request is longer than it may be."""


# The most specific class that an error belongs to counts.
STATUSES: dict[type[Exception], HTTPStatus] = {
    BadRequestError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    RangeError: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ReadOnlyError: HTTPStatus.FORBIDDEN,
    TooLongError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryFormatError: HTTPStatus.NOT_ACCEPTABLE,
    QueryTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    QueryLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryRefusedError: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryShareError: HTTPStatus.TOO_MANY_REQUESTS,
    QueryError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem_response(pages: Pages, request: Request, error: Exception) -> Response:
    """Return the answer that tells the asker what is wrong, in their language, as a page or as JSON.

    An error that is not in the table is ours: 500, and nothing of its inside.
    """
    reader = Reader.of(request)
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
    if negotiation.media_type(request.headers.get("accept"), _OFFERS) == "text/html":
        links = [Link(media_type, address) for media_type, address in variants]
        body = pages.html(
            "problem.html",
            reader,
            status=int(status),
            title=title,
            detail=detail,
            line=line,
            column=column,
            links=links,
        )
        return Response(body, status, headers, media_type="text/html")
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
    if isinstance(error, QueryRefusedError):
        return {"retry-after": str(error.retry_after)}
    return {}
