"""Installs the clients, each from its registry into a folder that git does not keep."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
VENV = HERE.parents[1] / ".venv-clients"  # not among the tests, where what it holds would be taken for some of them
PYTHON = VENV / "bin/python"
_PIP = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", "requirements.txt")
# Folder, the list in it that says what to install, what that makes, and how. npm checks the hashes of its list.
_INSTALLED: tuple[tuple[str, str, str, tuple[Sequence[object], ...]], ...] = (
    ("java", "pom.xml", "lib", (("mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies"),)),
    ("node", "package-lock.json", "node_modules", (("npm", "ci", "--silent", "--ignore-scripts"),)),
    ("python", "requirements.txt", str(VENV), ((sys.executable, "-m", "venv", VENV), _PIP)),
)


def install() -> None:
    """Install what is not there, or older than its list, and compile; ends the program where that fails."""
    if missing := [name for name in ("java", "javac", "mvn", "node", "npm", "openrefine") if not shutil.which(name)]:
        needed = "Java 17, Maven, Node 20 and OpenRefine are needed"
        sys.exit(f"clients: this machine has no {', '.join(missing)}; {needed}")
    for folder, listed, made, commands in _INSTALLED:
        stamp = HERE / folder / made / ".installed"
        if not stamp.exists() or stamp.stat().st_mtime < (HERE / folder / listed).stat().st_mtime:
            print(f"clients: installing those in tests/clients/{folder}/{listed}", flush=True)
            shutil.rmtree(stamp.parent, ignore_errors=True)
            for command in commands:
                _run(HERE / folder, *command)
            stamp.touch()
    java = HERE / "java"
    _run(java, "javac", "-cp", "lib/*", "-d", "classes", *sorted(file.name for file in java.glob("*.java")))


def _run(folder: Path, *command: object) -> None:
    if status := subprocess.run([*map(str, command)], cwd=folder, check=False).returncode:
        sys.exit(f"clients: «{' '.join(map(str, command))}» in {folder.name}/ ended with status {status}")
