"""What a build costs, stage by stage: `python benchmarks/build.py --governments 1000 3000 12000`.

Each number of governments is built from generated inputs (`generate.py`) by a process of its own: told are the
processor time of its threads, the time on the clock, and the most memory that it had until a stage's end.
"""

import argparse
import importlib
import multiprocessing as mp
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from generate import generate
from interurban.iris import Base
from interurban.settings import Settings
from measuring import machine, say, table

# What runs one after the other, by the module that calls it; what is in brackets is part of `compose`.
STAGES = {
    "interurban.build.pipeline": (
        *("read_sources", "resolve", "consolidate", "infer", "derive", "validate"),
        *("dataset lines", "dataset store", "views"),
    ),
    "interurban.build.export": ("compose", "next_moments", "publish"),
    "interurban.build.catalog.composer": ("(statements)", "(select)", "(construct)"),
}


@dataclass
class Cost:
    """What a stage has taken: processor seconds, seconds on the clock, and the most MiB there ever were after it."""

    processor: float = 0.0
    clock: float = 0.0
    mebibytes: int = 0


def main() -> None:
    """Measure each number of governments, and print a table for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--governments", type=int, nargs="+", default=[1000])
    options.add_argument("--without-validation", action="store_true")
    given = options.parse_args()
    say(f"{machine()}\n")
    for count in given.governments:
        ours, theirs = mp.Pipe()
        process = mp.get_context("spawn").Process(target=_measure, args=(count, given.without_validation, theirs))
        process.start()
        theirs.close()
        statements, size, costs = ours.recv()
        process.join()
        say(f"{count:,} governments, {statements:,} believed statements, a release of {size / 2**20:,.0f} MiB\n")
        rows = [(name, f"{c.processor:.1f}", f"{c.clock:.1f}", c.mebibytes) for name, c in costs.items()]
        say(table(("stage", "processor, s", "clock, s", "most MiB so far"), rows) + "\n")


def _measure(count: int, without_validation: bool, told: Any) -> None:
    costs: dict[str, Cost] = {}
    for name, stages in STAGES.items():
        module = importlib.import_module(name)
        for stage in stages:
            _watch(module, stage, costs)
    pipeline, export = (importlib.import_module(f"interurban.build.{name}") for name in ("pipeline", "export"))
    if without_validation:
        vars(pipeline)["validate"] = lambda *_: []
    with tempfile.TemporaryDirectory() as folder:
        data, releases = Path(folder, "data"), Path(folder, "releases")
        generate(data, count)
        inputs = pipeline.Inputs.installed()
        inputs = pipeline.Inputs(data, inputs.ontology, inputs.shapes, inputs.queries)
        with _Taking(costs, "all"):
            dataset = pipeline.check(inputs, Base(Settings().base))
            release = export.export(dataset, releases, Settings()).release
        size = sum(file["bytes"] for file in release.manifest["files"].values())
        told.send((len(dataset.believed), size, costs))


class _Taking:
    """Adds what is taken meanwhile to the cost of a stage."""

    def __init__(self, costs: dict[str, Cost], stage: str) -> None:
        self.cost = costs.setdefault(stage, Cost())

    def __enter__(self) -> None:
        self.begun = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.cost.processor += time.process_time() - self.begun[0]
        self.cost.clock += time.perf_counter() - self.begun[1]
        self.cost.mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _watch(module: ModuleType, stage: str, costs: dict[str, Cost]) -> None:
    """Let each call of a function, or the first look at an attribute of a class, add to the cost of a stage."""
    name = stage.strip("()").rpartition(" ")[2]
    if stage.startswith("dataset"):
        attribute = vars(module.Dataset)[name]
        attribute.func = _timed(attribute.func, costs, name)
    else:
        vars(module)[name] = _timed(vars(module)[name], costs, stage)


def _timed(function: Callable[..., Any], costs: dict[str, Cost], stage: str) -> Callable[..., Any]:
    @wraps(function)
    def timed(*given: Any, **named: Any) -> Any:
        with _Taking(costs, stage):
            return function(*given, **named)

    return timed


if __name__ == "__main__":
    main()
