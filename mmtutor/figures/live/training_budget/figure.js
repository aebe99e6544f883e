// What a training costs on N devices: dials for its size, the wire and the failures.
import { element, fill, follow, frame, put, shape, slider, status } from "../runtime/controls.js";
import { budget, crossing } from "./budget.js";

const STYLE = `
.tb-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 1.75rem; margin: 0.75rem 0; }
.tb-line { fill: none; stroke-width: 3; }
.tb-work { stroke: var(--live-blue); }
.tb-wire { stroke: var(--live-red); stroke-dasharray: 9 4; }
.tb-dot { stroke: var(--live-paper); stroke-width: 2; }
.tb-dot.tb-work { fill: var(--live-blue); }
.tb-dot.tb-wire { fill: var(--live-red); stroke-dasharray: none; }
.live-figure .tb-tick { fill: var(--live-quiet); }
.live-figure .tb-name { font-weight: 600; paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; stroke-dasharray: none; }
.live-figure .tb-name.tb-work { fill: var(--live-blue); }
.live-figure .tb-name.tb-wire { fill: var(--live-red); }
@container live (min-width: 38rem) { .tb-dials { grid-template-columns: 1fr 1fr; } }`;

const BOX = { left: 84, top: 14, bottom: 250 };
const NARROW = 480;

function render({ model, el }) {
  const words = model.get("words");
  const [stops, prices, fixed] = ["stops", "prices", "fixed"].map((name) => model.get(name));
  const names = Object.keys(stops);
  frame(model, el);
  const dials = names.map((name) => ({
    name,
    ...slider({
      label: words[name], min: 0, max: stops[name].length - 1, step: 1,
      say: (i) => fill(words[`say_${name}`] ?? "{n}", { n: stops[name][i].toLocaleString("en") }),
      onInput: (i) => put(model, { [name]: stops[name][i] }),
    }),
  }));
  const plot = drawPlot(words);
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "tb-dials" }, dials.map((dial) => dial.node)),
    plot.node,
    line.node,
  );
  const stop = follow(model, names, () => {
    const at = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    for (const { name, show } of dials) show(stops[name].indexOf(at[name]));
    const cross = crossing(at, prices, fixed, stops.devices.at(-1));
    const text = told(at, budget(at, prices, fixed), cross, words, fixed);
    plot.show(stops.devices.map((devices) => budget({ ...at, devices }, prices, fixed)), stops.devices, at.devices);
    plot.node.setAttribute("aria-label", fill(words.alt, { said: text }));
    line.say(text);
  });
  const resized = new ResizeObserver(() => plot.fit(el.clientWidth < NARROW));
  resized.observe(el);
  return () => {
    resized.disconnect();
    stop();
  };
}

/** Two digits that say something. */
const short = (value) => Number(value.toPrecision(2)).toLocaleString("en");

/** A time in the unit that people would take. */
function lasting(seconds, words) {
  const units = [["us", 1e-6], ["ms", 1e-3], ["s", 1], ["min", 60], ["h", 3600], ["d", 86400], ["y", 31557600]];
  const [unit, size] = units.findLast(([, length]) => seconds >= length) ?? units[0];
  return fill(words[`unit_${unit}`], { n: short(seconds / size) });
}

function told(at, now, cross, words, fixed) {
  const dominates = now.exchange > now.compute;
  const balance = at.devices === 1 ? words.one : dominates ? fill(words.wire, { crossing: cross.toLocaleString("en") }) : words.work;
  const energy = now.kilowatt_hours < 1000 ? fill(words.kwh, { n: short(now.kilowatt_hours) }) : fill(words.mwh, { n: short(now.kilowatt_hours / 1000) });
  return fill(words.said, {
    params: short(now.params / 1e6), samples: fixed.samples.toLocaleString("en"), devices: at.devices.toLocaleString("en"),
    compute: lasting(now.compute, words), exchange: lasting(now.exchange, words), balance, memory: short(now.memory / 1e9),
    hours: lasting(3600 * now.hours, words), money: short(now.price), energy, interval: lasting(now.interval, words),
    lost: now.lost > 1 ? words.too_much : `${short(100 * now.lost)} %`,
  });
}

/** Two lines over the number of devices, a dot on each where the dial stands. */
function drawPlot(words) {
  const kinds = ["work", "wire"];
  const grid = shape("g", {});
  const lines = kinds.map((kind) => shape("polyline", { class: `tb-line tb-${kind}`, "stroke-linejoin": "round" }));
  const dots = kinds.map((kind) => shape("circle", { class: `tb-dot tb-${kind}`, r: 7 }));
  const labels = [["work", "start", words.computing], ["wire", "end", words.exchanging]].map(([kind, anchor, text]) =>
    shape("text", { class: `tb-name tb-${kind}`, "text-anchor": anchor }, text));
  const node = shape("svg", { class: "live-drawing tb-plot", role: "img" }, grid, lines, dots, labels);
  let right = 632;
  let again = () => {};
  function fit(narrow) {
    right = narrow ? 352 : 632;
    node.setAttribute("viewBox", `0 0 ${right + 8} 296`);
    again();
  }
  fit(false);

  function show(rows, devices, chosen) {
    again = () => show(rows, devices, chosen);
    const columns = [rows.map((row) => row.compute), rows.map((row) => row.exchange)];
    const some = columns.flat().filter((value) => value > 0).map(Math.log10);
    const low = Math.floor(Math.min(...some));
    const high = Math.max(low + 1, Math.ceil(Math.max(...some)));
    const x = (i) => BOX.left + 12 + ((right - BOX.left - 24) * i) / (devices.length - 1);
    const y = (value) => BOX.bottom - ((BOX.bottom - BOX.top) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low);
    const parts = [];
    for (let k = low; k <= high; k += Math.ceil((high - low) / 7)) {
      parts.push(shape("path", { d: `M${BOX.left} ${y(10 ** k)}H${right}`, stroke: "var(--live-line)" }));
      parts.push(shape("text", { x: BOX.left - 6, y: y(10 ** k) + 4.5, "text-anchor": "end", class: "tb-tick" }, lasting(10 ** k, words)));
    }
    const every = right < 400 ? 4 : 2;
    devices.forEach((N, i) => i % every === 0 && parts.push(
      shape("text", { x: x(i), y: BOX.bottom + 18, "text-anchor": "middle", class: "tb-tick" }, N.toLocaleString("en"))));
    parts.push(shape("text", { x: (BOX.left + right) / 2, y: BOX.bottom + 38, "text-anchor": "middle" }, words.axis));
    grid.replaceChildren(...parts);
    const at = devices.indexOf(chosen);
    columns.forEach((column, k) => {
      const first = k === 0 ? 0 : 1; // one device exchanges with nobody
      lines[k].setAttribute("points", column.slice(first).map((value, i) => `${x(i + first)},${y(value)}`).join(" "));
      dots[k].setAttribute("cx", x(at));
      dots[k].setAttribute("cy", y(column[at]));
      dots[k].style.display = column[at] > 0 ? "" : "none";
      const end = k === 0 ? 0 : column.length - 1; // each is named where it is highest, or nearly
      const height = y(column[end]);
      labels[k].setAttribute("x", x(end) + (k === 0 ? 8 : 0));
      labels[k].setAttribute("y", height - 12 < BOX.top + 10 ? height + 24 : height - 12);
    });
  }
  return { node, show, fit };
}

export default { render };
