"""The small world, in memory and served by real processes."""

from collections.abc import Iterator

import httpx
import pytest

from serving import Served, serving
from web.looking import make_told
from web.world import HOSTILE, QUESTIONS, WORLD, World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world") / "releases", WORLD)


@pytest.fixture(scope="session")
def world_server(world: World) -> Iterator[Served]:
    with serving(world.releases, "--web-processes", 1, port=world.port) as served:
        yield served


@pytest.fixture(scope="session")
def client(world_server: Served) -> Iterator[httpx.Client]:
    """A client of the served small world that follows no redirects and accepts anything."""
    with httpx.Client(base_url=world_server.address, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a served world whose labels, values and names try to be markup."""
    world = make_world(tmp_path_factory.mktemp("hostile") / "releases", WORLD, HOSTILE, crowd=1234)
    with (
        serving(world.releases, "--web-processes", 1, port=world.port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with saved questions made to be difficult."""
    folder = tmp_path_factory.mktemp("asked") / "releases"
    return make_world(folder, WORLD, HOSTILE, crowd=1234, questions=QUESTIONS)


@pytest.fixture(scope="session")
def small(asked: World) -> Iterator[httpx.Client]:
    """A client of that world."""
    with (
        serving(asked.releases, "--query-seconds", 4, "--web-processes", 1, port=asked.port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, World]]:
    """A client of the served world that pages tell search engines of, and that world."""
    releases, world = make_told(tmp_path_factory.mktemp("told"))
    with (
        serving(releases, "--web-processes", 1, port=world.port) as served,
        httpx.Client(base_url=served.address, timeout=20) as client,
    ):
        yield client, world


@pytest.fixture(scope="session")
def real(served: Served) -> Iterator[httpx.Client]:
    """A client of the served real data."""
    with httpx.Client(base_url=served.address, timeout=20) as client:
        yield client
