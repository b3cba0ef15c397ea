"""Fair shares: whose queries run, whose wait, and whose long one makes room, as far as all processes can know.

Nobody can tell beforehand how long a query takes, so each begins among the short ones. One that has run for
`short_seconds` is a long one: it goes on as long as there are no more of them than there may be, in all and for one
client. Else one of them is ended; if nothing has been sent of its answer, it waits until there is room and begins
again. For a query that is no longer quick (a third of that time) the supervisor forks another worker, so that the next
one finds one. Who has lately used much waits for who has not, and who comes for the first time for whose queries have
been short.

All this is in memory that the processes share, without locks: each number has one process that writes it (that a query
is ended writes who ends it), and an old one does no harm.
"""

import mmap
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from interurban.settings import Settings

IDLE = 0.0  # in a slot: the worker waits for a query; any higher number: it has run one since then
STARTING = -1.0  # in a slot: the worker has not come as far as waiting for a query
ABSENT = -2.0  # in a slot: there is no worker any more
NEAR, FAR, SILENT = range(3)  # what is asked: a store of our own, a server that answers, or one that does not
NOBODY = 1  # the number of a client without an address, which has no share of its own
_REMEMBERED = 256  # clients whose use is known to all
_HALF_LIFE = 5.0  # seconds after which what a client has used counts half
_MUCH = 0.3  # seconds of use; who has more has less time to show that a query is quick
_LESS = 2 / 3  # of short_seconds: what they have
_MORE = 3  # of them: what an answer on its way has, which cannot begin again
_LITTLE = 0.01  # seconds of use that are forgotten
_DOUBLE = 8
# How much nicer than a quick query others are (nice(1)): one that is no longer quick or whose client asks much, and one
# that runs for so long that a moment more does not matter.
_NICE, _NICEST = 10, 19
_KNOWN = 0.05  # seconds of use; who has more is nicer from the start
PROCESSORS = os.cpu_count() or 1  # with fewer queries than these, nobody waits for one of them to be nice


def workers(settings: Settings) -> int:
    """Return how many queries may run: quick ones, as many long ones, and twice as many on trial."""
    return 4 * settings.query_workers


def processes(settings: Settings) -> int:
    """Return how many workers there may be: one for each query, and those that are ending.

    That takes time on a busy machine: a process frees its memory when it gets a turn, and a nice one waits for its own.
    """
    return 2 * workers(settings)


def most_long(settings: Settings) -> int:
    """Return how many long queries may run: as many as there are workers for quick ones."""
    return settings.query_workers


def quick_seconds(settings: Settings) -> float:
    """Return for how many seconds a query counts as quick."""
    return settings.short_seconds / 3


def long_share(settings: Settings) -> int:
    """Return how many long queries of one client may run."""
    return max(1, settings.client_workers // 2)


class Slots:
    """The running queries: a slot for each worker that there may be.

    since: when its query began, in seconds of time.monotonic(), or IDLE, or less: not ready yet. client: whose query it
    is. sending: 1 where some of the answer has been sent. ended: the `since` of the query that was ended, to make room
    or as its client has left. private: bytes that only its worker has in memory.
    Of another server that is asked in place of our own store, `server[0]` tells whether it has answered at the last
    look: FAR or SILENT, NEAR if there is none.
    """

    def __init__(self, count: int) -> None:
        self.server = memoryview(mmap.mmap(-1, 1))
        memory = memoryview(mmap.mmap(-1, 4 * _DOUBLE * count))
        self.since: memoryview[float] = memory[: _DOUBLE * count].cast("d")
        self.client: memoryview[int] = memory[_DOUBLE * count : 2 * _DOUBLE * count].cast("Q")
        self.ended: memoryview[float] = memory[2 * _DOUBLE * count : 3 * _DOUBLE * count].cast("d")
        self.private: memoryview[int] = memory[3 * _DOUBLE * count :].cast("Q")
        self.sending = memoryview(mmap.mmap(-1, count))

    def older(self, seconds: float) -> dict[int, float]:
        """Return which slots have a query that has run for longer than `seconds`, and for how long.

        Those that were ended are not among them.
        """
        now, every = time.monotonic(), enumerate(self.since.tolist())
        older = {index: now - since for index, since in every if IDLE < since < now - seconds}
        return {index: age for index, age in older.items() if self.ended[index] != self.since[index]}

    def end(self, index: int, since: float) -> None:
        """Take note that the query in a slot that began at this moment is ended, if it still runs."""
        if self.since[index] == since:
            self.ended[index] = since

    def ending(self) -> set[int]:
        """Return the slots whose query was ended, though the worker is still there."""
        return {index for index, since in enumerate(self.since.tolist()) if IDLE < since == self.ended[index]}

    def running(self) -> int:
        """Return how many queries run."""
        return sum(since > IDLE for since in self.since)

    def idle(self) -> int:
        """Return how many workers wait for a query."""
        return sum(since == IDLE for since in self.since)

    def copied(self) -> int:
        """Return how many bytes of memory workers have for themselves."""
        return sum(self.private)

    def has_copied_more(self, index: int, *, waiting: bool = False) -> bool:
        """Tell whether another worker, one that waits for a query, has more memory for itself than this one."""
        own = self.private[index]
        others = zip(self.since, self.private, strict=True)
        return any(own < private and (since == IDLE or not waiting) for since, private in others)

    def opened(self) -> bool:
        """Tell whether any worker has come as far as waiting for queries: the store is filled."""
        return any(since != STARTING for since in self.since)

    def clients(self, indices: Iterable[int]) -> Counter[int]:
        """Return how many of these slots each client has."""
        return Counter(self.client[index] for index in indices)


@dataclass
class Slot:
    """One worker's slot."""

    slots: Slots
    index: int

    @property
    def since(self) -> float:
        """When the running query began."""
        return self.slots.since[self.index]

    @since.setter
    def since(self, moment: float) -> None:
        self.slots.since[self.index] = moment

    @property
    def private(self) -> int:
        """How many bytes of memory only this worker has."""
        return self.slots.private[self.index]

    @private.setter
    def private(self, size: int) -> None:
        self.slots.private[self.index] = size

    def begin(self, client: int) -> None:
        """Take note that a query of this client begins now."""
        self.slots.client[self.index], self.slots.sending[self.index] = client, 0
        self.since = time.monotonic()

    def send(self) -> None:
        """Take note that some of its answer is sent, so that it cannot begin again."""
        self.slots.sending[self.index] = 1


class Use:
    """What each client has lately had beyond quick queries, in seconds; the supervisor writes it, all read it."""

    def __init__(self) -> None:
        memory = memoryview(mmap.mmap(-1, 2 * _DOUBLE * _REMEMBERED))
        self._clients: memoryview[int] = memory[: _DOUBLE * _REMEMBERED].cast("Q")
        self._seconds: memoryview[float] = memory[_DOUBLE * _REMEMBERED :].cast("d")
        self._known: dict[int, float] = {}

    def add(self, seconds: Mapping[int, float], passed: float) -> None:
        """Let clients have used so many seconds since this was said last, which was `passed` seconds ago."""
        decay = 0.5 ** (passed / _HALF_LIFE)
        for client in [*self._known, *(client for client in seconds if client not in self._known)]:
            self._known[client] = self._known.get(client, 0.0) * decay + seconds.get(client, 0.0)
        most = sorted(self._known.items(), key=lambda entry: -entry[1])[:_REMEMBERED]
        self._known = {client: used for client, used in most if used > _LITTLE and client != NOBODY}
        for place, (client, used) in enumerate(self._known.items()):
            self._seconds[place], self._clients[place] = used, client
        for place in range(len(self._known), _REMEMBERED):
            if not self._clients[place]:
                break
            self._clients[place] = 0

    def asks_much(self, client: int) -> bool:
        """Tell whether a client has lately had so much that its queries are not to delay those of others."""
        return self.read().get(client, 0.0) > _KNOWN

    def read(self) -> dict[int, float]:
        """Return the seconds of each client that has used any."""
        used: dict[int, float] = dict(zip(self._clients.tolist(), self._seconds.tolist(), strict=True))
        used.pop(0, None)
        return used


def be_nice(pid: int, priority: int, *, long: bool = False) -> None:
    """Let a process, 0 for this one, be nicer than one of this priority; it cannot be undone.

    long: it makes way at once for whatever else has something to do, and not when its turn of some milliseconds is over
    (sched(7), SCHED_IDLE), which a short query would wait for at each step of its way through several processes.
    """
    os.setpriority(os.PRIO_PROCESS, pid, min(priority + (_NICEST if long else _NICE), 19))
    if long:
        with suppress(PermissionError):  # where the system forbids it, the priority has to do
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


class FairShare:
    """What the supervisor does for it, round by round."""

    def __init__(self, slots: Slots, use: Use, settings: Settings) -> None:
        self.slots, self.use, self.settings = slots, use, settings
        self._last = time.monotonic()

    def look(self) -> list[int]:
        """Note what clients use; return the slots whose queries have to make room, or should have ended long ago."""
        now, quick = time.monotonic(), quick_seconds(self.settings)
        passed, self._last = now - self._last, now
        slow = self.slots.older(quick)
        seconds: dict[int, float] = {}
        for index, age in slow.items():
            client = self.slots.client[index]
            seconds[client] = seconds.get(client, 0.0) + (age if age - quick < passed else passed)
        self.use.add(seconds, passed)
        overdue = [index for index, age in slow.items() if age > self.settings.query_seconds + 1]
        making_room = list(self._making_room(slow))
        for index in making_room:
            self.slots.ended[index] = self.slots.since[index]
        return [*overdue, *making_room]

    def _making_room(self, slow: dict[int, float]) -> Iterable[int]:
        """Yield which long queries are too many; of who has lately used much, those that are about to be.

        Who has most of them loses one: first one of whose answer nothing has been sent, as it can begin again, then the
        last that came, as work that is nearly done is not thrown away.
        """
        share, most, used = long_share(self.settings), most_long(self.settings), self.use.read()

        def is_long(index: int) -> bool:
            much = used.get(self.slots.client[index], 0.0) > _MUCH
            part = _MORE if self.slots.sending[index] else _LESS if much else 1
            return slow[index] > self.settings.short_seconds * part

        long = {index: age for index, age in slow.items() if is_long(index)}
        running = self.slots.clients(long)
        for index in sorted(long, key=lambda index: (self.slots.sending[index], long[index])):
            client = self.slots.client[index]
            too_many = client != NOBODY and running[client] > share
            if too_many or (running.total() > most and running[client] == max(running.values())):
                running[client] -= 1
                yield index
