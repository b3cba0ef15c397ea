"""An endpoint in Wikidata's shape on loopback: items of the excerpt, of twinnings and of mayors.

It redirects, throttles and fails as the real one does, when a test tells it to.
"""

import csv
import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

WD, WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
RDFS, SKOS, OWL = (
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2002/07/owl#",
)
WKT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
AS_USUAL: tuple[int, dict[str, str]] = (0, {})  # what a request may get instead of an answer
CUT_OFF: tuple[int, dict[str, str]] = (200, {})  # in the middle, when the time of the query is over
CITY, SETTLEMENT, HUMAN = "Q515", "Q486972", "Q5"
DESCRIPTION = b"@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . [] a sd:Service ; sd:endpoint <> ."
COUNTRIES = {"IT": "Q38", "ES": "Q29", "BE": "Q31", "GR": "Q41", "PT": "Q45", "JP": "Q17"}


@dataclass
class Endpoint:
    """The items, and how the endpoint behaves. failures: what the next requests get instead: status and fields."""

    store: ox.Store = field(default_factory=ox.Store)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # user agent and query
    under_way: int = 0
    most_at_once: int = 0
    address: str = ""

    def say(self, item: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        self.store.add(ox.Quad(ox.NamedNode(WD + item), ox.NamedNode(predicate), value))

    def direct(self, item: str, number: str, value: ox.NamedNode | ox.Literal) -> None:
        self.say(item, WDT + number, value)

    def place(
        self,
        item: str,
        name: str,
        country: str = "IT",
        at: tuple[float, float] | None = None,
        geonames: int | None = None,
    ) -> None:
        self.say(item, RDFS + "label", ox.Literal(name, language="it"))
        self.direct(item, "P31", ox.NamedNode(WD + CITY))
        self.direct(item, "P17", ox.NamedNode(WD + COUNTRIES[country]))
        if at:
            self.direct(item, "P625", ox.Literal(f"Point({at[1]} {at[0]})", datatype=WKT))
        if geonames:
            self.direct(item, "P1566", ox.Literal(str(geonames)))

    def forget(self, item: str) -> None:
        for quad in list(self.store.quads_for_pattern(ox.NamedNode(WD + item), None, None)):
            self.store.remove(quad)

    def redirect(self, item: str, target: str) -> None:
        self.forget(item)
        self.say(item, OWL + "sameAs", ox.NamedNode(WD + target))


def inhabited(endpoint: Endpoint) -> None:
    """Put three cities in, with their inhabitants."""
    for item, name, population in (("Q1296", "Gand", 260_000), ("Q12892", "Anversa", 520_000), ("Q279", "Modena", 1)):
        endpoint.place(item, name)
        endpoint.direct(item, "P1082", ox.Literal(population))


def fill(endpoint: Endpoint, shared: Path, countries: set[str]) -> None:
    """Put the excerpt's items of some countries in, and those of the mayors' file."""
    quads = []

    def say(item: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        quads.append(ox.Quad(ox.NamedNode(WD + item), ox.NamedNode(predicate), value))

    with gzip.open(shared / "wikidata_excerpt.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            said = json.loads(line)
            if not said["qid"] or said["country"] not in countries:
                continue
            item = said["qid"]
            for language, label in said["labels"].items():
                say(item, RDFS + "label", ox.Literal(label, language=language))
            say(item, RDFS + "label", ox.Literal(said["name"], language="mul"))
            for alias in said["aliases"]:
                say(item, SKOS + "altLabel", ox.Literal(alias, language="mul"))
            say(item, WDT + "P31", ox.NamedNode(WD + CITY))
            say(item, WDT + "P17", ox.NamedNode(WD + COUNTRIES[said["country"]]))
            say(item, WDT + "P625", ox.Literal(f"Point({said['lon']} {said['lat']})", datatype=WKT))
            if said["geonames"]:
                say(item, WDT + "P1566", ox.Literal(str(said["geonames"])))
            if said["population"]:
                say(item, WDT + "P1082", ox.Literal(int(said["population"])))
    with (shared / "european_mayors.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            mayor = row["mayor"].removeprefix(WD)
            say(mayor, WDT + "P31", ox.NamedNode(WD + HUMAN))
            say(mayor, RDFS + "label", ox.Literal(row["mayorLabel"], language="en"))
            say(row["city"].removeprefix(WD), WDT + "P6", ox.NamedNode(WD + mayor))
    endpoint.store.extend(quads)


@contextmanager
def wikidata() -> Iterator[Endpoint]:
    """Run an endpoint that knows countries and classes, and nothing else yet."""
    endpoint, lock = Endpoint(), threading.Lock()
    for code, item in COUNTRIES.items():
        endpoint.direct(item, "P297", ox.Literal(code))
    endpoint.direct(CITY, "P279", ox.NamedNode(WD + SETTLEMENT))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.ask(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/moved":
                self.answer(307, b"", {"Location": self.path.replace("/moved", "/sparql")})
                return
            self.ask(urlsplit(self.path).query)

        def ask(self, form: str) -> None:
            if not form:
                self.answer(200, DESCRIPTION, {"Content-Type": "text/turtle"})
                return
            query = parse_qs(form)["query"][0]
            with lock:
                endpoint.asked.append((self.headers["User-Agent"], query))
                endpoint.under_way += 1
                endpoint.most_at_once = max(endpoint.most_at_once, endpoint.under_way)
                failure = endpoint.failures.pop(0) if endpoint.failures else None
            status, body, fields = 200, b"", {}
            try:
                if failure not in (None, AS_USUAL, CUT_OFF):
                    status, body, fields = failure[0], b"java.util.concurrent.TimeoutException", failure[1]
                else:
                    found = endpoint.store.query(query)
                    assert isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
                    body = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
            finally:  # before it is answered: whoever has the answer may ask again at once
                with lock:
                    endpoint.under_way -= 1
            self.answer(status, body[: len(body) // 2] if failure == CUT_OFF else body, fields)

        def answer(self, status: int, body: bytes, fields: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/sparql-results+json", **fields}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    endpoint.address = f"http://127.0.0.1:{server.server_address[1]}/sparql"
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
