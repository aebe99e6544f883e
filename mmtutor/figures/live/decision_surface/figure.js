// The decision surface of a chosen ⊕ beside what can be known, with a dial for the question.
import { choice, element, fill, follow, frame, handle, maths, number, prose, put, shape, slider, status } from "../runtime/controls.js";
import { FLAT, NAMES, fit, question, score } from "./fit.js";

const CELLS = 24; // of the drawing, a side
const EDGE = 10; // of a cell
const SIZE = CELLS * EDGE;
const HALF = 180; // degrees from the middle to the border
const place = ([a, b]) => [((a + HALF) * SIZE) / (2 * HALF), ((HALF - b) * SIZE) / (2 * HALF)];
const degrees = (left, top) => [(left * 2 * HALF) / SIZE - HALF, HALF - (top * 2 * HALF) / SIZE];
const radians = (angle) => (angle * Math.PI) / HALF;
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

const STYLE = `
.ds-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem 1.75rem; margin-top: 0.875rem; align-items: start; }
.ds-dials .live-mark { grid-row: 3; white-space: nowrap; }
.ds-dials .live-mark:first-of-type { transform: none; left: 0; text-align: left; }
.ds-dials .live-mark:last-of-type { transform: none; left: 0; justify-self: end; text-align: right; }
.ds-dials .live-mark:first-of-type::before { margin-left: 0.4375rem; }
.ds-dials .live-mark:last-of-type::before { margin-right: 0.4375rem; }
.ds-panels { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; margin: 1rem 0 0.75rem; }
.ds-panels > div > p { margin: 0 0 0.375rem; font: inherit; font-weight: 600; }
.ds-map { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr); }
.ds-map svg { grid-column: 2; grid-row: 2; touch-action: pan-y; }
.ds-up, .ds-along { display: flex; justify-content: space-between; color: var(--live-quiet); font-size: 0.8125rem; line-height: 1; }
.ds-up { flex-direction: column; grid-column: 1; grid-row: 2; }
.ds-along { grid-column: 2; margin-top: 0.375rem; }
.ds-axis { grid-column: 2; color: var(--live-quiet); font-size: 0.875rem; }
.ds-axis:last-child { text-align: right; }
.ds-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.ds-key span { display: inline-flex; align-items: center; gap: 0.5rem; }
.ds-key svg { width: 1.5rem; height: 1rem; flex: none; }
.ds-below { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; margin-top: 1.125rem; align-items: start; }
.ds-equation { font-size: 1.0625rem; margin-bottom: 0.5rem !important; }
.live-figure .ds-table { width: auto; border-collapse: separate; border-spacing: 0.25rem; font: inherit; }
.live-figure .ds-table caption { caption-side: top; padding: 0 0 0.375rem; text-align: left; color: inherit; font-weight: 600; }
.live-figure .ds-table :is(th, td) {
  min-width: 3.75rem; height: 2.25rem; padding: 0 0.375rem; border: 0; border-radius: 0.4375rem;
  text-align: center; vertical-align: middle; font-weight: 400; background: transparent;
}
.live-figure .ds-table td { box-shadow: inset 0 0 0 1px var(--live-line); font-weight: 600; }
.live-figure .ds-table td.ds-never { box-shadow: none; color: var(--live-quiet); font-weight: 400; }
.live-figure .ds-table thead th { color: var(--live-red); }
.live-figure .ds-table tbody th { color: var(--live-blue); }
@container live (min-width: 38rem) {
  .ds-dials { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
  .ds-panels { gap: 1.75rem; }
  .ds-below { grid-template-columns: minmax(0, 1fr) auto; gap: 1.75rem; }
}`;

function render({ model, el }) {
  const words = model.get("words");
  frame(model, el);

  // ------------------------------------------------------------ controls
  const operators = ["concat", "product", "low_rank", "tensor"];
  const operator = choice({
    label: words.choose,
    options: operators.map((name) => [name, words[name]]),
    onChange: (value) => put(model, { operator: value }),
  });
  const asked = slider({
    label: words.question, min: 0, max: NAMES.length - 1, step: 0.1, say: (value) => mixture(value, words),
    onInput: (value) => put(model, { question: value }),
  });
  NAMES.forEach((name, i) => asked.node.append(
    element("span", { class: "live-mark", "aria-hidden": "true", style: `--live-at: ${i / (NAMES.length - 1)}` }, words[name])));
  const rank = slider({
    label: words.rank, min: 1, max: 3, step: 1, say: (value) => String(value),
    onInput: (value) => put(model, { rank: value }),
  });

  const panels = [map(words.truth, false), map(words.answer, true)];
  const key = element("p", { class: "live-quiet ds-key" }, ["yes", "no", "border", "best"].map((name) =>
    element("span", {}, swatch(name), words[`key_${name}`])));
  const equation = element("p", { class: "ds-equation" });
  const remark = element("p", {});
  const here = element("p", { class: "live-quiet", style: "margin-top: 0.5rem" });
  const table = element("table", { class: "ds-table" });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    operator.node,
    element("div", { class: "ds-dials" }, asked.node, rank.node),
    element("div", { class: "ds-panels" }, panels.map((panel) => panel.node)),
    key,
    element("div", { class: "ds-below" }, element("div", {}, equation, remark, here), table),
    line.node,
  );

  /** One of the two maps; that of the answer has a point to move. */
  function map(title, moves) {
    const surface = drawSurface();
    const point = moves && handle({
      mark: dotMark(), name: words.point, at: place, meant: degrees, step: 15, limit: HALF,
      say: ([a, b]) => fill(words.point_at, { a: compass(a, words), b: compass(b, words) }),
      onMove: (value) => put(model, { point: value }),
    });
    const shadow = moves ? null : dotMark();
    surface.node.append(...(moves ? [point.node] : [shadow]));
    const ticks = [words.south, words.west, words.north, words.east, words.south];
    const node = element("div", {}, element("p", {}, title),
      element("div", { class: "ds-map" },
        element("div", { class: "ds-axis" }, words.axis_2),
        element("div", { class: "ds-up", "aria-hidden": "true" }, [...ticks].reverse().map((tick) => element("span", {}, tick))),
        surface.node,
        element("div", { class: "ds-along", "aria-hidden": "true" }, ticks.map((tick) => element("span", {}, tick))),
        element("div", { class: "ds-axis" }, words.axis_1)));
    const show = (value) => (moves ? point.show(value) : shadow.setAttribute("transform", `translate(${place(value).join(" ")})`));
    return { node, surface, show };
  }

  // ------------------------------------------------------------ compute and draw
  const known = new Map(); // fits already made: a dial that comes back costs nothing
  function best(name, size, dial) {
    const id = `${name} ${size} ${dial.toFixed(2)}`;
    if (!known.has(id)) known.set(id, fit(name, size, dial));
    return known.get(id);
  }

  return follow(model, ["operator", "question", "rank", "point"], () => {
    const [name, size, dial, point] = ["operator", "rank", "question", "point"].map((trait) => model.get(trait));
    const ranked = name === "product" || name === "low_rank";
    const found = best(name, size, dial);
    const truth = question(dial);
    const logit = (a, b) => score(found.W, a, b);
    const shares = { right: percent(found.right), limit: percent(found.limit) };

    operator.show(name);
    asked.show(dial);
    rank.show(size);
    rank.node.hidden = !ranked;
    const border = outline((a, b) => truth(a, b) - 0.5);
    panels[0].surface.show({ chance: truth, border, name: fill(words.truth_map, { question: mixture(dial, words), ...shares }) });
    panels[1].surface.show({
      chance: (a, b) => sigmoid(logit(a, b)), border: outline(logit), best: border,
      name: fill(words.answer_map, { operator: words[name], ...shares }),
    });
    panels.forEach((panel) => panel.show(point));
    equation.replaceChildren(maths(words[`${name}_score`]));
    remark.replaceChildren(...prose(words[`${name}_says`]));
    const [a, b] = point.map(radians);
    here.textContent = fill(words.here, {
      a: compass(point[0], words), b: compass(point[1], words),
      truth: percent(truth(a, b), 0), answer: percent(sigmoid(logit(a, b)), 0),
    });
    table.replaceChildren(...weights(found.W, name, words));
    const verdict = found.right < 0.5005 ? words.coin
      : found.limit - found.right < 0.005 ? words.reached : fill(words.lost, { gap: number(100 * (found.limit - found.right), 1) });
    line.say(fill(words.said, {
      question: mixture(dial, words), operator: words[name], rank: ranked ? fill(words.of_rank, { rank: size }) : "", ...shares, verdict,
    }));
  });
}

const percent = (share, digits = 1) => number(100 * share, digits);

/** The question in words: one, or how much of which two. */
function mixture(dial, words) {
  const low = Math.min(Math.floor(dial + 1e-9), NAMES.length - 1);
  const share = Math.round(100 * (dial - low));
  if (share === 0) return words[NAMES[low]];
  return fill(words.between, { p: 100 - share, first: words[NAMES[low]], q: share, second: words[NAMES[low + 1]] });
}

/** A direction in words: "30° east of north" is compass(30). */
function compass(angle, words) {
  const side = angle < 0 ? words.west : words.east;
  if (angle === 0) return words.north;
  return Math.abs(angle) === HALF ? words.south : `${Math.abs(angle)}° ${side}`;
}

/** A map of chances: its cells, a "+" or "−" here and there, the borders. */
function drawSurface() {
  const middle = (i) => ((i + 0.5) * 2 * Math.PI) / CELLS - Math.PI;
  const cells = [];
  const signs = [];
  for (let i = 0; i < CELLS; i += 1) {
    for (let j = 0; j < CELLS; j += 1) {
      const [x, y] = [i * EDGE, SIZE - (j + 1) * EDGE];
      const node = shape("rect", { x, y, width: EDGE, height: EDGE, "shape-rendering": "crispEdges" });
      cells.push({ node, a: middle(i), b: middle(j) });
      if (i % 6 !== 2 || j % 6 !== 2) continue;
      const sign = shape("text", { x: x + EDGE, y, "text-anchor": "middle", "dominant-baseline": "central", class: "ds-sign" });
      signs.push({ node: sign, a: middle(i + 0.5), b: middle(j + 0.5) });
    }
  }
  const frameLine = shape("rect", { width: SIZE, height: SIZE, fill: "none", stroke: "var(--live-edge)" });
  const best = shape("path", { fill: "none", stroke: "var(--live-ink)", "stroke-width": 2, "stroke-dasharray": "2 5", "stroke-linecap": "round" });
  const border = shape("path", { fill: "none", stroke: "var(--live-ink)", "stroke-width": 3, "stroke-linecap": "round" });
  const drawn = shape("g", { role: "img" }, cells.map((cell) => cell.node), signs.map((sign) => sign.node), best, border, frameLine);
  const node = shape("svg", { class: "live-drawing", viewBox: `0 0 ${SIZE} ${SIZE}` },
    shape("style", {}, ".live-figure .ds-sign { font-size: 17px; font-weight: 700; }"), drawn);

  function show({ chance, border: line, best: other = "", name }) {
    for (const cell of cells) {
      const p = chance(cell.a, cell.b);
      cell.node.setAttribute("fill", p < 0.5 ? "var(--live-purple)" : "var(--live-green)");
      cell.node.setAttribute("fill-opacity", Math.min(0.8, 1.6 * Math.abs(p - 0.5)).toFixed(3));
    }
    for (const sign of signs) {
      const p = chance(sign.a, sign.b);
      sign.node.textContent = Math.abs(p - 0.5) < 0.02 ? "" : p < 0.5 ? "−" : "+";
    }
    border.setAttribute("d", line);
    best.setAttribute("d", other);
    drawn.setAttribute("aria-label", name);
  }
  return { node, show };
}

/** Where a function of two directions is 0, as the `d` of a path: marching squares. */
function outline(value) {
  const angle = (i) => (i * 2 * Math.PI) / CELLS - Math.PI + 1e-7; // never exactly on a border
  const heights = Array.from({ length: CELLS + 1 }, (_, i) => Array.from({ length: CELLS + 1 }, (_, j) => value(angle(i), angle(j))));
  if (heights.flat().every((height) => Math.abs(height) < FLAT)) return ""; // flat: no border
  let path = "";
  for (let i = 0; i < CELLS; i += 1) {
    for (let j = 0; j < CELLS; j += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const cuts = corners.flatMap(([x, y], k) => {
        const [u, v] = corners[(k + 1) % 4];
        const [from, to] = [heights[x][y], heights[u][v]];
        if (from > 0 === to > 0) return [];
        const share = from / (from - to);
        return [[(x + share * (u - x)) * EDGE, SIZE - (y + share * (v - y)) * EDGE]];
      });
      for (let k = 0; k + 1 < cuts.length; k += 2)
        path += `M${cuts[k].map((c) => c.toFixed(1)).join(" ")}L${cuts[k + 1].map((c) => c.toFixed(1)).join(" ")}`;
    }
  }
  return path;
}

/** The point that both maps show. */
const dotMark = () => shape("circle", { r: 7, fill: "var(--live-ink)", stroke: "var(--live-paper)", "stroke-width": 3 });

function swatch(name) {
  const colour = { yes: "var(--live-green)", no: "var(--live-purple)" }[name];
  const inside = colour
    ? [shape("rect", { width: 24, height: 16, rx: 3, fill: colour, "fill-opacity": 0.7 }), shape("text", { x: 12, y: 13, "text-anchor": "middle", fill: "currentColor", "font-size": 16, "font-weight": 700 }, name === "yes" ? "+" : "−")]
    : [shape("path", { d: "M0 8H24", stroke: "currentColor", "stroke-width": name === "border" ? 3 : 2, "stroke-dasharray": name === "best" ? "2 5" : undefined, "stroke-linecap": "round" })];
  return shape("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" }, inside);
}

/** The table W: a weight for each product; a dot where this ⊕ has none. */
function weights(W, operator, words) {
  const heads = (i) => [words.north_of, words.east_of].map((text) => fill(text, { i })).concat("1");
  const can = (i, j) => ({ concat: i === 2 || j === 2, product: (i < 2 && j < 2) || i + j === 4 })[operator] ?? true;
  const tint = (value) =>
    `background: color-mix(in srgb, var(--live-${value < 0 ? "purple" : "green"}) ${Math.abs(value) < 0.005 ? 0 : Math.min(46, 6 + 9 * Math.abs(value))}%, transparent)`;
  const head = element("tr", {}, element("td", { class: "ds-never", "aria-hidden": "true" }), heads(2).map((text) => element("th", { scope: "col" }, prose(text))));
  const rows = W.map((row, i) => element("tr", {}, element("th", { scope: "row" }, prose(heads(1)[i])),
    row.map((value, j) => (can(i, j) ? element("td", { style: tint(value) }, number(value)) : element("td", { class: "ds-never", "aria-label": words.never }, "·")))));
  return [element("caption", {}, words.table), element("thead", {}, head), element("tbody", {}, rows)];
}

export default { render };
