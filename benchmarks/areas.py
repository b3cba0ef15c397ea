"""How many names of provinces and regions `interurban link --to graph` finds, by translators' names (a minute).

`PYTHONPATH=tests python benchmarks/areas.py RELEASES` asks for what Debian's iso-codes calls the divisions of ISO
3166-2 that a release has, in ten languages and three ways of writing. Who is meant the code tells, by `areas.tsv`.
Needs `pip install pycountry`, which has these names and is not taken for the data.
"""

import argparse
import csv
import gettext
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pycountry

from gold import DATA, LEAST
from interurban.matching.model import SURE
from interurban.matching.records import RECORDS
from measuring import machine, say, table
from serving import interurban

# How lists name them: a province, a region.
_FRAMES = {
    "en": ("Province of {}", "{} Region"),
    "it": ("Provincia di {}", "Regione {}"),
    "de": ("Provinz {}", "Region {}"),
    "fr": ("Province de {}", "Région {}"),
    "es": ("Provincia de {}", "Región de {}"),
    "pl": ("Prowincja {}", "Region {}"),
    "ru": ("Провинция {}", "Регион {}"),
    "el": ("Επαρχία {}", "Περιφέρεια {}"),
    "ja": ("{}県", "{}州"),
    "zh_CN": ("{}省", "{}州"),
}
_COLUMNS = ("id", "name", "country", "kind")
_KINDS = {"Province": 0, "Region": 1}

Row = dict[str, str]


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("releases", type=Path)
    releases: Path = options.parse_args().releases
    rows = list(_asked(_things(releases)))
    with tempfile.TemporaryDirectory() as name:
        asked, output = Path(name, "asked.csv"), Path(name, "asked.sssom.tsv")
        with asked.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(rows)
        ran = interurban(
            *("link", "--table", asked, "--to", "graph", "--releases", releases),
            *("--sure", LEAST, "--output", output),
        )
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        with output.open(encoding="utf-8", newline="") as file:
            found = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
            chosen = {line["subject_id"]: line for line in found}
    say(f"{machine()}\n")
    for head, by in (("form", "form"), ("language", "language"), ("country", "of"), ("kind", "class")):
        say(f"{_scores(head, by, rows, chosen)}\n")
    wrong = [row for row in rows if (one := chosen.get(row["id"])) and _sure(one) and one["object_id"] != row["meant"]]
    say(table(("asked", "country", "meant", "chosen"), [_shown(row, chosen) for row in wrong[:30]]))


def _things(releases: Path) -> Iterator[tuple[str, str, Row]]:
    """Yield provinces and regions of a release: code of ISO 3166-2, class, and what the table of areas has."""
    with (DATA / "linking/areas.tsv").open(encoding="utf-8", newline="") as file:
        areas = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    for line in (releases / "current" / RECORDS).read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        kind = said["classes"][0].rpartition("/")[2]
        for one in said.get("identifiers", ()):
            area = areas.get(one.replace("https://sws.geonames.org/", "geonames:"))
            if area and kind in _KINDS and "end" not in said:
                yield area["identifiers"].rpartition(":")[2], kind, area | {"thing": said["id"]}


def _asked(things: Iterator[tuple[str, str, Row]]) -> Iterator[Row]:
    every = {area.code: area.name for area in pycountry.subdivisions}
    known = [(every[code], kind, area) for code, kind, area in things if code in every]
    folder = Path(pycountry.__file__).with_name("locales")
    for language, frames in _FRAMES.items():
        catalogue = gettext.translation("iso3166-2", folder, [language]) if language != "en" else None
        for english, kind, area in known:
            name = catalogue.gettext(english) if catalogue else english
            if catalogue and name == english:
                continue  # nobody has translated it, or it is the same
            framed, country = frames[_KINDS[kind]].format(name), area["country"]
            ways = (
                ("name, country, kind", name, country, kind),
                ("framed, country", framed, country, ""),
                ("framed", framed, "", ""),
            )
            for form, text, where, told in ways:
                yield {
                    "id": f"{language} {area['thing']} {form}",
                    "name": text,
                    "country": where,
                    "kind": told,
                    "meant": area["thing"],
                    "form": form,
                    "language": language,
                    "of": area["country"],
                    "class": kind,
                }


def _sure(line: Row) -> bool:
    return float(line["confidence"]) >= SURE


def _scores(head: str, by: str, rows: list[Row], chosen: dict[str, Row]) -> str:
    every, linked, right = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        every[row[by]] += 1
        if (line := chosen.get(row["id"])) and _sure(line):
            linked[row[by]] += 1
            right[row[by]] += line["object_id"] == row["meant"]
    return table(
        (head, "rows", "linked", "right", "precision", "recall"),
        [
            (
                name,
                count,
                linked[name],
                right[name],
                f"{right[name] / max(linked[name], 1):.4f}",
                f"{right[name] / count:.4f}",
            )
            for name, count in every.most_common()
        ],
    )


def _shown(row: Row, chosen: dict[str, Row]) -> tuple[str, ...]:
    return row["name"], row["country"], row["meant"], chosen[row["id"]]["object_id"]


if __name__ == "__main__":
    main()
