"""Installs what tests use of others: `python tests/install.py tests/ldes`; `make test` runs it for each such folder.

npm installs exactly what the folder's package-lock.json names into its node_modules/, Maven what its pom.xml names into
its lib/; git keeps neither.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from editor.assets import npm, run  # the editor comes from npm in the same way


def main() -> None:
    """Install what is named in the folders that are named; ends the program if npm or Maven cannot bring it."""
    for folder in (Path(name).resolve() for name in sys.argv[1:]):
        if (folder / "pom.xml").exists():
            run("mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", folder=folder)
            continue
        run(*npm(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)


if __name__ == "__main__":
    main()
