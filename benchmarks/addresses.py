"""What a folder of releases costs to serve: the start, the memory, and the slowest of one address of every sort.

An address of every list, kind of thing, page, question, file for analysis and release is asked for once, in every
format, in Italian and on a day; so are those of the network with most members. Nothing is asked twice, so nothing comes
from the answer cache. The memory is that of all processes, what they share counted once; the processor time is that
of all processes too, and tells on a busy machine how long it takes on a quiet one.

    PYTHONPATH=tests .venv/bin/python benchmarks/addresses.py releases/
"""

import argparse
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from interurban.iris import Base
from interurban.release import current
from interurban.web.http.representation import EXTENSIONS
from measuring import children, machine, megabytes, say, table
from serving import Served, serving

AT = "?at=2019-05-01"
ROOTS = ("catalog", "queries", "releases", "changes", "def", "conflicts")
_LINK = re.compile(r'href="([^"?#]+)')
LARGEST = """PREFIX iu: <https://w3id.org/interurban/def/> PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?network { ?m a iu:Membership ; org:organization ?network } GROUP BY ?network ORDER BY DESC(COUNT(*)) LIMIT 1"""


class Asker:
    """Somebody who asks one address after the other, and notes how long each takes and how much comes."""

    def __init__(self, server: Served) -> None:
        self._host = urlsplit(server.address).netloc
        self._pid = server.process.pid
        self.seen: dict[str, tuple[float, float, int, int]] = {}  # address -> seconds, of processors, bytes, status

    def ask(self, path: str) -> bytes:
        """Return what is answered, b"" if it was asked before."""
        if path in self.seen:
            return b""
        begun, used = time.perf_counter(), processor_seconds(self._pid)
        with closing(HTTPConnection(self._host, timeout=300)) as connection:
            connection.request("GET", path, headers={"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            body = answer.read()
        taken, used = time.perf_counter() - begun, processor_seconds(self._pid) - used
        self.seen[path] = (taken, used, len(body), answer.status)
        return body

    def page(self, path: str, pattern: str) -> list[str]:
        """Return the paths that fit a pattern, of those that a page leads to."""
        links = dict.fromkeys(_LINK.findall(self.ask(path).decode()))
        return [link for link in links if re.fullmatch(pattern, link) and link != path.partition("?")[0]]

    def document(self, path: str) -> None:
        """Ask for a document in every way."""
        for variant in _variants(path):
            self.ask(variant)


def processor_seconds(pid: int) -> float:
    """Return what a process and those below it have used, those that have ended too."""
    ticks = 0
    for process in (pid, *children(pid)):
        with suppress(OSError):
            stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, stat[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _variants(path: str) -> Iterator[str]:
    stem = path.rstrip("/")
    yield from (path, f"{path}?lang=it", f"{path}{AT}", f"{path}{AT}&lang=it")
    for extension in EXTENSIONS if stem else ():
        yield from (f"{stem}.{extension}", f"{stem}.{extension}{AT}")


def walk(asker: Asker, base: Base) -> None:
    """Ask for one address of every sort."""
    fixed = [path for path in json.loads(asker.ask("/openapi.json"))["paths"] if "{" not in path]
    fixed += [f"/{stem}.{extension}" for stem in ROOTS for extension in EXTENSIONS]
    for path in fixed:
        asker.ask(path)
        asker.ask(f"{path}?lang=it")
    lists = asker.page("/?x=1", "/(doc|graph)/(.+/)?")
    things = [thing for path in lists for thing in asker.page(f"{path}?x=1", f"{path}.+")[:1]]
    fragments = asker.page("/changes?x=1", "/changes/.+")[-3:]
    found = json.loads(asker.ask("/sparql?" + urlencode({"query": LARGEST, "format": "json"})))
    largest = (base.path(found["results"]["bindings"][0]["network"]["value"]) or "").replace("/id/", "/doc/", 1)
    releases = asker.page("/releases?x=1", r"/releases/\w+")
    for path in ("/", *lists, *things, *asker.page("/catalog?x=1", "/dataset/.+"), *fragments, largest, *releases):
        asker.document(path)
    for path in asker.page("/queries?x=1", "/queries/.+"):
        for extension in ("", ".csv", ".json", ".ttl"):
            asker.ask(path + extension)
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+.xml)</loc>", asker.ask("/sitemap.xml?x=1").decode())
    mementos = [f"{path}{place}{day}" for path in releases for place in ("/", *lists[:3], largest) for day in ("", AT)]
    for path in (*asker.page("/analysis?x=1", "/analysis/.+"), *parts, *mementos, f"/timemap{largest}"):
        asker.ask(path)
    for old, new in zip(releases[1:], releases, strict=False):
        for extension in ("", *(f".{extension}" for extension in (*EXTENSIONS, "nq"))):
            asker.ask(f"{old}/diff/{new.rpartition('/')[2]}{extension}")


def main() -> None:
    """Serve, ask, and print what it cost."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("releases", type=Path)
    options.add_argument("--served-releases", type=int, default=5)
    options.add_argument("--slowest", type=int, default=10)
    given = options.parse_args()
    begun = time.perf_counter()
    with serving(given.releases, "--served-releases", given.served_releases) as server:
        asker = Asker(server)
        asker.ask("/health")
        first, used = time.perf_counter() - begun, processor_seconds(server.process.pid)
        processes = [server.process.pid, *children(server.process.pid)]
        before = megabytes(processes)
        walk(asker, Base(current(given.releases).base))
        after = megabytes([server.process.pid, *children(server.process.pid)])
    say(f"{machine()}.\n")
    say(f"First answer after {first:.1f} s, {used:.1f} s of processors; {before:.0f} MiB, {after:.0f} after the walk.")
    slow = sum(seconds > 0.1 for _, seconds, *_ in asker.seen.values())
    say(f"{len(asker.seen)} addresses, {slow} of them over 100 ms of processors. The slowest:\n")
    slowest = sorted(asker.seen.items(), key=lambda entry: -entry[1][1])[: given.slowest]
    rows = [(f"`{path[:110]}`", f"{t:.2f}", f"{c:.2f}", f"{n / 2**10:.0f}", code) for path, (t, c, n, code) in slowest]
    say(table(["address", "s", "s of processors", "KiB", "status"], rows))


if __name__ == "__main__":
    main()
