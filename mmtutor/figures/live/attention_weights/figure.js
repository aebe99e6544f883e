// One query to drag, three modalities, a temperature: who is listened to, and how much?
import { arrow, element, fill, follow, frame, handle, number, pair, plain, put, shape, slider, status, toggle } from "../runtime/controls.js";
import { attendTo } from "./attention.js";

const NAMES = ["sight", "sound", "text"];
const COLOURS = ["blue", "red", "green"];
const LIMIT = 2; // the plane shows −2 … 2
const UNIT = 70;
const CENTRE = 160;
const at = ([a, b]) => [CENTRE + UNIT * a, CENTRE - UNIT * b];
const meant = (left, top) => [(left - CENTRE) / UNIT, (CENTRE - top) / UNIT];

const STYLE = `
.aw-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.aw-plane { width: 100%; max-width: 22rem; margin: 0 auto; }
.aw-query { color: var(--live-purple); }
.aw-gone { opacity: 0.35; }
.live-figure .aw-weights { width: 100%; border-collapse: collapse; font: inherit; }
.live-figure .aw-weights :is(th, td) {
  height: 2.5rem; padding: 0 0.5rem 0 0; border: 0; border-bottom: 1px solid var(--live-line);
  text-align: left; font-weight: 400; background: transparent;
}
.live-figure .aw-weights thead th { height: 1.75rem; color: var(--live-quiet); font-size: 0.875rem; }
.live-figure .aw-weights th:first-child { width: 5rem; }
.live-figure .aw-weights :is(th, td):nth-child(2) { width: 5rem; padding-right: 1rem; text-align: right; }
.aw-name svg { width: 1.125rem; height: 1.125rem; margin-right: 0.5rem; vertical-align: -0.1875rem; }
.aw-weight { display: grid; grid-template-columns: minmax(0, 1fr) 3.25rem; gap: 0.5rem; align-items: center; }
.aw-weight i { display: block; height: 1.125rem; min-width: 1px; border-radius: 0.1875rem; background: var(--aw-colour); }
.aw-weight b { text-align: right; }
@container live (min-width: 38rem) {
  .aw-body { grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 1.75rem; }
}`;

function render({ model, el }) {
  const words = model.get("words");
  frame(model, el);

  // ------------------------------------------------------------ controls
  const plane = drawPlane(words, (query) => put(model, { query }));
  const temperature = slider({
    label: words.temperature, min: -1, max: 1, step: 0.1, say: (power) => number(10 ** power, power < -0.05 ? 2 : 1),
    onInput: (power) => put(model, { temperature: Number((10 ** power).toFixed(6)) }),
  });
  const switches = NAMES.map((name) => toggle({
    label: fill(words.absent, { name: words[name] }),
    onChange: (gone) => put(model, { absent: NAMES.filter((other) => (other === name ? gone : model.get("absent").includes(other))) }),
  }));
  const rows = NAMES.map((name, m) => weightRow(words[name], m));
  const table = element("table", { class: "aw-weights" },
    element("thead", {}, element("tr", {}, [words.key, words.score, words.weight].map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, rows.map((row) => row.node)));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "aw-body" },
      element("div", { class: "aw-plane" }, plane.node),
      element("div", { class: "live-stack" }, table, temperature.node,
        element("div", { class: "live-row" }, switches.map((one) => one.node)),
        element("p", { class: "live-quiet" }, words.values))),
    line.node,
  );

  // ------------------------------------------------------------ drawing
  return follow(model, ["query", "key_vectors", "temperature", "absent"], () => {
    const [query, keys, absent] = [model.get("query"), model.get("key_vectors"), model.get("absent")];
    const present = NAMES.map((name) => !absent.includes(name));
    const found = attendTo(query, keys, keys, { temperature: model.get("temperature"), present });
    temperature.show(Math.log10(model.get("temperature")));
    switches.forEach((one, m) => one.show(!present[m]));
    rows.forEach((row, m) => row.show(present[m] ? number(found.scores[m]) : words.none, found.weights[m]));
    plane.show(query, keys, present, found.y);
    line.say(told(query, present, found));
  });

  function told(query, present, { weights, y }) {
    const there = weights.filter((_, m) => present[m]);
    if (!y) return words.said_nobody;
    const most = weights.indexOf(Math.max(...weights));
    const text = there.length === 1 ? words.said_one
      : Math.max(...there) - Math.min(...there) < 0.005 ? words.said_alike : words.said;
    return fill(text, {
      query: pair(query, 1), name: words[NAMES[most]], weight: number(100 * weights[most], 0), y: pair(y),
    });
  }
}

/** What a modality is known by: a disc, a square, a triangle. */
const mark = (m) => shape("path", {
  d: ["M-8 0A8 8 0 1 1 8 0A8 8 0 1 1 -8 0Z", "M-7.5 -7.5H7.5V7.5H-7.5Z", "M0 -9L9 7H-9Z"][m],
  fill: `var(--live-${COLOURS[m]})`, stroke: "var(--live-paper)", "stroke-width": 2,
});

function weightRow(name, m) {
  const score = element("td", {});
  const bar = element("i", { style: `--aw-colour: var(--live-${COLOURS[m]})` });
  const share = element("b", {});
  const node = element("tr", {},
    element("th", { scope: "row", class: "aw-name" }, shape("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" }, mark(m)), name),
    score, element("td", {}, element("div", { class: "aw-weight" }, bar, share)));
  const show = (text, weight) => {
    score.textContent = text;
    bar.style.width = `${100 * weight}%`;
    share.textContent = number(weight);
  };
  return { node, show };
}

/** The plane: keys, what they span, the query as an arrow with a handle, and y. */
function drawPlane(words, act) {
  const axes = shape("path", { d: `M${CENTRE} 20V300M20 ${CENTRE}H300`, stroke: "var(--live-line)", fill: "none" });
  const span = shape("polygon", { fill: "var(--live-wash)", stroke: "var(--live-edge)", "stroke-dasharray": "3 4" });
  const ray = arrow({ class: "aw-query", headless: true });
  const marks = NAMES.map((_, m) => shape("g", {}, mark(m)));
  const labels = [...NAMES, "query"].map((name) => shape("text", { class: "aw-label", "text-anchor": "middle" }, words[name]));
  const answer = shape("g", {},
    shape("path", { d: "M0 -9L9 0L0 9L-9 0Z", fill: "var(--live-both)", stroke: "var(--live-paper)", "stroke-width": 2 }),
    shape("text", { class: "aw-label", x: 12, y: -10 }, "y"));
  const end = handle({
    mark: shape("circle", { r: 7, fill: "var(--live-purple)", stroke: "var(--live-paper)", "stroke-width": 2 }),
    name: words.query, at, meant, step: 0.1, limit: LIMIT,
    say: (point) => plain(fill(words.point, { a: number(point[0], 1), b: number(point[1], 1) })),
    onMove: act,
  });
  const node = shape("svg", { class: "live-drawing", viewBox: "0 -8 320 344", role: "group", "aria-label": words.plane },
    shape("style", {}, ".aw-label { paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; }"),
    axes, span, ray.node, marks, labels, answer, end.node);

  /** Put the query's name beside its tip, on the side that is away from y. */
  function name(label, [left, top], [from, above]) {
    const far = Math.hypot(left - from, top - above) || 1;
    label.setAttribute("x", Math.min(296, Math.max(24, left + (30 * (left - from)) / far)));
    label.setAttribute("y", Math.min(330, Math.max(10, top + 5 + (18 * (top - above)) / far)));
  }

  function show(query, keys, present, y) {
    span.setAttribute("points", keys.filter((_, m) => present[m]).map((key) => at(key).join()).join(" "));
    ray.show(at([0, 0]), at(query));
    end.show(query);
    [...keys, query].forEach((point, i) => {
      const [left, top] = at(point);
      if (i === keys.length) return name(labels[i], [left, top], at(y ?? [0, 0]));
      // Above a mark, and beside one in the lower half, where the query's name may be.
      const beside = point[1] < 0;
      labels[i].setAttribute("text-anchor", beside ? "start" : "middle");
      labels[i].setAttribute("x", beside ? left + 15 : Math.min(296, Math.max(24, left)));
      labels[i].setAttribute("y", beside ? top + 4 : Math.max(14, top - 15));
      marks[i].setAttribute("transform", `translate(${left} ${top})`);
      for (const part of [marks[i], labels[i]]) part.classList.toggle("aw-gone", !present[i]);
    });
    answer.style.display = y ? "" : "none";
    if (y) answer.setAttribute("transform", `translate(${at(y).join(" ")})`);
  }
  return { node, show };
}

export default { render };
