// The panel beside the diagram: what happened, and what every server knew at that moment.

// The last event that tells a server's state, not after `position`.
function stateAt(lane, position) {
  const list = stated[lane], column = positions();
  const next = firstNot(list.length, (at) => column[list[at]] <= position);
  return next ? data.states[ev.state[list[next - 1]]] : null;
}

function lasting(kind, lane, position) {
  return spans.some((span) => span.kind === kind && span.lane === lane && place(span.from) <= position &&
    (span.to === null || place(span.to) > position));
}

function cell(row, text, name) {
  const result = row.insertCell();
  result.textContent = text;
  if (name) result.className = name;
  return result;
}

function showState() {
  const position = view.cursor;
  const time = view.selected === null ? timeAt(position) : ev.t[view.selected];
  element("moment").textContent = position === null ? "At the end (click for another moment)" : `At ${seconds(time)}`;
  element("what").replaceChildren(...describe());
  const body = element("all");
  body.replaceChildren();
  data.lanes.forEach((lane, at) => {
    if (lane.kind === "server") fillRow(body.insertRow(), lane, at, position ?? last());
  });
}

function fillRow(row, lane, at, position) {
  const state = stateAt(at, position), isDown = lasting("down", at, position);
  const faults = [isDown && "crashed", lasting("cut", at, position) && "cut off"].filter(Boolean);
  row.classList.toggle("chosen", view.selected !== null && ev.lane[view.selected] === at);
  cell(row, lane.name);
  const role = cell(row, [!isDown && state ? strings[state[1]] : "", ...faults].filter(Boolean).join(", ") || "-");
  if (!isDown && state && strings[state[1]] === "leader") role.style.background = termColour(state[0]);
  const [term, , vote, commit, log] = state ?? ["-", 0, -1, "-", null];
  [term, vote < 0 ? "-" : vote, commit].forEach((text) => cell(row, String(text)));
  cell(row, log === null ? "-" : strings[log] || "empty", "log");
}

function line(name, text) {
  const result = document.createElement(name);
  result.textContent = text;
  return result;
}

// A message in words, station by station.
function messageLines(m) {
  const name = (lane) => (lane >= 0 ? data.lanes[lane].name : "?");
  const stations = [["sent", messages.send], ["delivered", messages.deliver], ["answered", messages.reply], ["returned", messages.back],
    [`LOST (${strings[messages.why[m]]}); told to the caller`, messages.lost]];
  const told = stations.filter(([, column]) => column[m] >= 0).map(([word, column]) => `${word} at ${seconds(ev.t[column[m]])}`);
  return [`${name(messages.from[m])} → ${name(messages.to[m])}: ${strings[messages.method[m]]}`, `${messages.bytes[m]} bytes`, ...told];
}

function eventLines(at) {
  const lane = ev.lane[at] >= 0 ? `${data.lanes[ev.lane[at]].name}: ` : "";
  const detail = strings[ev.detail[at]].split("\n").filter(Boolean);
  const source = `${seconds(ev.t[at])} · ${topicOf(at)} · ${strings[ev.name[at]]} · line ${ev.line[at]}`;
  return [`${lane}${strings[ev.label[at]]}`, source, ...detail];
}

function operationLines(index) {
  const operation = operations[index];
  const ended = operation.to === null ? "not answered" : `answered at ${seconds(ev.t[operation.to])}`;
  const output = operation.to === null ? [] : strings[ev.detail[operation.to]].split("\n").filter((text) => text.startsWith("output"));
  return [`${strings[operation.client]}: ${strings[operation.text]}`, `called at ${seconds(ev.t[operation.from])}, ${ended}`,
    ...strings[ev.detail[operation.from]].split("\n").filter((text) => text.startsWith("value")), ...output];
}

function describe() {
  const message = view.selectedMessage === null ? [] : messageLines(view.selectedMessage);
  const lines = view.selected === null ? message : eventLines(view.selected);
  return lines.map((text, index) => line(index ? "div" : "b", text));
}
