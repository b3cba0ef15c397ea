"""The guide for stewards brings in a publisher's list from nothing: followed word by word, it comes in."""

import re
from pathlib import Path

import pytest

from interurban.cli import main
from interurban.messages import LANGUAGES
from interurban.resources import room
from serving import interurban

GUIDE = (room("data").parent / "docs/stewards.md").read_text(encoding="utf-8")
SECTIONS = dict[str, str](
    zip(LANGUAGES, re.split("^## (?:English|Italiano)$", GUIDE, flags=re.MULTILINE)[1:], strict=True)
)
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOLD = re.compile("(?:to its description|alla sua descrizione)[^:]*: (dcat:byteSize .*)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_comes_in_as_the_guide_says(
    language: str, data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(data.parent)
    blocks = BLOCK.findall(SECTIONS[language])
    for _, name, text in blocks:
        if name:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(text, encoding="iso-8859-1" if name.endswith(".csv") else "utf-8")
    fetch, imports = [text.strip().split("\n") for kind, _, text in blocks if kind == "sh"]
    here = ["--data", "data", "--language", language]

    assert main([*fetch[0].split()[1:], *here]) == 1  # which edition is meant is to be written first
    told = TOLD.search(capfd.readouterr().err)
    assert told
    described = Path("data/sources/alliance-towns/source.ttl")
    described.write_text(re.sub(r" [.]\n$", f" ; {told[1]} .\n", described.read_text()))

    assert main([*imports[0].split()[1:], *here]) == 0
    said = capfd.readouterr().out
    assert "Atlantis" in said
    rows = Path("data/sources/alliance-towns/memberships.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1:] == ["it-modena,climate-alliance,member,2002", "se-umea,climate-alliance,member,1993-04-15"]

    for command in imports[1:]:
        checked = interurban(*command.split()[1:], *here)
        assert checked.returncode == 0, checked.stderr
