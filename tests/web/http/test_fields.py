"""Header fields as RFC 9110 has them read: lists in several lines, preconditions, other names of formats."""

import httpx
import pytest

DOCUMENT = "/doc/city/it-fonte"
LONG_AGO, LATER = "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 06 Nov 2099 08:49:37 GMT"


def get(client: httpx.Client, path: str, *fields: tuple[str, str], method: str = "GET") -> httpx.Response:
    """Ask with exactly these fields, in lines of their own."""
    request = client.build_request(method, path)
    kept = [(name, value) for name, value in request.headers.raw if name.lower() not in (b"accept", b"accept-encoding")]
    request.headers = httpx.Headers([*kept, *((name.encode(), value.encode()) for name, value in fields)])
    return client.send(request)


def test_a_list_may_come_in_several_lines(client: httpx.Client) -> None:
    first = get(client, DOCUMENT, ("Accept", "text/html;q=0.1"), ("Accept", "text/turtle"))
    assert first.headers["content-type"].startswith("text/turtle")
    page = get(client, DOCUMENT, ("Accept-Language", "en;q=0.1"), ("Accept-Language", "it"))
    assert page.headers["content-language"] == "it"
    tag = get(client, DOCUMENT + ".ttl").headers["etag"]
    for several in (('"other"', tag), (tag, '"other"')):
        lines = [("If-None-Match", value) for value in several]
        assert get(client, DOCUMENT + ".ttl", *lines).status_code == 304
        assert get(client, DOCUMENT + ".ttl", *(("If-Match", value) for value in several)).status_code == 200
    results = get(
        client, "/sparql?query=ASK%7B%7D", ("Accept", "text/csv;q=0.1"), ("Accept", "text/csv;q=0.2, */*;q=0")
    )
    assert results.headers["content-type"].startswith("text/csv")
    packed = get(client, "/static/style.css", ("Accept-Encoding", "br"), ("Accept-Encoding", "gzip"))
    assert packed.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [DOCUMENT + ".ttl", "/", "/doc/city/", "/sparql", "/sparql?query=ASK%7B%7D"])
def test_who_wants_another_state_of_it_is_told_that_it_has_changed(
    client: httpx.Client, path: str, method: str
) -> None:
    plain = get(client, path, method=method)
    refused = get(client, path, ("If-Match", '"other"'), method=method)
    assert refused.status_code == 412
    if method == "GET":
        assert refused.json()["detail"].startswith("this is not, or no longer, what the request is meant for")
    for same in (plain.headers["etag"], f'"other", {plain.headers["etag"]}', "*"):
        assert get(client, path, ("If-Match", same), method=method).status_code == plain.status_code
    # a weak tag stands for what is as good, and that is not enough here
    assert get(client, path, ("If-Match", "W/" + plain.headers["etag"]), method=method).status_code == 412
    # both have to be met
    both = ("If-Match", plain.headers["etag"]), ("If-None-Match", plain.headers["etag"])
    assert get(client, path, *both, method=method).status_code == 304


@pytest.mark.parametrize("path", ["/doc/city/nowhere", "/sparql?query=NONSENSE"])
def test_conditions_say_nothing_of_an_error(client: httpx.Client, path: str) -> None:
    plain = get(client, path).status_code
    assert (
        get(client, path, ("If-None-Match", "*")).status_code
        == plain
        == get(client, path, ("If-Match", "*")).status_code
    )


def test_dates_are_no_condition_for_what_has_none(client: httpx.Client) -> None:
    for name in ("If-Modified-Since", "If-Unmodified-Since"):
        for date in (LONG_AGO, LATER, "nonsense"):
            assert get(client, DOCUMENT + ".ttl", (name, date)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        DOCUMENT,
        "/doc/city/",
        "/graph/register",
        "/def/",
        "/def/City",
        "/queries",
        "/releases",
        "/sparql",
        "/conflicts",
    ],
)
def test_every_document_is_json_for_who_asks_for_json(client: httpx.Client, path: str) -> None:
    for accept in (
        "application/json",
        "application/json, text/plain, */*",
        "application/json, text/javascript, */*; q=0.01",
    ):
        answer = get(client, path, ("Accept", accept))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json"), accept
        assert "@context" in answer.json()
