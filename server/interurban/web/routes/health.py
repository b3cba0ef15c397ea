"""/health: that this process answers; /ready: that all of the service does, and is going to."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from interurban.operation.counters import Counters
from interurban.web.http.operations import operation, routed
from interurban.web.model.site import Site

_NOW = {"cache-control": "no-store"}  # an answer tells of this moment alone


def router(site: Site, counters: Counters) -> APIRouter:
    """Return the routes of the checks."""
    endpoints = _Endpoints(site, counters)
    told = operation("Whether it is ready", "application/json")
    told["responses"][503] = {
        "description": "Queries are not answered yet, or not at present (`filling`), or it is about to end (`draining`)"
    }
    health = operation("It answers", "application/json")
    return routed(("/health", endpoints.health, health), ("/ready", endpoints.ready, told))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    counters: Counters

    async def health(self) -> Response:
        """Say that this process answers, and from which release."""
        return self._told("ok")

    async def ready(self) -> Response:
        """Say whether queries are answered too, and the service is not about to end; 503 if not."""
        if self.counters.draining:
            return self._told("draining", 503)
        return self._told("ready") if self.site.engine.ready() else self._told("filling", 503)

    def _told(self, status: str, code: int = 200) -> Response:
        return JSONResponse({"status": status, "release": self.site.release.version}, code, _NOW)
