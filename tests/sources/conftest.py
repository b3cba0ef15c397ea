"""A source to import, small enough to read, in a copy of the data; and a publisher's server that does as it is told."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from excerpt import data_without_lists
from interurban.cli import main
from interurban.resources import room

SHARED = room("data").parent.parent / "shared" / "data"

CSV = "Name,Short\r\nHouse of Letters,HL\r\nNameless,\r\n,X\r\nHouse of Letters,HL\r\n"
SOURCE = """\
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix media: <https://www.iana.org/assignments/media-types/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<graph/letters> a iu:Source ; dcat:distribution <graph/letters#houses> .
<graph/letters#houses> a dcat:Distribution ; dct:identifier "houses" ; dcat:mediaType media:{media_type} ;
    {more} .
<graph/letters#sum> a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
    spdx:checksumValue "{checksum}"^^xsd:hexBinary .
"""
SQL = """\
CREATE VIEW reasons AS FROM (VALUES
    ('no-name', 'left-out', 'It has no name.', 'Non ha un nome.'),
    ('no-acronym', 'doubtful', 'It has no acronym.', 'Non ha una sigla.')
) AS _(reason, outcome, en, it);

CREATE VIEW organizations AS
SELECT origin, slug("Name") AS slug, "Name" AS label_en, "Name" AS label_it, "Short" AS acronym
FROM houses WHERE "Name" IS NOT NULL;

CREATE VIEW report AS
SELECT origin, 'no-name' AS reason, "Short" AS detail FROM houses WHERE "Name" IS NULL
UNION ALL SELECT origin, 'no-acronym', "Name" FROM houses WHERE "Short" IS NULL;
"""
# what does not end by itself
ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) AS n FROM t"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Source:
    """A source's folder in a copy of the data, with what to do to it. content: the publisher's file."""

    data: Path
    cache: Path
    capfd: pytest.CaptureFixture[str]
    content: bytes = CSV.encode()
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.data / "sources" / "letters"
        self.folder.mkdir()
        self.describe()
        self.sql(SQL)

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def describe(
        self, address: str = "", media_type: str = r"text\/csv", *, known: bool = True, more: str = ""
    ) -> None:
        said = [f"dcat:downloadURL <{address}>"] * bool(address) + [more] * bool(more)
        if known:
            said += [f"dcat:byteSize {len(self.content)}", "spdx:checksum <graph/letters#sum>"]
        text = SOURCE.format(media_type=media_type, more=" ; ".join(said) or "a dcat:Resource", checksum=self.checksum)
        (self.folder / "source.ttl").write_text(text)

    def sql(self, text: str) -> None:
        (self.folder / "import.sql").write_text(text)

    def file(self, content: bytes | None = None) -> Path:
        """Return a copy of the publisher's file, or of another that somebody takes for it."""
        path = self.data.parent / "at-hand"
        path.write_bytes(self.content if content is None else content)
        return path

    def run(self, command: str, *options: object) -> Ran:
        self.capfd.readouterr()
        given = [command, "letters", "--data", self.data, "--cache", self.cache, *options]
        status = main(list(map(str, given)))
        return Ran(status, *self.capfd.readouterr())

    def tables(self) -> dict[str, bytes]:
        """Return what the folder holds besides what people wrote."""
        return {p.name: p.read_bytes() for p in self.folder.iterdir() if p.name not in ("source.ttl", "import.sql")}


def copy_of_data(folder: Path) -> Path:
    """Return a copy of the data, without what has been imported into them."""
    return data_without_lists(folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copy_of_data(tmp_path / "data")


@pytest.fixture
def source(data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Source:
    return Source(data, tmp_path / "cache", capfd)


def imported(source: Source, *options: object) -> Ran:
    """Import the publisher's file."""
    return source.run("import", "--file", source.file(), *options)


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Publisher:
    """A server that answers as it was told last; `asked` has the headers of each request."""

    address: str
    answer: Answer
    asked: list[dict[str, str]] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def publisher(source: Source, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher who gives the source's file as a server should: resumable, with a strong validator."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the library calls
            running.asked.append(dict(self.headers))
            running.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Publisher(f"http://127.0.0.1:{server.server_port}/houses", whole(source.content))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    source.describe(running.address)
    yield running
    running.ends.set()
    server.shutdown()
    server.server_close()
    thread.join()


def whole(content: bytes, *, until: int | None = None, tag: str = '"1"') -> Answer:
    """Return an answer that gives what is asked for of some content, cut off at a byte if `until` is given."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        start = 0
        if request.headers.get("If-Range") == tag:
            start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        request.send_response(206 if start else 200)
        request.send_header("ETag", tag)
        request.send_header("Content-Length", str(len(content) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        request.wfile.write(content[start:until])

    return answer


def status(code: int, **headers: str) -> Answer:
    """Return an answer without content."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer
