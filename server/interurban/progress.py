"""How far long work is: bars at a terminal, plain lines elsewhere, events (a JSON object a line) for machines."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from typing import Protocol

from interurban.errors import Problem
from interurban.files import printable
from interurban.messages import LANGUAGES, Language, Message
from interurban.news import complain, tell

Advance = Callable[[int], None]  # by so much more
Write = Callable[[str], None]
_PARTS = 20  # events that a step of known size makes at most


class Progress(Protocol):
    """What long work tells of itself. Whoever does the work does not know to whom."""

    def step(self, what: Message, total: int | None = None, done: int = 0) -> AbstractContextManager[Advance]:
        """Return a context that lasts as long as the step, and gives what to call as it goes on."""

    def result(self, what: Message, **facts: object) -> None:
        """Tell what has come of it; facts: the same for machines."""

    def problems(self, problems: Iterable[Problem]) -> None:
        """Tell machines what is wrong; people are told where the program ends."""


def progress(language: Language, events: bool = False, aside: bool = False) -> Progress:
    """Return how progress is told here: as `events`, else by what standard error is.

    aside: on standard error, since what the work makes goes to standard output.
    """
    write: Write = complain if aside else tell
    if events:
        return _Events(write)
    return (_Bars if sys.stderr.isatty() else _Lines)(language, write)


class _Lines:
    def __init__(self, language: Language, write: Write) -> None:
        self._language, self._write = language, write

    @contextmanager
    def step(self, what: Message, total: int | None = None, done: int = 0) -> Iterator[Advance]:
        self._write(printable(what.text(self._language)))
        yield lambda _: None

    def result(self, what: Message, **_: object) -> None:
        self._write(printable(what.text(self._language)))

    def problems(self, problems: Iterable[Problem]) -> None:
        pass


class _Bars(_Lines):
    @contextmanager
    def step(self, what: Message, total: int | None = None, done: int = 0) -> Iterator[Advance]:
        from rich.console import Console  # only who sits at a terminal waits for it
        from rich.markup import escape
        from rich.progress import Progress as Bars

        # drawn as the work goes on and not by a thread: it may be about to fork
        with Bars(console=Console(file=sys.stderr), auto_refresh=False) as bars:
            bar = bars.add_task(escape(printable(what.text(self._language))), total=total, completed=done)
            bars.refresh()

            def advance(by: int) -> None:
                bars.update(bar, advance=by, refresh=True)

            yield advance
            if total is None:
                bars.update(bar, total=1, completed=1, refresh=True)


class _Events:
    def __init__(self, write: Write) -> None:
        self._write = write

    @contextmanager
    def step(self, what: Message, total: int | None = None, done: int = 0) -> Iterator[Advance]:
        told = {"step": what.key, **_facts(what.values)}
        self._event("begin", **told, total=total, done=done)
        reached = told_at = done

        def advance(by: int) -> None:
            nonlocal reached, told_at
            reached += by
            if total and reached - told_at >= total / _PARTS:
                told_at = reached
                self._event("progress", **told, total=total, done=reached)

        yield advance
        self._event("end", **told, total=total, done=reached)

    def result(self, what: Message, **facts: object) -> None:
        self._event("result", result=what.key, message=_texts(what), **_facts(facts))

    def problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            place = asdict(problem.place) if problem.place else {}
            self._event("problem", problem=problem.message.key, message=_texts(problem.message), **place)

    def _event(self, event: str, /, **facts: object) -> None:
        self._write(json.dumps({"event": event, **facts}, ensure_ascii=False))


def _texts(message: Message) -> dict[str, str]:
    return {language: message.text(language) for language in LANGUAGES}


def _facts(values: dict[str, object]) -> dict[str, object]:
    return {k: v if isinstance(v, int | float | dict | list | None) else str(v) for k, v in values.items()}
