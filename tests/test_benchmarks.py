"""The benchmark of builds measures what a build does: none of its stages is one that is not called any more."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from excerpt import data_without_lists
from interurban.resources import room

_BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
_LIST = Path("sources", "british-local-authorities")


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(_BENCHMARKS / script), *map(str, arguments)]
    paths = os.pathsep.join(filter(None, [str(_BENCHMARKS.parent / "tests"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": paths})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_build_of_twice_the_data_is_measured_stage_by_stage(tmp_path: Path) -> None:
    data = data_without_lists(tmp_path / "data")
    shutil.copytree(room("data") / _LIST, data / _LIST)
    told = run("build.py", "--data", data, "--times", 2)
    assert re.search(r"2 ×: [\d,]+ believed statements", told)
    seconds = {row[1]: float(row[2]) for row in re.findall(r"(\| ([a-z(][\w)]+) \| ([\d.]+) \|)", told)}
    assert {"read_sources", "(consolidated)", "compose", "publish"} < seconds.keys()
    assert seconds["all"] == max(seconds.values())


def test_generated_data_have_each_row_of_a_list_so_many_times(tmp_path: Path) -> None:
    run("generate.py", tmp_path / "twice", "--times", 2)
    for name in ("municipalities.csv", "identifiers.csv"):
        path = Path("sources", "italian-municipalities", name)
        once, twice = (
            len((folder / path).read_text().splitlines()) - 1 for folder in (room("data"), tmp_path / "twice")
        )
        assert twice == 2 * once
