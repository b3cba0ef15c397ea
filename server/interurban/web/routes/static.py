"""/static/: the files that pages load."""

import gzip
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.web.http import negotiation
from interurban.web.http.conditional import conditional
from interurban.web.http.errors import NotFoundError
from interurban.web.http.operations import routed
from interurban.web.model.cache import Representation
from interurban.web.model.site import Site
from interurban.web.pages.templates import Templates

_MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
_FOR_EVER = "public, max-age=31536000, immutable"


def router(site: Site, templates: Templates) -> APIRouter:
    """Return the route of the static files."""
    return routed(("/static/{name:path}", _Endpoints(site, templates).static, {"response_class": Response}))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    templates: Templates

    async def static(self, request: Request, name: str) -> Response:
        """Answer with a static file; at the address that pages use, which names its content, for ever."""
        assets = self.templates.assets
        if name not in assets:
            raise NotFoundError(say("web-no-page"))
        own = request.url.path + "?" + request.url.query == self.templates.asset(name)
        headers = {"vary": "Accept-Encoding"} | ({"cache-control": _FOR_EVER} if own else {})
        pack = negotiation.takes_gzip(request.headers.get("accept-encoding"))
        if pack:
            headers["content-encoding"] = "gzip"
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        made = Representation(_packed(assets[name]) if pack else assets[name])
        return await conditional(self.site, request, ["static", name, str(pack)], media_type, headers, lambda: made)


@cache
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
