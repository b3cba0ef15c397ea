"""What a file looks like from inside: its checksum, and whether it is what its description says."""

import hashlib
import zipfile
from pathlib import Path

from interurban.files import LARGEST
from interurban.messages import Message, say
from interurban.sources.described import XLSX, PublishedFile

_PIECE = 2**20
_PAGE = (b"<!doctype html", b"<html")
_WORKBOOK = "xl/workbook.xml"  # ECMA-376 allows another name; nobody gives it one


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def unlike(path: Path, file: PublishedFile) -> Message | None:
    """Return why the content of `path` cannot be what `file` describes; None if it looks like it."""
    with path.open("rb") as content:
        begin = content.read(_PIECE)
    if begin.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(_PAGE):
        return say("fetch-page", expected=file.media_type)
    if file.media_type == XLSX:
        return _no_workbook(path)
    if b"\0" in begin and not file.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return say("fetch-binary", expected=file.media_type)
    return None


def _no_workbook(path: Path) -> Message | None:
    """Return why a file is no workbook, or one that should not be unpacked."""
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if _WORKBOOK not in parts.namelist():
                return say("fetch-no-workbook")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return say("fetch-no-workbook")
    return say("fetch-bomb", megabytes=LARGEST // 2**20) if unpacked > LARGEST else None
