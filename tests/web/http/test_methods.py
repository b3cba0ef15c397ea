"""What an address answers to besides GET: OPTIONS, preflights, and methods that it has not."""

import re

import httpx
import pytest


def test_a_preflight_is_answered(client: httpx.Client) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    answer = client.options("/sparql", headers=headers | {"Access-Control-Request-Headers": "content-type"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "*"


def test_options_tell_of_every_address_what_it_answers_to(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert len(described) > 40
    for template, operations in described.items():
        path = re.sub(r"{\w+}", "x", template)
        methods = {method.upper() for method in operations} | {"HEAD", "OPTIONS"}
        told = client.options(path)
        assert (told.status_code, set(told.headers["allow"].split(", "))) == (204, methods), path
        assert told.headers["access-control-allow-methods"] == told.headers["allow"]
        for method in {"POST", "PUT", "DELETE", "PATCH"} - methods:
            refused = client.request(method, path)
            assert (refused.status_code, refused.headers["allow"]) == (405, told.headers["allow"]), path
            assert told.headers["allow"] in refused.json()["detail"]
    assert client.options("/nowhere").status_code == client.put("/nowhere").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/doc/city/it-fonte")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["status"] == 405
