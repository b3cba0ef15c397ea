"""Every attack of the table, on a served process with small limits, while somebody else asks questions."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from engine.house import descendants, limits, wait_until
from engine.test_limits import descriptors
from hostile.attacks import ATTACKS, ENDED, EVERYTHING, Attack, Ending, query
from serving import Served, serving

SMALL = ("--query-workers", 4, "--query-seconds", 1, "--query-megabytes", 256, "--answer-megabytes", 10)
TOGETHER = 4  # attacks at a time, which leaves the others a worker


@pytest.fixture(scope="module")
def attacked(releases: Path) -> Iterator[Served]:
    """A server, which has to end in order and without a word when all is over."""
    with serving(releases, *SMALL, "--web-processes", 1) as server:
        yield server


@dataclass
class Bystander:
    """Somebody at another address who asks and asks; `failures` are the answers that were not right."""

    address: str
    answered: int = 0
    failures: list[object] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=self.address, transport=transport, timeout=20) as client:
            while not self.over.is_set():
                asked = f"SELECT (COUNT(*) + {self.answered} AS ?n) {{ ?s ?p ?o }}"  # another each time
                for answer in (client.get("/sparql", params={"query": asked}), client.get("/doc/city/it-modena.ttl")):
                    if answer.status_code != 200:
                        self.failures.append((answer.status_code, answer.text))
                self.answered += 1


@contextmanager
def bystander(server: Served) -> Iterator[Bystander]:
    somebody = Bystander(server.address)
    thread = threading.Thread(target=somebody.ask)
    thread.start()
    try:
        yield somebody
        enough = somebody.answered + 3
        wait_until(lambda: somebody.answered >= enough or somebody.failures, "answers to the bystander")
    finally:
        somebody.over.set()
        thread.join()


def family(server: Served) -> dict[int, str]:
    """Return the server's processes with their names; none of them may be a zombie for long."""
    return {p.pid: p.name for p in descendants(server.process.pid) if p.state != "Z"}


def complete(server: Served) -> bool:
    """Tell whether all processes are there, and none still bears the name of what it was forked from."""
    names = list(family(server).values())
    return len(names) == 6 and names.count("generation") == 1


def zombies(server: Served) -> list[int]:
    return [p.pid for p in descendants(server.process.pid) if p.state == "Z"]


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_attack_costs_nobody_anything_but_the_attacker(
    attacked: Served, kind: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("tried", len(ATTACKS[kind]))
    with httpx.Client(base_url=attacked.address) as client:
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"]
    wait_until(lambda: complete(attacked), "all processes")
    mortal = {pid for pid, name in family(attacked).items() if name == "query-worker"}
    lasting = {attacked.process.pid, *family(attacked)} - mortal
    before = descriptors(lasting)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = str(elsewhere.getsockname()[1]).encode()
        attacks = [replace(attack, body=attack.body.replace(b"PORT", port)) for attack in ATTACKS[kind]]
        with ExitStack() as stack:
            somebody = stack.enter_context(bystander(attacked))
            client = stack.enter_context(httpx.Client(base_url=attacked.address, timeout=20))
            with ThreadPoolExecutor(TOGETHER) as pool:
                endings = list(pool.map(lambda attack: attack.run(client), attacks))
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    ended = zip(attacks, endings, strict=True)
    assert [(attack.name, ending) for attack, ending in ended if not attack.may_end(ending)] == []
    assert somebody.failures == []
    wait_until(lambda: len(family(attacked)) == 6 and not zombies(attacked), "as many processes as before")
    assert lasting <= {attacked.process.pid, *family(attacked)}  # none of these had to be replaced
    wait_until(lambda: descriptors(lasting) <= before, "no more descriptors than before")


def test_the_table_is_as_long_as_it_should_be() -> None:
    attacks = [attack for group in ATTACKS.values() for attack in group]
    assert len(attacks) >= 60
    assert all(attack.endings for attack in attacks)
    assert len({(kind, attack.name) for kind, group in ATTACKS.items() for attack in group}) == len(attacks)


SLOW = query("", f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} FILTER (STR(?a) < STR(?l)) }}", limits=ENDED)


def test_whoever_asks_for_no_query_never_waits_for_one(releases: Path) -> None:
    options = ("--query-workers", 2, "--query-seconds", 60, "--short-seconds", 60, "--queue-seconds", 60)
    endings: list[Ending] = []
    with serving(releases, *options, "--web-processes", 1) as server:

        def attack(one: Attack) -> None:
            with httpx.Client(base_url=server.address, timeout=60) as client:
                endings.append(one.run(client))

        attackers = [threading.Thread(target=attack, args=(SLOW,)) for _ in range(5)]
        for attacker in attackers:
            attacker.start()
        wait_until(lambda: len(busy(server)) == 2, "busy workers")
        with httpx.Client(base_url=server.address, timeout=20) as client:
            for path in ("/health", "/doc/city/it-modena.ttl", "/sparql"):
                assert client.get(path).status_code == 200
        assert len(busy(server)) == 2
        assert endings == []  # nothing else was done in between
        server.process.terminate()
        assert (
            server.process.wait(20) == 0
        )  # with two queries running, which would go on for a minute, and three in line
        for attacker in attackers:
            attacker.join()
    assert endings == [503] * 5


def busy(server: Served) -> list[int]:
    """Return the ids of the workers that are running a query: they can open nothing."""
    workers = [pid for pid, name in family(server).items() if name == "query-worker"]
    return [pid for pid in workers if "Max open files            0 " in limits(pid)]
