"""The build in a cage: what people wrote is an untrusted program, be it a query without end or brackets without number.

`confined` does the work in a process of its own. Each file and query that it comes to (`at`) has so much processor time
and so much memory; nothing in there opens a connection. Whatever the kernel ends it for, the parent says where it was.
"""

import gc
import json
import mmap
import os
import pickle
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, Generic, NoReturn, Self, TypeVar, cast

from interurban.engine.supervisor import fork
from interurban.errors import InputError, InterurbanError, Place, Problem
from interurban.messages import Message, say
from interurban.settings import Settings

T = TypeVar("T")

TOGETHER = 10  # `times` for what is done with all files together
_MANY = 1_000_000  # statements for which that is enough
_LONG = 2**21  # bytes of a file for which once is enough
_ROOM = 2**16  # bytes in which a place is told
_CONNECTIONS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


class _Here:
    """Where this process is at work, and what it may take there; `told`: memory that the parent sees."""

    place: Place | None = None
    told: mmap.mmap | None = None
    seconds, allowance = 0.0, 0
    scale = 1


def at(place: Place | None, times: int = 1) -> None:
    """Say what the work is about from here on; in a confined process it gets its time and memory, `times` over.

    None: for what is ours, without limits.
    """
    _Here.place = place
    if _Here.told:
        told = json.dumps([place and astuple(place), _Here.seconds * times]).encode()
        _Here.told[:] = told.ljust(_ROOM, b"\0")
        signal.setitimer(signal.ITIMER_PROF, _Here.seconds * times if place else 0)
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = _address_space() + _Here.allowance * times if place else hard
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def sized(statements: int) -> None:
    """Say how many statements there are from here on."""
    _Here.scale = 1 + statements // _MANY


def together(times: int = TOGETHER) -> int:
    """Return `times` for what looks at all statements that there are, or may look at them: for a query, of 1."""
    return times * _Here.scale


def of_size(path: Path) -> int:
    """Return `times` for what is done with a file, which may not be there."""
    return 1 + (path.stat().st_size // _LONG if path.is_file() else 0)


def here() -> Place | None:
    """Return what the work is about."""
    return _Here.place


class Beside(Generic[T]):
    """What some work returns that is done in a process beside this one, on what is there when it begins."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self._told = mmap.mmap(-1, _ROOM)
        self._reading, writing = os.pipe()
        self._child = fork(name, partial(_beside, work, self._told, writing))
        os.close(writing)

    def result(self) -> T:
        """Return it, as soon as it is there.

        Raises InputError for what is wrong with what people wrote, as `confined` does if the process was ended.
        """
        wrong, found = self._answer
        if wrong:
            raise InputError(cast(list[Problem], found))
        return cast(T, found)

    @cached_property
    def _answer(self) -> tuple[bool, object]:
        """Whether it went wrong, and what came of it."""
        with os.fdopen(self._reading, "rb") as reading:
            answer = reading.read()
        try:
            _ended(os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1]), self._told)
        except InputError as error:
            return True, error.problems
        answered: tuple[bool, object] = pickle.loads(answer)  # noqa: S301 - from our own child
        return answered


class Handed:
    """Bytes for a process beside this one that was there before them, and so has nothing of what they were made of."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the rest
        self._reading, self._writing = map(os.fdopen, os.pipe(), "rw")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._reading, self._writing, self._file):
            end.close()

    def put(self, parts: Iterable[bytes]) -> None:
        """Hand these over. Raises an OSError that names the folder for temporary files, where there is no room."""
        try:
            self._file.writelines(parts)
            self._file.flush()
        except OSError as error:
            error.filename = tempfile.gettempdir()  # the file itself has no name
            raise
        self._writing.write("\n")
        self._writing.flush()

    def taken(self) -> BinaryIO:
        """Return them in the other process, as soon as they are there; none if they will never be."""
        self._writing.close()
        self._reading.readline()
        self._file.seek(0)
        return self._file


def confined(work: Callable[[], int], settings: Settings) -> int:
    """Return what `work` returns, done in a process of its own that no error leaves; it can only end.

    Raises InputError with the place where it was if it was ended, by its limits or by what it read.
    """
    told = mmap.mmap(-1, _ROOM)
    sys.stdout.flush()
    child = fork("build", partial(_confine, work, told, settings))
    try:
        ending = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except BaseException:  # Ctrl-C
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    return _ended(ending, told)


@contextmanager
def without_files() -> Iterator[None]:
    """Let native code open neither file nor connection meanwhile, as in a query worker."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def exhausted() -> InputError:
    """Return the error for a MemoryError or RecursionError here."""
    return InputError([Problem(say("build-exhausted"), _Here.place)])


def unforeseen(error: BaseException) -> InterurbanError:
    """Return the error for an exception that nobody foresaw: what it is, and where the program and the data were."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    code = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    what = {"kind": type(error).__name__, "said": " ".join(str(error).split())[:300], "code": code}
    if not _Here.place:
        return InterurbanError(say("cli-unforeseen", **what))
    return InputError([Problem(say("build-unforeseen", **what), _Here.place)])


def _ended(ending: int, told: mmap.mmap) -> int:
    """Return the exit status of a process; InputError with where it was if a signal has ended it."""
    if ending >= 0:
        return ending
    place, seconds = json.loads(told[:].rstrip(b"\0") or b"[null, 0]")
    raise InputError([Problem(_why(-ending, seconds), Place(*place) if place else None)])


def _beside(work: Callable[[], T], told: mmap.mmap, writing: int) -> None:
    if _Here.told:
        _Here.told = told
    try:
        answer: tuple[bool, object] = (False, work())
    except InputError as error:
        answer = (True, error.problems)
    except (MemoryError, RecursionError):
        answer = (True, exhausted().problems)
    except BaseException as error:  # pyoxigraph's PanicException is no Exception
        known = unforeseen(error)
        answer = (True, known.problems if isinstance(known, InputError) else [Problem(known.message)])
    at(None)
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(answer, pipe)


def _confine(work: Callable[[], int], told: mmap.mmap, settings: Settings) -> int:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["RUST_BACKTRACE"] = "0"
    # What native code says when it aborts is nothing to a person; Python speaks through a descriptor of its own.
    sys.stderr = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1, errors="backslashreplace")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    sys.addaudithook(_stay)
    gc.disable()  # it has millions of objects and no use for their memory before it ends
    _Here.told = told
    _Here.seconds, _Here.allowance = settings.query_seconds, settings.query_megabytes * 2**20
    return work()


def _stay(event: str, _: tuple[object, ...]) -> None:
    if event in _CONNECTIONS:
        _refuse()


def _refuse() -> NoReturn:
    raise InputError([Problem(say("build-network"), _Here.place)])


def _why(number: int, seconds: float) -> Message:
    """Return what a signal means that has ended the process."""
    if number == signal.SIGPROF:
        return say("build-time", seconds=seconds)
    if number == signal.SIGSEGV:
        return say("file-deep")
    return say("build-exhausted")


def _address_space() -> int:
    """Return the bytes of this process's address space (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
