"""Counts by class of attacks how many were tried and how many were survived: the tests that `classes.toml` names.

    python tests/hostile/tally.py [options of pytest]

The status is 0 if there was something to try of each class, and all of it was survived.
"""

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLASSES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "classes.toml").read_text(encoding="utf-8"))


def class_of(name: str) -> str | None:
    """Return the class that a test belongs to, by the name that pytest gives it."""
    found = (kind for kind, of in CLASSES.items() if any(re.search(pattern, name) for pattern in of["tests"]))
    return next(found, None)


class Tally:
    """A plugin of pytest."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep only what is an attack."""
        items[:] = [item for item in items if class_of(item.nodeid)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test: what fails before or after itself is not survived either."""
        kind = class_of(report.nodeid) or ""
        said = dict(report.user_properties).get("tried")
        many = said if isinstance(said, int) else 1
        if report.skipped:
            self.skipped[kind] += 1
        elif report.when == "call" or report.failed:
            self.tried[kind] += many
            self.survived[kind] += many * report.passed

    def rows(self) -> list[tuple[object, ...]]:
        """Return the table."""
        rows = [
            (kind, self.tried[kind], self.survived[kind], self.skipped[kind], of["happens"])
            for kind, of in CLASSES.items()
        ]
        return [*rows, ("all", self.tried.total(), self.survived.total(), self.skipped.total(), "")]

    def all_survived(self) -> bool:
        """Tell whether nothing was lost, and no class went untried."""
        return self.tried == self.survived and all(self.tried[kind] for kind in CLASSES)


def main() -> int:
    """Run the tests and print the table."""
    tally = Tally()
    status = pytest.main(["-q", str(HERE.parent), *sys.argv[1:]], plugins=[tally])
    print("\n| fault or attack | tried | survived | skipped | what happened |\n| --- | --: | --: | --: | --- |")
    for row in tally.rows():
        print("| " + " | ".join(map(str, row)) + " |")
    return int(status != 0 or not tally.all_survived())


if __name__ == "__main__":
    sys.exit(main())
