// One score, one threshold: the confusion matrix and every measure made of it.
import { element, fill, follow, frame, number, put, shape, slider, status } from "../runtime/controls.js";
import { APART, auc, best, measures, shares } from "./measures.js";

const [LOW, HIGH, STEP] = [-2, 5, 0.1];
const [WIDTH, TALL] = [560, 130];
const across = (x) => ((x + 3) * WIDTH) / 9;
const NAMES = ["accuracy", "balanced", "recall", "specificity", "precision", "f1", "loss"];
const WITH_BEST = ["accuracy", "balanced", "f1", "loss"];

const STYLE = `
.th-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem 1.75rem; margin-bottom: 0.75rem; }
.th-without { fill: color-mix(in srgb, var(--live-blue) 35%, transparent); stroke: var(--live-blue); stroke-width: 2; }
.th-with { fill: color-mix(in srgb, var(--live-red) 35%, transparent); stroke: var(--live-red); stroke-width: 2; }
.th-border { stroke: var(--live-ink); stroke-width: 3; }
.th-floor { stroke: var(--live-edge); }
.th-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.th-key span { display: inline-flex; align-items: center; gap: 0.5rem; }
.th-key svg { width: 1.75rem; height: 1rem; flex: none; }
.th-tables { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 1.75rem; margin: 0.75rem 0; align-items: start; }
.th-tables table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.th-tables caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; }
.th-tables :is(td, th) { padding: 0.125rem 0.375rem; text-align: right; font-weight: 400; border-bottom: 1px solid var(--live-line); }
.th-tables th[scope="row"] { text-align: left; }
.th-good { background: color-mix(in srgb, var(--live-green) 18%, transparent); }
@container live (min-width: 38rem) { .th-dials { grid-template-columns: repeat(3, minmax(0, 1fr)); } .th-tables { grid-template-columns: 2fr 3fr; } }`;

function render({ model, el }) {
  const words = model.get("words");
  const [stops, costs] = [model.get("shares"), model.get("costs")];
  frame(model, el);
  const per = (value) => `${number(100 * value, value < 0.01 ? 1 : 0)}%`;
  const many = (c) => (c === 1 ? words.time : fill(words.times, { c }));
  const threshold = slider({
    label: words.threshold, min: LOW, max: HIGH, step: STEP, say: (value) => number(value, 1),
    onInput: (value) => put(model, { threshold: value }),
  });
  const share = slider({
    label: words.share, min: 0, max: stops.length - 1, step: 1, say: (i) => per(stops[i]),
    onInput: (i) => put(model, { share: stops[i] }),
  });
  const cost = slider({
    label: words.cost, min: 0, max: costs.length - 1, step: 1, say: (i) => many(costs[i]),
    onInput: (i) => put(model, { cost: costs[i] }),
  });
  const border = shape("line", { class: "th-border", y1: 0, y2: TALL });
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${TALL + 2}`, class: "live-drawing", role: "img" },
    bell("without", 0), bell("with", APART),
    shape("line", { class: "th-floor", x1: 0, x2: WIDTH, y1: TALL, y2: TALL }), border);
  const key = element("p", { class: "live-quiet th-key" }, ["without", "with", "border"].map((name) =>
    element("span", {}, swatch(name), words[name])));
  const counts = grid(words.caption, ["", words.called_yes, words.called_no], [words.true_yes, words.true_no]);
  const table = grid(words.measures, [words.measure, words.here, words.best, words.at], NAMES.map((name) => words[name]));
  counts.cells[0][0].className = counts.cells[1][1].className = "th-good";
  const line = status();
  el.append(element("style", {}, STYLE), element("div", { class: "th-dials" }, threshold.node, share.node, cost.node),
    picture, key, element("div", { class: "th-tables" }, counts.node, table.node), line.node);

  return follow(model, ["threshold", "share", "cost"], () => {
    const at = { threshold: model.get("threshold"), share: model.get("share"), cost: model.get("cost") };
    threshold.show(at.threshold);
    share.show(stops.indexOf(at.share));
    cost.show(costs.indexOf(at.cost));
    const [now, four] = [measures(at), shares(at)];
    for (const end of ["x1", "x2"]) border.setAttribute(end, across(at.threshold));
    picture.setAttribute("aria-label", fill(words.drawing, {
      t: number(at.threshold, 1), alarm: number(100 * (1 - now.specificity), 0), recall: number(100 * now.recall, 0),
    }));
    [["tp", "fn"], ["fp", "tn"]].forEach((row, i) => row.forEach((name, j) => {
      counts.cells[i][j].textContent = Math.round(10000 * four[name]).toLocaleString("en");
    }));
    NAMES.forEach((name, i) => {
      const top = WITH_BEST.includes(name) ? best(name, at, { low: LOW, high: HIGH, step: STEP }) : undefined;
      const shown = [now[name], top?.value, top?.t].map((value, j) =>
        value === undefined ? "" : Number.isNaN(value) ? "–" : number(value, j === 2 ? 1 : 3));
      shown.forEach((text, j) => (table.cells[i][j].textContent = text));
    });
    line.say(fill(words.said, {
      right: number(100 * now.accuracy, 1), blind: number(100 * (1 - at.share), 1), recall: number(100 * now.recall, 1),
      precision: Number.isNaN(now.precision) ? words.never : `${number(100 * now.precision, 1)}%`, f1: number(now.f1),
      verdict: `${now.loss > at.cost * at.share ? words.dear : words.cheap} ${fill(words.auc, { auc: number(auc(), 3) })}`,
    }).replaceAll("*", ""));
  });
}

/** The bell of one class. */
function bell(name, middle) {
  const points = Array.from({ length: 181 }, (_, k) => -3 + k / 20)
    .map((x) => `${across(x).toFixed(1)} ${(TALL - (TALL - 6) * Math.exp(-((x - middle) ** 2) / 2)).toFixed(1)}`);
  return shape("path", { class: `th-${name}`, d: `M0 ${TALL}L${points.join("L")}L${WIDTH} ${TALL}Z` });
}

/** A table with its heads, and the cells to fill. */
function grid(caption, heads, names) {
  const cells = names.map(() => heads.slice(1).map(() => element("td")));
  const node = element("table", {}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, heads.map((head) => (head ? element("th", { scope: "col" }, head) : element("td"))))),
    element("tbody", {}, names.map((name, i) => element("tr", {}, element("th", { scope: "row" }, name), cells[i]))));
  return { node, cells };
}

function swatch(name) {
  return shape("svg", { viewBox: "0 0 28 16", "aria-hidden": "true" }, name === "border"
    ? shape("line", { class: "th-border", x1: 1, x2: 27, y1: 8, y2: 8 })
    : shape("rect", { class: `th-${name}`, x: 2, y: 2, width: 24, height: 12 }));
}

export default { render };
