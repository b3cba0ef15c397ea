// What pictures can do with a script: maps are seen nearer, and a mark tells at once what it stands for. All of that
// can be read without it, in the table below a picture.
const NEAREST = 12; // times
const STEP = 2;
const APART = 4; // times nearer: from here on each of many places has its own mark

for (const figure of document.querySelectorAll(".figure")) {
  const ground = figure.querySelector(".map > .ground");
  if (ground) zoom(figure, ground);
  tell(figure);
}

function zoom(figure, ground) {
  const whole = ground.getAttribute("viewBox").split(" ").map(Number);
  let part = [...whole];
  const marks = parting(figure, ground);

  function show(left, top, width) {
    const height = (width / whole[2]) * whole[3];
    const within = (at, from, size, room) => Math.min(Math.max(at, from), from + size - room);
    part = [within(left, whole[0], whole[2], width), within(top, whole[1], whole[3], height), width, height];
    ground.setAttribute("viewBox", part.map((number) => number.toFixed(2)).join(" "));
    ground.style.setProperty("--near", width / whole[2]);
    marks(width <= whole[2] / APART);
    nearer.disabled = width <= whole[2] / NEAREST;
    farther.disabled = reset.disabled = width >= whole[2];
    if (document.activeElement?.disabled) (nearer.disabled ? farther : nearer).focus(); // nobody loses their place
  }

  // The place at these parts of the width and height stays where it is.
  function by(factor, x = 0.5, y = 0.5) {
    const width = Math.min(Math.max(part[2] * factor, whole[2] / NEAREST), whole[2]);
    const lost = part[2] - width;
    show(part[0] + lost * x, part[1] + (lost / whole[2]) * whole[3] * y, width);
  }

  const tools = Object.assign(document.createElement("p"), { className: "tools" });
  const [nearer, farther, reset] = ["+", "−", "○"].map((sign, at) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
    button.setAttribute("aria-label", figure.dataset[["nearer", "farther", "whole"][at]]);
    return button;
  });
  nearer.addEventListener("click", () => by(1 / STEP));
  farther.addEventListener("click", () => by(STEP));
  reset.addEventListener("click", () => show(...whole));
  tools.append(nearer, farther, reset);
  ground.parentElement.before(tools);
  show(...whole);

  const at = (event) => {
    const box = ground.parentElement.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, ((event.clientY - box.top) / box.width) * (whole[2] / whole[3])];
  };
  ground.addEventListener("dblclick", (event) => by(1 / STEP, ...at(event)));
  let from = null;
  ground.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && part[2] < whole[2]) from = [event, ...part];
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const [began, left, top] = from;
    const units = part[2] / ground.parentElement.getBoundingClientRect().width;
    show(left + (began.clientX - event.clientX) * units, top + (began.clientY - event.clientY) * units, part[2]);
  });
  addEventListener("pointerup", () => (from = null));
  ground.addEventListener("dragstart", (event) => event.preventDefault());
}

// Marks that stand for many make way for one each, which the server draws, as long as one looks nearer.
function parting(figure, ground) {
  const together = ground.querySelector(".points");
  let apart = false, alone = null;
  return (near) => {
    apart = near;
    if (near && figure.dataset.each) alone ??= each(figure.dataset.each);
    alone?.then((marks) => marks && ground.querySelector(".points").replaceWith(apart ? marks : together));
  };
}

async function each(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return null;
  const alone = await answer.text(); // its style sheet is that of the page, which would not allow it inline
  const drawn = new DOMParser().parseFromString(alone.replace(/<style>[^]*?<\/style>/, ""), "image/svg+xml");
  const points = drawn.querySelector(".ground .points");
  for (const path of points?.children ?? []) path.setAttribute("stroke-width", path.getAttribute("stroke-width") * 2);
  return points && document.importNode(points, true);
}

// The browser's own hint comes late, so ours takes its place while the pointer is there.
function tell(figure) {
  const hint = Object.assign(document.createElement("div"), { className: "mark-name", hidden: true });
  hint.setAttribute("aria-hidden", "true");
  let title = null, mark = null;

  function leave() {
    if (title) mark.prepend(title);
    hint.hidden = true;
    title = mark = null;
  }

  figure.append(hint);
  const picture = figure.querySelector(".picture");
  picture.addEventListener("pointerover", (event) => {
    leave();
    mark = event.target.closest("circle, rect, path, a");
    title = mark?.querySelector(":scope > title") ?? null;
    if (!title) return;
    hint.textContent = title.textContent;
    title.remove();
    hint.hidden = false;
  });
  picture.addEventListener("pointermove", (event) => {
    const box = figure.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 12, box.width - hint.offsetWidth);
    hint.style.left = `${Math.max(left, 0)}px`;
    hint.style.top = `${event.clientY - box.top + 18}px`;
  });
  picture.addEventListener("pointerleave", leave);
}
