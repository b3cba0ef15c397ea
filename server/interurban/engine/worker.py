"""The process in which queries run, one at a time, each within hard limits.

A query is an untrusted program inside native code that nobody can interrupt. So every limit is one that the
kernel keeps, and most of them end the process; the supervisor forks the next one from the loaded release.

- Time: an interval timer whose signal has its default action.
- Memory: RLIMIT_AS, what the process has plus what a query may take. Native code that is refused aborts.
- Files and network: RLIMIT_NOFILE 0. What is open stays open, nothing can be opened.
- Size of the answer: counted as it is written, the only limit that leaves the worker alive.
- Nobody waits any more: the client holds the other end of a pipe; its closing, by whatever cause, sends SIGIO.
"""

import fcntl
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import IO, cast

from pyoxigraph import BlankNode

from interurban.engine import wire
from interurban.engine.evaluate import Result, evaluate
from interurban.engine.model import Loaded, Query
from interurban.engine.remote import Remote
from interurban.engine.reputation import Reputation
from interurban.engine.shares import FAR, IDLE, PROCESSORS, SILENT, Slot, Use, be_nice
from interurban.errors import QueryError, QueryLimitError
from interurban.messages import say
from interurban.settings import Settings

BLOCK = 65536  # bytes that are held back before the first goes out, and that go out at a time
_MEBIBYTE = 2**20
_PAGE = resource.getpagesize()
# Seconds for which a worker lets one go first that has copied more of the release: one that may just have answered, as
# who asked is soon back, and one that waits.
_MOMENT, _PAUSE = 0.0003, 0.003
_RESEED = 65536 // 16 + 1  # blank nodes of 16 random bytes


def work(
    store: Loaded | Remote, jobs: socket.socket, settings: Settings, slot: Slot, use: Use, known: Reputation
) -> None:
    """Answer the queries that come by `jobs` until this process is no longer as good as a new one.

    Must be called in a process forked for it, with default actions for SIGALRM and SIGIO. Each message of
    `jobs` brings the client's number and two descriptors: the socket to talk on, and the reading end of their pipe.

    What of the release a query looks at is copied (the store counts who reads what), and found copied by the next
    query, which is several times as fast. All workers keep as much as the release has; who finds that it is more, ends.
    """
    _prepare()
    size, priority = _address_space(), os.getpriority(os.PRIO_PROCESS, 0)
    allowance = settings.query_megabytes * _MEBIBYTE
    little, memory = allowance // 8, _Memory(slot, _resident())
    ready = select.epoll()
    ready.register(jobs, select.EPOLLIN | select.EPOLLEXCLUSIVE)  # the kernel wakes one: the first to have registered
    # Memory that a query leaves behind is missing to the next, and a lowered priority cannot be raised again.
    while _address_space() - size < little and os.getpriority(os.PRIO_PROCESS, 0) == priority:
        memory.count()
        slot.since = IDLE
        if slot.private >= little and memory.is_too_much():
            return
        ready.poll()
        if slot.slots.has_copied_more(slot.index):
            time.sleep(_MOMENT)
        if slot.slots.has_copied_more(slot.index, waiting=True):
            time.sleep(_PAUSE)
        try:
            whose, descriptors, *_ = socket.recv_fds(jobs, wire.CLIENT.size, 2)
        except BlockingIOError:  # another worker was there first
            continue
        (number,) = wire.CLIENT.unpack(whose)
        slot.begin(number)  # before the timer is set: it must not end a query before its deadline
        running = slot.slots.running()
        unknown = running >= PROCESSORS and number not in known.good()
        if unknown and (running > 2 * PROCESSORS or use.asks_much(number)):
            be_nice(0, priority)
        with (
            socket.socket(fileno=descriptors[0]) as client,
            os.fdopen(descriptors[1], "rb", buffering=0) as lifeline,
            suppress(ConnectionError),  # the client went away while this worker could hear of it
        ):
            begun = wire.BEGUN.pack(slot.since, slot.index)
            client.sendall(wire.frame(wire.ACCEPTED, begun))  # goes into the socket's empty buffer at once
            with _timer(settings.query_seconds):
                if isinstance(store, Remote):
                    ask = store.opened()
                    slot.slots.server[0] = FAR if store.answers else SILENT
                else:
                    ask = partial(evaluate, store)
                with _limits(_address_space() + allowance):
                    _converse(ask, client, lifeline, _Body(client, settings.answer_megabytes, slot.send))


def _prepare() -> None:
    """Make a forked process fit for untrusted work."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it holds the whole release; native code may abort it
    os.environ["RUST_BACKTRACE"] = "0"  # where there is no memory left, there is none to describe that with
    # What native code says when it aborts, any query can make it say; Python speaks through a descriptor of its own.
    sys.stderr = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    # Should the machine run out of memory before a limit is reached, this is what the kernel is to end first.
    with suppress(OSError):  # where the system does not let us choose, it chooses
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
    # The fork has copied the state of pyoxigraph's random numbers, so that every worker would give the same
    # UUIDs. It is seeded again after 64 KiB (rand's ThreadRng).
    for _ in range(_RESEED):
        BlankNode()


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    """Set the limit of time; lift it again."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _limits(address_space: int) -> Iterator[None]:
    """Set the limits of memory, in bytes, and of open files; lift them again."""
    limits = {resource.RLIMIT_AS: address_space, resource.RLIMIT_NOFILE: 0}
    before = {which: resource.getrlimit(which) for which in limits}
    for which, limit in limits.items():
        hard = before[which][1]
        resource.setrlimit(which, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        for which, was in before.items():
            resource.setrlimit(which, was)


def _converse(ask: Callable[[Query], Result], client: socket.socket, lifeline: FileIO, body: "_Body") -> None:
    """Read the request and answer it. Raises ConnectionError if the client is gone."""
    _end_with(lifeline)
    request = _receive(client, *wire.LENGTH.unpack(_receive(client, wire.LENGTH.size)))
    try:
        result = ask(wire.unpack_request(request))
        body.head(result)
        result.write(cast(IO[bytes], body))  # write() and flush() are all that pyoxigraph asks of it
        last = body.rest() + wire.frame(wire.END)
    except QueryError as error:
        last = wire.frame(wire.ERROR, wire.pack_error(error))
    lifeline.close()  # from here on the client may close the other end when it likes
    client.sendall(last)


def _end_with(lifeline: FileIO) -> None:
    """Let SIGIO end this process when the client closes its end of the pipe; ConnectionError if it has.

    It has to be a pipe of its own: the socket would send the signal for every block that the client reads.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
    if lifeline.read(1) == b"":  # the end; None if it is open
        raise ConnectionResetError


def _receive(client: socket.socket, size: int) -> bytes:
    """Return exactly `size` bytes; raises ConnectionError if there are no more to come."""
    received = bytearray()
    while len(received) < size:
        part = client.recv(size - len(received))
        if not part:
            raise ConnectionResetError
        received += part
    return bytes(received)


class _Memory:
    """What a worker has copied of the release, which has so many bytes in memory."""

    def __init__(self, slot: Slot, release: int) -> None:
        self._slot, self._release = slot, release
        self._known, self._looked = 0, _faults()

    def count(self) -> None:
        """Note in the slot what it can be at most: a page that a query got may as well have been given back."""
        self._slot.private = min(self._known + (_faults() - self._looked) * _PAGE, self._release)

    def is_too_much(self) -> bool:
        """Tell whether all workers together have copied more than the release has; where it may be, look."""
        if self._slot.slots.copied() <= self._release:
            return False
        self._known, self._looked = _private(), _faults()
        self.count()
        return self._slot.slots.copied() > self._release


def _faults() -> int:
    """Return how often this process has got a page of memory for itself, a new one or a copy (getrusage(2))."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _private() -> int:
    """Return the bytes of memory that no other process has (proc(5), smaps): it takes the kernel 20 ms a GiB."""
    lines = Path("/proc/self/smaps_rollup").read_bytes().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Private_Dirty:"))


def _resident() -> int:
    """Return the bytes of memory that this process has, whoever else has them."""
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * _PAGE


def _address_space() -> int:
    """Return the bytes of this process's address space (proc(5), statm)."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(statm, 64).split()[0]) * _PAGE
    finally:
        os.close(statm)


class _Body:
    """The binary file into which a result is written: it sends frames of about BLOCK bytes.

    The head goes out with the first of them and not before, so that most queries that fail can still say so. sends: is
    called before any goes out that is not the last.
    """

    def __init__(self, client: socket.socket, megabytes: int, sends: Callable[[], None]) -> None:
        self._client, self._sends = client, sends
        self._megabytes, self._room = megabytes, megabytes * _MEBIBYTE
        self._first = b""
        self._held = bytearray()

    def head(self, result: Result) -> None:
        head = {"form": result.form, "media_type": result.media_type}
        self._first = wire.frame(wire.HEAD, json.dumps(head).encode())

    def write(self, data: bytes) -> int:
        """Take the next part; QueryLimitError if the answer is then longer than it may be."""
        self._room -= len(data)
        if self._room < 0:
            raise QueryLimitError(say("query-answer-limit", megabytes=self._megabytes))
        self._held += data
        if len(self._held) >= BLOCK:
            self._sends()
            self._client.sendall(self.rest())
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is held back is held back on purpose."""

    def rest(self) -> bytes:
        """Return the frames of what is held, and hold it no longer."""
        frames = self._first + (wire.frame(wire.BODY, bytes(self._held)) if self._held else b"")
        self._first, self._held = b"", bytearray()
        return frames
