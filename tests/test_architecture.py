"""The three walks of docs/architecture.md, walked: the functions they name run, and in this order."""

import hashlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

import interurban
from excerpt import data_without_lists
from interurban.resources import room
from serving import free_port

PACKAGE = Path(interurban.__file__).parent
TEXT = (room("data").parent / "docs/architecture.md").read_text(encoding="utf-8")
STOP = re.compile(r"^\d+\. `([\w/]+\.py)` `([\w.]+)`", re.MULTILINE)

# Runs the program with a list of the functions that it enters, each once, on standard error at its end.
TRACED = """
import sys, threading
from pathlib import Path
from interurban import __file__ as here
root, seen = str(Path(here).parent) + "/", {}

def note(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(root):
        seen.setdefault(code.co_filename.removeprefix(root) + " " + code.co_qualname)

threading.setprofile(note)
sys.setprofile(note)
{program}
sys.setprofile(None)
print(*seen, sep="\\n", file=sys.stderr)
"""
SERVE = """
import socket
from interurban.engine import load
from interurban.release import current
from interurban.settings import Settings
from interurban.web import LoadedRelease, serve_web

release = current(Path(sys.argv[1]))
with socket.create_server(("127.0.0.1", int(sys.argv[2]))) as listening:
    loaded = [LoadedRelease(release, load(release.dataset))]
    serve_web(listening, loaded, None, Settings(), lambda: print("answers", flush=True))
"""
BUILD = """
from dataclasses import replace

from interurban.build import Inputs, check, export
from interurban.iris import CANONICAL_BASE, Base

inputs = replace(Inputs.installed(), data=Path(sys.argv[2]))
export(check(inputs, Base(CANONICAL_BASE)), Path(sys.argv[1]))
"""


IMPORT = """
import argparse
from interurban.settings import Settings
from interurban.sources import import_tables

folder = Path(sys.argv[1])
given = argparse.Namespace(source="list", file=[folder / "list.csv"], cache=folder, json=False)
import_tables(given, folder / "data", Settings())
"""
SOURCE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
<graph/list> a <https://w3id.org/interurban/def/Source> ; dcat:distribution <graph/list#file> .
<graph/list#file> <http://purl.org/dc/terms/identifier> "listed" ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; spdx:checksum [
    spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{checksum}" ] .
"""


def stops(heading: str) -> list[tuple[str, str]]:
    """Return file and function of each stop of a walk."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    return STOP.findall(section)


def walked(walk: list[tuple[str, str]], said: str) -> list[tuple[str, str]]:
    """Return the stops in the order in which they were first passed."""
    return [stop for line in said.splitlines() if (stop := tuple(line.rpartition(" ")[::2])) in walk]


def test_a_request_becomes_an_answer(releases: Path) -> None:
    walk, port = stops("How a request becomes an answer"), free_port()
    command = [sys.executable, "-c", TRACED.replace("{program}", SERVE), str(releases), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "answers\n"
            answer = httpx.get(
                f"http://127.0.0.1:{port}/doc/city/it-modena", headers={"accept": "text/html"}, timeout=20
            )
            assert answer.status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=20)[1]
    assert 5 <= len(walk) <= 10
    assert walked(walk, said) == walk


def test_a_publishers_file_becomes_rows(tmp_path: Path) -> None:
    walk, source = stops("How a publisher's file becomes rows"), tmp_path / "data/sources/list"
    data_without_lists(tmp_path / "data")
    source.mkdir()
    (tmp_path / "list.csv").write_text("name\nJane\n")
    checksum = hashlib.sha256((tmp_path / "list.csv").read_bytes()).hexdigest()
    (source / "source.ttl").write_text(SOURCE.replace("{checksum}", checksum))
    (source / "import.sql").write_text("CREATE VIEW people AS SELECT origin, slug(name) AS slug, name FROM listed;")
    command = [sys.executable, "-c", TRACED.replace("{program}", IMPORT), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 5 <= len(walk) <= 10
    assert walked(walk, done.stderr) == walk


def test_a_row_becomes_a_statement(tmp_path: Path) -> None:
    walk, data = stops("How a row becomes a statement"), data_without_lists(tmp_path / "data")
    command = [sys.executable, "-c", TRACED.replace("{program}", BUILD), str(tmp_path / "releases"), str(data)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert 5 <= len(walk) <= 10
    assert walked(walk, built.stderr) == walk


def test_a_command_loads_only_its_part(tmp_path: Path) -> None:
    def loaded(*arguments: str) -> set[str]:
        command = [sys.executable, "-X", "importtime", "-m", "interurban", *arguments]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        return set(re.findall(r"^import time:.+\| +(\S+)$", told, re.MULTILINE))

    building = {"interurban.build", "interurban.link", "interurban.sources", "csvw", "duckdb", "pyshacl", "rdflib"}
    served = loaded("serve", "--releases", str(tmp_path))  # where there is none
    assert served & {"interurban.web", *building} == {"interurban.web"}
    assert loaded("push", "--help") & {"interurban.push", "interurban.web", *building} == {"interurban.push"}


def test_no_file_is_too_long_to_read() -> None:
    assert {path.name for path in PACKAGE.rglob("*.py") if len(path.read_text().splitlines()) > 300} == set()


def test_every_test_is_run() -> None:
    """A folder's name can make pytest pass over it."""
    tests = Path(__file__).parent
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-q"], cwd=tests.parent, capture_output=True, text=True
    ).stdout
    modules = {
        path.relative_to(tests.parent).as_posix()
        for path in tests.rglob("test_*.py")
        if "node_modules" not in path.parts
    }
    assert modules - {line.partition(":")[0] for line in found.splitlines()} == set()
