"""serve_web on a socket that somebody else made to listen."""

import signal
import socket
import subprocess
import sys

import httpx

from web.world import World

PROGRAM = """
import socket, sys
from pathlib import Path
from interurban.engine import load
from interurban.release.folder import current
from interurban.settings import Settings
from interurban.web import LoadedRelease, serve_web

release = current(Path(sys.argv[1]))
served = [LoadedRelease(release, load(release.dataset))]
serve_web(socket.socket(fileno=int(sys.argv[2])), served, None, Settings())
print("returned")
"""


def test_it_answers_until_sigterm_and_returns(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = "http://{}:{}/".format(*listening.getsockname())
        fd = listening.fileno()
        command = [sys.executable, "-c", PROGRAM, str(world.releases), str(fd)]
        process = subprocess.Popen(command, pass_fds=[fd], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            with httpx.Client(base_url=address, timeout=20) as client:
                assert client.get("/doc/city/it-fonte.ttl").status_code == 200
                # without it every answer would wait for the client's delayed acknowledgement
                assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, ("returned\n", ""))
