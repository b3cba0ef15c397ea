"""Draws the outlines that maps have, from npm's world-atlas: `python maps/outlines.py`; `make outlines` runs it.

npm installs exactly what package-lock.json names (it checks the hashes) into a temporary folder; outlines.mjs draws
there what is kept in the package.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # run as a script

from editor.assets import npm, run  # noqa: E402  # the editor comes from npm in the same way

OUTLINES = HERE.parent / "server/interurban/pictures/outlines.json"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "outlines.mjs")


def main() -> None:
    """Write the outlines; ends the program if npm or pip cannot bring what is needed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(HERE / source, folder)
        program = npm(folder)
        node = program[0] if len(program) > 1 else "node"
        run(*program, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
        with OUTLINES.open("w", encoding="utf-8") as file:
            subprocess.run([node, "outlines.mjs"], cwd=folder, check=True, stdout=file)  # noqa: S603  # our own words only


if __name__ == "__main__":
    main()
