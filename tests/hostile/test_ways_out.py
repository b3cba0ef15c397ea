"""What a query or a request may try to get out of its cage: to files, to the network, into the release."""

import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from serving import Served, serving

SECRET = "canary-in-a-file"  # noqa: S105 - nobody's
SPARQL = "/sparql"
NUMBERS = count()

# name -> query; PORT is that of somebody who would notice, FILE one that only this machine has
QUERIES = {
    "SERVICE": "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE SILENT": "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE of a variable": "SELECT * { VALUES ?e { <http://127.0.0.1:PORT/> } SERVICE ?e { ?s ?p ?o } }",
    "SERVICE of a bound name": "SELECT * { BIND (IRI('http://127.0.0.1:PORT/') AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "SERVICE in EXISTS": "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "SERVICE in MINUS": "SELECT * { ?s ?p ?o MINUS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } } LIMIT 1",
    "SERVICE in OPTIONAL": "SELECT * { OPTIONAL { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
    "SERVICE in a subquery": "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } } }",
    "SERVICE in CONSTRUCT": "CONSTRUCT WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE in DESCRIBE": "DESCRIBE ?s { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE by a prefix": "PREFIX e: <http://127.0.0.1:PORT/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
    "SERVICE by a base": "BASE <http://127.0.0.1:PORT/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "SERVICE in escapes": r"SELECT * { SERVICE <http:\u002F\u002F127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE, an escaped keyword": r"SELECT * { \u0053ERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE without a space": "SELECT*{SERVICE<http://127.0.0.1:PORT/>{?s?p?o}}",
    "SERVICE behind a comment": "SELECT * { SERVICE #\n<http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SERVICE to a file": "SELECT * { SERVICE <file://FILE> { ?s ?p ?o } }",
    "SERVICE to ourselves": "SELECT * { SERVICE <OURS> { ?s ?p ?o } }",
    "Wikidata's label service": "SELECT * { SERVICE <http://wikiba.se/ontology#label> { ?s ?p ?o } }",
    "a graph at a file": "SELECT * { GRAPH <file://FILE> { ?s ?p ?o } }",
    "a graph elsewhere": "SELECT * { GRAPH <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "FROM a file": "SELECT * FROM <file://FILE> { ?s ?p ?o }",
    "FROM elsewhere": "SELECT * FROM <http://127.0.0.1:PORT/data.ttl> { ?s ?p ?o }",
    "FROM NAMED elsewhere": "SELECT * FROM NAMED <http://127.0.0.1:PORT/data.ttl> { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE a file": "DESCRIBE <file://FILE>",
    "DESCRIBE elsewhere": "DESCRIBE <http://127.0.0.1:PORT/>",
    "a Java class": "SELECT (<java:java.lang.System.getProperty>('user.home') AS ?x) {}",
    "Jena's functions": "PREFIX a: <http://jena.apache.org/ARQ/function#> SELECT (a:systemEnv('PATH') AS ?x) {}",
    "Virtuoso's functions": "SELECT (bif:file_to_string('FILE') AS ?x) {}",
    "another's function": "SELECT (<http://127.0.0.1:PORT/f>(1) AS ?x) {}",
    "a property function": "SELECT * { ?s <java:java.util.ArrayList> ?o }",
    "LOAD": "LOAD <http://127.0.0.1:PORT/data.ttl>",
    "LOAD SILENT a file": "LOAD SILENT <file://FILE> INTO GRAPH <http://e/>",
    "INSERT DATA": "INSERT DATA { <http://e/s> <http://e/p> <http://e/o> }",
    "INSERT WHERE": "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "DELETE WHERE": "DELETE WHERE { ?s ?p ?o }",
    "DELETE and INSERT, USING": "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } USING <http://e/> WHERE { ?s ?p ?o }",
    "CLEAR": "CLEAR SILENT ALL",
    "DROP": "DROP ALL",
    "CREATE": "CREATE GRAPH <http://e/>",
    "COPY": "COPY DEFAULT TO <http://e/>",
    "MOVE": "MOVE DEFAULT TO <http://e/>",
    "ADD": "ADD DEFAULT TO <http://e/>",
    "an update behind a query": "ASK {} ; DROP ALL",
    "a query before an update": "ASK {}\nINSERT DATA { <http://e/s> <http://e/p> 1 }",
}

UPDATE = {"content-type": "application/sparql-update"}
# name -> request: method, path, and what httpx takes besides
REQUESTS: dict[str, tuple[str, str, dict[str, object]]] = {
    "an update by its media type": ("POST", SPARQL, {"content": "DROP ALL", "headers": UPDATE}),
    "an update by its field": ("POST", SPARQL, {"data": {"update": "DROP ALL"}}),
    "an update in the address": ("GET", f"{SPARQL}?update=DROP+ALL", {}),
    "an update beside a query": ("POST", SPARQL, {"data": {"query": "ASK {}", "update": "DROP ALL"}}),
    "a default graph at a file": ("GET", f"{SPARQL}?query=SELECT+*+{{?s+?p+?o}}&default-graph-uri=file://FILE", {}),
    "a default graph elsewhere": (
        "GET",
        f"{SPARQL}?query=SELECT+*+{{?s+?p+?o}}&default-graph-uri=http://127.0.0.1:PORT/",
        {},
    ),
    "a named graph elsewhere": ("GET", f"{SPARQL}?query=ASK+{{}}&named-graph-uri=http://127.0.0.1:PORT/", {}),
    "a graph put there": ("PUT", f"{SPARQL}?graph=http://e/", {"content": "<a:a> <a:b> <a:c> ."}),
    "a graph taken away": ("DELETE", f"{SPARQL}?default", {}),
    "a dump's path upwards": ("GET", "/dumps/..%2f..%2f..%2f..%2f..FILE", {}),
    "a dump's path in two codings": ("GET", "/dumps/%252e%252e/%252e%252e/FILE", {}),
    "a thing's path upwards": ("GET", "/doc/city/..%2f..%2f..FILE.ttl", {}),
    "a whole address as the path": ("GET", "//127.0.0.1:PORT/", {}),
    "a question's value": ("GET", "/queries/members-on.csv?network=%3Ehttp://127.0.0.1:PORT/", {}),
    "a reconciled service": ("POST", "/reconcile", {"data": {"queries": '{"a":{"query":"http://127.0.0.1:PORT/"}}'}}),
    "who asked, as the host": ("GET", "/", {"headers": {"x-forwarded-host": "127.0.0.1:PORT"}}),
}


@pytest.fixture(scope="module")
def cage(releases: Path) -> Iterator[Served]:
    with serving(releases, "--query-workers", 2, "--web-processes", 1) as server:
        yield server


@pytest.mark.parametrize("name", [*QUERIES, *REQUESTS])
def test_there_is_no_way_out(cage: Served, name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.nt"
    secret.write_text(f'<urn:a> <urn:b> "{SECRET}" .\n')
    with httpx.Client(base_url=cage.address, timeout=30) as client, socket.create_server(("127.0.0.1", 0)) as outside:
        here = {"PORT": str(outside.getsockname()[1]), "FILE": str(secret), "OURS": f"{cage.address}sparql"}

        def placed(given: object) -> object:
            if isinstance(given, dict):
                return {key: placed(value) for key, value in given.items()}
            text = str(given)
            for word, value in here.items():
                text = text.replace(word, value)
            return text

        before = _held(client)
        if name in QUERIES:
            answer = client.post(SPARQL, data={"query": str(placed(QUERIES[name]))})
        else:
            method, path, more = REQUESTS[name]
            answer = client.request(method, str(placed(path)), **placed(more))  # type: ignore[arg-type]
        outside.setblocking(False)
        with pytest.raises(BlockingIOError):
            outside.accept()
        assert SECRET not in answer.text
        assert answer.status_code < 500
        assert _held(client) == before


def _held(client: httpx.Client) -> str:
    """Return how many statements and graphs there are, by a query that nobody asked before."""
    query = (
        f"# {next(NUMBERS)}\n"
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?g) AS ?graphs) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    )
    answer = client.post(SPARQL, data={"query": query}, headers={"accept": "text/csv"})
    assert answer.status_code == 200
    return answer.text
