// Messages are long where they are slow: all are looked at, which takes a millisecond, and only visible ones are drawn.
function visibleMessages(range) {
  const net = data.topics.indexOf("NET"), found = [];
  if (!topicShown[net]) return found;
  for (let m = 0; m < messages.send.length; m++) {
    if (place(messages.send[m]) > range.to) break;
    const final = Math.max(messages.send[m], messages.deliver[m], messages.reply[m], messages.back[m], messages.lost[m]);
    if (place(final) < range.from || !isVisible(messages.to[m])) continue;
    if (messages.from[m] >= 0 && !isVisible(messages.from[m])) continue;
    found.push(m);
  }
  return found;
}

function drawMessages(pen, visible, alpha) {
  arrowsDrawn = [];
  const latest = new Map();
  const pairs = Math.max(1, data.lanes.length * 3);
  // One arrow per pair of lanes and so many pixels, if there are too many.
  const bucket = visible.length > ARROWS_MAX ? Math.max(4, (view.width * pairs) / ARROWS_MAX) : 0;
  let drawn = 0;
  for (const m of visible) {
    const kind = (messages.from[m] + 1) * 4096 + messages.to[m] * 2 + (messages.lost[m] >= 0 ? 1 : 0), at = x(place(messages.send[m]));
    if (bucket && at < (latest.get(kind) ?? -Infinity) + bucket) continue;
    latest.set(kind, at);
    drawMessage(pen, m, alpha);
    drawn++;
  }
  return { drawn, visible: visible.length };
}

function messageColour(m) {
  const method = strings[messages.method[m]];
  if (method.includes("vote")) return colours.vote;
  if (/snapshot|pull|delete/.test(method)) return colours.snapshot;
  return colours.request;
}

function drawMessage(pen, m, alpha) {
  const [deliver, reply, back, lost] = [messages.deliver[m], messages.reply[m], messages.back[m], messages.lost[m]];
  const to = middle(messages.to[m]);
  // Nobody said who sent it: it comes from the edge of the lane.
  const from = messages.from[m] >= 0 ? middle(messages.from[m]) : laneTop[messages.to[m]];
  const colour = messageColour(m), chosen = view.selectedMessage === m;
  pen.globalAlpha = chosen ? 1 : alpha;
  const draws = (style, x0, y0, x1, y1, isLost) => arrow(pen, { style, x0, y0, x1, y1, isLost, m, width: chosen ? 2.6 : 1.2 });
  const sent = x(place(messages.send[m]));
  if (deliver >= 0) draws(colour, sent, from, x(place(deliver)), to, false);
  else if (lost >= 0) drawLostRequest(draws, colour, m, sent, from, to);
  if (reply >= 0 && back >= 0) draws(replyColour(m), x(place(reply)), to, x(place(back)), from, false);
  else if (lost >= 0 && deliver >= 0) {
    const left = x(place(reply >= 0 ? reply : lost));
    draws(replyColour(m), left, to, Math.max(left + 5, Math.min(x(place(lost)), left + 40)), to + (from - to) * 0.4, true);
  }
  pen.globalAlpha = 1;
}

const replyColour = (m) => (strings[messages.method[m]].includes("vote") ? colours.vote : colours.reply);

// What cannot be delivered is lost at once, even if its sender learns of it seconds later.
function drawLostRequest(draws, colour, m, sent, from, to) {
  const undeliverable = strings[messages.why[m]] === "undeliverable";
  const gone = undeliverable ? sent + 14 : Math.max(sent + 5, x(place(messages.lost[m])));
  draws(colour, sent, from, gone, from + (to - from) * (undeliverable ? 0.35 : 0.55), true);
}

function arrow(pen, line) {
  const { x0, y0, x1, y1 } = line;
  arrowsDrawn.push(line);
  pen.strokeStyle = line.style;
  pen.lineWidth = line.width;
  if (line.isLost) pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.setLineDash([]);
  if (line.isLost) cross(pen, x1, y1); else head(pen, line);
  pen.lineWidth = 1;
}

function head(pen, { x0, y0, x1, y1, style }) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  pen.fillStyle = style;
  pen.beginPath();
  pen.moveTo(x1, y1);
  for (const side of [-0.38, 0.38]) pen.lineTo(x1 - 8 * Math.cos(angle + side), y1 - 8 * Math.sin(angle + side));
  pen.fill();
}

function cross(pen, at, y) {
  pen.strokeStyle = colours.lost;
  pen.lineWidth = 1.8;
  pen.beginPath();
  for (const side of [-1, 1]) { pen.moveTo(at - 4, y - 4 * side); pen.lineTo(at + 4, y + 4 * side); }
  pen.stroke();
}
