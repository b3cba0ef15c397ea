"""The pace at which the requests of an address are read: what comes faster waits, and leaves time to others."""

_BURST = 0.5  # seconds' worth of requests that are read at once
_KNOWN = 1024  # addresses after which those are forgotten that ask no more


class Pace:
    """So many requests of each address in a second (a virtual schedule, ITU-T I.371, A.1)."""

    def __init__(self, requests: int) -> None:
        self._seconds = 1 / requests  # of the schedule that each takes
        self._scheduled: dict[str, float] = {}  # when all of an address that have come would be through

    def moment(self, address: str, now: float) -> float:
        """Return when a request that has come now may be read; its place is taken."""
        scheduled = max(self._scheduled.get(address, now), now)
        self._scheduled[address] = scheduled + self._seconds
        if len(self._scheduled) > _KNOWN:
            self._scheduled = {each: until for each, until in self._scheduled.items() if until > now}
        return scheduled - _BURST
