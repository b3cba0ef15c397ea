"""Asks strangers' clients about the served data, and holds what comes against what is right: `make clients`.

The data are built and served on loopback. questions.toml has the clients, what each is asked and what is right; each
client is a program that prints, for each question, a line: the question, a tab, what came. The table goes into
docs/clients.md. Exit status 1 if anything that came is not right.
"""

import csv
import io
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pyoxigraph as ox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))  # run as a script

from clients.install import PYTHON, install  # noqa: E402
from excerpt import excerpt  # noqa: E402
from linking.wikidata import inhabited, wikidata  # noqa: E402
from serving import free_port, interurban, serving  # noqa: E402

PAGE = ROOT / "docs/clients.md"
HEAD = "| client | version | what was asked | what came |"
LONGEST = 120  # seconds that one client may take for all its questions
# What runs a program: its folder, and the words before the program's name.
RUNNERS = {"java": ("java", "-cp", "classes:lib/*"), "node": ("node",), "python": (str(PYTHON),)}


@dataclass(frozen=True)
class Answered:
    """A row of the table."""

    client: str
    version: str
    asked: str
    came: str
    right: str

    def __str__(self) -> str:
        came = self.came if self.came == self.right else f"**{self.came}**, not {self.right}"
        return " | ".join(("", self.client, self.version, self.asked, came, "")).strip()


def main() -> None:
    """Install, build, serve, ask, and tell."""
    questions = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))
    install()
    with TemporaryDirectory() as name:
        releases, port = Path(name) / "releases", free_port()
        base = f"http://127.0.0.1:{port}/"
        data = excerpt(Path(name) / "data")
        built = interurban("build", "--data", data, "--releases", releases, "--base", base)
        if built.returncode:
            sys.exit(built.stderr)
        with serving(releases, port=port) as served, wikidata() as items:
            inhabited(items)
            right = what_is_right(questions, releases / "current", served.address)
            given = (served.address, questions["query"], items.address)
            rows = [row for client in questions["clients"] for row in ask(client, given, right)]
    table = "\n".join((HEAD, "|---|---|---|---|", *map(str, rows)))
    said = PAGE.read_text(encoding="utf-8").partition(HEAD)[0]  # what people wrote before the table
    PAGE.write_text(f"{said}{table}\n", encoding="utf-8")
    print(table)
    wrong = sum(row.came != row.right for row in rows)
    print(f"clients: {len(rows) - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)


def what_is_right(questions: Mapping[str, Any], release: Path, base: str) -> dict[str, str]:
    """Return by name what questions.toml asks of the release's files, and how much there is at an address or in one."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in questions["prefixes"].items())
    right = {}
    for file, queries in questions["right"].items():
        store = ox.Store()
        store.bulk_load(path=str(release / file))
        for name, query in queries.items():
            found = store.query(prefixes + query, base_iri=base)
            assert isinstance(found, ox.QuerySolutions)
            right[name] = next(found)["right"].value
    for name, path in questions["lines"].items():
        right[name] = str(httpx.get(base + path).raise_for_status().text.count("\n"))
    for name, path in questions["rows"].items():
        text = (release / path if path.startswith("dumps/") else ROOT / path).read_text(encoding="utf-8")
        right[name] = str(sum(1 for _ in csv.DictReader(io.StringIO(text))))
    return right


def ask(client: Mapping[str, Any], given: Sequence[str], right: Mapping[str, str]) -> Iterator[Answered]:
    """Yield what came of each question that a client was asked.

    given: the address of what is served, the query, and the address of an endpoint with Wikidata's data.
    """
    folder, program = client["program"].split()
    command = [*RUNNERS[folder], program, *given]
    ran = subprocess.run(
        command,
        cwd=HERE / folder,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    told = dict(line.split("\t", 1) for line in ran.stdout.splitlines() if "\t" in line)
    version = told.pop("version", "?")
    if ran.returncode or told.keys() != client["asked"].keys():
        print(ran.stderr, file=sys.stderr)
    for asked in client["asked"] | told:
        expected = client["asked"].get(asked, "a question of the table").format_map(right)
        yield Answered(client["name"], version, asked, told.get(asked, "nothing").replace(given[0], "/"), expected)


if __name__ == "__main__":
    main()
