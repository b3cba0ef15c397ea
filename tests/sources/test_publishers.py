"""The publishers' own files, imported into a copy of the data: what the reports say is what is in the files."""

import csv
import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from interurban.cli import main
from interurban.resources import room
from serving import interurban
from sources.conftest import SHARED, copy_of_data

Tables = dict[str, list[dict[str, str]]]


def imported(data: Path, source: str, *files: str) -> Tables:
    """Import the publisher's files and return the tables."""
    paths = [SHARED / file for file in files]
    if not all(path.exists() for path in paths):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the publishers' files are not here")
    if not (data / "sources" / source).exists():  # one of the large lists, without its tables
        written = room("data") / "sources" / source
        shutil.copytree(written, data / "sources" / source, ignore=shutil.ignore_patterns("*.csv"))
    given = [option for path in paths for option in ("--file", str(path))]
    assert main(["import", source, "--data", str(data), *given]) == 0
    return read(data / "sources" / source)


def read(folder: Path) -> Tables:
    return {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in folder.glob("*.csv")}


def reasons(tables: Tables) -> dict[str, int]:
    return dict(Counter(row["reason"] for row in tables["import-report"]))


def test_creative_cities(data: Path) -> None:
    imported(data, "british-local-authorities", "open/uk_local_authorities.csv")
    tables = imported(data, "unesco-creative-cities-2024", "unesco_creative_cities.csv")
    assert reasons(tables) == {
        "country-of-announcement": 162,
        "name-misspelt": 4,
        "country-of-known-city": 5,
        "country-ambiguous": 10,
        "another-of-the-name": 12,
        "government-presumed": 328,
    }
    members = {row["government"]: row for row in tables["memberships"]}
    assert len(members) == 349
    assert {"tm-ashgabat", "es-valencia", "us-seattle-wa", "gr-heraklion", "it-alba", "gb-norwich"} <= members.keys()
    assert members["it-modena"] == {
        "government": "it-modena",
        "network": "unesco-creative-cities",
        "role": "member",
        "start": "2021",
        "attested_on": "",
        "field": "media-arts",
    }
    assert members["gb-glasgow"]["attested_on"] == "2024-10"
    assert members["it-como"]["start"] == "2021"
    # which the list has in Australia, France and Spain, and the last with the year of the other Granada
    assert members["gb-perth-and-kinross"]["field"] == "crafts-and-folk-art"
    assert (members["id-ambon"]["start"], members["ni-granada"]["start"]) == ("2019", "2023")
    assert not {"fr-ambon", "es-granada", "gb-london"} & members.keys()
    known = {"it-modena", "it-bologna", "pt-braga", "jp-kobe"}
    assert not known & {row["slug"] for row in tables["municipalities"]}
    assert {row["slug"] for row in tables["governments"]} >= {"it-milan", "fr-toulouse"}


@pytest.fixture(scope="module")
def with_municipalities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data with the Italian municipalities in them, by whose names others are found."""
    copy = copy_of_data(tmp_path_factory.mktemp("municipalities") / "data")
    imported(copy, "italian-municipalities", "open/italian_municipalities_anpr.csv")
    return copy


def test_italian_municipalities(with_municipalities: Path) -> None:
    tables = read(with_municipalities / "sources" / "italian-municipalities")
    assert reasons(tables) == {"no-cadastral-code": 28, "homonym": 50, "break": 949, "overlap": 1}
    rows = {row["slug"]: row for row in tables["municipalities"]}
    assert len(rows) == 9859
    assert sum(not row["end"] for row in rows.values()) == 7901
    assert rows["it-modena"] | {"istat": "036023", "belfiore": "F257", "start": "", "end": ""} == rows["it-modena"]
    assert rows["it-florence"]["name"] == "Firenze"  # which the register knows by another name
    assert rows["it-abano-terme"]["other_names"] == "Abano"
    assert rows["it-castro-bg"]["name"] == rows["it-castro-le"]["name"] == "Castro"
    assert rows["it-abbadia-alpina"]["end"] == "1928-12-05"
    assert {"of": "government/it-abbadia-lariana", "scheme": "istat", "code": "013001", "end": "1992-04-15"} in tables[
        "identifiers"
    ]


def test_signatories_of_the_covenant(with_municipalities: Path, tmp_path: Path) -> None:
    shutil.copytree(with_municipalities, tmp_path / "data")
    tables = imported(tmp_path / "data", "gcom-mycovenant-2024", "gcom_mycovenant_df1_signatories_2024.xlsx")
    left = {"no-latin-name": 4, "homonym": 6}
    assert reasons(tables) | left == reasons(tables)
    rows = {row["government"]: row for row in tables["memberships"]}
    assert rows["it-modena"]["start"] == "2010-01-14"
    assert rows["it-florence"]["coordinated_by"].startswith("organization/")
    assert sum(row["status"] == "on-hold" for row in rows.values()) > 2000
    assert {row["row"] for row in tables["import-report"] if row["reason"] == "coordinates-swapped"} >= {
        "419"
    }  # Brescia
    groups = {row["slug"]: row for row in tables["governments"] if row["class"] == "JointBody"}
    alkmaar = groups["nl-alkmaar-bergen-castricum-heiloo-heerhugowaard-langedijk-uitgeest-group"]
    assert "nl-alkmaar;nl-bergen" in alkmaar["members"]
    assert "people" not in tables
    assert "holdings" not in tables


def test_british_authorities_and_their_declarations(data: Path) -> None:
    tables = imported(data, "british-local-authorities", "open/uk_local_authorities.csv")
    assert reasons(tables) == {"code-of-others": 37, "end-is-start-of-next": 28, "start-of-register": 84}
    assert (len(tables["governments"]), len(tables["municipalities"])) == (470, 428)
    assert sum(bool(row["end"]) for table in ("municipalities", "governments") for row in tables[table]) == 73
    names = {row["slug"]: (row["label_en"], row["label_it"]) for row in tables["governments"]}
    assert names["gb-cumberland"] == ("Cumberland Council", "")  # in Italian it is called after its city
    assert names["gb-cumbria-county"] == ("Cumbria County Council", "Contea di Cumbria")
    (cumberland,) = [row for row in tables["changes"] if row["resulting"] == "gb-cumberland"]
    assert cumberland["original"] == "gb-allerdale;gb-carlisle;gb-copeland"
    assert (cumberland["kind"], cumberland["start"]) == ("merger", "2023-04-01")

    tables = imported(data, "british-climate-declarations", "open/uk_climate_declarations.csv")
    assert reasons(tables) == {
        "not-declared": 58,
        "nothing-said": 2,
        "unknown-council": 1,
        "in-other-words": 6,
        "no-day": 1,
    }
    declared = {row["government"]: row for row in tables["commitments"]}
    assert len(declared) == 404 - 61
    assert declared["gb-glasgow"]["declared_on"] == "2019-05-16"
    assert not [row for row in declared.values() if row["page"] and not row["page"].startswith("http")]

    checked = interurban("check", "--data", data)
    assert checked.returncode == 0, checked.stderr


def test_provinces_and_regions_of_italy(with_municipalities: Path, tmp_path: Path) -> None:
    shutil.copytree(with_municipalities, tmp_path / "data")
    tables = imported(
        tmp_path / "data", "italian-provinces-and-regions", "open/italian_provinces.csv", "open/italian_regions.csv"
    )
    assert reasons(tables) == {"region-is-province": 1, "no-government": 4, "no-region": 1}
    rows = {row["slug"]: row for row in tables["governments"]}
    assert Counter(row["class"] for row in rows.values()) == {"Province": 88, "Region": 20, "MetropolitanAuthority": 14}
    assert rows["it-modena-province"]["territory"].endswith("/territorial-classifications/provinces/036")
    assert rows["it-emilia-romagna-region"]["territory"].endswith("/territorial-classifications/regions/08")
    milan = rows["it-milan-metropolitan-city"]  # which the register has, by this address
    assert (milan["label_en"], milan["governs"]) == ("Metropolitan City of Milan", "it-milan")
    assert {"of": "government/it-modena-province", "scheme": "istat", "code": "036"} in tables["identifiers"]


def test_mayors_and_commissioners_of_italy(with_municipalities: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(with_municipalities, data)
    erased = data / "register" / "erased.csv"
    erased.write_text("thing,erased_on\nperson/giorgio-abonante-it-alessandria,2025-02-01\n")
    files = ("open/italian_mayors_2025-01-17.csv", "open/italian_commissioners_2025-01-17.csv")
    tables = imported(data, "italian-mayors-2025", *files)
    assert reasons(tables) == {
        "unknown-code": 4,
        "erased": 1,
        "accent-as-apostrophe": 103,
        "wrong-encoding": 1,
        "called-otherwise": 11,
        "same-name": 75,
        "mayor-too": 6,
    }
    held = {row["post"]: row for row in tables["holdings"] if row["post"].endswith("-mayor")}
    assert len(held) == 7772 - 4 - 1
    assert "it-alessandria-mayor" not in held
    mayor = held["it-acqui-terme-mayor"]
    assert (mayor["person"], mayor["elected_on"]) == ("danilo-rapetti-it-acqui-terme", "2022-06-12")
    assert (mayor["start"], mayor["attested_on"]) == ("", "2025-01-17")
    assert held["it-castro-bg-mayor"]["person"] != held["it-castro-le-mayor"]["person"]
    names = {row["slug"]: row["name"] for row in tables["people"]}
    assert names["francesca-ianno-it-acquaro"] == "Francesca Iannò"
    assert names["ernesta-d-alessio-it-sulmona"] == "Ernesta D'Alessio"
    assert not [name for name in names.values() if name.isupper() or re.search("[^ A-Za-zÀÈÉÌÒÙàèéìòù'-]", name)]
    assert {"carla-fragomeni-it-scilla", "carla-fragomeni-it-capistrano"} <= names.keys()
    (commissioner,) = [row for row in tables["holdings"] if row["person"] == "giuseppe-zarcone-it-saliceto"]
    assert (commissioner["start"], commissioner["elected_on"]) == ("2024-06-10", "")
    posts = {row["slug"]: row for row in tables["posts"]}
    assert (posts["it-florence-mayor"]["label_en"], posts["it-florence-mayor"]["label_it"]) == (
        "Mayor of Florence",
        "Sindaco di Firenze",
    )
    assert Counter(row["role"] for row in posts.values()) == {"mayor": 7767, "commissioner": 94}
    assert set(tables) == {"people", "posts", "holdings", "import-report"}
    assert set(tables["people"][0]) == {"slug", "name"}  # and nothing else of anybody


def test_who_is_erased_does_not_come_back(data: Path) -> None:
    tables = imported(data, "wikidata-mayors-2018", "european_mayors.csv")
    mayor = next(row for row in tables["holdings"] if row["post"] == "it-ancona-mayor")["person"]
    (data / "register" / "erased.csv").write_text(f"thing,erased_on\nperson/{mayor},2025-02-01\n")
    tables = imported(data, "wikidata-mayors-2018", "european_mayors.csv")
    assert not [row for table in ("people", "holdings", "posts") for row in tables[table] if mayor in row.values()]
    assert [row["detail"] for row in tables["import-report"] if row["reason"] == "erased"] == [""]


def test_mayors_and_twinnings_in_wikidata(with_municipalities: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(with_municipalities, data)
    imported(data, "british-local-authorities", "open/uk_local_authorities.csv")
    tables = imported(data, "wikidata-mayors-2018", "european_mayors.csv")
    left = {"homonym": 7, "no-name": 4, "several-mayors": 2, "superseded": 3, "listed-twice": 32, "perhaps-stale": 15}
    assert reasons(tables) | left == reasons(tables)
    unknown = [row["detail"] for row in tables["import-report"] if row["reason"] == "unknown-place"]
    assert unknown == ["London"]  # of which no register has a municipality
    held = {row["post"]: row for row in tables["holdings"]}
    assert held["at-vienna-mayor"] == {"person": "michael-ludwig", "post": "at-vienna-mayor", "start": "2018-05-24"}
    assert held["be-antwerp-mayor"]["start"] == "2013"  # of which the query made the first of January
    assert held["it-roma-mayor"]["person"].startswith("virginia-raggi-q")
    assert held["es-avila-mayor"]["start"] == "2015-05-24"
    assert "de-munchen-mayor" not in held
    assert not [row for row in tables["people"] if not row["slug"].endswith("-" + row["wikidata"].lower())]
    assert set(tables["people"][0]) == {"slug", "name", "wikidata"}
    assert {"thing": "government/de-berlin", "key": "Q64"} in tables["addresses"]

    tables = imported(data, "wikidata-twinnings-2016", "sister_relations.tsv")
    assert reasons(tables)["one-direction"] == 5
    pairs = {(row["partner_1"], row["partner_2"]) for row in tables["twinnings"]}
    assert len(pairs) == len(tables["twinnings"]) > 500
    assert all(one < other for one, other in pairs)
    assert {("de-leipzig", "it-bologna"), ("be-antwerp", "no-oslo"), ("de-berlin", "fr-paris")} <= pairs
    assert {row["attested_on"] for row in tables["twinnings"]} == {"2016"}


def test_targets_of_the_net_zero_tracker(data: Path) -> None:
    imported(data, "british-local-authorities", "open/uk_local_authorities.csv")
    tables = imported(data, "net-zero-tracker-2022", "open/net_zero_tracker_2022-12-20.csv")
    left = {"nothing-promised": 1242, "only-proposed": 127, "several-places": 11, "no-state": 5, "unknown-place": 4}
    assert reasons(tables) | left == reasons(tables)
    members = {row["government"]: row for row in tables["memberships"]}
    assert members["gb-birmingham"]["attested_on"] == "2022-12-20"
    assert {"it-florence", "it-milan", "gb-bristol", "us-salt-lake-city-ut", "jp-kyoto"} <= members.keys()
    assert "gb-london" not in members  # the City, or all of it?
    targets = {row["government"]: row for row in tables["commitments"]}
    assert (targets["jp-hiroshima"]["kind"], targets["jp-hiroshima"]["target_year"]) == ("net-zero", "2050")
    assert (targets["jp-hiroshima"]["declared_on"], targets["gb-glasgow"]["declared_on"]) == ("2020", "")
    assert "de-essen" in members
    assert "de-essen" not in targets  # which was only proposed
    assert {row["slug"] for row in tables["governments"]} >= {"us-new-york-region", "jp-kyoto-region"}

    checked = interurban("check", "--data", data)
    assert checked.returncode == 0, checked.stderr
