"""What the kernel tells of the service's processes (proc(5))."""

import os
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_KIBIBYTE = 1024
_PSS = re.compile(rb"^Pss: *(\d+) kB", re.MULTILINE)


@dataclass
class Group:
    """The processes of one name: how many there are, and what they take together.

    proportional: their memory, where what several share counts for each as its part (PSS), so that sums are true.
    """

    processes: int = 0
    resident: int = 0
    proportional: int = 0
    descriptors: int = 0
    seconds: float = 0.0


def groups(first: int) -> dict[str, Group]:
    """Return the processes that descend from a process, and that itself as `keeper`, by name."""
    known: dict[int, tuple[str, int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            number, _, rest = stat.read_text(errors="replace").partition(" (")
            name, _, fields = rest.rpartition(") ")
            _, parent, *others = fields.split()
            ticks = int(others[9]) + int(others[10])  # utime, stime: the 14th and 15th of all
            known[int(number)] = name, int(parent), ticks / os.sysconf("SC_CLK_TCK")
    found: dict[str, Group] = defaultdict(Group)
    family = {first}
    while more := {pid for pid, (_, parent, _) in known.items() if parent in family} - family:
        family |= more
    for pid in family & known.keys():
        name, _, seconds = known[pid]
        group = found["keeper" if pid == first else name]
        with suppress(OSError):
            group.descriptors += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            group.resident += int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            if told := _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_bytes()):
                group.proportional += int(told[1]) * _KIBIBYTE
            group.processes += 1
            group.seconds += seconds
    return dict(found)
