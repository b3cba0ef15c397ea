"""A real supervisor in a process of its own, a small server as its web processes, and a client to talk to it.

The server answers one query for each connection: a line of JSON with the fields of Query and the asker comes
in; a line of JSON with the answer's head (or the error) goes out, then the chunks, each with its length before
it, then 0; or, where the answer breaks off, -1 and the error as a line of JSON.
"""

import asyncio
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from interurban.engine import Answer, Engine, Loaded, Query, Remote, load, supervise
from interurban.engine.columns import Columns
from interurban.errors import InterurbanError
from interurban.push import names_of
from interurban.release import current
from interurban.release.columns import columns_files, in_memory
from interurban.release.folder import QUADS, TERMS
from interurban.remote.options import Access
from interurban.settings import Settings

BASE = "https://example.org/"
_CHUNK = struct.Struct("!i")
_LONGEST = 2**22  # bytes of a request
_PATIENCE = 20.0  # seconds after which a test gives up waiting for what should have happened


# The server's side


def web(listening: socket.socket, engine: Engine) -> None:
    """Answer queries until SIGTERM; the file shows a test whether it came to its end."""
    with tempfile.NamedTemporaryFile():
        asyncio.run(_web(listening, engine))


def web_that_cannot_start(listening: socket.socket, engine: Engine) -> None:
    """Fail at once."""
    raise RuntimeError("this web process cannot start")


async def _web(listening: socket.socket, engine: Engine) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    running: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = json.loads(await reader.readline())
        asker = request.pop("asker")
        asked = asyncio.create_task(_answer(engine, Query(**request), asker, writer))
        left = asyncio.create_task(reader.read())  # ends when the client has gone
        await asyncio.wait({asked, left}, return_when=asyncio.FIRST_COMPLETED)
        for task in (asked, left):
            task.cancel()
        await asyncio.gather(asked, left, return_exceptions=True)
        writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(answer(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(connected, sock=listening, limit=_LONGEST)
    await stop.wait()
    server.close()
    while running:
        await asyncio.wait(running)


async def _answer(engine: Engine, query: Query, asker: str, writer: asyncio.StreamWriter) -> None:
    def line(value: dict[str, Any]) -> None:
        writer.write(json.dumps(value).encode() + b"\n")

    try:
        answer = await engine.answer(query, asker)
    except InterurbanError as error:
        line(_describe(error))
        await writer.drain()
        return
    line({"form": answer.form, "media_type": answer.media_type})
    try:
        await _copy(answer, writer)
        writer.write(_CHUNK.pack(0))
    except InterurbanError as error:
        writer.write(_CHUNK.pack(-1))
        line(_describe(error))
    await writer.drain()


async def _copy(answer: Answer, writer: asyncio.StreamWriter) -> None:
    async with aclosing(answer.chunks) as chunks:
        async for chunk in chunks:
            writer.write(_CHUNK.pack(len(chunk)) + chunk)
            await writer.drain()


def _describe(error: InterurbanError) -> dict[str, Any]:
    places = {name: getattr(error, name, None) for name in ("line", "column", "form")}
    return {"error": type(error).__name__, "text": error.text("en"), "testo": error.text("it"), **places}


# The test's side


@dataclass
class Reply:
    """What the server said: head, the bytes that came, and the error that came instead or broke them off."""

    head: dict[str, Any]
    body: bytes = b""
    error: dict[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> str | None:
        """The name of the error's class."""
        return self.error.get("error")


class Conversation:
    """One query that was asked; its answer is read when the test wants it."""

    def __init__(self, port: int, query: Query, asker: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._file = self._socket.makefile("rb")
        self.is_read = False  # whether the test has begun to
        self._socket.sendall(json.dumps({**asdict(query), "asker": asker}).encode() + b"\n")

    def has_answered(self) -> bool:
        """Tell, without waiting, whether there is something to read."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def head(self) -> dict[str, Any]:
        """Wait for the answer's head, or for an error that came instead."""
        self.is_read = True
        head: dict[str, Any] = json.loads(self._file.readline())
        return head

    def rest(self, head: dict[str, Any]) -> Reply:
        """Read everything."""
        if "error" in head:
            return Reply({}, error=head)
        parts = []
        while (size := _CHUNK.unpack(self._file.read(_CHUNK.size))[0]) > 0:
            parts.append(self._file.read(size))
        return Reply(head, b"".join(parts), json.loads(self._file.readline()) if size < 0 else {})

    def hang_up(self) -> None:
        """Go away."""
        self._file.close()
        self._socket.close()


@dataclass
class House:
    """A running server: its port, its supervisor, its standard error, its folder for temporary files."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    scratch: Path
    conversations: list[Conversation] = field(default_factory=list)

    def begin(self, text: str, asker: str = "", **fields: Any) -> Conversation:
        """Ask, and do not wait; the connection stays open until it is hung up or the server ends."""
        self.conversations.append(Conversation(self.port, Query(text, BASE, **fields), asker))
        return self.conversations[-1]

    def ask(self, text: str, asker: str = "", **fields: Any) -> Reply:
        """Ask, and wait for the whole answer."""
        conversation = self.begin(text, asker, **fields)
        reply = conversation.rest(conversation.head())
        conversation.hang_up()
        return reply

    def children(self, name: str = "") -> set[int]:
        """Return the ids of the supervisor's children with that name, zombies included."""
        found = processes().values()
        return {p.pid for p in found if p.parent == self.process.pid and name in (p.name, "")}

    def workers(self) -> set[int]:
        return self.children("query-worker")

    def web_processes(self) -> set[int]:
        return self.children("web-process")

    def busy(self) -> set[int]:
        """Return the ids of the workers that are running a query: they can open nothing."""
        return {pid for pid in self.workers() if re.search(r"^Max open files +0 ", limits(pid), re.MULTILINE)}


@dataclass(frozen=True)
class Process:
    """One process as the kernel tells of it (proc(5), stat)."""

    pid: int
    name: str
    state: str
    parent: int


def processes() -> dict[int, Process]:
    """Return every process, by its id."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            before, after = stat.read_text().rsplit(")", 1)
            pid, name = before.split(" (", 1)
            state, parent = after.split()[:2]
            found[int(pid)] = Process(int(pid), name, state, int(parent))
    return found


def descendants(pid: int) -> list[Process]:
    """Return the children of a process, and theirs."""
    every = processes().values()
    children = [p for p in every if p.parent == pid]
    return children + [p for p in every if p.parent in {child.pid for child in children}]


def limits(pid: int) -> str:
    """Return a process's resource limits as the kernel prints them, nothing if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/limits").read_text()
    return ""


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Return as soon as `condition` holds; fail if it never does."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.005)  # between two looks, not in place of one


@contextmanager
def house(
    dataset: Path, *, broken: bool = False, alone: bool = False, endpoint: str = "", **settings: Any
) -> Iterator[House]:
    """Start a server on `dataset`, and end it with the block.

    broken: its web processes cannot start; alone: they do not wait for the store. endpoint: of another server, to which
    the current release of the folder `dataset` was pushed.
    """
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        scratch, log = Path(folder, "tmp"), Path(folder, "stderr")
        scratch.mkdir()
        with log.open("wb") as stderr:
            given = (str(listening.fileno()), str(broken), str(alone), endpoint, json.dumps(settings))
            process = subprocess.Popen(
                [sys.executable, __file__, dataset, *given],
                pass_fds=[listening.fileno()],
                stderr=stderr,
                env=os.environ | {"TMPDIR": str(scratch)},
                start_new_session=True,  # so that a test can press Ctrl-C
            )
        running = House(listening.getsockname()[1], process, log, scratch)
        listening.close()  # the server has it; without it, nobody is to be reached
        try:
            yield running
        finally:
            process.kill()
            process.wait()
            for conversation in running.conversations:
                conversation.hang_up()


def main() -> int:
    """Be the server: `house.py dataset descriptor broken alone endpoint settings`."""
    dataset, descriptor, broken, alone, endpoint, given = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as listening:
        serve = web_that_cannot_start if broken == "True" else web
        settings = Settings(**json.loads(given))
        return supervise(partial(_store, Path(dataset), endpoint), settings, listening, serve, alone == "True")


def _store(dataset: Path, endpoint: str) -> Loaded | Remote:
    if endpoint:
        return Remote([endpoint], Access(), names_of(current(dataset)), "en")
    store = load(dataset)
    return Loaded(store, columns_of(store))


def columns_of(store: Store) -> Columns:
    """Return what a store has as columns, made as they are for a release."""
    with in_memory(store.dump(format=RdfFormat.N_QUADS) or b"") as dataset:
        files = columns_files(dataset)
    with in_memory(files[TERMS]) as terms, in_memory(files[QUADS]) as quads:
        return Columns(terms, quads)


if __name__ == "__main__":
    sys.exit(main())
