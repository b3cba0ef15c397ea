"""`interurban serve`: the socket, the generations that answer on it, and what is counted beside them."""

import socket
from collections.abc import Callable
from functools import partial

from interurban.engine import Beside, Engine, Loaded, Remote, keep, supervise
from interurban.errors import InterurbanError, SettingError
from interurban.files import printable, reason
from interurban.messages import known_language, say
from interurban.news import as_json, complain, tell
from interurban.operation import exposition
from interurban.operation.counters import Counters
from interurban.operation.settings import listening
from interurban.release import Release, state, unverified_current
from interurban.settings import Settings
from interurban.web import KINDS, LoadedRelease, load_releases, prepare, serve_web

Asked = Callable[[Release], Loaded | Remote]
Told = Callable[[Callable[[], int]], int]


def serve(settings: Settings, asked: Asked, told: Told) -> int:
    """Serve until SIGTERM or SIGINT, and return the exit status.

    asked: makes of a release what its queries are asked. told: does some work, and tells what is wrong with it.

    Raises ReleaseError if there is nothing to begin with, SettingError if an address cannot be listened on.
    """
    unverified_current(settings.releases)
    language = known_language(settings.language)
    if settings.log == "json":
        as_json()
    counters, metrics = Counters(KINDS), listening(settings.metrics)
    with _listening(settings.host, settings.port) as socket_:
        telling = _listening(*metrics) if metrics else None
        host, port = socket_.getsockname()[:2]

        def generation(answers: Callable[[str], None], alone: bool) -> int:
            loaded = _loaded(settings)
            if not loaded:
                return 1
            prepare()

            def answer(listening_socket: socket.socket, engine: Engine) -> int:
                if telling:
                    telling.close()
                version = loaded[0].release.version
                serve_web(listening_socket, loaded, engine, settings, lambda: answers(version), counters)
                return 0

            def web(listening_socket: socket.socket, engine: Engine) -> None:
                told(partial(answer, listening_socket, engine))

            return supervise(partial(asked, loaded[0].release), settings, socket_, web, alone, counters.row())

        def ready(version: str) -> None:
            news = say("serve-ready", version=version, address=f"http://{host}:{port}/")
            tell(news.text(language), wait=False)

        def told_generation(answers: Callable[[str], None], alone: bool) -> int:
            return told(partial(generation, answers, alone))

        def expose(listening_socket: socket.socket) -> int:
            socket_.close()
            return exposition.listen(listening_socket, counters)

        beside = Beside(
            counters.turn_key, partial(expose, telling) if telling else None, counters.drain, settings.drain_seconds
        )
        return keep(partial(state, settings.releases), told_generation, ready, language, beside)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; SettingError if there can be none."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OverflowError as error:
        raise _unheard(host, port, say("cli-port")) from error
    except (OSError, UnicodeError) as error:
        # errors of names have numbers of their own, below zero, also where `create_server` makes an OSError of them
        known = isinstance(error, OSError) and (error.errno or 0) > 0 and reason(error)
        raise _unheard(host, port, known or say("cli-host")) from error


def _unheard(host: str, port: int, why: object) -> SettingError:
    return SettingError(say("cli-listen", host=host, port=port, reason=why))


def _loaded(settings: Settings) -> list[LoadedRelease]:
    """Return the releases that are to be served, loaded; none, and what is wrong is told, if the current one cannot be.

    A build may be writing releases anew meanwhile (an erasure): what was read while they changed is read once more.
    """
    while True:
        seen = state(settings.releases)
        wrong: list[InterurbanError] = []
        loaded: list[LoadedRelease] = []
        try:
            loaded = load_releases(settings.releases, settings.served_releases, wrong.append)
        except InterurbanError as error:
            loaded = []
            wrong.append(error)
        if state(settings.releases) == seen:
            for problem in wrong:
                complain(printable(problem.text(known_language(settings.language))), wait=False)
            return loaded
