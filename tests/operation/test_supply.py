"""What the program is made of: told, locked, listed, and made twice with the same bytes."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from interurban.resources import room

ROOT = room("data").parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
LOCK = (ROOT / "deploy/requirements.lock").read_text(encoding="utf-8")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    return {canonical(Requirement(each).name) for each in requirements}


EXTRAS = ("html",)  # of rdflib, for which pyshacl asks
LOCKED = {canonical(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("## Deployed", named(PROJECT["dependencies"])),
        ("## For `interurban link`", named(PROJECT["optional-dependencies"]["link"])),
        ("## For tests and releases", named(PROJECT["optional-dependencies"]["dev"])),
    ],
)
def test_the_page_has_each_dependency_with_a_reason(heading: str, known: set[str]) -> None:
    part = PAGE.split(f"{heading}\n")[1].split("\n\n##")[0].split("\n\nThese bring")[0]
    told = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", part, re.MULTILINE))
    assert told.keys() == known
    assert all(len(reason) > 4 for reason in told.values())


def test_the_page_says_what_they_bring_along_and_by_which() -> None:
    part = PAGE.split("These bring along")[1].split("\n## ")[0]
    told = {name: set(by.split(", ")) for name, by in re.findall(r"^\| `([\w-]+)` \| (.+) \|$", part, re.MULTILINE)}
    brought: dict[str, set[str]] = {}
    for name in LOCKED:
        for each in map(Requirement, requires(name) or []):
            asked = each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *EXTRAS))
            if canonical(each.name) in LOCKED and asked:
                brought.setdefault(canonical(each.name), set()).add(name)
    direct = named(PROJECT["dependencies"])
    assert told == {name: brought[name] for name in LOCKED if name not in direct}


def test_what_is_locked_is_what_was_tested_each_file_by_its_hash_and_no_address() -> None:
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = {canonical(name): version for name, version in pins}
    assert {name: pinned.get(name) for name in LOCKED} == LOCKED
    assert named(PROJECT["dependencies"]) <= LOCKED.keys()
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert "://" not in LOCK
    assert "--find-links" not in LOCK


def test_the_bill_of_materials_is_valid_and_the_same_twice(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        made = [sys.executable, str(ROOT / "deploy/sbom.py"), str(tmp_path / folder)]
        subprocess.run(made, check=True, capture_output=True)
    text = (tmp_path / "one/interurban.cdx.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "two/interurban.cdx.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert {canonical(c["name"]): c["version"] for c in bill["components"]} == LOCKED
    assert bill["metadata"]["component"]["name"] == "interurban"
    roots = next(each for each in bill["dependencies"] if each["ref"] == "root-component")["dependsOn"]
    assert {canonical(ref.split("==")[0]) for ref in roots} == named(PROJECT["dependencies"])
    rows = (tmp_path / "one/licences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(rows) == len(LOCKED)
    assert all(row.split("\t")[2] for row in rows)
    assert not re.search(r"\bA?GPL|SSPL|proprietary", "\n".join(rows), re.IGNORECASE)


def test_a_wheel_is_made_twice_with_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for folder, mode in (("one", 0o755), ("two/deeper", 0o700)):
        tree = tmp_path / folder
        ignored = shutil.ignore_patterns(
            "node_modules", "__pycache__", "tests", "releases", "docs", ".*", "dist", "benchmarks"
        )
        shutil.copytree(ROOT, tree, ignore=ignored, copy_function=shutil.copyfile)  # times are new
        tree.chmod(mode)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist" / folder)]
        subprocess.run(build, cwd=tree, check=True, capture_output=True)
        (wheel,) = (tmp_path / "dist" / folder).glob("*.whl")
        sums.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert sums[0] == sums[1]
