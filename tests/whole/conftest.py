"""All of the data, built and served once: what most tests see is an excerpt."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from serving import Served, free_port, interurban, serving


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    releases, port = Path(tmp_path_factory.mktemp("whole")) / "releases", free_port()
    built = interurban("build", "--releases", releases, "--base", f"http://127.0.0.1:{port}/")
    assert built.returncode == 0, built.stderr
    with serving(releases, port=port) as server:
        yield server


@pytest.fixture
def client(whole: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=whole.address, timeout=60) as client:
        yield client
