"""Where the publishers' files lie: in a folder outside the data, each edition under its checksum.

What has been fetched in part lies beside them, with what tells whether the publisher still has the same (RFC 9110,
13.1.5).
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interurban.errors import InputError, Place, Problem
from interurban.files import LARGEST, placed, usable
from interurban.messages import Message, say
from interurban.sources.content import checksum, unlike
from interurban.sources.described import MEDIA_TYPES, PublishedFile


@dataclass(frozen=True)
class Cache:
    """The folder; it need not be there yet."""

    folder: Path

    def path(self, file: PublishedFile, total: str | None = None) -> Path:
        """Return where a file is once it has been fetched; total: the checksum, if it is not the one expected."""
        return self.folder / f"{total or file.checksum}{MEDIA_TYPES[file.media_type]}"

    def partial(self, file: PublishedFile) -> Path:
        """Return where a file is while it is being fetched."""
        address = hashlib.sha256((file.address or "").encode()).hexdigest()
        return self.folder / f"{address}.part"

    def validator(self, file: PublishedFile) -> Path:
        """Return where the validator of what has been fetched in part is kept."""
        return self.partial(file).with_suffix(".validator")

    def take(self, file: PublishedFile) -> Message | None:
        """Put what has been fetched where it belongs; return what is wrong with it.

        Another edition than the one described is kept too, under its own checksum: it need not come twice.
        """
        partial = self.partial(file)
        size, total = partial.stat().st_size, checksum(partial)
        if wrong := unlike(partial, file):
            partial.unlink()
        else:
            partial.replace(self.path(file, total))
        self.validator(file).unlink(missing_ok=True)
        return wrong or _differs(size, total, file)

    def has(self, file: PublishedFile) -> bool:
        """Tell whether a file is there, whole and unchanged."""
        path = self.path(file)
        return file.checksum is not None and path.is_file() and checksum(path) == file.checksum

    def keep(self, path: Path, file: PublishedFile) -> None:
        """Take a copy of a file that has been verified; it is there whole or not at all."""
        with usable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with placed(self.path(file)) as beside:
                shutil.copyfile(path, beside)


def at_hand(paths: Sequence[Path], files: Sequence[PublishedFile]) -> dict[str, Path]:
    """Return name -> path for copies that somebody has; which is which is told by their checksums.

    Raises InputError with what was expected and found for each that is none of the files.
    """
    problems: list[Problem] = []
    found: dict[str, Path] = {}
    for path in paths:
        try:
            with usable(path):
                if not path.is_file():
                    raise InputError(
                        [Problem(say("file-kind" if path.exists() else "system-ENOENT"), Place(str(path)))]
                    )
                size, total = path.stat().st_size, checksum(path)
        except InputError as error:
            problems += error.problems
            continue
        named = next((file for file in files if file.checksum == total), None)
        if named and not unlike(path, named):
            found[named.name] = path
        else:
            problems += (Problem(message, Place(str(path))) for message in _other(path, size, total, files))
    if problems:
        raise InputError(problems)
    return found


def _other(path: Path, size: int, total: str, files: Sequence[PublishedFile]) -> list[Message]:
    """Return what is wrong with a copy of none of the files, for each that it might be."""
    if size > LARGEST:
        return [say("file-large", megabytes=LARGEST // 2**20)]
    return [message for file in files if (message := unlike(path, file) or _differs(size, total, file))]


def _differs(size: int, total: str, file: PublishedFile) -> Message | None:
    """Return what there is to be said of a file of that size and checksum; None if it is the one described."""
    if file.checksum is None:
        return say("fetch-unknown", name=file.name, size=size, checksum=total)
    if total == file.checksum:
        return None
    expected = say("fetch-content", size=file.size or "?", checksum=file.checksum)
    return say(
        "fetch-changed", name=file.name, expected=expected, found=say("fetch-content", size=size, checksum=total)
    )
