"""What becomes of the disk under a running server: it gives out what it has opened and verified, or says why not."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from engine.house import descendants, wait_until
from interurban.release.folder import DATASET, QUERIES, publish
from serving import Served, serving
from web.chain import chain

FILE, TEXT = "dumps/all/things.csv", b"a,b\n1,2\n" * 1000
QUESTION = """\
#+ summary: Things
#+ description: Which things there are.
#+ tags: [thing]
#+ columns: {thing: Thing}
#+ it: {summary: Cose, description: Quali, tags: [cosa], columns: {thing: Cosa}}
SELECT ?thing { ?thing ?p ?o }
"""
DOCUMENTS = ("releases", "releases.ttl", "releases/{0}.ttl", "releases/{0}", "changes", "changes.ttl")
COMPARED = ("releases/{0}/diff/{1}", "releases/{0}/diff/{1}.nq", "releases/{1}/diff/{0}.trig")
OLDER = ("releases/{0}/doc/network/rivers", "changes/{0}/snapshot/1.nt", "changes/{0}/snapshot/1", "changes/{1}/1")


@contextmanager
def as_it_is(server: Served) -> Iterator[None]:
    """Let a server notice nothing, and so go over to nothing else."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_a_deleted_older_release_is_served_until_the_server_goes_over(tmp_path: Path) -> None:
    made = chain(tmp_path, 2)
    with serving(tmp_path, "--web-processes", 1, port=made.port) as server:

        def answers() -> list[int]:
            paths = [path.format(*made.versions) for path in (*DOCUMENTS, *COMPARED, *OLDER)]
            return [httpx.get(server.address + path, timeout=20).status_code for path in paths]

        with as_it_is(server):
            shutil.rmtree(made.releases[0].folder)
            assert set(answers()) == {200}
            (web,) = [child.pid for child in descendants(server.process.pid) if child.name == "web-process"]
            os.kill(web, signal.SIGKILL)
            wait_until(
                lambda: web not in [child.pid for child in descendants(server.process.pid)], "there is another one"
            )
            assert set(answers()) == {200}
        gone = f"{server.address}releases/{made.versions[0]}"
        wait_until(lambda: httpx.get(gone, timeout=20).status_code == 404, "it has gone over")
        assert httpx.get(f"{server.address}changes", timeout=20).status_code == 200


def test_what_becomes_of_a_question_changes_nothing_for_processes_that_come_later(tmp_path: Path) -> None:
    facts: dict[str, object] = {"base": "http://e.org/", "dataset_hash": {}, "counts": {}, "published": "2026-11-22"}
    release = publish(tmp_path, {DATASET: b"", f"{QUERIES}/things.rq": QUESTION.encode()}, facts)
    with serving(tmp_path, "--web-processes", 1) as server:
        (release.folder / QUERIES / "things.rq").write_text("#+ {")
        (release.folder / QUERIES / "more.rq").write_text(QUESTION)
        (web,) = [child.pid for child in descendants(server.process.pid) if child.name == "web-process"]
        os.kill(web, signal.SIGKILL)
        wait_until(lambda: web not in [child.pid for child in descendants(server.process.pid)], "there is another one")
        assert httpx.get(f"{server.address}queries/things", timeout=20).status_code == 200
        assert httpx.get(f"{server.address}queries/more", timeout=20).status_code == 404


@pytest.fixture
def dump(tmp_path: Path) -> Iterator[tuple[httpx.Client, Path]]:
    facts: dict[str, object] = {"base": "http://e.org/", "dataset_hash": {}, "counts": {}, "published": "2026-11-22"}
    release = publish(tmp_path / "releases", {DATASET: b"", FILE: TEXT}, facts)
    with (
        serving(tmp_path / "releases", "--web-processes", 1) as server,
        httpx.Client(base_url=server.address, timeout=20) as client,
    ):
        yield client, release.folder / FILE


@pytest.mark.parametrize("way", ["changed", "link", "pipe", "removed", "shorter"])
def test_a_dump_that_is_not_as_it_was_published_is_not_given(
    dump: tuple[httpx.Client, Path], tmp_path: Path, way: str
) -> None:
    client, path = dump
    assert client.get(FILE).content == TEXT
    secret = tmp_path / "secret"
    if way in ("changed", "shorter"):
        path.write_bytes(TEXT.replace(b"1", b"2") if way == "changed" else TEXT[:-1])
    else:
        path.unlink()
    if way == "link":
        secret.write_bytes(b"secret")
        path.symlink_to(secret)
    elif way == "pipe":
        os.mkfifo(path)
    for headers in ({}, {"range": "bytes=0-3"}, {"range": "bytes=0-3,8-11"}):
        refused = client.get(FILE, headers={**headers, "accept": "application/problem+json"})
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert FILE in refused.json()["detail"]
        assert "etag" not in refused.headers
    assert client.head(FILE).status_code == 503
    page = client.get(FILE, headers={"accept": "text/html", "accept-language": "it"})
    assert "non può essere dato" in page.text
    path.unlink(missing_ok=True)
    path.write_bytes(TEXT)  # it is the same again, and nobody has to start anything anew
    assert client.get(FILE).content == TEXT
    assert client.get(FILE, headers={"range": "bytes=4-7"}).content == TEXT[4:8]
