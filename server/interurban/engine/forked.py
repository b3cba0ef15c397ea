"""Child processes that do one thing, and end when their parent does."""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15  # <linux/prctl.h>
_libc = ctypes.CDLL(None, use_errno=True)


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
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _prctl(option: int, value: int | bytes) -> None:
    argument = ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.c_ulong(value)
    if _libc.prctl(option, argument, *[ctypes.c_ulong(0)] * 3) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
