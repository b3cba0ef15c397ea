"""Inputs of any size with the shape of the real ones: `python benchmarks/generate.py FOLDER --governments 12000`.

FOLDER gets the data of this installation and besides so many local governments with their cities, memberships,
twinnings and mayors, as many of each for a government as the large sources have. Same number, same bytes.
"""

import argparse
import csv
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from interurban import resources

COUNTRIES = ("ITA", "ESP", "BEL", "GRC", "PRT", "FRA", "DEU", "AUT")
NETWORKS = ("covenant-of-mayors", "eurocities", "metrex", "climate-alliance")
SYLLABLES = ("ba", "cor", "del", "fi", "gran", "lu", "mon", "ne", "pol", "ri", "san", "ter", "val", "zo")
_SOURCE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix iu: <https://w3id.org/interurban/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<graph/{slug}> a iu:Source ;
    dct:title "{title}"@en, "{title}"@it ;
    dct:description "{title}, made up for measuring."@en, "{title}, di fantasia, per misurare."@it ;
    dct:publisher <id/organization/interurban> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:issued "2024-01-01"^^xsd:date ;
    iu:rank 3 .
"""


def main() -> None:
    """Write the folder."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--governments", type=int, default=12_000)
    given = options.parse_args()
    generate(given.folder, given.governments)


def generate(folder: Path, count: int) -> None:
    """Copy the installed data to `folder`, which must not be there, and add `count` governments."""
    shutil.copytree(resources.room("data"), folder)
    chance = random.Random(count)
    slugs = [f"{COUNTRIES[n % len(COUNTRIES)].lower()}-made-up-{n}" for n in range(count)]
    names = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() + f" {n}" for n in range(count)]

    def day(first: int, last: int) -> str:
        return f"{chance.randint(first, last)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"

    cities = (
        (slug, name, name, slug[:3].upper(), f"{chance.uniform(36, 60):.5f}", f"{chance.uniform(-9, 30):.5f}")
        for slug, name in zip(slugs, names, strict=True)
    )
    _append(folder / "register" / "cities.csv", cities)
    governments = (
        (slug, "Municipality", f"Municipality of {name}", f"Comune di {name}", slug)
        for slug, name in zip(slugs, names, strict=True)
    )
    _append(folder / "register" / "governments.csv", governments)
    memberships = (
        (slug, network, "member", day(1995, 2023))
        for slug in slugs
        for network in sorted({NETWORKS[0], *chance.sample(NETWORKS, k=chance.choice((0, 0, 0, 1)))})
    )
    _write(_source(folder, "made-up-members") / "memberships.csv", "government,network,role,start", memberships)
    _write(
        _source(folder, "made-up-twinnings") / "pairings.csv",
        "programme,partner_1,partner_2,label_en,label_it,attested_on",
        _twinnings(slugs, names, chance),
    )
    mayors = _source(folder, "made-up-mayors")
    heads = list(zip(slugs, names, strict=True))[: count * 2 // 3]
    _write(mayors / "people.csv", "slug,name", ((f"mayor-of-{slug}", f"Mayor {name}") for slug, name in heads))
    posts = (
        (f"{slug}-mayor", f"Mayor of {name}", f"Sindaco di {name}", f"government/{slug}", "mayor")
        for slug, name in heads
    )
    _write(mayors / "posts.csv", "slug,label_en,label_it,post_in,role", posts)
    holdings = ((f"mayor-of-{slug}", f"{slug}-mayor", day(2019, 2024)) for slug, _ in heads)
    _write(mayors / "holdings.csv", "person,post,start", holdings)


def _twinnings(slugs: list[str], names: list[str], chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield pairs, each once: as many as there are governments."""
    named = dict(zip(slugs, names, strict=True))
    pairs = {tuple(sorted(chance.sample(slugs, k=2))) for _ in slugs}
    for one, other in sorted(pairs):
        yield "iuc", one, other, f"{named[one]} and {named[other]}", f"{named[one]} e {named[other]}", "2016"


def _source(folder: Path, slug: str) -> Path:
    """Make the folder of a source, and return it."""
    path = folder / "sources" / slug
    path.mkdir()
    title = slug.replace("-", " ").capitalize()
    (path / "source.ttl").write_text(_SOURCE.format(slug=slug, title=title), encoding="utf-8")
    return path


def _append(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write(path: Path, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    path.write_text(header + "\n", encoding="utf-8")
    _append(path, rows)


if __name__ == "__main__":
    main()
