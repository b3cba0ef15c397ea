"""/dumps/{dataset}/{name} and /links.sssom.tsv: files of the release, whole, or in part to who goes on after a break.

Only what the manifest names is there. Its tag is its sum, so it is the same file as long as the tag is.
"""

import asyncio
import os
import re
from dataclasses import dataclass
from typing import BinaryIO

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from interurban.messages import say
from interurban.release.mappings import MAPPINGS
from interurban.web.http import negotiation
from interurban.web.http.conditional import REVALIDATE, content_type, not_modified
from interurban.web.http.errors import BadRequestError, NotFoundError, RangeError
from interurban.web.http.holding import BLOCK
from interurban.web.http.operations import operation, routed
from interurban.web.http.representation import link
from interurban.web.model.catalog import ANYTHING, PACKED, Catalog, http_date
from interurban.web.model.site import Site

_RANGE = re.compile(r"(\d+)-(\d*)|-(\d+)")
_TSV = "text/tab-separated-values"
_METADATA = "csv-metadata.json"


def router(site: Site, catalog: Catalog) -> APIRouter:
    """Return the routes of the files."""
    endpoints = _Endpoints(site, catalog)
    return routed(
        ("/dumps/{dataset}/{name}", endpoints.dump, operation("The file", ANYTHING)),
        ("/links.sssom.tsv", endpoints.mappings, operation("The mappings (SSSOM)", _TSV)),
    )


@dataclass(frozen=True)
class _Endpoints:
    site: Site
    catalog: Catalog

    async def dump(self, request: Request, dataset: str, name: str) -> Response:
        """Answer with a file of a dataset: whole, packed on the way for those who take that, or the parts asked for."""
        catalog, path = self.catalog, f"dumps/{dataset}/{name}"
        if path not in self.site.release.manifest["files"]:
            raise NotFoundError(say("web-no-dump"))
        default = PACKED if name.endswith(".gz") else ANYTHING
        media_type = catalog.media_types.get(self.site.base.iri + path, default)
        headers = {"link": _links(catalog, dataset, name), "last-modified": catalog.changed(dataset, name)}
        return await self._file(request, path, media_type, headers)

    async def mappings(self, request: Request) -> Response:
        """Answer with all mappings to things elsewhere, each with its reason and how sure it is; denied ones too."""
        if not self.site.mappings.there:
            raise NotFoundError(say("web-no-page"))
        headers = {"last-modified": http_date(self.site.release.published)}
        return await self._file(request, MAPPINGS, _TSV, headers)

    async def _file(self, request: Request, path: str, media_type: str, headers: dict[str, str]) -> Response:
        """Return a file of the release. headers: those that it has besides."""
        release, files = self.site.release, self.site.release.manifest["files"]
        headers = {"vary": "Accept-Encoding", "cache-control": REVALIDATE, **headers}
        wants = negotiation.takes_gzip(request.headers.get("accept-encoding"))
        # Who asks for a part counts the bytes of the file, not of what it is packed into.
        ranges = _ranges(request)
        pack = wants and f"{path}.gz" in files and ranges is None
        stored = f"{path}.gz" if pack else path
        if pack:
            headers["content-encoding"] = "gzip"
        headers["etag"] = f'"{files[stored]["sha256"]}"'
        if same := not_modified(request, headers):
            return same
        if request.headers.get("if-range", headers["etag"]) not in (headers["etag"], headers["last-modified"]):
            ranges = None  # the parts that the client has are of another file
        parts = _satisfiable(ranges, files[stored]["bytes"]) if ranges is not None else None
        headers["content-type"] = content_type(media_type)
        return _PartialResponse(await asyncio.to_thread(release.open, stored), headers, parts)


class _PartialResponse(FileResponse):
    """An open file, or the parts of it that a Range header names; None is all of it."""

    chunk_size = BLOCK

    def __init__(self, file: BinaryIO, headers: dict[str, str], ranges: str | None) -> None:
        number = file.fileno()  # by its number it is this file, whatever has its name by then
        super().__init__(f"/proc/self/fd/{number}", headers=headers, stat_result=os.fstat(number))
        self.file, self.ranges = file, ranges

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the parts, whatever the request's own header says."""
        others = [pair for pair in scope["headers"] if pair[0] not in (b"range", b"if-range")]
        wanted = [(b"range", self.ranges.encode())] if self.ranges else []
        with self.file:
            await super().__call__({**scope, "headers": others + wanted}, receive, send)


def _ranges(request: Request) -> str | None:
    """Return which bytes are wanted; None for all, as also where others than bytes are counted (RFC 9110, 14.2)."""
    unit, equals, ranges = request.headers.get("range", "").partition("=")
    return ranges if equals and unit.strip().lower() == "bytes" else None


def _satisfiable(ranges: str, size: int) -> str:
    """Return as a Range header those parts that are there (RFC 9110, 14.1.2).

    Raises BadRequestError if nobody can read which are wanted, RangeError if none of them is there.
    """
    there = []
    wanted = [element.strip() for element in ranges.split(",") if element.strip()]
    for element in wanted:
        form = _RANGE.fullmatch(element)
        if not form or (form[1] and form[2] and int(form[2]) < int(form[1])):
            raise BadRequestError(say("web-bytes-form", range=f"bytes={ranges}"))
        if size and (int(form[1]) < size if form[1] else int(form[3]) > 0):
            there.append(element)
    if not wanted:
        raise BadRequestError(say("web-bytes-form", range=f"bytes={ranges}"))
    if not there:
        raise RangeError(say("web-bytes", bytes=size), size)
    return "bytes=" + ", ".join(there)


def _links(catalog: Catalog, dataset: str, name: str) -> str:
    """Return where to read more of a file: of its dataset, its licence, and of a table's columns."""
    about = f"/dataset/{dataset}"
    links = [link("collection", about, "text/html"), link("describedby", f"{about}.ttl", "text/turtle")]
    licence = catalog.licence(catalog.dataset(dataset))
    links += [link("license", licence)] if licence else []
    if name.endswith(".csv"):  # readers of CSVW take the first link for the one they look for
        links.insert(0, link("describedby", f"/dumps/{dataset}/{_METADATA}", "application/csvm+json"))
    return ", ".join(links)
