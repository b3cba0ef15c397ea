"""The processes live and die together."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.house import House, house, processes, wait_until
from engine.test_limits import SILENT, busy_with


def gone(pids: set[int]) -> bool:
    """Tell whether all have ended; who is left to reap an orphan is not ours to say."""
    found = processes()
    return all(pid not in found or found[pid].state in "ZX" for pid in pids)


def started(server: House) -> set[int]:
    server.ask("ASK {}")
    wait_until(lambda: len(server.children()) == 4, "all processes")
    return server.children()


def ended_in_order(server: House, children: set[int]) -> bool:
    """Tell whether the server ends, leaves nobody, not even a zombie, and says nothing."""
    ended_well = server.process.wait(20) == 0
    return ended_well and not children & processes().keys() and server.log.read_text() == ""


@pytest.mark.parametrize(
    "end",
    [
        lambda server: server.process.terminate(),
        lambda server: os.killpg(server.process.pid, signal.SIGINT),  # Ctrl-C
        lambda server: os.killpg(server.process.pid, signal.SIGTERM),
    ],
)
def test_an_end_that_is_asked_for_is_in_order(dataset: Path, end: Callable[[House], None]) -> None:
    with house(dataset, query_workers=2, web_processes=2) as server:
        children = started(server)
        end(server)
        assert ended_in_order(server, children)
        assert not list(server.scratch.iterdir())  # no files; and the web processes came to their own ends


def test_web_processes_finish_what_they_are_doing(dataset: Path) -> None:
    with house(dataset, query_workers=1, web_processes=1, query_seconds=60.0) as server:
        slow = server.begin("SELECT * { ?s ?p ?o }")
        head, children = slow.head(), server.children()
        os.killpg(server.process.pid, signal.SIGTERM)
        assert slow.rest(head).body.endswith(b"]}}")
        assert ended_in_order(server, children)
        assert not list(server.scratch.iterdir())


def test_what_does_not_finish_is_ended(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=2, query_seconds=60.0) as server:
        children = started(server)
        server.begin(SILENT)
        busy_with(server, 1)
        server.process.terminate()
        assert ended_in_order(server, children)


def test_nothing_outlives_a_killed_supervisor(dataset: Path) -> None:
    with house(dataset, query_workers=2, web_processes=2, query_seconds=60.0) as server:
        children = started(server)
        server.begin(SILENT)
        busy_with(server, 1)
        server.process.kill()
        wait_until(lambda: gone(children), "the end of all children")


@pytest.mark.parametrize("name", ["query-worker", "web-process"])
def test_whoever_dies_is_replaced(dataset: Path, name: str) -> None:
    with house(dataset, query_workers=2, web_processes=2) as server:
        started(server)
        before = server.children(name)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(server.children(name)) == 2 and not server.children(name) & before, "others")
        assert server.ask("ASK {}").body
        assert len(server.children()) == 4


def test_a_web_process_that_cannot_start_ends_the_server(dataset: Path) -> None:
    with house(dataset, broken=True, query_workers=2, web_processes=2) as server:
        assert server.process.wait(20) == 1
        assert "this web process cannot start" in server.log.read_text()
        assert "5 processes died as soon as they were started" in server.log.read_text()
        assert not server.children()


def test_queries_wait_for_the_store_and_nothing_else_does(dataset: Path, tmp_path: Path) -> None:
    slow = tmp_path / "dataset.nq"
    os.mkfifo(slow)  # who reads it waits until somebody writes
    with house(slow, alone=True, queue_seconds=0.1) as server:
        asked = server.begin("ASK { ?s ?p ?o }")
        wait_until(server.web_processes, "web processes")
        assert not server.workers()
        assert not asked.has_answered()
        slow.write_bytes(dataset.read_bytes())
        assert b"true" in asked.rest(asked.head()).body


def test_a_server_ends_in_order_while_its_store_is_filled(tmp_path: Path) -> None:
    slow = tmp_path / "dataset.nq"
    os.mkfifo(slow)
    with house(slow, alone=True) as server:
        wait_until(server.web_processes, "web processes")
        server.process.terminate()
        assert server.process.wait(10) == 0
        assert server.log.read_text() == ""
