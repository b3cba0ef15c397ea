"""What every run of `link` works with: the model, the tables it compares by, and the cities of a release."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from interurban import __version__
from interurban.files import placed, read_source, read_text, there, usable
from interurban.iris import CANONICAL_BASE, IU
from interurban.link.gazetteers import AREAS, table
from interurban.link.mappings import Mappings
from interurban.matching.model import Model
from interurban.matching.names import Kinds
from interurban.matching.records import RECORDS, Countries, Record, of_graph
from interurban.release import Release

LINKS, LINKING, LISTED, NAMES, NAMESAKES_LISTED = "links", "linking", "review.tsv", "names.tsv", "namesakes.tsv"
_COUNTRIES = "import/countries.csv"
_CITY, *_AREAS = (IU + name for name in ("City", "Province", "Region", "MetropolitanAuthority"))


@dataclass(frozen=True)
class Tools:
    """What a run compares with: the model with its sum, the words for kinds, and the names of countries."""

    model: Model
    version: str
    kinds: Kinds
    countries: Countries
    areas: Path  # provinces and regions in GeoNames

    def read_areas(self) -> list[Record]:
        """Return the provinces and regions in GeoNames; InputError if their table cannot be read."""
        return table(self.areas, self.kinds, self.countries) if there(self.areas) else []


def tools_of(data: Path) -> Tools:
    """Return what the data folder has."""
    text = read_source(data / LINKING / "model.json")
    version = f"{__version__}, model {hashlib.sha256(text.encode()).hexdigest()[:8]}"
    kinds = Kinds(read_text(data / LINKING / "kinds.csv"))
    return Tools(Model(text), version, kinds, Countries(read_text(data / _COUNTRIES)), data / LINKING / AREAS)


def places(release: Release, tools: Tools, people: Mappings) -> list[Record]:
    """Return the cities, provinces and regions of a release; of what they are elsewhere, what people say, and codes.

    What is a city and a region as well (Vienna) is linked as the city that it governs.
    """
    said: dict[str, set[str]] = {}
    for thing, ours in people.taken.items():
        said.setdefault(ours, set()).add(thing)
    found = []
    for record, told in of_graph(release.read(RECORDS), tools.kinds, (_CITY, *_AREAS)):
        if record.kind == "local" and _CITY not in told["classes"]:
            continue
        name = CANONICAL_BASE + record.id
        codes = {code for code in record.identifiers if "://" not in code}
        identifiers = frozenset(codes | said.get(name, set()))
        # by names from elsewhere it would be found again where it was, whether that was right or not
        found.append(replace(record, id=name, identifiers=identifiers, elsewhere=()))
    return found


def write(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    with usable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with placed(path) as beside:
            beside.write_text(text, encoding="utf-8", newline="")
