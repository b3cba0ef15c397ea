"""What machines and browsers look for: whether the service is well, and the files that dress the pages."""

import gzip
import re
from functools import lru_cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from interurban.messages import say
from interurban.web import negotiation
from interurban.web.pages import Pages
from interurban.web.problems import NotFoundError
from interurban.web.representation import Body, conditional
from interurban.web.site import Site

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
_GZIP = re.compile("gzip")
_FOR_EVER = "public, max-age=31536000, immutable"


def router(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of /health and /static/."""
    routes = APIRouter()
    packed = lru_cache(lambda name: gzip.compress(pages.assets[name], mtime=0))

    @routes.get("/health")
    async def health() -> dict[str, str]:
        """Say that this process answers, and from which release."""
        return {"status": "ok", "release": site.release.version}

    @routes.get("/static/{name:path}", response_class=Response)
    async def static(request: Request, name: str) -> Response:
        """Answer with a static file; at the address that pages use, which names its content, for ever."""
        if name not in pages.assets:
            raise NotFoundError(say("web-no-page"))
        kept = request.url.path + "?" + request.url.query == pages.asset(name)
        headers = {"vary": "Accept-Encoding"} | ({"cache-control": _FOR_EVER} if kept else {})
        pack = any(coding.quality for coding in negotiation.ranges(request.headers.get("accept-encoding"), _GZIP))
        if pack:
            headers["content-encoding"] = "gzip"
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        body = Body(packed(name) if pack else pages.assets[name])
        return conditional(site, request, ["static", name, str(pack)], media_type, headers, lambda: body)

    return routes
