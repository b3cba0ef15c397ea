"""How fast Interurban answers beside other people's servers with the same data: `make bench`.

All run at once on loopback and are asked in turn, by one client, the same text; each round's texts are new (but for the
mix of repeated ones), and each answer is compared with ours. The report goes to benchmarks/report.md. Times are read as
ratios within one run. Options: --releases FOLDER, --rounds N, --peers NAME ..., --mix NAME ...
"""

import argparse
import math
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from answers import Said, same
from interurban.iris import Base
from interurban.questions import read_questions
from loaded_peers import LONGEST, PEERS, Asked, loaded, parts
from measuring import cities, machine, megabytes, percentile, processor_seconds, say, table
from serving import free_port, serving

Texts = Callable[[int], Mapping[str, str]]  # the queries of a round, by name

HERE = Path(__file__).parent
RESULTS = {"Accept": "application/sparql-results+json, application/n-triples;q=0.9"}


@dataclass
class Took:
    """What a server took for one query, in seconds, round by round; wrong: what its answer was, if it was not ours."""

    wall: list[float] = field(default_factory=list)
    wrong: str = ""


def main() -> None:
    """Start, ask, report."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--releases", type=Path, help="a folder of releases; without it, all of the data are built")
    options.add_argument("--base", default="", help="the address at which that release is served")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    options.add_argument("--mixes", nargs="*", default=["adhoc", "saved", "repeated"])
    options.add_argument("--report", type=Path, default=HERE / "report.md")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        releases, base = given.releases, given.base
        if releases is None:
            releases, base = built(Path(name))
        port = httpx.URL(base).port
        data = parts((releases / "current" / "dataset.nq").resolve(), Path(name))
        server = ending.enter_context(serving(releases, "--answer-megabytes", 1024, port=port or free_port()))
        client = ending.enter_context(httpx.Client(timeout=LONGEST + 2))
        ours = Asked("Interurban", f"{server.address}sparql", server.process.pid)
        peers, missing = ending.enter_context(loaded(given.peers, data, Path(name)))
        say(f"{machine()}; missing: {missing or 'nobody'}")
        lines = [f"{machine()}; {given.rounds} rounds; missing: {'; '.join(missing) or 'nobody'}."]
        servers = [ours, *peers]
        mixes = {
            "adhoc": ("Queries nobody asked before", adhoc(base)),
            "saved": ("Saved questions", saved(base, releases)),
            "repeated": ("The same queries again", repeated(base)),
        }
        for name in given.mixes:
            lines += contest(client, mixes[name][0], servers, mixes[name][1], given.rounds)
        lines += memory(servers)
    told = given.report.read_text(encoding="utf-8").partition("<!-- measured -->")[0] if given.report.exists() else ""
    given.report.write_text(f"{told}<!-- measured -->\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")
    say(f"bench: {given.report} has the figures")


def built(folder: Path) -> tuple[Path, str]:
    """Build the release of all data, to be served at a free port; return its folder and base."""
    base = f"http://127.0.0.1:{free_port()}/"
    command = [sys.executable, "-m", "interurban", "build", "--releases", str(folder / "releases"), "--base", base]
    say("bench: building all of the data")
    subprocess.run(command, check=True)
    return folder / "releases", base


def adhoc(base: str) -> Texts:
    """Return, for a round, each query of adhoc/ as nobody has asked it before."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in sorted((HERE / "adhoc").glob("*.rq"))}
    return lambda number: {name: f"BASE <{base}>\n{text}# round {number}\n" for name, text in files.items()}


def repeated(base: str) -> Texts:
    """Return each query of adhoc/ as it is, in every round."""
    return lambda _number: adhoc(base)(0)


def saved(base: str, releases: Path) -> Texts:
    """Return, for a round, each saved question of another city and on another day."""
    questions = read_questions(releases / "current" / "queries")
    slugs = cities(releases, base)

    def texts(number: int) -> Mapping[str, str]:
        chosen = random.Random(number)
        return {
            name: question.bind(
                {
                    parameter.name: chosen.choice(slugs)
                    if parameter.kind == "city"
                    else f"{chosen.randint(2005, 2024)}-06-30"
                    for parameter in question.parameters
                    if number and slugs and (parameter.kind == "city" or parameter.type == "date")
                },
                Base(base),
            )
            + f"\n# round {number}\n"
            for name, question in questions.items()
        }

    return texts


def contest(client: httpx.Client, title: str, servers: Sequence[Asked], texts: Texts, rounds: int) -> list[str]:
    """Ask every server every text in every round, in an order of the round's own; return a section of the report."""
    took = {name: {server.name: Took() for server in servers} for name in texts(0)}
    order, used = random.Random(0), {server.name: 0.0 for server in servers}
    for number in range(rounds + 1):  # the first round warms
        for name, text in order.sample(sorted(texts(number).items()), len(took)):
            first: Said | None = None
            for server in [servers[0], *order.sample(servers[1:], len(servers) - 1)]:
                mine = took[name][server.name]
                if mine.wrong.startswith("no answer"):
                    continue
                before, begun = processor_seconds(server.pid), time.perf_counter()
                said = ask(client, server, text)
                if number:
                    mine.wall.append(time.perf_counter() - begun)
                    used[server.name] += processor_seconds(server.pid) - before
                if isinstance(said, str):
                    mine.wrong = f"no answer: {said}"
                elif first is None:
                    first = said
                else:
                    mine.wrong = mine.wrong or compared(text, first, said)
        say(f"bench: {title}: round {number} of {rounds}")
    return report(title, servers, took, used)


def compared(text: str, ours: Said, said: Said) -> str:
    """Return what an answer is, if it is not ours, else nothing."""
    try:
        return "" if same(text, ours, said) else f"{said.rows} rows, not {ours.rows}"
    except ValueError:  # it ends in the middle, under status 200
        return "no answer: broken off"


def ask(client: httpx.Client, server: Asked, text: str) -> Said | str:
    """Return the answer, or why there is none."""
    dataset = server.with_graphs if re.search(r"\bGRAPH\b", text) else server.dataset
    try:
        answer = client.post(server.endpoint, data={"query": text, **dataset}, headers=RESULTS)
    except httpx.HTTPError as error:
        return type(error).__name__
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text[:60]!r}"
    return Said(answer.headers["content-type"], answer.content)


def report(
    title: str, servers: Sequence[Asked], took: Mapping[str, Mapping[str, Took]], used: Mapping[str, float]
) -> list[str]:
    """Return the tables of one mix: all in all, and query by query."""
    ours, rows, totals = servers[0].name, [], []
    ratios: dict[str, list[float]] = {server.name: [] for server in servers[1:]}
    slowest = {}
    for name, by_server in took.items():
        mine = statistics.median(by_server[ours].wall or [math.nan])
        cells = [name, f"{mine * 1000:.1f}"]
        best = math.inf
        for server in servers[1:]:
            other = by_server[server.name]
            if other.wrong or not other.wall:
                cells.append(other.wrong or "–")
                continue
            theirs = statistics.median(other.wall)
            best = min(best, theirs)
            ratios[server.name].append(theirs / mine)
            cells.append(f"{theirs / mine:.2f}")
        slowest[name] = mine / best
        rows.append([*cells, f"{mine / best:.2f}", by_server[ours].wrong])
    for server in servers:
        walls = sorted(second for by_server in took.values() for second in by_server[server.name].wall)
        mean = statistics.geometric_mean(ratios[server.name]) if ratios.get(server.name) else math.nan
        right = sum(not by_server[server.name].wrong for by_server in took.values())
        totals.append(
            [
                server.name,
                "1" if server.name == ours else f"{mean:.2f}",
                f"{percentile(walls, 0.5) * 1000:.1f} / {percentile(walls, 0.95) * 1000:.0f}",
                f"{used[server.name] / max(1, len(walls)) * 1000:.1f}",
                f"{right} of {len(took)}",
            ]
        )
    worst = ", ".join(f"{name} {slowest[name]:.1f}" for name in sorted(slowest, key=slowest.__getitem__)[:-6:-1])
    heads = [
        "server",
        "wall time, peer : ours (geometric mean)",
        "p50 / p95 ms",
        "processor ms a query",
        "answers as ours",
    ]
    by_query = ["query", "ours, ms", *(f"{server.name} : ours" for server in servers[1:]), "ours : best", ""]
    return [
        f"## {title}",
        table(heads, totals),
        f"Slowest beside the best peer: {worst}.",
        table(by_query, rows),
    ]


def memory(servers: Sequence[Asked]) -> list[str]:
    """Return what memory the servers have after all this."""
    rows = [[server.name, f"{megabytes(server.pids()):.0f}"] for server in servers]
    return ["## Memory after it", table(["server", "MiB (PSS)"], rows)]


if __name__ == "__main__":
    main()
