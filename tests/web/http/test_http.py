"""Addresses, headers and formats of documents, as HTTP clients see them."""

import json

import httpx
import pytest

from web.world import World

FORMATS = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}
DOCUMENTS = [
    "/doc/city/it-fonte",
    "/graph/register",
    "/def/City",
    "/def/role/member",
    "/def/",
    "/doc/city/",
    "/graph/",
]


def get(client: httpx.Client, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
    """Ask with exactly these headers; None sends no Accept at all."""
    request = client.build_request("GET", path, headers=headers)
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    return client.send(request)


def test_a_thing_points_to_its_document(client: httpx.Client, world: World) -> None:
    answer = client.get("/id/city/it-fonte?lang=it")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{world.base}doc/city/it-fonte?lang=it"
    assert answer.headers["link"] == '</doc/city/it-fonte>; rel="describedby"'


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/id/city/it-fonte", "doc/city/it-fonte"),
        ("/doc/city", "doc/city/"),
        ("/graph", "graph/"),
        ("/def", "def/"),
        ("/queries/", "queries"),
    ],
)
def test_redirections_keep_the_query_and_are_absolute_where_the_base_is(
    client: httpx.Client, world: World, path: str, target: str
) -> None:
    query = "?lang=it&at=2019-05-01"
    assert client.get(path + query).headers["location"] == world.base + target + query
    preview = client.get(path + query, headers={"host": "preview.example"})
    assert preview.headers["location"] == f"/{target}{query}"


@pytest.mark.parametrize(
    "path", ["/id/city/nowhere", "/id/city/", "/id/city", "/doc/city/nowhere", "/doc/city/nowhere.ttl"]
)
def test_what_does_not_exist_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/graph/nowhere", "/def/Nothing", "/def.png", "/doc/nothing/", "/doc/city/?page=2"])
def test_nor_do_other_rooms_invent_things(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("extension", FORMATS)
def test_each_format_by_negotiation_and_by_address(client: httpx.Client, document: str, extension: str) -> None:
    named = client.get(document.rstrip("/") + "." + extension)
    negotiated = get(client, document, FORMATS[extension].partition(";")[0])
    assert named.status_code == negotiated.status_code == 200
    assert named.headers["content-type"] == negotiated.headers["content-type"] == FORMATS[extension]
    assert negotiated.headers["content-location"] == document.rstrip("/") + "." + extension
    assert negotiated.headers["vary"] == "Accept, Accept-Language"
    assert named.headers.get("vary") == ("Accept-Language" if extension == "html" else None)
    if extension != "html":  # a page's language links lead back to where the reader is
        assert named.content == negotiated.content


def test_links_lead_to_the_other_formats_and_to_the_thing(client: httpx.Client, world: World) -> None:
    links = get(client, "/doc/city/it-fonte", "text/turtle").headers["link"]
    assert '</doc/city/it-fonte.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert f'<{world.base}id/city/it-fonte>; rel="about"' in links
    assert "it-fonte.ttl>" not in links  # that is the one at hand


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.6", "text/turtle"),
        ("application/n-triples, text/turtle;q=0.9", "application/n-triples"),
    ],
)
def test_accept_decides(client: httpx.Client, accept: str | None, expected: str) -> None:
    assert get(client, "/doc/city/it-fonte", accept).headers["content-type"].partition(";")[0] == expected


def test_a_graph_of_which_nothing_is_said_has_a_document(hostile: httpx.Client) -> None:
    assert hostile.get("/graph/silent.html").status_code == 200
    assert hostile.get("/graph/silent.jsonld").json()["@id"].endswith("/graph/silent")
    assert hostile.get("/graph/silent.ttl").text.strip() == ""


def test_nothing_acceptable_is_told_with_what_there_is(client: httpx.Client) -> None:
    answer = get(client, "/doc/city/it-fonte", "image/png", **{"Accept-Language": "it"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    problem = answer.json()
    assert problem["status"] == 406
    assert problem["title"] == "Non in questo formato"
    for offer in problem["available"]:
        assert client.get(offer["href"]).headers["content-type"].startswith(offer["type"])
        assert f'<{offer["href"]}>; rel="alternate"; type="{offer["type"]}"' in answer.headers["link"]


def test_a_slug_may_contain_a_dot(client: httpx.Client, world: World) -> None:
    exact = get(client, "/doc/city/nl-a.ttl", "text/turtle")
    assert exact.status_code == 200
    assert exact.headers["content-location"] == "/doc/city/nl-a.ttl.ttl"
    assert f"<{world.base}id/city/nl-a.ttl>" in client.get("/doc/city/nl-a.ttl.ttl").text
    assert get(client, "/doc/city/nl-a.ttl", "text/html").headers["content-type"].startswith("text/html")


def test_names_beyond_ascii_are_found_and_linked_in_ascii(client: httpx.Client, world: World) -> None:
    answer = client.get("/id/city/fr-%C3%A9cole")
    assert answer.headers["location"] == f"{world.base}doc/city/fr-%C3%A9cole"
    turtle = get(client, "/doc/city/fr-%C3%A9cole", "text/turtle")
    assert turtle.headers["content-location"] == "/doc/city/fr-%C3%A9cole.ttl"
    assert f"<{world.base}id/city/fr-école>" in turtle.text


@pytest.mark.parametrize(
    "path", ["/id/city/%00", "/doc/city/%20", "/doc/city/%ff", "/doc/city/a%0d%0ab", "/def/<x>", "/graph/%22"]
)
def test_what_is_no_iri_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/doc/city/it-fonte.ttl", "/doc/city/it-fonte.html", "/", "/sparql", "/doc/city/", "/static/style.css"],
)
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers.get("vary") == first.headers.get("vary")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_different_answers_have_different_tags(client: httpx.Client) -> None:
    requests = [
        ("/doc/city/it-fonte", "text/turtle", "en"),
        ("/doc/city/it-fonte", "application/ld+json", "en"),
        ("/doc/city/it-fonte", "text/html", "en"),
        ("/doc/city/it-fonte", "text/html", "it"),
        ("/doc/city/it-fonte?lang=it", "text/html", "en"),
        ("/doc/city/de-monach", "text/turtle", "en"),
    ]
    tags = [get(client, p, a, **{"Accept-Language": tongue}).headers["etag"] for p, a, tongue in requests]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "path", ["/", "/doc/city/it-fonte.ttl", "/doc/city/nowhere", "/health", "/sparql?query=ASK%7B%7D"]
)
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    head, body = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (body.status_code, b"")
    without = {
        "date",
        "x-request-id",
        "transfer-encoding",
        *(["content-length"] if path.startswith("/sparql") else []),
    }  # it is a stream
    assert {k: v for k, v in head.headers.items() if k not in without} == {
        k: v for k, v in body.headers.items() if k not in without
    }


@pytest.mark.parametrize(
    "path", ["/", "/doc/city/it-fonte", "/nowhere", "/doc/city/nowhere", "/sparql?query=x", "/health"]
)
def test_everything_is_open_to_other_sites_and_closed_to_their_scripts(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["access-control-allow-origin"] == "*"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in headers
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_an_unknown_address_is_a_problem_document_or_a_page(client: httpx.Client) -> None:
    problem = client.get("/wp-login.php", headers={"Accept-Language": "it"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json() == {
        "type": "about:blank",
        "title": "Qui non c’è nulla",
        "status": 404,
        "detail": "a questo indirizzo non c’è nessuna pagina",
    }
    page = get(client, "/wp-login.php", "text/html,*/*;q=0.5", **{"Accept-Language": "it"})
    assert (page.status_code, page.headers["content-language"]) == (404, "it")
    assert "Qui non c’è nulla" in page.text


def test_health(client: httpx.Client, world: World) -> None:
    assert client.get("/health").json() == {"status": "ok", "release": world.release.version}


def test_no_page_of_documentation_that_loads_from_elsewhere(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
    assert json.loads(client.get("/openapi.json").text)["info"]["title"] == "Interurban"


def test_static_files_are_kept_for_ever_only_at_their_own_address(client: httpx.Client) -> None:
    page = client.get("/").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert "immutable" not in client.get("/static/style.css?v=old").headers["cache-control"]
    assert client.get(address).headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/..%2fapp.py").status_code == 404
