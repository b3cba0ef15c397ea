"""The log: a line of JSON for each request, with an id that the client may give, and no address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interurban.operation.logged import request_id
from operation.listening import Logged, logged
from web.chain import chain

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    made = chain(tmp_path_factory.mktemp("log"), 1)
    with logged(made, "--web-processes", 1) as server:
        yield server


def test_a_request_has_a_line_and_its_query_has_none(server: Logged) -> None:
    path = "/doc/city/it-fonte.ttl"
    answer = httpx.get(server.address[:-1] + path, params={"at": "2020-01-01"})
    told = server.line_of(path)
    assert told["http.request.method"] == "GET"
    assert told["http.route"] == "things"
    assert told["http.response.status_code"] == answer.status_code == 200
    assert told["http.response.body.size"] == len(answer.content)
    assert told["http.server.request.duration"] > 0
    assert told["request_id"] == answer.headers["x-request-id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told["time"])
    assert "2020" not in json.dumps({key: value for key, value in told.items() if key != "time"})
    assert "127.0.0.1" not in json.dumps(told)
    assert re.fullmatch("[0-9a-f]{12}", told["client"])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-Id": "a-b_c.9"}, "a-b_c.9"),
        ({"X-Request-Id": "a" * 64}, "a" * 64),
        ({"traceparent": PARENT}, TRACE),
        ({"X-Request-Id": "mine", "traceparent": PARENT}, "mine"),
        ({"X-Request-Id": "a" * 65}, None),
        ({"X-Request-Id": 'a"b'}, None),
        ({"X-Request-Id": ""}, None),
        ({"traceparent": PARENT.replace(TRACE, "0" * 32)}, None),
        ({"traceparent": PARENT.replace("00-", "ff-", 1)}, None),
        ({"traceparent": PARENT.upper()}, None),
    ],
)
def test_an_id_is_the_clients_if_it_is_one(server: Logged, headers: dict[str, str], expected: str | None) -> None:
    sent = httpx.get(f"{server.address}health", headers=headers).headers["x-request-id"]
    told = server.line_of("/health")
    assert told["request_id"] == sent
    if expected:
        assert sent == expected
    else:
        assert re.fullmatch("[0-9a-f]{32}", sent)
    assert told.get("trace_id") == (TRACE if headers.get("traceparent") == PARENT else None)


def test_two_ids_are_none(server: Logged) -> None:
    sent = httpx.get(f"{server.address}health", headers=[("X-Request-Id", "a"), ("X-Request-Id", "b")])
    assert re.fullmatch("[0-9a-f]{32}", sent.headers["x-request-id"])
    server.line_of("/health")


def test_a_problem_has_an_id_too_and_hostile_paths_stay_in_one_line(server: Logged) -> None:
    assert httpx.get(f"{server.address}no%0Awhere%22%1b").headers["x-request-id"]
    told = server.line_of('/no\nwhere"\x1b')
    assert (told["http.response.status_code"], told["http.route"]) == (404, "none")
    long = "/" + "%C3%A4" * 2_000
    assert httpx.get(server.address[:-1] + long).status_code == 404
    assert server.line_of("/" + "ä" * 499)


def test_what_is_told_is_json_as_well(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with logged(made, "--web-processes", 1) as server:
        made.grow()
        told = server.line()
    assert (told["level"], made.versions[1] in told["message"]) == ("info", True)


def test_one_client_has_one_name_and_another_start_gives_another(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    names = []
    for _ in range(2):
        with logged(made) as server:
            for _ in range(6):
                httpx.get(f"{server.address}health")
            (name,) = {server.line_of("/health")["client"] for _ in range(6)}
            names.append(name)
    assert names[0] != names[1]


HEADERS = st.lists(st.tuples(st.sampled_from([b"x-request-id", b"traceparent", b"accept"]), st.binary(max_size=80)))


@given(HEADERS)
def test_an_id_is_short_and_plain_whatever_is_sent(headers: list[tuple[bytes, bytes]]) -> None:
    own, trace = request_id(headers)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", own)
    assert re.fullmatch(r"([0-9a-f]{32})?", trace)
