"""Which of several things of a gazetteer a row of a table means, asked of the command."""

import csv
import json
import shutil
from pathlib import Path

from interurban.resources import room
from serving import interurban

HEAD = "id,name,others,country,kind,latitude,longitude,population\n"
GAZETTEER = """\
wd:Q1,Brescia,Provincia di Brescia|Brixia,IT,City,45.54,10.21,196000
wd:Q2,Albano Sant'Alessandro,,IT,City,45.69,9.77,8200
wd:Q3,Albano Laziale,,IT,City,41.73,12.66,40000
wd:Q4,Land O' Lakes,,US,City,28.22,-82.46,31996
wd:Q5,Sant'Angelo d'Alife,,IT,City,41.36,14.26,2100
wd:Q6,Province of Mantua,,IT,Province,45.16,10.79,400000
wd:Q7,Mantua,Mantova,IT,City,45.16,10.79,49000
wd:Q9,Sant Angelo d Alba,,IT,City,44.7,8.03,30000
wd:Q10,San Giovanni in Monte,,IT,City,44.1,11.2,900
wd:Q11,Santa Giovanna,,IT,City,44.2,11.3,900
wd:Q12,L'Aquila,,IT,City,42.35,13.4,69000
wd:Q13,München/Monaco,,DE,City,48.1,11.5,1500000
wd:Q14,Aquila,,CH,City,46.5,8.9,500
wd:Q15,Province of Carlow County Council,Carlow County Council,IE,Province,,,
wd:Q16,Carlow,,IE,City,52.84,-6.93,25000
wd:Q8,Xilinhot,,CN,City,43.94,116.04,350000
"""


def linked(folder: Path, *rows: str, more: tuple[object, ...] = ()) -> dict[str, str]:
    """Return for each row's id the thing that was chosen, of those that are decided."""
    (folder / "gazetteer.csv").write_text(HEAD + GAZETTEER, encoding="utf-8")
    (folder / "rows.csv").write_text(HEAD + "\n".join(rows), encoding="utf-8")
    output = folder / "rows.sssom.tsv"
    table, gazetteer = folder / "rows.csv", folder / "gazetteer.csv"
    done = interurban("link", "--table", table, "--gazetteer", gazetteer, "--output", output, *more)
    assert done.returncode == 0, done.stderr
    lines = [line for line in output.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row["subject_id"]: row["object_id"] for row in csv.DictReader(lines, delimiter="\t")}


def test_what_is_no_municipality_is_no_city_of_its_name(tmp_path: Path) -> None:
    kinds = ("City", "Province", "Region", "MetropolitanAuthority", "JointBody", "District")
    assert linked(tmp_path, *(f"{kind},Brescia,,IT,{kind},45.54,10.21,196000" for kind in kinds)) == {"City": "wd:Q1"}


def test_a_part_of_what_something_is_called_is_not_its_name(tmp_path: Path) -> None:
    names = ("Province of Carlow", "Provincia di Carlow", "County Carlow", "Carlow")
    found = linked(tmp_path, *(f"{name},{name},,IE,,,," for name in names))
    assert found == dict.fromkeys(names[:3], "wd:Q15") | {"Carlow": "wd:Q16"}


def test_a_name_tells_that_it_is_not_the_citys(tmp_path: Path) -> None:
    names = (
        "Comune di Brescia",
        "Provincia di Brescia",
        "Province of Brescia",
        "Regione Brescia",
        "Città metropolitana di Brescia",
        "Unione dei Comuni Brescia",
        "Consorzio Brescia",
        "Brescia District",
    )
    assert linked(tmp_path, *(f"{name},{name},,IT,,45.54,10.21," for name in names)) == {"Comune di Brescia": "wd:Q1"}


def test_a_name_tells_which_of_two_is_meant(tmp_path: Path) -> None:
    rows = ("a,Province of Mantua,,IT,,,,", "b,Comune di Mantova,,IT,,,,")
    assert linked(tmp_path, *rows) == {"a": "wd:Q6", "b": "wd:Q7"}


def test_a_town_is_found_whose_name_only_looks_like_a_lands(tmp_path: Path) -> None:
    assert linked(tmp_path, "a,Land O' Lakes,,US,,,,") == {"a": "wd:Q4"}


def test_a_name_is_the_same_however_its_words_are_parted(tmp_path: Path) -> None:
    rows = ("a,Albano Sant Alessandro,,IT,,,,", "b,Sant Angelo d Alife,,IT,,,,", "c,Xilin-Hot,,CN,,,,")
    assert linked(tmp_path, *rows) == {"a": "wd:Q2", "b": "wd:Q5", "c": "wd:Q8"}


def test_a_name_is_the_same_however_it_is_abbreviated_turned_or_typed(tmp_path: Path) -> None:
    same = {
        "wd:Q10": ("S. Giovanni in Monte", "SAN GIOVANNI I. MONTE"),
        "wd:Q11": ("S. Giovanna", "Sta. Giovanna", "Giovanna (Santa)"),
        "wd:Q12": ("Aquila (L')", "Aquila, L'", "L’Aquila", "Comune di L'Aquila (AQ)", "L'Aquila - Italia"),
        "wd:Q13": ("Muenchen", "MÜNCHEN", "Monaco", "Stadt München (DE)"),
    }
    names = [(thing, name) for thing, several in same.items() for name in several]
    rows = [f'{n},"{name}",,{"DE" if thing == "wd:Q13" else "IT"},,,,' for n, (thing, name) in enumerate(names)]
    assert linked(tmp_path, *rows) == {str(n): thing for n, (thing, _) in enumerate(names)}


def test_a_country_behind_the_name_counts_as_one_beside_it(tmp_path: Path) -> None:
    rows = ("a,Brescia (Italy),,,,,,", "b,Aquila (CH),,,,,,", "c,Brescia (Argentina),,,,,,", "d,Brescia (BS),,IT,,,,")
    assert linked(tmp_path, *rows) == {"a": "wd:Q1", "b": "wd:Q14", "d": "wd:Q1"}


def test_a_model_of_before_that_knows_fewer_levels_still_ranks(tmp_path: Path) -> None:
    """As a release has it that was built by an earlier program."""
    for name in ("linking/model.json", "linking/kinds.csv", "import/countries.csv"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(room("data") / name, tmp_path / "data" / name)
    model = tmp_path / "data/linking/model.json"
    said = json.loads(model.read_text())
    del said["comparisons"]["name"]["exchange"], said["comparisons"]["kind"]["beside"], said["elsewhere"], said["sizes"]
    model.write_text(json.dumps(said))
    rows = ("a,Bresica,,IT,,45.54,10.21,196000", "b,Mantova,,IT,,,,")
    assert linked(tmp_path, *rows, more=("--data", tmp_path / "data")) == {"a": "wd:Q1", "b": "wd:Q7"}
