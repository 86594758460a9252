"use strict";
// Whatever goes wrong is shown on the page itself, for readers without a console and for the test.
window.addEventListener("error", (event) => {
  document.getElementById("errors").textContent += `${event.message} (line ${event.lineno})\n`;
});

const element = (id) => document.getElementById(id);
const data = JSON.parse(element("data").textContent);
const { strings, messages, spans, operations } = data;
const COUNT = data.events.t.length;
// Pauses longer than this (in microseconds) are drawn as long as this, if quiet time is folded.
const FOLD = 5000;
// The virtual clock ticks in milliseconds. What happens in one tick is spread over it, in its order.
const TICK = 1000;

const ev = {
  t: sums(data.events.t), line: sums(data.events.line),
  topic: Uint16Array.from(data.events.topic), lane: Int16Array.from(data.events.lane),
  state: Int32Array.from(data.events.state), name: data.events.name, label: data.events.label, detail: data.events.detail,
};
const plain = spread(ev.t);
const folded = foldPauses(plain);
const end = { plain: (plain[COUNT - 1] ?? 0) + TICK, folded: (folded[COUNT - 1] ?? 0) + TICK };
const isHop = hops();
const stated = eventsByLane((at) => ev.state[at] >= 0);
const shown = eventsByLane((at) => !isHop[at]);

// Columns hold differences, because those are short.
function sums(differences) {
  const column = new Float64Array(differences.length);
  let sum = 0;
  differences.forEach((difference, at) => { column[at] = sum += difference; });
  return column;
}

function spread(times) {
  const positions = Float64Array.from(times);
  for (let first = 0, next; first < times.length; first = next) {
    for (next = first + 1; next < times.length && times[next] === times[first];) next++;
    const room = Math.min(TICK, next < times.length ? times[next] - times[first] : TICK);
    for (let at = first; at < next; at++) positions[at] += ((at - first) * room) / (next - first);
  }
  return positions;
}

function foldPauses(positions) {
  const result = new Float64Array(positions.length);
  for (let at = 1; at < positions.length; at++) {
    result[at] = result[at - 1] + Math.min(FOLD, positions[at] - positions[at - 1]);
  }
  return result;
}

// The first of `count` sorted places that is not before what is looked for.
function firstNot(count, isBefore) {
  let [low, high] = [0, count];
  while (low < high) {
    const half = (low + high) >> 1;
    if (isBefore(half)) low = half + 1; else high = half;
  }
  return low;
}
const lower = (column, value) => firstNot(column.length, (at) => column[at] < value);

// Events that are the end of an arrow have no mark of their own.
function hops() {
  const result = new Uint8Array(COUNT);
  for (const column of [messages.send, messages.deliver, messages.reply, messages.back, messages.lost]) {
    for (const at of column) if (at >= 0) result[at] = 1;
  }
  const net = data.topics.indexOf("NET");
  // Hops of a message whose beginning is missing have nowhere to stand.
  for (let at = 0; at < COUNT; at++) {
    if (ev.topic[at] === net && ev.lane[at] < 0 && strings[ev.name[at]] !== "partition") result[at] = 1;
  }
  return result;
}

function eventsByLane(isWanted) {
  const lists = data.lanes.map(() => []);
  for (let at = 0; at < COUNT; at++) if (ev.lane[at] >= 0 && isWanted(at)) lists[ev.lane[at]].push(at);
  return lists;
}

// Operations of clients overlap: each gets the first row that is free. Too many clients share the last one.
const ROWS_MAX = 6;
function operationRows() {
  const until = [];
  return operations.map((operation) => {
    const [from, to] = [plain[operation.from], operation.to === null ? Infinity : plain[operation.to]];
    const free = until.findIndex((last) => last <= from);
    const row = free >= 0 ? free : Math.min(until.length, ROWS_MAX - 1);
    until[row] = to;
    return row;
  });
}
const rowOf = operationRows();
const rows = operations.length ? 1 + rowOf.reduce((most, row) => Math.max(most, row), 0) : 0;

const view = { left: 0, scale: 1, width: 0, height: 0, fold: false, cursor: null, selected: null, selectedMessage: null };
const topicShown = data.topics.map(() => true);
const laneShown = data.lanes.map(() => true);
let laneTop = [], laneHeight = [];

const positions = () => (view.fold ? folded : plain);
const last = () => (view.fold ? end.folded : end.plain);
const place = (at) => positions()[at];
// Between two events, time passes evenly; in a folded pause it passes quickly.
function timeAt(position) {
  const column = positions(), next = lower(column, position);
  if (next === 0) return plain[0] ?? 0;
  if (next === COUNT) return plain[COUNT - 1] + position - column[COUNT - 1];
  const share = (position - column[next - 1]) / (column[next] - column[next - 1] || 1);
  return plain[next - 1] + share * (plain[next] - plain[next - 1]);
}
function placeOfTime(time) {
  const next = lower(plain, time);
  if (next === 0 || next === COUNT) return next === 0 ? 0 : place(COUNT - 1) + time - plain[COUNT - 1];
  const share = (time - plain[next - 1]) / (plain[next] - plain[next - 1] || 1);
  return place(next - 1) + share * (place(next) - place(next - 1));
}
const seconds = (time, digits = 3) => `${(time / 1e6).toFixed(digits)} s`;
const topicOf = (at) => data.topics[ev.topic[at]];
