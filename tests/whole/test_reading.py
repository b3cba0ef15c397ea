"""Tables that are read in two processes: what is wrong in either half is told, all at once and with its place."""

import shutil
from pathlib import Path

from serving import interurban

DATA = Path(__file__).parents[2] / "data"
TABLES = (
    "gcom-mycovenant-2024/memberships.csv",
    "italian-mayors-2025/holdings.csv",
    "modena-networks/memberships.csv",
)


def test_mistakes_in_both_halves_are_told_at_once(tmp_path: Path) -> None:
    data = shutil.copytree(DATA, tmp_path / "data")
    places = []
    for table in (
        "gcom-mycovenant-2024/memberships.csv",
        "italian-mayors-2025/holdings.csv",
        "modena-networks/memberships.csv",
    ):
        path = data / "sources" / table
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[2] = lines[2].replace(",", ",nowhere at all,", 1)
        path.write_text("".join(lines), encoding="utf-8")
        places.append(f"{table}:3")
    (data / "sources" / "No Source").mkdir()
    told = interurban("check", "--data", data)
    assert told.returncode == 1
    assert [place for place in [*places, "No Source"] if place not in told.stderr] == []
    assert told.stdout == ""
