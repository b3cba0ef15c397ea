"""How to cite what is here, read by the programs of others: bibtexparser, and citeproc-py with the words of CSL."""

import re
from pathlib import Path
from typing import Any

import citeproc
import httpx
import pytest
from bibtexparser.entrypoint import parse_string
from citeproc.source.json import CiteProcJSON

from web.chain import Chain, fixtures

CSL = Path(citeproc.__file__).parent / "data/schema/schemas/styles"  # the standard's own schema
CITED = {
    "/": "How cities work together: the knowledge graph",
    "/doc/city/it-modena": "Modena",
    "/doc/city/": "Cities",
    "/graph/modena-networks": "City networks to which Modena belongs",
    "/queries/city-networks": "Networks of a city on a day",
    "/dataset/cities": "Cities and local governments",
    "/sparql": "How cities work together: the knowledge graph",
}

made, client = fixtures(2)


def item(client: httpx.Client, path: str, **parameters: str) -> dict[str, Any]:
    answer = client.get("/cite.json", params={"of": path, **parameters})
    assert answer.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    (found,) = answer.json()
    types, variables = (set(re.findall(r'"(.+?)"', (CSL / f"csl-{n}.rnc").read_text())) for n in ("types", "variables"))
    assert found["type"] in types
    assert found.keys() - {"id", "type"} <= variables
    return dict(found)


def entry(client: httpx.Client, path: str) -> dict[str, str]:
    answer = client.get("/cite.bib", params={"of": path})
    assert answer.headers["content-type"] == "application/x-bibtex"
    read = parse_string(answer.text)
    assert read.failed_blocks == []
    (found,) = read.entries
    return {field.key: field.value.strip("{}") for field in found.fields}


@pytest.mark.parametrize(("path", "title"), CITED.items())
def test_a_page_is_cited_with_its_name_its_release_and_an_address_that_answers(
    real: httpx.Client, path: str, title: str
) -> None:
    cited, listed = item(real, path), entry(real, path)
    assert cited["title"] == listed["title"] == title
    assert cited["URL"] == listed["url"]
    assert real.get(cited["URL"], headers={"accept": "text/html"}).status_code == 200
    version = real.get("/health").json()["release"]
    assert cited["version"] == listed["version"] == version
    year, month, day = cited["issued"]["date-parts"][0]
    assert (listed["year"], listed["month"], day > 0) == (str(year), "nov" if month == 11 else listed["month"], True)
    shown = real.get("/cite", params={"of": path, "lang": "en"})
    assert f"Interurban ({year}). {title}. Release {version}" in shown.text


def test_every_page_leads_to_its_citation(real: httpx.Client) -> None:
    for path in ("/", "/doc/city/it-modena", "/dataset/cities"):
        assert f'href="/cite?of={path}&amp;lang=en"' in real.get(path, params={"lang": "en"}).text
    assert "/cite?of=" not in real.get("/doc/city/nowhere", headers={"accept": "text/html"}).text


def test_a_style_makes_a_reference_of_it(real: httpx.Client) -> None:
    source = CiteProcJSON([item(real, "/doc/city/it-modena", lang="it")])
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    shelf = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
    shelf.register(citeproc.Citation([citeproc.CitationItem(*source)]))
    (reference,) = map(str, shelf.bibliography())
    assert reference.startswith("Interurban (2026) Modena, Interurban.")


def test_a_release_is_cited_as_it_was(client: httpx.Client, made: Chain) -> None:
    older, current = made.versions
    for version, name in ((older, "River Cities"), (current, "Cities on Rivers")):
        path = f"/releases/{version}/doc/network/rivers"
        cited = item(client, path)
        assert (cited["title"], cited["version"]) == (name, version)
        assert cited["URL"] == f"{made.base.rstrip('/')}{path}"
    assert item(client, f"/releases/{older}")["URL"] == f"{made.base}releases/{older}"


def test_what_means_something_to_tex_stays_text(hostile: httpx.Client) -> None:
    text = hostile.get("/cite.bib", params={"of": "/doc/city/it's'onfocus='alert(1)"}).text
    assert r"title = {{\{\{ 7*7 \}\} \{\% raw \%\}}}," in text
    assert parse_string(text).failed_blocks == []
    assert "<script>" not in hostile.get("/cite", params={"of": "/doc/city/evil"}).text


@pytest.mark.parametrize("path", ["/doc/city/nowhere", "/dataset/none", "/queries/none", "/graph/none"])
def test_what_is_not_there_is_not_cited(real: httpx.Client, path: str) -> None:
    assert [real.get(f"/cite{end}", params={"of": path}).status_code for end in ("", ".bib", ".json")] == [404] * 3
