// What each ⊕ costs, on a log plot: dials for widths, rank and number of modalities.
import { choice, element, fill, follow, frame, put, shape, slider, status } from "../runtime/controls.js";
import { cost, counted, room, superscript, times } from "./costs.js";

const BOX = { left: 58, right: 632, top: 14, bottom: 292 };
const NARROW = 480; // pixels; a figure narrower than this gets a drawing of other proportions
const LAPTOP = 4e9; // float32 numbers that fill 16 GB

const STYLE = `
.oc-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem 1.75rem; margin: 1rem 0; }
.oc-line { fill: none; stroke: var(--live-edge); stroke-width: 1.25; }
.oc-tensor { stroke: var(--live-red); stroke-width: 2.5; stroke-dasharray: 9 4; }
.oc-chosen { stroke: var(--live-blue); stroke-width: 4; stroke-dasharray: none; }
.oc-dot { fill: var(--live-edge); stroke: none; }
.oc-dot.oc-tensor { fill: var(--live-red); stroke: none; }
.oc-dot.oc-chosen { fill: var(--live-blue); stroke: var(--live-paper); stroke-width: 2; }
.live-figure .oc-tick { fill: var(--live-quiet); }
.live-figure .oc-name { font-weight: 600; paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; }
.live-figure .oc-name.oc-chosen { fill: var(--live-blue); stroke-dasharray: none; stroke: var(--live-paper); stroke-width: 4px; }
.live-figure .oc-name.oc-tensor { fill: var(--live-red); stroke-dasharray: none; stroke: var(--live-paper); stroke-width: 4px; }
.live-figure .oc-over { paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; }
.oc-value { display: block; font-size: 0.8125rem; font-weight: 400; opacity: 0.85; }
.oc-off { opacity: 0.5; }
@container live (min-width: 38rem) { .oc-dials { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.75rem; } }`;

function render({ model, el }) {
  const words = model.get("words");
  const forms = model.get("operators");
  const stops = model.get("stops");
  frame(model, el);

  const pick = (name, keys) => choice({
    label: words[name], options: keys.map((key) => [key, words[key]]), onChange: (value) => put(model, { [name]: value }),
  });
  const measure = pick("measure", ["params", "flops"]);
  const along = pick("along", ["modalities", "width", "rank"]);
  const dials = Object.keys(stops).map((name) => {
    const dial = slider({
      label: words[name], min: 0, max: stops[name].length - 1, step: 1, say: (i) => String(stops[name][i]),
      onInput: (i) => put(model, { [name]: stops[name][i] }),
    });
    return { name, ...dial };
  });
  const values = forms.map(() => element("span", { class: "oc-value" }));
  const operator = choice({
    label: words.operator, options: forms.map(({ name }, i) => [name, element("span", {}, name, values[i])]),
    onChange: (value) => put(model, { operator: value }),
  });
  const plot = drawPlot(forms, stops);
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-row" }, measure.node, along.node),
    element("div", { class: "oc-body" }, plot.node, element("div", { class: "oc-dials" }, dials.map((dial) => dial.node))),
    operator.node,
    line.node,
  );

  const stop = follow(model, ["operator", "measure", "along", ...Object.keys(stops)], () => {
    const now = Object.fromEntries(["operator", "measure", "along", ...Object.keys(stops)].map((name) => [name, model.get(name)]));
    measure.show(now.measure);
    along.show(now.along);
    operator.show(now.operator);
    for (const { name, node, show } of dials) {
      show(stops[name].indexOf(now[name]));
      node.classList.toggle("oc-off", name === "rank" && now.along !== "rank" && !forms.find((form) => form.name === now.operator).ranked);
    }
    const here = forms.map((form) => cost(form, now.measure, now, stops));
    here.forEach((value, i) => (values[i].textContent = counted(value, words)));
    const text = { measure: words[now.measure], along: words[now.along], name: now.operator };
    plot.show(now, stops[now.along], words, fill(words.plot, text));
    line.say(told(now, here));
  });
  const resized = new ResizeObserver(() => plot.fit(el.clientWidth < NARROW));
  resized.observe(el);
  return () => {
    resized.disconnect();
    stop();
  };

  /** The chosen operator in numbers, and beside concatenation. */
  function told(now, here) {
    const at = (name) => here[forms.findIndex((form) => form.name === name)];
    const value = at(now.operator);
    const rank = forms.find((form) => form.name === now.operator).ranked ? fill(words.said_rank, now) : "";
    if (value === 0 && now.measure === "params") return fill(words.said_free, { name: now.operator });
    const shown = counted(value, words);
    const numbers = value === 1 ? words.said_one_number : fill(words.said_numbers, { value: shown });
    return fill(words[`said_${now.measure}`], {
      name: now.operator, count: now.modalities, width: now.width, out: now.out_dim, rank,
      value: now.measure === "params" ? numbers : shown, bytes: room(value, words), compared: compared(now.operator, value, at),
    });
  }

  function compared(name, value, at) {
    const [plainOne, tensor] = [at("concat"), at("tensor")];
    const last = name === "tensor" || !tensor ? "" : fill(words.explodes, { times: times(tensor / plainOne, words) });
    if (name === "concat") return `${words.concat_itself} ${last}`;
    const ratio = value / plainOne;
    const first = ratio > 1.05 ? fill(words.times_more, { times: times(ratio, words) })
      : ratio < 0.95 && value > 0 ? fill(words.times_less, { times: times(1 / ratio, words) }) : ratio < 0.95 ? "" : words.times_same;
    return `${first} ${last}`;
  }
}

/** The plot: a line an operator, a dot on each where the dials stand. */
function drawPlot(forms, allStops) {
  const grid = shape("g", {});
  const rule = shape("line", { y1: BOX.top, y2: BOX.bottom, stroke: "var(--live-line)", "stroke-width": 12 });
  const lines = forms.map(() => shape("polyline", { "stroke-linejoin": "round" }));
  const dots = forms.map(() => shape("circle", {}));
  const names = ["oc-tensor", "oc-chosen"].map((kind) => shape("text", { class: `oc-name ${kind}`, "text-anchor": "end" }));
  const inner = shape("g", {}, lines, dots);
  const node = shape("svg", { class: "live-drawing oc-plot", role: "img" }, grid, rule, inner, names);

  let right = BOX.right;
  let again = () => {};
  /** Give the drawing the proportions of a narrow or a wide figure. */
  function fit(narrow) {
    right = narrow ? 352 : BOX.right;
    node.setAttribute("viewBox", `0 0 ${right + 8} 332`);
    again();
  }
  fit(false);

  function show(now, stops, words, label) {
    again = () => show(now, stops, words, label);
    node.setAttribute("aria-label", label);
    const rows = forms.map((form) => stops.map((stop) => cost(form, now.measure, { ...now, [now.along]: stop }, allStops)));
    const some = rows.flat().filter((value) => value > 0);
    const low = Math.floor(Math.log10(Math.min(...some)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...some))));
    const x = (i) => BOX.left + 10 + ((right - BOX.left - 20) * i) / (stops.length - 1);
    // What costs nothing has no logarithm: its line lies on the floor.
    const y = (value) => BOX.bottom - ((BOX.bottom - BOX.top) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low);
    grid.replaceChildren(...axes({ stops, x, y, low, high, right }, now, words));
    const at = stops.indexOf(now[now.along]);
    rule.setAttribute("x1", x(at));
    rule.setAttribute("x2", x(at));
    forms.forEach(({ name }, i) => {
      const kind = `${name === "tensor" ? "oc-tensor" : ""} ${name === now.operator ? "oc-chosen" : ""}`;
      lines[i].setAttribute("class", `oc-line ${kind}`);
      lines[i].setAttribute("points", rows[i].map((value, k) => `${x(k)},${y(value)}`).join(" "));
      dots[i].setAttribute("class", `oc-dot ${kind}`);
      dots[i].setAttribute("r", name === now.operator ? 7 : 4);
      dots[i].setAttribute("cx", x(at));
      dots[i].setAttribute("cy", y(rows[i][at]));
      if (name === now.operator) inner.append(lines[i], dots[i]); // on top of the others
    });
    const end = (name) => y(rows[forms.findIndex((form) => form.name === name)]?.at(-1) ?? 1);
    const places = [["tensor", end("tensor")], [now.operator, end(now.operator)]];
    names.forEach((label, i) => {
      const [name, height] = places[i];
      label.textContent = name;
      label.style.display = (i === 0 && now.operator === "tensor") || !forms.some((form) => form.name === name) ? "none" : "";
      label.setAttribute("x", right - 16);
      // Above the end of its line, or below it where there is no room above.
      label.setAttribute("y", height - 12 < BOX.top + 10 ? height + 22 : height - 12);
    });
  }
  return { node, show, fit };
}

/** Powers of ten to the left, the stops of the dial below, and what fills a laptop. */
function axes({ stops, x, y, low, high, right }, now, words) {
  const parts = [];
  const every = Math.ceil((high - low) / 8);
  for (let k = low; k <= high; k += every) {
    const height = y(10 ** k);
    parts.push(shape("path", { d: `M${BOX.left} ${height}H${right}`, stroke: "var(--live-line)" }));
    const shown = k < 6 ? (10 ** k).toLocaleString("en") : `10${superscript(k)}`;
    parts.push(shape("text", { x: BOX.left - 6, y: height + 4.5, "text-anchor": "end", class: "oc-tick" }, shown));
  }
  stops.forEach((stop, i) => parts.push(
    shape("text", { x: x(i), y: BOX.bottom + 18, "text-anchor": "middle", class: "oc-tick" }, stop.toLocaleString("en"))));
  parts.push(shape("text", { x: (BOX.left + right) / 2, y: BOX.bottom + 37, "text-anchor": "middle" }, words[now.along]));
  if (now.measure === "params" && 10 ** high > LAPTOP) {
    const height = y(LAPTOP);
    parts.push(shape("path", { d: `M${BOX.left} ${height}H${right}`, stroke: "var(--live-edge)", "stroke-dasharray": "2 4" }));
    parts.push(shape("text", { x: BOX.left + 8, y: height - 6, class: "oc-tick oc-over" }, words.laptop));
  }
  return parts;
}

export default { render };
