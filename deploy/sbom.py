"""What is deployed, as a bill of materials (CycloneDX) and as a list of licences.

    python deploy/sbom.py FOLDER

Reads `deploy/requirements.lock` and what is installed here, which has to be those versions; writes
`interurban.cdx.json` and `licences.tsv` into the folder. The same installation makes the same bytes.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "deploy/requirements.lock"
_ENTRY = re.compile(r"^([\w.-]+)==(\S+)(?: ; [^\\\n]+)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
_SENTENCES = {"Permission is hereby granted, free of charge, to any person obtaining a copy of this software": "MIT"}
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def canonical(name: str) -> str:
    """Return a name as all its spellings are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, tuple[str, list[str]]]:
    """Return what the lock names: by canonical name the version, and the SHA-256 of each file that may be installed."""
    entries = _ENTRY.findall(LOCK.read_text(encoding="utf-8"))
    return {canonical(name): (version, _HASH.findall(hashes)) for name, version, hashes in entries}


def licence(name: str) -> str:
    """Return what a package says of its licence: an SPDX expression if it does, else its classifiers' or its text's."""
    told = distribution(name).metadata
    if "License-Expression" in told:
        return told["License-Expression"]
    names = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier", []) if c.startswith("License ::")]
    named = [each for each in names if each != "OSI Approved"]
    return ", ".join(named) or (told["License"].split("\n")[0] if "License" in told else _licence_of_text(name))


def _licence_of_text(name: str) -> str:
    """Return the licence whose text a package has, where that is one of those known here; "" otherwise."""
    files = [file for file in distribution(name).files or () if file.name.startswith("LICEN")]
    text = " ".join(" ".join(file.read_text() for file in files).split())
    return next((licence for sentence, licence in _SENTENCES.items() if sentence in text), "")


def bill() -> dict[str, Any]:
    """Return the bill; ValueError if what is installed is not what the lock says."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml")]
    options = ["--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON", sys.executable]
    whole: dict[str, Any] = json.loads(subprocess.run([*command, *options], capture_output=True, check=True).stdout)  # noqa: S603  # our own
    known, found = locked(), []
    for component in whole["components"]:
        name = canonical(component["name"])
        if name in known:
            version, hashes = known.pop(name)
            if component["version"] != version:
                raise ValueError(f"{name}: {component['version']} is installed, and {version} is locked")
            # each of the files that may be installed: for one or another kind of machine
            component["properties"] = [{"name": "cdx:pip:hash:sha256", "value": each} for each in hashes]
            component["purl"] = f"pkg:pypi/{name}@{version}"
            found.append(component)
    if known:
        raise ValueError(f"not installed: {', '.join(known)}")
    root, refs = whole["metadata"]["component"]["bom-ref"], {component["bom-ref"] for component in found}
    direct = {component["bom-ref"] for component in found if canonical(component["name"]) in _direct()}
    whole["components"] = found
    whole["dependencies"] = [
        _among(each, direct if each["ref"] == root else refs)
        for each in whole["dependencies"]
        if each["ref"] in refs | {root}
    ]
    return whole


def _direct() -> set[str]:
    """Return what the program itself asks for, without what only its tests do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonical(re.split(r"[^\w.-]", text, maxsplit=1)[0]) for text in project["dependencies"]}


def _among(dependency: dict[str, Any], refs: set[str]) -> dict[str, Any]:
    kept = [ref for ref in dependency.get("dependsOn", ()) if ref in refs]
    return {"ref": dependency["ref"], **({"dependsOn": kept} if kept else {})}


def licences() -> Iterator[str]:
    """Yield the lines of the list."""
    yield "package\tversion\tlicence\n"
    for name, (version, _) in sorted(locked().items()):
        yield f"{name}\t{version}\t{licence(name)}\n"


def main() -> int:
    """Write both; 1 if the bill is none by its schema."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(bill(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        print(wrong, file=sys.stderr)
        return 1
    (folder / "interurban.cdx.json").write_text(text, encoding="utf-8")
    (folder / "licences.tsv").write_text("".join(licences()), encoding="utf-8")
    print(f"sbom: {len(locked())} packages in {folder}/interurban.cdx.json, their licences in {folder}/licences.tsv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
