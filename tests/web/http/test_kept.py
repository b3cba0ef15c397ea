"""Who asks again gets the same answer, with the same headers; who asks otherwise gets another one."""

import httpx
import pytest

MODENA = "doc/city/it-modena"
OF_ITS_OWN = {"date", "x-request-id"}  # of each answer


def again(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, httpx.Response]:
    return client.get(path, headers=headers), client.get(path, headers=headers)


def told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (MODENA, "text/html"),
        (MODENA, "application/ld+json"),
        (MODENA + ".ttl?at=2020-01-01", "*/*"),
        ("doc/city/", "text/html"),
        ("catalog", "text/turtle"),
        ("sparql?query=SELECT * { ?s a <urn:kept> }", "text/csv"),
        ("queries/city-networks?city=it-modena", "text/html"),
        ("search?q=modena", "application/json"),
    ],
)
def test_the_second_answer_is_the_first(real: httpx.Client, path: str, accept: str) -> None:
    first, second = again(real, path, Accept=accept)
    assert first.status_code == 200
    expected = told(first)
    if expected.pop("transfer-encoding", None):  # it was streamed, and its length not known yet
        expected["content-length"] = str(first.num_bytes_downloaded)
    assert (second.status_code, second.content, told(second)) == (200, first.content, expected)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_it_depends_on_what_is_asked_for(real: httpx.Client) -> None:
    for _ in range(2):
        kinds = {accept: real.get(MODENA, headers={"Accept": accept}) for accept in ("text/turtle", "text/html")}
        assert {kind: answer.headers["content-type"].partition(";")[0] for kind, answer in kinds.items()} == {
            kind: kind for kind in kinds
        }
        languages = [real.get(MODENA, headers={"Accept": "text/html", "Accept-Language": x}) for x in ("it", "en")]
        assert [answer.headers["content-language"] for answer in languages] == ["it", "en"]
        assert real.get(MODENA + "?at=2020-01-01", headers={"Accept": "text/turtle"}).content != (
            kinds["text/turtle"].content
        )


def test_conditions_methods_and_hosts_count_as_before(real: httpx.Client) -> None:
    _, kept = again(real, MODENA + ".ttl")
    same = real.get(MODENA + ".ttl", headers={"If-None-Match": kept.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert real.get(MODENA + ".ttl", headers={"If-Match": '"another"'}).status_code == 412
    head = real.head(MODENA + ".ttl")
    assert (head.status_code, head.content, told(head)) == (200, b"", told(kept))
    assert real.post(MODENA + ".ttl").status_code == 405
    assert real.get(MODENA + ".ttl", headers={"Host": "not a host"}).status_code == 400
    assert real.get(MODENA + ".ttl", headers={"Accept-Datetime": "Thu, 01 Jan 2015 00:00:00 GMT"}).status_code == 200


def test_what_is_refused_is_not_kept(real: httpx.Client) -> None:
    first, second = again(real, MODENA, Accept="image/png")
    assert [first.status_code, second.status_code] == [406, 406]
    for _ in range(2):
        assert real.get("doc/city/nowhere").status_code == 404


def test_what_is_packed_is_for_who_can_unpack_it(real: httpx.Client) -> None:
    for _ in range(2):
        for coding in ("gzip", "identity"):
            answer = real.get("catalog", headers={"Accept": "text/html"})
            sheet = answer.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
            answer = real.get(sheet, headers={"Accept-Encoding": coding})
            assert (answer.status_code, answer.headers.get("content-encoding", "identity")) == (200, coding)
