"""Asks an index of advisories whether what is deployed is known to be vulnerable (pip-audit).

The status is 1 if anything is, or if only a part could be asked about. Where the index cannot be reached, that is said.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent / "requirements.lock"


def main() -> int:
    """Ask, and tell."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run([*command, "--requirement", str(LOCK)], capture_output=True, text=True, check=False)  # noqa: S603  # our own
    every = json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []
    asked = [each for each in every if "skip_reason" not in each]
    if not asked:
        print("audit: no index of advisories can be reached from here; nothing has been asked")
        return 0
    found = [(each["name"], vulnerability["id"]) for each in asked for vulnerability in each["vulns"]]
    unknown = [each["name"] for each in every if "skip_reason" in each]
    for name, identifier in found:
        print(f"audit: {name} has {identifier}", file=sys.stderr)
    for name in unknown:
        print(f"audit: {name} could not be asked about", file=sys.stderr)
    print(f"audit: {len(asked)} packages asked about, {len(found)} advisories")
    return int(bool(found or unknown))


if __name__ == "__main__":
    sys.exit(main())
