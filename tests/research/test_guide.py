"""docs/research.md does what it says: every block is run as it is printed, against the served real data."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from interurban import resources
from interurban.settings import Settings
from linking.wikidata import inhabited, wikidata
from serving import Served

GUIDE = (resources.room("data").parent / "docs/research.md").read_text()
PRINTED = "http://127.0.0.1:8000/"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
# What each block shows, in the order of the page: something that stands in its output.
SHOWN = {
    "sh": ["it-modena", "Energy Cities", '"release":'],
    "python": [" 2014 ", "1508", "1998 Energy Cities", "True\nTrue", "latitude", "/id/network/eurocities"],
}
NOT_RUN = {"r"}  # R is not among the tools that the tests need; the address is the same as pandas reads
ELSEWHERE = {"js"}  # run among the clients that others wrote, in tests/clients


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_every_block_is_run_or_said_not_to_be() -> None:
    assert {name for name, _ in BLOCKS} - NOT_RUN - ELSEWHERE == {*SHOWN, "sparql", "rq"}
    assert {name: len(blocks(name)) for name in SHOWN} == {name: len(shown) for name, shown in SHOWN.items()}
    assert "not run by our tests" in GUIDE


@pytest.mark.parametrize(("place", "shown"), list(enumerate(SHOWN["python"])))
def test_python_runs_as_printed(served: Served, tmp_path: Path, place: int, shown: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(blocks("python")[place].replace(PRINTED, served.address))
    command = [sys.executable, "-W", "error", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown in done.stdout


@pytest.mark.parametrize(("place", "shown"), list(enumerate(SHOWN["sh"])))
def test_curl_runs_as_printed(served: Served, place: int, shown: str) -> None:
    command = blocks("sh")[place].replace(PRINTED, served.address).replace("curl ", "curl --silent --show-error ", 1)
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown in done.stdout


def answer(served: Served, query: str) -> list[dict[str, str]]:
    rows = httpx.get(f"{served.address}sparql?{urlencode({'query': query, 'format': 'json'})}").json()
    return [{name: value["value"] for name, value in row.items()} for row in rows["results"]["bindings"]]


def test_a_year_leaves_a_day_uncertain(served: Served) -> None:
    time = blocks("sparql")[0]
    modena = served.address + "id/government/it-modena"
    assert answer(served, time) == [{"member": modena, "standing": "possible"}]
    assert answer(served, time.replace("1998-05-01", "1999-01-01")) == [{"member": modena, "standing": "certain"}]
    assert answer(served, time.replace("1998-05-01", "1997-12-31")) == []


def test_what_is_believed_stands_beside_who_said_so(served: Served) -> None:
    rows = {row["network"].rpartition("/")[2]: row for row in answer(served, blocks("sparql")[1])}
    assert rows["energy-cities"]["believed"] == rows["energy-cities"]["said"] == "1998"
    assert rows["energy-cities"]["source"] == served.address + "graph/modena-networks"


def test_an_endpoint_with_wikidatas_data_reaches_here(served: Served) -> None:
    (query,) = blocks("rq")
    with wikidata() as endpoint:
        inhabited(endpoint)
        asked = {"query": query.replace(PRINTED, served.address)}
        found = httpx.get(endpoint.address, params=asked).json()["results"]["bindings"]
    assert [row["name"]["value"] for row in found] == ["Gand"]  # Modena is no member


def test_every_link_to_a_page_leads_to_one(served: Served) -> None:
    addresses = set(re.findall(rf"\]\(({PRINTED}[^)]*)\)", GUIDE))
    assert addresses
    for address in addresses:
        assert httpx.get(address.replace(PRINTED, served.address), headers={"accept": "text/html"}).status_code == 200


def test_the_limits_are_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|$", GUIDE, re.MULTILINE))
    assert rows
    assert rows == {f.name: str(f.default) for f in fields(Settings) if f.name in rows}


def test_a_whole_graph_can_be_taken(served: Served) -> None:
    assert "`/graph?default`" in GUIDE
    taken = httpx.get(served.address + "graph?default", headers={"accept": "application/n-triples"})
    assert len(taken.text.splitlines()) > 7000
