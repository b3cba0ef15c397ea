"""How a route is described for programs (OpenAPI 3.1: an operation): what it takes, and what it answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from interurban.messages import LANGUAGES
from interurban.web.http.problems import PROBLEM
from interurban.web.http.representation import HTML, MEDIA_TYPES

Responses = dict[int | str, dict[str, Any]]
Operation = dict[str, Any]  # what a route takes besides its path
Endpoint = Callable[..., Awaitable[Any]]

_MEMBERS = {name: {"type": "string"} for name in ("type", "title", "detail")} | {"status": {"type": "integer"}}
PROBLEMS: Responses = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "content": {PROBLEM: {"schema": {"type": "object", "properties": _MEMBERS}}},
    }
}
LANGUAGE = {
    "name": "lang",
    "in": "query",
    "description": "Language of the page; else Accept-Language decides",
    "schema": {"type": "string", "enum": [*LANGUAGES, ""]},
}


NOTHING = {"type": "string", "maxLength": 0}  # a form's field may be left empty, and then says nothing
_YEAR = {"type": "string", "pattern": "^(?!0000)[0-9]{4}$"}
AT = {
    "name": "at",
    "in": "query",
    "description": "Show only what certainly or possibly held on this day, or on the last of this year",
    "schema": {"anyOf": [{"type": "string", "format": "date"}, _YEAR, NOTHING]},
}


def answers(description: str, *media_types: str) -> Responses:
    """Return how a route answers if all goes well."""
    return {200: {"description": description, "content": {media_type: {} for media_type in media_types}}}


def operation(description: str, *media_types: str, parameters: Sequence[dict[str, Any]] = ()) -> Operation:
    """Return how a route that answers a person or a program is described."""
    languages = [LANGUAGE] if HTML in media_types else []
    return {
        "response_class": Response,
        "responses": answers(description, *media_types),
        "openapi_extra": {"parameters": [*parameters, *languages]},
    }


PAGE = operation("The page", HTML)
DOCUMENT = operation("The document, in the format asked for", *MEDIA_TYPES.values())
ON_A_DAY = operation("The document, in the format asked for", *MEDIA_TYPES.values(), parameters=[AT])
MOVED: Operation = {"status_code": 308, "response_class": RedirectResponse}
SEE_OTHER: Operation = {"status_code": 303, "response_class": RedirectResponse}


def routed(*table: tuple[str, Endpoint, Operation]) -> APIRouter:
    """Return the routes of a table: address, what answers there, and how that is described."""
    router = APIRouter()
    for path, endpoint, described in table:
        router.add_api_route(path, endpoint, **described)
    return router
