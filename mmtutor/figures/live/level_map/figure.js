// Accuracy of each way of fusing against its cost, and which differences the runs cannot tell.
import { choice, element, fill, follow, frame, number, put, shape, slider, status, toggle } from "../runtime/controls.js";
import { band, compared, mean } from "./tests.js";

const BOX = { left: 52, right: 620, top: 14, bottom: 300 };
const NARROW = 480; // pixels; a figure narrower than this gets a drawing of other proportions
const MARKS = { // a shape a group: colour alone tells nothing to some
  alone: "M-5 -5L5 5M-5 5L5 -5", rule: "M0 -7L7 5H-7Z", together: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z",
  frozen: "M0 -7L7 0L0 7L-7 0Z", place: "M-5.5 -5.5H5.5V5.5H-5.5Z",
};
const STATE = ["problem", "noise", "show", "cost", "beside", "correct", "way"];

const STYLE = `
.lm-dials { display: grid; gap: 0.625rem; margin-bottom: 0.75rem; }
.lm-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.25rem 0; padding: 0; list-style: none; }
.lm-key svg { width: 1rem; height: 1rem; margin-right: 0.375rem; vertical-align: -0.125rem; }
.lm-point { stroke-width: 2; fill: var(--live-paper); }
.lm-alone { stroke: var(--live-edge); }
.lm-rule { stroke: var(--live-red); }
.lm-together { stroke: var(--live-blue); }
.lm-frozen { stroke: var(--live-green); }
.lm-place { stroke: var(--live-purple); }
.lm-rule.lm-differs { fill: var(--live-red); }
.lm-together.lm-differs { fill: var(--live-blue); }
.lm-frozen.lm-differs { fill: var(--live-green); }
.lm-place.lm-differs { fill: var(--live-purple); }
.lm-chosen { fill: none; stroke: var(--live-ink); stroke-width: 2; }
.lm-band { fill: var(--live-line); }
.lm-own { stroke: var(--live-edge); stroke-width: 1.5; }
.live-figure .lm-tick { fill: var(--live-quiet); }`;

function render({ model, el }) {
  const words = model.get("words");
  const rows = model.get("rows");
  const rungs = model.get("rungs");
  const groups = Object.keys(MARKS);
  frame(model, el);

  const pick = (name, keys, shown = (key) => words[key]) => choice({
    label: words[name], options: keys.map((key) => [key, shown(key)]), onChange: (value) => put(model, { [name]: value }),
  });
  const problem = pick("problem", [...new Set(rows.map((row) => row.problem))], (key) => key);
  const noise = pick("noise", ["low", "middle", "high"]);
  const show = pick("show", ["all", ...groups]);
  const cost = pick("cost", ["numbers", "ms"]);
  const beside = pick("beside", Object.keys(rungs));
  const correct = toggle({ label: words.correct, onChange: (value) => put(model, { correct: value }) });
  let shown = [];
  const dial = element("div", {});
  let way = null;
  const plot = drawPlot(words);
  const key = element("ul", { class: "lm-key live-quiet" }, groups.map((group) => element("li", {},
    shape("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, shape("path", { d: MARKS[group], class: `lm-point lm-${group}` })),
    words[group])));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "lm-dials" }, problem.node, noise.node, show.node, element("div", { class: "live-row" }, cost.node, beside.node), correct.node),
    plot.node, key, dial, line.node,
  );

  const stop = follow(model, STATE, () => {
    const now = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
    const there = new Set(rows.filter((row) => row.problem === now.problem).map((row) => row.noise));
    if (!there.has(now.noise)) now.noise = there.has("middle") ? "middle" : [...there][0];
    const here = rows.filter((row) => row.problem === now.problem && row.noise === now.noise);
    const own = here.find((row) => row.group === rungs[now.beside][0] && row.way === rungs[now.beside][1]);
    shown = here.filter((row) => (now.show === "all" || row.group === now.show) && row[now.cost] !== undefined);
    shown.sort((a, b) => a[now.cost] - b[now.cost]);
    const at = Math.min(Math.max(now.way, 0), shown.length - 1);
    problem.show(now.problem);
    noise.show(now.noise);
    for (const input of noise.node.querySelectorAll("input")) input.disabled = !there.has(input.value);
    show.show(now.show);
    cost.show(now.cost);
    beside.show(now.beside);
    correct.show(now.correct);
    turn(at);

    const rivals = shown.filter((row) => row !== own);
    const told = compared(own.accuracy, rivals.map((row) => row.accuracy), now.correct);
    const found = new Map(rivals.map((row, i) => [row, told[i]]));
    const half = band(told, own.accuracy.length, now.correct);
    plot.show({ shown, own, found, half, at, cost: now.cost }, fill(words.plot, {
      cost: words[now.cost], problem: now.problem, noise: words[now.noise], count: shown.length, beside: words[now.beside],
    }));
    line.say(sentence(now, own, found, at));
  });
  const resized = new ResizeObserver(() => plot.fit(el.clientWidth < NARROW));
  resized.observe(el);
  return () => {
    resized.disconnect();
    stop();
  };

  /** The dial runs along the ways shown, so it is made anew when their number changes. */
  function turn(at) {
    const most = shown.length - 1;
    if (way?.most !== most) {
      const held = dial.contains(document.activeElement);
      way = { most, ...slider({ label: words.way, min: 0, max: Math.max(most, 1), step: 1, say: (i) => name(shown[i]), onInput: (i) => put(model, { way: i }) }) };
      dial.replaceChildren(way.node);
      dial.hidden = most < 1;
      if (held) dial.querySelector("input").focus();
    }
    if (most >= 0) way.show(at);
  }

  function name(row) {
    return row ? `${row.way} (${words[row.group]})` : "";
  }

  function sentence(now, own, found, at) {
    if (!shown.length) return words.no_ms;
    const row = shown[at];
    const points = (value) => number(100 * value, 1);
    const it = found.get(row);
    const text = it && fill(it.p < 0.05 ? words.differs : words.alike, {
      beside: words[now.beside], by: (it.by > 0 ? "+" : "") + points(it.by), low: points(it.low), high: points(it.high),
      p: it.p < 0.001 ? words.below : number(it.p, 3), runs: own.accuracy.length,
    });
    const ms = row.ms === undefined ? "" : fill(words.said_ms, { ms: number(row.ms, 2) });
    const told = fill(words.said, {
      group: words[row.group], way: row.way, right: `${points(mean(row.accuracy))}\u00a0%`, numbers: row.numbers.toLocaleString("en"), ms,
      compared: text || words.itself, found: [...found.values()].filter((one) => one.p < 0.05).length, count: found.size,
    });
    return now.cost === "ms" ? `${told} ${words.no_ms}` : told;
  }
}

/** The plot: a mark a way, the rival's line, and the band around it. */
function drawPlot(words) {
  const grid = shape("g", {});
  const points = shape("g", {});
  const node = shape("svg", { class: "live-drawing", role: "img" }, grid, points);
  let right = BOX.right;
  let again = () => {};
  function fit(narrow) {
    right = narrow ? 340 : BOX.right;
    node.setAttribute("viewBox", `0 0 ${right + 12} 346`);
    again();
  }
  fit(false);

  function show(now, label) {
    again = () => show(now, label);
    const { shown, own, found, half, at, cost } = now;
    node.setAttribute("aria-label", label);
    const heights = [...shown, own].map((row) => mean(row.accuracy));
    const middle = mean(own.accuracy);
    const low = Math.min(...heights, middle - half);
    const high = Math.min(1.005, Math.max(...heights, middle + half));
    const pad = 0.06 * (high - low) + 0.002;
    const logs = shown.map((row) => Math.log10(row[cost]));
    const [first, last] = logs.length ? [Math.min(...logs), Math.max(...logs)] : [0, 1];
    const x = (value) => BOX.left + 16 + ((right - BOX.left - 32) * (Math.log10(value) - first)) / (last - first || 1);
    const y = (value) => BOX.bottom - ((BOX.bottom - BOX.top) * (value - low + pad)) / (high - low + 2 * pad);
    const top = Math.max(BOX.top, y(middle + half));
    grid.replaceChildren(
      shape("rect", { x: BOX.left, y: top, width: right - BOX.left, height: Math.max(2, y(middle - half) - top), class: "lm-band" }),
      shape("path", { d: `M${BOX.left} ${y(middle)}H${right}`, class: "lm-own" }),
      ...ticks(low, high).map((value) => shape("text", { x: BOX.left - 6, y: y(value) + 4.5, "text-anchor": "end", class: "lm-tick" }, `${number(100 * value, high - low < 0.04 ? 1 : 0)}`)),
      ...stops(first, last).filter((value) => x(value) >= BOX.left && x(value) <= right).map((value) => shape("text", { x: x(value), y: BOX.bottom + 18, "text-anchor": "middle", class: "lm-tick" }, value.toLocaleString("en"))),
      shape("path", { d: `M${BOX.left} ${BOX.top}V${BOX.bottom}H${right}`, fill: "none", stroke: "var(--live-edge)" }),
      shape("text", { x: (BOX.left + right) / 2, y: BOX.bottom + 38, "text-anchor": "middle" }, words[cost]),
      shape("text", { x: right - 4, y: top - 5 < BOX.top + 8 ? top + 15 : top - 5, "text-anchor": "end", class: "lm-tick" }, words.band),
    );
    const marks = shown.map((row) => shape("path", {
      d: MARKS[row.group], class: `lm-point lm-${row.group} ${found.get(row)?.p < 0.05 ? "lm-differs" : ""}`,
      transform: `translate(${x(row[cost])} ${y(mean(row.accuracy))})`,
    }));
    const chosen = shown[at];
    const ring = chosen ? [shape("circle", { class: "lm-chosen", r: 12, cx: x(chosen[cost]), cy: y(mean(chosen.accuracy)) })] : [];
    points.replaceChildren(...marks, ...ring);
  }
  return { node, show, fit };
}

/** About five round values between two. */
function ticks(low, high) {
  const step = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((one) => (high - low) / one <= 6) ?? 0.2;
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(value);
  return found;
}

/** Round values on a logarithmic axis: 1, 2, 5 of each power of ten, or on a long one the powers. */
function stops(first, last) {
  const found = [];
  for (let k = Math.floor(first); k <= Math.ceil(last); k++) {
    for (const step of last - first > 1.2 ? [1] : [1, 2, 5]) found.push(Number((step * 10 ** k).toPrecision(1)));
  }
  return found;
}

export default { render };
