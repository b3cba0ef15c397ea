"""Commands that write: how things are before, what is run, and what has to be true whatever becomes of it."""

import hashlib
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.house import processes, wait_until
from excerpt import data_without_lists
from hostile.publisher import CONTENT
from interurban import build, link, sources  # noqa: F401 - each run would load them for itself
from interurban.cli import main
from interurban.release import current, open_release
from sources.conftest import SOURCE, SQL

# by its path: another package is called `build`
HOUSE = runpy.run_path(str(Path(__file__).parents[1] / "build/conftest.py"))["HOUSE"]
State = dict[str, str]
Step = Callable[[Path], None]
_TOMBSTONE = "https://w3id.org/interurban/def/Tombstone"
_GREEN = "http://base.org/id/club/green"
_CLUBS = "slug,label\nred,Red\nblue,Blue\n"
_ROOMS = tuple(f"--{room}={room}" for room in ("data", "ontology", "shapes", "queries"))
_BUILD = ("build", *_ROOMS, "--base", "http://base.org/")
_GAZETTEER = """id,name,latitude,longitude,country,kind
https://example.org/ghent,Gent,51.05,3.717,BE,municipality
https://example.org/brescia,Brescia,45.539,10.22,IT,municipality
"""
TABLE = "id,name,country\n" + "".join(f"{n},Gent,BE\n{n}b,Brescia,IT\n" for n in range(40))


def run(folder: Path, *arguments: object, before: Callable[[], None] = lambda: None) -> int:
    """Start a command in a folder, in a session of its own, and return its process's id."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        os.setsid()
        os.chdir(folder)
        said = os.open(folder / ".said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number in (1, 2):
            os.dup2(said, number)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        before()
        status = main(list(map(str, arguments)))
    finally:
        os._exit(status)


def ended(pid: int) -> int:
    """Wait for a command, and for whatever it has started; return its status."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    wait_until(lambda: pid not in {_session(other) for other in processes()}, f"all of {pid} has ended")
    return status


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


@dataclass(frozen=True)
class Operation:
    """Something that writes. prepare: makes the folder as it is before; command: what is run there.

    whole: raises if what is there is not as before or as after; done: raises if it is not as after, or if something
    is left. watched: the folder in it that is compared.
    """

    name: str
    prepare: Step
    command: Callable[[Path], Sequence[object]]
    whole: Step
    done: Step
    watched: str


def said(folder: Path) -> str:
    return (folder / ".said").read_text()


def tree(folder: Path) -> State:
    """Return the files below a folder with the sums of their content, links with where they lead."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


# Releases


def _house(folder: Path) -> None:
    for name, text in HOUSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _built(folder: Path, published: str) -> None:
    assert ended(run(folder, *_BUILD, "--published", published)) == 0, said(folder)


def _before_build(folder: Path) -> None:
    _house(folder)
    _built(folder, "2026-11-01")
    (folder / "data/register/clubs.csv").write_text(_CLUBS.replace("Blue", "Azure"))


def _before_switch(folder: Path) -> None:
    _before_build(folder)
    _built(folder, "2026-11-02")


def _before_erasure(folder: Path) -> None:
    _house(folder)
    clubs = folder / "data/register/clubs.csv"
    for number, text in enumerate((f"{_CLUBS}green,Verdant\n", f"{_CLUBS.replace('Blue', 'Azure')}green,Verdant\n"), 1):
        clubs.write_text(text)
        _built(folder, f"2026-11-0{number}")
    clubs.write_text(_CLUBS)
    (folder / "ontology/t.ttl").write_text(f"<{_TOMBSTONE}> a <http://www.w3.org/2002/07/owl#Class> .")
    (folder / "data/register/green.ttl").write_text(f"<{_GREEN}> a <{_TOMBSTONE}> .")


def _releases(folder: Path) -> list[Path]:
    return [path for path in (folder / "releases").glob("[!.]*") if path.is_dir() and not path.is_symlink()]


def _releases_whole(folder: Path) -> None:
    """What is served is a release, and each of them is as it says; before the first there may be none."""
    for path in _releases(folder):
        open_release(path)
    assert current(folder / "releases").folder in _releases(folder)


def _releases_done(least: int, most: int) -> Step:
    def done(folder: Path) -> None:
        _releases_whole(folder)
        assert least <= len(_releases(folder)) <= most
        assert [path.name for path in (folder / "releases").glob(".*")] == [".lock"]

    return done


def _erasure_done(folder: Path) -> None:
    _releases_done(3, 3)(folder)
    left = [path for path in (folder / "releases").rglob("*") if path.is_file() and b"Verdant" in path.read_bytes()]
    assert left == []


def _first(folder: Path) -> str:
    """Return the oldest release."""
    return min((open_release(path) for path in _releases(folder)), key=lambda release: release.published).version


# A publisher's file


def _source(address: str) -> Step:
    def prepare(folder: Path) -> None:
        data_without_lists(folder / "data")
        source = folder / "data/sources/letters"
        source.mkdir()
        more = f"dcat:downloadURL <{address}> ; dcat:byteSize {len(CONTENT)} ; spdx:checksum <graph/letters#sum>"
        text = SOURCE.format(media_type=r"text\/csv", more=more, checksum=hashlib.sha256(CONTENT).hexdigest())
        (source / "source.ttl").write_text(text)
        (source / "import.sql").write_text(SQL)
        (folder / "houses.csv").write_bytes(CONTENT)
        (folder / "cache").mkdir()

    return prepare


def _cache_whole(folder: Path) -> None:
    """Whatever has the name of a file that is there is that file."""
    for path in (folder / "cache").glob("[!.]*.csv"):
        assert path.read_bytes() == CONTENT


def _cache_done(folder: Path) -> None:
    _cache_whole(folder)
    assert [path.suffix for path in (folder / "cache").iterdir()] == [".csv"]


_IMPORTED = {"organizations.csv", "import-report.csv", "import-report.md"}


def _import_whole(folder: Path) -> None:
    names = {path.name for path in (folder / "data/sources/letters").iterdir()} - {"source.ttl", "import.sql"}
    assert names in (set(), _IMPORTED), names


def _import_done(folder: Path) -> None:
    _import_whole(folder)
    source = folder / "data/sources/letters"
    assert (source / "organizations.csv").read_text().count("\n") > 50_000
    assert [path.name for path in source.parent.glob(".*")] == []


# Links


def _before_link(folder: Path) -> None:
    (folder / "mine.csv").write_text(TABLE)
    (folder / "theirs.csv").write_text(_GAZETTEER)
    (folder / "out").mkdir()


def _link_whole(folder: Path) -> None:
    for path in (folder / "out").glob("[!.]*.tsv"):
        rows = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert len(rows) in (1, 81), path
        assert path.read_text().endswith("\n")


def _link_done(folder: Path) -> None:
    _link_whole(folder)
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["mine.sssom.review.tsv", "mine.sssom.tsv"]
    rows = (folder / "out/mine.sssom.tsv").read_text()
    assert (rows.count("example.org/ghent\t"), rows.count("example.org/brescia\t")) == (40, 40)


_LINK = ("link", "--table", "mine.csv", "--gazetteer", "theirs.csv", "--output", "out/mine.sssom.tsv")


def operations(address: str) -> list[Operation]:
    """Return all of them. address: of a publisher's file."""
    at_hand = ("--data", "data", "--cache", "cache")
    fetch = ("fetch", "letters", *at_hand, "--timeout", 20)
    return [
        Operation(
            "build",
            _before_build,
            lambda _: (*_BUILD, "--published", "2026-11-02"),
            _releases_whole,
            _releases_done(2, 2),
            "releases",
        ),
        Operation(
            "switch",
            _before_switch,
            lambda folder: ("switch", "--releases", "releases", _first(folder)),
            _releases_whole,
            _releases_done(3, 1000),  # who is killed after it was made makes another one
            "releases",
        ),
        Operation(
            "erasure",
            _before_erasure,
            lambda _: (*_BUILD, "--published", "2026-11-03"),
            _releases_whole,
            _erasure_done,
            "releases",
        ),
        Operation("fetch", _source(address), lambda _: fetch, _cache_whole, _cache_done, "cache"),
        Operation(
            "fetch at hand",
            _source(address),
            lambda _: (*fetch, "--file", "houses.csv"),
            _cache_whole,
            _cache_done,
            "cache",
        ),
        Operation(
            "import",
            _source(address),
            lambda _: ("import", "letters", *at_hand, "--file", "houses.csv"),
            _import_whole,
            _import_done,
            "data/sources",
        ),
        Operation("link", _before_link, lambda _: _LINK, _link_whole, _link_done, "out"),
    ]
