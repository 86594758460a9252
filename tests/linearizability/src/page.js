"use strict";
// Whatever goes wrong is shown on the page itself, for readers without a console and for the test.
window.addEventListener("error", (event) => {
  document.getElementById("errors").textContent += `${event.message} (line ${event.lineno})\n`;
});

const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const [chart, lanes, overview, tip] = ["chart", "lanes", "overview", "tip"].map(element);

// Sizes in CSS pixels. The gutter holds the names of the lanes, the axis stands above them.
const GUTTER = 92, AXIS = 26, LANE = 43, BOX = 24, OVERVIEW = 44, SCALE_MAX = 240, MARGIN = 1.5;
const clients = [...new Set(data.operations.map((op) => op.client))].sort((a, b) => a - b);
const laneOf = new Map(clients.map((client, lane) => [client, lane]));
const tracks = layTracks(data.annotations);
const annotationRows = data.annotations.length ? 1 + Math.max(...tracks) : 0;
const LANES_TOP = AXIS + (annotationRows ? annotationRows * 24 + 16 : 8);
const height = LANES_TOP + clients.length * LANE + 6;
const end = data.stamps.length;
const ALL = data.parts.length;

// `left` is the axis position at the gutter's edge, `scale` the pixels per unit. `part` may be ALL.
const view = { left: 0, scale: 1, width: 0, part: 0, order: 0 };
let colours = {};
// For every operation: where it takes effect in the order drawn, or undefined.
let placed = new Map();

// Annotations that overlap get rows of their own; one that is a moment needs room for its text.
function layTracks(annotations) {
  const ends = [];
  return annotations.map((mark) => {
    const row = ends.findIndex((last) => last < mark.from);
    const track = row < 0 ? ends.length : row;
    ends[track] = mark.to ?? mark.from + 4;
    return track;
  });
}

const x = (position) => GUTTER + (position - view.left) * view.scale;
const laneTop = (client) => LANES_TOP + laneOf.get(client) * LANE + (LANE - BOX) / 2;
const isDrawn = (op) => view.part === ALL || op.part === view.part;
const drawnOrders = () =>
  view.part === ALL ? data.parts.map((part) => part.orders[0]) : [data.parts[view.part]?.orders[view.order]].filter(Boolean);

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["panel", "ink", "soft", "line", "stripe", "placed", "placed-edge", "unplaced", "unplaced-edge", "bad", "bad-edge",
    "later", "later-edge", "other", "other-edge", "point", "partition", "crash", "restart", "leader", "note"];
  colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

function sized(canvas, width, tall) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(tall * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${tall}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = '12px system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif';
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
  const pen = sized(lanes, view.width, height);
  pen.save();
  pen.beginPath();
  pen.rect(GUTTER, 0, view.width - GUTTER, height);
  pen.clip();
  drawStripes(pen);
  drawAxis(pen);
  drawAnnotations(pen);
  data.operations.forEach((op, index) => { if (!isDrawn(op)) drawBox(pen, op, index); });
  data.operations.forEach((op, index) => { if (isDrawn(op)) drawBox(pen, op, index); });
  drawnOrders().forEach((order) => drawOrder(pen, order));
  pen.restore();
  drawNames(pen);
  drawOverview();
  placeMarker();
}

function drawStripes(pen) {
  pen.fillStyle = colours.stripe;
  for (let lane = 0; lane < clients.length; lane += 2) pen.fillRect(GUTTER, LANES_TOP + lane * LANE, view.width, LANE);
}

// Ticks at round positions, at least 90 pixels apart, labelled with the stamp that stands there.
function drawAxis(pen) {
  const least = 90 / view.scale;
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least));
  pen.fillStyle = colours.soft;
  pen.strokeStyle = colours.line;
  pen.textAlign = "center";
  for (let at = Math.max(0, Math.ceil(view.left / step) * step); at < end && x(at) < view.width; at += step) {
    pen.beginPath();
    pen.moveTo(x(at), AXIS - 5);
    pen.lineTo(x(at), height);
    pen.stroke();
    pen.fillText(data.stamps[at], x(at), AXIS / 2);
  }
}

function annotationBox(mark, index) {
  const from = x(mark.from);
  const to = mark.to === null ? from + 6 : Math.max(x(mark.to), from + 6);
  return { from, to, top: AXIS + 4 + tracks[index] * 24 };
}

function drawAnnotations(pen) {
  data.annotations.forEach((mark, index) => {
    const { from, to, top } = annotationBox(mark, index);
    if (to < GUTTER - 300 || from > view.width) return;
    pen.globalAlpha = 0.1;
    pen.fillStyle = colours[mark.kind];
    pen.fillRect(from, top + 20, mark.to === null ? 1.5 : to - from, height);
    pen.globalAlpha = 1;
    rounded(pen, from, top, to - from, 20, colours[mark.kind], null);
    drawAnnotationText(pen, mark, index);
  });
}

// Inside its bar where there is room, else after it, up to the next annotation of the row.
function drawAnnotationText(pen, mark, index) {
  const { from, to, top } = annotationBox(mark, index), start = Math.max(from, GUTTER) + 6;
  const inside = mark.to !== null && to - start > pen.measureText(mark.text).width + 6;
  const followers = data.annotations.filter((other, at) => tracks[at] === tracks[index] && other.from > mark.from);
  const limit = inside ? to : Math.min(view.width, ...followers.map((other) => x(other.from) - 4));
  pen.save();
  pen.beginPath();
  pen.rect(GUTTER, top, Math.max(limit - GUTTER, 0), 20);
  pen.clip();
  pen.textAlign = "left";
  pen.fillStyle = inside ? colours.panel : colours[mark.kind];
  pen.fillText(mark.text, inside ? start : to + 5, top + 10.5);
  pen.restore();
}

function pointOf(index) {
  const { drawn, at } = placed.get(index);
  return drawn.points[at];
}

function kindOf(op, index) {
  if (!isDrawn(op)) return "other";
  if (placed.has(index)) return "placed";
  const bad = data.parts[op.part].first_bad;
  if (bad === index) return "bad";
  // What was called after the bad answer, or in a part that was not decided, is no suspect.
  return bad === null || op.from > data.operations[bad].to ? "later" : "unplaced";
}

function drawBox(pen, op, index) {
  const from = x(op.from), to = Math.max(x(op.to), from + 1.5);
  if (to < GUTTER || from > view.width) return;
  const kind = kindOf(op, index), top = laneTop(op.client), edge = colours[`${kind}-edge`];
  if (to - from < 4) {
    pen.fillStyle = edge;
    pen.fillRect(from, top, to - from, BOX);
    return;
  }
  pen.setLineDash(op.pending ? [4, 3] : []);
  rounded(pen, from, top, to - from, BOX, colours[kind], edge);
  pen.setLineDash([]);
  const start = Math.max(from, GUTTER) + 7, point = placed.has(index) ? x(pointOf(index)) + 6 : 0;
  drawLabel(pen, op.text, point < start + 40 ? Math.max(start, point) : start, Math.min(to, view.width) - 5, top, kind);
}

function drawLabel(pen, text, from, to, top, kind) {
  if (to - from < 26) return;
  pen.save();
  pen.beginPath();
  pen.rect(from, top, to - from, BOX);
  pen.clip();
  pen.textAlign = "left";
  pen.fillStyle = kind === "other" || kind === "later" ? colours.soft : colours.ink;
  pen.fillText(text, from, top + BOX / 2 + 0.5);
  pen.restore();
}

function rounded(pen, left, top, width, tall, fill, stroke) {
  pen.beginPath();
  pen.roundRect(left, top, width, tall, Math.min(5, width / 2));
  pen.fillStyle = fill;
  pen.fill();
  if (!stroke) return;
  pen.strokeStyle = stroke;
  pen.lineWidth = 1;
  pen.stroke();
}

function drawOrder(pen, order) {
  const middle = (at) => laneTop(data.operations[order.operations[at]].client) + BOX / 2;
  pen.strokeStyle = pen.fillStyle = colours.point;
  pen.lineJoin = "round";
  pen.globalAlpha = 0.45;
  pen.lineWidth = 1.25;
  pen.beginPath();
  order.points.forEach((point, at) => {
    // Only what is near the window: one point on either side carries the line out of it.
    const near = x(order.points[at + 1] ?? point) >= GUTTER - 9 && x(order.points[at - 1] ?? point) <= view.width + 9;
    if (near) pen[at && x(point) >= GUTTER - 9 ? "lineTo" : "moveTo"](x(point), middle(at));
  });
  pen.stroke();
  pen.globalAlpha = 1;
  const thick = view.scale > 4 ? 3 : 1;
  order.points.forEach((point, at) => {
    if (x(point) >= GUTTER && x(point) <= view.width) pen.fillRect(x(point) - thick / 2, middle(at) - BOX / 2, thick, BOX);
  });
}

function drawNames(pen) {
  pen.strokeStyle = colours.line;
  pen.beginPath();
  pen.moveTo(GUTTER, 0);
  pen.lineTo(GUTTER, height);
  pen.stroke();
  pen.textAlign = "left";
  pen.fillStyle = colours.soft;
  pen.fillText("stamp", 14, AXIS / 2);
  if (annotationRows) pen.fillText("events", 14, AXIS + 14);
  pen.fillStyle = colours.ink;
  clients.forEach((client, lane) => pen.fillText(`client ${client}`, 14, LANES_TOP + (lane + 0.5) * LANE));
}

const overviewX = (position) => (position / Math.max(end, 1)) * view.width;

function drawOverview() {
  const pen = sized(overview, view.width, OVERVIEW);
  const row = (OVERVIEW - 8) / Math.max(clients.length, 1);
  data.operations.forEach((op, index) => {
    const kind = kindOf(op, index), tall = kind === "bad" ? OVERVIEW : Math.max(row - 1, 1);
    pen.fillStyle = colours[`${kind}-edge`];
    const top = kind === "bad" ? 0 : 4 + laneOf.get(op.client) * row;
    pen.fillRect(overviewX(op.from), top, kind === "bad" ? 3 : Math.max(overviewX(op.to) - overviewX(op.from), 1), tall);
  });
  const shown = (view.width - GUTTER) / view.scale;
  pen.fillStyle = pen.strokeStyle = colours.point;
  pen.globalAlpha = 0.13;
  pen.fillRect(overviewX(view.left), 0, overviewX(shown), OVERVIEW);
  pen.globalAlpha = 1;
  pen.strokeRect(overviewX(view.left) + 0.5, 0.5, overviewX(shown) - 1, OVERVIEW - 1);
}

// The mark is an element, not paint: it can be found by name, and read aloud.
function makeMarker() {
  if (data.first_bad === null) return;
  const op = data.operations[data.first_bad], marker = document.createElement("div"), label = document.createElement("span");
  marker.id = "first-bad";
  marker.dataset.operation = data.first_bad;
  marker.setAttribute("aria-label", `cannot be placed: client ${op.client}, ${op.text}`);
  label.textContent = "cannot be placed";
  marker.append(label);
  element("overlay").append(marker);
}

function placeMarker() {
  const marker = element("first-bad");
  if (!marker) return;
  const op = data.operations[data.first_bad], from = Math.max(x(op.from), GUTTER - 12), to = Math.max(x(op.to), x(op.from) + 3);
  marker.hidden = to < GUTTER || x(op.from) > view.width;
  marker.style.left = `${from - 3}px`;
  marker.style.top = `${laneTop(op.client) - 3}px`;
  marker.style.width = `${to - from + 6}px`;
  marker.style.height = `${BOX + 6}px`;
}

const limited = (scale) => Math.min(Math.max(scale, (view.width - GUTTER) / (end + 2 * MARGIN)), SCALE_MAX);

function clampView() {
  const room = view.width - GUTTER;
  view.scale = limited(view.scale);
  view.left = Math.min(Math.max(view.left, -MARGIN), Math.max(end + MARGIN - room / view.scale, -MARGIN));
  redraw();
}

// The position under the pointer stays under it.
function zoom(factor, at = GUTTER + (view.width - GUTTER) / 2) {
  const position = view.left + (at - GUTTER) / view.scale;
  view.scale = limited(view.scale * factor);
  view.left = position - (at - GUTTER) / view.scale;
  clampView();
}

function move(pixels) {
  view.left += pixels / view.scale;
  clampView();
}

function fit() {
  view.scale = 0;
  view.left = -MARGIN;
  clampView();
}

function showBad() {
  const op = data.operations[data.first_bad], room = view.width - GUTTER;
  choosePart(op.part);
  view.scale = Math.min(room / Math.max(3 * (op.to - op.from), Math.min(end + 2 * MARGIN, 60)), SCALE_MAX);
  view.left = (op.from + op.to) / 2 - room / view.scale / 2;
  clampView();
}

const keyOf = (part) => (part.key === null ? "all operations" : `key ${part.key}`);
const option = (text, value) => Object.assign(document.createElement("option"), { textContent: text, value });

function fillParts() {
  const describe = (part) => `${keyOf(part)}: ${part.verdict}, ${part.size} operations`;
  data.parts.forEach((part, index) => element("part").append(option(describe(part), index)));
  if (ALL > 1) element("part").append(option(`all ${ALL} parts`, ALL));
}

function choosePart(part) {
  view.part = part;
  element("part").value = part;
  const orders = part === ALL ? [] : data.parts[part]?.orders ?? [];
  const describe = (order, at) => `${at ? `alternative ${at}` : "best"}: ${order.operations.length} placed`;
  element("order").replaceChildren(...orders.map((order, at) => option(describe(order, at), at)));
  element("order").disabled = orders.length < 2;
  chooseOrder(0);
}

function chooseOrder(order) {
  view.order = order;
  placed = new Map();
  drawnOrders().forEach((drawn) => drawn.operations.forEach((op, at) => placed.set(op, { drawn, at })));
  redraw();
}
