"""Whatever the served OpenAPI description allows is answered as it says, and whatever it forbids is refused."""

import os
import subprocess
import sys
from pathlib import Path

from serving import Served

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "3")  # of each kind, for each operation


def test_schemathesis_finds_nothing(served: Served, tmp_path: Path) -> None:
    asked = ["--config-file", str(CONFIGURATION), "run", f"{served.address}openapi.json", "--url", served.address[:-1]]
    bounds = ["--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--max-redirects", "0", "--no-color"]
    program = Path(sys.executable).with_name("schemathesis")
    # that a pattern of the description fits few random texts is no fault of it
    always = ["--seed", "16", "--generation-deterministic", "--suppress-health-check", "filter_too_much"]
    done = subprocess.run(
        [program, *asked, *bounds, *always], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:]
    assert "Fuzzing" in done.stdout
