"""What the server answers for the editor: the page, what it knows, its files, and that nothing else runs scripts."""

import json

import httpx

from browser import lacking
from interurban import resources
from interurban.iris import PREFIXES
from interurban.web.pages.editor import FILES
from serving import Served
from web.routes.test_editor import COMMITTEE, HTML, PACKAGE, ROOT


def test_show_takes_the_name_of_a_question_or_a_query(served: Served) -> None:
    def shown(value: str) -> str:
        text = httpx.get(served.address + "sparql", params={"show": value}, headers=HTML).text
        return text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]

    assert f"&lt;{served.address}id/network/eurocities&gt;" in shown(COMMITTEE)
    assert shown("ASK {}") == "\nASK {}"
    assert shown("</textarea><script>") == "\n&lt;/textarea&gt;&lt;script&gt;"
    assert shown("\n# first") == "\n\n# first"  # the first line break of a textarea does not count


def test_only_our_own_scripts_may_run(served: Served) -> None:
    policies = {
        path: httpx.get(served.address + path, headers=HTML, follow_redirects=True).headers["content-security-policy"]
        for path in ("sparql", "", "id/city/it-modena", "sparql?query=ASK%20%7B%7D")
    }
    assert all("script-src 'self';" in policy for policy in policies.values())
    assert "unsafe" not in str(policies)


def test_what_the_editor_knows_comes_from_the_release(served: Served) -> None:
    with httpx.Client(base_url=served.address) as client:
        answer = client.get("sparql/editor.json", params={"lang": "it"})
        again = client.get("sparql/editor.json?lang=it", headers={"if-none-match": answer.headers["etag"]})
        other = client.get("sparql/editor.json", headers={"accept-language": "en"})
    assert (again.status_code, again.content) == (304, b"")
    assert other.headers["etag"] != answer.headers["etag"]
    known = answer.json()
    assert known["prefixes"] == PREFIXES
    assert dict(known["classes"])[PREFIXES["iu"] + "CityNetwork"] == "Rete di città"
    assert dict(known["properties"])[PREFIXES["org"] + "member"]
    assert not {iri for iri, _ in known["classes"]} & {iri for iri, _ in known["properties"]}
    assert known["examples"].keys() == {path.stem for path in resources.room("queries").glob("*.rq")}
    assert known["words"]["Run query"] == "Esegui la query"


def test_the_editors_files_are_kept_for_ever_at_addresses_that_name_their_content(served: Served) -> None:
    if not (PACKAGE / "web/pages/static" / FILES[1]).is_file():
        lacking("needs the editor's files (python editor/assets.py)")
    page = httpx.get(served.address + "sparql", headers=HTML).text
    script = page.partition('<script src="/')[2].partition('"')[0]
    assert FILES[1] + "?v=" in script
    answer = httpx.get(served.address + script)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (PACKAGE / "web/pages/static" / FILES[1]).read_bytes()
    plain = httpx.get(served.address + script, headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert plain.headers["etag"] != answer.headers["etag"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    for path in ("", "doc/city/it-modena", "queries"):
        assert "yasgui" not in httpx.get(served.address + path, headers=HTML).text


def test_the_lock_names_no_addresses() -> None:
    packages = json.loads((ROOT / "editor/package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)
