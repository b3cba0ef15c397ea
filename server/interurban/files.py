"""Reading what people wrote: each of their files is opened here, and what cannot be used is told with file and line."""

import ctypes
import errno
import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from interurban.errors import InputError, Place, Problem, relative
from interurban.messages import Message, catalogue, say

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # renameat2(2)
LARGEST = 2**28  # bytes of one file; all of ours together are a hundredth of that

# How a source's tables came about, beside them: what an import runs, and what it reports. A build does not read it.
IMPORT, REMARKS, REPORT = "import.sql", "import-report.csv", "import-report.md"

# Characters that no XML 1.0 document can hold, and so not every format of ours; they come from broken conversions.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Besides those, what a terminal or a log obeys: the other controls, and those of the direction of writing (UAX #9).
_COMMANDS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_BRACKET, _DEEPEST = re.compile(r"[\[\]{}]"), 100


def read(path: Path) -> bytes:
    """Return the content of a file; InputError if it is none, cannot be read, or is too large to be meant."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would else be waited for until somebody writes into it
    with usable(path), os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise _wrong(path, say("file-kind"))
        if found.st_size > LARGEST:
            raise _wrong(path, say("file-large", megabytes=LARGEST // 2**20))
        return file.read()


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8 without a byte order mark, its line ends as they are.

    Raises InputError with the line if it is not UTF-8.
    """
    data = read(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(path, say("file-encoding"), data.count(b"\n", 0, error.start) + 1) from error


def read_source(path: Path) -> str:
    """Return what a program is to read (SPARQL, YAML, TOML): as `read_text` does, its lines ending in line feeds alone.

    Raises InputError also for a character that is no text, with line and column.
    """
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    if found := NOT_IN_XML.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        raise _wrong(path, say("cell-control", code=control_character(found.group())), line, column)
    return text


def there(path: Path) -> bool:
    """Tell whether there is anything of that name, be it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the system, or a reader that has run out of depth, says of a file into an InputError."""
    try:
        yield
    except OSError as error:
        raise _wrong(path, reason(error)) from error
    except RecursionError as error:
        raise _wrong(path, say("file-deep")) from error


def must_be_shallow(yaml: str) -> None:
    """Raise RecursionError for brackets in brackets, over which a reader of YAML would sit for seconds first.

    After each it looks ahead whether that is the key of a mapping, for all that are open.
    """
    depth = 0
    for bracket in _BRACKET.findall(yaml):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > _DEEPEST:
            raise RecursionError


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Yield where to write a file, which has its name when all of it is there, or not at all.

    What somebody who was killed has left beside it is cleared; who writes at the same time is not disturbed.
    """
    for left in path.parent.glob(f".{escape(path.name)}.*.new"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    number, name = tempfile.mkstemp(".new", f".{path.name}.", path.parent)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        os.fchmod(number, 0o644)
        yield Path(name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
        os.close(number)


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places in one step (renameat2(2)); OSError if this file system cannot do so."""
    if ctypes.CDLL(None, use_errno=True).renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def reason(error: OSError) -> Message | str:
    """Return what the system complains of, in words of ours where there are any."""
    key = f"system-{errno.errorcode.get(error.errno or 0, '')}"
    return say(key) if key in catalogue() else error.strerror or str(error)


def control_character(text: str) -> str | None:
    """Return the code of the first character that not every format can hold (U+000B), None if there is none."""
    found = NOT_IN_XML.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def printable(text: str) -> str:
    """Return a text without what a terminal would obey or show in another order: such characters by their codes."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def control_in(value: object) -> str | None:
    """Return the same for whatever JSON or YAML can say: a text, or texts somewhere inside."""
    if isinstance(value, str):
        return control_character(value)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    return next(filter(None, map(control_in, value)), None) if isinstance(value, list) else None


def _wrong(path: Path, message: Message | str, line: int | None = None, column: int | None = None) -> InputError:
    said = message if isinstance(message, Message) else say("file-system", reason=message)
    return InputError([Problem(said, Place(relative(path), line, column))])
