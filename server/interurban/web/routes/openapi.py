"""/openapi.json: the routes as they are, and each saved question as a path of its own, from the question's head."""

import json
import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from interurban import __version__
from interurban.messages import say
from interurban.questions import Parameter, Question
from interurban.web.http.conditional import conditional
from interurban.web.http.operations import PROBLEMS, answers, operation, routed
from interurban.web.http.result_formats import RESULTS
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site

_SCHEMAS: dict[str, dict[str, str]] = {
    "iri": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "string": {"type": "string"},
}


def router(site: Site) -> APIRouter:
    """Return the route of the description."""
    return routed(("/openapi.json", _Endpoints(site).openapi, operation("This description", "application/json")))


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def openapi(self, request: Request) -> Response:
        """Describe every address of this server for programs (OpenAPI 3.1)."""

        def render() -> Representation:
            whole = get_openapi(
                title="Interurban",
                version=__version__,
                summary=say("web-motto").text(),
                description=say("web-about").text(),
                license_info={"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
                routes=request.app.routes,
            )
            for path, operations in whole["paths"].items():
                for described in operations.values():
                    described["parameters"] = [*_in_path(path), *_not_in_path(described)]
            for question in self.site.questions.values():
                whole["paths"][f"/queries/{question.name}.{{format}}"] = {"get": _operation(question)}
            return Representation(json.dumps(whole, ensure_ascii=False).encode())

        return conditional(self.site, request, ["openapi"], "application/json", {}, render)


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
    choices = {"enum": list(parameter.values)} if parameter.values else {}
    return {
        "name": parameter.name,
        "in": "query",
        "description": label + known,
        "schema": {**_SCHEMAS[parameter.type], **choices, "default": number(default) if number else default},
    }
