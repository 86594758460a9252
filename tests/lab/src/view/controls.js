const tip = element("tip");

// --- Where the reader looks ---

function clamp() {
  const visible = (view.width - GUTTER) / view.scale, margin = visible * 0.06;
  view.left = Math.max(-margin, Math.min(view.left, last() + margin - visible));
  if (visible >= last() + 2 * margin) view.left = -margin;
}

function zoom(factor, at = GUTTER + (view.width - GUTTER) / 2) {
  const position = view.left + (at - GUTTER) / view.scale;
  const least = ((view.width - GUTTER) / last()) * 0.88;
  // At most ten pixels for a microsecond.
  view.scale = Math.min(10, Math.max(least, view.scale * factor));
  view.left = position - (at - GUTTER) / view.scale;
  clamp();
  redraw();
}

function showRange(from, to) {
  view.scale = (view.width - GUTTER) / Math.max(to - from, 20);
  view.left = from;
  zoom(1);
}
const fit = () => showRange(-last() * 0.02, last() * 1.02);

// A moment in the middle, with what is needed to see what led to it.
function goTo(at) {
  const width = (view.width - GUTTER) / view.scale, position = place(at);
  if (position < view.left + width * 0.05 || position > view.left + width * 0.95) view.left = position - width / 2;
  select(at);
  zoom(1);
}

function select(at) {
  Object.assign(view, { selected: at, selectedMessage: null, cursor: place(at) });
  showState();
}

function setFold(fold) {
  const [from, to] = [timeAt(view.left), timeAt(view.left + (view.width - GUTTER) / view.scale)];
  const cursor = view.cursor === null ? null : timeAt(view.cursor);
  view.fold = element("fold").checked = fold;
  view.cursor = cursor === null ? null : view.selected !== null ? place(view.selected) : placeOfTime(cursor);
  showRange(placeOfTime(from), placeOfTime(to));
}

// --- Going from event to event ---

const isWanted = (at) => !isHop[at] && topicShown[ev.topic[at]] && (ev.lane[at] < 0 || laneShown[ev.lane[at]]);

function step(direction, isGoal = isWanted) {
  let at = view.selected ?? (view.cursor === null ? -1 : lower(positions(), view.cursor) - (direction > 0 ? 1 : 0));
  for (at += direction; at >= 0 && at < COUNT; at += direction) if (isGoal(at)) return goTo(at);
}
const nextElection = () => step(1, (at) => topicOf(at) === "LEADER");
const showFailure = () => { if (data.failure !== null) goTo(data.failure); };

// --- Pointing and clicking ---

function distance({ x0, y0, x1, y1 }, px, py) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - x0 - share * dx, py - y0 - share * dy);
}

const nearest = (list, far) => list.reduce((best, item) => (far(item) < best.far ? { far: far(item), item } : best), { far: 7, item: null }).item;

// Marks before bars before arrows: what is small must be reachable.
function under(px, py) {
  const mark = nearest(marksDrawn, (one) => Math.hypot(one.x - px, one.y - py));
  if (mark) return { at: mark.at };
  const bar = barsDrawn.find(({ left, top, width }) => px >= left - 1 && px <= left + width + 1 && py >= top && py <= top + 10);
  if (bar) return { operation: bar.operation };
  const arrowHit = nearest(arrowsDrawn, (one) => distance(one, px, py));
  return arrowHit ? { m: arrowHit.m } : null;
}

const within = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };

function click(event) {
  const [px, py] = within(event), hit = under(px, py);
  if (px < GUTTER) return;
  if (hit?.at !== undefined) select(hit.at);
  else {
    Object.assign(view, { selected: hit?.operation !== undefined ? operations[hit.operation].from : null, selectedMessage: hit?.m ?? null,
      cursor: view.left + (px - GUTTER) / view.scale });
    showState();
  }
  redraw();
}

function hover(event) {
  const [px, py] = within(event), hit = under(px, py);
  tip.hidden = !hit;
  if (!hit) return;
  const lines = hit.at !== undefined ? eventLines(hit.at) : hit.m !== undefined ? messageLines(hit.m) : operationLines(hit.operation);
  tip.replaceChildren(...lines.map((text, index) => line(index ? "div" : "b", text)));
  tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8)}px`;
}

let drag = null;
canvas.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, left: view.left, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointermove", (event) => {
  if (!drag) return hover(event);
  drag.moved ||= Math.abs(event.clientX - drag.x) > 3;
  if (!drag.moved) return;
  view.left = drag.left - (event.clientX - drag.x) / view.scale;
  tip.hidden = true;
  clamp();
  redraw();
});
canvas.addEventListener("pointerup", (event) => { if (drag && !drag.moved) click(event); drag = null; });
canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) { view.left += event.deltaX / view.scale; clamp(); redraw(); }
  else zoom(Math.exp(-event.deltaY * 0.002), Math.max(GUTTER, within(event)[0]));
}, { passive: false });

function scrub(event) {
  if (!event.buttons) return;
  const share = (event.clientX - overview.getBoundingClientRect().left - GUTTER) / (view.width - GUTTER);
  view.left = share * last() - (view.width - GUTTER) / view.scale / 2;
  clamp();
  redraw();
}
for (const name of ["pointerdown", "pointermove"]) overview.addEventListener(name, scrub);

const KEYS = {
  "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: fit, n: () => step(1), p: () => step(-1), e: nextElection,
  f: showFailure, q: () => setFold(!view.fold), ArrowLeft: () => pan(-0.1), ArrowRight: () => pan(0.1),
};
function pan(share) {
  view.left += (share * (view.width - GUTTER)) / view.scale;
  clamp();
  redraw();
}
window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// --- Filters ---

function filter(parent, text, colour, flags, index) {
  const label = document.createElement("label"), box = document.createElement("input");
  Object.assign(box, { type: "checkbox", checked: true });
  box.addEventListener("change", () => { flags[index] = box.checked; layLanes(); redraw(); });
  const dot = document.createElement("i");
  dot.style.background = colour;
  label.append(box, dot, text);
  parent.append(label);
}

function makeFilters() {
  const used = new Set(ev.topic);
  data.topics.forEach((topic, index) => { if (used.has(index)) filter(element("topics"), topic, hue(topic), topicShown, index); });
  data.lanes.forEach((lane, index) => {
    filter(element("servers"), nameOf(lane), "transparent", laneShown, index);
  });
}

// --- The beginning ---

function makeHeader() {
  document.title = `${data.part} ${data.test}, seed ${data.seed}`;
  element("title").textContent = `${data.test} (${data.part})`;
  const broken = data.broken.length ? ` · ${data.broken.length} broken lines left out, the first is line ${data.broken[0]}` : "";
  element("summary").textContent = `seed ${data.seed} · ${data.clock} clock · ${COUNT.toLocaleString("en")} events · ${seconds(end.plain)}${broken}`;
  element("failure").hidden = element("jump").hidden = data.failure === null;
  if (data.failure !== null) element("failure").textContent = `${strings[ev.label[data.failure]]} (at ${seconds(ev.t[data.failure])})`;
}

// A link to a moment: #t=0.522&span=0.01&event=LEADER&fold
function followLink() {
  const wish = new URLSearchParams(location.hash.slice(1));
  if (wish.has("fold")) setFold(true);
  if (!wish.has("t")) return wish.has("fold");
  const [time, span] = [Number(wish.get("t")) * 1e6, Number(wish.get("span") ?? 0.1) * 1e6];
  const middleOf = placeOfTime(time);
  showRange(middleOf - span / 2, middleOf + span / 2);
  const first = lower(positions(), view.left), topic = wish.get("event");
  for (let at = first; topic && at < COUNT; at++) if (topicOf(at) === topic) { select(at); break; }
  return true;
}

function measure() {
  view.width = Math.max(480, chart.clientWidth);
}

// So many events before a failure are shown at first.
const LAST_WORDS = 150;

function begin() {
  readColours();
  makeHeader();
  makeFilters();
  layLanes();
  measure();
  fit();
  if (!followLink() && data.failure !== null) {
    // A failure is the end of a story; what came last before it is a good beginning.
    const from = place(Math.max(0, data.failure - LAST_WORDS)), to = place(data.failure);
    showRange(from - (to - from) * 0.03, to + (to - from) * 0.06 + TICK);
    select(data.failure);
  }
  showState();
  draw();
  document.body.dataset.state = "ready";
}

element("zoom-in").addEventListener("click", () => zoom(1.5));
element("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
element("fit").addEventListener("click", fit);
element("next").addEventListener("click", () => step(1));
element("previous").addEventListener("click", () => step(-1));
element("election").addEventListener("click", nextElection);
element("jump").addEventListener("click", showFailure);
element("fold").addEventListener("change", () => setFold(element("fold").checked));
window.addEventListener("resize", () => { measure(); zoom(1); });
window.addEventListener("hashchange", () => { followLink(); redraw(); });
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); redraw(); });
begin();
