"""Commands that write, killed at random moments, short of room, and two at once: what is there stays whole.

    python tests/hostile/drill.py [how many times each is killed]

Each command of `writing.py` is killed (SIGKILL) at random moments of its time, 100 times if nothing is said. After each
kill, what is there has to be whole; the next run has to succeed; and nothing is left then of those that were killed.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hostile.publisher import publisher
from hostile.writing import Operation, ended, operations, run, said, tree
from interurban.errors import ReleaseError


@dataclass
class Drill:
    """An operation with the folder as it is before it, and how long it takes."""

    operation: Operation
    folder: Path
    before: Path = field(init=False)
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.folder / "before"
        self.before.mkdir(parents=True)
        self.operation.prepare(self.before)
        here, begun = self.fresh("once"), time.monotonic()
        assert ended(self.start(here)) == 0, said(here)
        self.seconds = time.monotonic() - begun
        self.operation.done(here)

    def fresh(self, name: str) -> Path:
        """Return a copy of how it is before."""
        here = self.folder / name
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(self.before, here, symlinks=True)
        return here

    def start(self, here: Path, before: Callable[[], None] = lambda: None) -> int:
        return run(here, *self.operation.command(here), before=before)

    def killed(self, times: int, chance: random.Random) -> int:
        """Kill it so many times, one after the other on what the one before has left; return how often it was in time.

        Where one has come to its end, the next begins anew. In the end it runs through.
        """
        here, hit = self.fresh("killed"), 0
        for _ in range(times):
            pid = self.start(here)
            time.sleep(chance.uniform(0, self.seconds))
            os.kill(pid, signal.SIGKILL)
            in_time = ended(pid) == -signal.SIGKILL
            hit += in_time
            self.operation.whole(here)
            if not in_time:
                self.finish(here)
                here = self.fresh("killed")
        self.finish(here)
        return hit

    def finish(self, here: Path) -> None:
        """Run it through; nothing may be left of those before."""
        assert ended(self.start(here)) == 0, said(here)
        self.operation.done(here)

    def two_at_once(self) -> None:
        """Run two at once: one at least does it, and the other does it too or says why not."""
        here = self.fresh("twice")
        pids = [self.start(here), self.start(here)]
        statuses = [ended(pid) for pid in pids]
        self.operation.whole(here)
        assert 0 in statuses, said(here)
        assert set(statuses) <= {0, 1}
        assert "Traceback" not in said(here)
        self.finish_if_undone(here)

    def finish_if_undone(self, here: Path) -> None:
        try:
            self.operation.done(here)
        except (AssertionError, ReleaseError):
            self.finish(here)

    def small_files(self, size: int) -> None:
        """Let no file become larger than so many bytes: it is told in a sentence, and nothing has changed."""

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        here = self.fresh("limited")
        self._fails(here, self.start(here, limit))

    def on_a_disk(self, options: str, remount: str = "") -> None:
        """Run it where what it writes to is a disk of its own, of a certain size or only to be read."""
        here = self.fresh("mounted")
        place = here / self.operation.watched
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.move(place, kept)
        place.mkdir()
        mounted = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        subprocess.run(mounted, check=True)
        try:
            shutil.copytree(kept, place, symlinks=True, dirs_exist_ok=True)
            if remount:
                subprocess.run(["mount", "-o", f"remount,{remount}", str(place)], check=True)
            self._fails(here, self.start(here))
            if remount:
                subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
            else:
                subprocess.run(["mount", "-o", "remount,size=200m", str(place)], check=True)
            self.finish(here)
        finally:
            subprocess.run(["umount", str(place)], check=True)

    def _fails(self, here: Path, pid: int) -> None:
        before = tree(self.before / self.operation.watched)
        assert ended(pid) == 1, said(here)
        told = said(here)
        assert "Traceback" not in told, told
        assert 0 < len(told.splitlines()) <= 4, told
        self.operation.whole(here)
        now = {name: value for name, value in tree(here / self.operation.watched).items() if ".part" not in name}
        now = {name: value for name, value in now.items() if name != ".lock" and ".validator" not in name}
        assert now == {name: value for name, value in before.items() if name != ".lock"}


def size_of(folder: Path) -> int:
    """Return how many KiB a folder takes on a disk of pages, each file in whole ones."""
    return sum(-(-path.lstat().st_size // 4096) * 4 for path in folder.rglob("*") if path.is_file())


def main_() -> int:
    """Kill each so many times, and print a table."""
    times, chance, lost = int(sys.argv[1]) if len(sys.argv) > 1 else 100, random.Random(16), 0  # noqa: S311
    print("| operation | seconds | killed | in mid-work | survived |\n| --- | --: | --: | --: | --: |")
    with publisher() as address:
        for operation in operations(address):
            with tempfile.TemporaryDirectory() as folder:
                drill = Drill(operation, Path(folder))
                try:
                    hit, survived = drill.killed(times, chance), times
                except (AssertionError, ReleaseError) as error:
                    print(f"{operation.name}: {error}", file=sys.stderr)
                    hit, survived, lost = 0, 0, 1
                print(f"| {operation.name} | {drill.seconds:.2f} | {times} | {hit} | {survived} |", flush=True)
    return lost


if __name__ == "__main__":
    sys.exit(main_())
