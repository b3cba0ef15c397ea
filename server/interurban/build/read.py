"""Read: what people wrote, tables and Turtle, as named graphs; one for each source's folder."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from interurban.build.graphs import TYPE, NamedGraph, PackedGraph
from interurban.build.skolem import with_names
from interurban.confined import Beside, at, of_size
from interurban.errors import InputError, Place, Problem, relative
from interurban.files import IMPORT, REMARKS, REPORT, there, usable
from interurban.iris import IU, Base
from interurban.messages import meant, say
from interurban.rdf.formats import BY_EXTENSION, read_placed
from interurban.tables.columns import Table
from interurban.tables.mappings import SUFFIX, read_links
from interurban.tables.rows import Row, read_chosen, read_part, read_rows, read_tables
from interurban.tables.triples import row_triples, subjects

_SOURCE = "source.ttl"
_TABLES = "tables.json"
_LARGE = 2**20  # bytes of tables that are read in two processes, or more
_Read = Callable[[Table, Path], tuple[list[Row], list[Problem]]]
_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")  # as of everything that has an address


def read_sources(data: Path, base: Base) -> list[NamedGraph]:
    """Return one named graph for `data/register/`, `data/links/` and each folder of `data/sources/`.

    Raises InputError with everything that is wrong in any of them.
    """
    at(Place(relative(data / _TABLES)))
    tables = read_tables(data / _TABLES)
    folders = {folder: _unfit(folder, base) for folder in _folders(data)}
    fit = [folder for folder, unfit in folders.items() if not unfit]
    apart = _half({folder: _size(folder, tables) for folder in fit})

    def read_apart() -> list[tuple[PackedGraph, list[Problem]]]:
        return [_packed(*_read_folder(folder, tables, base)) for folder in apart]

    beside = Beside("reader", read_apart) if apart else None
    found = {folder: _read_folder(folder, tables, base) for folder in fit if folder not in apart}
    if beside:
        packed = zip(apart, beside.result(), strict=True)
        found |= {folder: (graph.graph(), problems) for folder, (graph, problems) in packed}
    problems = [one for folder, unfit in folders.items() for one in ([unfit] if unfit else found[folder][1])]
    if problems:
        raise InputError(problems)
    return [found[folder][0] for folder in fit]


def _packed(graph: NamedGraph, problems: list[Problem]) -> tuple[PackedGraph, list[Problem]]:
    """Return a graph for another process: without its statements, if something is wrong."""
    if problems:
        graph.statements.clear()
    return PackedGraph.of(graph), problems


def _half(sizes: Mapping[Path, int]) -> list[Path]:
    """Return which of some folders, of so many bytes, are half of the work; none if that is not worth a process."""
    halves: tuple[list[Path], list[Path]] = ([], [])
    for folder in sorted(sizes, key=lambda folder: (-sizes[folder], folder.name)):
        min(halves, key=lambda half: sum(map(sizes.__getitem__, half))).append(folder)
    return halves[0] if sum(sizes.values()) > _LARGE else []


def _size(folder: Path, tables: Mapping[str, Table]) -> int:
    """Return how many bytes the tables of a folder have."""
    return sum(path.stat().st_size for path in _entries(folder) if path.name in tables and path.is_file())


def read_alone(data: Path, base: Base, names: Collection[str]) -> tuple[list[NamedGraph], list[NamedGraph]]:
    """Return the named graphs of some folders, and of all others, which only say what there is of each class.

    names: of the folders, or paths to them or to their files. Raises InputError for a name that no folder has, and with
    everything that is wrong in those folders; rows of the others that cannot be read are passed over.
    """
    at(Place(relative(data / _TABLES)))
    tables = read_tables(data / _TABLES)
    folders = {folder.name: folder for folder in _folders(data)}
    chosen = {_chosen(name, folders) for name in names}
    if problems := [unfit for name in sorted(chosen) if (unfit := _unfit(folders[name], base))]:
        raise InputError(problems)
    graphs = []
    for name in sorted(chosen):
        graph, wrong = _read_folder(folders.pop(name), tables, base)
        graphs.append(graph)
        problems += wrong
    if problems:
        raise InputError(problems)
    classes = {name: table.saying({"rdf:type", TYPE.value}) for name, table in tables.items()}
    others = [_read_classes(folder, classes, base) for folder in folders.values() if not _unfit(folder, base)]
    return graphs, others


def read_about(data: Path, base: Base, nodes: Set[ox.NamedNode]) -> list[NamedGraph]:
    """Return of each folder of which there is a named graph what it says of some things, and maybe more.

    What cannot be read is passed over.
    """

    def rows(table: Table, path: Path) -> tuple[list[Row], list[Problem]]:
        chosen = read_chosen(table, path, lambda row: not nodes.isdisjoint(subjects(table, row, base.iri)))
        return list(chosen), []

    tables = read_tables(data / _TABLES)
    return [_read_folder(folder, tables, base, rows)[0] for folder in _folders(data) if not _unfit(folder, base)]


def _chosen(name: str, folders: Mapping[str, Path]) -> str:
    """Return the name of the folder that is meant; InputError if there is none."""
    if name in folders:
        return name
    path = Path(name).resolve()
    for known, folder in folders.items():
        if path.is_relative_to(folder.resolve()):
            return known
    raise InputError([Problem(say("check-source", name=name, hint=meant(name, sorted(folders))))])


def read_turtle(folder: Path, slug: str, base: Base) -> NamedGraph:
    """Return what all the Turtle files in and below a folder say, as the named graph of that slug.

    Raises InputError with what is wrong in any of them.
    """
    graph = NamedGraph(ox.NamedNode(base.graph(slug)), folder)
    _read_files(graph, sorted(folder.rglob("*.ttl")), base)
    return graph


def _folders(data: Path) -> list[Path]:
    """Return what there should be a named graph of."""
    return [data / "register", data / "links", *_entries(data / "sources")]


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, in order of name, without hidden and office programs' lock files."""
    with usable(folder):
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~")))


def _unfit(folder: Path, base: Base) -> Problem | None:
    """Return why this is no folder of a source, None if it is one."""
    if not folder.is_dir():
        return Problem(say("source-not-folder"), Place(relative(folder)))
    if not _SLUG.fullmatch(folder.name):
        return Problem(say("source-name"), Place(relative(folder)))
    if not there(folder / _SOURCE):
        return Problem(say("source-unknown", graph=base.graph(folder.name)), Place(relative(folder)))
    return None


def _read_folder(
    folder: Path, tables: dict[str, Table], base: Base, read: _Read = read_rows
) -> tuple[NamedGraph, list[Problem]]:
    """Return what a source says, and everything that is wrong with its files. read: reads rows of its tables."""
    graph = NamedGraph(ox.NamedNode(base.graph(folder.name)), folder)
    problems: list[Problem] = []
    for path in _entries(folder):
        if path.name in (IMPORT, REMARKS, REPORT):
            continue
        at(Place(relative(path)), of_size(path))
        try:
            if path.name in tables:
                rows, wrong = read(tables[path.name], path)
                problems += wrong
                for row in rows:
                    for triple, place in row_triples(tables[path.name], row, base.iri):
                        graph.add(triple, place)
            elif path.name.endswith(SUFFIX):
                for triple, place in read_links(path, base.iri):
                    graph.add(triple, place)
            elif path.suffix.lstrip(".") in BY_EXTENSION:
                _read_files(graph, [path], base)
            else:
                message = say("source-file-unknown", tables=", ".join(sorted(tables)))
                problems.append(Problem(message, Place(relative(path))))
        except InputError as error:
            problems += error.problems
    at(Place(relative(folder)))
    problems += with_names(graph)
    if not problems and ox.Triple(graph.name, TYPE, ox.NamedNode(IU + "Source")) not in graph.statements:
        problems.append(Problem(say("source-undescribed", graph=graph.name.value), Place(relative(folder / _SOURCE))))
    return graph, problems


def _read_classes(folder: Path, tables: dict[str, Table], base: Base) -> NamedGraph:
    """Return what a source says by some parts of tables, and by Turtle; what cannot be read is passed over."""
    graph = NamedGraph(ox.NamedNode(base.graph(folder.name)), folder)
    for path in _entries(folder):
        at(Place(relative(path)), of_size(path))
        with suppress(InputError):  # of which a check of everything tells
            if path.name in tables:
                for row in read_part(tables[path.name], path):
                    for triple, place in row_triples(tables[path.name], row, base.iri):
                        graph.add(triple, place)
            elif path.suffix.lstrip(".") in BY_EXTENSION:
                _read_files(graph, [path], base)
    with_names(graph)
    return graph


def _read_files(graph: NamedGraph, paths: Iterable[Path], base: Base) -> None:
    """Add what RDF files say; InputError with the problems of all of them."""
    problems: list[Problem] = []
    for path in paths:
        at(Place(relative(path)), of_size(path))
        try:
            for triple, place in read_placed(path, base.iri):
                graph.add(triple, place)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
