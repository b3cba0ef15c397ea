"""Who asks, behind a proxy: what that says counts where it is trusted, and nowhere else."""

import socket
import threading
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interurban.settings import Settings
from interurban.web.http.forwarding import Proxies
from operation.listening import Logged, Scraped, counted, logged
from serving import Served, interurban, serving
from web.chain import Chain, chain

TRUSTED = "127.0.0.1/32,10.0.0.0/8,2001:db8::/32"
X, F = "X-Forwarded-For", "Forwarded"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?a) < STR(?l)) }"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return chain(tmp_path_factory.mktemp("proxied"), 1)


def name(server: Logged, *headers: tuple[str, str]) -> str:
    """Return by what name the log knows who asks with these headers."""
    httpx.get(f"{server.address}health", headers=list(headers))
    return str(server.line_of("/health")["client"])


def test_the_log_knows_who_asks_by_the_trusted_proxys_word_alone(made: Chain) -> None:
    with logged(made, "--web-processes", 1, "--trusted-proxies", TRUSTED) as server:
        proxy = name(server)
        client = name(server, (X, "198.51.100.7"))
        assert client != proxy
        for told in ("203.0.113.9, 198.51.100.7", "127.0.0.1,198.51.100.7", "nonsense, 198.51.100.7, 10.1.2.3"):
            assert name(server, (X, told)) == client
        assert name(server, (X, "203.0.113.9"), (X, "198.51.100.7")) == client  # two lines are one list
        assert name(server, (X, "203.0.113.9")) != client
        assert name(server, (X, "198.51.100.7"), (F, "for=203.0.113.9")) == client  # which any client can send
        assert name(server, (X, "nonsense")) == proxy
    with logged(made, "--web-processes", 1, "--trusted-proxies", TRUSTED, "--trusted-header", F) as server:
        client = name(server, (F, "for=198.51.100.7;proto=https"))
        assert client != name(server)
        assert name(server, (F, 'for="203.0.113.9", for="198.51.100.7:4711"'), (X, "192.0.2.1")) == client


@pytest.mark.parametrize("options", [(), ("--trusted-proxies", "10.0.0.0/8")])
def test_nobody_else_is_believed(made: Chain, options: tuple[str, ...]) -> None:
    with logged(made, "--web-processes", 1, *options) as server:
        assert len({name(server), name(server, (X, "198.51.100.7")), name(server, (F, "for=198.51.100.7"))}) == 1


def asked_beside(server: Served, told: Scraped, first: str, second: str) -> int:
    """Return how a query of one client is answered while one of another runs, both by the same proxy."""
    statuses = []

    def ask(client: str, query: str) -> int:
        return httpx.get(
            f"{server.address}sparql", params={"query": query}, headers={X: client}, timeout=20
        ).status_code

    told.wait("interurban_queries_running", lambda n: n == 0)
    running = threading.Thread(target=lambda: statuses.append(ask(first, ENDLESS)))
    running.start()
    told.wait("interurban_queries_running", lambda n: n == 1)
    status = ask(second, f'ASK {{ FILTER ("{second}" = "") }}')  # of which no answer is kept
    running.join()
    assert statuses == [504]
    return status


def test_shares_are_those_of_the_clients(made: Chain) -> None:
    limits = ("--client-queries", 1, "--short-seconds", 60, "--query-seconds", 3, "--query-workers", 2)
    with counted(made.folder, made.port, *limits, "--trusted-proxies", TRUSTED) as (_, told, server):
        assert asked_beside(server, told, "198.51.100.7", "203.0.113.9") == 200
        assert asked_beside(server, told, "198.51.100.8", "203.0.113.9, 198.51.100.8") == 429
    with counted(made.folder, made.port, *limits) as (_, told, server):
        assert asked_beside(server, told, "198.51.100.7", "203.0.113.9") == 429


def test_a_trusted_proxy_may_have_any_number_of_connections(made: Chain) -> None:
    for options, most in ((("--trusted-proxies", TRUSTED), 6), ((), 2)):
        with serving(made.folder, "--web-processes", 1, "--client-connections", 2, *options, port=made.port):
            held = [socket.create_connection(("127.0.0.1", made.port), timeout=20) for _ in range(6)]
            for connection in held:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            answered = 0
            for connection in held:
                with suppress(ConnectionResetError):
                    answered += connection.recv(20).startswith(b"HTTP/1.1 200")
            for connection in held:
                connection.close()
            assert answered == most


@pytest.mark.parametrize(
    ("header", "told", "client"),
    [
        (X, "198.51.100.7", "198.51.100.7"),
        (X, " 198.51.100.7 ", "198.51.100.7"),
        (X, "198.51.100.7:1234", "198.51.100.7"),
        (X, "[2001:470::7]:1234", "2001:470::7"),
        (X, "2001:470::7", "2001:470::7"),
        (X, "::ffff:198.51.100.7", "198.51.100.7"),
        (X, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (X, "203.0.113.9, 2001:db8::1, 10.0.0.1", "203.0.113.9"),
        (X, "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        (X, "203.0.113.9, unknown, 10.0.0.1", "10.0.0.1"),
        (X, "", "127.0.0.1"),
        (X, ", ,", "127.0.0.1"),
        (F, "for=198.51.100.7", "198.51.100.7"),
        (F, "For = x", "127.0.0.1"),
        (F, 'proto=https; For="[2001:470:cafe::17]:4711";by=10.0.0.1', "2001:470:cafe::17"),
        (F, 'for=203.0.113.9, for="198.51.100.7"', "198.51.100.7"),
        (F, 'for=198.51.100.7;by="a,b;for=203.0.113.9"', "198.51.100.7"),
        (F, 'by="x\\";for=203.0.113.9";for=198.51.100.7', "198.51.100.7"),
        (F, "for=198.51.100.7, for=_hidden, for=10.0.0.1", "10.0.0.1"),
        (F, "for=198.51.100.7, proto=https", "127.0.0.1"),
        (F, "for=unknown", "127.0.0.1"),
        (F, "by=198.51.100.7", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_that_is_no_trusted_proxy(header: str, told: str, client: str) -> None:
    proxies = Proxies(Settings(trusted_proxies=TRUSTED, trusted_header=header))
    assert proxies.client("127.0.0.1", [told.encode()]) == client
    head = f"GET / HTTP/1.1\r\nHost: x\r\n{header.lower()}:{told}\r\n\r\n".encode()
    assert proxies.client_of_head("127.0.0.1", head) == client
    assert proxies.client("192.0.2.1", [told.encode()]) == "192.0.2.1"


@given(st.sampled_from([X, F]), st.lists(st.binary(max_size=200), max_size=5))
def test_whatever_is_sent_the_client_is_an_address(header: str, lines: list[bytes]) -> None:
    proxies = Proxies(Settings(trusted_proxies=TRUSTED, trusted_header=header))
    assert ip_address(proxies.client("127.0.0.1", lines))
    assert proxies.client("192.0.2.1", lines) == "192.0.2.1"


@given(st.text(max_size=200), st.ip_addresses().filter(lambda a: not a.is_private and not a.is_reserved))
def test_what_a_client_writes_before_the_proxys_word_changes_nothing(told: str, client: object) -> None:
    proxies = Proxies(Settings(trusted_proxies=TRUSTED))
    written = told.encode("utf-8", "replace") + b", " + str(client).encode()
    assert ip_address(proxies.client("10.0.0.1", [written])) == (getattr(client, "ipv4_mapped", None) or client)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--trusted-proxies", "everybody", "127.0.0.1/32,10.0.0.0/8"),
        ("--trusted-proxies", "10.0.0.1/8", "127.0.0.1/32,10.0.0.0/8"),
        ("--trusted-header", "X-Real-IP", "X-Forwarded-For, Forwarded"),
        ("--metrics", "9464", "127.0.0.1:9464"),
        ("--metrics", "127.0.0.1:99999", "127.0.0.1:9464"),
        ("--log", "xml", "json"),
        ("--drain-seconds", "-1", "drain_seconds"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(tmp_path: Path, option: str, value: str, told: str) -> None:
    refused = interurban("serve", "--releases", tmp_path, option, value)
    assert refused.returncode == 1
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr
