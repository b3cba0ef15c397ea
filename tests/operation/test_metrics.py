"""What Prometheus is told: over all processes, and whatever becomes of them."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engine.house import descendants, wait_until
from operation.listening import Scraped, counted
from serving import Served, free_port, interurban, serving
from web.chain import Chain, chain

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?a) < STR(?l)) }"
House = tuple[httpx.Client, Scraped, Served, Chain]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = chain(tmp_path, 1)
    options = ("--web-processes", 2, "--query-workers", 1, "--query-seconds", 1)
    with counted(tmp_path, made.port, *options) as (client, told, server):
        yield client, told, server, made


def pids(server: Served, name: str) -> set[int]:
    return {p.pid for p in descendants(server.process.pid) if p.name == name and p.state != "Z"}


def test_every_request_is_counted_whichever_process_answers(house: House) -> None:
    _, told, server, _ = house
    for _ in range(40):  # each on a connection of its own, so that both processes get some
        assert httpx.get(f"{server.address}doc/city/it-fonte.ttl").status_code == 200
    assert httpx.get(f"{server.address}nowhere").status_code == 404
    told.wait("interurban_http_requests_total", lambda n: n == 40, route="things", status="200")
    told.wait("interurban_http_requests_total", lambda n: n == 1, route="none", status="404")
    assert told.value("interurban_http_request_duration_seconds_count", route="things") == 40
    assert told.value("interurban_http_request_duration_seconds_bucket", route="things", le="+Inf") == 40
    assert told.value("interurban_http_request_duration_seconds_sum", route="things") > 0
    told.wait("interurban_cache_hits_total", lambda n: n >= 30)  # made once in each process
    told.wait("interurban_cache_misses_total", lambda n: 1 <= n <= 2)


def test_what_is_counted_stays_when_processes_are_killed_and_releases_change(house: House) -> None:
    client, told, server, made = house
    assert client.get("doc/city/it-fonte.ttl").status_code == 200
    told.wait("interurban_http_requests_total", lambda n: n == 1, route="things")
    (before,) = pids(server, "generation")
    for web in pids(server, "web-process"):
        os.kill(web, signal.SIGKILL)
    told.wait("interurban_web_processes_ended_total", lambda n: n == 2)
    assert told.value("interurban_http_requests_total", route="things") == 1
    made.grow()
    wait_until(lambda: pids(server, "generation") and before not in pids(server, "generation"), "it has gone over")
    assert httpx.get(f"{server.address}doc/city/it-fonte.ttl").status_code == 200
    told.wait("interurban_http_requests_total", lambda n: n == 2, route="things")
    assert told.value("interurban_web_processes_ended_total") == 2
    told.wait("interurban_release_info", lambda n: n == 1)
    assert told.value("interurban_release_info", version=made.versions[1]) == 1
    published = told.value("interurban_release_published_timestamp_seconds", version=made.versions[1])
    assert published == 1795132800  # 2026-11-20


def test_queries_are_counted_while_they_run_and_by_how_they_ended(house: House) -> None:
    _, told, server, _ = house
    with socket.create_connection(("127.0.0.1", int(server.address.rsplit(":", 1)[1].strip("/")))) as asking:
        query = httpx.QueryParams(query=ENDLESS)
        asking.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        told.wait("interurban_queries_running", lambda n: n == 1)
        assert asking.recv(100).startswith(b"HTTP/1.1 504")
    told.wait("interurban_query_workers_ended_total", lambda n: n == 1, cause="time")
    told.wait("interurban_http_requests_total", lambda n: n == 1, route="sparql", status="504")
    told.wait("interurban_queries_running", lambda n: n == 0)


def test_what_is_not_read_is_counted_too(house: House) -> None:
    _, told, server, _ = house
    for head in (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40_000, b"nonsense\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", int(server.address.rsplit(":", 1)[1].strip("/")))) as asking:
            asking.sendall(head)
            assert asking.recv(100)
    told.wait("interurban_http_requests_total", lambda n: n == 1, route="refused", status="431")
    told.wait("interurban_http_requests_total", lambda n: n == 1, route="refused", status="400")


def test_processes_are_told_with_memory_and_descriptors(house: House) -> None:
    _, told, server, _ = house
    told.wait("interurban_ready", lambda n: n == 1)
    for name, number in (("keeper", 1), ("generation", 1), ("web-process", 2), ("query-worker", 1), ("metrics", 1)):
        assert told.value("interurban_processes", name=name) == number
        shared, added = (
            told.value(f"interurban_{kind}", name=name) for kind in ("memory_bytes", "resident_memory_bytes")
        )
        assert 2**20 < shared <= added
        assert told.value("interurban_open_fds", name=name) > 2
    told.wait("interurban_http_connections", lambda n: n == 0)
    assert len(descendants(server.process.pid)) == 5


def test_who_tells_it_is_started_again(house: House) -> None:
    _, told, server, _ = house
    (metrics,) = pids(server, "metrics")
    os.kill(metrics, signal.SIGKILL)
    wait_until(lambda: pids(server, "metrics") - {metrics}, "there is another one")
    assert told.value("interurban_processes", name="metrics") == 1


def test_every_family_says_what_it_is(house: House) -> None:
    _, told, _, _ = house
    families = told.families()
    assert len(families) > 15
    assert all(family.documentation and family.type != "unknown" for family in families.values())
    assert all(name.startswith("interurban_") for name in families)


def test_nothing_listens_unless_it_is_asked_for_and_what_is_taken_is_told(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with serving(tmp_path, port=made.port) as server:
        assert pids(server, "metrics") == set()
        port = free_port()
        address = f"127.0.0.1:{made.port}"
        refused = interurban("serve", "--releases", tmp_path, "--port", port, "--metrics", address)
    assert refused.returncode == 1
    assert str(made.port) in refused.stderr
