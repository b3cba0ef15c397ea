"""The command line: `interurban check | build | serve | diff | switch | verify | fetch | import | link | push`."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from interurban.arguments import parser
from interurban.confined import confined, exhausted, unforeseen
from interurban.errors import InputError, InterurbanError, Problem, ReleaseError, SettingError, relative
from interurban.files import printable, reason
from interurban.iris import Base
from interurban.kinds import summary
from interurban.messages import Language, known_language, say
from interurban.news import complain, open_streams, tell
from interurban.push import push
from interurban.release import Release, current, open_release, publish_again
from interurban.resources import ROOMS, room
from interurban.settings import Settings

if TYPE_CHECKING:
    from interurban.build import Dataset, Inputs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if all went well, else another number (what went wrong is on standard error)."""
    open_streams()
    language = os.environ.get("INTERURBAN_LANGUAGE")
    return _told(partial(_main, arguments, language), language)


def _main(arguments: Sequence[str] | None, language: str | None) -> int:
    said, wrong = io.StringIO(), io.StringIO()
    try:
        # What cannot be written would be lost, or told by Python when all is over.
        with redirect_stdout(said), redirect_stderr(wrong):
            typed = sys.argv[1:] if arguments is None else arguments
            given = parser(known_language(language), typed).parse_args(typed)
    except SystemExit as ending:  # that was all, or it was not understood
        if ending.code:
            complain(wrong.getvalue().rstrip())
        else:
            with _output():
                sys.stdout.write(said.getvalue())
        return int(ending.code or 0)
    language = given.language or language
    return _told(partial(_run, given, language), language)


def _run(given: argparse.Namespace, language: str | None) -> int:
    settings = Settings.read(os.environ, vars(given))
    command = partial(_RUN[given.command], given, settings)
    if given.command not in ("check", "build", "import"):
        return command()
    return confined(lambda: _told(command, language, every=vars(given).get("all", False)), settings)


def _told(work: Callable[[], int], language: str | None, wait: bool = True, every: bool = False) -> int:
    """Return what some work returns; 1, after telling what is wrong, if anything is. No error leaves it.

    every: tell each problem, and not only the first ones of each kind.
    """
    try:
        return work()
    except KeyboardInterrupt:
        return 130  # as a shell has it: 128 and the number of the signal
    except (MemoryError, RecursionError):
        wrong: InterurbanError = exhausted()
    except (InterurbanError, OSError) as error:
        wrong = _readable(error)
    except BaseException as error:  # pyoxigraph's PanicException is no Exception
        if os.environ.get("INTERURBAN_TRACEBACK"):
            complain(traceback.format_exc(), wait)
        wrong = unforeseen(error)
    if isinstance(wrong, InputError):
        _complain(wrong.problems, known_language(language), every, wait)
        wrong = InterurbanError(wrong.message)
    complain(printable(wrong.text(known_language(language))), wait)
    return 1


def _complain(problems: Sequence[Problem], language: Language, every: bool, wait: bool = True) -> None:
    lines = [problem.text(language) for problem in problems] if every else summary(problems, language)
    for line in lines:
        complain(printable(line), wait)


def _readable(error: InterurbanError | OSError) -> InterurbanError:
    """Return an error of the system, as a full disk, with the file that it is about, in words."""
    if isinstance(error, InterurbanError):
        return error
    return InterurbanError(say("cli-system", file=error.filename or "interurban", reason=reason(error)))


# Each command loads its part of the program, so that nobody waits for another's and none is there to be misused.


def _check(given: argparse.Namespace, settings: Settings) -> int:
    from interurban.build import assess, check_alone, compose, prepare, ready

    if given.publish:
        ready(settings)
    if given.source:
        graphs, warnings = check_alone(_inputs(given), Base(settings.base), given.source)
        statements = sum(len(graph.statements) for graph in graphs)
        names = ", ".join(graph.folder.name for graph in graphs if graph.folder)
        _tell(settings, "check-alone", names=names, statements=statements, warnings=len(warnings))
        _complain(warnings, known_language(settings.language), given.all)
        return 0
    dataset = prepare(_inputs(given), Base(settings.base))
    with TemporaryDirectory() as folder, dataset.judged_first():
        score = assess(compose(dataset, settings, Path(folder)), dataset.data, dataset.published)
    _tell_sizes(dataset, settings)
    for told in score.told():
        tell(told.text(known_language(settings.language)))
    _complain([*score.problems(), *dataset.warnings], known_language(settings.language), given.all)
    return 0


def _build(given: argparse.Namespace, settings: Settings) -> int:
    from interurban.build import export, prepare

    dataset = prepare(_inputs(given), Base(settings.base))
    with _writing(settings.releases):
        release, written = export(dataset, settings.releases, settings)
    _tell_sizes(dataset, settings)
    key = "build-done" if written else "build-same"
    _tell(settings, key, folder=settings.releases / release.version, published=release.published)
    return 0


def _tell_sizes(dataset: "Dataset", settings: Settings) -> None:
    """Say how large a dataset is, unless it does not conform (InputError)."""
    sizes = {
        "statements": len(dataset.lines.believed),
        "graphs": len(dataset.graphs),
        "warnings": len(dataset.warnings),
    }
    _tell(settings, "check-done", **sizes)


def _serve(given: argparse.Namespace, settings: Settings) -> int:
    from interurban.engines import asked
    from interurban.serve import serve

    told = partial(_told, language=settings.language, wait=False)
    return serve(settings, asked(given, settings, os.environ), told)


def _diff(given: argparse.Namespace, settings: Settings) -> int:
    from interurban.web import diff

    a, b = (_version(settings.releases, version) for version in (given.a, given.b))
    for part in diff(a, b, given.format, settings):
        with _output():
            sys.stdout.buffer.write(part)
    return 0


@contextmanager
def _output() -> Iterator[None]:
    """Turn what hinders the writing of standard output into words, except that its reader has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the rest would be tried again at the end
        if not isinstance(error, BrokenPipeError):
            raise InterurbanError(say("cli-output", reason=reason(error))) from error


def _switch(given: argparse.Namespace, settings: Settings) -> int:
    earlier = _version(settings.releases, given.version)
    with _writing(settings.releases):
        release = publish_again(settings.releases, earlier.version, settings.published)
    _tell(settings, "build-done", folder=settings.releases / release.version, published=release.published)
    return 0


def _verify(_: argparse.Namespace, settings: Settings) -> int:
    """Verify every release of the folder; each one that is damaged is told."""
    problems, root = list[InterurbanError](), settings.releases
    folders = sorted(path for path in root.glob("[!.]*") if path.is_dir() and not path.is_symlink())
    for folder in folders:
        try:
            open_release(folder)
        except ReleaseError as error:
            problems.append(error)
    if not folders or (root / "current").resolve() not in {folder.resolve() for folder in folders}:
        problems.append(ReleaseError(say("release-none", root=relative(root))))
    for problem in problems:
        complain(printable(problem.text(known_language(settings.language))))
    if not problems:
        _tell(settings, "verify-done", count=len(folders), folder=relative(root))
    return int(bool(problems))


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
        (root / version / "manifest.json").exists()  # raises what the system has against looking
        raise ReleaseError(say("release-unknown", root=relative(root), version=version, known=", ".join(known) or "–"))
    return open_release(root / version)


def _fetch(given: argparse.Namespace, settings: Settings) -> int:
    from interurban import sources

    return sources.fetch(given, _rooms(given)["data"], settings)


def _import(given: argparse.Namespace, settings: Settings) -> int:
    from interurban import sources

    return sources.import_tables(given, _rooms(given)["data"], settings)


def _link(given: argparse.Namespace, settings: Settings) -> int:
    from interurban import link

    return link.link(given, _rooms(given)["data"], settings)


def _push(given: argparse.Namespace, settings: Settings) -> int:
    return push(given, _version(settings.releases, given.version), settings, os.environ)


_RUN = {
    "check": _check, "build": _build, "serve": _serve, "diff": _diff, "switch": _switch, "verify": _verify,
    "fetch": _fetch, "import": _import, "link": _link, "push": _push,
}  # fmt: skip


def _inputs(given: argparse.Namespace) -> "Inputs":
    from interurban.build import Inputs

    return Inputs(**_rooms(given))


def _rooms(given: argparse.Namespace) -> dict[str, Path]:
    """Return the folders of the installed inputs, with those that the command line names in their place."""
    named: dict[str, str] = {name: said for name in ROOMS if (said := vars(given).get(name)) is not None}
    if empty := [name for name, said in named.items() if not said]:  # an unset variable of a script
        raise SettingError(say("room-unnamed", room=empty[0]))
    return {name: Path(named[name]) if name in named else room(name) for name in ROOMS}


def _tell(settings: Settings, key: str, **values: object) -> None:
    tell(say(key, **values).text(known_language(settings.language)))


if __name__ == "__main__":
    sys.exit(main())
