"""`interurban fetch`: what a publisher gives is taken whole, verified and bounded, or the message says what to do."""

import json
import os
import pty
import subprocess
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from interurban.sources import download as downloading
from serving import COMMAND
from sources.conftest import CSV, Publisher, Source, status, whole

LONG = b"Name,Short\n" + b"".join(b"House %d,H%d\n" % (n, n) for n in range(20_000))


def fetched(source: Source) -> list[bytes]:
    return [path.read_bytes() for path in source.cache.iterdir()]


def test_what_is_fetched_is_kept_and_not_asked_for_again(source: Source, publisher: Publisher) -> None:
    first = source.run("fetch")
    assert (first.status, first.err) == (0, "")
    assert "houses" in first.out
    assert source.run("fetch").status == 0
    assert len(publisher.asked) == 1
    assert fetched(source) == [source.content]


def test_a_damaged_copy_is_fetched_again(source: Source, publisher: Publisher) -> None:
    source.run("fetch")
    (copy,) = source.cache.iterdir()
    copy.write_bytes(b"damaged")
    assert source.run("fetch").status == 0
    assert fetched(source) == [source.content]


def test_what_was_cut_off_goes_on_where_it_stopped(source: Source, publisher: Publisher) -> None:
    source.content = LONG
    source.describe(publisher.address)
    publisher.answer = whole(LONG, until=100_000)
    cut = source.run("fetch")
    assert cut.status == 1
    assert "100000 bytes" in cut.err
    publisher.answer = whole(LONG)
    assert source.run("fetch").status == 0
    assert publisher.asked[-1]["Range"] == "bytes=100000-"
    assert publisher.asked[-1]["If-Range"] == '"1"'
    assert fetched(source) == [LONG]


def test_what_the_publisher_has_changed_meanwhile_is_not_mixed(source: Source, publisher: Publisher) -> None:
    source.content = LONG
    source.describe(publisher.address)
    publisher.answer = whole(b"N" * 50_000 + LONG, until=40_000, tag='"0"')
    source.run("fetch")
    publisher.answer = whole(LONG)
    assert source.run("fetch").status == 0
    assert fetched(source) == [LONG]


def test_a_connection_that_is_cut_each_time_goes_on_each_time(source: Source, publisher: Publisher) -> None:
    source.content = LONG
    source.describe(publisher.address)
    ends = iter(range(100_000, 10**6, 100_000))
    publisher.answer = lambda request: whole(LONG, until=next(ends))(request)
    assert source.run("fetch").status == 0
    assert fetched(source) == [LONG]
    assert len(publisher.asked) == 4


def test_another_edition_is_told_with_its_numbers_and_need_not_come_twice(source: Source, publisher: Publisher) -> None:
    edition = CSV.replace("Letters", "Books").encode()
    publisher.answer = whole(edition)
    expected = source.checksum
    changed = source.run("fetch")
    assert changed.status == 1
    source.content = edition
    for text in (expected, source.checksum, f"{len(edition)} bytes", "source.ttl", "dcat:byteSize"):
        assert text in changed.err
    source.describe(publisher.address)
    assert source.run("fetch").status == 0
    assert len(publisher.asked) == 1


def test_of_a_file_that_nobody_has_seen_yet_the_numbers_are_told(source: Source, publisher: Publisher) -> None:
    source.describe(publisher.address, known=False)
    unknown = source.run("fetch")
    assert unknown.status == 1
    assert source.checksum in unknown.err
    assert f"dcat:byteSize {len(source.content)} ;" in unknown.err


def silent(publisher: Publisher) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "10")
        request.end_headers()
        publisher.ends.wait()

    publisher.answer = answer


def too_long(publisher: Publisher) -> None:
    publisher.answer = status(200, **{"X-Length": "", "content-length": str(2**40)})


def endless(publisher: Publisher) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(bytes(2**16))
        except OSError:  # the client has had enough
            pass

    publisher.answer = answer


def page(publisher: Publisher) -> None:
    publisher.answer = whole(b"\n<!DOCTYPE html><title>Sign in</title>")


def binary(publisher: Publisher) -> None:
    publisher.answer = whole(b"PK\x03\x04\x00\x00")


def no_http(publisher: Publisher) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"220 welcome to another protocol\r\n")

    publisher.answer = answer


def circle(publisher: Publisher) -> None:
    publisher.answer = status(302, Location=publisher.address)


def elsewhere(publisher: Publisher) -> None:
    publisher.answer = status(302, Location="ftp://127.0.0.1/houses")


def to_a_file(publisher: Publisher) -> None:
    publisher.answer = status(302, Location="file:///etc/passwd")


def gone(publisher: Publisher) -> None:
    publisher.answer = status(404)


def broken(publisher: Publisher) -> None:
    publisher.answer = status(500)


@pytest.mark.parametrize(
    ("behaves", "told"),
    [
        (silent, "says nothing"),
        (too_long, "larger than"),
        (endless, "larger than"),
        (page, "web page"),
        (binary, "no text"),
        (no_http, "does not speak HTTP"),
        (circle, "in a circle"),
        (elsewhere, "no address of the web"),
        (to_a_file, "no address of the web"),
        (gone, "404"),
        (broken, "500"),
    ],
)
def test_a_server_that_behaves_badly_is_told_of(
    behaves: object, told: str, source: Source, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "LARGEST", 2**20)  # so that it is reached soon
    behaves(publisher)  # type: ignore[operator]
    ran = source.run("fetch", "--timeout", 0.5)
    assert ran.status == 1
    assert told in ran.err
    assert "source.ttl:9" in ran.err  # where the file is described
    assert not list(source.cache.glob("*.csv"))


def test_nobody_who_answers_is_told_of(source: Source, publisher: Publisher) -> None:
    source.describe("http://127.0.0.1:9/houses")
    ran = source.run("fetch")
    assert ran.status == 1
    assert "is not reached" in ran.err
    assert "--file" in ran.err


def test_a_copy_at_hand_is_verified(source: Source) -> None:
    wrong = source.run("fetch", "--file", source.file(b"Name,Short\nOther,O\n"))
    assert wrong.status == 1
    assert source.checksum in wrong.err
    assert "19 bytes" in wrong.err
    assert source.run("fetch", "--file", source.file()).status == 0
    assert fetched(source) == [source.content]
    assert source.run("fetch").status == 0  # it is there now


def test_without_an_address_a_copy_is_asked_for(source: Source) -> None:
    ran = source.run("fetch", "--language", "it")
    assert ran.status == 1
    assert "--file" in ran.err
    assert "non si conosce un indirizzo" in ran.err


def test_machines_are_told_in_events(source: Source, publisher: Publisher) -> None:
    source.content = LONG
    source.describe(publisher.address)
    publisher.answer = whole(LONG)
    events = [json.loads(line) for line in source.run("fetch", "--json").out.splitlines()]
    assert [event["event"] for event in events if event["event"] != "progress"] == ["begin", "end", "result"]
    done = [event["done"] for event in events if event["event"] == "progress"]
    assert done == sorted(done)
    assert 1 < len(done) <= 20
    assert events[-1]["checksum"] == source.checksum

    publisher.answer = status(404)
    source.content = LONG + b"House,H\n"
    source.describe(publisher.address)
    (problem,) = [json.loads(line) for line in source.run("fetch", "--json").out.splitlines()]
    assert (problem["event"], problem["problem"], problem["line"]) == ("problem", "fetch-refused", 9)
    assert problem["message"].keys() == {"en", "it"}


def test_a_terminal_shows_how_far_it_is(source: Source, publisher: Publisher) -> None:
    terminal, end = pty.openpty()
    given = ["fetch", "letters", "--data", source.data, "--cache", source.cache]
    with subprocess.Popen([*COMMAND, *map(str, given)], stdout=subprocess.PIPE, stderr=end) as process:
        os.close(end)
        shown = b""
        with suppress(OSError):  # which is how a terminal tells that nobody writes any more
            while piece := os.read(terminal, 2**16):
                shown += piece
        assert process.wait() == 0
    os.close(terminal)
    assert b"houses" in shown
    assert b"100%" in shown


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('dct:identifier "a-b"', "twice"),
        ("dcat:mediaType media:image\\/png", "twice"),
        ('csvw:dialect <#d> . <#d> csvw:encoding "klingon"', "klingon"),
        ('csvw:dialect <#d> . <#d> csvw:delimiter ";;"', ";;"),
        ('csvw:dialect <#d> . <#d> csvw:skipRows "one"', "skipRows"),
        ("dcat:downloadURL <file:///etc/passwd>", "https://"),
    ],
)
def test_what_is_said_wrongly_of_a_file_is_told_at_its_line(said: str, told: str, source: Source) -> None:
    source.describe(more=said, known=False)
    ran = source.run("fetch")
    assert ran.status == 1
    assert told in ran.err
    assert "letters/source.ttl:9" in ran.err


def test_a_source_that_is_not_there_is_told_with_those_that_are(source: Source) -> None:
    source.folder.rename(source.folder.with_name("other"))
    ran = source.run("fetch")
    assert ran.status == 1
    assert "modena-networks, other" in ran.err


def test_redirections_in_a_circle_come_to_an_end(source: Source, publisher: Publisher) -> None:
    source.describe(publisher.address)

    def moved(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "/there" if request.path == "/houses" else "/houses")
        request.send_header("Content-Length", "0")
        request.end_headers()

    publisher.answer = moved
    ran = source.run("fetch")
    assert ran.status == 1
    assert "Traceback" not in ran.err
    assert publisher.address.rsplit("/", 1)[0] in ran.err
    assert "302" in ran.err
    assert len(publisher.asked) < 20
    assert [path for path in source.cache.iterdir() if path.stat().st_size] == []
