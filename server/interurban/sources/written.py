"""A source's folder as it is after an import: all of it or, if anything fails, as it was.

The new folder is made beside the old one, hidden from the build, and takes its place in one step.
"""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from interurban.files import exchange, usable


@contextmanager
def replaced(folder: Path, owned: Collection[str]) -> Iterator[Path]:
    """Yield a copy of a folder without the files that are `owned`; it takes the folder's place if nothing is raised."""
    new = folder.with_name(f".importing-{folder.name}")
    try:
        with usable(folder):
            shutil.rmtree(new, ignore_errors=True)  # of one that was killed
            _copy(folder, new, owned)
        yield new
        with usable(folder):
            exchange(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files of text."""
    for name, text in files.items():
        with usable(folder / name):
            (folder / name).write_text(text, encoding="utf-8", newline="")


def _copy(folder: Path, new: Path, owned: Collection[str]) -> None:
    """Copy a folder without the files that are owned; OSError with the first thing that hinders it."""
    try:
        shutil.copytree(folder, new, symlinks=True, ignore=lambda _, names: [name for name in names if name in owned])
    except shutil.Error as errors:
        source, _, why = errors.args[0][0]
        raise OSError(0, why, source) from errors
