"""A served house whose metrics and log a test reads."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from engine.house import wait_until
from serving import Served, free_port, serving
from web.chain import Chain


class Scraped:
    """What is told at an address, as Prometheus's own parser reads it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/metrics"

    def families(self) -> dict[str, Metric]:
        return {family.name: family for family in text_string_to_metric_families(self.text())}

    def text(self) -> str:
        return httpx.get(self.address, timeout=20).text

    def value(self, name: str, /, **labels: str) -> float:
        """Return the sum of the samples of that name that have these labels."""
        samples = [sample for family in self.families().values() for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def wait(self, name: str, right: Callable[[float], bool], /, **labels: str) -> None:
        wait_until(lambda: right(self.value(name, **labels)), f"{name} {labels}")


@contextmanager
def counted(releases: Path, port: int, *options: object) -> Iterator[tuple[httpx.Client, Scraped, Served]]:
    """Serve with metrics; yield a client, what is told of it, and the server."""
    metrics = free_port()
    with (
        serving(releases, "--metrics", f"127.0.0.1:{metrics}", *options, port=port) as server,
        httpx.Client(base_url=server.address, timeout=20) as client,
    ):
        yield client, Scraped(metrics), server


class Logged:
    """A served house that logs as JSON."""

    def __init__(self, server: Served, address: str) -> None:
        self.server, self.address = server, address
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.server.process.stdout
        for line in self.server.process.stdout:
            self._lines.put(line)

    def line(self) -> dict[str, Any]:
        """Return the next line."""
        told: dict[str, Any] = json.loads(self._lines.get(timeout=20))
        return told

    def line_of(self, path: str) -> dict[str, Any]:
        """Return the next line that tells of a request for a path."""
        while (told := self.line()).get("url.path") != path:
            pass
        return told


@contextmanager
def logged(made: Chain, *options: object) -> Iterator[Logged]:
    """Serve releases, and yield what is logged."""
    with serving(made.folder, "--log", "json", *options, port=made.port) as server:
        yield Logged(server, made.base)
