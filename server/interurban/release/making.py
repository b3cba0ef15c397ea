"""Files on their way into a release: written once, summed and packed by a second thread, and then only linked."""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

PACKED = ".gz"

_GZIP = (
    31  # window of 2^15 bytes, with the head and foot of gzip, which name neither file nor time (zlib, deflateInit2)
)
_LEVEL = 3  # of 9: a third of the time that 6 takes, for files that are a third longer
_SHORT = 1000  # bytes; what is no longer is sent as it is
_PART = 2**24

Write = Callable[[BinaryIO], object]


@dataclass(frozen=True)
class Made:
    """A file that is made: where it is, the sum and number of its bytes, and how many lines it has."""

    path: Path = field(compare=False)
    sha256: str
    size: int
    lines: int

    def read(self) -> bytes:
        """Return its content."""
        return self.path.read_bytes()


class Making:
    """The files below a folder, by path. made: those that were made elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._second = ThreadPoolExecutor(1)
        self._files: dict[str, Future[Made]] = {}
        self._opened = ExitStack()
        self.made: dict[str, Made] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._second.shutdown(cancel_futures=True)
        self._opened.close()

    def write(self, path: str, write: Write, *, packed: bool = True) -> None:
        """Make a file by what `write` writes; packed: the same beside it as gzip as well, if that is worth it."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        # opened here, since there are times at which nothing can be
        file = self._opened.enter_context(place.open("w+b"))
        write(file)
        file.flush()  # others may read it already
        size = file.tell()
        self._files[path] = self._second.submit(_finish, place, file, None)
        if packed and size > _SHORT:
            source, beside = self._opened.enter_context(place.open("rb")), place.with_name(place.name + PACKED)
            file = self._opened.enter_context(beside.open("w+b"))
            self._files[path + PACKED] = self._second.submit(_finish, beside, file, source)

    def __getitem__(self, path: str) -> Made:
        """Return a file as soon as it is made."""
        return self.made[path] if path in self.made else self._files[path].result()

    def files(self) -> dict[str, Made]:
        """Return all of them."""
        return self.made | {path: file.result() for path, file in self._files.items()}


def lines(parts: Iterable[bytes]) -> Write:
    """Return what writes parts of a file one after the other."""
    return lambda file: file.writelines(parts)


def gzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what is in a file of these parts as gzip."""
    pack = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    yield from map(pack.compress, parts)
    yield pack.flush()


def _finish(path: Path, file: BinaryIO, source: BinaryIO | None) -> Made:
    """Return a file that is written, or is written here by packing another; close both."""
    with file:
        if source:
            with source:
                file.writelines(gzipped(iter(partial(source.read, _PART), b"")))
        file.flush()
        file.seek(0)
        sums, count = hashlib.sha256(), 0
        while part := file.read(_PART):
            sums.update(part)
            count += part.count(b"\n")
        return Made(path, sums.hexdigest(), os.fstat(file.fileno()).st_size, count)


def write(path: Path, data: bytes | Made) -> None:
    """Write a file, or link one that is made, so that it is on the disk when this returns."""
    if isinstance(data, Made):
        path.hardlink_to(data.path)
    with path.open("rb" if isinstance(data, Made) else "wb") as file:
        if not isinstance(data, Made):
            file.write(data)
            file.flush()
        os.fsync(file.fileno())
