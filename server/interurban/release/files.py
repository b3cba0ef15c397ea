"""The files of a folder as they were when they were verified, whatever becomes of the folder afterwards.

What is changed on the disk, or replaced by a link or by anything else that is no file, is not given out. What is kept
open outlasts the folder itself.
"""

import errno
import hashlib
import os
import stat
import time
import weakref
from collections.abc import Collection
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from interurban.errors import ReleaseFileError
from interurban.messages import say

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # which does not wait for what is no file (open(2))
_TICK = 100_000_000  # nanoseconds; the clock by which files are dated is not finer than some of them

_State = tuple[int, int, int, int]  # which file it is, how long, and when it was last touched: the kernel keeps that


class VerifiedFiles:
    """The files of a folder. sums: path -> SHA-256, in hexadecimal; keep: paths of which to keep the files open."""

    def __init__(self, folder: Path, sums: dict[str, str], keep: Collection[str]) -> None:
        """Open the folder; OSError if it cannot be."""
        self._sums = sums
        self._seen: dict[_State, str] = {}  # the sum that a file had when it was like this, whatever its paths
        opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)]
        self._folder, self._kept = opened[0], dict[str, int]()
        weakref.finalize(self, _close, opened)
        for path in keep:
            with suppress(OSError):  # it will be missed when it is opened
                self._kept[path] = _below(self._folder, path)
                opened.append(self._kept[path])

    def open(self, path: str) -> BufferedReader:
        """Return a file, open for reading, that has its sum; ReleaseFileError if there is no such file any more.

        The sum is taken when the file has been touched since the last time.
        """
        file = self.unverified(path)
        if not self._has_its_sum(path, file):
            file.close()
            raise ReleaseFileError(say("release-file", path=path, reason=say("release-file-changed")))
        return file

    def unverified(self, path: str) -> BufferedReader:
        """Return a file, open for reading, whatever is in it; ReleaseFileError if there is no such file any more."""
        try:
            return open(path, "rb", opener=self._descriptor)  # it is for the caller to close
        except OSError as error:
            raise ReleaseFileError(say("release-file", path=path, reason=error.strerror)) from error

    def summed(self) -> dict[_State, str]:
        """Return the sums of all files that can be read, for `trust`: another process may take them."""
        for path in self._sums:
            with suppress(ReleaseFileError):
                self.open(path).close()
        return self._seen

    def trust(self, sums: dict[_State, str]) -> None:
        """Take these sums for those of files that are still as they were then."""
        self._seen.update(sums)

    def _descriptor(self, path: str, flags: int) -> int:
        if (kept := self._kept.get(path)) is None:
            return _below(self._folder, path)
        return os.open(f"/proc/self/fd/{kept}", flags)  # with a position of its own, in whichever process this is

    def _has_its_sum(self, path: str, file: BufferedReader) -> bool:
        status = os.fstat(file.fileno())
        state = (status.st_dev, status.st_ino, status.st_size, status.st_ctime_ns)
        found = self._seen.get(state)
        if found is None:
            if not stat.S_ISREG(status.st_mode):
                return False
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if time.time_ns() - status.st_ctime_ns > _TICK:  # else it could be touched again at the same time
                self._seen[state] = found
            file.seek(0)
        return found == self._sums.get(path)


def _below(folder: int, path: str) -> int:
    """Open a file below an open folder, without following any link on the way."""
    first, slash, rest = path.partition("/")
    if first in ("", ".", ".."):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not slash:
        return os.open(first, _READ, dir_fd=folder)
    below = os.open(first, _READ | os.O_DIRECTORY, dir_fd=folder)
    try:
        return _below(below, rest)
    finally:
        os.close(below)


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
