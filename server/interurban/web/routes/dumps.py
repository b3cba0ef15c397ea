"""/dumps/{dataset}/{name}: the files of the release that are handed out whole, or in part to who goes on after a break.

Only what the manifest names is there. Its tag is its sum, so it is the same file as long as the tag is.
"""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from interurban.iris import DCT
from interurban.messages import say
from interurban.web.http import negotiation
from interurban.web.http.conditional import REVALIDATE, content_type, not_modified
from interurban.web.http.errors import BadRequestError, NotFoundError, RangeError
from interurban.web.http.operations import operation, routed
from interurban.web.http.representation import link
from interurban.web.model.catalog import ANYTHING, PACKED, Catalog
from interurban.web.model.site import Site

_RANGES = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*\s*")
_METADATA = "csv-metadata.json"


def router(site: Site, catalog: Catalog) -> APIRouter:
    """Return the route of the files."""
    return routed(("/dumps/{dataset}/{name}", _Endpoints(site, catalog).dump, operation("The file", ANYTHING)))


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    catalog: Catalog

    async def dump(self, request: Request, dataset: str, name: str) -> Response:
        """Answer with a file of a dataset: whole, packed on the way for those who take that, or the parts asked for."""
        release, catalog = self.site.release, self.catalog
        path, files = f"dumps/{dataset}/{name}", release.manifest["files"]
        if path not in files:
            raise NotFoundError(say("web-no-dump"))
        headers = {"vary": "Accept-Encoding", "link": _links(catalog, dataset, name), "cache-control": REVALIDATE}
        wants = negotiation.takes_gzip(request.headers.get("accept-encoding"))
        # Who asks for a part counts the bytes of the file, not of what it is packed into.
        pack = wants and f"{path}.gz" in files and "range" not in request.headers
        stored = f"{path}.gz" if pack else path
        if pack:
            headers["content-encoding"] = "gzip"
        headers["etag"] = f'"{files[stored]["sha256"]}"'
        headers["last-modified"] = catalog.changed(dataset, name)
        if same := not_modified(request, headers):
            return same
        _check_ranges(request, headers["etag"], files[stored]["bytes"])
        default = PACKED if name.endswith(".gz") else ANYTHING
        media_type = catalog.media_types.get(self.site.base.iri + path, default)
        headers["content-type"] = content_type(media_type)
        return FileResponse(release.folder / stored, headers=headers)


def _check_ranges(request: Request, tag: str, size: int) -> None:
    """Raise BadRequestError if nobody can read which part is wanted, RangeError if there is no such part."""
    wanted = request.headers.get("range")
    if wanted is None or request.headers.get("if-range", tag) != tag:
        return
    if not _RANGES.fullmatch(wanted):
        raise BadRequestError(say("web-bytes-form", range=wanted))
    for first, last in re.findall(r"(\d*)-(\d*)", wanted):
        if first and last and int(last) < int(first):
            raise BadRequestError(say("web-bytes-form", range=wanted))
        if (first and int(first) >= size) or (not first and int(last) == 0):
            raise RangeError(say("web-bytes", bytes=size), size)


def _links(catalog: Catalog, dataset: str, name: str) -> str:
    """Return where to read more of a file: of its dataset, its licence, and of a table's columns."""
    about = f"/dataset/{dataset}"
    links = [link("collection", about, "text/html"), link("describedby", f"{about}.ttl", "text/turtle")]
    licence = catalog.word(catalog.dataset(dataset), DCT + "license")
    links += [link("license", licence)] if licence else []
    if name.endswith(".csv"):  # readers of CSVW take the first link for the one they look for
        links.insert(0, link("describedby", f"/dumps/{dataset}/{_METADATA}", "application/csvm+json"))
    return ", ".join(links)
