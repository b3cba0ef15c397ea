"""Inputs that cannot be used, by kind: the file, what is in it, and the beginning of what is told of it.

A content that is a word in brackets is something else than a file of text: see `put`.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from .conftest import HOUSE, MAPPINGS, QUESTION, RULE, SOURCE

FOLDER, DANGLING, LOOP, PIPE, ENDLESS, HUGE, NOTHING = (
    "[folder]", "[dangling link]", "[link to itself]", "[pipe]", "[link to /dev/zero]", "[10 GiB]", "[nothing]"
)  # fmt: skip
DEEP = 100_000
CLUBS, LETTER, LINKS = "data/register/clubs.csv", "data/sources/letter/source.ttl", "data/links/wikidata.sssom.tsv"
TABLES, ASKED, RULES, METRICS = (
    "data/tables.json",
    "queries/clubs.rq",
    "ontology/rules/friends.rq",
    "data/catalog/quality.toml",
)
VIEW, INFERENCE, CATALOG_RULE = "ontology/views/v.rq", "ontology/inferences/i.rq", "data/catalog/rules/r.rq"
EVERYTHING = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
CONSTRUCT = "CONSTRUCT { ?s ?p ?o }\nWHERE { %s }\n"
PREFIX = "@prefix iu: <https://w3id.org/interurban/def/> .\n"
SERVICE = "?s ?p ?o . SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o }"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<s:s> a sh:NodeShape ; sh:targetClass <https://w3id.org/interurban/def/Club> ; sh:message "x"@en ; %s .
"""
METRIC = """[prefixes]
dcat = "http://www.w3.org/ns/dcat#"
[findability]
m = { points = 1, of = "Dataset", pattern = "%s" }
"""
# each of nine entities is ten of the one before it (CWE-776)
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
LAUGHS = (
    f'<!DOCTYPE r [{LAUGHS}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/a"><e:b>&a9;</e:b></rdf:Description></rdf:RDF>'
)
LABEL = "<https://w3id.org/interurban/id/club/red> <http://www.w3.org/2000/01/rdf-schema#label>"


@dataclass(frozen=True)
class Bad:
    """A file that cannot be used. told: how a line of the complaint begins, its place and then words in it."""

    name: str
    file: str
    content: str | bytes
    place: str
    words: str = ""
    others: dict[str, str] = field(default_factory=dict)  # files that have to be there besides


def question(old: str, new: str) -> str:
    assert old in QUESTION
    return QUESTION.replace(old, new)


def mappings(old: str, new: str) -> str:
    assert old in MAPPINGS
    return MAPPINGS.replace(old, new)


# fmt: off
BAD = [
    # what should be a file
    *(Bad(f"{content} for {file}", file, content, f"{file}: ", words)
      for file in (CLUBS, LETTER, LINKS, TABLES, ASKED, RULES, METRICS, "ontology/o.ttl", "shapes/club.ttl", "data/catalog/catalog.ttl")
      for content, words in ((FOLDER, "folder"), (DANGLING, ""), (PIPE, "file"), (LOOP, ""))
      if not (content == FOLDER and file == LETTER)),
    Bad("endless file", CLUBS, ENDLESS, f"{CLUBS}: ", "neither a file"),
    Bad("huge file", ASKED, HUGE, f"{ASKED}: ", "larger than"),
    Bad("no metadata of tables", TABLES, NOTHING, "data: ", "tables.json"),
    Bad("folder with a space", "data/sources/two words/source.ttl", SOURCE.format(slug="two", rank=1, issued="2020"), "data/sources/two words: ", "a-z"),
    Bad("file among the sources", "data/sources/notes.txt", "x", "data/sources/notes.txt: ", "not a folder"),
    # what is no text
    *(Bad(f"Latin-1 in {file}", file, text.encode() + "\n# à\n".encode("latin-1"), f"{file}:{text.count(chr(10)) + 2}", "UTF-8")
      for file, text in HOUSE.items() if file.endswith((".csv", ".tsv", ".rq", ".json"))),
    Bad("Latin-1 in Turtle", LETTER, HOUSE[LETTER].encode() + b'<a> <b> "\xe0" .\n', f"{LETTER}:5:", "UTF-8"),
    Bad("UTF-16", CLUBS, HOUSE[CLUBS].encode("utf-16"), f"{CLUBS}:1: ", "UTF-8"),
    *(Bad(f"U+{code:04X} in a cell", CLUBS, f"slug,label\nred,Re{chr(code)}d\nblue,Blue\n", f"{CLUBS}:2:2 [label]: ", f"U+{code:04X}")
      for code in (0, 7, 8, 0x1B, 0xFFFE, 0xFFFF)),
    *(Bad(f"U+{code:04X} in {file}", file, HOUSE[file] + f"# {chr(code)}\n", f"{file}:{HOUSE[file].count(chr(10)) + 1}:3: ", f"U+{code:04X}")
      for code in (0, 7, 0x1B, 0xFFFF) for file in (LINKS, ASKED, RULES)),
    Bad("BEL in Turtle", LETTER, HOUSE[LETTER] + f'{LABEL} "R\\u0007ed" .\n', f"{LETTER}:5: ", "U+0007"),
    Bad("ESC by an escape in a head", ASKED, question("summary: Clubs", 'summary: "Cl\\eubs"'), f"{ASKED}:1: ", "U+001B"),
    Bad("NUL by an escape in a view", VIEW, 'CONSTRUCT { <s:a> <s:b> "a\\u0000" } {}', f"{VIEW}: ", "U+0000"),
    Bad("BEL by an escape in the tables", TABLES, HOUSE[TABLES].replace('"a value"', '"a\\u0007"'), f"{TABLES}: ", "U+0007"),
    Bad("BEL in a title of the catalogue", "data/catalog/catalog.ttl", '<catalog> <http://purl.org/dc/terms/title> "a\\u0007" .', "data/catalog/catalog.ttl:1: ", "U+0007"),
    Bad("ESC in the first line", CLUBS, "slug,la\x1bbel\nred,Red\n", f"{CLUBS}:1:2 [la\\u001bbel]: ", "no column"),
    # tables
    Bad("ragged", CLUBS, "slug,label\nred,Red,extra\n", f"{CLUBS}:2: ", "3 cells"),
    Bad("very long cell", CLUBS, "slug,label\nred," + "x" * 200_000 + "\n", f"{CLUBS}:2: ", "not CSV"),
    Bad("quote without end", CLUBS, 'slug,label\nred,"Red\n', f"{CLUBS}:2: ", "not CSV"),
    *(Bad(f"tables.json: {text[:30]}", TABLES, text, f"{TABLES}:") for text in ("", "7", "null", "[]", '{"tables": 7}', '{"tables": [7]}',
      '{"@context": "http://www.w3.org/ns/csvw", "tables": [{"url": "x.csv", "tableSchema": 7}]}', '{"tables": [{"url": "x.csv", "tableSchema": {"columns": [{"name": 7}]}}]}')),
    Bad("schema elsewhere", TABLES, '{"@context": "http://www.w3.org/ns/csvw", "tables": [{"url": "clubs.csv", "tableSchema": "http://127.0.0.1:PORT/s.json"}]}', f"{TABLES}: "),
    # mappings
    Bad("no curie_map", LINKS, mappings("curie_map", "other"), f"{LINKS}:1: ", "curie_map"),
    Bad("curie_map: null", LINKS, "#mapping_set_id: x\n#curie_map: null\n" + MAPPINGS.partition("core#\n")[2], f"{LINKS}:2: ", "curie_map"),
    Bad("curie_map with numbers", LINKS, mappings("http://www.wikidata.org/entity/", "7"), f"{LINKS}:1: ", "curie_map"),
    Bad("metadata that are no YAML", LINKS, mappings("#  iuid: ", "#  iuid: [ "), f"{LINKS}:", "curie_map"),
    Bad("too few cells", LINKS, mappings("\tsemapv:ManualMappingCuration\t0.9", ""), f"{LINKS}:6: ", "5 cells"),
    Bad("too many cells", LINKS, mappings("\t0.9", "\t0.9\tmore"), f"{LINKS}:6: ", "5 cells"),
    Bad("ragged behind empty lines", LINKS, mappings("iuid:club", "\n\niuid:club").replace("\t0.9", ""), f"{LINKS}:8: ", "5 cells"),
    Bad("confidence nan", LINKS, mappings("0.9", "nan"), f"{LINKS}:6: ", "confidence"),
    Bad("unknown prefix", LINKS, mappings("wd:Q1", "wx:Q1"), f"{LINKS}:6: ", "prefix"),
    Bad("no IRI", LINKS, mappings("wd:Q1", "wd:Q 1"), f"{LINKS}:6: ", "mapping"),
    # what a source says of itself
    *(Bad(f"rank {rank}", LETTER, SOURCE.format(slug="letter", rank=rank, issued="2018"), f"{LETTER}:4: ", "rank")
      for rank in ('"x"', "0", "-1", "1.5", '"١"', "<http://e.org/>")),
    *(Bad(f"issued {day}", LETTER, SOURCE.format(slug="letter", rank=2, issued=day), f"{LETTER}:4: ", "date") for day in ("soon", "2018-5", "٢٠١٨")),
    # heads of questions
    *(Bad(f"{old} -> {new}", ASKED, question(old, new), f"{ASKED}:{line}: ", words) for old, new, line, words in (
        ("tags: [club]", "tags: []", 3, "tags"), ("tags: [club]", "tags: club", 3, "tags"), ("tags: [club]", "tags: [7]", 3, "tags"),
        ("tags: [circolo]", "tags: []", 7, "tags"), ("summary: Clubs", "summary: 7", 1, "summary"), ("summary: Clubs", "summary:", 1, "summary"),
        ("summary: Clubs", "summary: [a]", 1, "summary"), ("description: Which clubs there are.", "description: 2020-01-01", 2, "description"),
        ("{club: Club}", "[club]", 5, "columns"), ("{club: Club}", "{club: no}", 5, "club"), ("{club: Club}", "{}", 5, "columns"),
        ("label: Name", "label: {a: b}", 4, "label"), ("default: Red", "default: no", 4, "default"), ("default: Red", "default: [x]", 4, "default"),
        ("default: Red", "default: 2020-13-45", 1, "YAML"), ("default: Red", "default: Red, values: [Blue]", 8, "not one of"),
        ("#+ it:", "#+ it: 7\n#+ is:", 6, "it"), )),
    Bad("a head that holds itself", ASKED, question("summary: Clubs", "summary: &a [*a]"), f"{ASKED}: ", "nested"),
    Bad("a head that is a list", ASKED, "#+ [a]\nSELECT * {}", f"{ASKED}:1: ", "summary"),
    Bad("no head", ASKED, "SELECT * {}", f"{ASKED}:1: ", "summary"),
    Bad("an empty question", ASKED, "", f"{ASKED}:1: ", "summary"),
    # queries
    Bad("not SPARQL", RULES, RULE.replace("WHERE", "WERE"), f"{RULES}:3:", "not SPARQL"),
    Bad("an update", RULES, "DELETE WHERE { ?s ?p ?o }", f"{RULES}: ", "update"),
    Bad("LOAD", RULES, "LOAD <http://127.0.0.1:PORT/>", f"{RULES}: ", "update"),
    Bad("an update as a question", ASKED, question("SELECT ?club {", "DELETE WHERE {"), f"{ASKED}:8: ", "update"),
    Bad("SERVICE in a question", ASKED, question("?club <", "SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } ?club <"), f"{ASKED}:8:", "SERVICE"),
    *(Bad(f"SERVICE in {file}", file, CONSTRUCT % SERVICE, f"{file}:2:", "SERVICE") for file in (RULES, INFERENCE, VIEW)),
    Bad("SERVICE in a metric", METRICS, METRIC % SERVICE, f"{METRICS}:4 [m]: ", "SERVICE"),
    Bad("SERVICE in a rule of the catalogue", CATALOG_RULE, CONSTRUCT % SERVICE, f"{CATALOG_RULE}:2:", "SERVICE"),
    Bad("SERVICE in a dataset's query", "data/catalog/all.rq", CONSTRUCT % SERVICE, "data/catalog/all.rq:2:", "SERVICE",
        {"data/catalog/more.ttl": "<catalog> <http://www.w3.org/ns/dcat#dataset> <dataset/all> . <dataset/all> a <http://www.w3.org/ns/dcat#Dataset> ."}),
    *(Bad(f"a runaway in {file}", file, CONSTRUCT.replace("?s ?p ?o", "?a0 <x:n> ?n") % f"{{ SELECT ?a0 (COUNT(*) AS ?n) {{ {EVERYTHING} }} GROUP BY ?a0 }}", f"{file}: ", "processor time")
      for file in (RULES, INFERENCE, VIEW, CATALOG_RULE)),
    Bad("a hungry rule", RULES, CONSTRUCT.replace("?s ?p ?o", "?a0 ?b1 ?c2") % f"{{ SELECT * {{ {EVERYTHING} }} ORDER BY ?a8 }}", f"{RULES}: "),
    Bad("a rule after one that is not there", RULES, "# After: nothing.\nCONSTRUCT {} WHERE {}", f"{RULES}: ", "after «nothing»"),
    Bad("a rule after itself", RULES, f"# After: {Path(RULES).stem}.\nCONSTRUCT {{}} WHERE {{}}", f"{RULES}: ", "in a circle"),
    Bad("a runaway shape", "shapes/run.ttl", """@prefix sh: <http://www.w3.org/ns/shacl#> .
<s:s> sh:targetClass <https://w3id.org/interurban/def/Club> ; sh:sparql [ sh:message "x"@en ; sh:select "SELECT $this { EVERYTHING FILTER (?a0 = <x:none>) }" ] .""".replace("EVERYTHING", EVERYTHING), "shapes: ", "processor time"),
    *(Bad(f"a shape that says {said}", "shapes/out.ttl", SHAPES % said.replace("'", '"'), place, words) for said, place, words in (
        ("sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:PORT/> { $this ?p ?o } }' ]", "shapes: ", "cannot be asked"),
        ("sh:sparql [ sh:select 'SELECT $this FROM <http://127.0.0.1:PORT/> { $this ?p ?o }' ]", "data/register/clubs.csv:2: ", ""),
        ("sh:sparql [ sh:select 'SELECT' ]", "shapes: ", "cannot be asked"),
        ("sh:property [ sh:path <s:p> ; sh:minCount 'x' ]", "shapes: ", "cannot be asked"),
        ("sh:property [ sh:path 'x' ; sh:minCount 1 ]", "shapes: ", "cannot be asked"),
        ("sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#label> ; sh:pattern '[' ]", "shapes: ", "cannot be asked"))),
    # nesting
    Bad("braces in a question", ASKED, question("SELECT ?club {", "SELECT ?club " + "{" * 30_000) + "}" * 29_999, f"{ASKED}:8: ", "nested"),
    Bad("parentheses in a rule", RULES, "CONSTRUCT {} WHERE { FILTER (" + "(" * DEEP + "1" + ")" * DEEP + ") }", f"{RULES}: ", "nested"),
    Bad("lists in a head", ASKED, question("tags: [club]", "tags: " + "[" * DEEP), f"{ASKED}: ", "nested"),
    Bad("lists in JSON", TABLES, "[" * DEEP, f"{TABLES}: ", "nested"),
    Bad("lists in TOML", METRICS, "a = " + "[" * DEEP, f"{METRICS}: ", "nested"),
    Bad("lists in mappings", LINKS, "#curie_map: " + "[" * DEEP + "\n" + MAPPINGS, f"{LINKS}: ", "nested"),
    Bad("lists in Turtle", "data/register/deep.ttl", "<s:a> <s:b> " + "(" * DEEP + ")" * DEEP + " .", "data/register/deep.ttl"),
    Bad("blank nodes in Turtle", "data/register/deep.ttl", "<s:a> <s:b> " + "[ <s:b> " * DEEP + "1" + "]" * DEEP + " .", "data/register/deep.ttl"),
    Bad("lists in JSON-LD", "data/register/deep.jsonld", '{"@id": "s:a", "s:b": ' + '{"@list": [' * DEEP + "]}" * DEEP + "}", "data/register/deep.jsonld"),
    Bad("objects in JSON-LD", "data/register/deep.jsonld", '{"s:b": ' * DEEP + "1" + "}" * DEEP, "data/register/deep.jsonld"),
    Bad("elements in RDF/XML", "data/register/deep.rdf", "<a xmlns='s:'>" * DEEP + "</a>" * DEEP, "data/register/deep.rdf"),
    Bad("blank nodes that cannot be told apart", "data/register/poison.ttl",
        " ".join(f"_:a{i} <s:b> _:a{j} ." for i in range(40) for j in range(40) if i != j), "data/register/poison.ttl:1: ", "blank node"),
    # metrics
    *(Bad(f"quality.toml: {text}", METRICS, text, f"{METRICS}:", words) for text, words in (
        ("x", "TOML"), ("a = 1\na = 2", "TOML"), ("", "metric"), ("prefixes = 7", "metric"), ("[findability]\nm = 7", "metric"), ("[elsewhere]\nm = { points = 1, of = 'Dataset', pattern = '' }", "metric"),
        ("[findability]\nm = { points = 'x', of = 'Dataset', pattern = '' }", "metric"), ("[findability]\nm = { points = 1, of = 'Data set', pattern = '' }", "metric"),
)),
    Bad("a metric that is no SPARQL", METRICS, METRIC % "?this ?", f"{METRICS}:4 [m]: ", "SPARQL"),
    Bad("a metric that ends the query", METRICS, METRIC % "} #", f"{METRICS}:4 [m]: ", "SPARQL"),
    # Turtle and its like
    Bad("Turtle without a full stop", LETTER, PREFIX + "<a> a iu:Source", f"{LETTER}:", "not Turtle"),
    Bad("named graphs", "data/register/g.trig", "<g> { <a> <b> <c> }", "data/register/g.trig:", "TriG"),
    Bad("JSON-LD that loads a context", "data/register/c.jsonld", '{"@context": "http://127.0.0.1:PORT/c", "@id": "x:y", "a": 1}', "data/register/c.jsonld:", "JSON-LD"),
    Bad("RDF/XML with an entity", "data/register/e.rdf", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>', "data/register/e.rdf:", "RDF/XML"),
    Bad("RDF/XML that laughs a billion times", "data/register/e.rdf", LAUGHS, "data/register/e.rdf:", "more memory"),
]
# fmt: on


def put(house: Path, bad: Bad, port: int) -> None:
    """Write the house, and in it what is bad. PORT: where somebody listens whom nobody may call."""
    for name, text in (HOUSE | bad.others).items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(text)
    path = house / bad.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    match bad.content:
        case "[folder]":
            path.mkdir()
        case "[dangling link]":
            path.symlink_to("nowhere")
        case "[link to itself]":
            path.symlink_to(path.name)
        case "[pipe]":
            os.mkfifo(path)
        case "[link to /dev/zero]":
            path.symlink_to("/dev/zero")
        case "[10 GiB]":
            with path.open("wb") as file:
                file.truncate(10 * 2**30)
        case "[nothing]":
            shutil.rmtree(path, ignore_errors=True)
        case bytes(data):
            path.write_bytes(data)
        case text:
            path.write_bytes(text.replace("PORT", str(port)).encode())
