// Dials for two senses that are missing or noisy, and a curve for each model along one of them.
import { choice, element, fill, follow, frame, number, put, shape, slider, status, toggle } from "../runtime/controls.js";
import { area, curve, right } from "./damage.js";

const BOX = { left: 32, right: 348, top: 10, bottom: 196 };
const COLOURS = ["blue", "red", "green", "purple", "both", "ink"];
const DASHES = ["", "8 4", "2 4", "10 3 2 3", "4 3", "14 4"];

const STYLE = `
.ds-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem 1.75rem; margin: 0.75rem 0; }
.ds-line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.ds-here { stroke: var(--live-edge); stroke-dasharray: 3 3; }
.live-figure .ds-tick { fill: var(--live-quiet); font-size: 12px; }
.live-figure .ds-axis { font-size: 13px; }
.live-figure svg.ds-plot { max-width: 34rem; margin-top: 0.75rem; }
.live-figure .ds-table { width: 100%; max-width: 34rem; border-collapse: collapse; margin: 0.5rem 0; font-size: 0.9375rem; }
.live-figure .ds-table :is(th, td) { padding: 0.2rem 0.5rem; border: 0; border-bottom: 1px solid var(--live-line); text-align: right; font-weight: 400; background: transparent; color: inherit; }
.live-figure .ds-table :is(th, td):first-child { text-align: left; padding-left: 0; }
.live-figure .ds-table .ds-best { font-weight: 700; }
.ds-table svg { width: 1.75rem; height: 0.75rem; margin-right: 0.5rem; vertical-align: middle; }
@container live (min-width: 38rem) { .ds-dials { grid-template-columns: repeat(2, minmax(0, 1fr)); } }`;

function render({ model, el }) {
  const words = model.get("words");
  const [accuracy, senses, steps] = ["accuracy", "senses", "steps"].map((name) => model.get(name));
  const names = Object.keys(accuracy);
  frame(model, el);

  const percent = (value) => fill(words.percent, { p: number(100 * value, 0) });
  const dial = (kind, k) => {
    const turn = (value) => put(model, { [kind]: model.get(kind).map((old, m) => (m === k ? value : old)) });
    const range = kind === "missing"
      ? { min: 0, max: 1, step: 0.05, say: percent }
      : { min: 0, max: steps.length - 1, step: 1, say: (i) => fill(words.times, { n: steps[i] }) };
    return { kind, k, ...slider({ label: fill(words[kind], { sense: senses[k] }), ...range, onInput: turn }) };
  };
  const dials = [0, 1].flatMap((k) => [dial("missing", k), dial("noise", k)]);
  const told = toggle({ label: words.told, onChange: (value) => put(model, { told: value }) });
  const along = choice({
    label: words.along,
    options: ["missing", "noise"].flatMap((kind) => [0, 1].map((k) =>
      [`${kind} ${k}`, fill(words[`along_${kind}`], { sense: senses[k] })])),
    onChange: (value) => put(model, { along: value }),
  });
  const plot = drawing(names, words);
  const list = table(names, words);
  const line = status();
  el.append(element("style", {}, STYLE), element("div", { class: "ds-dials" }, dials.map((one) => one.node)),
    told.node, along.node, plot.node, list.node, line.node);

  return follow(model, ["missing", "noise", "told", "along"], () => {
    const state = Object.fromEntries(["missing", "noise", "told", "along"].map((name) => [name, model.get(name)]));
    for (const one of dials) one.show(state[one.kind][one.k]);
    told.show(state.told);
    along.show(state.along);
    const curves = names.map((name) => curve(accuracy[name], state, steps));
    const found = names.map((name, i) => ({ name, here: right(accuracy[name], state), area: area(curves[i]) }));
    const [kind, sense] = state.along.split(" ");
    const here = kind === "missing" ? state.missing[sense] : steps[state.noise[sense]];
    plot.show(curves, here, kind, fill(words[`axis_${kind}`], { sense: senses[sense] }));
    list.show(found);
    const top = (what) => found.reduce((a, b) => (b[what] > a[what] ? b : a));
    const [best, wide] = [top("here"), top("area")];
    line.say(fill(words.said, {
      best: best.name, p: number(100 * best.here, 1), wide: wide.name, a: number(100 * wide.area, 1),
    }));
  });
}

/** The curves, from 0 to 100 % right. */
function drawing(names, words) {
  const { left, right: end, top, bottom } = BOX;
  const y = (value) => bottom - value * (bottom - top);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
    shape("path", { d: `M${left} ${y(value)}H${end}`, stroke: "var(--live-line)" }),
    shape("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", class: "ds-tick" }, String(100 * value)),
  ]);
  const lines = names.map((_, i) => shape("polyline", { class: "ds-line", ...stroke(i) }));
  const [ticks, axis] = [shape("g", {}), shape("text", { x: (left + end) / 2, y: bottom + 36, "text-anchor": "middle", class: "ds-axis" })];
  const mark = shape("line", { class: "ds-here", y1: top, y2: bottom });
  const node = shape("svg", { viewBox: `0 0 ${end + 12} ${bottom + 42}`, class: "live-drawing ds-plot", role: "img" }, grid, ticks, axis, mark, lines);
  const show = (curves, here, kind, text) => {
    const most = curves[0].at(-1)[0];
    const x = (level) => left + ((end - left) * level) / most;
    curves.forEach((points, i) => lines[i].setAttribute("points", points.map(([level, v]) => `${x(level).toFixed(1)},${y(v).toFixed(1)}`).join(" ")));
    const stops = kind === "missing" ? [0, 0.25, 0.5, 0.75, 1] : curves[0].map(([level]) => level);
    ticks.replaceChildren(...stops.map((level) => shape("text", { x: x(level), y: bottom + 16, "text-anchor": "middle", class: "ds-tick" },
      String(kind === "missing" ? 100 * level : level))));
    axis.textContent = text;
    for (const side of ["x1", "x2"]) mark.setAttribute(side, x(here));
    node.setAttribute("aria-label", fill(words.drawing, {
      axis: text,
      curves: curves.map((points, i) => fill(words.curve, {
        model: names[i], first: number(100 * points[0][1], 0), last: number(100 * points.at(-1)[1], 0),
      })).join(" "),
    }));
  };
  return { node, show };
}

/** A row for each model: its line, how often it is right here, the area under its curve. */
function table(names, words) {
  const rows = names.map((name, i) => {
    const cells = [element("td"), element("td")];
    const swatch = shape("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" },
      shape("line", { class: "ds-line", x1: 0, x2: 28, y1: 6, y2: 6, ...stroke(i) }));
    return { cells, node: element("tr", {}, element("th", { scope: "row" }, swatch, name), cells) };
  });
  const head = ["model", "here", "area"].map((name) => element("th", { scope: "col" }, words[name]));
  const node = element("table", { class: "ds-table" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows.map((row) => row.node)));
  const show = (found) => ["here", "area"].forEach((what, k) => {
    const most = Math.max(...found.map((one) => one[what]));
    found.forEach((one, i) => {
      rows[i].cells[k].textContent = number(100 * one[what], 1);
      rows[i].cells[k].classList.toggle("ds-best", one[what] === most);
    });
  });
  return { node, show };
}

const stroke = (i) => ({ stroke: `var(--live-${COLOURS[i % COLOURS.length]})`, "stroke-dasharray": DASHES[i % DASHES.length] || undefined });

export default { render };
