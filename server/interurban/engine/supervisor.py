"""The process that keeps the others alive: it forks, reaps and forks again, and never touches a query.

It has one thread and does nothing else, so a fork is a copy of the loaded release that costs milliseconds and
shares its memory until it reads it (the store counts its readers in that memory). Whatever ends the supervisor,
nothing outlives it: the kernel ends the children of a dead one.
"""

import ctypes
import gc
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from interurban.engine.admission import AdmissionQueue, admission_queue
from interurban.engine.cage import Cage
from interurban.engine.counted import count_ending, tell_queries
from interurban.engine.model import Engine, Loaded
from interurban.engine.remote import Remote
from interurban.engine.shares import (
    ABSENT,
    PROCESSORS,
    SILENT,
    STARTING,
    FairShare,
    Slot,
    Slots,
    Use,
    be_nice,
    processes,
    quick_seconds,
)
from interurban.engine.worker import work
from interurban.errors import InterurbanError
from interurban.messages import catalogue, known_language, say
from interurban.news import complain
from interurban.operation.counters import Row
from interurban.settings import Settings

_STOP = {signal.SIGTERM, signal.SIGINT}
_LEAVE = signal.SIGUSR1
_SIGNALS = {signal.SIGCHLD, _LEAVE, *_STOP}
_ROUND = 0.02  # seconds between two looks at the running queries
_TELLING = 25  # rounds between two tellings of how many queries there are
_SHORT = 0.1  # seconds after which a query is no longer a short one
_GRACE = 3.0  # seconds that web processes have for what they are doing when everything ends
_FAREWELL = 60.0  # seconds that they have when others have taken over
_YOUNG = 2.0  # seconds; a process that dies younger than this never worked
_PATIENCE = 5  # how many of those in a row, in one place, it takes to give up

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15  # <linux/prctl.h>
_libc = ctypes.CDLL(None, use_errno=True)


def supervise(
    store: Callable[[], Loaded | Remote],
    settings: Settings,
    listening_socket: socket.socket,
    web: Callable[[socket.socket, Engine], None],
    alone: bool = True,
    row: Row | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status: 0, or 1 if processes could not be kept alive.

    At SIGUSR1, others have taken over: what has begun is finished, for which there is a minute, and then this returns.
    Forks `web_processes` that each call `web(listening_socket, engine)`, which is to return after SIGTERM, for which
    they have 3 seconds, and after SIGUSR1 as soon as nobody waits for it any more. When `store` has returned what is to
    be asked, which it does in a thread, forks `query_workers` processes that answer queries on it, and one more for
    each query that is not quick. alone: nobody else answers meanwhile, so web processes do not wait for the store. row:
    where it counts what ends, and says how many queries there are. Must be called in the main thread of a process
    without other threads and without other children.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # if it were ignored, nobody could be waited for
        catalogue()  # the sentences of errors: every child needs them, and a query's process cannot open their file
        gc.collect()
        gc.freeze()  # so that no collection in a child writes to memory that is shared
        return _Supervisor(store, settings, listening_socket, web, row).run(alone)
    finally:
        while signal.sigtimedwait(_SIGNALS, 0):
            pass  # a second Ctrl-C is not for whatever comes after us
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class _Place:
    """A process there has to be: what it does, and who does it now (None: nobody yet)."""

    name: str  # at most 15 bytes, for `top` and its like
    run: Callable[[], None]
    slot: Slot | None = None  # of a query worker
    queue: AdmissionQueue | None = None  # of a web process: its part
    pid: int | None = None
    born: float = 0.0
    lowered: int = 0  # how often its priority has been
    stillborn: int = 0  # how many of its processes in a row never worked

    def bury(self) -> None:
        """Take note that the process has died."""
        never_worked = self.slot is None or self.slot.since == STARTING
        young = time.monotonic() - self.born < _YOUNG
        self.stillborn = self.stillborn + 1 if never_worked and young else 0
        self.pid = None
        if self.slot:
            self.slot.since, self.slot.private = ABSENT, 0
        if self.queue:
            self.queue.clear()


class _Supervisor:
    """The places, and what is done to keep them filled."""

    def __init__(
        self,
        store: Callable[[], Loaded | Remote],
        settings: Settings,
        listening: socket.socket,
        web: Callable[[socket.socket, Engine], None],
        row: Row | None,
    ) -> None:
        asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asking.setblocking(False)  # when no more fits in, Cage refuses
        answering.setblocking(False)  # workers look whether there is something before they wait

        def query_worker(slot: Slot) -> None:
            # where SIGTERM is sent to a whole group, the web processes still need us; the supervisor ends us
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            asking.close()
            listening.close()
            work(self._store.result(), answering, settings, slot, use, self._queues[0].reputation)

        def web_process(queue: AdmissionQueue) -> None:
            answering.close()
            web(listening, Cage(asking, queue, settings))

        self._load, self._store = store, Future[Loaded | Remote]()
        count = processes(settings)
        slots, use = Slots(count), Use()
        for index in range(count):
            slots.since[index] = STARTING
        every = [Slot(slots, index) for index in range(count)]
        self._workers = [_Place("query-worker", partial(query_worker, slot), slot) for slot in every]
        self._fair_share = FairShare(slots, use, settings)
        self._settings, self._slots, self._row = settings, slots, row
        self._queues = admission_queue(settings, slots, use)
        self._web = [_Place("web-process", partial(web_process, queue), queue=queue) for queue in self._queues]
        self._places = self._workers + self._web
        self._language = known_language(settings.language)
        self._priority = os.getpriority(os.PRIO_PROCESS, 0)

    def run(self, alone: bool) -> int:
        """Keep all places filled until a signal says to stop; return the exit status."""
        ending, seconds, rounds = signal.SIGTERM, _GRACE, 0
        try:
            if alone:
                self._fork_all(self._web)
            # the process does not wait for it in the end
            threading.Thread(target=self._fill_store, daemon=True).start()
            while True:
                if self._store.done():  # a fork is a copy of what it is, not of what it becomes
                    if self._store.exception():
                        return 1
                    self._look_after_queries()
                    self._fork_all([place for place in self._web if place.pid is None])
                received = signal.sigtimedwait(_SIGNALS, _ROUND)
                if received and received.si_signo == _LEAVE:
                    ending, seconds = _LEAVE, _FAREWELL
                    return 0
                if received and received.si_signo in _STOP:
                    return 0
                self._reap()
                if any(place.stillborn >= _PATIENCE for place in self._places):
                    complain(say("engine-stillborn", count=_PATIENCE).text(self._language), wait=False)
                    return 1
                if self._row and (rounds := rounds + 1) % _TELLING == 0:
                    tell_queries(self._row, self._slots, self._queues)
        finally:
            self._end(ending, seconds)

    def _look_after_queries(self) -> None:
        """Make room, lower priorities, and fork so many workers as have to be there for quick queries."""
        self._make_room()
        self._lower_priorities()
        others = self._slots.older(quick_seconds(self._settings)).keys() | self._slots.ending()
        quick = sum(bool(place.pid) and index not in others for index, place in enumerate(self._workers))
        free = [place for place in self._workers if place.pid is None]
        self._fork_all(free[: max(0, self._settings.query_workers - quick)])

    def _fill_store(self) -> None:
        try:
            store = self._load()
            if isinstance(store, Remote):
                self._slots.server[0] = SILENT  # until somebody has asked it
            self._store.set_result(store)
        except BaseException as error:
            text = error.message.text(self._language) if isinstance(error, InterurbanError) else traceback.format_exc()
            complain(text, wait=False)
            self._store.set_exception(error)

    def _fork_all(self, places: Sequence[_Place]) -> None:
        with suppress(OSError):  # if the system has no room for them, the next round tries
            for place in places:
                self._fork(place)

    def _make_room(self) -> None:
        """End the long queries that are too many, and those that even the timer did not end."""
        for pid in filter(None, (self._workers[index].pid for index in self._fair_share.look())):
            os.kill(pid, signal.SIGKILL)

    def _fork(self, place: _Place) -> None:
        if place.slot:
            place.slot.since = STARTING
        place.born, place.lowered = time.monotonic(), 0
        place.pid = fork(place.name, place.run)

    def _reap(self) -> None:
        """Bury all who have died; as a container's first process, also the orphans that end up with it."""
        by_pid = {place.pid: place for place in self._places}
        with suppress(ChildProcessError):
            while (died := os.waitpid(-1, os.WNOHANG))[0]:
                if place := by_pid.get(died[0]):
                    place.bury()
                    if self._row:
                        count_ending(self._row, died[1], place.slot)

    def _lower_priorities(self) -> None:
        """Let short queries overtake those that have been running for longer, unless a processor is free for them."""
        running = self._slots.older(_SHORT)
        if len(running) < PROCESSORS:
            return
        for index, age in running.items():
            place, long = self._workers[index], age > self._settings.short_seconds
            if place.pid and place.lowered < 1 + long:
                be_nice(place.pid, self._priority, long=long)
                place.lowered = 1 + long

    def _end(self, ending: signal.Signals, seconds: float) -> None:
        """End the web processes, then the workers, which those still need; a second signal means at once."""
        deadline, self._row = time.monotonic() + seconds, None  # what ends now is meant to
        for place in self._web:
            if place.pid:
                os.kill(place.pid, ending)
        while any(place.pid for place in self._web) and (left := deadline - time.monotonic()) > 0:
            received = signal.sigtimedwait(_SIGNALS, min(left, _ROUND))
            if received and received.si_signo in _STOP:
                break
            self._reap()
            if ending == _LEAVE and self._store.done():  # who has begun to ask finds a worker to the last
                self._look_after_queries()
        for place in self._places:
            if place.pid:
                os.kill(place.pid, signal.SIGKILL)
                os.waitpid(place.pid, 0)


def fork(name: str, run: Callable[[], int | None]) -> int:
    """Return the id of a child that does `run` and exits with the status it returns, 1 if it fails.

    name: at most 15 bytes, for `top` and its like. Signals are as the system has them and none is blocked, but SIGINT
    is ignored: Ctrl-C reaches every process of a terminal's group, and what it means is for the parent to say.
    """
    parent = os.getpid()
    return os.fork() or _become(name, run, parent)


def _become(name: str, run: Callable[[], int | None], parent: int) -> NoReturn:
    """Live and die as that child: never return into what the parent was doing."""
    status = 1
    try:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(status)  # it died before the kernel knew that we want to go with it
        _prctl(_PR_SET_NAME, name.encode())
        for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGIO, signal.SIGUSR1):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        status = run() or 0
    except BaseException:
        complain(traceback.format_exc(), wait=False)
    finally:
        os._exit(status)


def _prctl(option: int, value: int | bytes) -> None:
    argument = ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.c_ulong(value)
    if _libc.prctl(option, argument, *[ctypes.c_ulong(0)] * 3) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
