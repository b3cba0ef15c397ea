"""Installs the client of event streams that a test uses, from npm: `python tests/ldes/install.py`; `make test` runs it.

npm installs exactly what package-lock.json names into node_modules/ beside this file, which git does not keep.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # run as a script

from editor.assets import npm, run  # noqa: E402  # the editor comes from npm in the same way


def main() -> None:
    """Install the client; ends the program if npm or pip cannot bring what is needed."""
    run(*npm(HERE), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=HERE)


if __name__ == "__main__":
    main()
