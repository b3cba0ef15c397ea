"""What the supervisor counts for operators: why queries' processes ended, and how many queries there are now."""

import os
import signal
from collections.abc import Sequence

from interurban.engine.admission import AdmissionQueue
from interurban.engine.shares import Slot, Slots
from interurban.operation.counters import Row

# How the kernel or the supervisor ends a worker, and what that means.
_MEANING = {
    signal.SIGALRM: "time",
    signal.SIGIO: "left",
    signal.SIGABRT: "memory",
    signal.SIGSEGV: "memory",
    signal.SIGKILL: "killed",
}


def count_ending(row: Row, status: int, slot: Slot | None) -> None:
    """Count a process that has ended, by its wait status. slot: of a query's process; None: it answered HTTP."""
    if slot is None:
        row.add("web_ended")
        return
    code = os.waitstatus_to_exitcode(status)
    row.add("ended", "worn" if code == 0 else _MEANING.get(signal.Signals(-code), "other") if code < 0 else "other")


def tell_queries(row: Row, slots: Slots, queues: Sequence[AdmissionQueue]) -> None:
    """Say how many queries run and wait, and whether there are workers for them."""
    row.set("running", len(slots.older(0.0)))
    row.set("waiting", sum(queue.waiting() for queue in queues))
    row.set("filled", slots.opened())
