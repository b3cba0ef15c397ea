"""What a build that is killed leaves, the next one clears; two of them do not get in each other's way."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.house import wait_until
from interurban.build import Inputs, check, export
from interurban.errors import ReleaseError
from interurban.iris import Base
from interurban.release import current, open_release, publish_again

BASE = Base("http://base.org/")
WRITING = """
import sys
from pathlib import Path
from interurban.release.folder import publish, writing
root = Path(sys.argv[1])
with writing(root):
    publish(root, {f"dumps/{number}.csv": b"Somebody" for number in range(100_000)}, {})
"""


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@contextmanager
def in_mid_write(releases: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a process that has begun to write a release, and does not go on; kill it in the end."""
    with subprocess.Popen([sys.executable, "-c", WRITING, str(releases)]) as process:
        try:
            wait_until(lambda: list(releases.glob(".unfinished-*/dumps/*.csv")), "it writes")
            process.send_signal(signal.SIGSTOP)
            yield process
        finally:
            process.kill()


def files_of_somebody(releases: Path) -> list[Path]:
    return [path for path in releases.rglob("*") if path.is_file() and b"Somebody" in path.read_bytes()]


def test_what_a_killed_build_has_left_is_cleared_by_the_next(house: Inputs, releases: Path) -> None:
    with in_mid_write(releases):
        assert files_of_somebody(releases)
    assert files_of_somebody(releases)
    release = export(check(house, BASE), releases).release
    assert files_of_somebody(releases) == []
    assert {path.name for path in releases.iterdir()} == {".lock", "current", release.version}


def test_a_build_under_way_is_not_disturbed(house: Inputs, releases: Path) -> None:
    before = export(check(house, BASE), releases).release
    with in_mid_write(releases):
        written = files_of_somebody(releases)
        for other in (
            lambda: export(check(house, BASE), releases),
            lambda: publish_again(releases, before.version),
        ):
            with pytest.raises(ReleaseError, match="another build"):
                other()
        assert files_of_somebody(releases) == written
    assert current(releases) == before
    assert publish_again(releases, before.version) == current(releases)  # whoever was killed locks nothing
    assert files_of_somebody(releases) == []


def test_a_release_that_was_to_be_replaced_is_put_back(house: Inputs, releases: Path) -> None:
    release = export(check(house, BASE), releases).release
    first = releases / release.version
    publish_again(releases, release.version)
    moved = releases / ".unfinished-moved"  # as who is killed in between leaves it
    moved.mkdir()
    first.rename(moved / first.name)
    shutil.copytree(moved / first.name, releases / ".unfinished-instead")
    export(check(house, BASE), releases)
    assert open_release(first) == release
    assert list(releases.glob(".unfinished-*")) == []
