"""The command line: `interurban check | build | serve | diff | switch`."""

import argparse
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_type_hints

from interurban import __version__
from interurban.build import (
    Dataset,
    Inputs,
    assess,
    check,
    compose,
    confined,
    exhausted,
    export,
    ready,
    unforeseen,
)
from interurban.engine import Engine, keep, supervise
from interurban.errors import InterurbanError, ReleaseError, SettingError, relative
from interurban.files import printable, reason
from interurban.iris import Base
from interurban.messages import LANGUAGES, Language, say
from interurban.news import complain, open_streams, tell
from interurban.release import Release, current, history, open_release, publish_again, state
from interurban.resources import ROOMS
from interurban.settings import Settings
from interurban.web import DIFF_FORMATS, LoadedRelease, diff, serve_web

# Who publishes, as the catalogue says it.
_PUBLISHER = (
    "publisher_name", "publisher_iri", "publisher_type", "publisher_code", "contact_mail", "contact_page",
    "rights_holder_name", "rights_holder_iri", "rights_holder_code", "licence",
)  # fmt: skip
_BOUNDS = ("query_seconds", "query_megabytes")  # what a file or query of the inputs may take
# Which settings each command takes; every one of them can also be given in the environment.
_COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("base", *_PUBLISHER, *_BOUNDS, "language"),
    "build": ("base", "releases", "published", *_PUBLISHER, *_BOUNDS, "language"),
    "serve": (
        "releases", "host", "port", "web_processes", "query_workers", "query_seconds", "short_seconds",
        "query_megabytes", "query_characters", "answer_megabytes", "client_queries", "client_workers",
        "client_connections", "queue_length", "queue_seconds", "cache_megabytes", "served_releases", "language",
    ),
    "diff": ("releases", "language"),
    "switch": ("releases", "published", "language"),
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if all went well, 1 if not (what went wrong is on standard error)."""
    open_streams()
    language = os.environ.get("INTERURBAN_LANGUAGE")
    given = _parser(_language(language)).parse_args(arguments)
    language = given.language or language
    try:
        settings = Settings.read(os.environ, vars(given))
        command: Callable[[argparse.Namespace, Settings], int] = given.run
        if command not in (_check, _build):
            return command(given, settings)
        return confined(lambda: _told(partial(command, given, settings), language), settings)
    except (InterurbanError, OSError) as error:
        return _complain(_readable(error), language)
    except KeyboardInterrupt:
        return 130  # as a shell has it: 128 and the number of the signal


def _told(work: Callable[[], int], language: str | None) -> int:
    """Return what a build returns; 1, after telling what is wrong, if anything is. No error leaves it."""
    try:
        return work()
    except (MemoryError, RecursionError):
        return _complain(exhausted(), language)
    except (InterurbanError, OSError) as error:
        return _complain(_readable(error), language)
    except BaseException as error:  # pyoxigraph's PanicException is no Exception
        return _complain(unforeseen(error), language)


def _readable(error: InterurbanError | OSError) -> InterurbanError:
    """Return an error of the system, as a full disk, with the file that it is about, in words."""
    if isinstance(error, InterurbanError):
        return error
    return InterurbanError(say("cli-system", file=error.filename or "interurban", reason=reason(error)))


def _complain(error: InterurbanError, language: str | None) -> int:
    complain(printable(error.text(_language(language))))
    return 1


def _check(given: argparse.Namespace, settings: Settings) -> int:
    if given.publish:
        ready(settings)
    dataset = _checked(given, settings)
    with TemporaryDirectory() as folder:
        score = assess(compose(dataset, settings, Path(folder)), dataset.data, dataset.published)
    for told in score.told():
        tell(told.text(_language(settings.language)))
    for warning in [*score.problems(), *dataset.warnings]:
        complain(printable(warning.text(_language(settings.language))))
    return 0


def _build(given: argparse.Namespace, settings: Settings) -> int:
    dataset = _checked(given, settings)
    with _writing(settings.releases):
        release, written = export(dataset, settings.releases, settings)
    key = "build-done" if written else "build-same"
    _tell(settings, key, folder=settings.releases / release.version, published=release.published)
    return 0


def _checked(given: argparse.Namespace, settings: Settings) -> Dataset:
    """Return the dataset of the inputs after saying how large it is."""
    dataset = check(_inputs(given), Base(settings.base))
    sizes = {
        "statements": len(dataset.believed),
        "graphs": len(dataset.graphs),
        "warnings": len(dataset.warnings),
    }
    _tell(settings, "check-done", **sizes)
    return dataset


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    current(settings.releases)  # or there is nothing to begin with
    with _listening(settings) as listening:
        (host, port), language = listening.getsockname()[:2], _language(settings.language)

        def generation(answers: Callable[[str], None]) -> int:
            loaded = _loaded(settings)
            if not loaded:
                return 1

            def web(listening: socket.socket, engine: Engine) -> None:
                serve_web(listening, loaded, engine, settings, lambda: answers(loaded[0].release.version))

            return supervise(loaded[0].store, settings, listening, web)

        def ready(version: str) -> None:
            news = say("serve-ready", version=version, address=f"http://{host}:{port}/")
            tell(news.text(language), wait=False)

        return keep(partial(state, settings.releases), generation, ready, language)


def _listening(settings: Settings) -> socket.socket:
    """Return the socket that the server listens on; SettingError if there can be none."""
    try:
        return socket.create_server((settings.host, settings.port), backlog=1024)
    except OverflowError as error:
        raise _unheard(settings, say("cli-port")) from error
    except (OSError, UnicodeError) as error:
        # errors of names have numbers of their own, below zero, also where `create_server` makes an OSError of them
        known = isinstance(error, OSError) and (error.errno or 0) > 0 and reason(error)
        raise _unheard(settings, known or say("cli-host")) from error


def _unheard(settings: Settings, why: object) -> SettingError:
    return SettingError(say("cli-listen", host=settings.host, port=settings.port, reason=why))


def _loaded(settings: Settings) -> list[LoadedRelease]:
    """Return the releases that are to be served, loaded; none, and what is wrong is told, if the current one cannot be.

    A build may be writing releases anew meanwhile (an erasure): what was read while they changed is read once more.
    """
    while True:
        seen = state(settings.releases)
        wrong: list[InterurbanError] = []
        loaded: list[LoadedRelease] = []
        try:
            releases = history(settings.releases, settings.served_releases, wrong.append)
            loaded = [LoadedRelease.of(release) for release in releases]
            _ = loaded[0].questions  # read once for all processes, and for those that come later
        except InterurbanError as error:
            loaded = []
            wrong.append(error)
        if state(settings.releases) == seen:
            for problem in wrong:
                complain(printable(problem.text(_language(settings.language))), wait=False)
            return loaded


def _diff(given: argparse.Namespace, settings: Settings) -> int:
    a, b = (_version(settings.releases, version) for version in (given.a, given.b))
    try:
        for part in diff(a, b, given.format, settings):
            sys.stdout.buffer.write(part)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the rest would be tried again at the end
        if not isinstance(error, BrokenPipeError):  # whoever reads it has seen enough
            raise InterurbanError(say("cli-output", reason=error.strerror)) from error
    return 0


def _switch(given: argparse.Namespace, settings: Settings) -> int:
    earlier = _version(settings.releases, given.version)
    with _writing(settings.releases):
        release = publish_again(settings.releases, earlier.version, settings.published)
    _tell(settings, "build-done", folder=settings.releases / release.version, published=release.published)
    return 0


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    """Turn an error of the system, as a full disk, into a ReleaseError that names the file, else the folder."""
    try:
        yield
    except OSError as error:
        named = error.filename or relative(root)
        raise ReleaseError(say("cli-system", file=named, reason=reason(error))) from error


def _version(root: Path, version: str) -> Release:
    """Return a release by its name, or the current one; ReleaseError says which there are."""
    if version == "current":
        return current(root)
    known = sorted(path.parent.name for path in root.glob("[!.]*/manifest.json") if not path.parent.is_symlink())
    if version not in known:
        raise ReleaseError(say("release-unknown", root=relative(root), version=version, known=", ".join(known) or "–"))
    return open_release(root / version)


_RUN = {"check": _check, "build": _build, "serve": _serve, "diff": _diff, "switch": _switch}


def _inputs(given: argparse.Namespace) -> Inputs:
    """Return the installed inputs, with the folders the command line names in their place."""
    named: dict[str, str] = {room: name for room in ROOMS if (name := vars(given)[room]) is not None}
    if empty := [room for room, name in named.items() if not name]:  # an unset variable of a script
        raise SettingError(say("room-unnamed", room=empty[0]))
    return replace(Inputs.installed(), **{room: Path(name) for room, name in named.items()})


def _tell(settings: Settings, key: str, **values: object) -> None:
    tell(say(key, **values).text(_language(settings.language)))


def _language(name: str | None) -> Language:
    return name if name in LANGUAGES else "en"


def _parser(language: Language) -> argparse.ArgumentParser:
    """Return the parser; its help is in the language of the environment."""
    parser = argparse.ArgumentParser(prog="interurban", description=say("cli-interurban").text(language))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="|".join(_COMMANDS))
    hints = get_type_hints(Settings, include_extras=True)
    defaults = {f.name: f.default for f in fields(Settings)}
    for name, settings in _COMMANDS.items():
        help_text = say(f"cli-{name}").text(language)
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=_RUN[name])
        if name == "check":
            command.add_argument("--publish", action="store_true", help=say("cli-publish").text(language))
        for setting in settings:
            help_text = getattr(hints[setting].__metadata__[0], language)
            option = "--" + setting.replace("_", "-")
            command.add_argument(option, metavar="…", help=f"{help_text} ({defaults[setting]})")
        if name == "switch":
            command.add_argument("version", help=say("cli-switch-version").text(language))
        elif name == "diff":
            for position in ("a", "b"):
                command.add_argument(position, help=say(f"cli-diff-{position}").text(language))
            formats = say("cli-diff-format", formats=", ".join(DIFF_FORMATS[1:])).text(language)
            command.add_argument("--format", choices=DIFF_FORMATS, default=DIFF_FORMATS[0], help=formats)
        elif name != "serve":
            for room in ROOMS:
                command.add_argument(f"--{room}", metavar="…", help=say("cli-folder", room=room).text(language))
    return parser


if __name__ == "__main__":
    sys.exit(main())
