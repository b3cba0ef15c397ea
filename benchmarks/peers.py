"""Other people's SPARQL servers, from their registries, with the data of a release in them, on loopback.

Each is installed into .peers/, which git does not keep; one that cannot be had is named and left out.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pyoxigraph as ox

from measuring import children
from serving import free_port

ROOT = Path(__file__).parents[1]
INSTALLED = ROOT / ".peers"
FUSEKI, RDF4J, JETTY = "5.6.0", "4.1.3", "9.4.57.v20241219"
_JARS = {
    f"jena-fuseki-server-{FUSEKI}.jar": f"org.apache.jena:jena-fuseki-server:{FUSEKI}",
    f"rdf4j-http-server-{RDF4J}.war": f"org.eclipse.rdf4j:rdf4j-http-server:{RDF4J}:war",
    f"jetty-runner-{JETTY}.jar": f"org.eclipse.jetty:jetty-runner:{JETTY}",
}
_MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_LOADING = 900  # seconds in which a peer has to answer
_DEFAULT = "urn:default"  # where Virtuoso, which has no default graph, has what is in it
_RDF4J_DEFAULT = "http://www.openrdf.org/schema/sesame#nil"
_VIRTUOSO = """[Database]
DatabaseFile = {0}/v.db
ErrorLogFile = {0}/v.log
LockFile = {0}/v.lck
TransactionFile = {0}/v.trx
xa_persistent_file = {0}/v.pxa
[TempDatabase]
DatabaseFile = {0}/t.db
TransactionFile = {0}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{1}
DirsAllowed = {0}, {3}
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
[HTTPServer]
ServerPort = 127.0.0.1:{2}
ServerThreads = 10
MaxClientConnections = 10
[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 600
"""
_VIRTUOSO_LOAD = """ld_dir('{0}', 'named.nq', '');
ld_dir('{0}', 'default.nt', '{1}');
rdf_loader_run();
checkpoint;
"""


class MissingError(Exception):
    """A peer cannot be had or does not take the data; the text says why."""


@dataclass(frozen=True)
class Peer:
    """A running server: its query endpoint, what is sent beside a query to name the dataset, and its first process."""

    name: str
    version: str
    endpoint: str
    process: subprocess.Popen[bytes]
    # of the protocol: for queries of the default graph alone, and of named graphs as well
    dataset: Mapping[str, object] = field(default_factory=dict)
    with_graphs: Mapping[str, object] = field(default_factory=dict)

    def pids(self) -> list[int]:
        """Return its processes."""
        return [self.process.pid, *children(self.process.pid)]


@dataclass(frozen=True)
class Data:
    """What is loaded: the N-Quads file, its parts by graph, the named graphs, and a folder for what peers write."""

    quads: Path
    default: Path
    named: Path
    graphs: Sequence[str]
    folder: Path


def parts(quads: Path, folder: Path) -> Data:
    """Split a dataset into its default graph (N-Triples) and its named ones (N-Quads), and name these."""
    default, named, graphs = folder / "default.nt", folder / "named.nq", set[str]()

    def those(of_default: bool) -> Iterator[ox.Quad | ox.Triple]:
        for quad in ox.parse(path=quads, format=ox.RdfFormat.N_QUADS, lenient=True):
            if isinstance(quad.graph_name, ox.DefaultGraph) == of_default:
                yield quad.triple if of_default else quad
                if not of_default:
                    graphs.add(quad.graph_name.value)

    ox.serialize(those(True), default, ox.RdfFormat.N_TRIPLES)
    ox.serialize(those(False), named, ox.RdfFormat.N_QUADS)
    return Data(quads, default, named, sorted(graphs), folder)


def fuseki(data: Data) -> Peer:
    """Fuseki with everything in memory."""
    jar, port = _jar("jena-fuseki-server"), free_port()
    command = ("java", "-Xmx6g", "-jar", jar, "--localhost", f"--port={port}", f"--file={data.quads}", "/ds")
    return _started("Fuseki, in memory", FUSEKI, f"http://127.0.0.1:{port}/ds/sparql", command)


def fuseki_on_disk(data: Data) -> Peer:
    """Fuseki with TDB2."""
    jar, port, folder = _jar("jena-fuseki-server"), free_port(), data.folder / "tdb2"
    _run("java", "-Xmx2g", "-cp", jar, "tdb2.tdbloader", "--loader=phased", f"--loc={folder}", data.quads)
    command = ("java", "-Xmx2g", "-jar", jar, "--localhost", f"--port={port}", f"--loc={folder}", "/ds")
    return _started("Fuseki, TDB2", FUSEKI, f"http://127.0.0.1:{port}/ds/sparql", command)


def oxigraph(data: Data) -> Peer:
    """Oxigraph's own server, which keeps the data on disk."""
    program, port, folder = INSTALLED / "python/bin/oxigraph", free_port(), data.folder / "oxigraph"
    if not program.exists():
        _run(sys.executable, "-m", "venv", INSTALLED / "python")
        _run(INSTALLED / "python/bin/pip", "install", "--quiet", "--disable-pip-version-check", "oxigraph")
    _run(program, "load", "--location", folder, "--file", data.quads, "--lenient")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    command = (program, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}")
    return _started("Oxigraph server", version, f"http://127.0.0.1:{port}/query", command)


def rdf4j(data: Data) -> Peer:
    """RDF4J's server in Jetty, in memory."""
    war, jetty, port = _jar("rdf4j-http-server"), _jar("jetty-runner"), free_port()
    opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.lang", "java.util")]
    place = f"-Dorg.eclipse.rdf4j.appdata.basedir={data.folder / 'rdf4j'}"
    command = ("java", "-Xmx6g", *opens, place, "-jar", jetty, "--host", "127.0.0.1", "--port", port, war)
    address = f"http://127.0.0.1:{port}/repositories/ds"
    config = (
        "@prefix config: <tag:rdf4j.org,2023:config/> . @prefix rep: <http://www.openrdf.org/config/repository#> . "
        "@prefix sr: <http://www.openrdf.org/config/repository/sail#> . @prefix sail: <http://www.openrdf.org/config/sail#> . "
        '[] a rep:Repository ; rep:repositoryID "ds" ; rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ; '
        'sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .'
    )

    def load() -> None:
        httpx.put(address, content=config, headers={"Content-Type": "text/turtle"}).raise_for_status()
        for file, kind in ((data.default, "application/n-triples"), (data.named, "application/n-quads")):
            with file.open("rb") as content:
                sent = httpx.post(
                    f"{address}/statements", content=content, headers={"Content-Type": kind}, timeout=_LOADING
                )
                sent.raise_for_status()

    ready = f"http://127.0.0.1:{port}/protocol"
    dataset = {"default-graph-uri": _RDF4J_DEFAULT}
    graphs = {**dataset, "named-graph-uri": data.graphs}
    return _started("RDF4J, in memory", RDF4J, address, command, ready, load, dataset=dataset, with_graphs=graphs)


def virtuoso(data: Data) -> Peer:
    """Virtuoso 7 from Debian, without a cap on the rows of an answer."""
    program, isql = (
        next(filter(None, map(shutil.which, names)), None) for names in (("virtuoso-t",), ("isql-vt", "isql-v"))
    )
    if not program or not isql:
        raise MissingError("Virtuoso: Debian's virtuoso-opensource-7-bin is not installed")
    folder, sql, port = data.folder / "virtuoso", free_port(), free_port()
    folder.mkdir()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(folder, sql, port, data.folder))
    command = (program, "+foreground", "+configfile", folder / "virtuoso.ini")
    (folder / "load.sql").write_text(_VIRTUOSO_LOAD.format(data.folder, _DEFAULT))
    endpoint = f"http://127.0.0.1:{port}/sparql"

    def load() -> None:
        _run(isql, f"127.0.0.1:{sql}", "dba", "dba", folder / "load.sql")

    version = subprocess.run([program, "-?"], capture_output=True, text=True, check=False).stderr
    number = next((word for word in version.split() if word.startswith("07.")), "7")
    dataset = {"default-graph-uri": _DEFAULT}
    graphs = {**dataset, "named-graph-uri": data.graphs}
    return _started("Virtuoso", number, endpoint, command, endpoint, load, dataset=dataset, with_graphs=graphs)


PEERS: Mapping[str, Callable[[Data], Peer]] = {
    "fuseki": fuseki,
    "tdb2": fuseki_on_disk,
    "oxigraph": oxigraph,
    "rdf4j": rdf4j,
    "virtuoso": virtuoso,
}


@contextmanager
def running(names: Sequence[str], data: Data) -> Iterator[tuple[list[Peer], list[str]]]:
    """Start peers one after the other; yield them and what is missing; end them."""
    peers, missing = list[Peer](), list[str]()
    with ExitStack() as ending:
        for name in names:
            try:
                peer = PEERS[name](data)
            except (MissingError, httpx.HTTPError, OSError) as error:
                missing.append(f"{name}: {error}")
                continue
            ending.callback(_end, peer.process)
            peers.append(peer)
        yield peers, missing


def _started(
    name: str,
    version: str,
    endpoint: str,
    command: Sequence[object],
    ready: str = "",
    load: Callable[[], None] = lambda: None,
    **dataset: Mapping[str, object],
) -> Peer:
    """Start a program, wait until it answers at `ready`, load, and return it; MissingError if it does not answer."""
    log = (INSTALLED / f"{name}.log").open("wb")
    process = subprocess.Popen([*map(str, command)], stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + _LOADING
    asked = {} if ready else {"query": "ASK {}"}
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(ready or endpoint, params=asked, timeout=60).status_code == 200:
                break
        time.sleep(0.2)
    try:
        if process.poll() is not None or time.monotonic() >= deadline:
            raise MissingError(f"{name} does not answer: {Path(log.name).read_text(errors='replace')[-300:]}")
        load()
    except BaseException:
        _end(process)
        raise
    return Peer(name, version, endpoint, process, **dataset)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _jar(name: str) -> Path:
    """Return a file of Maven's, fetched if it is not there."""
    file, coordinates = next((file, where) for file, where in _JARS.items() if file.startswith(name))
    if not shutil.which("java") or not shutil.which("mvn"):
        raise MissingError(f"{name}: Java 17 and Maven are not installed")
    if not (INSTALLED / file).exists():
        _run("mvn", "-q", "-B", _MAVEN, f"-Dartifact={coordinates}", f"-DoutputDirectory={INSTALLED}")
    return INSTALLED / file


def _run(*command: object) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout[-200:]}{done.stderr[-200:]}"
        raise MissingError(f"{Path(str(command[0])).name} ended with status {done.returncode}: {said}")
