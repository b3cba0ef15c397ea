"""What a folder of releases costs to serve: the start, the memory, and the slowest of one address of every sort.

An address of every list, kind of thing, page, question, file for analysis and release is asked for once, in every
format, in Italian and on a day: three of each kind, and the things to which most others point. Nothing is asked twice,
so nothing comes from the answer cache. The memory is that of all processes, what they share counted once; the
processor time is that of all processes too, and tells on a busy machine how long it takes on a quiet one.

    PYTHONPATH=tests .venv/bin/python benchmarks/addresses.py releases/
"""

import argparse
import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from interurban.iris import IU, Base
from interurban.release import Release, current
from interurban.release.folder import LISTS
from interurban.release.lists import Lists
from interurban.web.http.representation import EXTENSIONS
from measuring import children, machine, megabytes, processor_seconds, say, table
from serving import Served, serving

AT = "?at=2019-05-01"
ROOTS = ("catalog", "queries", "releases", "changes", "def", "conflicts")
LARGEST = 10
MUCH = 0.1  # seconds
_LINK = re.compile(r'href="([^"?#]+)')


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


def _variants(path: str) -> Iterator[str]:
    stem = path.rstrip("/")
    yield from (path, f"{path}?lang=it", f"{path}{AT}", f"{path}{AT}&lang=it")
    for extension in EXTENSIONS if stem else ():
        yield from (f"{stem}.{extension}", f"{stem}.{extension}{AT}")


def largest_of(release: Release) -> list[str]:
    """Return the paths of the documents of the things to which most others point, the largest first."""
    known = Lists.read(release.read(LISTS)).known if LISTS in release.manifest["files"] else {}
    sizes = {iri: sum(len(places) for places, _ in lists.values()) for iri, lists in known.items()}
    ours = {path: size for iri, size in sizes.items() if "#" not in iri and (path := _document(release, iri))}
    return sorted(ours, key=lambda path: -ours[path])[:LARGEST]


def _document(release: Release, iri: str) -> str:
    path = "/def/" + iri.removeprefix(IU) if iri.startswith(IU) else Base(release.base).path(iri) or ""
    return path.replace("/id/", "/doc/", 1)


def walk(asker: Asker, largest: list[str]) -> None:
    """Ask for some addresses of every sort. largest: paths of the largest documents."""
    fixed = [path for path in json.loads(asker.ask("/openapi.json"))["paths"] if "{" not in path]
    fixed += [f"/{stem}.{extension}" for stem in ROOTS for extension in EXTENSIONS]
    for path in fixed:
        asker.ask(path)
        asker.ask(f"{path}?lang=it")
    lists = asker.page("/?x=1", "/(doc|graph)/(.+/)?")
    things = [thing for path in lists for thing in asker.page(f"{path}?x=1", f"{path}.+")[:3]]
    fragments = asker.page("/changes?x=1", "/changes/.+")[-3:]
    releases = asker.page("/releases?x=1", r"/releases/\w+")
    for path in ("/", *lists, *things, *asker.page("/catalog?x=1", "/dataset/.+"), *fragments, *largest, *releases):
        asker.document(path)
    for path in asker.page("/queries?x=1", "/queries/.+"):
        for extension in ("", ".csv", ".json", ".ttl"):
            asker.ask(path + extension)
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+.xml)</loc>", asker.ask("/sitemap.xml?x=1").decode())
    mementos = [
        f"{path}{place}{day}" for path in releases for place in ("/", *lists[:3], *largest[:1]) for day in ("", AT)
    ]
    for path in (*asker.page("/analysis?x=1", "/analysis/.+"), *parts, *mementos, f"/timemap{largest[0]}"):
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
        walk(asker, largest_of(current(given.releases)))
        after = megabytes([server.process.pid, *children(server.process.pid)])
    say(f"{machine()}.\n")
    say(f"First answer after {first:.1f} s, {used:.1f} s of processors; {before:.0f} MiB, {after:.0f} after the walk.")
    slow = {path for path, (_, used, *_) in asker.seen.items() if used > MUCH}
    asked = {path for path in slow if path.startswith(("/queries/", "/analysis/", "/sparql"))}
    say(f"{len(asker.seen)} addresses, {len(slow)} of them over 100 ms of processors, {len(asked)} of these queries.")
    documents = {path: seen for path, seen in asker.seen.items() if path not in asked}
    for title, found, which in (
        ("The slowest", asker.seen, 1),
        ("The slowest but queries", documents, 1),
        ("The longest", asker.seen, 2),
    ):
        most = sorted(found.items(), key=lambda entry: -entry[1][which])[: given.slowest]
        rows = [(f"`{path[:110]}`", f"{t:.2f}", f"{c:.2f}", f"{n / 2**10:.0f}", code) for path, (t, c, n, code) in most]
        say(f"\n{title}:\n\n{table(['address', 's', 's of processors', 'KiB', 'status'], rows)}")


if __name__ == "__main__":
    main()
