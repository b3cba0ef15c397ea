"""The first process: it goes over from one generation of the service to the next without a gap.

A generation is a supervisor with what it has loaded. When there is something new to serve, the next generation is
started beside the present one; only when it answers is the present one told to finish what it has begun. If the next
one fails, the present one stays. They share the listening socket, so no connection is ever refused.
"""

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from interurban.engine.supervisor import fork

_LOOK_AGAIN = 0.25  # seconds between two looks whether there is something new
_STOP = {signal.SIGTERM, signal.SIGINT}
_SIGNALS = _STOP | {signal.SIGCHLD}

Generation = Callable[[Callable[[str], None]], int]


def keep(state: Callable[[], object], generation: Generation, tell: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status: that of the last generation, or of the first if it fails.

    state: returns what changes when there is something new to serve. generation: runs in a process of its own and calls
    what it is given with its name when it answers; it ends in order at SIGTERM, and at SIGUSR1 when what it has begun
    is done. tell: is called with the name of each generation that has begun to answer.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # if it were ignored, nobody could be waited for
        sys.stdout.flush()
        return _Keeper(state, generation, tell).run()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Keeper:
    """The present generation, the one that is being started, and those that finish what they have begun."""

    def __init__(self, state: Callable[[], object], generation: Generation, tell: Callable[[str], None]) -> None:
        self._look, self._generation, self._tell = state, generation, tell
        self._present: int | None = None
        self._next: int | None = None
        self._pipe = -1  # through which the next one says that it answers
        self._leaving: set[int] = set()

    def run(self) -> int:
        seen = self._look()
        self._start()
        while True:
            received = signal.sigtimedwait(_SIGNALS, _LOOK_AGAIN)
            if received and received.si_signo in _STOP:
                return self._end()
            self._hear()
            while (died := self._reap()) is not None:
                pid, status = died
                if pid == self._next:
                    self._forget_next()
                    if self._present is None:  # nobody answers, and nobody would if this were tried again
                        return status
                elif pid == self._present:
                    self._present = None
            if self._next is None:
                now = self._look()
                if self._present is None or now != seen:
                    seen = now
                    self._start()

    def _start(self) -> None:
        hearing, telling = os.pipe()

        def run() -> int:
            os.close(hearing)
            return self._generation(lambda name: _say(telling, name))

        self._next = fork("generation", run)
        os.close(telling)
        self._pipe = hearing

    def _hear(self) -> None:
        """Take the next generation for the present one as soon as it answers."""
        if self._next is None or not select.select([self._pipe], [], [], 0)[0]:
            return
        name, end, _ = os.read(self._pipe, 4096).decode().partition("\n")
        if not end:
            return  # it has died, which is told otherwise
        if self._present is not None:
            os.kill(self._present, signal.SIGUSR1)
            self._leaving.add(self._present)
        self._present = self._next
        self._forget_next()
        self._tell(name)

    def _forget_next(self) -> None:
        os.close(self._pipe)
        self._next = None

    def _reap(self) -> tuple[int, int] | None:
        """Return the id and exit status of a child that has died, None if there is none such."""
        with suppress(ChildProcessError):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._leaving.discard(pid)
                return pid, _exit_status(status)
        return None

    def _end(self) -> int:
        """End all generations; return the present one's exit status."""
        children = {pid for pid in (self._present, self._next) if pid is not None} | self._leaving
        for pid in children:
            os.kill(pid, signal.SIGTERM)
        ended = {pid: _exit_status(os.waitpid(pid, 0)[1]) for pid in children}
        return ended.get(self._present or 0, 0)


def _say(telling: int, name: str) -> None:
    with suppress(OSError):  # each web process says it, but only the first is heard
        os.write(telling, f"{name}\n".encode())


def _exit_status(status: int) -> int:
    return max(os.waitstatus_to_exitcode(status), 0) if os.WIFEXITED(status) else 1
