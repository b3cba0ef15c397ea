// The SPARQL editor: YASGUI with our prefixes, terms, examples and words. Where it does not start, the form stays.
(async () => {
  "use strict";
  const form = document.querySelector("form.query");
  const place = document.getElementById("editor");
  const language = document.documentElement.lang;

  const answer = await fetch(place.dataset.knowledge);
  if (!answer.ok) return;
  const house = await answer.json();
  const { Yasqe, Yasr } = Yasgui;

  // YASGUI speaks English only. A number in its sentences is # in ours.
  const NUMBER = /\d[\d.,]*/g;
  const say = (text) => {
    const numbers = text.match(NUMBER) || [];
    const ours = house.words[text.replace(NUMBER, "#").trim()];
    if (!ours) return text;
    return ours.replace(/#/g, () => Number(numbers.shift().replaceAll(",", "")).toLocaleString(language));
  };

  // ---- Terms and prefixes: what is offered while somebody writes ----

  let asked = false; // by Ctrl+Space; otherwise nothing is offered before something is written
  const isName = /^[A-Za-z_][\w-]*$/;

  function shortName(iri, prefixes) {
    for (const [prefix, namespace] of Object.entries(prefixes))
      if (iri.startsWith(namespace) && isName.test(iri.slice(namespace.length)))
        return prefix + ":" + iri.slice(namespace.length);
    return "<" + iri + ">";
  }

  // Those of the query come first: it may call a namespace as it likes.
  const prefixesFor = (yasqe) => ({ ...yasqe.getPrefixesFromQuery(), ...unused(yasqe) });
  const unused = (yasqe) => {
    const taken = yasqe.getPrefixesFromQuery();
    return Object.fromEntries(Object.entries(house.prefixes).filter(([prefix]) => !(prefix in taken)));
  };

  function offer(name, terms) {
    const labels = new Map(terms);
    const position = Yasqe.Autocompleters[name].isValidCompletionPosition;
    Yasqe.forkAutocompleter(name, {
      name,
      bulk: false,
      autoShow: true,
      persistenceId: undefined,
      isValidCompletionPosition(yasqe) {
        if (position(yasqe)) return true;
        const token = yasqe.getCompleteToken();
        return asked && name === "property" && !token.string.trim() && token.state.possibleCurrent.includes("a");
      },
      preProcessToken(yasqe, token) {
        if (token.string.trim()) return token;
        const { ch } = yasqe.getDoc().getCursor(); // nothing written yet: insert here, and replace no white space
        return { ...token, string: "", from: { ch }, to: { ch } };
      },
      get(yasqe, token) {
        const written = token.string.trim().toLowerCase();
        if (!asked && written.length < 2) return [];
        const prefixes = prefixesFor(yasqe);
        const rank = ([iri, label]) => {
          const name = shortName(iri, prefixes);
          const short = name.toLowerCase();
          if (name === token.string.trim()) return 9; // it stands there already
          if (short.startsWith(written) || ("<" + iri.toLowerCase()).startsWith(written)) return 0;
          if (written.includes(":")) return 9;
          const local = short.slice(short.indexOf(":") + 1);
          if (local.startsWith(written) || label.toLowerCase().startsWith(written)) return 1;
          return local.includes(written) || label.toLowerCase().includes(written) ? 2 : 9;
        };
        const ranked = terms.map((term) => [rank(term), term[0]]).filter(([place]) => place < 9);
        return ranked.sort((a, b) => a[0] - b[0]).map(([, iri]) => iri); // the sort is stable
      },
      postProcessSuggestion: (yasqe, token, iri) => iri,
      postprocessHints(yasqe, hints) {
        const prefixes = prefixesFor(yasqe);
        for (const hint of hints) {
          const label = labels.get(hint.text);
          hint.text = shortName(hint.text, prefixes);
          hint.displayText = label ? hint.text + " · " + label : hint.text;
        }
        return hints;
      },
    });
  }

  // The names are YASGUI's own, so that these take the place of the ones that ask others.
  offer("class", house.classes);
  offer("property", house.properties);
  Yasqe.forkAutocompleter("prefixes", {
    name: "prefixes",
    persistenceId: undefined,
    get: () => Object.entries(house.prefixes).map(([prefix, namespace]) => prefix + ": <" + namespace + ">"),
  });

  function complete(yasqe) {
    asked = true;
    try {
      yasqe.autocomplete();
    } finally {
      asked = false;
    }
  }

  // ---- What went wrong, in the reader's words: a problem document, or a connection that broke ----

  Yasr.defaults.errorRenderers = [
    async (error) => {
      let problem;
      try {
        problem = JSON.parse(error.text);
      } catch {
        problem = { title: place.dataset.broken };
      }
      const told = document.createElement("div");
      told.setAttribute("role", "alert");
      for (const text of [problem.title, problem.detail]) {
        if (!text) continue;
        const line = document.createElement("p");
        line.textContent = text;
        told.append(line);
      }
      return told;
    },
  ];

  // ---- The words around it, as they appear ----

  const DATA = ".CodeMirror-scroll, .CodeMirror-hints, .tab, td, th";
  const LABELLED = [
    [".tableSizer", "Page size:"],
    [".tab input", "Rename Tab"],
    [".yasqe_sharePopup input", "Share query"],
    [".yasr textarea", "Response"],
  ];

  function dress(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.parentElement?.closest(DATA)) return;
      const ours = say(node.data);
      if (ours !== node.data) node.data = ours;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ["title", "aria-label", "placeholder"]) {
      const text = node.getAttribute(name);
      const ours = text && say(text);
      if (ours !== text) node.setAttribute(name, ours);
    }
    for (const [selector, text] of LABELLED)
      if (node.matches(selector) && !node.hasAttribute("aria-label")) node.setAttribute("aria-label", say(text));
    if (node.matches(".yasr_response_chip")) node.setAttribute("role", "status");
    node.childNodes.forEach(dress);
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes)
      if (type === "childList") addedNodes.forEach(dress);
      else if (!target.parentElement?.closest(DATA)) dress(target);
  }).observe(place, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["title", "aria-label", "placeholder"],
  });

  // ---- The editor itself ----

  // A link to a query is short, works without JavaScript and cannot point to another endpoint.
  Yasgui.Tab.prototype.getShareableLink = function () {
    return location.origin + "/sparql?show=" + encodeURIComponent(this.getQuery());
  };

  const yasgui = new Yasgui(place, {
    persistenceId: "interurban",
    tabName: say("Query"),
    autofocus: false,
    populateFromUrl: false,
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [] },
    requestConfig: {
      endpoint: location.origin + "/sparql",
      method: (all) => (all.getTab().getQuery().length > 4000 ? "POST" : "GET"), // GET can be kept by caches
      headers: () => ({ "Accept-Language": language }),
      acceptHeaderSelect: "application/sparql-results+json",
      acceptHeaderGraph: "text/turtle",
    },
    yasqe: {
      value: form.query.value,
      lineWrapping: true, // nothing has to be scrolled to
      viewportMargin: Infinity,
      screenReaderLabel: form.querySelector("label").textContent,
      extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Space": complete }, // Tab goes on to what comes next
    },
    // Answers are not kept: the next release may say something else.
    yasr: { prefixes: house.prefixes, maxPersistentResponseSize: 0 },
  });

  // A button that is no tab stands beside their list, not in it.
  const tabs = place.querySelector(".tabsList");
  const add = tabs.querySelector(".addTab");
  add.parentElement.remove();
  yasgui.tabElements.addTabEl = undefined; // new tabs come last
  const line = document.createElement("div");
  line.className = "tabs";
  tabs.replaceWith(line);
  line.append(tabs, add);

  function show(name, query) {
    const known = Object.keys(yasgui._tabs).find((id) => yasgui._tabs[id].getPersistedJson().yasqe.value === query);
    if (known) yasgui.selectTabId(known);
    else yasgui.addTab(true, { ...Yasgui.Tab.getDefaults(yasgui), name: yasgui.createTabName(name), yasqe: { value: query } });
  }

  const examples = [...document.querySelectorAll("[data-example]")];
  for (const link of examples)
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(link.textContent, house.examples[link.dataset.example]);
      place.scrollIntoView({ block: "nearest" });
      place.querySelector(".tabPanel.active .yasqe_queryButton").focus();
    });

  form.hidden = true;
  place.hidden = false;
  if ("shown" in place.dataset) {
    const named = examples.find((link) => house.examples[link.dataset.example] === form.query.value);
    show(named?.textContent, form.query.value);
  }
  yasgui.getTab()?.getYasqe()?.refresh(); // it was made while it was hidden
})();
