"""Telling people what happens. Nothing depends on being heard: a full disk or a reader who has gone changes nothing.

News go to the descriptors themselves, past Python's buffers: what those cannot get rid of, they try again at every
later line and at the end of the process, which then fails.
"""

import logging
import os
import select
import sys
from contextlib import suppress
from typing import TextIO

_PIECE = select.PIPE_BUF  # bytes that are written at once, or not at all


def tell(text: str, wait: bool = True) -> None:
    """Write lines to standard output. wait: for a reader who is slow; a server waits for nobody."""
    _write(sys.stdout, text, wait)


def complain(text: str, wait: bool = True) -> None:
    """Write lines to standard error. wait: for a reader who is slow; a server waits for nobody."""
    _write(sys.stderr, text, wait)


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


def _write(stream: TextIO, text: str, wait: bool) -> None:
    data = f"{text}\n".encode(errors="backslashreplace")
    writable = select.poll()
    with suppress(OSError):
        number = stream.fileno()
        writable.register(number, select.POLLOUT)
        while data and (wait or writable.poll(0)):
            data = data[os.write(number, data[:_PIECE]) :]
