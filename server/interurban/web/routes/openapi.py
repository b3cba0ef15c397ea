"""/openapi.json: the routes as they are, and a path of its own for what has answers of a known form: kinds of things,
and saved questions."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from interurban import __version__
from interurban.iris import XSD
from interurban.messages import say
from interurban.questions import SHORT_NAME, Parameter, Question
from interurban.rdf.formats import BY_EXTENSION
from interurban.rdf.graphml import GRAPHML
from interurban.rdf.jsonld import Json
from interurban.web.http.conditional import conditional
from interurban.web.http.operations import AT, NOTHING, PROBLEMS, answers, operation, routed
from interurban.web.http.representation import MEDIA_TYPES
from interurban.web.http.result_formats import RESULTS
from interurban.web.model.cache import Representation
from interurban.web.model.json_schema import DEFINITIONS, JsonSchemas, literal
from interurban.web.model.site import Site
from interurban.web.routes.cite import FORMATS as CITATIONS

_JSONLD = BY_EXTENSION["jsonld"].media_type
_SCHEMAS: dict[str, Json] = {
    "iri": {"type": "string", "format": "iri", "pattern": r"^https?://[A-Za-z0-9.-]+(/[A-Za-z0-9/._~-]*)?$"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "string": {"type": "string"},
}
# The literals that a column of an answer may hold, by what the heads of questions call them: datatypes and texts.
_COLUMNS: dict[str, tuple[list[str], Json]] = {
    "date": ([XSD + "date", XSD + "gYearMonth", XSD + "gYear"], {"pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}),
    "integer": ([XSD + "integer"], {"pattern": "^-?[0-9]+$"}),
    "decimal": ([XSD + "decimal"], literal(XSD + "decimal")),
    "boolean": ([XSD + "boolean"], {"enum": ["true", "false"]}),
    "duration": ([XSD + "duration"], literal(XSD + "duration")),
}
_EXTENSIONS = MEDIA_TYPES | RESULTS | {"graphml": GRAPHML} | CITATIONS
_SLUG = r"^[^/?#]+(/[^/?#]+)*$"
# What stands in a path by these names, wherever that is.
_IN_PATH: dict[str, Json] = {
    "number": {"type": "string", "pattern": r"^[1-9][0-9]*(\.\w+)?$"},
    **{name: {"type": "string", "pattern": r"^[0-9a-f]+(\.\w+)?$"} for name in ("version", "a", "b")},
}


def router(site: Site, schemas: JsonSchemas) -> APIRouter:
    """Return the route of the description."""
    endpoint = _Endpoints(site, schemas).openapi
    return routed(("/openapi.json", endpoint, operation("This description", "application/json")))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    schemas: JsonSchemas

    async def openapi(self, request: Request) -> Response:
        """Describe every address of this server for programs (OpenAPI 3.1)."""

        def render() -> Representation:
            whole = get_openapi(
                title="Interurban",
                version=__version__,
                summary=say("web-motto").text(),
                description=say("web-about").text(),
                license_info={"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
                servers=[{"url": self.site.base.iri.rstrip("/")}],
                routes=request.app.routes,
            )
            for path, operations in whole["paths"].items():
                for described in operations.values():
                    described["parameters"] = [*self._in_path(path, described), *_not_in_path(described)]
            whole["paths"] |= dict(self._kinds())
            for question in self.site.questions.values():
                whole["paths"][f"/queries/{question.name}.{{format}}"] = {"get": _question(question)}
            kinds = {_component(kind): schema for kind, schema in self.schemas.by_kind.items()}
            whole.setdefault("components", {})["schemas"] = DEFINITIONS | kinds | dict(_terms())
            text = json.dumps(whole, ensure_ascii=False).replace('"#/$defs/', '"#/components/schemas/')
            return Representation(text.encode())

        return await conditional(self.site, request, ["openapi"], "application/json", {}, render)

    def _in_path(self, path: str, described: Json) -> list[Json]:
        """Return the parameters in a path; what is not said by a route's function is said by its address."""
        told = [media_type for answer in described["responses"].values() for media_type in answer.get("content", ())]
        known: dict[str, Json] = _IN_PATH | {
            "extension": {"enum": [name for name, media_type in _EXTENSIONS.items() if media_type in told]},
            "kind": {"enum": [kind for kind in self.site.vocabulary.kinds if kind != "graph"]},
        }
        if path.startswith("/schema/"):
            known["kind"] = {"enum": list(self.schemas.by_kind)}
        names = re.findall(r"{(\w+)}", path)
        schemas = {name: {"type": "string", "pattern": _SLUG} | known.get(name, {}) for name in names}
        for schema in schemas.values():
            if "enum" in schema:
                del schema["pattern"]
        return [{"name": name, "in": "path", "required": True, "schema": schemas[name]} for name in names]

    def _kinds(self) -> Iterator[tuple[str, Json]]:
        """Yield for each kind of thing the path of its documents as data, and what they are."""
        slug = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string", "pattern": _SLUG}}
        for kind, schema in self.schemas.by_kind.items():
            stem = self.site.vocabulary.kinds[kind].path
            listed = {"$ref": "#/$defs/List"}
            for path, form, parameters in (
                (f"{stem}{{slug}}.jsonld", {"$ref": f"#/$defs/{_component(kind)}"}, [slug, AT]),
                (f"{stem.rstrip('/')}.jsonld", listed, [_PAGE, AT]),
            ):
                content = {_JSONLD: {"schema": form}}
                yield (
                    path,
                    {
                        "get": {
                            "operationId": "-".join(re.findall(r"\w+", path)),
                            "summary": schema["title"],
                            "parameters": parameters,
                            "responses": {"200": {"description": schema["title"], "content": content}, **PROBLEMS},
                        }
                    },
                )


_PAGE: Json = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}


def _component(kind: str) -> str:
    return "".join(word.capitalize() for word in re.findall(r"\w+", kind))


def _not_in_path(operation: Json) -> list[Json]:
    found = [parameter for parameter in operation.get("parameters", ()) if parameter["in"] != "path"]
    return [_PAGE if parameter["name"] == "page" else parameter for parameter in found]


def _question(question: Question) -> Json:
    """Return what OpenAPI says of one question."""
    formats = {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": list(RESULTS)}}
    told = answers("The answer", *RESULTS.values())
    told[200]["content"][RESULTS["json"]] = {"schema": _answer(question)}
    return {
        "operationId": "query-" + question.name,
        "summary": question.summary.text(),
        "description": question.description.text(),
        "tags": question.keywords["en"],
        "parameters": [formats, *map(_parameter, question.parameters), _PAGE],
        "responses": {str(status): response for status, response in (told | PROBLEMS).items()},
    }


def _answer(question: Question) -> Json:
    """Return the schema of a question's answer in the JSON of SPARQL; a column without a value is left out of a row."""
    columns = {
        name: {"$ref": f"#/$defs/{_term(question.types.get(name, 'any'))}", "title": label.text()}
        for name, label in question.columns.items()
    }
    row: Json = {"type": "object", "properties": columns, "additionalProperties": False}
    names = {"type": "array", "items": {"type": "string", "enum": list(columns)}}
    head = {"type": "object", "required": ["vars"], "properties": {"vars": names}}
    bindings: Json = {"type": "array", "items": row}
    results = {"type": "object", "required": ["bindings"], "properties": {"bindings": bindings}}
    return {"type": "object", "required": ["head", "results"], "properties": {"head": head, "results": results}}


def _term(kind: str) -> str:
    """Return the name of the schema of a term in an answer."""
    return kind.capitalize() + "Term"


def _terms() -> Iterator[tuple[str, Json]]:
    """Yield the schemas of the terms in answers (SPARQL 1.1 Query Results JSON Format, 3.2.2)."""

    def term(kind: str, value: Json, **more: Json) -> Json:
        known = {"type": {"const": kind}, "value": value, **more}
        return {"type": "object", "required": ["type", "value"], "properties": known}

    text: Json = {"type": "string"}
    yield _term("iri"), term("uri", {"type": "string", "format": "iri"})
    yield _term("text"), term("literal", text, **{"xml:lang": text})
    for kind, (datatypes, value) in _COLUMNS.items():
        yield _term(kind), term("literal", text | value, datatype={"enum": datatypes})
    kinds = {"enum": ["uri", "literal", "bnode"]}
    told = {"type": kinds, "value": text, "datatype": text, "xml:lang": text}
    yield _term("any"), {"type": "object", "required": ["type", "value"], "properties": told}


def _parameter(parameter: Parameter) -> Json:
    label, default = parameter.label.text(), parameter.default
    known = f" (an IRI, or the short name of a {parameter.kind})" if parameter.kind else ""
    number: dict[str, Any] = {"integer": int, "decimal": float}
    choices: Json = {"enum": list(parameter.values)} if parameter.values else {}
    named = [{"type": "string", "pattern": f"^{SHORT_NAME}$"}] if parameter.kind else []
    shown = number[parameter.type](default) if parameter.type in number else default
    return {
        "name": parameter.name,
        "in": "query",
        "description": label + known,
        "schema": {"anyOf": [{**_SCHEMAS[parameter.type], **choices}, *named, NOTHING], "default": shown},
    }
