"""The data that the engine's tests ask about, and the engines that are asked."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from peers.servers import SERVERS, Peer
from serving import interurban, publish_quads

CAGE = "cage"
# What a server does otherwise than SPARQL has it: engine, test (or its beginning) and reason.
DEPARTURES = tomllib.loads(Path(__file__).with_name("departures.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40,000 statements in the default graph, one in each of two named graphs, and one about a blank node."""
    lines = [f"<http://e/s{i}> <http://e/p{i % 20}> <http://e/s{i * 7919 % 40_000}> .\n" for i in range(40_000)]
    lines += [f'<http://e/said> <http://e/by> "{name}" <http://e/{name}> .\n' for name in ("one", "two")]
    lines.append('_:somebody <http://e/by> "nobody" <http://e/two> .\n')
    path = tmp_path_factory.mktemp("engine") / "dataset.nq"
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def published(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a release, in a folder of releases."""
    quads = list(ox.parse(path=str(dataset), format=ox.RdfFormat.N_QUADS))
    graphs = Counter(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode))
    releases = tmp_path_factory.mktemp("published")
    counts = {"default_graph": len(quads) - graphs.total(), "named_graphs": dict(graphs)}
    publish_quads(releases, 0, quads, counts=counts, published="2026-11-26T00:00:00Z")
    return releases


@pytest.fixture(scope="module", params=[CAGE, *SERVERS])
def engine(
    request: pytest.FixtureRequest, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peer | None]:
    """A server to which the data were pushed; None: they are in our own memory."""
    if request.param == CAGE:
        yield None
        return
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as peer:
        pushed = interurban("push", "--releases", published, *peer.options, **peer.environment)
        assert pushed.returncode == 0, pushed.stderr
        yield peer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect of a server what it is known to do otherwise, and nothing else."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        for departure in DEPARTURES.get(str(parameters.get("engine")), []):
            if item.name.startswith(departure["test"]):
                item.add_marker(pytest.mark.xfail(reason=departure["reason"], strict=True))
