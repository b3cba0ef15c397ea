// Suggestions in search boxes: comboboxes with a list (WAI-ARIA 1.2). Without this script a box is a plain form. What is
// chosen is gone to, or (data-take) sent with the form in place of what was written.
const WAIT = 120; // milliseconds without a key, before anything is asked

for (const input of document.querySelectorAll(".search input[data-suggest]")) {
  const box = input.closest(".search");
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-suggestions`, hidden: true });
  const status = Object.assign(document.createElement("p"), { className: "hidden" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  status.setAttribute("role", "status");
  box.append(list, status);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let timer, asked, chosen = -1;

  function choose(place) {
    const options = [...list.children];
    chosen = place;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    }
  }

  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) choose(-1);
  }

  function show([, names, about, addresses]) {
    list.replaceChildren(
      ...names.map((name, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.dataset.href = addresses[at];
        const told = Object.assign(document.createElement("span"), { textContent: about[at] });
        option.append(name, told);
        return option;
      }),
    );
    choose(-1);
    open(names.length > 0);
    status.textContent = names.length ? input.dataset.found.replace("{count}", names.length) : "";
  }

  async function ask() {
    asked?.abort();
    const text = input.value;
    if (!text.trim()) return open(false);
    asked = new AbortController();
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    address.searchParams.set("lang", document.documentElement.lang);
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) show(await answer.json());
      else open(false);
    } catch (error) {
      if (error.name !== "AbortError") open(false);
    }
  }

  // The page in the language of this one, if that was chosen.
  function follow(option) {
    const address = new URL(option.dataset.href);
    if ("take" in input.dataset) {
      input.value = decodeURIComponent(address.pathname.split("/").slice(3).join("/"));
      input.form.submit();
      return;
    }
    const language = new URL(location.href).searchParams.get("lang");
    if (language) address.searchParams.set("lang", language);
    location.assign(address);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const many = list.children.length;
    if (event.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && many) {
      event.preventDefault();
      if (list.hidden) open(true);
      // one place is the box itself, between the last and the first
      choose(((chosen + 1 + (event.key === "ArrowDown" ? 1 : many)) % (many + 1)) - 1);
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      follow(list.children[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // what is written stays
      open(false);
    }
  });
  input.addEventListener("blur", () => open(false));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
}
