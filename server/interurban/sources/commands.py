"""The commands `fetch` and `import`: what they take, and what they tell."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interurban import resources
from interurban.confined import TOGETHER, at
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import IMPORT, REMARKS, REPORT, there
from interurban.messages import Language, known_language, say
from interurban.progress import Progress, progress
from interurban.settings import Settings
from interurban.sources.account import Account, account
from interurban.sources.addresses import ADDRESSES, EARLIER, earlier_addresses, with_addresses
from interurban.sources.cache import Cache, at_hand
from interurban.sources.database import Database
from interurban.sources.described import PublishedFile, published_files
from interurban.sources.download import download
from interurban.sources.known import known, of_ours
from interurban.sources.report import in_words, remarks, tabular, told
from interurban.sources.spreadsheet import read_sheet
from interurban.sources.written import replaced, write
from interurban.tables.columns import Table
from interurban.tables.rows import read_tables

_GENERAL = "import"  # the folder of `data` with what every import may use
_SILENCE = 30.0


def add_options(command: argparse.ArgumentParser, name: str, language: Language) -> None:
    """Add what the commands `fetch` and `import` take beside their settings."""

    def words(key: str) -> str:
        return say(key, cache=resources.cache(), seconds=_SILENCE).text(language)

    command.add_argument("source", help=words("cli-source"))
    command.add_argument("--file", action="append", type=Path, default=[], metavar="…", help=words("cli-file"))
    command.add_argument("--cache", type=Path, default=resources.cache(), metavar="…", help=words("cli-cache"))
    if name == "fetch":
        command.add_argument("--timeout", type=float, default=_SILENCE, metavar="…", help=words("cli-timeout"))
    command.add_argument("--json", action="store_true", help=words("cli-json"))


def fetch(given: argparse.Namespace, data: Path, settings: Settings) -> int:
    """Fetch what a source's `source.ttl` names, or take the copies at hand; InputError tells what is wrong."""
    with _telling(given, settings) as tell:
        files, cache = published_files(data / "sources" / given.source), Cache(given.cache)
        copies = at_hand(given.file, files)
        for file in files:
            if file.name in copies:
                cache.keep(copies[file.name], file)
            elif not cache.has(file):
                download(file, cache, given.timeout, tell)
            done = say("fetch-done", name=file.name, path=cache.path(file))
            tell.result(done, **done.values, checksum=file.checksum)
    return 0


def import_tables(given: argparse.Namespace, data: Path, settings: Settings) -> int:
    """Make a source's tables of the files that were fetched; InputError tells what is wrong, and nothing is changed."""
    with _telling(given, settings) as tell:
        folder = data / "sources" / given.source
        files, tables = published_files(folder), read_tables(data / "tables.json")
        _refuse_by_hand(folder, tables)
        result = _account(folder, data, _located(files, given), tables, settings, tell)
        with replaced(folder, [*tables, REMARKS, REPORT]) as new:
            write(new, {made.table.name: tabular(made.columns, made.rows) for made in result.made})
            write(new, {REMARKS: remarks(result), REPORT: in_words(result, files)})
        language = known_language(settings.language)
        words = "\n".join(told(result, files, language))
        made = {made.table.name: len(made.rows) for made in result.made}
        tell.result(
            say("import-done", folder=relative(folder), words=words), given=result.given, taken=result.taken, made=made
        )
    return 0


@contextmanager
def _telling(given: argparse.Namespace, settings: Settings) -> Iterator[Progress]:
    """Yield how progress is told; what goes wrong is told there as well."""
    tell = progress(known_language(settings.language), given.json)
    try:
        yield tell
    except InputError as error:
        tell.problems(error.problems)
        raise


def _located(files: list[PublishedFile], given: argparse.Namespace) -> list[tuple[PublishedFile, Path]]:
    """Return each file with where it lies; InputError for those that are nowhere."""
    copies, cache = at_hand(given.file, files), Cache(given.cache)
    lacking = [file for file in files if file.name not in copies and not cache.has(file)]
    if lacking:
        raise InputError(Problem(say("import-fetch", name=f.name, source=given.source), f.place) for f in lacking)
    return [(file, copies.get(file.name) or cache.path(file)) for file in files]


def _refuse_by_hand(folder: Path, tables: dict[str, Table]) -> None:
    """Raise InputError if there are tables that no import has made: it would take their place."""
    if there(folder / REPORT):
        return
    by_hand = [
        Problem(say("import-by-hand"), Place(relative(folder / name))) for name in tables if there(folder / name)
    ]
    if by_hand:
        raise InputError(by_hand)


def _account(
    folder: Path,
    data: Path,
    located: list[tuple[PublishedFile, Path]],
    tables: dict[str, Table],
    settings: Settings,
    tell: Progress,
) -> Account:
    """Return what `import.sql` makes of the files."""
    sql = folder / IMPORT
    inputs = {}
    with tell.step(say("import-step", source=folder.name)):
        database = Database(settings.query_megabytes)
        for path in sorted((data / _GENERAL).glob("*.csv")):
            database.put(path.stem, of_ours(path))
        ours = dict(known(data, tables, folder)) | {EARLIER: earlier_addresses(folder)}
        for name, sheet in ours.items():
            database.put(name, sheet)
        database.define(data / _GENERAL / "general.sql")
        for file, path in located:
            at(file.place, TOGETHER)
            if f"{file.name}.csv" in tables or database.columns(file.name):
                raise InputError([Problem(say("sql-taken-name", name=file.name), file.place)])
            sheet = read_sheet(path, file)
            database.put(file.name, sheet, source=file.name)
            inputs[file.name] = [number for number, _ in sheet.rows]
        at(Place(relative(sql)), TOGETHER)
        database.define(sql)
        result = account(database, inputs, tables, sql)
        return with_addresses(result, ours[EARLIER], ours["known__moved"], tables[ADDRESSES], sql)
