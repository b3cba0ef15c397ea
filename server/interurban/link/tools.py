"""What every run of `link` works with: the model, the tables it compares by, and the cities of a release."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from interurban import __version__
from interurban.files import placed, read_source, read_text, usable
from interurban.iris import CANONICAL_BASE, IU
from interurban.link.mappings import Mappings
from interurban.matching.model import Model
from interurban.matching.names import Kinds
from interurban.matching.records import RECORDS, Countries, Record, of_graph
from interurban.release import Release

LINKS, LINKING, LISTED, NAMES = "links", "linking", "review.tsv", "names.tsv"
_COUNTRIES = "import/countries.csv"
_LINKED_CLASSES = (IU + "City",)


@dataclass(frozen=True)
class Tools:
    """What a run compares with: the model with its sum, the words for kinds, and the names of countries."""

    model: Model
    version: str
    kinds: Kinds
    countries: Countries


def tools_of(data: Path) -> Tools:
    """Return what the data folder has."""
    text = read_source(data / LINKING / "model.json")
    version = f"{__version__}, model {hashlib.sha256(text.encode()).hexdigest()[:8]}"
    kinds = Kinds(read_text(data / LINKING / "kinds.csv"))
    return Tools(Model(text), version, kinds, Countries(read_text(data / _COUNTRIES)))


def cities(release: Release, tools: Tools, people: Mappings) -> list[Record]:
    """Return the cities of a release; of what they are elsewhere, what people have said and official codes."""
    said: dict[str, set[str]] = {}
    for thing, ours in people.taken.items():
        said.setdefault(ours, set()).add(thing)
    found = []
    for record, _ in of_graph(release.read(RECORDS), tools.kinds, _LINKED_CLASSES):
        name = CANONICAL_BASE + record.id
        codes = {code for code in record.identifiers if "://" not in code}
        identifiers = frozenset(codes | said.get(name, set()))
        found.append(replace(record, id=name, identifiers=identifiers))
    return found


def write(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    with usable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with placed(path) as beside:
            beside.write_text(text, encoding="utf-8", newline="")
