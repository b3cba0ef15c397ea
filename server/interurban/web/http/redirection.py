"""Redirections: to another address of this server, with the query that came along."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from interurban.web.model.site import Site


def redirection(site: Site, request: Request, path: str, status: int = 308) -> Response:
    """Return a redirection to `path`, which is percent-encoded and begins with a slash, with the request's query.

    It is absolute where the server is asked by the name that its base says, as some clients (the OWL API) do not
    follow others; asked by another name, such as in a preview, it stays where the client is. Which scheme a proxy has
    spoken to the client only the base knows.
    """
    base = site.base.iri
    ours = request.headers.get("host", "").lower() == urlsplit(base).netloc
    query = request.scope["query_string"].decode("latin-1")
    address = (base + path.removeprefix("/") if ours else path) + (f"?{query}" if query else "")
    return Response(status_code=status, headers={"location": address})
