"""deploy/replicas: two servers behind HAProxy, under load, while one is killed and while a new release goes through."""

import os
import shutil
import signal
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from engine.house import wait_until
from push.conftest import Releases
from serving import COMMAND, free_port

CONFIGURATION = Path(__file__).parents[2] / "deploy/replicas"
WORD = "/sparql?query=SELECT%20%3Fword%20%7B%20%3Fs%20%3Chttp%3A%2F%2Fe%2Fword%3E%20%3Fword%20%7D"
# Behind a proxy all readers have its address.
OPTIONS = ("--web-processes", "1", "--query-workers", "2", "--client-requests", "10000", "--client-queries", "60")
READERS = 6


@dataclass
class Load:
    """What readers see who ask all the time: what came under each tag, and what did not come.

    lost: nothing of an answer had come; broken: some had, so nobody could ask again for them.
    """

    address: str
    answers: int = 0
    bodies: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lost: list[str] = field(default_factory=list)
    broken: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        with httpx.Client(base_url=self.address, timeout=20, headers={"accept": "text/csv"}) as client:
            while not self.ending.is_set():
                begun = False
                try:
                    with client.stream("GET", WORD) as answer:
                        begun = True
                        body = answer.read().decode()
                except httpx.TransportError as error:
                    if begun:
                        self.broken += 1
                    else:
                        self.lost.append(repr(error))
                    continue
                if answer.status_code != 200:
                    self.lost.append(f"{answer.status_code} {body}")
                    continue
                self.bodies[answer.headers["etag"]].add(body)
                self.answers += 1

    def more(self, count: int) -> Callable[[], bool]:
        """Return what tells whether so many more answers have come since now."""
        goal = self.answers + count
        return lambda: self.answers >= goal


@contextmanager
def under_load(address: str) -> Iterator[Load]:
    load = Load(address)
    readers = [threading.Thread(target=load.read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield load
    finally:
        load.ending.set()
        for reader in readers:
            reader.join()


@dataclass
class Replicas:
    """Two servers and their proxy."""

    one: Releases
    two: Releases
    servers: dict[str, "subprocess.Popen[bytes]"]
    proxy: "subprocess.Popen[bytes]"
    site: Path
    ports: list[int]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.one.port}"

    def expect(self, version: str) -> None:
        """Let the proxy take replicas with this release, and no other."""
        _configure(self.site, self.one.port, self.ports, version)
        self.proxy.send_signal(signal.SIGUSR2)

    def release(self, which: int) -> str:
        return str(httpx.get(f"http://127.0.0.1:{self.ports[which]}/health").json()["release"])


def _configure(site: Path, port: int, ports: list[int], version: str) -> None:
    names = {"LISTEN": port, "ONE": ports[0], "TWO": ports[1]}
    lines = [f"    setenv {name} 127.0.0.1:{number}\n" for name, number in names.items()]
    site.write_text(f"global\n{''.join(lines)}    setenv RELEASE {version}\n")


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[Replicas]:
    if not (haproxy := shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("HAProxy is not installed")
    one, two = Releases(tmp_path / "one"), Releases(tmp_path / "two")
    two.port = one.port
    ports, servers = [free_port(), free_port()], {}
    configuration = tmp_path / "configuration"
    shutil.copytree(CONFIGURATION, configuration)
    with ExitStack() as stack:
        for name, folder, port in (("one", one, ports[0]), ("two", two, ports[1])):
            folder.publish("first", blank=False)
            command = [*COMMAND, "serve", "--releases", str(folder.folder), "--port", str(port), *OPTIONS]
            servers[name] = stack.enter_context(_running(command))
        _configure(configuration / "10-site.cfg", one.port, ports, one.version)
        proxy = stack.enter_context(_running([haproxy, "-W", "-db", "-f", str(configuration)]))
        made = Replicas(one, two, servers, proxy, configuration / "10-site.cfg", ports)
        for port in (*ports, one.port):
            wait_until(lambda port=port: _answers(port), f"port {port} answers")  # type: ignore[misc]
        yield made


@contextmanager
def _running(command: list[str]) -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=10)


def _answers(port: int) -> bool:
    try:
        return bool(httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).json()["queries"])
    except (httpx.TransportError, ValueError):
        return False


def test_one_is_killed_under_load_and_no_request_is_lost(replicas: Replicas) -> None:
    with under_load(replicas.address) as load:
        wait_until(load.more(200), "answers from both")
        replicas.servers["one"].send_signal(signal.SIGKILL)
        wait_until(load.more(400), "answers from the other one")
    print(f"{load.answers} answers, {len(load.lost)} lost, {load.broken} broken off")
    assert load.lost == []
    assert load.broken <= READERS  # at most what was on its way when it was killed
    assert [sorted(bodies) for bodies in load.bodies.values()] == [["word\r\nfirst\r\n"]]


def test_a_new_release_goes_through_without_an_error(replicas: Replicas) -> None:
    first = replicas.one.version
    with under_load(replicas.address) as load:
        wait_until(load.more(100), "answers")
        replicas.one.publish("second", day=2, blank=False)
        second = replicas.one.version
        wait_until(lambda: replicas.release(0) == second, "the new release at one of them")
        wait_until(load.more(100), "answers from the one that has the release that is asked for")
        replicas.expect(second)
        wait_until(load.more(100), "answers from the other")
        assert replicas.release(1) == first
        replicas.two.publish("second", day=2, blank=False)
        wait_until(lambda: replicas.release(1) == second, "the new release at both")
        wait_until(load.more(100), "answers from both")
    print(f"{load.answers} answers, {len(load.lost)} lost, {load.broken} broken off")
    assert (load.lost, load.broken) == ([], 0)
    # each answer is of one release, and has its tag
    assert sorted(map(sorted, load.bodies.values())) == [["word\r\nfirst\r\n"], ["word\r\nsecond\r\n"]]


def test_a_replica_with_another_release_is_not_asked(replicas: Replicas) -> None:
    replicas.two.publish("second", day=2, blank=False)
    wait_until(lambda: replicas.release(1) == replicas.two.version, "another release at one of them")
    with under_load(replicas.address) as load:

        def only_the_first() -> bool:
            load.bodies.clear()
            wait_until(load.more(200), "answers")
            return list(load.bodies.values()) == [{"word\r\nfirst\r\n"}]

        wait_until(only_the_first, "the proxy has noticed")
    assert load.lost == []
