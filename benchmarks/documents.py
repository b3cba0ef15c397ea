"""How fast documents are answered beside Trifid, and beside a file that the same HTTP server has in memory.

    PYTHONPATH=tests .venv/bin/python benchmarks/documents.py --releases FOLDER --base ADDRESS [--count 300]

Each of so many cities is asked for once in each format (nothing comes from the answer cache), then one again and
again. One client, one connection, loopback. Without Node or npm Trifid is named as missing.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from loaded_peers import parts
from measuring import cities, machine, percentile, table
from serving import free_port, serving

TRIFID = Path(__file__).parent / "trifid"
_UNHURRIED = ("--client-requests", 1_000_000)  # one client is to be as fast as it can
FORMATS = {"Turtle": "text/turtle", "JSON-LD": "application/ld+json", "HTML": "text/html"}
_STATIC = """
import sys, uvicorn
content = open(sys.argv[2], "rb").read()
head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/turtle")]}
async def app(scope, receive, send):
    await send(head)
    await send({"type": "http.response.body", "body": content})
uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", access_log=False, log_level="error")
"""


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--releases", type=Path, required=True)
    options.add_argument("--base", required=True, help="the address for which that release was built")
    options.add_argument("--count", type=int, default=300)
    given = options.parse_args()
    every = [f"/id/city/{slug}" for slug in cities(given.releases, given.base)]
    paths = random.Random(0).sample(every, given.count)
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        ours = ending.enter_context(serving(given.releases, *_UNHURRIED, port=urlsplit(given.base).port)).address
        whole = Path(name) / "one.ttl"
        _, content = asked(ours, [paths[0].replace("/id/", "/doc/")], "text/turtle")
        whole.write_bytes(content)
        static = ending.enter_context(program([sys.executable, "-c", _STATIC, "{port}", str(whole)]))
        trifid, missing = None, "nobody"
        if shutil.which("npm"):
            default = parts((given.releases / "current/dataset.nq").resolve(), Path(name)).default
            trifid = ending.enter_context(trifid_of(default, given.base))
        else:
            missing = "Trifid (there is no npm)"
        print(f"{machine()}; {given.count} cities; missing: {missing}\n")
        rows = []
        for form, media_type in FORMATS.items():
            mine, _ = asked(ours, [path.replace("/id/", "/doc/") for path in paths], media_type)
            theirs = asked(trifid, paths[: given.count // 10], media_type)[0] if trifid else []
            rows.append([form, *rate(mine), *(rate(theirs) if theirs else ("–", "–")), ratio(mine, theirs)])
        heads = ["format", "ours, a second", "p99 ms", "Trifid, a second", "p99 ms ", "times as many"]
        print(f"**Each document once**\n\n{table(heads, rows)}\n")
        again = [paths[0].replace("/id/", "/doc/")] * 3000
        mine, kept = [], []
        for _ in range(5):  # in turn, as the machine is not always as quick
            mine += asked(ours, again[:600], "text/turtle")[0]
            kept += asked(static, ["/"] * 600, "text/turtle")[0]
        rows = [["ours, from the cache", *rate(mine)], ["a file in memory", *rate(kept)]]
        print(f"**One again and again**\n\n{table(['', 'a second', 'p99 ms'], rows)}\n\nRatio: {ratio(mine, kept)}")


def asked(address: str, paths: Sequence[str], media_type: str) -> tuple[list[float], bytes]:
    """Return the seconds that each answer took, and the last one; AssertionError where one is none."""
    seconds, content = [], b""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        for path in paths:
            begun = time.perf_counter()
            connection.request("GET", path, headers={"Accept": media_type})
            answer = connection.getresponse()
            content = answer.read()
            seconds.append(time.perf_counter() - begun)
            assert answer.status == 200, (path, answer.status, content[:200])
    return seconds, content


def rate(seconds: Sequence[float]) -> tuple[str, str]:
    """Return how many answers a second these are, and the ms that one in a hundred exceeds."""
    return f"{len(seconds) / sum(seconds):.0f}", f"{percentile(seconds, 0.99) * 1000:.1f}"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return how many times as many answers a second are ours."""
    return f"{(len(ours) / sum(ours)) / (len(theirs) / sum(theirs)):.2f}" if theirs else "–"


@contextmanager
def trifid_of(triples: Path, base: str) -> Iterator[str]:
    """Yield the address of a Trifid that has these triples in memory."""
    if not (TRIFID / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=TRIFID, check=True)
    environment = os.environ | {"DATASET_BASE_URL": base, "FETCH_HANDLER_FILE": str(triples)}
    binary = str(TRIFID / "node_modules/.bin/trifid")
    with program([binary, "-c", str(TRIFID / "config.yaml"), "-p", "{port}"], environment) as address:
        yield address


@contextmanager
def program(command: Sequence[str], environment: dict[str, str] | None = None) -> Iterator[str]:
    """Yield the address of a program that listens on `{port}`, as soon as it answers anything."""
    port = free_port()
    process = subprocess.Popen(
        [part.format(port=port) if part == "{port}" else part for part in command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                break
            time.sleep(0.1)
        if process.poll() is not None:
            raise SystemExit(f"{command[0]} ended with status {process.returncode}")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
