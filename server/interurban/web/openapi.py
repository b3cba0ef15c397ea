"""/openapi.json: the routes as they are, and each saved question as a path of its own, from the question's head."""

import json
import re
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from interurban import __version__
from interurban.messages import LANGUAGES, say
from interurban.questions import Parameter, Question
from interurban.web.answering import RESULTS
from interurban.web.problems import PROBLEM
from interurban.web.reading import AT
from interurban.web.representation import HTML, MEDIA_TYPES, Body, conditional
from interurban.web.site import Site

_SCHEMAS: dict[str, dict[str, str]] = {
    "iri": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "string": {"type": "string"},
}

Responses = dict[int | str, dict[str, Any]]
Route = dict[str, Any]  # what the decorator of a route takes besides its path

_MEMBERS = {name: {"type": "string"} for name in ("type", "title", "detail")} | {"status": {"type": "integer"}}
PROBLEMS: Responses = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "content": {PROBLEM: {"schema": {"type": "object", "properties": _MEMBERS}}},
    }
}
_LANGUAGE = {
    "name": "lang",
    "in": "query",
    "description": "Language of the page; else Accept-Language decides",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}


def answers(description: str, *media_types: str) -> Responses:
    """Return how a route answers if all goes well."""
    return {200: {"description": description, "content": {media_type: {} for media_type in media_types}}}


def route(description: str, *media_types: str, parameters: Sequence[dict[str, Any]] = ()) -> Route:
    """Return how a route that answers a person or a program is described."""
    languages = [_LANGUAGE] if HTML in media_types else []
    return {
        "response_class": Response,
        "responses": answers(description, *media_types),
        "openapi_extra": {"parameters": [*parameters, *languages]},
    }


PAGE = route("The page", HTML)
DOCUMENT = route("The document, in the format asked for", *MEDIA_TYPES.values())
ON_A_DAY = route("The document, in the format asked for", *MEDIA_TYPES.values(), parameters=[AT])


def router(site: Site) -> APIRouter:
    """Return the route of the description."""
    routes = APIRouter()

    @routes.get("/openapi.json", **route("This description", "application/json"))
    async def openapi(request: Request) -> Response:
        """Describe every address of this server for programs (OpenAPI 3.1)."""

        def make() -> Body:
            whole = get_openapi(
                title="Interurban",
                version=__version__,
                summary=say("web-motto").text(),
                description=say("web-about").text(),
                license_info={"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
                routes=request.app.routes,
            )
            for path, operations in whole["paths"].items():
                for operation in operations.values():
                    operation["parameters"] = [*_in_path(path), *_not_in_path(operation)]
            for question in site.questions.values():
                whole["paths"][f"/queries/{question.name}.{{format}}"] = {"get": _operation(question)}
            return Body(json.dumps(whole, ensure_ascii=False).encode())

        return conditional(site, request, ["openapi"], "application/json", {}, make)

    return routes


def _in_path(path: str) -> list[dict[str, Any]]:
    """Return the parameters in a path; what is not said by a route's function is said by its address."""
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _not_in_path(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [parameter for parameter in operation.get("parameters", ()) if parameter["in"] != "path"]


def _operation(question: Question) -> dict[str, Any]:
    """Return what OpenAPI says of one question."""
    formats = {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": list(RESULTS)}}
    return {
        "operationId": "query-" + question.name,
        "summary": question.summary.text(),
        "description": question.description.text(),
        "tags": question.keywords["en"],
        "parameters": [formats, *map(_parameter, question.parameters)],
        "responses": {str(k): told for k, told in (answers("The answer", *RESULTS.values()) | PROBLEMS).items()},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    label, default = parameter.label.text(), parameter.default
    known = f" (an IRI, or the short name of a {parameter.kind})" if parameter.kind else ""
    number = {"integer": int, "decimal": float}.get(parameter.type)
    return {
        "name": parameter.name,
        "in": "query",
        "description": label + known,
        "schema": {**_SCHEMAS[parameter.type], "default": number(default) if number else default},
    }
