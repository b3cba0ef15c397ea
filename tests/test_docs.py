"""The documentation is compared with what it documents."""

import re
from dataclasses import MISSING, fields

import pytest

from interurban import resources
from interurban.messages import LANGUAGES, catalogue
from interurban.settings import Settings
from interurban.tables.rows import read_tables
from serving import interurban

ROOT = resources.room("data").parent


def test_every_setting_stands_in_the_guide_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \|", (ROOT / "docs/serving.md").read_text(), re.MULTILINE)
    assert dict(rows) == {f.name: str(f.default) for f in fields(Settings) if f.default is not MISSING}


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: object) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())  # type: ignore[attr-defined]
    assert [t for t in targets if not (page.parent / t).exists()] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_every_command_in_the_readers_language(language: str) -> None:
    text = interurban("--help", INTERURBAN_LANGUAGE=language).stdout
    for command in ("check", "build", "serve"):
        assert catalogue()[f"cli-{command}"][language]["other"].split(",")[0] in " ".join(text.split())


def test_every_sentence_has_both_languages_and_the_same_placeholders() -> None:
    for key, texts in catalogue().items():
        assert texts.keys() == set(LANGUAGES), key
        every = [text for forms in texts.values() for text in forms.values()]
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in every}) == 1, key


def test_a_sentence_has_the_plural_forms_of_its_language_or_one_for_all() -> None:
    for key, texts in catalogue().items():
        for forms in texts.values():
            assert forms.keys() in ({"other"}, {"one", "other"}), key
            assert all("{count}" in text for text in forms.values() if len(forms) > 1), key
            assert not any(re.search(r"(?<!http)\(s\)|[aeo]/[aei]\b", text) for text in forms.values()), key


def test_a_wrong_setting_is_told(tmp_path: object) -> None:
    for options, told in (
        (("--base", "example.org"), "base: «example.org» is not an absolute http(s) IRI"),
        (("--language", "fr"), "language: «fr» is neither en nor it"),
    ):
        refused = interurban("check", *options)
        assert (refused.returncode, refused.stderr.startswith(told)) == (1, True), refused.stderr
    refused = interurban("serve", "--releases", tmp_path, "--port", "many")
    assert (refused.returncode, refused.stderr) == (1, "port: «many» cannot be read as int\n")


def test_the_stewards_guide_names_every_table() -> None:
    tables = read_tables(resources.room("data") / "tables.json")
    assert re.findall(r"^\| `(\w+\.csv)` \|", (ROOT / "docs/stewards.md").read_text(), re.MULTILINE) == list(tables)


def test_every_sentence_that_a_page_or_the_program_says_is_there() -> None:
    package = ROOT / "server/interurban"
    said = [key for path in package.rglob("*.py") for key in re.findall(r'\bsay\(\s*"([\w-]+)"', path.read_text())]
    shown = [key for path in package.rglob("*.html") for key in re.findall(r"\bt\('([\w-]+)'[,)]", path.read_text())]
    assert min(len(said), len(shown)) > 100
    assert {*said, *(f"web-{key}" for key in shown)} - catalogue().keys() == set()
