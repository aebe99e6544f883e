// Two clouds in three classes, four ways to adapt, and a dial for the label shares.
import { choice, element, fill, follow, frame, number, put, shape, slider, status } from "../runtime/controls.js";

const [SIZE, SPAN] = [440, 5.5]; // of the drawing, in its own units; SPAN to each side of 0
const KINDS = ["circles", "squares", "triangles"];
const place = ([x, y]) => [((x + SPAN) * SIZE) / (2 * SPAN), ((SPAN - y) * SIZE) / (2 * SPAN)];

const STYLE = `
.ac-drawing { max-width: 27.5rem; margin-inline: auto; display: block; overflow: hidden; }
.ac-circles { fill: var(--live-blue); stroke: var(--live-blue); }
.ac-squares { fill: var(--live-red); stroke: var(--live-red); }
.ac-triangles { fill: var(--live-green); stroke: var(--live-green); }
.ac-source { fill: none; opacity: 0.45; stroke-width: 1.5; }
.ac-border { stroke: var(--live-ink); stroke-width: 2; stroke-dasharray: 8 5; }
.ac-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.ac-key span { display: inline-flex; align-items: center; gap: 0.5rem; }
.ac-key svg { width: 1.5rem; height: 1rem; flex: none; }`;

function render({ model, el }) {
  const words = model.get("words");
  const table = model.get("table");
  const clouds = model.get("clouds");
  frame(model, el);
  const way = choice({
    label: words.way, options: ["none", "statistics", "coral", "mmd"].map((name) => [name, words[name]]),
    onChange: (value) => put(model, { way: value }),
  });
  const percent = (share) => `${number(100 * share, 0)}%`;
  const dial = slider({
    label: words.dial, min: 0, max: table.length - 1, step: 1, say: (stop) => percent(table[stop].shares[0]),
    onInput: (value) => put(model, { stop: value }),
  });
  const target = shape("g");
  const picture = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "live-drawing ac-drawing", role: "img" },
    borders(clouds.means), marks(clouds.source, () => true, "ac-source"), target);
  const key = element("p", { class: "live-quiet ac-key" },
    KINDS.map((kind) => element("span", {}, swatch(mark(kind, [12, 8])), words[kind])),
    element("span", {}, swatch(mark("circles", [12, 8], "ac-source")), words.source),
    element("span", {}, swatch(shape("line", { class: "ac-border", x1: 1, x2: 23, y1: 8, y2: 8 })), words.border));
  const line = status();
  el.append(element("style", {}, STYLE), way.node, dial.node, picture, key, line.node);

  return follow(model, ["way", "stop"], () => {
    const row = table[model.get("stop")];
    const name = model.get("way");
    const [a, b, c, d, e, f] = row[name].map;
    way.show(name);
    dial.show(model.get("stop"));
    const each = clouds.target.length / 3;
    const moved = clouds.target.map(([x, y]) => [a * x + b * y + e, c * x + d * y + f]);
    target.replaceChildren(marks(moved, (i) => i % each < row.shown[Math.floor(i / each)], ""));
    const [right, none, exact] = [name, "none", "exact"].map((one) => number(100 * row[one].right, 1));
    const [circles, squares, triangles] = row.shares.map((share) => number(100 * share, 0));
    picture.setAttribute("aria-label", fill(words.drawing, { way: words[name], circles, squares, triangles, right }));
    line.say(fill(words.said, { right, none, exact, shares: row.shares.map(percent).join(", ") }));
  });
}

/** The points that are taken; a third of them belongs to each class, in order. */
function marks(points, taken, more) {
  const each = points.length / 3;
  return shape("g", {}, points.flatMap((point, i) =>
    taken(i) ? [mark(KINDS[Math.floor(i / each)], place(point), more)] : []));
}

function mark(kind, [x, y], more = "") {
  const look = { class: `ac-${kind} ${more}` };
  if (kind === "circles") return shape("circle", { ...look, cx: x, cy: y, r: 4.5 });
  if (kind === "squares") return shape("rect", { ...look, x: x - 4, y: y - 4, width: 8, height: 8 });
  return shape("path", { ...look, d: `M${x} ${y - 5.5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z` });
}

/** Half-way between two of three corners around 0: away from the third. */
function borders(means) {
  const [x0, y0] = place([0, 0]);
  return shape("g", {}, means.map(([x, y]) => {
    const [x1, y1] = place([-4 * x, -4 * y]);
    return shape("line", { class: "ac-border", x1: x0, y1: y0, x2: x1, y2: y1 });
  }));
}

const swatch = (drawn) => shape("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" }, drawn);

export default { render };
