"""What several rooms' tests share: one release of the real data, served once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from excerpt import data_without_lists, excerpt
from serving import Served, free_port, interurban, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest and cannot be divided, so that nobody waits for it at the end."""
    items.sort(key=lambda item: "whole" not in item.path.parts)


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def enough_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An excerpt of the real data; not to be changed."""
    return excerpt(tmp_path_factory.mktemp("inputs") / "data")


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, enough_data: Path, port: int) -> Path:
    """The releases folder of a build of the real data that links to the address it is served at."""
    folder = tmp_path_factory.mktemp("built") / "releases"
    built = interurban("build", "--data", enough_data, "--releases", folder, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def served(releases: Path, port: int) -> Iterator[Served]:
    """The real data, served with a short limit so that runaway queries end soon."""
    with serving(releases, "--query-seconds", 5, port=port) as server:
        yield server


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """What people have read in documents, without publishers' lists, served."""
    folder, port = tmp_path_factory.mktemp("documents"), free_port()
    data, releases = data_without_lists(folder / "data"), folder / "releases"
    built = interurban("build", "--data", data, "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    with serving(releases, port=port) as server:
        yield server
