"""The releases before one, as far as they are kept, and whether anything of what is served has changed."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from interurban.errors import ReleaseError
from interurban.release.folder import CURRENT, MANIFEST, Release, open_release, verified


def history(first: Release, most: int, tell: Callable[[ReleaseError], None]) -> list[Release]:
    """Return a release, verified now, and those before it, newest first, as far as they are kept, `most` at most.

    Raises ReleaseError as `current` does. What is wrong with an older one is told, and the history begins after it: the
    current release does not depend on it.
    """
    root, found = first.folder.parent, [verified(first)]
    while len(found) < most and (previous := found[-1].previous) and (root / previous).exists():
        try:
            found.append(open_release(root / previous))
        except ReleaseError as error:
            tell(error)
            break
    return found


def state(root: Path) -> object:
    """Return what changes when there is something else to serve: another current release, or one that was rewritten.

    A folder that is complete and not yet current changes nothing: it is not part of the history.
    """
    found = list[tuple[str, int, int]]()
    with suppress(OSError):  # it is being replaced, which the next look will find, or the history ends here
        version: str | None = str((root / CURRENT).readlink())
        while version and version not in {name for name, _, _ in found}:
            manifest = root / version / MANIFEST
            status = manifest.stat()
            found.append((version, status.st_mtime_ns, status.st_ino))
            version = _previous(manifest, status.st_mtime_ns, status.st_ino)
    return found


@lru_cache(maxsize=256)  # it is asked several times a second
def _previous(manifest: Path, _changed: int, _inode: int) -> str | None:
    with suppress(ValueError, AttributeError):  # what is wrong with it is told by who opens it
        previous = json.loads(manifest.read_bytes()).get("previous")
        return previous if isinstance(previous, str) else None
    return None
