"""Large files are made in processes of their own, a few at a time; what they are made of is there at the fork."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Self

from interurban.engine.supervisor import fork
from interurban.release.making import Made, Making

_AT_ONCE = os.cpu_count() or 1


class Apart:
    """The processes at work on files below a folder. What they have made is theirs until it is collected."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, dict[str, Made]()
        self._at_work: list[tuple[int, int]] = []  # each with the end of a pipe on which it tells what it has made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child, reading in self._at_work:  # there are none, unless something went wrong
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)

    def make(self, work: Callable[[Making], None]) -> None:
        """Let a process do this, as soon as there are not too many.

        Raises the OSError of one before it that could not write, MemoryError if one was ended.
        """
        if len(self._at_work) == _AT_ONCE:
            self._wait()
        reading, writing = os.pipe()
        self._at_work.append((fork("files", partial(_work, work, self._folder, writing)), reading))
        os.close(writing)

    def collect(self) -> dict[str, Made]:
        """Return what all of them have made, when they have; raises as `make` does."""
        while self._at_work:
            self._wait()
        return self._made

    def _wait(self) -> None:
        """Wait for the first."""
        child, reading = self._at_work.pop(0)
        with os.fdopen(reading, "rb") as told:
            answer = told.read()
        if os.waitpid(child, 0)[1]:
            raise MemoryError
        files = json.loads(answer)
        if isinstance(files, list):
            raise OSError(*files)
        self._made |= {path: Made(Path(file), *of) for path, (file, *of) in files.items()}


def _work(work: Callable[[Making], None], folder: Path, writing: int) -> None:
    with os.fdopen(writing, "w") as told:
        try:
            with Making(folder) as making:
                work(making)
                json.dump({path: astuple(made) for path, made in making.files().items()}, told, default=str)
        except OSError as error:
            json.dump([error.errno, error.strerror, error.filename], told)
