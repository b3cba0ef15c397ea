// Comunica, asked as its users ask: node comunica.mjs ADDRESS QUERY ADDRESS-OF-WIKIDATA
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { QueryEngine } from "@comunica/query-sparql";

const [address, query, wikidata] = process.argv.slice(2);
const engine = new QueryEngine();

const tell = (asked, came) => console.log(`${asked}\t${String(came).replace(/\s+/g, " ")}`);
const told = async (asked, question) => tell(asked, await question().catch((error) => `failed: ${error}`));

async function cities(...sources) {
  const rows = await (await engine.queryBindings(query, { sources, lenient: false })).toArray();
  const names = rows.map((row) => row.get("name").value).sort();
  return `${names.length} cities, from ${names[0]} to ${names.at(-1)}`;
}

async function names(...sources) {
  const named = "<http://schema.org/name>|<http://www.w3.org/2000/01/rdf-schema#label>";
  const text = `SELECT DISTINCT (STR(?n) AS ?name) { <${address}id/city/it-modena> ${named} ?n }`;
  const rows = await (await engine.queryBindings(text, { sources, lenient: false })).toArray();
  return rows.map((row) => row.get("name").value).sort().join(", ");
}

async function count(...sources) {
  const rows = await (await engine.queryBindings("SELECT ?s ?p ?o { ?s ?p ?o }", { sources, lenient: false })).toArray();
  return `${rows.length} statements`;
}

// What docs/research.md has in a language, with the addresses that are served here.
function printed(language) {
  const guide = readFileSync("../../../docs/research.md", "utf-8");
  const [, text] = guide.match(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms"));
  return text.replaceAll("http://127.0.0.1:8000/", address).replaceAll("https://query.wikidata.org/sparql", wikidata);
}

async function reached() {
  const rows = await (await engine.queryBindings(printed("rq"), { sources: [{ type: "sparql", value: wikidata }] })).toArray();
  return rows.map((row) => `${row.get("name").value} ${row.get("population").value}`).join(", ");
}

async function joined() {
  const ran = spawnSync(process.execPath, ["--input-type=module", "-"], { input: printed("js"), encoding: "utf-8" });
  return ran.status ? ran.stderr : ran.stdout.trim();
}

tell("version", createRequire(import.meta.url)("@comunica/query-sparql/package.json").version);
await told("SELECT over the endpoint, recognised by its description", () => cities(`${address}sparql`));
await told("SELECT over the endpoint, said to be one", () => cities({ type: "sparql", value: `${address}sparql` }));
await told("ASK", () => engine.queryBoolean("ASK { ?s ?p ?o }", { sources: [`${address}sparql`] }));
await told("/doc/city/it-modena, by negotiation", () => count(`${address}doc/city/it-modena`));
await told("/id/city/it-modena, by negotiation", () => names(`${address}id/city/it-modena`));
for (const form of ["ttl", "jsonld", "rdf", "nt", "trig", "html"])
  await told(`/doc/city/it-modena.${form}`, () => names(`${address}doc/city/it-modena.${form}`));
for (const form of ["ttl", "jsonld"])
  await told(`SELECT over the dump cities.${form}`, () => cities(`${address}dumps/cities/cities.${form}`));
await told("a query to an endpoint with Wikidata's data that reaches here by `SERVICE`, of docs/research.md", reached);
await told("the same over both endpoints, the program of docs/research.md", joined);
