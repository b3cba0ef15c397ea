"""/health says that a process answers, /ready that all of the service does and is going to."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pyoxigraph as ox

from engine.house import descendants, wait_until
from serving import COMMAND, free_port, publish_quads, serving
from web.chain import chain


def generations(process: "subprocess.Popen[str]") -> list[int]:
    found = descendants(process.pid)
    return [p.pid for p in found if p.name == "generation"] if "web-process" in {p.name for p in found} else []


def test_it_is_not_ready_while_the_store_is_being_filled(tmp_path: Path) -> None:
    port = free_port()
    names = [ox.NamedNode(f"http://e.org/{number}") for number in range(200_000)]
    publish_quads(tmp_path, port, (ox.Quad(name, names[0], name) for name in names))
    address = f"http://127.0.0.1:{port}/"
    command = [*COMMAND, "serve", "--releases", str(tmp_path), "--port", str(port), "--web-processes", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: generations(process), "a web process")
        (generation,) = generations(process)
        os.kill(generation, signal.SIGSTOP)  # which fills the store
        assert process.stdout
        assert address in process.stdout.readline()
        filling = httpx.get(f"{address}ready")
        assert (filling.status_code, filling.json()["status"]) == (503, "filling")
        assert httpx.get(f"{address}health").json()["status"] == "ok"
        os.kill(generation, signal.SIGCONT)
        wait_until(lambda: httpx.get(f"{address}ready").status_code == 200, "it is ready")
        assert httpx.get(f"{address}ready").json()["status"] == "ready"
    finally:
        process.terminate()
        assert process.communicate(timeout=20)[1] == ""


def test_it_says_so_when_it_is_about_to_end_and_still_answers(tmp_path: Path) -> None:
    made = chain(tmp_path, 1)
    with serving(tmp_path, "--drain-seconds", 60, port=made.port) as server:
        wait_until(lambda: httpx.get(f"{server.address}ready").status_code == 200, "it is ready")
        server.process.terminate()
        wait_until(lambda: httpx.get(f"{server.address}ready").status_code == 503, "it is being drained")
        told = httpx.get(f"{server.address}ready")
        assert told.json() == {"status": "draining", "release": made.versions[0]}
        assert told.headers["cache-control"] == "no-store"
        assert httpx.get(f"{server.address}health").status_code == 200
        assert httpx.get(f"{server.address}sparql", params={"query": "ASK {}"}).status_code == 200
    # the second signal, by which `serving` ends it, does not wait
