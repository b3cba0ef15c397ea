"""The admission queue: how many queries may be under way, in all and for one client, and whose turn it is.

It is counted in memory that the web processes share.
There is no lock that a web process could wait for. Each writes to a part of its own and reads all of them: it
takes a place first and counts then, and where it finds too many it gives the place back. So two that come at
the same moment may both be sent away, but never are there more than there may be.
"""

import mmap
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from interurban.engine.reputation import Reputation
from interurban.engine.shares import NOBODY, Slots, Use, long_share, most_long, quick_seconds, workers
from interurban.errors import QueryRefusedError, QueryShareError
from interurban.messages import say
from interurban.settings import Settings

_FREE = 0
# The lowest bits of a place that is taken; the others stand for the client.
_RUNS = 1  # the query runs
_LONG = 2  # it is known to be a long one
_OVER = 4  # it is over, and its client has the place for a moment yet
_BEGUN = 8  # a worker has it, whose slot tells how long; whoever reads slowly has the place for longer than the worker
_BITS = 4
_CLIENTS = 2**59
_BYTES = 8
_MODEST = 4  # how many queries of one client are let in also where the line is full
_ROOM = 1024  # places for those
_COUNTS = 0.3  # seconds of use that count; who has used more waits no longer for it
_ALIKE = 0.05  # seconds of use by which one client does not go before another


class Moment:
    """What can be known of all queries at one time, and what is decided of them meanwhile."""

    def __init__(self, queue: "AdmissionQueue") -> None:
        self.settings, self._reputation = queue.settings, queue.reputation
        self.use = {client: min(used, _COUNTS) for client, used in queue.use.read().items()}
        places = [place for place in queue.every.tolist() if place != _FREE]
        running = [place for place in places if place & _RUNS]
        ages, quick = queue.slots.older(0.0), quick_seconds(self.settings)
        long = queue.slots.clients(index for index, age in ages.items() if age > self.settings.short_seconds)
        slow = queue.slots.clients(index for index, age in ages.items() if age > quick)
        busy = queue.slots.clients(ages)
        begun = busy + Counter(place >> _BITS for place in running if not place & _BEGUN)
        self._quick = begun - slow
        # a long one that has just begun again does not look long yet
        self._long = Counter(place >> _BITS for place in running if place & _LONG) & begun | long
        self._room = min(self.settings.query_workers - self._quick.total(), workers(self.settings) - begun.total())
        # workers that nobody is on the way to: it takes a moment to fork those that are to be there
        self._idle = queue.slots.idle() - sum(not place & _BEGUN for place in running)
        self._kept = self.settings.query_workers // 4  # places for who has lately used little
        self._long_room = most_long(self.settings) - self._long.total()
        waiting = [place for place in places if not place & (_RUNS | _OVER)]
        self._least = [
            min(
                (
                    self.use.get(c, 0.0)
                    for c in {p >> _BITS for p in waiting if bool(p & _LONG) is long}
                    if self._may(c, long)
                ),
                default=0.0,
            )
            for long in (False, True)
        ]

    @cached_property
    def known(self) -> set[int]:
        """The clients whose queries have lately been short."""
        return self._reputation.good()

    def full(self) -> bool:
        """Tell whether no query at all may run now."""
        return self._room <= 0

    def merit(self, client: int, long: bool, waited: float) -> tuple[bool, float]:
        """Return by what queries go before others, the lowest first.

        First those of whom it is known that they ask short ones; then the use of the client, less what it waited.
        """
        return not self._is_known(client, long), self.use.get(client, 0.0) - waited

    def may_run(self, client: int, long: bool, waited: float) -> bool:
        """Tell whether a query of the client may run now: there is room, and nobody who could goes before it."""
        if not self._may(client, long):
            return False
        unknown, use = self.merit(client, long, waited)
        return use <= self._least[long] + _ALIKE or not unknown

    def has_its_share(self, client: int) -> bool:
        """Tell whether as many quick queries of the client run as may."""
        return client != NOBODY and self._quick[client] >= self.settings.client_workers

    def ran(self, client: int, long: bool) -> None:
        """Take note that it does."""
        self._room -= 1
        self._idle -= 1
        self._quick[client] += 1
        if long:
            self._long_room -= 1
            self._long[client] += 1

    def _is_known(self, client: int, long: bool) -> bool:
        """Tell whether it is to be expected that a query of the client is a short one."""
        return not long and client in self.known

    def _kept_from(self, client: int, long: bool) -> int:
        """Return how many places are kept for others: for who has used little, and of these for who is known."""
        if self._is_known(client, long):
            return 0
        modest = not long and self.use.get(client, 0.0) <= _ALIKE
        return (self._kept + 1) // 2 if modest else self._kept

    def _may(self, client: int, long: bool) -> bool:
        # where there is more room than is kept from anybody, nobody has to be looked up
        if (room := min(self._room, self._idle)) <= self._kept:
            kept = self._kept_from(client, long)
            if (room if kept else self._room) <= kept:  # from whom nothing is kept waits for the next worker if need be
                return False
        if long and self._long_room <= 0:
            return False
        too_many = long and client != NOBODY and self._long[client] >= long_share(self.settings)
        return not (too_many or self.has_its_share(client))


@dataclass(frozen=True)
class AdmissionQueue:
    """One web process's part of the queue; `every` are the places of all of them."""

    every: "memoryview[int]"
    first: int
    settings: Settings
    slots: Slots
    use: Use
    reputation: Reputation

    @cached_property
    def length(self) -> int:
        """How many places a part has."""
        return _places(self.settings)

    def enter(self, client: str) -> int:
        """Take a place for a query of `client` ("": nobody who is counted) and return it, for `run` and `leave`.

        Raises QueryRefusedError if all places are taken, QueryShareError if the client has too many of them. What has
        run for long is not counted, and who has few under way is let in also where the line is full.
        """
        own = self.every[self.first : self.first + self.length].tolist()
        if _FREE not in own:
            raise self._full()
        place = own.index(_FREE)
        number = client_number(client)
        self.every[self.first + place] = number << _BITS
        long = self.slots.clients(self.slots.older(self.settings.short_seconds))
        taken = (each for each in self.every.tolist() if each != _FREE and not each & _LONG)
        under_way = Counter(each >> _BITS for each in taken) - long
        if client and under_way[number] > self.settings.client_queries:
            self.leave(place)
            raise QueryShareError(say("query-share", count=self.settings.client_queries))
        line = self.settings.query_workers + self.settings.queue_length
        if under_way.total() > line and not (client and under_way[number] <= _MODEST):
            self.leave(place)
            raise self._full()
        return place

    def run(self, place: int, long: bool, waited: float = 0.0, now: Moment | None = None) -> bool:
        """Tell whether the query in a place may run now, or has to wait.

        long: it is known to be a long one; waited: for how many seconds it has; now: as far as that is known already.
        """
        client = self.client(place)
        kept = client << _BITS | (_LONG if long else 0)
        self.every[self.first + place] = kept
        now = now or Moment(self)
        if not now.may_run(client, long, waited):
            return False
        self.every[self.first + place] = kept | _RUNS
        now.ran(client, long)
        return True

    def client(self, place: int) -> int:
        """Return whose query is in a place."""
        return self.every[self.first + place] >> _BITS

    def begun(self, place: int) -> None:
        """Take note that a worker has the query in a place."""
        self.every[self.first + place] |= _BEGUN

    def note(self, place: int, short: bool) -> None:
        """Take note whether the query in a place, which is over, was a short one."""
        self.reputation.note(self.client(place), short)

    def end(self, place: int) -> None:
        """Take note that the query in a place is over, though its client has the place for a moment yet."""
        self.every[self.first + place] = self.client(place) << _BITS | _OVER

    def leave(self, place: int) -> None:
        """Give a place back."""
        self.every[self.first + place] = _FREE

    def clear(self) -> None:
        """Give all places back, and forget who is known: the process has died."""
        self.reputation.clear()
        for place in range(self.length):
            self.leave(place)

    def waiting(self) -> int:
        """Return how many queries of this part wait for their turn."""
        own = self.every[self.first : self.first + self.length].tolist()
        return sum(place != _FREE and not place & (_RUNS | _OVER) for place in own)

    def _full(self) -> QueryRefusedError:
        return QueryRefusedError(say("query-line-full", count=self.settings.queue_length))


def client_number(client: str) -> int:
    """Return the number by which a client is counted.

    An address is not kept, and which of them fall together depends on a secret of this start (hash()).
    """
    return hash(("client", client)) % (_CLIENTS - 2) + 2 if client else NOBODY


def _places(settings: Settings) -> int:
    """Return how many queries one web process can have under way."""
    return workers(settings) + settings.queue_length + _ROOM


def admission_queue(settings: Settings, slots: Slots, use: Use) -> list[AdmissionQueue]:
    """Return a new queue, in parts for the web processes that will be forked."""
    length = _places(settings)
    every = memoryview(mmap.mmap(-1, _BYTES * length * settings.web_processes)).cast("Q")
    parts = enumerate(Reputation.shared(settings.web_processes))
    return [AdmissionQueue(every, part * length, settings, slots, use, reputation) for part, reputation in parts]
