"""Large files are made in processes beside, a few at a time; what they are made of is there when they begin."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, Self, TypeVar

from interurban.confined import Beside
from interurban.release.making import Made, Making

T = TypeVar("T")

_AT_ONCE = os.cpu_count() or 1
_Made = tuple[dict[str, Made], T]


class Apart(Generic[T]):
    """The processes at work on files below a folder. What they have made is theirs until it is collected."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[_Made[T]] = []
        self._at_work: list[Beside[OSError | _Made[T]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._at_work:  # there are none, unless something went wrong
            process.end()

    def make(self, work: Callable[[Making], T]) -> None:
        """Let a process do this, as soon as there are not too many.

        Raises the OSError of one before it that could not write, InputError with what is wrong with what people wrote.
        """
        if len(self._at_work) == _AT_ONCE:
            self._wait()
        self._at_work.append(Beside("files", partial(_made, work, self._folder)))

    def collect(self) -> tuple[dict[str, Made], list[T]]:
        """Return the files that they have made, when they have, and what each returned; raises as `make` does."""
        while self._at_work:
            self._wait()
        made, self._made = self._made, []
        return {path: file for files, _ in made for path, file in files.items()}, [value for _, value in made]

    def _wait(self) -> None:
        """Wait for the first."""
        found = self._at_work.pop(0).result()
        if isinstance(found, OSError):
            raise found
        self._made.append(found)


def _made(work: Callable[[Making], T], folder: Path) -> OSError | _Made[T]:
    try:
        with Making(folder) as making:
            value = work(making)
            return making.files(), value
    except OSError as error:
        return error
