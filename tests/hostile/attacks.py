"""What a hostile client may send, by class, and how each of those requests may end.

An ending is a status, or BROKEN: 200, and then a connection that breaks before the answer is whole. Where several
endings are possible, which limit is reached first depends on the machine; each of them is truthful.
"""

from dataclasses import dataclass, field

import httpx

BROKEN = "200, broken off"
Ending = int | str

DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENDED: frozenset[Ending] = frozenset({503, 504})  # by a limit, before the first byte
LIMITS: frozenset[Ending] = ENDED | {BROKEN}

# fmt: off
EVERYTHING = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
PREFIXES = """PREFIX iu: <https://w3id.org/interurban/def/> PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> """


@dataclass(frozen=True)
class Attack:
    """One hostile request. endings: how it may end; body, headers, parameters, method: as they are sent."""

    name: str
    endings: frozenset[Ending]
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: DIRECT)
    parameters: str = ""
    method: str = "POST"

    def may_end(self, ending: Ending) -> bool:
        """Tell whether it may end so: on a busy machine, what runs or is read may run into its time limit first."""
        sooner = LIMITS if self.endings & {200, 400} else ENDED if self.endings & ENDED else frozenset()
        return ending in self.endings | sooner

    def run(self, client: httpx.Client) -> Ending:
        """Send it, read all that comes, and return how it ended; a problem has to be a problem document."""
        address = "/sparql" + self.parameters
        try:
            with client.stream(self.method, address, content=self.body, headers=self.headers) as answer:
                for _ in answer.iter_raw(65_536):
                    pass
        except httpx.RemoteProtocolError:
            return BROKEN
        if answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json":
            raise AssertionError(f"{self.name}: {answer.status_code} without a problem document")
        return answer.status_code


def query(name: str, text: str, *endings: Ending, limits: frozenset[Ending] = frozenset()) -> Attack:
    """Return the attack of a query; `limits` are endings as well."""
    return Attack(name, frozenset(endings) | limits, (PREFIXES + text).encode())


def deep(before: str, inside: str, after: str, depth: int, whole: str = "{}") -> str:
    """Return something nested `depth` times, put into `whole` in place of its braces."""
    return whole.replace("{}", before * depth + inside + after * depth, 1)


CARTESIAN = [
    query("four patterns, every row", f"SELECT * {{ {EVERYTHING} }}", limits=LIMITS),
    query("four patterns, counted", f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} }}", limits=ENDED),
    query("four patterns, one filter", f"SELECT * {{ {EVERYTHING} FILTER (STR(?a) < STR(?l)) }}", limits=LIMITS),
    query("never true", f"ASK {{ {EVERYTHING} FILTER (STRLEN(STR(?a)) + STRLEN(STR(?l)) < 0) }}", limits=ENDED),
    query("as a graph", f"CONSTRUCT {{ ?a ?e ?l }} WHERE {{ {EVERYTHING} }}", limits=LIMITS),
    query("across the named graphs", "SELECT * { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }", limits=LIMITS),
    query("of subqueries", "SELECT * { { SELECT * { ?a ?b ?c . ?d ?e ?f } } { SELECT * { ?g ?h ?i . ?j ?k ?l } } }", limits=LIMITS),
    query("minus a product", f"SELECT * {{ {EVERYTHING} MINUS {{ ?a ?x ?y . ?d ?z ?w }} }}", limits=LIMITS),
]

PATHS = [
    query("everything reaches everything", "SELECT (COUNT(*) AS ?n) { ?s (!iu:none|^!iu:none)* ?o }", limits=ENDED),
    query("cycles, both ways", "SELECT (COUNT(*) AS ?n) { ?s (org:member|^org:member|org:organization|^org:organization)+ ?o . ?x (!iu:no|^!iu:no)+ ?y }", limits=ENDED),
    query("one path on another", "SELECT (COUNT(*) AS ?n) { ?s (!iu:a)*/(^!iu:a)*/(!iu:b)*/(^!iu:b)* ?o }", limits=ENDED),
    query("stars in stars", "SELECT (COUNT(*) AS ?n) { ?s (((!iu:a)*)*/((^!iu:a)*)*)* ?o }", limits=ENDED),
    query("to itself", "SELECT * { ?s (!iu:a/^!iu:a)+ ?s . ?t (!iu:a/^!iu:a)+ ?t . ?u (!iu:a|^!iu:b)* ?s }", limits=LIMITS),
    query("from every graph", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s (!iu:a|^!iu:a)* ?o } ?o (!iu:a|^!iu:a)* ?p }", limits=ENDED),
    query("a long sequence", "SELECT (COUNT(*) AS ?n) { ?s " + "/".join(["(!iu:a|^!iu:a)"] * 60) + " ?o }", limits=ENDED),
]

SORTING = [
    query("a product, sorted", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c DESC(?f) STR(?a)", limits=ENDED),
    query("a product, sorted by hash", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY SHA512(CONCAT(STR(?a), STR(?f))) LIMIT 1", limits=ENDED),
    query("a product, once each", "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f }", limits=LIMITS),
    query("concatenated", "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f)); separator='xxxxxxxxxxxxxxxx') AS ?x) { ?a ?b ?c . ?d ?e ?f }", limits=ENDED),
    query("concatenated once each", "SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }", limits=ENDED),
    query("a group for each row", "SELECT ?a ?f (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?b ?c ?d ?e ?f", limits=LIMITS),
    query("distinct counts", "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }", limits=ENDED),
    query("groups of groups", "SELECT (MAX(?n) AS ?m) { { SELECT ?a (SUM(STRLEN(STR(?f))) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?e } }", limits=ENDED),
]

NESTING = [
    query("groups", deep("{", "", "}", 40_000, "ASK {}"), 503),
    query("OPTIONAL", deep("{ OPTIONAL ", "{}", "}", 5_000, "ASK {}"), 503),
    query("subqueries", deep("{ SELECT * ", "{}", "}", 5_000, "ASK {}"), 503),
    query("EXISTS", deep("FILTER EXISTS { ", "", "}", 5_000, "ASK { {} }"), 503),
    query("brackets", "ASK { FILTER (" + deep("(", "1", ")", 40_000) + ") }", limits=ENDED),
    query("negations", "ASK { FILTER (" + "!" * 90_000 + "true) }", limits=ENDED),
    query("sums", "SELECT (" + "1+" * 45_000 + "1 AS ?x) {}", 503),
    query("disjunctions", "ASK { FILTER (" + "true||" * 14_000 + "true) }", 503),
    query("functions", "SELECT (" + deep("ABS(", "1", ")", 15_000) + " AS ?x) {}", limits=ENDED),
    query("paths", "ASK { ?s " + deep("(", "iu:a", ")*", 20_000) + " ?o }", limits=ENDED),
    query("long paths", "ASK { ?s " + "iu:a/" * 18_000 + "iu:a ?o }", limits=ENDED),
    query("unions", "ASK { " + "{} UNION " * 10_000 + "{} }", 200, limits=ENDED),
    query("minuses", "ASK { " + "MINUS { ?a ?b ?c } " * 4_000 + "}", limits=ENDED),
    query("collections", "ASK { ?s ?p " + deep("(", "", ")", 20_000) + " }", limits=ENDED),
    query("blank nodes", "ASK { ?s ?p " + deep("[ ?p ", "1", "]", 14_000) + " }", limits=ENDED),
    query("triple terms", "ASK { ?s ?p " + deep("<<( ?s ?p ", "1", " )>>", 6_000) + " }", 200, limits=ENDED),
]

LISTS = [
    query("VALUES", "SELECT * { VALUES ?x { " + "1 " * 45_000 + "} VALUES ?y { " + "1 " * 4_000 + "} }", limits=LIMITS),
    query("VALUES against VALUES", "SELECT * " + "".join(f"{{ VALUES ?x{n} {{ " + "1 " * 9_000 + "} " for n in range(5)) + "}" * 5, limits=LIMITS),
    query("IN", "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER (?c IN (" + ",".join(f"'{n}'" for n in range(11_000)) + ")) }", limits=LIMITS | {200}),
    query("columns", "SELECT " + " ".join(f"(1 AS ?x{n})" for n in range(6_000)) + " {}", 200, limits=ENDED),
    query("prefixes", " ".join(f"PREFIX p{n}: <p:>" for n in range(5_000)) + " ASK {}", 200),
    query("a template", "CONSTRUCT { " + " ".join(f"?a iu:p{n} ?f ." for n in range(5_000)) + " } WHERE { ?a ?b ?c . ?d ?e ?f }", limits=LIMITS),
    query("datasets", " ".join(["ASK", *(f"FROM <g:{n}>" for n in range(7_000)), "{ ?s ?p ?o }"]), 200),
]

GROWING = "BIND ('0123456789abcdef' AS ?x0) " + " ".join(f"BIND (CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))

TEXTS = [
    query("backtracking", "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?c), '^(([a-z])+.)+[A-Z]([a-z])+$') FILTER REGEX(STR(?f), '(a|a)*(a|a)*$') }", 200, limits=LIMITS),
    query("counted repetitions", "SELECT * { ?a ?b ?c FILTER REGEX(STR(?c), '((a{0,100}){0,100}){0,100}') }", 200, limits=ENDED),
    query("a new pattern for each row", "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?c), CONCAT('(', STR(?f), '|x{200})*$')) }", limits=LIMITS),
    query("REPLACE that grows", "SELECT (STRLEN(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(?x, '.', '$0$0$0$0$0$0$0$0'), '.', '$0$0$0$0$0$0$0$0'), '.', '$0$0$0$0$0$0$0$0'), '.', '$0$0$0$0$0$0$0$0'), '.', '$0$0$0$0$0$0$0$0')) AS ?n) { ?s rdfs:label ?x }", limits=LIMITS),
    query("a text that doubles", f"SELECT ?x40 {{ {GROWING} }}", limits=ENDED),
    query("hashes", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (SHA512(SHA512(CONCAT(STR(?a), STR(?f)))) = '') }", limits=ENDED),
    query("percent-encoding that grows", "SELECT (STRLEN(" + deep("ENCODE_FOR_URI(CONCAT(", "'%'", ",'%%%%'))", 2_000) + ") AS ?n) {}", 200, limits=ENDED),
]

SLICES = [
    query("a large OFFSET", f"SELECT * {{ {EVERYTHING} }} OFFSET 999999999999", limits=ENDED),
    query("the largest OFFSET", f"SELECT * {{ {EVERYTHING} }} OFFSET 18446744073709551615", limits=ENDED),
    query("more than the largest", "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999", 400),
    query("a large LIMIT", f"SELECT * {{ {EVERYTHING} }} LIMIT 999999999999", limits=LIMITS),
    query("the top of a product", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1 OFFSET 9999999", limits=ENDED),
    query("negative", "SELECT * { ?s ?p ?o } LIMIT -1", 400),
]

LITERALS = [
    query("a long text", "SELECT ('" + "x" * 99_000 + "' AS ?x) {}", 200),
    query("a long number", "SELECT (" + "9" * 99_000 + " * 2 AS ?x) {}", 200),
    query("a long decimal", "SELECT (0." + "9" * 99_000 + " + 1.5 AS ?x) {}", 200),
    query("a long exponent", "SELECT (1e" + "9" * 9_000 + " / 1e-" + "9" * 9_000 + " AS ?x) {}", 200),
    query("a year of many digits", "SELECT (xsd:dateTime('" + "9" * 9_000 + "-01-01T00:00:00Z') AS ?x) {}", 200),
    query("a duration without end", "SELECT (xsd:dateTime('2000-01-01T00:00:00Z') + xsd:duration('P" + "9" * 18 + "Y') AS ?x) {}", 200),
    query("a long name", "SELECT ?" + "x" * 99_000 + " {}", 200),
    query("a long IRI", "ASK { <http://e/" + "x" * 99_000 + "> ?p ?o }", 200),
    query("a long language", "SELECT ('x'@" + "-".join(["abcdefgh"] * 9_000) + " AS ?x) {}", 200, 400),
]

BYTES = [
    Attack("a lone continuation", frozenset({400}), b"ASK { ?s ?p '\x80' }"),
    Attack("overlong", frozenset({400}), b"ASK { ?s ?p '\xc0\xaf' }"),
    Attack("a surrogate", frozenset({400}), b"ASK { ?s ?p '\xed\xa0\x80' }"),
    Attack("beyond Unicode", frozenset({400}), b"ASK { ?s ?p '\xf5\x80\x80\x80' }"),
    Attack("NUL in a text", frozenset({200}), b"ASK { ?s ?p '\x00' }"),
    Attack("NUL between words", frozenset({400}), b"ASK\x00{ ?s ?p ?o }"),
    Attack("nothing but NUL", frozenset({400}), b"\x00" * 90_000),
    Attack("a byte order mark inside", frozenset({400}), "ASK \ufeff{ ?s ?p ?o }".encode()),
    Attack("UTF-16", frozenset({415}), "ASK {}".encode("utf-16"), {"Content-Type": "application/sparql-query; charset=UTF-16"}),
    Attack("UTF-16 that says nothing of it", frozenset({400}), "ASK {}".encode("utf-16")),
    Attack("bad UTF-8 in a form", frozenset({400}), b"query=ASK%20%7B%20%3Fs%20%3Fp%20%27%FF%27%20%7D", FORM),
    Attack("escapes of nothing", frozenset({400}), b"query=ASK%2", FORM),
    query("a surrogate as an escape", "ASK { ?s ?p '\\uD800' }", 400),
]

TRICKS = [
    query("SERVICE as escapes", "ASK { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400),
    query("SERVICE behind a comment", "ASK { SERVICE#\n<http://127.0.0.1:1/> { ?s ?p ?o } }", 400),
    query("an update behind a comment", "#\rASK {}\nCLEAR ALL", 400),
    query("a text that ends early", "ASK { ?s ?p '''}' ''''' }", 400),
    query("a comment in an IRI", "ASK { <http://e/#> ?p <http://e/# > }", 400),
    query("a text that never ends", "ASK { ?s ?p '" + "\\'" * 40_000, 400),
    query("nothing but comments", "#" * 90_000, 400),
    query("a line for each comment", "#\n" * 40_000 + "ASK {}", 200),
    query("escapes for the quotes", "ASK { ?s ?p \\u0027x\\u0027 }", 400),
    query("an IRI that is a script", "SELECT (<javascript:alert(1)> AS ?x) ('</script><script>' AS ?y) {}", 200),
]

ELSEWHERE = [
    query("SERVICE", "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", 400),
    query("SERVICE SILENT", "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }", 400),
    query("SERVICE by variable", "SELECT * { VALUES ?e { <http://127.0.0.1:PORT/> } SERVICE SILENT ?e { ?s ?p ?o } }", 400),
    query("SERVICE in a filter", "ASK { FILTER NOT EXISTS { SERVICE SILENT <http://localhost:PORT/> {} } }", 400),
    query("FROM", "SELECT * FROM <http://127.0.0.1:PORT/> FROM NAMED <http://127.0.0.1:PORT/x> { ?s ?p ?o }", 200),
    query("LOAD", "LOAD SILENT <http://127.0.0.1:PORT/>", 400),
    query("a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
    query("an update", "INSERT DATA { <a:a> <a:b> 1 } ; DROP ALL", 400),
]

PROTOCOL = [
    Attack("two queries", frozenset({400}), b"query=ASK%7B%7D&query=ASK%7B%7D", FORM),
    Attack("an update in a form", frozenset({403}), b"update=DROP+ALL", FORM),
    Attack("parameters without end", frozenset({400}), b"a&" * 200_000, FORM),
    Attack("nothing but escapes", frozenset({400}), b"query=" + b"%41" * 150_000, FORM),
    Attack("a body without end", frozenset({413}), b"query=" + b"x" * 1_300_000, FORM),
    Attack("JSON", frozenset({415}), b'{"query": "ASK {}"}', {"Content-Type": "application/json"}),
    Attack("an endless address", frozenset({431}), parameters="?query=" + "x" * 60_000, method="GET", headers={}),
    Attack("a header that is never closed", frozenset({200}), b"ASK {}", DIRECT | {"Accept": '"a\\' * 9_000}),
    Attack("DELETE", frozenset({405}), method="DELETE", headers={}),
]

ATTACKS: dict[str, list[Attack]] = {
    "cartesian products": CARTESIAN,
    "paths over cycles": PATHS,
    "sorting and grouping": SORTING,
    "nesting": NESTING,
    "giant lists": LISTS,
    "patterns and texts": TEXTS,
    "LIMIT and OFFSET": SLICES,
    "literals and names": LITERALS,
    "bytes": BYTES,
    "comments and escapes": TRICKS,
    "elsewhere": ELSEWHERE,
    "protocol": PROTOCOL,
}
