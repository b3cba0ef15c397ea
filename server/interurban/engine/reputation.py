"""Whose queries have lately been short: nobody can tell of a query, but of who has asked before."""

import mmap

from interurban.engine.shares import NOBODY

_MOST = 128  # clients of each web process
# How many short queries are remembered, and for how many of them one counts that was not.
_CREDIT, _DEBIT = 16, 4
_BYTES = 8


class Reputation:
    """Whose queries have lately been short: they go before those of clients of which nobody knows anything yet.

    Each web process writes to a part of it, and all read. A hundred who come at once, with queries that do not end,
    have to be tried one after the other; who has been here before does not wait for that.
    """

    def __init__(self, every: "memoryview[int]", part: int) -> None:
        self._every, self._first = every, part * _MOST
        self._credit: dict[int, int] = {}  # who has been noted longest ago comes first
        self._places: dict[int, int] = {}  # in the part

    @staticmethod
    def shared(parts: int) -> "list[Reputation]":
        """Return the parts of as many web processes."""
        every = memoryview(mmap.mmap(-1, _BYTES * _MOST * parts)).cast("Q")
        return [Reputation(every, part) for part in range(parts)]

    def note(self, client: int, short: bool) -> None:
        """Take note that a query of a client is over, and whether it was short."""
        credit = max(0, min(_CREDIT, self._credit.pop(client, 0) + (1 if short else -_DEBIT)))
        if credit == 0 or client == NOBODY:
            self._forget(client)
            return
        self._credit[client] = credit
        if client not in self._places:
            if len(self._credit) > _MOST:
                oldest = next(iter(self._credit))
                del self._credit[oldest]
                self._forget(oldest)
            place = min(set(range(_MOST)) - set(self._places.values()))
            self._places[client] = place
            self._every[self._first + place] = client

    def clear(self) -> None:
        """Forget those of this part: its web process has died."""
        for place in range(_MOST):
            self._every[self._first + place] = 0

    def good(self) -> set[int]:
        """Return the clients that have a good one."""
        return set(self._every.tolist()) - {0}

    def _forget(self, client: int) -> None:
        place = self._places.pop(client, None)
        if place is not None:
            self._every[self._first + place] = 0
