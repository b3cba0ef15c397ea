"""A file of SQLite in a release, opened where it lies and only to be read (https://www.sqlite.org/uri.html)."""

import sqlite3

from interurban.release.folder import Release

_CACHE = 8192  # KiB that a connection keeps of it


def opened(release: Release, path: str) -> sqlite3.Connection:
    """Return a connection to a file as it was verified; ReleaseFileError if it is not there now.

    It is for one thread at a time. What becomes of the path afterwards does not matter.
    """
    with release.open(path) as file:  # its own file, whatever is at its path
        address = f"file:/proc/self/fd/{file.fileno()}?mode=ro&immutable=1"
        try:
            database = sqlite3.connect(address, uri=True, check_same_thread=False)
            database.execute("SELECT 1 FROM sqlite_schema").fetchone()  # so that it is open when this file is closed
        except sqlite3.OperationalError:  # it is kept open here, and has no path any more by which to open it
            database = sqlite3.connect(":memory:", check_same_thread=False)
            database.deserialize(file.read())
    database.execute(f"PRAGMA cache_size = -{_CACHE}")
    return database
