"""What a build costs, stage by stage: `python benchmarks/build.py --times 1 3 10`.

Data so many times as large as the real ones (`generate.py`) are checked and exported in the cage, as `interurban build`
does it. Told are, of each stage, the time on the clock, that of the processors, of processes beside as well, and the
most memory of its process until its end; and the most of all processes together (PSS, looked at once a second).
"""

import argparse
import importlib
import json
import multiprocessing as mp
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

from generate import generate
from interurban.build import Inputs, export, prepare
from interurban.confined import confined
from interurban.errors import InputError
from interurban.iris import Base
from interurban.kinds import summary
from interurban.resources import room
from interurban.settings import Settings
from measuring import children, machine, megabytes, say, table

# Functions that are called one after the other, by their module or class; those in brackets run beside the others.
STAGES = {
    "interurban.build.pipeline": (
        *("read_sources", "resolve", "(graph_by_graph)", "consolidate", "infer", "derive", "(consolidated)"),
        *("records", "views", "must_end"),
    ),
    "interurban.rdf.lines:Gathering": ("put", "lines"),
    "interurban.build.export": ("(index_files)", "compose", "next_moments", "publish"),
}
ALL = "all"
_LOOK = 1.0  # seconds between two looks at the memory


@dataclass
class Cost:
    """What a stage has taken: seconds on the clock and of processors, and the most MiB of its process at its end."""

    clock: float = 0.0
    processor: float = 0.0
    mebibytes: int = 0


@dataclass
class Measured:
    """What a build has taken. together: the most MiB of all processes."""

    statements: int
    size: int
    costs: dict[str, Cost]
    together: float


def main() -> None:
    """Measure each size, and print a table for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, nargs="+", default=[1])
    options.add_argument("--data", type=Path, default=room("data"), help="what is taken so many times")
    given = options.parse_args()
    say(f"{machine()}\n")
    for times in given.times:
        found = measured(given.data, times)
        size, together = found.size / 2**20, found.together
        say(f"{times} ×: {found.statements:,} believed statements, a release of {size:,.0f} MiB")
        say(f"most MiB of all processes: {together:,.0f}\n")
        rows = [(name, f"{c.clock:.1f}", f"{c.processor:.1f}", c.mebibytes) for name, c in found.costs.items()]
        say(table(("stage", "clock, s", "processor, s", "most MiB so far"), rows) + "\n")


def measured(data: Path, times: int) -> Measured:
    """Build data so many times over in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        many, log = Path(folder, "data"), Path(folder, "log")
        generate(many, data, times)
        process = mp.get_context("spawn").Process(target=_build, args=(many, Path(folder, "releases"), log))
        process.start()
        together = 0.0
        while process.is_alive():
            together = max(together, _together(process.pid or 0))
            process.join(_LOOK)
        if process.exitcode:
            raise SystemExit(process.exitcode)
        said = [json.loads(line) for line in log.read_text().splitlines()]
    costs = {stage: Cost() for stages in STAGES.values() for stage in stages} | {ALL: Cost()}
    facts = next(entry for entry in said if isinstance(entry, dict))
    for stage, clock, processor, mebibytes in (entry for entry in said if isinstance(entry, list)):
        cost = costs[stage]
        costs[stage] = Cost(cost.clock + clock, cost.processor + processor, max(cost.mebibytes, mebibytes))
    if unseen := [stage for stage, cost in costs.items() if not cost.clock]:
        raise SystemExit(f"no stage of a build any more: {', '.join(unseen)}")
    return Measured(facts["statements"], facts["bytes"], costs, together)


def _together(process: int) -> float:
    """Return the MiB of a process and its children, and theirs."""
    found = 0.0
    for each in (process, *children(process)):
        with suppress(OSError):  # it has just ended, or waits for somebody to ask how
            found += megabytes([each])
    return found


def _build(data: Path, releases: Path, log: Path) -> None:
    for name, stages in STAGES.items():
        module, _, within = name.partition(":")
        of = importlib.import_module(module)
        of = getattr(of, within) if within else of
        for stage in stages:
            named = stage.strip("()")
            made = vars(of)[named]
            timed = _timed(getattr(made, "__func__", made), stage, log)
            setattr(of, named, classmethod(timed) if isinstance(made, classmethod) else timed)
    inputs = replace(Inputs.installed(), data=data)

    def work() -> int:
        dataset = prepare(inputs, Base(Settings().base))
        release = export(dataset, releases, Settings()).release
        size = sum(file["bytes"] for file in release.manifest["files"].values())
        _note(log, {"statements": len(dataset.lines.believed), "bytes": size})
        return 0

    caged = _timed(confined, ALL, log)
    sys.exit(_told(lambda: caged(partial(_told, work), Settings())))


def _told(work: Callable[[], int]) -> int:
    """Return the status that some work ends with, once it is said what is wrong with the data."""
    try:
        return work()
    except InputError as error:
        say("\n".join(summary(error.problems, "en")))
        return 1


def _timed(function: Callable[..., Any], stage: str, log: Path) -> Callable[..., Any]:
    """Return the function that notes besides what it took; whichever process calls it."""

    @wraps(function)
    def timed(*given: Any, **named: Any) -> Any:
        processor, clock = sum(os.times()[:4]), time.perf_counter()  # of children, too, that have ended
        found = function(*given, **named)
        took = sum(os.times()[:4]) - processor
        mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _note(log, [stage, time.perf_counter() - clock, took, mebibytes])
        return found

    return timed


def _note(log: Path, entry: Iterable[object]) -> None:
    with log.open("a") as file:
        file.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
