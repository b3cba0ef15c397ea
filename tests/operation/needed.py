"""Programs that a test needs: without them it is skipped, and fails where nothing may be lacking (CI=true)."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Return where a program is."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if not found:
        told = f"{name} is not installed; in Debian apt-get install has it"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    return str(found)
