"""A running server goes over to the release that becomes current, whatever it is doing, and back by one command."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from engine.house import descendants, processes, wait_until
from interurban.release import current, state
from serving import COMMAND, interurban, serving
from web.chain import Chain, believed, chain, client_of

# more rows than anybody's buffers hold
MANY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"


def release_of(client: httpx.Client) -> str:
    return str(client.get("/health").json()["release"])


def health_by(connection: socket.socket) -> bytes:
    """Ask for /health on a connection, and return the answer."""
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = b""
    while b"}" not in answer:
        answer += (data := connection.recv(65_536))
        assert data, "hung up without an answer"
    return answer


def test_what_has_begun_is_finished_with_the_release_it_began_with(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with (
        client_of(made, "--query-seconds", 60) as client,
        socket.create_connection(("127.0.0.1", made.port), timeout=20) as slow,
    ):
        slow.sendall(f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        beginning = slow.recv(1000)
        assert beginning.startswith(b"HTTP/1.1 200")
        made.grow()
        wait_until(lambda: release_of(client) == made.versions[1], "the new release is served")
        end = beginning
        while data := slow.recv(65_536):
            end = (end + data)[-100:]
        assert end.endswith(b"]}}\r\n0\r\n\r\n")
        names = client.get("/doc/network/rivers.nt").text
        assert ('"River Cities"@en' in names, '"Cities on Rivers"@en' in names) == (False, True)


def test_who_waits_for_a_worker_gets_one_though_another_release_is_served_already(tmp_path: Path) -> None:
    made, runaway = chain(tmp_path, 1), "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?h) }"
    one_by_one = ("--query-workers", 1, "--short-seconds", 60, "--query-seconds", 4, "--web-processes", 1)
    with client_of(made, *one_by_one) as client, ThreadPoolExecutor() as pool:

        def ask(query: str) -> int:
            return httpx.get(f"{made.base}sparql", params={"query": query}, timeout=60).status_code

        first = pool.submit(ask, runaway)
        wait_until(lambda: any(p.name == "query-worker" and p.state == "R" for p in processes().values()), "it runs")
        waiting = pool.submit(ask, "ASK {}")
        made.grow()
        wait_until(lambda: release_of(client) == made.versions[1], "the new release is served")
        assert (first.result(), waiting.result()) == (504, 200)  # its worker has died by then


def test_nobody_is_turned_away_while_it_goes_over(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with client_of(made) as client:
        made.grow()
        seen = []
        while made.versions[1] not in seen:
            answer = httpx.get(f"{made.base}doc/network/rivers.nt", timeout=20)
            assert answer.status_code == 200
            assert ('"Cities on Rivers"@en' in answer.text) != ('"River Cities"@en' in answer.text)
            seen.append(release_of(client))
        assert set(seen) <= set(made.versions)


def test_who_keeps_a_connection_is_answered_on_it_once_more_and_told_that_it_ends(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    kept: list[socket.socket] = []
    with client_of(made, "--web-processes", 1) as client, ExitStack() as open_until_here:
        for _ in range(20):
            kept.append(open_until_here.enter_context(socket.create_connection(("127.0.0.1", made.port), timeout=20)))
            assert b"connection: close" not in health_by(kept[-1]).lower()
        made.grow()
        wait_until(lambda: release_of(client) == made.versions[1], "the new release is served")
        while kept:  # one after the other, so that some are asked when all others have gone
            connection = kept.pop()
            answer = health_by(connection)
            assert b"connection: close" in answer.lower()
            assert made.versions[0].encode() in answer
            assert connection.recv(1) == b""


def test_whose_answer_had_begun_without_a_word_of_an_end_is_answered_on_that_connection_again(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with (
        client_of(made, "--query-seconds", 60) as client,
        socket.create_connection(("127.0.0.1", made.port), timeout=20) as slow,
    ):
        slow.sendall(f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        end = slow.recv(1000)
        assert b"connection: close" not in end.lower()
        made.grow()
        wait_until(lambda: release_of(client) == made.versions[1], "the new release is served")
        while not end.endswith(b"]}}\r\n0\r\n\r\n"):
            end += (data := slow.recv(65_536))
            assert data, "it broke off"
            end = end[-100:]
        answer = health_by(slow)
        assert b"connection: close" in answer.lower()
        assert slow.recv(1) == b""


def test_the_generation_before_ends(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with serving(made.folder, "--web-processes", 1, "--query-workers", 1, port=made.port) as server:
        before = {process.pid for process in descendants(server.process.pid)}
        made.grow()
        wait_until(
            lambda: not before & {process.pid for process in descendants(server.process.pid)}, "the old ones are gone"
        )
        assert httpx.get(f"{made.base}health").json()["release"] == made.versions[1]


def test_a_release_that_cannot_be_served_changes_nothing(tmp_path: Path) -> None:
    made, elsewhere = chain(tmp_path / "releases", 1), chain(tmp_path / "elsewhere", 2)
    said, broken = tmp_path / "said", elsewhere.releases[1]
    (broken.folder / "dataset.nq").write_bytes(b"")
    broken.folder.rename(made.folder / broken.version)
    (made.folder / "next").symlink_to(broken.version)
    command = [*COMMAND, "serve", "--releases", str(made.folder), "--port", str(made.port)]
    with said.open("wb") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            assert process.stdout
            assert made.versions[0] in process.stdout.readline()
            (made.folder / "next").rename(made.folder / "current")
            wait_until(lambda: "dataset.nq" in said.read_text(), "it is told")
            assert httpx.get(f"{made.base}health").json()["release"] == made.versions[0]
            made.grow()
            assert made.versions[1] in process.stdout.readline()  # a good one is served again
        finally:
            process.terminate()
    assert process.returncode == 0
    assert said.read_text().count("damaged") == 1


def test_what_is_not_yet_current_is_nothing_new(tmp_path: Path) -> None:
    made, elsewhere = chain(tmp_path / "releases", 2), chain(tmp_path / "elsewhere", 3)
    before = state(made.folder)
    coming = elsewhere.releases[2]
    coming.folder.rename(made.folder / coming.version)
    assert state(made.folder) == before
    (made.folder / "next").symlink_to(coming.version)
    (made.folder / "next").rename(made.folder / "current")
    assert state(made.folder) != before


def test_going_back_is_a_new_release_with_what_was(tmp_path: Path) -> None:
    made = chain(tmp_path, 2)
    with client_of(made) as client:
        went = interurban("switch", made.versions[0], "--releases", tmp_path)
        assert went.returncode == 0, went.stderr
        back = current(tmp_path)
        assert back.previous == made.versions[1]
        assert back.published > made.releases[1].published
        assert believed(back) == believed(made.releases[0])
        wait_until(lambda: release_of(client) == back.version, "it is served")
        assert "River Cities" in client.get("/doc/network/rivers.nt").text
        told = client.get(f"/changes/{back.version}/1.nt").text
        assert "River Cities" in told
        assert "activitystreams#Delete" in told  # of the network that only the second one knew


def test_going_back_to_what_is_not_there_is_refused(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    refused = interurban("switch", "nothing", "--releases", tmp_path)
    assert refused.returncode == 1
    assert made.versions[0] in refused.stderr
    assert current(tmp_path) == made.releases[0]


@dataclass
class Killing:
    """A server of which the generations are killed, as they would be where memory is short."""

    process: "subprocess.Popen[str]"
    said: Path
    spared: set[int]  # and those that have been killed

    def next(self) -> set[int]:
        """Return the generations that have come since."""
        ours = [p for p in processes().values() if p.parent == self.process.pid]  # its children bear its name at first
        return {p.pid for p in ours if p.name == "generation" and p.state != "Z"} - self.spared

    def kill_next(self) -> None:
        """Kill the next one as soon as it is there."""
        wait_until(self.next, "there is another one")
        (generation,) = self.next()
        os.kill(generation, signal.SIGKILL)
        self.spared.add(generation)

    def tells(self, version: str) -> bool:
        """Tell, when there is something to hear, whether it is that this release is served."""
        assert self.process.stdout
        return version in self.process.stdout.readline()


@contextmanager
def killing(made: Chain, said: Path) -> Iterator[Killing]:
    """Serve releases until the block ends; the server must then end in order."""
    command = [*COMMAND, "serve", "--releases", str(made.folder), "--port", str(made.port)]
    with said.open("wb") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            found = Killing(process, said, set())
            assert found.tells(made.versions[0])
            yield found
        finally:
            process.terminate()
    assert process.returncode == 0


@pytest.mark.parametrize("answered", [True, False])
def test_generations_that_are_killed_are_started_again(tmp_path: Path, answered: bool) -> None:
    made = chain(tmp_path / "releases", 1)
    with killing(made, tmp_path / "said") as server:
        for _ in range(3):
            server.kill_next()
            assert not answered or server.tells(made.versions[0])
        assert answered or server.tells(made.versions[0])
        assert httpx.get(f"{made.base}health").json()["release"] == made.versions[0]
    assert [line.count("(SIGKILL") for line in server.said.read_text().splitlines()] == [1, 1, 1]


def test_a_next_generation_that_is_killed_is_started_again_while_the_present_one_answers(tmp_path: Path) -> None:
    made = chain(tmp_path / "releases", 1)
    with killing(made, tmp_path / "said") as server:
        server.spared |= server.next()
        made.grow()
        for _ in range(4):
            server.kill_next()
            assert httpx.get(f"{made.base}health").json()["release"] == made.versions[0]
        assert server.tells(made.versions[1])
    assert "(SIGKILL" in server.said.read_text()
