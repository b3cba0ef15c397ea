"""A release goes to another server: whole or not at all, and what is wrong is told."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from peers.between import Asked, Between
from peers.servers import SERVERS, Peer, oxigraph
from push.conftest import Releases
from serving import COMMAND, interurban

SMALL = ("--piece-megabytes", 1)


def push(releases: Releases, peer: Peer, *more: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return interurban("push", "--releases", releases.folder, *peer.options, *more, **peer.environment, **environment)


def ask(peer: Peer, query: str) -> str:
    answer = httpx.post(peer.endpoint, data={"query": query}, headers={"accept": "text/csv"}, timeout=30)
    return answer.raise_for_status().text


def written(way: Between) -> list[Asked]:
    """Return the requests that brought statements of the release, not what there is to know of it."""
    return [
        asked
        for asked in way.seen
        if asked.method == "POST" and "graph=" in asked.path and not asked.path.endswith("push")
    ]


@pytest.mark.parametrize("way", ["graph_store", "update"])
def test_a_release_is_there_afterwards_and_is_not_sent_again(releases: Releases, peer: Peer, way: str) -> None:
    by = Peer(peer.endpoint, **{way: getattr(peer, way)})
    first, again = push(releases, by), push(releases, by)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert f"release {releases.version} is at {peer.endpoint}: 3,002 statements" in first.stdout
    assert f"holds all of release {releases.version} already" in again.stdout
    assert ask(peer, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <http://e/p> ?o } }").split()[1] == "3001"


def test_whoever_is_killed_goes_on_where_it_was(releases: Releases, peer: Peer, reached: Peer, way: Between) -> None:
    releases.publish("large", more="".join(f'<http://e/s> <http://e/q{i}> "{"x" * 900}" .\n' for i in range(3000)))

    def third(asked: Asked) -> None:
        if len(written(way)) == 3:
            way.held.clear()

    way.refuse = third
    command = [*COMMAND, "push", "--releases", releases.folder, *reached.options, *SMALL]
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while way.held.is_set():
            assert process.poll() is None, process.communicate()[1]
        os.kill(process.pid, signal.SIGKILL)
    way.refuse = lambda _: None
    way.held.set()
    way.seen.clear()
    done = push(releases, reached, *SMALL)
    assert done.returncode == 0, done.stderr
    whole = len(written(way))
    assert 0 < whole < 4  # of four pieces and one with blank nodes, two at least were there
    assert ask(peer, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o FILTER ISBLANK(?s) } }").split()[1] == "1"


REFUSALS = {
    "unauthorized": (401, {"www-authenticate": 'Basic realm="x"'}, "does not let us (401)"),
    "forbidden": (403, {}, "does not let us (403)"),
    "too large": (413, {}, "--piece-megabytes"),
    "nowhere": (404, {}, "nothing of the kind (404)"),
    "elsewhere": (307, {"location": "http://127.0.0.1:1/"}, "sends us elsewhere (307)"),
    "broken": (500, {}, "the server says 500: out of order"),
    "busy": (503, {"retry-after": "1"}, "the server says 503"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_is_told_in_words_and_in_the_exit_status(
    releases: Releases, reached: Peer, way: Between, what: str
) -> None:
    status, fields, said = REFUSALS[what]
    way.refuse = lambda asked: (status, fields, "out of order") if "graph=" in asked.path else None
    done = push(releases, reached, "--user", "me", INTERURBAN_SECRET="not to be told")  # noqa: S106
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "not to be told" not in done.stdout + done.stderr


def test_a_server_that_says_nothing_is_not_waited_for(releases: Releases, reached: Peer, way: Between) -> None:
    way.held.clear()
    done = push(releases, reached, "--timeout", 1)
    assert (done.returncode, "has not answered in time" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "endpoint: the address"),
        (("--endpoint", "ftp://e/"), "not an absolute http(s) address"),
        (("--endpoint", "http://me:secret@e/"), "--secret-file"),
        (("--endpoint", "http://127.0.0.1:1/", "--graph-store", "http://e/,http://f/"), "2 addresses for 1"),
        (("--endpoint", "http://127.0.0.1:1/", "--graph-store", "http://127.0.0.1:1/"), "nobody answers there"),
        (("--endpoint", "http://127.0.0.1:1/"), "give --graph-store or --update"),
        (("--endpoint", "http://127.0.0.1:1/", "--user", "me"), "INTERURBAN_SECRET"),
        (("--endpoint", "http://127.0.0.1:1/", "--secret-file", "/nowhere"), "cannot be read"),
        (("--endpoint", "http://127.0.0.1:1/", "--secret-file", __file__), "has line breaks"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_sent(
    releases: Releases, options: tuple[str, ...], said: str
) -> None:
    done = interurban("push", "--releases", releases.folder, *options)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert "secret@" not in done.stderr


@pytest.mark.parametrize(
    ("user", "asked_for", "said"),
    [
        ("me", 'Basic realm="x"', "Basic bWU6d2/DtHJk"),
        ("me", 'Digest realm="x", nonce="n", qop="auth"', 'Digest username="me"'),
        ("", 'Bearer realm="x"', "Bearer word"),
    ],
)
def test_who_we_are_is_said_as_the_server_asks_for_it(
    releases: Releases, reached: Peer, way: Between, tmp_path: Path, user: str, asked_for: str, said: str
) -> None:
    secret = "woôrd" if asked_for.startswith("Basic") else "word"
    (tmp_path / "secret").write_text(f"{secret}\n", encoding="utf-8")

    def guard(asked: Asked) -> tuple[int, dict[str, str], str] | None:
        known = asked.headers.get("authorization", "").startswith(said)
        return None if known else (401, {"www-authenticate": asked_for}, "who are you?")

    way.refuse = guard
    who = ("--user", user) if user else ()
    done = push(releases, reached, *who, "--secret-file", tmp_path / "secret")
    assert done.returncode == 0, done.stderr


def test_what_got_lost_on_the_way_is_noticed(releases: Releases, peer: Peer, reached: Peer, way: Between) -> None:
    way.refuse = lambda asked: (204, {}, "") if b"id/2999" in asked.body and "graph=" in asked.path else None
    done = push(releases, reached)
    assert (done.returncode, "the server counts" in done.stderr) == (1, True), done.stderr
    assert "available" not in ask(peer, "SELECT ?p { GRAPH ?g { ?s ?p ?o FILTER STRENDS(STR(?g), '/push') } }")


def test_what_others_have_put_there_is_not_mixed_with_ours(releases: Releases, peer: Peer) -> None:
    graph = f"http://127.0.0.1:{releases.port}/graph/one"
    httpx.post(
        peer.update, data={"update": f"INSERT DATA {{ GRAPH <{graph}> {{ <a:a> <a:b> 1 }} }}"}
    ).raise_for_status()
    done = push(releases, peer)
    assert (done.returncode, graph in done.stderr) == (1, True)


def test_of_the_releases_before_as_many_stay_as_are_to_be_kept(releases: Releases, tmp_path: Path, peer: Peer) -> None:
    (tmp_path / "other").mkdir()
    with oxigraph(tmp_path / "other") as other:
        two = Peer(f"{peer.endpoint},{other.endpoint}", f"{peer.graph_store},{other.graph_store}")
        first = releases.version
        assert push(releases, two).returncode == 0
        releases.publish("second", day=2)
        second = releases.version
        assert push(releases, two).returncode == 0
        assert [there(place) for place in (peer, other)] == [first, second]
        releases.publish("third", day=3)
        assert push(releases, two).returncode == 0  # in place of the oldest
        assert [there(place) for place in (peer, other)] == [releases.version, second]
        releases.publish("fourth", day=4)
        full = push(releases, two, "--keep", 2)
        assert (full.returncode, "no place is free" in full.stderr) == (1, True)
        alone = push(releases, two, "--keep", 0)
        assert f"release {second} was removed" in alone.stdout or there(other) == releases.version
        assert sorted([there(peer), there(other)]) == ["", releases.version]


def there(peer: Peer) -> str:
    """Return which release a server says to hold."""
    found = ask(peer, "SELECT ?v { GRAPH ?g { ?r <http://www.w3.org/2002/07/owl#versionInfo> ?v } }").split()
    return "".join(found[1:])


@pytest.mark.parametrize(("server", "literal"), [("virtuoso", ("true", "boolean")), ("fuseki-tdb2", ("1", "decimal"))])
def test_a_server_that_changes_literals_is_taken_only_by_who_says_so(
    releases: Releases, tmp_path: Path, server: str, literal: tuple[str, str]
) -> None:
    said = f"<http://127.0.0.1:{releases.port}/id/0> <http://e/is>"
    releases.publish("literals", more=f'{said} "{literal[0]}"^^<http://www.w3.org/2001/XMLSchema#{literal[1]}> .\n')
    (tmp_path / server).mkdir()
    with SERVERS[server](tmp_path / server) as peer:
        refused, taken = push(releases, peer), push(releases, peer, "--other-literals")
    assert (refused.returncode, "--other-literals accepts that" in refused.stderr) == (1, True), refused.stderr
    assert (taken.returncode, "1 literal of those that were compared" in taken.stdout) == (0, True), taken.stderr
