// Two domains, a dial for the move and one for the label shares, and where the border falls.
import { choice, element, fill, follow, frame, number, put, shape, slider, status } from "../runtime/controls.js";
import { M, bestBorder, border, leastError, right } from "./domains.js";

const [WIDTH, TALL, SPAN] = [560, 120, 7]; // of a drawing, in its own units; SPAN to each side of 0
const across = (x) => ((x + SPAN) * WIDTH) / (2 * SPAN);
const bell = (x) => Math.exp((-x * x) / 2);

const STYLE = `
.ls-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem 1.75rem; margin: 0.875rem 0 0.5rem; }
.ls-title { margin: 0.5rem 0 0.25rem !important; font-weight: 600; }
.ls-plus { fill: color-mix(in srgb, var(--live-blue) 35%, transparent); stroke: var(--live-blue); stroke-width: 2; }
.ls-minus { fill: color-mix(in srgb, var(--live-red) 35%, transparent); stroke: var(--live-red); stroke-width: 2; }
.ls-floor { stroke: var(--live-edge); }
.ls-border { stroke: var(--live-ink); stroke-width: 3; }
.ls-best { stroke: var(--live-green); stroke-width: 3; stroke-dasharray: 7 5; }
.ls-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.ls-key span { display: inline-flex; align-items: center; gap: 0.5rem; }
.ls-key svg { width: 1.75rem; height: 1rem; flex: none; }
@container live (min-width: 38rem) { .ls-dials { grid-template-columns: repeat(2, minmax(0, 1fr)); } }`;

function render({ model, el }) {
  const words = model.get("words");
  frame(model, el);
  const way = choice({
    label: words.way, options: ["none", "means", "all"].map((name) => [name, words[name]]),
    onChange: (value) => put(model, { way: value }),
  });
  const shift = slider({
    label: words.shift, min: -3, max: 3, step: 0.1, say: (value) => number(value, 1),
    onInput: (value) => put(model, { shift: value }),
  });
  const share = slider({
    label: words.share, min: 0.05, max: 0.95, step: 0.05, say: (value) => `${number(100 * value, 0)}%`,
    onInput: (value) => put(model, { share: value }),
  });
  const source = clouds();
  const target = clouds();
  const picture = element("div", { role: "img" },
    element("p", { class: "ls-title" }, words.source), source.node,
    element("p", { class: "ls-title" }, words.target), target.node);
  const key = element("p", { class: "live-quiet ls-key" }, ["plus", "minus", "border", "best"].map((name) =>
    element("span", {}, swatch(name), words[name])));
  const line = status();
  el.append(element("style", {}, STYLE), way.node, element("div", { class: "ls-dials" }, shift.node, share.node), picture, key, line.node);

  source.show({ shift: 0, share: 0.5 }, 0);
  return follow(model, ["way", "shift", "share"], () => {
    const state = { shift: model.get("shift"), share: model.get("share") };
    const [here, best] = [border(model.get("way"), state), bestBorder(state)];
    way.show(model.get("way"));
    shift.show(state.shift);
    share.show(state.share);
    target.show(state, here, best);
    picture.setAttribute("aria-label", fill(words.drawing, {
      shift: number(state.shift, 1), share: number(100 * state.share, 0), border: number(here), best_border: number(best),
    }));
    const least = leastError(state);
    line.say(fill(words.said, {
      right: number(100 * right(here, state), 1), best: number(100 * right(best, state), 1),
      verdict: least > 0 ? fill(words.bound, { least: number(100 * least, 1) }) : words.free,
    }));
  });
}

/** Two bells over a line, and borders. */
function clouds() {
  const [minus, plus] = ["minus", "plus"].map((name) => shape("path", { class: `ls-${name}` }));
  const [here, best] = ["border", "best"].map((name) => shape("line", { class: `ls-${name}`, y1: 0, y2: TALL }));
  const node = shape("svg", { viewBox: `0 0 ${WIDTH} ${TALL + 2}`, class: "live-drawing" },
    minus, plus, shape("line", { class: "ls-floor", x1: 0, x2: WIDTH, y1: TALL, y2: TALL }), best, here);
  const outline = (middle, weight) => {
    const points = Array.from({ length: 141 }, (_, k) => -SPAN + (k * SPAN) / 70)
      .map((x) => `${across(x).toFixed(1)} ${(TALL - weight * (TALL - 6) * bell(x - middle)).toFixed(1)}`);
    return `M0 ${TALL}L${points.join("L")}L${WIDTH} ${TALL}Z`;
  };
  const put_ = (line, x) => {
    line.style.display = x === undefined ? "none" : "";
    if (x !== undefined) for (const end of ["x1", "x2"]) line.setAttribute(end, across(x));
  };
  const show = ({ shift, share }, at, bestAt) => {
    plus.setAttribute("d", outline(M + shift, share));
    minus.setAttribute("d", outline(shift - M, 1 - share));
    put_(here, at);
    put_(best, bestAt);
  };
  return { node, show };
}

function swatch(name) {
  const line = name === "border" || name === "best";
  return shape("svg", { viewBox: "0 0 28 16", "aria-hidden": "true" }, line
    ? shape("line", { class: `ls-${name}`, x1: 1, x2: 27, y1: 8, y2: 8 })
    : shape("rect", { class: `ls-${name}`, x: 2, y: 2, width: 24, height: 12 }));
}

export default { render };
