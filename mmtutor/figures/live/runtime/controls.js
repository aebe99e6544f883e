// Pieces that all live figures share. A figure imports what it uses; base.py joins the files.
// Native inputs throughout: keyboard, touch and screen readers work without further code.

const SVG = "http://www.w3.org/2000/svg";

/** A name that no other figure in the document has: each figure loads this file anew. */
const unique = () => `live-${Math.random().toString(36).slice(2)}`;

/** Make an HTML element; a property that starts with "on" is a listener. */
export function element(tag, props = {}, ...children) {
  return furnish(document.createElement(tag), props, children);
}

/** Make an SVG element. */
export function shape(tag, props = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), props, children);
}

function furnish(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity));
  return node;
}

/** Turn `el` into a figure: the class for the style, the name for those who do not see it. */
export function frame(model, el) {
  el.classList.add("live-figure");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", model.get("words").label);
  // JupyterLab would take the arrow keys for its own.
  el.dataset.lmSuppressShortcuts = "true";
  el.replaceChildren();
}

/** Call `draw` once a frame when any of the model's `names` changed. Returns the way to stop. */
export function follow(model, names, draw) {
  let asked = 0;
  const call = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
  for (const name of names) model.on(`change:${name}`, call);
  draw();
  return () => {
    cancelAnimationFrame(asked);
    for (const name of names) model.off(`change:${name}`, call);
  };
}

/** Tell the model what the reader did. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

// ---------------------------------------------------------------- text

/** Put values into a text: fill("{a} of {b}", {a: 1, b: 2}) is "1 of 2". */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** A number with a real minus sign and never "−0". */
export function number(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

export function pair(vector, digits = 2) {
  return `(${Array.from(vector, (value) => number(value, digits)).join(", ")})`;
}

/** Set a formula: letters lean, words such as tanh stand, "_" lowers what follows. */
export function maths(text) {
  const parts = text.split(/(_\w+|[A-Za-z]{2,}|[A-Za-zα-ωϕ])/).filter(Boolean).map((part) => {
    if (part.startsWith("_")) return element("sub", {}, part.slice(1));
    return /^[A-Za-zα-ωϕ]$/.test(part) ? element("i", {}, part) : part;
  });
  return element("span", { class: "live-maths" }, parts);
}

/** Set a text in which `_` lowers the index of a name: "x_1 is absent". */
export function prose(text) {
  return text.split(/(\b[a-z]_\w+\b′?|\b[hz]\b|α)/).filter(Boolean).map((part) =>
    /^(?:[a-z]_\w+′?|[hzα])$/.test(part) ? maths(part) : part,
  );
}

/** Without markup, for places that take none: "x_1" becomes "x₁". */
export function plain(text) {
  return text.replace(/_(\d)/g, (all, digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
}

/** The line that says the result: seen at once, read aloud when the hand rests. */
export function status() {
  const seen = element("div", { "aria-hidden": "true" });
  const heard = element("p", { class: "live-hidden", role: "status" });
  let timer = 0;
  const say = (text) => {
    seen.replaceChildren(...prose(text));
    clearTimeout(timer);
    timer = setTimeout(() => (heard.textContent = plain(text)), 300);
  };
  return { node: element("div", { class: "live-said" }, seen, heard), say };
}

// ---------------------------------------------------------------- controls

/** A button; `icon` is the `d` of a path in a 16 × 16 box. */
export function button({ label, icon, onPress }) {
  const drawn = icon ? [shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: icon }))] : [];
  return element("button", { type: "button", class: "live-button", onclick: onPress }, drawn, element("span", {}, prose(label)));
}

/** On or off. */
export function toggle({ label, onChange }) {
  const input = element("input", { type: "checkbox", role: "switch", onchange: () => onChange(input.checked) });
  const node = element("label", { class: "live-toggle" }, input, element("span", { class: "live-track" }), element("span", {}, prose(label)));
  return { node, show: (value) => (input.checked = value) };
}

/** One of several: `options` is a list of [value, shown, name to read aloud]. */
export function choice({ label, options, onChange }) {
  const name = unique();
  const inputs = options.map(([value, , said]) =>
    element("input", { type: "radio", name, value, id: `${name}-${value}`, "aria-label": said, onchange: () => onChange(value) }),
  );
  const bar = options.map(([value, shown], i) => [inputs[i], element("label", { for: `${name}-${value}` }, shown)]);
  const node = element("fieldset", { class: "live-choice" }, element("legend", { class: "live-quiet" }, prose(label)), element("div", {}, bar));
  return { node, show: (value) => inputs.forEach((input) => (input.checked = input.value === String(value))) };
}

/**
 * A dial; `say` turns the value into the text shown and read aloud, with its unit. `mark` points
 * out one value on the way: {at, text}.
 */
export function slider({ label, min, max, step, say, mark, onInput }) {
  const id = unique();
  const input = element("input", { type: "range", id, min, max, step, oninput: () => onInput(Number(input.value)) });
  const output = element("output", { for: id });
  const node = element("div", { class: "live-slider" }, element("label", { for: id }, prose(label)), output, input);
  if (mark) node.append(element("span", { class: "live-mark", style: `--live-at: ${(mark.at - min) / (max - min)}` }, mark.text));
  const show = (value) => {
    const marked = mark && Math.abs(value - mark.at) < step / 2;
    input.value = value;
    input.setAttribute("aria-valuetext", marked ? `${say(value)}, ${mark.text}` : say(value));
    input.style.setProperty("--live-part", `${(100 * (value - min)) / (max - min)}%`);
    output.textContent = say(value);
  };
  return { node, show };
}

/** A number to type; what cannot be read as a number is left alone. */
export function numberField({ label, min, max, step, onInput }) {
  const input = element("input", {
    type: "number", class: "live-number", inputmode: "decimal", "aria-label": label, min, max, step,
    oninput: () => Number.isFinite(input.valueAsNumber) && onInput(Math.min(max, Math.max(min, input.valueAsNumber))),
    onblur: () => (input.value = shown),
  });
  let shown = "";
  const show = (value) => {
    shown = String(Number(value.toFixed(2)));
    if (document.activeElement !== input || input.valueAsNumber !== Number(shown)) input.value = shown;
  };
  return { node: input, show };
}

/**
 * A point to drag in a drawing: pointer, touch, and the arrow keys (with Shift in larger steps).
 * `at(point)` maps what the reader means to [left, top] in the drawing, `meant(left, top)` back.
 */
export function handle({ mark, name, say, at, meant, step, limit, onMove }) {
  const hit = shape("circle", { r: 22, fill: "transparent" });
  const ring = shape("circle", { r: 15, class: "live-ring" });
  const node = shape("g", {
    class: "live-handle", tabindex: 0, role: "slider", "aria-label": name,
    "aria-valuemin": -limit, "aria-valuemax": limit,
  }, hit, ring, mark);
  let here = [0, 0];
  const move = ([a, b]) => {
    const tidy = (value) => Math.min(limit, Math.max(-limit, Math.round(value / step) * step));
    // Known at once: a second key may come before the next drawing.
    here = [tidy(a), tidy(b)].map((value) => Number(value.toFixed(6)));
    onMove(here);
  };
  const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  node.addEventListener("keydown", (event) => {
    const way = keys[event.key];
    if (way) move(here.map((value, i) => value + way[i] * step * (event.shiftKey ? 5 : 1)));
    else if (event.key === "Home") move([0, 0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener("pointerdown", (event) => {
    node.setPointerCapture(event.pointerId);
    node.focus({ focusVisible: false });
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => {
    if (!node.hasPointerCapture(event.pointerId)) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(node.ownerSVGElement.getScreenCTM().inverse());
    move(meant(x, y));
  });
  const show = (point) => {
    here = point;
    node.setAttribute("transform", `translate(${at(point).join(" ")})`);
    node.setAttribute("aria-valuenow", point[0]);
    node.setAttribute("aria-valuetext", say(point));
  };
  return { node, show };
}

/** An arrow in a drawing, put from one point to another by `show(from, to)`. */
export function arrow({ headless, ...props }) {
  const line = shape("line", { "stroke-linecap": "round" });
  const head = shape("path", { d: "M0 0L-11 -5.5L-8 0L-11 5.5Z", stroke: "none", fill: "currentColor" });
  const node = shape("g", { stroke: "currentColor", "stroke-width": 3, ...props }, line, head);
  const show = ([x1, y1], [x2, y2]) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const back = headless ? 0 : Math.min(length, 8) / (length || 1);
    const ends = { x1, y1, x2: x2 - back * (x2 - x1), y2: y2 - back * (y2 - y1) };
    for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value);
    const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    head.setAttribute("transform", `translate(${x2} ${y2}) rotate(${turn})`);
    head.style.display = headless || length < 9 ? "none" : "";
  };
  return { node, show };
}
