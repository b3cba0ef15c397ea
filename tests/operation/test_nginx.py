"""The server behind Debian's nginx, with the site file that we hand out and a certificate made for the test."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from engine.house import wait_until
from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.folder import DATASET, publish
from interurban.resources import room
from operation.listening import Logged
from operation.needed import program
from serving import free_port, serving

SITE = room("data").parent / "deploy/nginx.conf"
FILE, TEXT = "dumps/all/things.csv", b"".join(b"%d,thing\n" % number for number in range(100_000))
HEAD = "user root; pid nginx.pid; error_log stderr error; events { }\nhttp {\nlimit_req_log_level notice;\n"
TEMPORARY = "".join(f"{kind}_temp_path tmp-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
ALL = "SELECT * { ?s ?p ?o }"
PAIRS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"  # 4 million rows, which nobody waits for


@dataclass(frozen=True)
class Proxied:
    """A server, the same behind nginx, and nginx without TLS."""

    direct: Logged
    secure: str
    plain: str

    def client(self, address: str = "127.0.0.2") -> httpx.Client:
        """Return a client at an address of its own, which believes any certificate."""
        transport = httpx.HTTPTransport(local_address=address, verify=False)
        return httpx.Client(base_url=self.secure, transport=transport, timeout=30, headers={"Host": "data.example.org"})


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[tuple[int, int]]:
    """Run nginx with our site in front of a port; yield its ports with and without TLS."""
    key, certificate, secure, plain = folder / "key.pem", folder / "cert.pem", free_port(), free_port()
    make = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]
    names = ["/CN=data.example.org", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *names], check=True, capture_output=True)
    site = SITE.read_text()
    for before, after in (
        ("127.0.0.1:8000", f"127.0.0.1:{port}"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("/etc/letsencrypt/live/data.example.org/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/data.example.org/privkey.pem", str(key)),
        ("/var/log/nginx/error.log crit", "stderr crit"),
    ):
        assert site.count(before) == 1, before
        site = site.replace(before, after)
    (folder / "nginx.conf").write_text(f"{HEAD}{TEMPORARY}{site}}}\n")
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    subprocess.run([*command, "-t", "-q"], check=True)
    with subprocess.Popen([*command, "-g", "daemon off;"]) as process:

        def answers() -> bool:
            with suppress(httpx.HTTPError):
                return httpx.get(f"https://127.0.0.1:{secure}/health", verify=False).status_code == 200  # noqa: S501  # made for this
            return False

        try:
            wait_until(answers, "nginx answers")
            yield secure, plain
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    if os.geteuid() != 0:
        pytest.skip("nginx's master is started as root, as systemd does")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    program("nginx")
    (folder / "proxy").mkdir()
    names = [ox.NamedNode(f"http://e.org/{number}") for number in range(2_000)]
    dataset = canonical_nquads(ox.Quad(name, names[0], name) for name in names)
    facts: dict[str, object] = {"base": f"http://127.0.0.1:{port}/", "counts": {}, "published": "2026-11-22T00:00:00Z"}
    publish(folder / "releases", {DATASET: dataset, FILE: TEXT}, facts | {"dataset_hash": dataset_hash(dataset)})
    trust = ("--trusted-proxies", "127.0.0.1/32,::1/128", "--query-seconds", 3)
    with (
        serving(folder / "releases", "--log", "json", *trust, port=port) as server,
        nginx(folder / "proxy", port) as (secure, plain),
    ):
        direct = Logged(server, f"http://127.0.0.1:{port}/")
        yield Proxied(direct, f"https://127.0.0.1:{secure}/", f"http://127.0.0.1:{plain}/")


def who(proxied: Proxied, address: str, **headers: str) -> str:
    """Return by what name the server knows who asks."""
    with proxied.client(address) as client:
        own = client.get("health", headers=headers).headers["x-request-id"]
    while (told := proxied.direct.line_of("/health"))["request_id"] != own:
        pass
    return str(told["client"])


def test_the_server_knows_who_asks_and_is_told_no_lies(proxied: Proxied) -> None:
    one, other = who(proxied, "127.0.0.2"), who(proxied, "127.0.0.3")
    assert one != other
    for header in ("X-Forwarded-For", "X-forwarded-for", "X-Real-IP"):
        assert who(proxied, "127.0.0.2", **{header: "127.0.0.3"}) == one
    assert who(proxied, "127.0.0.2", Forwarded="for=127.0.0.3") == one


def test_a_dump_comes_whole_in_parts_and_not_again(proxied: Proxied) -> None:
    with proxied.client() as client:
        plain = {"Accept-Encoding": "identity"}
        whole = client.get(FILE, headers=plain)
        assert whole.content == TEXT
        part = client.get(FILE, headers=plain | {"Range": "bytes=1000-1999"})
        assert (part.status_code, part.content) == (206, TEXT[1000:2000])
        assert part.headers["content-range"] == f"bytes 1000-1999/{len(TEXT)}"
        same = client.get(FILE, headers=plain | {"If-None-Match": whole.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        resumed = client.get(FILE, headers=plain | {"Range": "bytes=5-", "If-Range": whole.headers["etag"]})
        assert (resumed.status_code, resumed.content) == (206, TEXT[5:])
        packed = client.get(FILE)  # with gzip: the tag is a weak one then, and good enough to ask again
        assert packed.content == TEXT
        assert client.get(FILE, headers={"If-None-Match": packed.headers["etag"]}).status_code == 304


def test_an_answer_is_the_same_and_comes_as_it_is_made(proxied: Proxied) -> None:
    with proxied.client() as client:
        through = client.get("sparql", params={"query": ALL}, headers={"Accept": "text/csv"})
        direct = httpx.get(f"{proxied.direct.address}sparql", params={"query": ALL}, headers={"Accept": "text/csv"})
        assert sorted(through.content.splitlines()) == sorted(direct.content.splitlines())
        assert len(through.content.splitlines()) == 2_001
        asked = client.post("sparql", content=ALL, headers={"Content-Type": "application/sparql-query"})
        assert len(asked.json()["results"]["bindings"]) == 2_000
        with client.stream("GET", "sparql", params={"query": PAIRS}, headers={"Accept": "text/csv"}) as beginning:
            assert beginning.status_code == 200
            parts = beginning.iter_bytes()
            assert next(parts)  # of an answer that will never come to its end
            with pytest.raises(httpx.HTTPError):
                list(parts)


def test_plain_http_leads_to_tls_and_ready_is_nobodys_affair(proxied: Proxied) -> None:
    moved = httpx.get(f"{proxied.plain}doc/city/", headers={"Host": "data.example.org"})
    assert (moved.status_code, moved.headers["location"]) == (308, "https://data.example.org/doc/city/")
    with proxied.client() as client:
        assert client.get("ready").status_code == 404
        health = client.get("health")
        assert health.headers["strict-transport-security"]
        assert "nginx/" not in health.headers["server"]


def test_who_asks_too_much_at_once_is_told_so(proxied: Proxied) -> None:
    def status(_: int) -> int:
        with proxied.client("127.0.0.9") as client:
            return client.get("health").status_code

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(status, range(200))) == {200, 429}
    with proxied.client("127.0.0.8") as client:
        assert client.get("health").status_code == 200
