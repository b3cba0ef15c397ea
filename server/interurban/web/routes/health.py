"""/health: that this process answers, from which release, and whether queries are answered too."""

from dataclasses import dataclass

from fastapi import APIRouter

from interurban.web.http.operations import routed
from interurban.web.model.site import Site


def router(site: Site) -> APIRouter:
    """Return the route of the health check."""
    return routed(("/health", _Endpoints(site).health, {}))


@dataclass(frozen=True)
class _Endpoints:
    site: Site

    async def health(self) -> dict[str, str | bool]:
        """Say that this process answers, from which release, and whether queries are answered too."""
        release, queries = self.site.release.version, self.site.engine.ready()
        return {"status": "ok", "release": release, "queries": queries}
