"""Writing, opening and verifying release folders.

A release is named by its content: the version is the beginning of a hash over its files, so the same inputs make the
same folder, and a folder that exists is never written again. `current` is a symbolic link to the one that is served;
it is replaced in one step, after the folder is complete. Each release knows the one before it, so that those that are
kept make a history.
"""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from interurban.errors import ReleaseError, ReleaseFileError, relative
from interurban.files import exchange
from interurban.messages import say
from interurban.release.files import VerifiedFiles
from interurban.release.making import Made, write

MANIFEST = "manifest.json"
DATASET = "dataset.nq"
INDEX = "dataset.index"  # where in the dataset what is said (lookup.py)
LISTS = "dataset.lists"  # what of it is long (lists.py)
TERMS, QUADS = "columns/terms.parquet", "columns/quads.parquet"  # the dataset as numbers (columns.py)
QUERIES = "queries"
MODULES = "ontology"
SHAPES = "views/shapes.nt"
ENTITIES = "entities.json"
PAGES = "pages.sqlite"  # what long pages read (pages.py)
SEARCH = "search.sqlite"  # what can be found by a name (search.py)
MEANINGS = "reconciliation/meanings.sqlite"  # what a name can mean (meanings.py)
CURRENT = "current"
_UNFINISHED = ".unfinished-"
_LOCK = ".lock"
_OF_NAME = ("version", "rewritten")  # in the manifest, and not under the sum that is the name
_KEPT = (
    DATASET,
    INDEX,
    LISTS,
    ENTITIES,
    PAGES,
    SEARCH,
    MEANINGS,
    f"{MODULES}/",
    "views/",
)  # what is read again of what is served, however old

Content = Mapping[str, bytes | Made]  # path -> what is there


@dataclass(frozen=True)
class Release:
    """An opened release. `manifest` is the parsed manifest.json.

    It has version, base, dataset_hash, counts and files (path -> sha256, bytes); `published`, the instant from which it
    counts (ISO 8601, UTC, an input of the build); `previous`, the version before it, or None; `deleted`, the IRIs of
    the entities that had been in that one; `gone`, those of any before, and since when each was not there. `rewritten`:
    what its name would be since something was erased from it.
    """

    folder: Path
    manifest: dict[str, Any]
    files: VerifiedFiles = field(compare=False, repr=False)

    @property
    def version(self) -> str:
        """The release's name."""
        return str(self.manifest["version"])

    @property
    def base(self) -> str:
        """The base IRI it was built with."""
        return str(self.manifest["base"])

    @property
    def published(self) -> str:
        """The instant from which it counts, as in 2026-11-22T00:00:00Z."""
        return str(self.manifest["published"])

    @property
    def previous(self) -> str | None:
        """The version of the release before it, None if it is the first."""
        found: str | None = self.manifest.get("previous")
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says beside its name and the files."""
        return {name: value for name, value in self.manifest.items() if name not in (*_OF_NAME, "files")}

    @property
    def dataset(self) -> Path:
        """The whole dataset as canonical N-Quads, where it was written."""
        return self.folder / DATASET

    @property
    def queries(self) -> Path:
        """The folder of the saved questions."""
        return self.folder / QUERIES

    def open(self, path: str) -> BinaryIO:
        """Return one of its files as it was published, open for reading; ReleaseFileError if that is not there now."""
        return self.files.open(path)

    def read(self, path: str) -> bytes:
        """Return the content of one of its files; raises as `open` does."""
        with self.open(path) as file:
            return file.read()


def counts(believed: int, named: Mapping[str, int], types: Iterable[ox.Quad]) -> dict[str, object]:
    """Return what a manifest says of a dataset's size.

    believed: statements of the default graph; named: those of each named graph; types: those that say what is what.
    """
    classes = Counter(q.object.value for q in types if isinstance(q.object, ox.NamedNode))
    return {
        "default_graph": believed,
        "named_graphs": dict(sorted(named.items())),
        "classes": dict(sorted(classes.items())),
    }


def version_of(files: Content, facts: Mapping[str, object]) -> str:
    """Return the name that a release with these files and facts has: what it is, not when or where it was made."""
    return _content(files, facts)[0]


@contextmanager
def workshop(root: Path) -> Iterator[Path]:
    """Yield a folder for files on their way into a release below `root`; what is left of it `writing` clears."""
    folder = Path(tempfile.mkdtemp(dir=root, prefix=_UNFINISHED))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Let nobody else write in a folder of releases, and clear first what somebody who was killed has left there.

    Raises ReleaseError if somebody is writing.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel unlocks it, whatever ends this process
        except BlockingIOError as error:
            raise ReleaseError(say("release-busy", root=relative(root))) from error
        for left in root.glob(f"{_UNFINISHED}*"):
            for moved in left.glob(f"*/{MANIFEST}"):  # to be replaced by what did not come
                if not (root / moved.parent.name).exists():
                    moved.parent.rename(root / moved.parent.name)
            shutil.rmtree(left)
        yield


def publish(root: Path, files: Content, facts: Mapping[str, object]) -> Release:
    """Write `files` (path -> content) as a release under `root`, make it the current one, and return it.

    What is made already, in a `workshop`, is linked and not written again.
    `facts` go into the manifest beside the version and the files' sums. Nothing is left behind if writing fails.
    """
    version, content = _content(files, facts)
    folder = root / version
    if not folder.exists():
        with _unfinished(root, files, {"version": version} | content) as unfinished:
            unfinished.rename(folder)
    release = open_release(folder)
    _point(root, version)
    return release


def replace_release(root: Path, version: str, files: Content, facts: Mapping[str, object]) -> None:
    """Write a release anew under its old name, in one step: for what must not be there any more, and nothing else."""
    rewritten, content = _content(files, facts)
    with _unfinished(root, files, {"version": version, "rewritten": rewritten} | content) as unfinished:
        exchange(unfinished, root / version)


def current(root: Path) -> Release:
    """Return the release that is to be served; ReleaseError if there is none or it is damaged."""
    return verified(unverified_current(root))


def unverified_current(root: Path) -> Release:
    """Return the same without verifying its files; ReleaseError if there is none or its manifest is damaged."""
    if not (root / CURRENT).exists():
        raise ReleaseError(say("release-none", root=relative(root)))
    return _unverified((root / CURRENT).resolve())


def open_release(folder: Path) -> Release:
    """Return the release in `folder` after verifying every file; ReleaseError names each one that is not as written.

    The manifest has the sums of the files, and its own is the release's name.
    """
    return verified(_unverified(folder))


def verified(release: Release) -> Release:
    """Return a release after verifying every file; ReleaseError names each one that is not as written."""
    damaged = [path for path in release.manifest["files"] if not _is_there(release.files, path)]
    if damaged:
        raise ReleaseError(say("release-damaged", folder=relative(release.folder), files=", ".join(damaged)))
    return release


def _unverified(folder: Path) -> Release:
    try:
        written = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).is_file() else b""
        manifest = json.loads(written)
        content = {name: value for name, value in manifest.items() if name not in _OF_NAME}
        sums = {path: entry["sha256"] for path, entry in manifest["files"].items()}
        same = folder.name == manifest["version"] and _name(content) == manifest.get("rewritten", folder.name)
        files = VerifiedFiles(folder, sums, [path for path in sums if path.startswith(_KEPT)])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ReleaseError(say("release-manifest", folder=relative(folder))) from error
    if not same or _as_written(manifest) != written:
        raise ReleaseError(say("release-altered", folder=relative(folder)))
    return Release(folder, manifest, files)


def _is_there(files: VerifiedFiles, path: str) -> bool:
    with suppress(ReleaseFileError), files.open(path):
        return True
    return False


def _content(files: Content, facts: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Return a release's version, and what its manifest says besides."""
    sums = {
        path: {"sha256": data.sha256, "bytes": data.size}
        if isinstance(data, Made)
        else {"sha256": _sha256(data), "bytes": len(data)}
        for path, data in sorted(files.items())
    }
    content = dict(sorted(facts.items())) | {"files": sums}
    return _name(content), content


def _name(content: Mapping[str, object]) -> str:
    return _sha256(json.dumps(content, sort_keys=True).encode())[:12]


def _as_written(manifest: Mapping[str, object]) -> bytes:
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _point(root: Path, version: str) -> None:
    """Make `current` the release `version`, in one step."""
    if (root / CURRENT).is_symlink() and (root / CURRENT).readlink() == Path(version):
        return
    link = Path(tempfile.mkdtemp(dir=root, prefix=_UNFINISHED))
    try:
        (link / CURRENT).symlink_to(version)
        (link / CURRENT).rename(root / CURRENT)
    finally:
        shutil.rmtree(link, ignore_errors=True)


@contextmanager
def _unfinished(root: Path, files: Content, manifest: Mapping[str, object]) -> Iterator[Path]:
    """Yield a folder with these files, for the caller to give its name; nothing is left of it if that fails."""
    root.mkdir(parents=True, exist_ok=True)
    with workshop(root) as unfinished:
        for path, data in files.items():
            (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
            write(unfinished / path, data)
        write(unfinished / MANIFEST, _as_written(manifest))
        unfinished.chmod(0o755)  # mkdtemp makes it private; a release is for everyone to read
        yield unfinished


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
