"""Installs what tests use from npm: `python tests/install.py tests/ldes`; `make test` runs it for each such folder.

npm installs exactly what the folder's package-lock.json names into its node_modules/, which git does not keep.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from editor.assets import npm, run  # the editor comes from npm in the same way


def main() -> None:
    """Install what is locked in the folders that are named; ends the program if npm or pip cannot bring it."""
    for folder in (Path(name).resolve() for name in sys.argv[1:]):
        run(*npm(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)


if __name__ == "__main__":
    main()
