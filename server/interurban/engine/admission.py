"""The admission queue: how many queries may be under way, in all and for one client, and how many of them run.

It is counted in memory that the web processes share.
There is no lock that a web process could wait for. Each writes to a part of its own and reads all of them: it
takes a place first and counts then, and where it finds too many it gives the place back. So two that come at
the same moment may both be sent away, but never are there more than there may be.
"""

import mmap
from dataclasses import dataclass

from interurban.errors import QueryRefusedError, QueryShareError
from interurban.messages import say
from interurban.settings import Settings

_FREE = 0
_RUNS = 1  # the lowest bit of a place that is taken; the others stand for the client
_CLIENTS = 2**63
_BYTES = 8


@dataclass(frozen=True)
class AdmissionQueue:
    """One web process's part of the queue; `every` are the places of all of them."""

    every: "memoryview[int]"
    first: int
    settings: Settings

    @property
    def length(self) -> int:
        """How many queries may be under way: one for each worker, and those that wait."""
        return self.settings.query_workers + self.settings.queue_length

    def enter(self, client: str) -> int:
        """Take a place for a query of `client` ("": nobody who is counted) and return it, for `run` and `leave`.

        Raises QueryRefusedError if all places are taken, QueryShareError if the client has too many of them.
        """
        own = self.every[self.first : self.first + self.length].tolist()
        if _FREE not in own:
            raise self._full()
        place = own.index(_FREE)
        # An address is not kept, and which of them fall together depends on a secret of this start (hash()).
        number = (hash(("client", client)) % (_CLIENTS - 1) + 1) << 1
        self.every[self.first + place] = number
        taken = self.every.tolist()
        if len(taken) - taken.count(_FREE) > self.length:
            self.leave(place)
            raise self._full()
        if client and taken.count(number) + taken.count(number | _RUNS) > self.settings.client_queries:
            self.leave(place)
            raise QueryShareError(say("query-share", count=self.settings.client_queries))
        return place

    def run(self, place: int, client: str) -> bool:
        """Tell whether the query in a place may run now, or its client has to wait until one of theirs is done."""
        number = self.every[self.first + place]
        self.every[self.first + place] = number | _RUNS
        if client and self.every.tolist().count(number | _RUNS) > self.settings.client_workers:
            self.every[self.first + place] = number
            return False
        return True

    def leave(self, place: int) -> None:
        """Give a place back."""
        self.every[self.first + place] = _FREE

    def clear(self) -> None:
        """Give all places back: the process has died."""
        for place in range(self.length):
            self.leave(place)

    def _full(self) -> QueryRefusedError:
        return QueryRefusedError(say("query-line-full", count=self.settings.queue_length))


def admission_queue(settings: Settings) -> list[AdmissionQueue]:
    """Return a new queue, in parts for the web processes that will be forked."""
    length = settings.query_workers + settings.queue_length
    every = memoryview(mmap.mmap(-1, _BYTES * length * settings.web_processes)).cast("Q")
    return [AdmissionQueue(every, process * length, settings) for process in range(settings.web_processes)]
