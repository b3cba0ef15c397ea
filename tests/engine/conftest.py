"""The data that the engine's tests ask about."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40,000 statements in the default graph, one in each of two named graphs, and one about a blank node."""
    lines = [f"<http://e/s{i}> <http://e/p{i % 20}> <http://e/s{i * 7919 % 40_000}> .\n" for i in range(40_000)]
    lines += [f'<http://e/said> <http://e/by> "{name}" <http://e/{name}> .\n' for name in ("one", "two")]
    lines.append('_:somebody <http://e/by> "nobody" <http://e/two> .\n')
    path = tmp_path_factory.mktemp("engine") / "dataset.nq"
    path.write_text("".join(lines), encoding="utf-8")
    return path
