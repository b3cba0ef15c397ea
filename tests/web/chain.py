"""The small world through several releases: what changes from one to the next is a list of replacements in its text."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from interurban.rdf.formats import canonical_nquads, dataset_hash
from interurban.release.changes import as_json, next_moments
from interurban.release.folder import DATASET, ENTITIES, Release, publish
from serving import free_port, serving
from web.world import WORLD

Turn = Sequence[tuple[str, str]]

TEXT = WORLD.read_text(encoding="utf-8")
PLEDGE = TEXT[TEXT.index("  <id/pledge/fonte-water>") : TEXT.index("}", TEXT.index("<id/pledge/fonte-water>"))]
BRIDGES = '  <id/network/bridges> a iu:CityNetwork ; rdfs:label "Bridges & Cities"@en , "Ponti e città"@it .\n'
NETWORK = "  <id/network/rivers> a iu:CityNetwork"
# The second release renames a network, knows of another one, and has lost a pledge; the third renames once more, has
# lost the other network again, and has the pledge back; the fourth differs only in who says what.
TURNS: tuple[Turn, ...] = (
    (),
    (('"River Cities"@en', '"Cities on Rivers"@en'), (PLEDGE, ""), (NETWORK, BRIDGES + NETWORK)),
    (
        ('"Cities on Rivers"@en', '"River Towns"@en'),
        (BRIDGES, ""),
        ("  <id/person/anna-prova> a", PLEDGE + "  <id/person/anna-prova> a"),
    ),
    (('<id/membership/rivers-it-fonte> iu:start "2019-03-12"^^xsd:date ; org', "<id/membership/rivers-it-fonte> org"),),
)
DAYS = ("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22")


@dataclass
class Chain:
    """Releases in one folder, the oldest first."""

    port: int
    folder: Path
    releases: list[Release]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def versions(self) -> list[str]:
        return [release.version for release in self.releases]

    def grow(self, turns: Sequence[Turn] = TURNS) -> None:
        """Add the next release."""
        text = TEXT
        number = len(self.releases)
        for before, after in (pair for turn in turns[: number + 1] for pair in turn):
            assert before in text, before
            text = text.replace(before, after)
        said = list(ox.parse(text.encode(), format=ox.RdfFormat.TRIG, base_iri=self.base))
        dataset = canonical_nquads([*said, *(ox.Quad(q.subject, q.predicate, q.object) for q in said)])
        published, last = f"{DAYS[number]}T00:00:00Z", self.releases[-1] if self.releases else None
        moments, deleted = next_moments(io.BytesIO(dataset), published, last)
        facts = {
            "base": self.base,
            "dataset_hash": {"sha256": dataset_hash(dataset)},
            "counts": {},
            "published": published,
            "previous": last.version if last else None,
            "deleted": deleted,
        }
        self.releases.append(publish(self.folder, {DATASET: dataset, ENTITIES: as_json(moments)}, facts))


def chain(folder: Path, length: int) -> Chain:
    """Return so many releases of the small world."""
    made = Chain(free_port(), folder, [])
    for _ in range(length):
        made.grow()
    return made


@contextmanager
def client_of(made: Chain, *options: object) -> Iterator[httpx.Client]:
    """Serve the releases, and yield a client."""
    with (
        serving(made.folder, "--web-processes", 1, *options, port=made.port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


def fixtures(length: int) -> tuple[Any, Any]:
    """Return two fixtures for a module: so many releases of the small world, and a client of theirs."""

    @pytest.fixture(scope="module")
    def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
        return chain(tmp_path_factory.mktemp("chain") / "releases", length)

    @pytest.fixture(scope="module")
    def client(made: Chain) -> Iterator[httpx.Client]:
        with client_of(made) as client:
            yield client

    return made, client


def believed(release: Release) -> set[str]:
    """Return the statements of a release's default graph, as lines of N-Triples."""
    quads = ox.parse(path=release.dataset, format=ox.RdfFormat.N_QUADS)
    return {str(q.triple) for q in quads if q.graph_name == ox.DefaultGraph()}
