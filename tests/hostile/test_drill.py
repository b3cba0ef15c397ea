"""Commands that write are killed, run twice at once, and run short of room: what is there stays whole."""

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from hostile.drill import Drill, size_of
from hostile.publisher import publisher
from hostile.writing import operations

TIMES = int(os.environ.get("DRILL", "4"))
NAMES = [operation.name for operation in operations("")]
Property = Callable[[str, object], None]


@pytest.fixture(scope="module", params=NAMES)
def drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    with publisher() as address:
        operation = next(each for each in operations(address) if each.name == request.param)
        folder = tmp_path_factory.mktemp("drill")
        yield Drill(operation, folder / "drill")
        shutil.rmtree(folder)


def mounting() -> bool:
    """Whether disks can be mounted here, where nobody else sees them."""
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return os.geteuid() == 0 and subprocess.run(tried, capture_output=True, check=False).returncode == 0


needs_disks = pytest.mark.skipif(not mounting(), reason="only root may mount disks, and not everywhere")


def test_killed_at_any_moment_it_leaves_what_is_whole_and_the_next_run_clears_up(
    drill: Drill, record_property: Property
) -> None:
    record_property("tried", TIMES)
    drill.killed(TIMES, random.Random(drill.operation.name))  # noqa: S311  # the same moments each time


def test_two_at_once_do_not_get_in_each_others_way(drill: Drill) -> None:
    drill.two_at_once()


def test_a_limit_of_the_size_of_files_is_told_and_nothing_is_written(drill: Drill) -> None:
    drill.small_files(200)


@needs_disks
def test_a_full_disk_is_told_and_nothing_is_written(drill: Drill) -> None:
    drill.on_a_disk(f"size={size_of(drill.before / drill.operation.watched) + 8}k")


@needs_disks
def test_a_disk_that_is_only_read_is_told_and_nothing_is_written(drill: Drill) -> None:
    drill.on_a_disk("size=200m", "ro")
