"""A release is written whole or not at all, named by its content, and verified when it is opened."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interurban.errors import ReleaseError, ReleaseFileError
from interurban.release import current, open_release, publish
from interurban.release.folder import replace_release

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


def test_a_manifest_with_any_other_byte_is_refused(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    release = publish(tmp_path, FILES, {"base": "http://b/", "published": "2026-11-22T00:00:00Z"})
    path = release.folder / "manifest.json"
    written = path.read_bytes()
    flips = [(place, written[place] ^ (1 << bit)) for place in range(len(written)) for bit in range(8)]
    record_property("tried", len(flips))
    for place, other in (*flips, *((place, ord(" ")) for place, byte in enumerate(written) if byte == ord("\n"))):
        path.write_bytes(written[:place] + bytes([other]) + written[place + 1 :])
        with pytest.raises(ReleaseError, match=release.version):
            open_release(release.folder)
    for altered in (written[:-1], written + b"\n", b" " + written, written.replace(b"  ", b" "), b"[" * 100_000):
        path.write_bytes(altered)
        with pytest.raises(ReleaseError, match=release.version):
            open_release(release.folder)
    path.write_bytes(written)
    assert open_release(release.folder) == release


def test_a_release_under_another_name_is_refused(tmp_path: Path) -> None:
    release = publish(tmp_path, FILES, {"base": "http://b/"})
    release.folder.rename(tmp_path / "backup")
    with pytest.raises(ReleaseError, match="backup"):
        open_release(tmp_path / "backup")


def test_what_was_rewritten_is_under_a_sum_as_well(tmp_path: Path) -> None:
    version = publish(tmp_path, FILES, {"base": "http://b/"}).version
    replace_release(tmp_path, version, {"dataset.nq": b""}, {"base": "http://b/", "erased": True})
    path = tmp_path / version / "manifest.json"
    assert open_release(path.parent).manifest["erased"] is True
    for before, after in ((b"http://b/", b"http://c/"), (b"true", b"false"), (b"rewritten", b"Rewritten")):
        written = path.read_bytes()
        path.write_bytes(written.replace(before, after))
        with pytest.raises(ReleaseError, match=version):
            open_release(path.parent)
        path.write_bytes(written)


def test_what_was_opened_is_read_though_the_folder_is_deleted(tmp_path: Path) -> None:
    release = publish(tmp_path, FILES | {"dataset.nq": b"<a:a> <a:b> <a:c> .\n"}, {"base": "http://b/"})
    shutil.rmtree(release.folder)
    assert release.read("dataset.nq") == b"<a:a> <a:b> <a:c> .\n"
    with pytest.raises(ReleaseFileError, match=r"dumps/a\.csv"):
        release.read("dumps/a.csv")


@pytest.mark.parametrize("way", ["changed", "replaced", "link", "folder is a link", "pipe", "folder"])
def test_only_what_was_published_is_read(tmp_path: Path, way: str) -> None:
    release = publish(tmp_path / "releases", FILES, {"base": "http://b/"})
    path, elsewhere = release.folder / "dumps/a.csv", tmp_path / "dumps"
    shutil.copytree(path.parent, elsewhere)
    status = path.stat()
    if way == "changed":  # as nobody could tell from its size and its date
        path.write_bytes(b"x\n2\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif way == "folder is a link":
        shutil.rmtree(path.parent)
        path.parent.symlink_to(elsewhere)
    else:
        path.unlink()
        if way == "replaced":
            path.write_bytes(b"x\n2\n")
        elif way == "link":
            path.symlink_to(elsewhere / "a.csv")
        elif way == "pipe":
            os.mkfifo(path)
        else:
            path.mkdir()
    for _ in range(2):
        with pytest.raises(ReleaseFileError, match=r"dumps/a\.csv"):
            release.read("dumps/a.csv")
    with pytest.raises(ReleaseError, match=release.version):
        open_release(release.folder)


def test_what_was_put_back_is_read_again(tmp_path: Path) -> None:
    release = publish(tmp_path, FILES, {"base": "http://b/"})
    path = release.folder / "dumps/a.csv"
    path.write_bytes(b"")
    with pytest.raises(ReleaseFileError):
        release.read("dumps/a.csv")
    path.write_bytes(b"x\n1\n")
    assert release.read("dumps/a.csv") == b"x\n1\n"
