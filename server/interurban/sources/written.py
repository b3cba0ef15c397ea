"""A source's folder as it is after an import: all of it or, if anything fails, as it was.

The new folder is made beside the old one, hidden from the build, and takes its place in one step.
"""

import ctypes
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from interurban.files import usable

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # renameat2(2)


@contextmanager
def replaced(folder: Path, owned: Collection[str]) -> Iterator[Path]:
    """Yield a copy of a folder without the files that are `owned`; it takes the folder's place if nothing is raised."""
    new = folder.with_name(f".importing-{folder.name}")
    with usable(folder):
        shutil.rmtree(new, ignore_errors=True)  # of one that was killed
        shutil.copytree(folder, new, symlinks=True, ignore=lambda _, names: [name for name in names if name in owned])
    try:
        yield new
        with usable(folder):
            _exchange(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files of text."""
    for name, text in files.items():
        with usable(folder / name):
            (folder / name).write_text(text, encoding="utf-8", newline="")


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change places in one step; OSError if this file system cannot do so."""
    if ctypes.CDLL(None, use_errno=True).renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))
