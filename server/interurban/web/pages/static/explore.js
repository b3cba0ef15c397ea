// The query builder of /explore: Sparnatural with our words and our endpoint, and an address for each question.
(() => {
  "use strict";
  const place = document.getElementById("builder");
  const builder = place.querySelector("spar-natural");
  const house = JSON.parse(document.getElementById("knowledge").textContent);
  const language = document.documentElement.lang;
  const SHOWN = 500; // rows; all are in the CSV
  globalThis.sparnaturalWords = house.words; // it runs after this script and asks for them

  const number = (count) => count.toLocaleString(language);
  // Sparnatural writes labels as HTML; whatever a label is, it has to stay a text there.
  const ALIKE = { "<": "‹", ">": "›", '"': "”", "'": "’", "`": "’" };
  const plain = (text) => text.replace(/[<>"'`]/g, (character) => ALIKE[character]);

  // ---- Asking ----

  async function ask(query) {
    const given = new URLSearchParams({ query });
    const how = { headers: { Accept: "application/sparql-results+json", "Accept-Language": language } };
    const long = query.length > 4000; // GET can be kept by caches
    const answer = await fetch(long ? "/sparql" : "/sparql?" + given, long ? { ...how, method: "POST", body: given } : how);
    if (answer.ok) return answer.json();
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || problem.title || house.ours.broken);
  }

  // Days are compared with days.
  const asDays = (query) => query.replace(/"(\d{4}-\d\d-\d\d)T[\d:]+Z?"\^\^(xsd:|<[^>]*#)dateTime(>?)/g, '"$1"^^$2date$3');
  const written = (query) => asDays(builder.expandSparql(query));

  // ---- Values to choose from: of a list, or by their names in whatever language ----

  const NAME = `OPTIONAL { ?value rdfs:label|skos:prefLabel ?own FILTER(LANG(?own) IN ("${language}", "")) }`;

  // The names first, then what has them, then what that is called: of 20,000 things each is looked at once.
  async function values(from, property, to, key) {
    const typed = (variable, type) => builder.sparnatural.specProvider.getEntity(type).hasTypeCriteria() ? `${variable} a <${type}> .` : "";
    const called = `?value rdfs:label|skos:altLabel ?called FILTER(CONTAINS(LCASE(STR(?called)), ${JSON.stringify(key)}))`;
    const those = key ? `{ SELECT DISTINCT ?value WHERE { ${typed("?value", to)} ${called} } }` : "";
    const found = await ask(written(`PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT ?value ?own WHERE {
        { SELECT DISTINCT ?value WHERE { ${those} ${typed("?thing", from)} ?thing <${property}> ?value } } ${NAME}
      }`));
    const named = found.results.bindings.map(({ value, own }) => ({ term: value, label: plain((own || value).value) }));
    const order = new Intl.Collator(language, { numeric: true });
    return named.sort((a, b) => order.compare(a.label, b.label));
  }

  const source = (look) => ({
    init() {},
    [look]: (from, property, to, ...rest) => {
      const key = look === "getListContent" ? "" : rest.shift().trim().toLowerCase();
      const [take, fail] = rest;
      const begins = ({ label }) => key && label.toLowerCase().startsWith(key);
      values(from, property, to, key).then(
        (found) => take([...found.filter(begins), ...found.filter((one) => !begins(one))]),
        (error) => { tell(house.ours.failed + " " + error.message); fail?.(error); },
      );
    },
  });

  // ---- What was built, its ways on, and its answer ----

  let query = "";
  let called = {}; // variable -> what it stands for
  const ways = place.querySelector(".ways");
  const told = place.querySelector(".told");
  const answer = place.querySelector(".answer");
  const tell = (text) => { told.textContent = text; };
  const chosen = new URLSearchParams(location.search).has("lang") ? { lang: language } : {};

  function built({ detail }) {
    called = {};
    name(detail.queryJson.branches);
    query = written(detail.queryStringFromJson);
    const [first] = detail.queryJson.variables;
    if (!detail.queryJson.order && !first.expression) query += `\nORDER BY ?${first.value}${query.includes(`?${first.value}_label`) ? "_label" : ""}`;
    answer.hidden = true;
    tell("");
    ways.hidden = false;
    ways.querySelector(".editor").href = "/sparql?" + new URLSearchParams({ ...chosen, show: query });
    ways.querySelector(".csv").href = "/sparql?" + new URLSearchParams({ query, format: "csv" });
    const address = location.pathname + location.search + "#" + encodeURIComponent(JSON.stringify(detail.queryJson));
    ways.querySelector(".share").href = address;
    history.replaceState(null, "", address);
    requestAnimationFrame(goOn);
  }

  function name(branches) {
    const label = (type) => builder.sparnatural.specProvider.getEntity(type).getLabel();
    for (const { line, children } of branches) {
      called[line.s] = label(line.sType);
      if (line.oType) called[line.o] = label(line.oType);
      name(children);
    }
  }

  // A variable and what names it stand in one column.
  function table({ head, results }) {
    const columns = head.vars.filter((name) => !(name.endsWith("_label") && head.vars.includes(name.slice(0, -6))));
    const made = document.createElement("table");
    const row = made.createTHead().insertRow();
    for (const name of columns) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = called[name] ?? name.replaceAll("_", " ");
      row.append(cell);
    }
    const body = made.createTBody();
    for (const binding of results.bindings.slice(0, SHOWN)) {
      const row = body.insertRow();
      for (const name of columns) row.insertCell().append(shown(binding[name], binding[name + "_label"]));
    }
    return made;
  }

  function shown(term, label) {
    const text = document.createTextNode((label || term)?.value ?? "");
    if (term?.type !== "uri" || !/^https?:/.test(term.value)) return text;
    const link = document.createElement("a");
    const ours = term.value.startsWith(house.base);
    const at = ours ? "/" + term.value.slice(house.base.length) : term.value;
    link.href = ours && chosen.lang ? at + "?lang=" + language : at;
    link.append(text);
    return link;
  }

  async function run() {
    const asked = query;
    tell(house.ours.asking);
    builder.disablePlayBtn();
    try {
      const found = await ask(asked);
      if (asked !== query) return; // it was changed meanwhile
      const count = found.results.bindings.length;
      const rows = count === 1 ? house.ours.result : house.ours.results.replace("#", number(count));
      const first = count > SHOWN ? "; " + house.ours.first.replace("#", number(SHOWN)) : "";
      tell(count ? rows + first : house.ours.none);
      answer.replaceChildren(table(found));
      answer.hidden = !count;
      map(found);
    } catch (error) {
      tell(house.ours.failed + " " + error.message);
    } finally {
      builder.enablePlayBtn();
    }
  }

  // ---- Where the things of the first column are: a picture that the server draws ----

  function map({ head, results }) {
    const names = results.bindings.map((row) => row[head.vars[0]]?.value ?? "").filter((iri) => iri.startsWith(house.base));
    const things = [...new Set(names)].map((iri) => iri.slice(house.base.length)).filter((name) => house.located.includes(name.split("/")[1]));
    if (!things.length || things.some((name) => name.includes(","))) return;
    const address = "/picture/map/things.svg?" + new URLSearchParams({ thing: things.slice(0, house.most).join(","), lang: language });
    const picture = Object.assign(new Image(), { className: "map-of-answer", alt: house.ours.map, src: address });
    const rows = answer.firstChild;
    picture.addEventListener("load", () => {
      if (rows !== answer.firstChild) return; // something else was asked meanwhile
      rows.before(picture);
      if (things.length > house.most) tell(told.textContent + "; " + house.ours.mapfirst.replace("#", number(house.most)));
    });
  }

  // ---- The things of the first column as points, for programs that draw maps (GeoJSON, RFC 7946) ----

  async function points({ head, results }) {
    const [thing] = head.vars;
    const rows = results.bindings.filter((row) => row[thing]?.type === "uri");
    const named = new Map(rows.map((row) => [row[thing].value, row[thing + "_label"]?.value]));
    const places = [];
    for (let from = 0; from < named.size; from += 500) {
      const some = [...named.keys()].slice(from, from + 500).map((iri) => `<${iri}>`).join(" ");
      const found = await ask(`PREFIX schema: <http://schema.org/>
        SELECT * WHERE { VALUES ?thing { ${some} } ?thing schema:latitude ?north ; schema:longitude ?east }`);
      places.push(...found.results.bindings);
    }
    const features = places.map(({ thing, north, east }) => ({
      type: "Feature",
      id: thing.value,
      geometry: { type: "Point", coordinates: [Number(east.value), Number(north.value)] },
      properties: { name: named.get(thing.value) ?? "" },
    }));
    return { type: "FeatureCollection", features };
  }

  ways.querySelector(".points").addEventListener("click", async () => {
    const asked = query;
    try {
      const found = await points(await ask(asked));
      if (!found.features.length) return tell(house.ours.nowhere);
      const link = document.createElement("a");
      link.download = "explore.geojson";
      link.href = URL.createObjectURL(new Blob([JSON.stringify(found)], { type: "application/geo+json" }));
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      tell(house.ours.failed + " " + error.message);
    }
  });

  // ---- A question from the address. Whoever made it: what is shown of it stays text ----

  const ASKED = ["regex", "rdfTerm"]; // these are asked for as they are, and shown by their label

  function harmless(value) {
    if (typeof value === "string") return plain(value);
    if (Array.isArray(value)) return value.map(harmless);
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, ASKED.includes(name) ? part : harmless(part)]));
    return value;
  }

  function restore() {
    if (location.hash.length < 2) return;
    try {
      builder.loadQuery(harmless(JSON.parse(decodeURIComponent(location.hash.slice(1)))));
    } catch {
      tell(house.ours.stale);
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  // ---- The keyboard: what Sparnatural lets one click is a button that one can reach, and has a name ----

  const words = { ...house.words, ...house.ours };
  const BUTTONS = {
    ".item-sel": "", ".selectAll": "", ".ActionAnd > a": "", // these have a text
    ".ActionWhere > a": "where", ".selectViewVariableBtn > svg": "show", ".unselect > span": "remove", ".AddWidgetValueBtn": "add",
    ".optionalArrow > svg": "options", ".variablesOrdersSelect > .asc + .asc": "descending", ".variablesOrdersSelect > .asc": "ascending",
    ".variablesOrdersSelect > .none": "unordered", ".variableSelectedAggr": "options", ".displayButton": "columns",
    ".reset-form": "Reset.tooltip", ".playBtn > span": "Submit.tooltip",
  };
  const FIELDS = { ".EndClassGroup input": "choose", ".variablesSelection [type=checkbox]": "SwitchVariablesNames", ".variablesSelection [type=text]": "column" };
  const NEXT = ".item-sel, .EditComponents :is(.selectAll, input, .select2-selection), .playBtn > span"; // what is chosen next

  function dress() {
    for (const [selector, word] of Object.entries(BUTTONS))
      for (const button of builder.querySelectorAll(selector + ":not([role])")) {
        button.setAttribute("tabindex", "0");
        button.setAttribute("role", "button");
        if (word) button.setAttribute("aria-label", words[word]);
        button.querySelectorAll("svg").forEach((picture) => picture.setAttribute("aria-hidden", "true"));
      }
    for (const [selector, word] of Object.entries(FIELDS))
      for (const field of builder.querySelectorAll(selector + ":not([aria-label])"))
        field.setAttribute("aria-label", field.placeholder || words[word]);
  }

  builder.addEventListener("keydown", (event) => {
    const button = event.target.closest("[role=button]");
    if (!button || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    button.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    requestAnimationFrame(goOn);
  });

  // Who chooses by keys has the focus where the next choice is, once the one before has gone.
  let byKeys = false;
  document.addEventListener("keydown", () => { byKeys = true; }, true);
  document.addEventListener("pointerdown", () => { byKeys = false; }, true);

  function goOn() {
    const now = document.activeElement;
    if (!byKeys || (now !== document.body && now.getClientRects().length)) return;
    [...builder.querySelectorAll(NEXT)].find((one) => one.getClientRects().length)?.focus();
  }


  builder.addEventListener("init", () => {
    builder.customization = {
      list: { dataProvider: source("getListContent") },
      autocomplete: { maxItems: 30, dataProvider: source("getAutocompleteSuggestions") },
    };
    place.hidden = false;
    document.querySelector(".without").hidden = true;
    restore();
    dress();
  });
  builder.addEventListener("queryUpdated", built);
  builder.addEventListener("submit", run);
  builder.addEventListener("reset", () => {
    ways.hidden = answer.hidden = true;
    tell("");
    history.replaceState(null, "", location.pathname + location.search);
  });
  new MutationObserver(dress).observe(builder, { childList: true, subtree: true });
  ways.querySelector(".share").addEventListener("click", (event) => {
    event.preventDefault();
    navigator.clipboard?.writeText(event.target.href).then(() => tell(house.ours.copied), () => {});
  });
})();
