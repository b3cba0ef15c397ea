"""The first process: it goes over from one generation of the service to the next without a gap.

A generation is a supervisor with what it has loaded. When there is something new to serve, the next generation is
started beside the present one; only when it answers is the present one told to finish what it has begun. If the next
one fails, the present one stays. They share the listening socket, so no connection is ever refused.

What ends a generation that has answered, a lack of memory above all, is no reason to end the service: another is
started, at once, and then after ever longer pauses.
"""

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from interurban.engine.supervisor import fork
from interurban.messages import Language, Message, say
from interurban.news import complain

_LOOK_AGAIN = 0.25  # seconds between two looks whether there is something new
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before another try, one after the other; the last stays
_STEADY = 60.0  # seconds; a generation that has lived so long does not count as one of a row that failed
_STOP = {signal.SIGTERM, signal.SIGINT}
_SIGNALS = _STOP | {signal.SIGCHLD}

Generation = Callable[[Callable[[str], None], bool], int]


@dataclass(frozen=True)
class Beside:
    """What there is to do besides keeping the service up.

    round: is called some times a second; process: what another process is to do, for as long as there is a service;
    drain: is called when all is about to end, which it does `drain_seconds` later.
    """

    round: Callable[[], None] = lambda: None
    process: Callable[[], int] | None = None
    drain: Callable[[], None] = lambda: None
    drain_seconds: float = 0.0


def keep(
    state: Callable[[], object],
    generation: Generation,
    tell: Callable[[str], None],
    language: Language = "en",
    beside: Beside | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status: that of the last generation, or of the first if it cannot.

    state: returns what changes when there is something new to serve. generation: runs in a process of its own; it calls
    what it is given with its name when it answers, and is told whether nobody else does meanwhile. It ends in order at
    SIGTERM, and at SIGUSR1 when what it has begun is done. tell: is called with the name of each generation that has
    begun to answer. What ends unasked is told on standard error, in `language`, and started again. beside: what else
    there is to do as long as all this lasts.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # if it were ignored, nobody could be waited for
        return _Keeper(state, generation, tell, language, beside or Beside()).run()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Keeper:
    """The present generation, the one that is being started, and those that finish what they have begun."""

    def __init__(
        self,
        state: Callable[[], object],
        generation: Generation,
        tell: Callable[[str], None],
        language: Language,
        beside: Beside,
    ) -> None:
        self._look, self._generation, self._tell, self._language = state, generation, tell, language
        self._beside = beside
        self._helper: int | None = None  # the process that does what is to be done beside
        self._present: int | None = None
        self._next: int | None = None
        self._pipe = -1  # through which the next one says that it answers
        self._leaving: set[int] = set()
        self._answered = 0.0  # when the present one began to
        self._failed = 0  # how many in a row have ended unasked
        self._again: float | None = None  # when another is to be started in place of one that has

    def run(self) -> int:
        seen = self._look()
        self._beside.round()
        self._start()
        while True:
            if self._beside.process and self._helper is None:
                with suppress(OSError):  # there is no room for it now
                    self._helper = fork("metrics", self._beside.process)
            received = signal.sigtimedwait(_SIGNALS, _LOOK_AGAIN)
            if received and received.si_signo in _STOP:
                self._drain()
                return self._end()
            self._beside.round()
            self._hear()
            while (died := self._reap()) is not None:
                pid, status = died
                if pid == self._next:
                    self._forget_next()
                    killed = os.WIFSIGNALED(status)  # else it has told what is wrong with what it is to serve
                    if not killed and not self._answered:
                        return _exit_status(status)
                    if killed or self._present is None:
                        self._try_again(_how(status))
                elif pid == self._present:
                    self._present = None
                    if time.monotonic() - self._answered > _STEADY:
                        self._failed = 0
                    self._try_again(_how(status))
            if self._next is None:
                now = self._look()
                if now != seen or (self._again is not None and self._again <= time.monotonic()):
                    seen, self._again = now, None
                    self._start_or_try_again()

    def _drain(self) -> None:
        """Let it be known that all ends, and go on for a while; a second signal means at once."""
        if self._beside.drain_seconds:
            self._beside.drain()
            signal.sigtimedwait(_STOP, self._beside.drain_seconds)

    def _try_again(self, reason: Message) -> None:
        """Note that another generation is to be started after a pause, and say so."""
        pause = _PAUSES[min(self._failed, len(_PAUSES) - 1)]
        self._failed, self._again = self._failed + 1, time.monotonic() + pause
        complain(say("keeper-again", reason=reason, seconds=f"{pause:g}").text(self._language), wait=False)

    def _start_or_try_again(self) -> None:
        try:
            self._start()
        except OSError as error:  # the system has no room for it
            self._try_again(say("keeper-no-room", reason=error.strerror))

    def _start(self) -> None:
        alone = self._present is None
        hearing, telling = os.pipe()

        def run() -> int:
            os.close(hearing)
            return self._generation(lambda name: _say(telling, name), alone)

        try:
            self._next = fork("generation", run)
        except OSError:
            os.close(hearing)
            raise
        finally:
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
        self._present, self._answered, self._again = self._next, time.monotonic(), None
        self._forget_next()
        self._tell(name)

    def _forget_next(self) -> None:
        os.close(self._pipe)
        self._next = None

    def _reap(self) -> tuple[int, int] | None:
        """Return the id and wait status of a child that has died, None if there is none such."""
        with suppress(ChildProcessError):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._leaving.discard(pid)
                self._helper = None if pid == self._helper else self._helper
                return pid, status
        return None

    def _end(self) -> int:
        """End all generations; return the present one's exit status."""
        children = {pid for pid in (self._present, self._next) if pid is not None} | self._leaving
        for pid in children | ({self._helper} if self._helper else set()):
            os.kill(pid, signal.SIGTERM)
        ended = {pid: _exit_status(os.waitpid(pid, 0)[1]) for pid in children}
        return ended.get(self._present or 0, 0)


def _say(telling: int, name: str) -> None:
    with suppress(OSError):  # each web process says it, but only the first is heard
        os.write(telling, f"{name}\n".encode())


def _how(status: int) -> Message:
    code = os.waitstatus_to_exitcode(status)
    return say("keeper-died", how=signal.Signals(-code).name if code < 0 else f"exit {code}")


def _exit_status(status: int) -> int:
    return max(os.waitstatus_to_exitcode(status), 0) if os.WIFEXITED(status) else 1
