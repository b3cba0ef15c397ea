"""A release is written whole or not at all, named by its content, and verified when it is opened."""

from pathlib import Path

import pytest

from interurban.errors import ReleaseError
from interurban.release import current, open_release, publish

FILES = {"dataset.nq": b"", "dumps/a.csv": b"x\n1\n"}


def test_a_release_is_what_was_published(tmp_path: Path) -> None:
    release = publish(tmp_path, FILES, {"base": "http://b/"})
    assert (release.folder / "dumps/a.csv").read_bytes() == b"x\n1\n"
    assert release.base == "http://b/"
    assert release.manifest["files"]["dumps/a.csv"]["bytes"] == 4
    assert current(tmp_path) == release == open_release(tmp_path / release.version)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    first = publish(tmp_path, FILES, {"base": "http://b/"})
    assert publish(tmp_path, FILES, {"base": "http://c/"}).version != first.version
    assert publish(tmp_path, FILES | {"dataset.nq": b"\n"}, {"base": "http://b/"}).version != first.version
    assert publish(tmp_path, dict(reversed(FILES.items())), {"base": "http://b/"}).version == first.version


def test_the_newest_published_release_is_current_and_the_older_stays(tmp_path: Path) -> None:
    first = publish(tmp_path, FILES, {"base": "http://b/"})
    second = publish(tmp_path, FILES, {"base": "http://c/"})
    assert current(tmp_path).version == second.version
    assert open_release(first.folder) == first


def test_a_release_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path, FILES, {"base": "http://b/"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OSError, match=r"a\.csv"):  # a file where a folder is needed
        publish(tmp_path, FILES | {"dumps/a.csv/b": b""}, {"base": "http://c/"})
    assert sorted(tmp_path.rglob("*")) == before
    assert current(tmp_path) == first


def test_no_release_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="interurban build"):
        current(tmp_path)


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    release = publish(tmp_path, FILES, {"base": "http://b/"})
    path = release.folder / "dumps/a.csv"
    path.write_bytes(b"x\n2\n") if damage == "change" else path.unlink()
    with pytest.raises(ReleaseError, match=r"dumps/a\.csv"):
        open_release(release.folder)


@pytest.mark.parametrize("manifest", [None, "{", '{"version": "x"}'])
def test_a_folder_without_a_readable_manifest_is_no_release(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ReleaseError, match=r"manifest\.json"):
        open_release(tmp_path)
