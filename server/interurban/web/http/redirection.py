"""Redirections: to another address of this server, with the query that came along."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from interurban.web.model.site import Site


def redirection(site: Site, request: Request, path: str, status: int = 308, *, with_query: bool = True) -> Response:
    """Return a redirection to `path`, which is percent-encoded and begins with a slash, with the request's query.

    It is absolute where the server is asked by the name that its base says, as some clients (the OWL API) do not
    follow others; asked by another name, such as in a preview, it stays where the client is.
    """
    query = request.scope["query_string"].decode("latin-1") if with_query else ""
    root = site.base.iri if _is_ours(site, request) else "/"
    return Response(
        status_code=status, headers={"location": root + path.removeprefix("/") + (f"?{query}" if query else "")}
    )


def root(site: Site, request: Request) -> str:
    """Return the address of this server, with a slash at its end, as the client knows it.

    Which scheme a proxy has spoken to the client only the base knows.
    """
    return site.base.iri if _is_ours(site, request) else f"{request.url.scheme}://{request.headers.get('host', '')}/"


def _is_ours(site: Site, request: Request) -> bool:
    return request.headers.get("host", "").lower() == urlsplit(site.base.iri).netloc
