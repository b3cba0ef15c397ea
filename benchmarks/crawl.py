"""Everything a served folder of releases answers, recorded; and two such records compared, one line a difference.

`record` serves the folder on the port of its base, follows every link from the front doors on, asks each address for
every format in both languages, and writes one line an answer: request, status, headers and a sum of the body. What
changes with the program and not with what it says is left out: `ETag` and `Date`. Two programs that answer alike on the
same folder make the same record.

    PYTHONPATH=tests .venv/bin/python benchmarks/crawl.py record releases/ before.txt
    PYTHONPATH=tests .venv/bin/python benchmarks/crawl.py compare before.txt after.txt
"""

import argparse
import hashlib
import html
import re
from collections import deque
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from interurban.release import current
from serving import serving

DOORS = (
    "/", "/queries", "/queries/", "/analysis", "/catalog", "/releases", "/changes", "/conflicts", "/sparql", "/graph/",
    "/graph?default", "/graph?graph=nothing", "/graph", "/def", "/def/", "/doc/city/", "/doc/city",
    "/id/city/it-modena", "/id/city/nowhere", "/nowhere", "/sitemap.xml",
    "/sitemap-1.xml", "/robots.txt", "/openapi.json", "/context.jsonld",
    "/.well-known/void", "/sparql/editor.json", "/health", "/static/style.css", "/timemap/doc/city/it-modena",
    "/timegate/doc/city/it-modena", "/doc/city/?at=2019-05-01", "/doc/city/it-modena?at=2019-05-01",
    "/doc/city/it-modena?at=soon", "/queries/networks?x=1", "/analysis/co-membership.csv?at=2019-05-01",
)  # fmt: skip
QUERIES = (
    "ASK {}", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20", "CONSTRUCT WHERE { ?s a <http://schema.org/City> }",
    "SELECT nothing", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "INSERT DATA { <a> <b> <c> }",
)  # fmt: skip
TYPES = (
    None, "text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml",
    "application/trig", "application/json", "text/csv", "image/png",
)  # fmt: skip
LANGUAGES = ("en", "it")
LEFT_OUT = {"etag", "date"}  # they name the program, or the time
MOST = 60_000  # addresses

_AS_IS = "/:@!$&'()*+,;=~%?[]"
_LINKS = re.compile(rb'(?:href|src|action)="([^"]+)"')
_HEADER_LINKS = re.compile(r"<([^>]*)>")


def record(base: str) -> list[str]:
    """Return a line for each answer of the server at `base`, in order of the requests."""
    host = urlsplit(base).netloc
    waiting: deque[str] = deque()
    seen: set[str] = set()
    lines: list[str] = []
    connection = HTTPConnection(host, timeout=60)

    def found(paths: Iterable[str], at: str) -> None:
        for path in paths:
            parts = urlsplit(urljoin(urljoin(base, at), path))
            local = quote(parts.path, safe=_AS_IS) + (f"?{quote(parts.query, safe=_AS_IS)}" if parts.query else "")
            if parts.netloc == host and local not in seen and len(seen) < MOST:
                seen.add(local)
                waiting.append(local)

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        told = {name.lower(): value for name, value in answer.getheaders()}
        kept = sorted((n, v) for n, v in told.items() if n not in LEFT_OUT)
        asked = " ".join(f"{name}={value}" for name, value in headers.items())
        digest = hashlib.sha256(body).hexdigest()[:16]
        lines.append(f"{method} {path} {asked} -> {answer.status} {digest} {kept}")
        return answer.status, told, body

    def look(path: str) -> None:
        for language in LANGUAGES:
            varies: set[str] = set()
            for accept in TYPES if "lang=" not in path else ("text/html",):
                headers = {"accept-language": language} | ({"accept": accept} if accept else {})
                status, told, body = ask("GET", path, headers)
                links = [*_HEADER_LINKS.findall(told.get("link", ""))]
                links += [told[name] for name in ("location", "content-location") if name in told]
                if "html" in told.get("content-type", ""):
                    links += [html.unescape(link.decode()) for link in _LINKS.findall(body)]
                found(links, path)
                varies |= {name.strip().lower() for name in told.get("vary", "").split(",")}
                if "accept" not in varies and status == 200:
                    break  # it says that it is the same whatever is accepted
            if "accept-language" not in varies:
                break
        ask("HEAD", path, {})

    found(DOORS, "/")
    found((f"/sparql?query={quote(query)}" for query in QUERIES), "/")
    while waiting:
        look(waiting.popleft())
        if len(lines) // 5000 != (len(lines) - 1) // 5000:
            print(f"{len(lines)} answers, {len(waiting)} addresses wait", flush=True)
    for path in ("/", "/sparql", "/doc/city/it-modena"):
        for method in ("OPTIONS", "PUT", "POST"):
            ask(method, path, {})
    return sorted(lines)


def compare(before: Path, after: Path) -> int:
    """Print the lines in which two records differ, a screenful at most; return how many do."""
    old, new = (set(path.read_text(encoding="utf-8").splitlines()) for path in (before, after))
    differing = sorted(old ^ new)
    for line in differing[:40]:
        print("-" if line in old else "+", line)
    print(f"{len(old)} answers before, {len(new)} after, {len(differing)} lines differ")
    return len(differing)


def main() -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    for name, places in (("record", ("releases", "file")), ("compare", ("before", "after"))):
        command = commands.add_parser(name)
        for place in places:
            command.add_argument(place, type=Path)
    given = parser.parse_args()
    if given.command == "compare":
        return min(compare(given.before, given.after), 1)
    base = current(given.releases).base
    port = urlsplit(base).port or 80
    # one address asks for everything: its share must not be what ends the crawl
    with serving(given.releases, "--client-queries", 100, "--client-workers", 8, port=port):
        lines = record(base)
    given.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} answers recorded")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
