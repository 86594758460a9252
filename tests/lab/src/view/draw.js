const [chart, canvas, overview] = ["chart", "lanes", "overview"].map(element);
// Sizes in CSS pixels. The gutter holds the names of the lanes, the axis stands above them.
const GUTTER = 130, AXIS = 40, MARK = 7, OVERVIEW = 46, BAR = 13;
// More arrows than about this are not seen as arrows any more: then one stands for its neighbours.
const ARROWS_MAX = 1500, CROWD = 500;
// More marks than this in a lane are dots without a text.
const CAPTIONS_MAX = 120;
// What is kept when marks would lie on top of each other, most important last.
const RANKS = ["PERSIST", "APPLY", "NET", "LOG", "TERM", "COMMIT", "TIMER", "VOTE", "SNAP", "CLIENT", "SHARD", "CRASH", "LEADER", "TEST"];
const HUES = { TIMER: "#8a6d00", VOTE: "#8e44c9", LEADER: "#d2342b", TERM: "#a0718f", LOG: "#2d7dd2", COMMIT: "#1f8a4c", APPLY: "#63a583",
  PERSIST: "#9aa3ad", SNAP: "#0b8f8f", NET: "#5b6470", CRASH: "#23272d", CLIENT: "#c26a00", SHARD: "#0b8f8f", TEST: "#b0007a" };
const [FONT, FONT_SMALL, FONT_TINY] = [12, 11, 9].map((size) => `${size}px system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif`);
const MINOR = RANKS.indexOf("TIMER");
const hue = (topic) => HUES[topic] ?? "#5b6470";
const rank = data.topics.map((topic) => RANKS.indexOf(topic));
let colours = {};
// What can be pointed at, as drawn last.
let marksDrawn = [], arrowsDrawn = [], barsDrawn = [];

const x = (position) => GUTTER + (position - view.left) * view.scale;
const middle = (lane) => laneTop[lane] + laneHeight[lane] / 2;
const isVisible = (lane) => lane >= 0 && laneShown[lane];
// Terms that follow each other look different.
const termColour = (term, alpha = 1) => `hsla(${(term * 137.508 + 200) % 360}, 62%, ${colours.dark ? 42 : 74}%, ${alpha})`;

function layLanes() {
  const count = laneShown.filter(Boolean).length || 1;
  const tall = Math.max(30, Math.min(120, Math.floor(580 / count)));
  let top = AXIS, group = null;
  data.lanes.forEach((lane, at) => {
    if (laneShown[at] && group !== null && lane.group !== group) top += 12;
    if (laneShown[at]) group = lane.group;
    laneTop[at] = top;
    laneHeight[at] = !laneShown[at] ? 0 : lane.kind === "clients" ? Math.max(34, rows * 11 + 14) : lane.kind === "shards" ? 26 : tall;
    top += laneHeight[at];
  });
  view.height = top + 8;
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["panel", "ink", "soft", "line", "stripe", "request", "reply", "vote", "snapshot", "lost", "down", "client"];
  colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  colours.dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function sized(target, width, tall) {
  const ratio = window.devicePixelRatio || 1;
  target.width = Math.round(width * ratio);
  target.height = Math.round(tall * ratio);
  target.style.width = `${width}px`;
  target.style.height = `${tall}px`;
  const pen = target.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = FONT;
  pen.textBaseline = "middle";
  return pen;
}

let waiting = false;
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

function draw() {
  const begin = performance.now();
  const pen = sized(canvas, view.width, view.height);
  const range = { from: view.left, to: view.left + (view.width - GUTTER) / view.scale };
  pen.save();
  pen.beginPath();
  pen.rect(GUTTER, 0, view.width - GUTTER, view.height);
  pen.clip();
  drawLanes(pen);
  drawAxis(pen, range);
  const list = visibleMessages(range), isCrowded = list.length > CROWD;
  // In a crowd, who leads matters more than where each arrow ends.
  if (!isCrowded) drawSpans(pen, range);
  const arrows = drawMessages(pen, list, isCrowded ? 0.28 : 1);
  if (isCrowded) drawSpans(pen, range);
  drawOperations(pen, range);
  const marks = drawMarks(pen, range);
  drawWhole(pen, range);
  drawCursor(pen);
  pen.restore();
  drawGutter(pen);
  drawOverview(range);
  report(arrows, marks, performance.now() - begin);
}

// The status line is honest about what is left out; the test reads the same numbers.
function report(arrows, marks, milliseconds) {
  const said = (what, { drawn, visible }) => `${drawn.toLocaleString("en")} of ${visible.toLocaleString("en")} ${what}`;
  const thin = arrows.drawn < arrows.visible || marks.drawn < marks.visible ? " · zoom in for the rest" : "";
  element("status").textContent = `${said("messages", arrows)} and ${said("events", marks)} drawn in ${milliseconds.toFixed(1)} ms${thin}`;
  Object.assign(document.body.dataset, { messages: arrows.drawn, messagesVisible: arrows.visible, marks: marks.drawn,
    marksVisible: marks.visible, ms: milliseconds.toFixed(1) });
}

function drawLanes(pen) {
  pen.fillStyle = colours.panel;
  pen.fillRect(0, 0, view.width, view.height);
  data.lanes.forEach((lane, at) => {
    if (!laneShown[at]) return;
    pen.fillStyle = colours.stripe;
    pen.fillRect(GUTTER, laneTop[at] + 2, view.width, laneHeight[at] - 4);
    pen.fillStyle = colours.line;
    if (lane.kind === "server") pen.fillRect(GUTTER, middle(at) - 0.5, view.width, 1);
  });
}

function tickStep() {
  const wanted = 110 / view.scale;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted);
}

function drawAxis(pen, range) {
  const step = tickStep(), digits = Math.max(0, Math.min(6, 6 - Math.floor(Math.log10(view.fold ? 1000 : step) + 1e-9)));
  pen.textAlign = "left";
  for (let tick = Math.ceil(range.from / step) * step; tick <= range.to; tick += step) {
    pen.fillStyle = colours.line;
    pen.fillRect(Math.round(x(tick)), 18, 1, view.height);
    pen.fillStyle = colours.soft;
    pen.fillText(seconds(timeAt(tick), digits), x(tick) + 4, 9);
  }
}

function drawSpans(pen, range) {
  for (const span of spans) {
    const [from, to] = [place(span.from), span.to === null ? last() : place(span.to)];
    if (to < range.from || from > range.to || !laneShown[span.lane]) continue;
    const left = Math.max(GUTTER - 20, x(from)), right = Math.min(view.width + 20, x(to));
    drawSpan[span.kind](pen, span, left, Math.max(1, right - left));
  }
}

const drawSpan = {
  leader(pen, span, left, width) {
    pen.fillStyle = termColour(span.term);
    pen.fillRect(left, middle(span.lane) - BAR / 2, width, BAR);
    if (width > 62) inside(pen, `term ${span.term}`, left + 8, width - 8, middle(span.lane));
  },
  candidate(pen, span, left, width) {
    pen.fillStyle = termColour(span.term, 0.28);
    pen.fillRect(left, middle(span.lane) - BAR / 2, width, BAR);
    pen.strokeStyle = termColour(span.term);
    pen.setLineDash([3, 3]);
    pen.strokeRect(left + 0.5, middle(span.lane) - BAR / 2, width, BAR);
    pen.setLineDash([]);
  },
  down(pen, span, left, width) {
    pen.fillStyle = colours.down;
    pen.fillRect(left, laneTop[span.lane] + 4, width, laneHeight[span.lane] - 8);
    if (width > 70) inside(pen, "crashed", left, width, middle(span.lane));
  },
  cut(pen, span, left, width) {
    pen.strokeStyle = colours.lost;
    pen.setLineDash([5, 4]);
    pen.lineWidth = 1.5;
    pen.strokeRect(left, laneTop[span.lane] + 4, width, laneHeight[span.lane] - 8);
    pen.setLineDash([]);
    pen.lineWidth = 1;
  },
};

// Text at the visible beginning of a bar.
function inside(pen, text, left, width, y) {
  pen.fillStyle = colours.ink;
  pen.textAlign = "left";
  const at = Math.max(left, GUTTER) + 5;
  if (at + pen.measureText(text).width < left + width) pen.fillText(text, at, y + 0.5);
}

function drawOperations(pen, range) {
  barsDrawn = [];
  const lane = data.lanes.findIndex((other) => other.kind === "clients");
  if (!isVisible(lane) || !topicShown[data.topics.indexOf("CLIENT")]) return;
  const busy = new Float64Array(ROWS_MAX).fill(-1);
  operations.forEach((operation, at) => {
    const [from, to] = [place(operation.from), operation.to === null ? last() : place(operation.to)];
    if (to < range.from || from > range.to || x(to) < busy[rowOf[at]]) return;
    const left = Math.max(x(from), GUTTER - 9), width = Math.max(1.5, Math.min(x(to), view.width + 9) - left);
    const top = laneTop[lane] + 7 + rowOf[at] * 11;
    busy[rowOf[at]] = left + width + 0.5;
    pen.fillStyle = colours.client;
    pen.fillRect(left, top, width - 0.7, 9);
    if (width > 60) { pen.font = FONT_TINY; inside(pen, strings[operation.text], left, width, top + 4.5); }
    barsDrawn.push({ left, top, width, operation: at });
  });
  pen.font = FONT;
}

// Of marks that would hide each other, the most important one is drawn. So there are never more than fit on the screen.
function drawMarks(pen, range) {
  marksDrawn = [];
  let visible = 0, drawn = 0;
  data.lanes.forEach((_, lane) => {
    if (!laneShown[lane]) return;
    const chosen = [];
    visible += chooseMarks(lane, range, chosen);
    drawn += chosen.length;
    chosen.forEach((at) => drawMark(pen, at));
    if (chosen.length <= CAPTIONS_MAX && data.lanes[lane].kind !== "clients" && laneHeight[lane] >= 24) drawCaptions(pen, lane, chosen);
  });
  return { drawn, visible };
}

function chooseMarks(lane, range, chosen) {
  const list = shown[lane], column = positions();
  let visible = 0, cell = -1;
  // From afar, only what changes the course of things.
  const isCrowded = list.length * Math.min(1, (range.to - range.from) / last()) > view.width;
  const first = firstNot(list.length, (at) => column[list[at]] < range.from);
  for (let at = first; at < list.length && column[list[at]] <= range.to; at++) {
    const event = list[at];
    if (!topicShown[ev.topic[event]]) continue;
    visible++;
    if (isCrowded && rank[ev.topic[event]] < MINOR) continue;
    const here = Math.floor(x(column[event]) / MARK);
    if (here !== cell) { chosen.push(event); cell = here; }
    else if (rank[ev.topic[event]] >= rank[ev.topic[chosen[chosen.length - 1]]]) chosen[chosen.length - 1] = event;
  }
  return visible;
}

function drawMark(pen, at) {
  const left = x(place(at)), lane = ev.lane[at], y = middle(lane), topic = topicOf(at);
  const isClients = data.lanes[lane].kind === "clients";
  if (!isClients) {
    pen.fillStyle = hue(topic);
    pen.beginPath();
    if (topic === "LEADER") star(pen, left, y, 8); else pen.arc(left, y, topic === "PERSIST" || topic === "APPLY" ? 2.2 : 3.6, 0, 7);
    pen.fill();
    marksDrawn.push({ x: left, y, at });
  }
  if (at === view.selected) ring(pen, left, y);
}

function star(pen, at, y, radius) {
  for (let point = 0; point < 10; point++) {
    const angle = (point * Math.PI) / 5 - Math.PI / 2, reach = point % 2 ? radius * 0.45 : radius;
    pen.lineTo(at + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
}

function ring(pen, at, y) {
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(at, y, 8, 0, 7);
  pen.stroke();
  pen.lineWidth = 1;
}

// The most important marks get their texts first; what finds no room has none until the reader comes nearer.
function drawCaptions(pen, lane, chosen) {
  pen.font = FONT_SMALL;
  pen.textAlign = "left";
  const lines = laneHeight[lane] > 76 ? [-16, -29, 17, 30] : laneHeight[lane] > 44 ? [-14, 15] : [-11];
  const taken = lines.map(() => []);
  const least = chosen.length > CAPTIONS_MAX / 3 ? RANKS.indexOf("SHARD") : 0;
  const worthy = chosen.filter((at) => rank[ev.topic[at]] >= least);
  for (const at of worthy.sort((one, other) => rank[ev.topic[other]] - rank[ev.topic[one]])) {
    const text = strings[ev.label[at]], left = x(place(at)) - 3, right = left + pen.measureText(text).width;
    const row = taken.findIndex((spans) => spans.every(([from, to]) => right + 5 < from || left - 5 > to));
    if (row < 0) continue;
    taken[row].push([left, right]);
    caption(pen, text, left, right, middle(lane) + lines[row], hue(topicOf(at)));
  }
  pen.font = FONT;
}

function caption(pen, text, left, right, y, colour) {
  pen.fillStyle = colours.panel;
  pen.globalAlpha = 0.78;
  pen.fillRect(left - 1, y - 6.5, right - left + 2, 13);
  pen.globalAlpha = 1;
  pen.fillStyle = colour;
  pen.fillText(text, left, y);
}

// What concerns everybody: the test's own words, and partitions.
const whole = Array.from({ length: COUNT }, (_, at) => at).filter((at) => ev.lane[at] < 0 && !isHop[at]);
function drawWhole(pen, range) {
  let [free, latest] = [-Infinity, -Infinity];
  for (const at of whole) {
    const position = place(at);
    if (position < range.from || position > range.to || !topicShown[ev.topic[at]]) continue;
    const failed = at === data.failure, left = x(position);
    if (!failed && left < latest + 2) continue;
    latest = left;
    pen.fillStyle = failed ? colours.lost : hue(topicOf(at));
    pen.fillRect(left - (failed ? 1.5 : 0.5), 20, failed ? 3 : 1, view.height);
    marksDrawn.push({ x: left, y: 28, at });
    if (left < free && !failed) continue;
    const text = strings[ev.label[at]];
    pen.textAlign = "left";
    const wide = pen.measureText(text).width, from = failed ? Math.min(left + 5, view.width - wide - 6) : left + 5;
    pen.fillText(text, from, 28);
    free = from + wide + 12;
  }
}

function drawCursor(pen) {
  if (view.cursor === null) return;
  pen.fillStyle = colours.ink;
  pen.fillRect(Math.round(x(view.cursor)), 0, 1, view.height);
}

const nameOf = ({ kind, name, group }) => (kind === "shards" ? `${group}: shards` : /^\d+$/.test(name) ? `server ${name}` : name);

function drawGutter(pen) {
  pen.fillStyle = colours.panel;
  pen.fillRect(0, 0, GUTTER, view.height);
  let group = null;
  data.lanes.forEach((lane, at) => {
    if (!laneShown[at]) return;
    pen.textAlign = "right";
    pen.fillStyle = colours.ink;
    pen.fillText(nameOf(lane), GUTTER - 10, middle(at));
    if (lane.group !== group && lane.group) {
      pen.fillStyle = colours.soft;
      pen.fillRect(0, laneTop[at] - 6, view.width, 1);
    }
    group = lane.group;
  });
}

// The whole run: who led when, where the events are, and the part that is shown above.
function drawOverview(range) {
  const pen = sized(overview, view.width, OVERVIEW), wide = view.width - GUTTER, all = last();
  const at = (position) => GUTTER + (position / all) * wide;
  const servers = data.lanes.map((lane, index) => index).filter((index) => data.lanes[index].kind === "server");
  const tall = (OVERVIEW - 8) / Math.max(1, servers.length);
  for (const span of spans) {
    if (span.kind === "candidate" || span.kind === "cut") continue;
    const [from, to] = [place(span.from), span.to === null ? all : place(span.to)];
    pen.fillStyle = span.kind === "leader" ? termColour(span.term) : colours.down;
    pen.fillRect(at(from), 4 + servers.indexOf(span.lane) * tall, Math.max(1, at(to) - at(from)), Math.max(1, tall - 1));
  }
  if (data.failure !== null) { pen.fillStyle = colours.lost; pen.fillRect(at(place(data.failure)) - 1.5, 0, 3, OVERVIEW); }
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1.5;
  const left = Math.max(GUTTER, at(range.from));
  pen.strokeRect(left, 1, Math.max(3, Math.min(view.width - 1, at(range.to)) - left), OVERVIEW - 2);
  pen.fillStyle = colours.soft;
  pen.textAlign = "right";
  pen.fillText("whole run", GUTTER - 10, OVERVIEW / 2);
}
