"""Numbers that the processes of a service count, in memory that they share.

There is no lock that anybody could wait for: each process has a row and is the only one that writes to it. A row
belongs to whoever holds the kernel's lock on its number, which a process loses however it ends; the next one that takes
the row counts on from there, so that what is added up over all rows never falls.
"""

import fcntl
import mmap
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

BOUNDS = (0.005, 0.02, 0.1, 0.3, 1.0, 3.0, 10.0)  # seconds: upper ends of the histogram's buckets, without the last
# The statuses that are told apart; 0: nothing was answered, as the client had gone; any other counts as the last.
STATUSES = (
    0, 200, 204, 206, 303, 304, 308, 400, 403, 404, 405, 406, 410, 412, 413, 415, 416, 422, 429, 431, 500, 503, 504,
    599,
)  # fmt: skip
NO_ROUTE, REFUSED = "none", "refused"  # kinds of requests: no such address; not read at all
# Why a query's process ended: a limit; killed to make room, or by the system; the client had left; it had copied much.
ENDINGS = ("time", "memory", "killed", "left", "worn", "other")
_GAUGES = ("connections", "cache_bytes", "running", "waiting", "filled", "published")
_COUNTS = ("cache_hits", "cache_misses", "web_ended", "lines_lost", "broken")
_ROWS = 64
_DOUBLE = 8
_TEXT = 8  # numbers' room that a row has for the name of a release
_KEY = 32  # bytes of the key of the day
_HEAD = 64  # bytes before the first row: whether the service is being drained, and that key


class Counters:
    """The memory of one service. kinds: of routes, as requests are told apart. Made before any process is forked."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = (*kinds, NO_ROUTE, REFUSED)
        cells: list[tuple[str, ...]] = [(name,) for name in (*_GAUGES, *_COUNTS)]
        cells += [("ended", how) for how in ENDINGS]
        for kind in self.kinds:
            cells += [("requests", kind, str(status)) for status in STATUSES]
            cells += [("seconds", kind), *(("bucket", kind, str(place)) for place in range(len(BOUNDS) + 1))]
        self.cells = {cell: place for place, cell in enumerate(cells)}
        self._width = _TEXT + len(cells)
        self._file = os.memfd_create("counters")
        size = _HEAD + _ROWS * self._width * _DOUBLE
        os.ftruncate(self._file, size)
        self._memory = memoryview(mmap.mmap(self._file, size))
        self._day: date | None = None

    @property
    def draining(self) -> bool:
        """Whether the service is about to end."""
        return bool(self._memory[0])

    def drain(self) -> None:
        """Note that it is."""
        self._memory[0] = 1

    @property
    def key(self) -> bytes:
        """The key of the day, by which addresses are told apart and which is nowhere else."""
        return bytes(self._memory[_HEAD - _KEY : _HEAD])

    def turn_key(self) -> None:
        """Put another key in its place if another day has begun (UTC). One process does this."""
        today = datetime.now(UTC).date()
        if self._day != today:
            self._day = today
            self._memory[_HEAD - _KEY : _HEAD] = secrets.token_bytes(_KEY)

    def row(self) -> "Row":
        """Return a row that nobody has, for this process until it ends."""
        for number in range(_ROWS):
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                row = Row(self, self._of(number))
                row.clear()
                return row
        return Row(self, memoryview(bytearray(self._width * _DOUBLE)))  # counted by nobody, but nothing ends by that

    def rows(self) -> Iterator[tuple["Row", bool]]:
        """Yield every row, and whether a process has it now. Not for one that has a row itself."""
        for number in range(_ROWS):
            row = Row(self, self._of(number))
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except OSError:
                yield row, True
            else:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)
                yield row, False

    def _of(self, number: int) -> memoryview:
        begin = _HEAD + number * self._width * _DOUBLE
        return self._memory[begin : begin + self._width * _DOUBLE]


class Row:
    """One process's numbers."""

    def __init__(self, counters: Counters, memory: memoryview) -> None:
        self.counters = counters
        self._cells = counters.cells
        self._text = memory[: _TEXT * _DOUBLE]
        self._values: memoryview[float] = memory[_TEXT * _DOUBLE :].cast("d")
        self._before: dict[str, float] = {}
        self._status = {status: place for place, status in enumerate(STATUSES)}

    @property
    def release(self) -> str:
        """The release that the process answers from, if it does."""
        return bytes(self._text).rstrip(b"\0").decode()

    @release.setter
    def release(self, version: str) -> None:
        self._text[:] = version.encode()[: _TEXT * _DOUBLE].ljust(_TEXT * _DOUBLE, b"\0")

    def clear(self) -> None:
        """Forget what held for the process before, and keep what it has counted."""
        self.release = ""
        for gauge in _GAUGES:
            self.set(gauge, 0.0)

    def get(self, *cell: str) -> float:
        """Return a number."""
        return self._values[self._cells[cell]]

    def values(self) -> list[float]:
        """Return all numbers, in the order of `counters.cells`."""
        return list(self._values)

    def set(self, gauge: str, value: float) -> None:
        """Let a number be what holds now."""
        self._values[self._cells[gauge,]] = value

    def add(self, *cell: str) -> None:
        """Count one more."""
        self._values[self._cells[cell]] += 1.0

    def follow(self, count: str, value: float) -> None:
        """Let a number be what this process has counted for itself, behind what those before it have."""
        self._values[self._cells[count,]] = self._before.setdefault(count, self.get(count)) + value

    def request(self, kind: str, status: int, seconds: float) -> None:
        """Count a request of a kind: how it was answered, and after how many seconds that began."""
        first = self._cells.get(("requests", kind, "0"))
        if first is None:
            first = self._cells["requests", NO_ROUTE, "0"]
        values, many = self._values, len(STATUSES)
        values[first + self._status.get(status, many - 1)] += 1.0
        values[first + many] += seconds
        values[first + many + 1 + sum(seconds > bound for bound in BOUNDS)] += 1.0
