"""OpenRefine, which reconciles the names of a table by a service that it is told of: `python refine.py ADDRESS QUERY`.

It runs without its window and is asked as its page asks it, by HTTP on loopback.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from clients.python.told import told

NAMES = Path(__file__).with_name("names.csv")  # names, where they are, and what they mean; no id: nothing we have
PATIENCE = 60  # seconds until it has started, or has done what it was told
PAUSE = 0.1
Json = dict[str, Any]


class Refine:
    """A running OpenRefine, and what it does with one table and one service."""

    def __init__(self, port: int, service: str) -> None:
        self._commands, self._session = f"http://127.0.0.1:{port}/command/core/", requests.Session()
        self._address, self._project = service, ""
        self.version = str(until(lambda: self._get("get-version"))["version"])
        manifest = requests.get(service, timeout=PATIENCE).json()
        self._service = {name: manifest[name] for name in ("identifierSpace", "schemaSpace")}

    def create(self) -> str:
        """Make a project of the table, and say which columns it has."""
        with NAMES.open("rb") as file:
            files = {"project-file": (NAMES.name, file, "text/csv")}
            form = {"project-name": NAMES.stem, "format": "text/line-based/*sv", "options": '{"separator": ","}'}
            made = self._post("create-project-from-upload", form, self._token(), files)
        self._project = made.url.rpartition("project=")[2]
        columns = self._get("get-models")["columnModel"]["columns"]
        return ", ".join(column["name"] for column in columns)

    def guess(self) -> str:
        """Say of which type the names are thought to be."""
        guessed = self._post("guess-types-of-column", {"columnName": "name", "service": self._address}).json()
        return str(guessed["types"][0]["id"])

    def reconcile(self) -> str:
        """Reconcile the names, with the countries as evidence, and say how many are matched, and rightly."""
        country = {"column": "country", "propertyName": "Country", "propertyID": "country"}
        config = {
            "mode": "standard-service",
            "service": self._address,
            **self._service,
            "type": {"id": "City", "name": "City"},
            "autoMatch": True,
            "columnDetails": [country],
        }
        self._do("reconcile", {"columnName": "name", "config": json.dumps(config)})
        rows = list(self._rows())
        right = sum(row["id"] == row["match"] for row in rows if row["id"])
        left = sum(row["match"] is None for row in rows if not row["id"])
        return f"{right} rightly matched, {left} without a match, of {len(rows)}"

    def extend(self) -> str:
        """Fetch the countries and Wikidata's items of what was matched, and say what stands in the first row then."""
        properties = [{"id": name, "name": name} for name in ("country", "wikidata")]
        extension = {"baseColumnName": "name", "endpoint": self._address, "columnInsertIndex": 1, **self._service}
        self._do("extend-data", {**extension, "extension": json.dumps({"properties": properties})})
        first = next(self._rows())
        return ", ".join(str(value) for value in first.values())

    def _rows(self) -> Iterator[Json]:
        """Yield the rows: by column the cell's value, and what the name was matched with."""
        columns = {column["name"]: column["cellIndex"] for column in self._get("get-models")["columnModel"]["columns"]}
        found = self._post("get-rows", {"limit": 100, "engine": ENGINE}).json()
        for row in found["rows"]:
            cells = {name: row["cells"][place] or {} for name, place in columns.items()}
            judged = found["pool"]["recons"][str(cells["name"]["r"])]
            values = {name: cell.get("v") for name, cell in cells.items()}
            yield values | {"match": judged["m"]["id"] if judged["j"] == "matched" else None}

    def _do(self, command: str, form: Json) -> None:
        """Let it do something with all rows, and wait until that is done."""
        said = self._post(command, {**form, "engine": ENGINE}).json()
        assert said["code"] in ("ok", "pending"), said
        until(lambda: not self._get("get-processes")["processes"])
        assert not self._get("get-processes").get("exceptions")

    def _token(self) -> Json:
        return {"csrf_token": self._get("get-csrf-token")["token"]}

    def _get(self, command: str) -> Any:
        parameters = {"project": self._project} if self._project else {}
        return self._session.get(self._commands + command, params=parameters, timeout=PATIENCE).json()

    def _post(self, command: str, form: Json, parameters: Json | None = None, files: Any = None) -> requests.Response:
        form, parameters = {**form, **self._token()}, parameters or {"project": self._project}
        address = self._commands + command
        answer = self._session.post(address, params=parameters, data=form, files=files, timeout=PATIENCE)
        answer.raise_for_status()
        return answer


ENGINE = json.dumps({"facets": [], "mode": "row-based"})


def until(question: Any) -> Any:
    """Return the first answer that is one; TimeoutError if there is none after a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(requests.ConnectionError):
            if answer := question():
                return answer
        time.sleep(PAUSE)
    raise TimeoutError(f"none after {PATIENCE} s")


@contextmanager
def running(service: str) -> Iterator[Refine]:
    """Run OpenRefine until the block ends, with what it keeps in a folder that is gone then."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with TemporaryDirectory() as folder:
        options = ("-i", "127.0.0.1", "-p", port, "-d", folder, "-m", "512M", "-x", "refine.headless=true")
        command = ["openrefine", *map(str, options)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield Refine(port, service)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE)
            until(lambda: ended(process.pid))  # the command is a script that has started Java


def ended(group: int) -> bool:
    """Tell whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


if __name__ == "__main__":
    with running(sys.argv[1] + "reconcile") as refine:
        told("version", lambda: refine.version)
        told("a table becomes a project with the columns", refine.create)
        told("the type that the names are thought to be of", refine.guess)
        told("20 names are reconciled, with their countries", refine.reconcile)
        told("values are fetched of what was matched", refine.extend)
