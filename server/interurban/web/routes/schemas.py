"""/schema/{kind}.json: what the JSON-LD of a kind of thing looks like, for programs that read it."""

import json
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import operation, routed
from interurban.web.http.representation import SCHEMA
from interurban.web.model.cache import Representation
from interurban.web.model.json_schema import JsonSchemas
from interurban.web.model.site import Site


def router(site: Site, schemas: JsonSchemas) -> APIRouter:
    """Return the route of the schemas."""
    endpoint = _Endpoints(site, schemas).schema
    return routed(("/schema/{kind}.json", endpoint, operation("The JSON Schema", SCHEMA)))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    schemas: JsonSchemas

    async def schema(self, request: Request, kind: str) -> Response:
        """Answer with the JSON Schema of the documents of a kind of thing in JSON-LD."""
        if kind not in self.schemas.by_kind:
            raise NotFoundError(say("web-no-schema", kinds=", ".join(self.schemas.by_kind) or "–"))

        def render() -> Representation:
            return Representation((json.dumps(self.schemas.whole(kind), ensure_ascii=False, indent=1) + "\n").encode())

        return await conditional(self.site, request, ["schema", kind], SCHEMA, {}, render)
