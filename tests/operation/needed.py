"""Programs that a test needs: without them it is skipped, and fails where nothing may be lacking (CI=true)."""

import os
import shutil

from browser import lacking


def program(name: str) -> str:
    """Return where a program is."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if not found:
        lacking(f"needs {name} (Debian has it)")
    return str(found)
