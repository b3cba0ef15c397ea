"""The served catalogue, and a later release in which one row of one table is another."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib

from serving import Served, interurban, serving

ROW = ("it-modena,energy-cities,member,1998,", "it-modena,energy-cities,member,1999,")
TABLE = "sources/modena-networks/memberships.csv"


@pytest.fixture(scope="session")
def portal(served: Served) -> Iterator[httpx.Client]:
    """A client of the served real data."""
    with httpx.Client(base_url=served.address, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def catalogue(portal: httpx.Client) -> rdflib.Graph:
    """The catalogue as it is served."""
    return rdflib.Graph().parse(data=portal.get("catalog.ttl").content, format="turtle")


@pytest.fixture(scope="session")
def later_releases(releases: Path, enough_data: Path, port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The releases folder with one more release, which differs from the one before by a membership's first year."""
    folder = tmp_path_factory.mktemp("later")
    shutil.copytree(releases, folder / "releases", symlinks=True)
    shutil.copytree(enough_data, folder / "data")
    table = folder / "data" / TABLE
    before = table.read_text(encoding="utf-8")
    assert ROW[0] in before
    table.write_text(before.replace(*ROW), encoding="utf-8")
    options = ("--releases", folder / "releases", "--base", f"http://127.0.0.1:{port}/", "--data", folder / "data")
    built = interurban("build", *options)
    assert built.returncode == 0, built.stderr
    return folder / "releases"


@pytest.fixture(scope="session")
def later_portal(later_releases: Path) -> Iterator[httpx.Client]:
    """A client of the later release; it is served at another port, and still links to where the first is."""
    with (
        serving(later_releases, "--web-processes", 1, "--query-workers", 1) as server,
        httpx.Client(base_url=server.address, timeout=20) as client,
    ):
        yield client
