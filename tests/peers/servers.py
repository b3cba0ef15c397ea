"""Other SPARQL servers, each started empty on loopback: Fuseki, RDF4J, Virtuoso, Oxigraph."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from serving import free_port

LIB = Path(__file__).parent / "lib"
_PATIENCE = 90.0  # seconds; a Java server on a busy machine
JAVA = ("java", "-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # starts sooner, and is slower then
_REPOSITORY = """
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
[] a rep:Repository ; rep:repositoryID "a" ;
  rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
    sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .
"""
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{inner}
NumberOfBuffers = {buffers}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 40
MaxClientConnections = 40
[SPARQL]
ResultSetMaxRows = {rows}
"""


@dataclass(frozen=True)
class Peer:
    """A running server: where it is asked and written, and who we are there."""

    endpoint: str
    graph_store: str = ""
    update: str = ""
    user: str = ""
    secret: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def options(self) -> list[str]:
        """What `push` is told of it."""
        said = {"--endpoint": self.endpoint, "--graph-store": self.graph_store, "--update": self.update}
        return [each for name, value in (said | {"--user": self.user}).items() if value for each in (name, value)]

    @property
    def environment(self) -> dict[str, str]:
        """The same, of what stands in no command."""
        return {"INTERURBAN_SECRET": self.secret} if self.secret else {}


@contextmanager
def oxigraph(folder: Path, port: int = 0, *more: str) -> Iterator[Peer]:
    """Oxigraph, in memory."""
    port, program = port or free_port(), Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        _lacking("oxigraph is not installed; pip installs it with .[dev]")
    with _running([str(program), "serve", "--bind", f"127.0.0.1:{port}", *more], folder) as process:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/query?query=ASK%7B%7D", process)
        yield Peer(f"{address}/query", f"{address}/store", f"{address}/update", process=process)


@contextmanager
def fuseki(folder: Path, *more: str, disk: bool = False, java: Sequence[str] = JAVA) -> Iterator[Peer]:
    """Jena Fuseki, in memory or on the disk (TDB2)."""
    port, place = free_port(), (("--tdb2", "--loc", str(folder / "tdb")) if disk else ("--mem",))
    (folder / "tdb").mkdir()
    jar = _jar("jena-fuseki-server.jar")
    command = [*java, "-jar", jar, "--localhost", "--port", str(port), *place, *more, "--update", "/ds"]
    with _running(command, folder) as process:
        address = f"http://127.0.0.1:{port}/ds"
        _wait(f"{address}?query=ASK%7B%7D", process)
        yield Peer(address, address, process=process)


@contextmanager
def rdf4j(folder: Path, *, java: Sequence[str] = JAVA) -> Iterator[Peer]:
    """RDF4J Server, in memory."""
    port, jetty, war = free_port(), _jar("jetty-runner.jar"), _jar("rdf4j-http-server.war")
    settings = (
        f"-Dorg.eclipse.rdf4j.appdata.basedir={folder}",
        "-Dorg.eclipse.jetty.server.Request.maxFormContentSize=10000000",
    )
    command = [*java, *settings, "-jar", jetty, "--host", "127.0.0.1", "--port", str(port), "--path", "/rdf4j", war]
    with _running(command, folder) as process:
        address = f"http://127.0.0.1:{port}/rdf4j"
        _wait(f"{address}/protocol", process)
        place = f"{address}/repositories/a"
        made = httpx.put(place, content=_REPOSITORY, headers={"content-type": "text/turtle"}, timeout=_PATIENCE)
        assert made.is_success, made.text
        yield Peer(place, f"{place}/rdf-graphs/service", process=process)


@contextmanager
def virtuoso(folder: Path, *, rows: int = 100_000_000, buffers: int = 20_000) -> Iterator[Peer]:
    """Virtuoso 7, written as its administrator, by digest authentication.

    rows: it answers with no more; buffers: of 8 KiB.
    """
    if not shutil.which("virtuoso-t"):
        _lacking("virtuoso-t is not installed; Debian has it as virtuoso-opensource-7-bin")
    port, inner, said = free_port(), free_port(), folder / "virtuoso.ini"
    said.write_text(_VIRTUOSO.format(folder=folder, port=port, inner=inner, rows=rows, buffers=buffers))
    with _running(["virtuoso-t", "+foreground", "+configfile", str(said)], folder) as process:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/sparql?query=ASK%7B%7D", process)
        yield Peer(f"{address}/sparql", f"{address}/sparql-graph-crud-auth", "", "dba", "dba", process)


SERVERS: dict[str, Callable[[Path], AbstractContextManager[Peer]]] = {
    "fuseki": fuseki,
    "fuseki-tdb2": partial(fuseki, disk=True),
    "rdf4j": rdf4j,
    "virtuoso": virtuoso,
    "oxigraph": oxigraph,
}


def _jar(name: str) -> str:
    if not (path := LIB / name).exists() or not shutil.which("java"):
        _lacking(f"tests/peers/lib has no {name}; make test brings it, where there are Maven and Java")
    return str(path)


def _lacking(what: str) -> None:
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


@contextmanager
def _running(command: list[str], folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Return as soon as a server answers; fail if it never does."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, "the server has ended"
        assert time.monotonic() < deadline, f"nobody answers at {address}"
        time.sleep(0.05)  # between two looks, not in place of one
