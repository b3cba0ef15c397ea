"""Serving from a server to which the release was pushed: what its readers see, also when that server fails."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from engine.house import wait_until
from peers.between import Asked, Between
from peers.servers import Peer, oxigraph, virtuoso
from push.conftest import Releases
from serving import COMMAND, free_port, interurban

WORD = "SELECT ?word { ?s <http://e/word> ?word }"
EVERYTHING = "SELECT * { ?a <http://e/p> ?b . ?c <http://e/p> ?d }"


class Server:
    """A running server of ours, what it complains of, and a client."""

    def __init__(self, client: httpx.Client, log: Path) -> None:
        self.client, self._log = client, log

    def ask(self, query: str = WORD) -> httpx.Response:
        return self.client.get(
            "/sparql", params={"query": query}, headers={"accept": "text/csv, application/problem+json"}
        )

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")


@contextmanager
def serving(releases: Releases, endpoint: str, *options: object, **environment: str) -> Iterator[Server]:
    log = releases.folder.with_name("complaints")
    command = [*COMMAND, "serve", "--releases", releases.folder, "--port", releases.port, "--engine", "remote"]
    command += ["--endpoint", endpoint, "--web-processes", "1", *map(str, options)]
    with (
        log.open("wb") as complaints,
        subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=complaints, env=os.environ | environment
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{releases.port}", timeout=30) as client,
    ):
        try:
            assert process.stdout
            assert b"http://" in process.stdout.readline(), log.read_text()
            yield Server(client, log)
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0


def push(releases: Releases, peer: Peer, *more: object) -> None:
    done = interurban("push", "--releases", releases.folder, *peer.options, *more)
    assert done.returncode == 0, done.stderr


def test_what_is_there_is_told_from_files_and_from_the_server(releases: Releases, peer: Peer) -> None:
    push(releases, peer)
    with serving(releases, peer.endpoint) as server:
        assert server.ask().text.split() == ["word", "first"]
        graph = server.client.get(
            "/graph", params={"graph": f"http://127.0.0.1:{releases.port}/graph/one"}, headers={"accept": "text/turtle"}
        )
        assert "http://e/p" in graph.text
        assert server.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").text.split()[1:] == [
            f"http://127.0.0.1:{releases.port}/graph/one"  # as in the release, and nothing of ours
        ]


def test_nobody_is_answered_from_a_server_that_is_not_there_or_not_ready(releases: Releases, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    peer = Peer(f"{address}/query", f"{address}/store")
    (tmp_path / "peer").mkdir()
    with serving(releases, peer.endpoint) as server:

        def not_now() -> None:
            answer = server.ask()
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert "cannot answer from this release now" in answer.json()["detail"]
            assert server.ask("SELECT * {").status_code == 400  # what is wrong with a query is told all the same
            wait_until(lambda: ready(server) != "ready", "it is known")
            assert health(server)["release"] == releases.version  # documents are there

        not_now()
        with oxigraph(tmp_path / "peer", port):
            not_now()  # it runs, and is empty
            push(releases, peer)
            assert server.ask().text.split() == ["word", "first"]
            wait_until(lambda: ready(server) == "ready", "it is known")
        assert server.ask("ASK {}").status_code == 503
        with oxigraph(tmp_path / "peer", port):  # what was in memory is gone
            not_now()
            push(releases, peer)
            assert server.ask().status_code == 200
        said = server.said().splitlines()
    assert [line.partition(":")[0] for line in said] == ["no query can be answered", "queries are answered again"] * 2
    assert peer.endpoint in said[0]


def ready(server: Server) -> object:
    return server.client.get("/ready").json()["status"]


def health(server: Server) -> dict[str, object]:
    told: dict[str, object] = server.client.get("/health").json()
    return told


def test_another_release_is_not_taken_for_this_one(releases: Releases, peer: Peer) -> None:
    push(releases, peer)
    releases.publish("second", day=2)
    with serving(releases, peer.endpoint) as server:
        assert server.ask().status_code == 503
        assert f"does not hold all of release {releases.version}" in server.said()


def test_readers_go_over_to_a_new_release_in_one_step(releases: Releases, peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with oxigraph(tmp_path / "other") as other:
        two = Peer(f"{peer.endpoint},{other.endpoint}", f"{peer.graph_store},{other.graph_store}")
        push(releases, two)
        with serving(releases, two.endpoint) as server:
            assert server.ask().text.split()[1] == "first"
            elsewhere = Releases(tmp_path / "elsewhere")
            elsewhere.port = releases.port
            elsewhere.publish("second", day=2)
            push(elsewhere, two)  # the new one is there before anybody is answered from it
            assert server.ask().text.split()[1] == "first"
            releases.publish("second", day=2)
            seen: list[str] = []

            def gone_over() -> bool:
                answer = server.ask(f"{WORD} # {len(seen)}")
                assert answer.status_code == 200, answer.text
                seen.append(answer.text.split()[1])
                return seen[-1] == "second"

            wait_until(gone_over, "the new release")
            assert server.said() == ""
    assert set(seen) <= {"first", "second"}


def test_an_answer_that_breaks_off_never_looks_whole(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)
    with serving(releases, reached.endpoint) as server:
        way.cut = lambda asked: 200_000 if b"%3Fc" in asked.body else None
        many = f"{EVERYTHING} LIMIT 20000"
        with pytest.raises(httpx.RemoteProtocolError):
            server.ask(many)
        way.cut = lambda asked: 500 if b"%3Fc" in asked.body else None
        assert server.ask(many).status_code == 503  # nothing of it had been sent
        way.cut = lambda _: None
        assert len(server.ask(many).text.splitlines()) == 20_001


def test_what_was_removed_meanwhile_was_not_answered(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)

    def removed(asked: Asked) -> None:
        if b"e%2Fword" in asked.body:
            about = f"http://127.0.0.1:{releases.port}/push"
            httpx.post(peer.update, data={"update": f"DROP GRAPH <{about}>"}).raise_for_status()

    with serving(releases, reached.endpoint) as server:
        assert server.ask("ASK {}").status_code == 200
        way.refuse = removed
        assert server.ask().status_code == 503


SAID: list[tuple[int, dict[str, str], int, str | None]] = [
    (400, {}, 400, None),
    (401, {}, 503, "2"),
    (413, {}, 503, "2"),
    (500, {}, 503, "2"),
    (503, {"retry-after": "7"}, 503, "7"),
    (504, {}, 504, None),
    (200, {"content-type": "text/html"}, 503, "2"),
]


def test_what_the_server_says_becomes_what_a_reader_can_use(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)
    with serving(releases, reached.endpoint) as server:
        for status, fields, seen, after in SAID:
            said = (status, fields, "<secret>")
            way.refuse = lambda asked, said=said: said if b"e%2Fword" in asked.body else None  # type: ignore[misc]
            answer = server.ask()
            assert (answer.status_code, answer.headers.get("retry-after")) == (seen, after), status
            assert "<secret>" not in answer.text


def test_a_part_of_an_answer_is_not_taken_for_the_whole(releases: Releases, tmp_path: Path) -> None:
    releases.publish("short", blank=False)
    (tmp_path / "virtuoso").mkdir()
    with virtuoso(tmp_path / "virtuoso", rows=1000) as peer:
        done = interurban("push", "--releases", releases.folder, *peer.options, **peer.environment)
        assert done.returncode == 0, done.stderr
        # as somebody whom it knows, by digest authentication
        who = ("--user", peer.user)
        with serving(releases, f"{peer.endpoint}-auth", *who, **peer.environment) as server:
            some, more = (server.ask(f"SELECT * {{ ?s ?p ?o }} LIMIT {count}") for count in (900, 2000))
    assert (some.status_code, some.text.count("\n")) == (200, 901)
    assert (more.status_code, "a part only" in more.text) == (503, True)


def test_a_server_that_hangs_costs_a_query_its_time_and_no_more(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)
    with serving(releases, reached.endpoint, "--query-seconds", 1) as server:
        way.held.clear()
        assert server.ask().status_code == 504
        assert health(server)["release"] == releases.version
        way.held.set()
        assert server.ask().status_code == 200


def test_whoever_asks_much_of_a_slow_server_has_a_share_of_it(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)
    limits = ("--client-queries", 2, "--query-seconds", 3)
    with serving(releases, reached.endpoint, *limits) as server, ThreadPoolExecutor(6) as pool:
        assert server.ask("ASK {}").status_code == 200
        way.held.clear()
        answers = list(pool.map(lambda number: server.ask(f"{WORD} # {number}").status_code, range(6)))
    assert set(answers) == {429, 504}


def test_who_we_are_is_said_with_every_query(releases: Releases, peer: Peer, reached: Peer, way: Between) -> None:
    push(releases, peer)

    def guard(asked: Asked) -> tuple[int, dict[str, str], str] | None:
        known = asked.headers.get("authorization") == "Basic bWU6d29yZA=="
        return None if known else (401, {"www-authenticate": 'Basic realm="x"'}, "who are you?")

    way.refuse = guard
    with serving(releases, reached.endpoint, "--user", "me", INTERURBAN_SECRET="word") as server:  # noqa: S106
        assert [server.ask(f"{WORD} # {number}").status_code for number in range(3)] == [200] * 3
    with serving(releases, reached.endpoint, "--user", "me", INTERURBAN_SECRET="w0rd") as server:  # noqa: S106
        assert server.ask().status_code == 503
        assert "does not let us (401)" in server.said()
        assert "w0rd" not in server.said()


def test_only_queries_are_sent_and_only_what_was_read_as_one(
    releases: Releases, peer: Peer, reached: Peer, way: Between
) -> None:
    push(releases, peer)
    with serving(releases, reached.endpoint) as server:
        way.seen.clear()
        for text in (
            "DROP ALL",
            "SELECT * { SERVICE <http://127.0.0.1:1/> {} }",
            "INSERT DATA { <a:a> <a:b> 1 }",
            "nothing",
        ):
            assert server.ask(text).status_code == 400
        sent = [
            asked
            for asked in way.seen
            if asked.path != "/query" or b"%2FversionInfo" not in asked.body.replace(b"%23", b"%2F")
        ]
    assert sent == []
