// Pointing, moving, choosing.
function operationAt(left, top) {
  const lane = Math.floor((top - LANES_TOP) / LANE);
  if (left < GUTTER || lane < 0 || lane >= clients.length) return -1;
  const hit = (op) => op.client === clients[lane] && x(op.from) - 2 <= left && left <= Math.max(x(op.to), x(op.from) + 1.5) + 2;
  const found = data.operations.findIndex((op) => isDrawn(op) && hit(op));
  return found >= 0 ? found : data.operations.findIndex(hit);
}

function annotationAt(left, top) {
  return data.annotations.findIndex((mark, index) => {
    const box = annotationBox(mark, index);
    return box.from - 3 <= left && left <= box.to + 3 && box.top <= top && top <= box.top + 20;
  });
}

function describeOperation(index) {
  const op = data.operations[index], place = placed.get(index);
  const lines = [op.text, `client ${op.client}, ${keyOf(data.parts[op.part])}`,
    op.pending ? `called at ${data.stamps[op.from]}, never returned` : `from ${data.stamps[op.from]} to ${data.stamps[op.to]}`];
  if (place) {
    const { drawn, at } = place;
    lines.push(`number ${at + 1} of ${drawn.operations.length} in the order drawn`, `before: ${drawn.states[at]}`, `after: ${drawn.states[at + 1]}`);
  } else if (isDrawn(op)) {
    lines.push({ bad: "cannot be placed: no order explains this answer", unplaced: "not placed in the order drawn",
      later: "not looked at: the search ended before it" }[kindOf(op, index)]);
  }
  return lines;
}

function describeAnnotation(mark) {
  const until = mark.to === null ? "" : ` to ${data.stamps[mark.to]}`;
  return [mark.text, `${mark.kind}, ${data.stamps[mark.from]}${until}`];
}

function linesAt(left, top) {
  const annotation = annotationAt(left, top), operation = annotation < 0 ? operationAt(left, top) : -1;
  if (annotation >= 0) return describeAnnotation(data.annotations[annotation]);
  return operation >= 0 ? describeOperation(operation) : [];
}

function hover(event) {
  const box = chart.getBoundingClientRect();
  const lines = linesAt(event.clientX - box.left, event.clientY - box.top);
  tip.hidden = lines.length === 0;
  tip.replaceChildren(...lines.map((line, at) => Object.assign(document.createElement(at ? "div" : "b"), { textContent: line })));
  const left = Math.min(event.clientX + 16, window.innerWidth - tip.offsetWidth - 12);
  const below = event.clientY + 18 + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(left, 4)}px`;
  tip.style.top = `${below ? event.clientY + 18 : event.clientY - tip.offsetHeight - 12}px`;
}

function listen() {
  chart.addEventListener("wheel", (event) => {
    const left = event.clientX - chart.getBoundingClientRect().left;
    // Over the names the wheel scrolls the page, so that a chart taller than the window can be passed.
    if (left < GUTTER) return;
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) move(sideways);
    else zoom(Math.exp(-event.deltaY * 0.0016), left);
  }, { passive: false });
  chart.addEventListener("pointerdown", (event) => { chart.setPointerCapture(event.pointerId); chart.classList.add("moving"); });
  ["pointerup", "pointercancel"].forEach((name) => chart.addEventListener(name, () => chart.classList.remove("moving")));
  chart.addEventListener("pointermove", (event) => {
    if (chart.classList.contains("moving")) move(-event.movementX);
    hover(event);
  });
  chart.addEventListener("pointerleave", () => { tip.hidden = true; });
  overview.addEventListener("click", (event) => {
    const position = (event.offsetX / view.width) * end;
    view.left = position - (view.width - GUTTER) / view.scale / 2;
    clampView();
  });
  element("part").addEventListener("change", (event) => choosePart(Number(event.target.value)));
  element("order").addEventListener("change", (event) => chooseOrder(Number(event.target.value)));
  const actions = { "zoom-in": () => zoom(1.6), "zoom-out": () => zoom(1 / 1.6), fit, jump: showBad };
  Object.entries(actions).forEach(([id, action]) => element(id).addEventListener("click", action));
  listenToKeys(actions);
  window.addEventListener("resize", resize);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); redraw(); });
}

function listenToKeys(actions) {
  const keys = { "+": actions["zoom-in"], "=": actions["zoom-in"], "-": actions["zoom-out"], "0": fit,
    b: () => data.first_bad !== null && showBad(), ArrowLeft: () => move(-120), ArrowRight: () => move(120) };
  window.addEventListener("keydown", (event) => {
    if (event.target.tagName === "SELECT" || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

function resize() {
  view.width = chart.clientWidth;
  clampView();
}

// Two texts with what they share at either end; long shared runs are folded.
function difference(text, other) {
  let front = 0, back = 0;
  const most = Math.min(text.length, other.length);
  while (front < most && text[front] === other[front]) front += 1;
  while (back < most - front && text[text.length - 1 - back] === other[other.length - 1 - back]) back += 1;
  return [text.slice(0, front), text.slice(front, text.length - back), text.slice(text.length - back)];
}

const folded = (text, keepEnd) =>
  text.length <= 70 ? text : keepEnd ? `(${text.length - 50} equal) …${text.slice(-50)}` : `${text.slice(0, 50)}… (${text.length - 50} equal)`;

function evidence(name, lead, text, other) {
  const row = document.createElement("dd"), mark = document.createElement("mark"), equal = () => document.createElement("i");
  const [front, middle, back] = other === undefined ? ["", text, ""] : difference(text, other);
  const parts = [Object.assign(document.createElement("span"), { textContent: lead }), Object.assign(equal(), { textContent: folded(front, true) })];
  if (other === undefined) parts.push(middle);
  else parts.push(Object.assign(mark, { textContent: middle || "∅", title: "differs" }));
  row.append(...parts, Object.assign(equal(), { textContent: folded(back, false) }));
  element("evidence").append(Object.assign(document.createElement("dt"), { textContent: name }), row);
}

function explain() {
  const { explanation, first_bad: bad } = data;
  element("jump").hidden = element("why").hidden = bad === null || !explanation;
  if (bad === null || !explanation) return;
  const op = data.operations[bad], cut = explanation.operation.indexOf(" -> ");
  const answer = cut < 0 ? undefined : explanation.operation.slice(cut + 4);
  const closest = explanation.states.at(-1);
  const who = `client ${op.client}`;
  if (answer === undefined) evidence(who, "", explanation.operation);
  else evidence(who, explanation.operation.slice(0, cut + 4), answer, closest);
  explanation.states.forEach((state, at) => evidence(at ? "then" : "state, while it ran", "", state, answer));
}

function summarize() {
  document.title = `${data.verdict}: ${data.title}`;
  element("title").textContent = data.title;
  element("verdict").textContent = { ok: "linearizable", illegal: "not linearizable", unknown: "unknown" }[data.verdict];
  element("verdict").className = data.verdict;
  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const undecided = data.parts.filter((part) => part.verdict === "unknown").length;
  element("summary").textContent = `${plural(data.operations.length, "operation")} of ${plural(clients.length, "client")} in ${plural(ALL, "part")}, `
    + `${plural(data.states, "state")} explored${undecided ? `, ${plural(undecided, "part")} not decided when the search ended` : ""}`;
}

function start() {
  readColours();
  summarize();
  explain();
  fillParts();
  makeMarker();
  listen();
  choosePart(0);
  resize();
  if (data.first_bad === null) fit();
  else showBad();
  draw();
  document.documentElement.dataset.state = "ready";
}

start();
