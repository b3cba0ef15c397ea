"""/health: that this process answers, and from which release."""

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

    async def health(self) -> dict[str, str]:
        """Say that this process answers, and from which release."""
        return {"status": "ok", "release": self.site.release.version}
