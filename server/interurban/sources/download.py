"""One file over HTTP: bounded, verified, resumed where it was cut off, and never there in half.

What arrives goes into a file beside the cache's; when all of it is there and right, it gets its name. A next run asks
for the rest, on the condition that it is still the same (RFC 9110, 13.1.5 and 14.2: If-Range, Range).
"""

import fcntl
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message as Headers
from http import HTTPStatus
from typing import IO, BinaryIO
from urllib.parse import urlsplit

from interurban import __version__
from interurban.errors import InputError, Problem
from interurban.files import LARGEST, reason, usable
from interurban.messages import Message, say
from interurban.progress import Progress
from interurban.sources.cache import Cache
from interurban.sources.described import PublishedFile

_PIECE = 2**16
_TRIES = 5  # to go on after a cut, as long as each has brought something
_AGENT = f"interurban/{__version__}"


def download(file: PublishedFile, cache: Cache, timeout: float, progress: Progress) -> None:
    """Put a file into the cache. timeout: seconds for which the publisher may say nothing.

    Raises InputError with what is wrong, at the place that describes the file.
    """
    if file.address is None:
        raise _wrong(file, say("fetch-nowhere", name=file.name))
    with usable(cache.folder):
        cache.folder.mkdir(parents=True, exist_ok=True)
    with usable(cache.partial(file)), cache.partial(file).open("ab") as kept:
        try:
            fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _wrong(file, say("fetch-busy", name=file.name)) from error
        for _ in range(_TRIES):
            before = kept.tell()
            if whole := _go_on(file, file.address, cache, kept, timeout, progress):
                break
            if kept.tell() <= before:
                break
        if not whole:
            raise _wrong(file, say("fetch-cut-off", name=file.name, done=kept.tell()))
        wrong = cache.take(file)
    if wrong:
        raise _wrong(file, wrong)


def _go_on(file: PublishedFile, address: str, cache: Cache, kept: BinaryIO, timeout: float, progress: Progress) -> bool:
    """Fetch what is missing of a file; tell whether all of it is there now."""
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    validator = cache.validator(file).read_text() if cache.validator(file).exists() else ""
    if validator and kept.tell():
        headers |= {"Range": f"bytes={kept.tell()}-", "If-Range": validator}
    with _told(file), suppress(ConnectionError, http.client.IncompleteRead):  # a cut: what has arrived is kept
        request = urllib.request.Request(address, headers=headers)  # noqa: S310  # its scheme was looked at
        with urllib.request.build_opener(_Redirects).open(request, timeout=timeout) as answer:
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {kept.tell()}-")
            if not resumed:
                kept.truncate(0)
                kept.seek(0)
                cache.validator(file).write_text(_validator(answer.headers))
                if answer.status == HTTPStatus.PARTIAL_CONTENT:  # of a part that nobody asked for
                    return False
            length = answer.headers.get("Content-Length", "")
            total = kept.tell() + int(length) if length.isdecimal() else None
            what = say("fetch-downloading", name=file.name, host=urlsplit(address).hostname)
            with progress.step(what, total or file.size, kept.tell()) as advance:
                while (total or 0) <= LARGEST >= kept.tell() and (piece := answer.read(_PIECE)):
                    kept.write(piece)
                    advance(len(piece))
            kept.flush()
            if (total or 0) > LARGEST or kept.tell() > LARGEST:
                raise _wrong(file, say("fetch-large", name=file.name, megabytes=LARGEST // 2**20))
            return total is None or kept.tell() >= total
    return False


@contextmanager
def _told(file: PublishedFile) -> Iterator[None]:
    """Turn what goes wrong on the way into an InputError; what has arrived stays for the next run."""
    try:
        yield
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise _wrong(file, say("fetch-changed-since", name=file.name)) from error
        redirected = 300 <= error.code < 400
        key = "fetch-redirect" if redirected else "fetch-later" if error.code >= 500 else "fetch-refused"
        raise _wrong(file, say(key, address=error.url, status=error.code)) from error
    except TimeoutError as error:
        raise _wrong(file, say("fetch-silent", address=file.address)) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _wrong(file, say("fetch-silent", address=file.address)) from error
        why = reason(error.reason) if isinstance(error.reason, OSError) else error.reason
        raise _wrong(file, say("fetch-offline", address=file.address, reason=why)) from error
    except http.client.HTTPException as error:
        raise _wrong(file, say("fetch-no-http", address=file.address)) from error


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows where a publisher sends us, over HTTP only; urllib would also take ftp."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Headers, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request that comes next; HTTPError if its address is none of HTTP."""
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise urllib.error.HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _validator(headers: Headers) -> str:
    """Return what tells whether a file is still the same: a strong ETag, else its date; nothing if there is neither."""
    tag: str = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")


def _wrong(file: PublishedFile, message: Message) -> InputError:
    return InputError([Problem(message, file.place)])
