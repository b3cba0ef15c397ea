"""Telling people what happens. Nothing depends on being heard: a full disk or a reader who has gone changes nothing.

News go to the descriptors themselves, past Python's buffers: what those cannot get rid of, they try again at every
later line and at the end of the process, which then fails.
"""

import json
import logging
import os
import select
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

_PIECE = select.PIPE_BUF  # bytes that are written at once, or not at all


_structured = False  # whether news are lines of JSON


def as_json() -> None:
    """Let what this process and its children tell from now on be lines of JSON."""
    global _structured
    _structured = True


def tell(text: str, wait: bool = True) -> None:
    """Write lines to standard output. wait: for a reader who is slow; a server waits for nobody."""
    _write(sys.stdout, _line("info", text), wait)


def log(line: str) -> bool:
    """Write a line to standard output as it is, without waiting; tell whether it got there."""
    return _write(sys.stdout, line, wait=False)


def complain(text: str, wait: bool = True) -> None:
    """Write lines to standard error. wait: for a reader who is slow; a server waits for nobody."""
    _write(sys.stderr, _line("error", text), wait)


def _line(level: str, text: str) -> str:
    if not _structured:
        return text
    return json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "message": text})


def open_streams() -> None:
    """Open what is closed of standard input, output and error, or the next file or connection would take their place.

    What is written there is then heard by nobody.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115  # it is open until the end
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


class LogHandler(logging.Handler):
    """Tells what programs log, on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, with its traceback if it has one."""
        complain(self.format(record), wait=False)


def _write(stream: TextIO, text: str, wait: bool) -> bool:
    data = f"{text}\n".encode(errors="backslashreplace")
    writable = select.poll()
    with suppress(OSError):
        number = stream.fileno()
        writable.register(number, select.POLLOUT)
        while data and (wait or writable.poll(0)):
            data = data[os.write(number, data[:_PIECE]) :]
    return not data
