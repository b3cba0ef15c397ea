"""`interurban verify`: a byte that is not as it was written is found, in whichever file of whichever release."""

import random
from pathlib import Path

import pytest

from interurban.release import publish
from serving import interurban

FILES = {f"dumps/{name}": f"{name} of a release\n".encode() for name in ("a.csv", "b/c.nq", "d.ttl")}
NAMES = [*FILES, "manifest.json"]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    for number in range(2):
        facts: dict[str, object] = {"base": "http://e.org/", "dataset_hash": {}, "counts": {}, "number": number}
        publish(tmp_path / "releases", FILES, facts)
    return tmp_path / "releases"


def test_what_is_whole_is_counted_in_the_readers_language(releases: Path) -> None:
    whole = interurban("verify", "--releases", releases, "--language", "it")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "2 release" in whole.stdout
    assert "sono intere" in whole.stdout


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("current", [True, False])
def test_one_flipped_bit_is_named(releases: Path, name: str, current: bool) -> None:
    served = (releases / "current").resolve()
    (folder,) = [f for f in releases.iterdir() if f.is_dir() and not f.is_symlink() and (f == served) is current]
    path, chance = folder / name, random.Random(name)  # noqa: S311  # the same each time
    whole = path.read_bytes()
    place = chance.randrange(len(whole))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    told = interurban("verify", "--releases", releases)
    assert told.returncode == 1
    assert folder.name in told.stderr
    assert name in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_what_is_not_there_or_no_release_is_named(releases: Path, tmp_path: Path) -> None:
    (releases / "backup").mkdir()
    assert "backup is not a release" in interurban("verify", "--releases", releases).stderr
    (releases / "backup").rmdir()
    (releases / "current").unlink()
    for folder in (releases, tmp_path / "nowhere"):
        none = interurban("verify", "--releases", folder)
        assert (none.returncode, "there is no release" in none.stderr) == (1, True)
