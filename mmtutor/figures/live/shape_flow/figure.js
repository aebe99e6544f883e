// Data on their way through a CNN and an LSTM: a card a step, red where it stops.
import { choice, element, fill, follow, frame, prose, put, shape, slider, status, toggle } from "../runtime/controls.js";
import { captions, owners, shapesOf } from "./shapes.js";

const STYLE = `
.sf-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 1.75rem; margin-top: 0.75rem; }
.sf-flows { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem 1.75rem; margin-top: 0.5rem; }
.live-figure .sf-flow { margin: 0; padding: 0; list-style: none; }
.live-figure .sf-title { margin: 0.5rem 0 0.375rem; font-weight: 600; }
.live-figure .sf-step {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 0.75rem;
  margin: 0 0 0.25rem; padding: 0.1875rem 0.625rem; min-height: 2.5rem; border: 1px solid var(--live-line); border-radius: 0.5rem;
}
.sf-step.sf-image { border-left: 4px solid var(--live-blue); }
.sf-step.sf-text { border-left: 4px solid var(--live-red); }
.sf-step.sf-both { border-left: 4px solid var(--live-both); }
.sf-step.sf-stop { border: 2px solid var(--live-ink); border-left-width: 6px; font-weight: 600; }
.sf-step.sf-never { border-style: dashed; color: var(--live-quiet); }
.sf-name { font-size: 0.875rem; }
.sf-shape { display: inline-flex; gap: 0.125rem; margin-left: auto; }
.sf-axis { display: inline-grid; justify-items: center; min-width: 2.125rem; padding: 0 0.25rem; border-radius: 0.3125rem; line-height: 1.15; }
.sf-axis small { color: var(--live-quiet); font-size: 0.6875rem; }
.sf-axis.sf-batch { outline: 1.5px solid var(--live-edge); outline-offset: -1px; font-weight: 700; }
.sf-error { font-size: 0.8125rem; overflow-wrap: anywhere; }
.sf-words { display: block; max-width: 100%; height: auto; margin: 0.25rem 0 0.5rem; }
.sf-words rect { stroke: var(--live-red); stroke-width: 1.5; fill: none; }
.sf-words rect.sf-word { fill: var(--live-red); }
.sf-rows { display: grid; gap: 0.25rem; margin: 0; padding: 0; }
.live-figure .sf-row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; margin: 0; list-style: none; }
.sf-row > span:first-child { min-width: 3.25rem; font-size: 0.8125rem; }
.sf-who { display: inline-grid; place-items: center; min-width: 4.75rem; padding: 0.125rem 0.5rem; border: 1px solid var(--live-edge); border-radius: 0.375rem; font-size: 0.8125rem; }
.sf-who.sf-foreign { border: 2px solid var(--live-ink); background: var(--live-ink); color: var(--live-paper); font-weight: 600; }
@container live (min-width: 38rem) {
  .sf-dials { grid-template-columns: 1fr 1fr 1fr; }
  .sf-flows { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}`;

function render({ model, el }) {
  const words = model.get("words");
  const stops = model.get("stops");
  const names = ["form", "order", "both_ways", ...Object.keys(stops)];
  frame(model, el);

  const pick = (name, keys) => choice({
    label: words[name], options: keys.map((key) => [key, words[key]]), onChange: (value) => put(model, { [name]: value }),
  });
  const form = pick("form", ["listing", "view", "mended"]);
  const order = pick("order", ["sorted", "unsorted"]);
  const dials = Object.keys(stops).map((name) => ({
    name,
    ...slider({
      label: words[name], min: 0, max: stops[name].length - 1, step: 1, say: (i) => String(stops[name][i]),
      onInput: (i) => put(model, { [name]: stops[name][i] }),
    }),
  }));
  const bothWays = toggle({ label: words.both_ways, onChange: (value) => put(model, { both_ways: value }) });
  const flows = { pictures: flow(words.pictures, "image"), captions: flow(words.captions, "text"), together: flow(words.together, "both") };
  const grid = shape("svg", { class: "sf-words", role: "img" });
  flows.captions.node.firstChild.after(grid);
  const rows = element("ul", { class: "sf-rows" });
  const whose = element("div", {}, element("p", { class: "sf-title" }, words.rows), rows);
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-row" }, form.node, order.node),
    element("div", { class: "sf-dials" }, dials.map((dial) => dial.node), bothWays.node),
    element("div", { class: "sf-flows" }, flows.pictures.node, flows.captions.node, flows.together.node, whose),
    line.node,
  );

  return follow(model, names, () => {
    const given = [...names, "lengths", "image_width", "classes"];
    const at = Object.fromEntries(given.map((name) => [name, model.get(name)]));
    form.show(at.form);
    order.show(at.order);
    bothWays.show(at.both_ways);
    for (const { name, show } of dials) show(stops[name].indexOf(at[name]));
    const steps = shapesOf(at);
    for (const [name, { show }] of Object.entries(flows)) show(steps[name], words);
    drawCaptions(grid, captions(at), words);
    const reached = steps.together[0].shape;
    whose.hidden = !reached;
    if (reached) rows.replaceChildren(...owners(at).map((who, row) => rowOf(row, who, words)));
    line.say(told(at, steps, words));
  });
}

/** A branch of the network: its title and a card for each step. */
function flow(title, kind) {
  const list = element("ol", { class: "sf-flow" });
  const node = element("div", {}, element("p", { class: "sf-title" }, title), list);
  const show = (steps, words) => list.replaceChildren(...steps.map((step) => card(step, kind, words)));
  return { node, show };
}

function card({ name, shape: sizes, letters, error }, kind, words) {
  const state = error ? "sf-stop" : sizes ? `sf-${kind}` : "sf-never";
  const shown = sizes?.map((size, i) =>
    element("span", { class: letters[i] === "B" ? "sf-axis sf-batch" : "sf-axis" }, element("span", {}, String(size)), element("small", {}, letters[i])),
  );
  return element(
    "li", { class: `sf-step ${state}`, "data-step": name },
    element("span", { class: "sf-name" }, prose(words[name])),
    sizes ? [element("span", { class: "sf-shape", "aria-hidden": "true" }, shown), element("span", { class: "live-hidden" }, `(${sizes.join(", ")})`)] : [],
    error ? element("span", { class: "sf-error" }, words[error]) : [],
  );
}

/** A row a caption, a square a place: full where a word stands, empty where padding does. */
function drawCaptions(svg, lengths, words) {
  const T = Math.max(...lengths);
  svg.setAttribute("viewBox", `0 0 200 ${lengths.length * 14 + 2}`);
  svg.setAttribute("width", 200);
  svg.setAttribute("aria-label", fill(words.grid, { b: lengths.length, lengths: lengths.join(", "), t: T }));
  svg.replaceChildren(
    ...lengths.flatMap((length, row) =>
      Array.from({ length: T }, (_, t) => shape("rect", { x: 1 + 20 * t, y: 1 + 14 * row, width: 17, height: 11, rx: 2, class: t < length ? "sf-word" : "" })),
    ),
  );
}

function rowOf(row, who, words) {
  const [start] = words.row.split("{who}");
  const chips = who.map((n) => element("span", { class: n === row ? "sf-who" : "sf-who sf-foreign" }, fill(words.sample, { n })));
  return element("li", { class: "sf-row" }, element("span", {}, fill(start, { row }).trim()), chips);
}

function told(at, { captions: text, together }, words) {
  if (text.some((step) => step.error)) return words.said_unsorted;
  const states = at.layers * (at.both_ways ? 2 : 1);
  if (together[0].error) return fill(words.said_cat, { n: states });
  if (at.form === "listing") return fill(words.said_listing, { width: together[1].shape[1], classes: at.classes });
  if (at.form === "mended") return fill(words.said_mended, { classes: at.classes });
  if (states === 1) return words.said_view_same;
  const first = [...new Set(owners(at)[0])];
  if (at.batch === 1) return words.said_view_all;
  return fill(words.said_view_mixed, { who: first.map((n) => fill(words.sample, { n })).join(", ") });
}

export default { render };
